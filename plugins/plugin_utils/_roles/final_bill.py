# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The final bill of a tenant that is removed: what it was allocated in the period, and what it was given at its end.

Sizes are GiB, times ISO 8601 in UTC. The history goes with the tenant, so the bill is made before anything is removed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from ...module_utils._model.units import epoch_of, iso_utc
from .._report.billing import billed, uncovered
from .._report.csv import csv_text

Row = Mapping[str, Any]

_COLUMNS = ("system", "tenant", "uuid", "resource", "unit", "given", "p95", "from", "to", "removed", "note")
#: Of a run that was cut off, the next finds less of these.
_TAKEN_FIRST = ("external_ips", "network_blocks", "layer2_networks")
_NO_HISTORY = "There is no history of it in the period."


def bill_period(since: Optional[str], now: str) -> dict[str, str]:
    """From the beginning that is given, or that of the month, until now. Raises ValueError for a wrong beginning."""
    end = epoch_of(now)
    try:
        begin = epoch_of(since or f"{now[:7]}-01")
    except ValueError:
        raise ValueError(f"The final bill begins '{since}', which is no date or time in ISO 8601") from None
    if begin > end:
        raise ValueError(f"The final bill begins '{since}', which is in the future")
    return {"begin": str(iso_utc(begin)), "end": str(iso_utc(max(end, begin + 1)))}


def final_bill(
    planned: Row, summary: Sequence[Row], period: Row, system: str, previous: str = "", removed: Optional[str] = None
) -> dict[str, Any]:
    """The bill of the tenant of a plan; ``summary`` is what ``vrg_tenant_stats_info`` returns of it for the period.

    ``previous`` is the text of a bill of the same period, of a run that was cut off: what the tenant has lost since is
    taken from there, and so is everything if its history cannot be told any more. ``removed`` is when the tenant was
    removed, None as long as it is not.
    """
    found = next(iter(summary), None)
    row = {**planned, "created": planned["created"] or period["begin"]}
    p95 = billed(row, found, period) if found and found.get("points") else None
    old = _read(previous, planned["uuid"])
    if old and old.get("p95") and p95 is None:
        return {**old, "removed": removed}
    given = {**planned["reclaimable"]}
    if old:
        for kind in _TAKEN_FIRST:
            given[kind] = list(dict.fromkeys([*old["given"][kind], *given[kind]]))
    return {
        "system": system,
        "tenant": planned["name"],
        "uuid": planned["uuid"],
        "period": dict(period),
        "created": planned["created"],
        "suspended_since": planned["suspended_since"],
        "removed": removed,
        "p95": p95,
        "given": given,
        "notes": [f"{part[:1].upper()}{part[1:]}." for part in uncovered(p95)] if p95 else [_NO_HISTORY],
    }


def _read(text: str, uuid: Any) -> Optional[dict[str, Any]]:
    """A bill from its JSON, if it is one of this tenant."""
    try:
        old = json.loads(text)
        return (
            old if old["uuid"] == uuid and all(isinstance(old["given"][kind], list) for kind in _TAKEN_FIRST) else None
        )
    except (ValueError, TypeError, KeyError):
        return None


def bill_csv(bill: Row) -> str:
    """A bill as CSV, one line for each resource."""
    return csv_text(_COLUMNS, _lines(bill))


def _lines(bill: Row) -> Iterator[Sequence[Any]]:
    who = (bill["system"], bill["tenant"], bill["uuid"])
    p95, given, period = bill["p95"], bill["given"], bill["period"]
    window = (period["begin"], period["end"], bill["removed"], " ".join(bill["notes"]))
    yield (*who, "RAM", "GiB", given["ram_gb"], p95["ram_allocated_gb"] if p95 else None, *window)
    yield (*who, "cores", "cores", given["cpu_cores"], p95["cpu_cores"] if p95 else None, *window)
    now = {tier["tier"]: tier["provisioned_gb"] for tier in given["storage"]}
    then = {tier["tier"]: tier["provisioned_gb"] for tier in (p95 or {}).get("tiers", ())}
    for number in sorted({*now, *then}):
        yield (*who, f"tier {number}", "GiB", now.get(number, 0), then.get(number), *window)
    for kind, unit in (("external_ips", "addresses"), ("network_blocks", "blocks"), ("layer2_networks", "networks")):
        # The history counts addresses only.
        counted = p95["ip_count"] if p95 and kind == "external_ips" else None
        yield (*who, kind.replace("_", " "), unit, len(given[kind]), counted, *window)
