# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines for invoices: what each tenant was given in a period, times its price, for the hours that it was there.

The definition is in the README of the role estate_report. Amounts are decimal, never binary, and texts in the report.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Optional

from .billing import all_tenants, born, epoch, iso_of, uncovered
from .prices import PRICED, Prices, months, valid, whole_hours

Row = Mapping[str, Any]
Line = dict[str, Any]

_UNITS = dict(PRICED.values())
#: Digits of a share of a month as a line shows it; amounts are of the whole number.
_SHOWN = Decimal("0.000001")


def invoice(systems: Sequence[Row], lists: Sequence[Prices], period: Row, now: str) -> Optional[dict[str, Any]]:
    """The lines of all tenants, sums by tenant and altogether for each currency, and who is not billed; None without
    prices."""
    if not lists:
        return None
    lines: list[Line] = []
    unbilled = []
    for system in systems:
        for tenant in all_tenants(system):
            there = presence(tenant, period, now)
            if there is None:
                continue
            quantities = _quantities(tenant)
            who = {"system": system["name"], "tenant": tenant["name"], "uuid": tenant["uuid"]}
            if quantities is None:
                unbilled.append({**who, "reason": "; ".join(tenant["problems"]) or "it has no history in the period"})
                continue
            lines += [{**who, **line} for line in _lines(tenant, quantities, lists, *there)]
            unbilled += [
                {**who, "reason": f"its {resource} in the period is not known"}
                for resource, quantity in quantities.items()
                if quantity is None and any(resource in prices.each for prices, _first, _last in valid(lists, *there))
            ]
    by_tenant: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        by_tenant.setdefault((line["system"], line["uuid"]), []).append(line)
    return {
        "lines": lines,
        "tenants": [
            {**{name: own[0][name] for name in ("system", "tenant", "uuid")}, "amounts": sums(own)}
            for own in by_tenant.values()
        ],
        "amounts": sums(lines),
        "unbilled": unbilled,
    }


def presence(tenant: Row, period: Row, now: str) -> Optional[tuple[int, int]]:
    """From when to when a tenant is billed, in whole hours; None if it was not there in the period.

    One that is gone was there until it was last seen; a period that has not ended is billed until now.
    """
    begin, end = epoch(period["begin"]), min(epoch(period["end"]), epoch(now))
    seen = tenant.get("last_seen")
    first, last = whole_hours(born(tenant), epoch(seen) if seen else end)
    first, last = max(first, begin), min(last, end)
    return (first, last) if first < last else None


def _quantities(tenant: Row) -> Optional[dict[str, Any]]:
    """What a tenant was given, by the resource of a line: the 95th percentiles, or what one that is gone with its
    history was last given."""
    p95 = tenant["p95"]
    if p95:
        storage = {f"tier {tier['tier']}": tier["provisioned_gb"] for tier in p95["tiers"]}
        named = {"RAM": p95["ram_allocated_gb"], "cores": p95["cpu_cores"], "addresses": p95["ip_count"]}
        return {**named, **storage}
    if tenant.get("last_seen") and tenant["ram_gb"] is not None:
        storage = {f"tier {tier['tier']}": tier["provisioned_gb"] for tier in tenant["tiers"]}
        return {"RAM": tenant["ram_gb"], "cores": tenant["cores"], **storage}
    return None


def _lines(tenant: Row, quantities: Row, lists: Sequence[Prices], begin: int, end: int) -> Iterator[Line]:
    for resource, quantity in quantities.items():
        for prices, first, last in valid(lists, begin, end):
            price = prices.each.get(resource)
            if not quantity or price is None:
                continue
            share = months(first, last)
            amount = Decimal(str(quantity)) * price * share
            yield {
                "resource": resource,
                "unit": _UNITS.get(resource, "GiB"),
                "quantity": plain(Decimal(str(quantity))),
                "from": iso_of(first),
                "to": iso_of(last),
                "hours": plain(Decimal(last - first) / 3600),
                "months": plain(share.quantize(_SHOWN, ROUND_HALF_UP)),
                "unit_price": f"{price:f}",
                "currency": prices.currency,
                "amount": str(amount.quantize(Decimal(1).scaleb(-prices.decimals), ROUND_HALF_UP)),
                "note": _note(tenant),
            }


def _note(tenant: Row) -> str:
    p95, seen = tenant["p95"], tenant.get("last_seen")
    gone = [f"gone, last seen {seen}"] if seen else []
    if p95 is None:
        return "; ".join([*gone, "by what it was last given, its history is gone with it"])
    return "; ".join([*gone, *uncovered(p95)])


def sums(lines: Iterable[Row]) -> dict[str, str]:
    """The sum of amounts by currency, as text."""
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line["currency"]] = found.get(line["currency"], Decimal(0)) + Decimal(line["amount"])
    return {currency: str(amount) for currency, amount in found.items()}


def plain(number: Decimal) -> str:
    """A number without zeros that say nothing, and without an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
