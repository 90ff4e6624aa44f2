# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Level read: storage, networks, alarms, reports and tenants as they stand."""

from __future__ import annotations

from typing import Optional

from .._model.conditions import Row
from .._system.raw import Raw
from .probe import Probe

DAY = 86_400
#: How old a tenant has to be before the length of its history says how long history is kept, in days.
_OLD = 60


def _tier_numbers(raw: Raw) -> list[Row]:
    return raw.get("storage_tiers", fields="$key,tier,dedupe_ratio").rows


def _tier_key(raw: Raw) -> Optional[str]:
    rows = _tier_numbers(raw)
    if not rows:
        return None
    return "same" if all(str(row.get("$key")) == str(row.get("tier")) for row in rows) else "offset"


def _tier0_row(raw: Raw) -> Optional[str]:
    rows = _tier_numbers(raw)
    return None if not rows else "on" if any(row.get("tier") == 0 for row in rows) else "off"


def _dedupe_unit(raw: Raw) -> Optional[str]:
    """A ratio times 100 is never below 100: nothing is stored more than once on purpose."""
    ratios = [row["dedupe_ratio"] for row in _tier_numbers(raw) if row.get("dedupe_ratio")]
    return None if not ratios else "x100" if min(ratios) >= 100 else "raw14" if max(ratios) < 100 else None


def _phantom_tier(raw: Raw) -> Optional[str]:
    numbers = {row.get("tier") for row in _tier_numbers(raw)}
    tiers = raw.get("cluster_tiers", fields="$key,tier").rows
    if not numbers or not tiers:
        return None
    return "on" if any(row.get("tier") not in numbers for row in tiers) else "off"


def _external_rows(raw: Raw) -> Optional[str]:
    networks = raw.get("vnets", filter="type eq 'external'", fields="$key,ipaddress").rows
    routers = {(str(row.get("$key")), row["ipaddress"]) for row in networks if row.get("ipaddress")}
    if not routers:
        return None
    answer = raw.get("vnet_addresses", fields="$key,vnet,ip")
    if not answer.is_accepted:
        return None
    return "router" if any((str(row.get("vnet")), row.get("ip")) in routers for row in answer.rows) else "none"


def _alarm_type_ref(raw: Raw) -> Optional[str]:
    types = [
        str(row["alarm_type"]) for row in raw.get("alarms", fields="$key,alarm_type").rows if row.get("alarm_type")
    ]
    if not types:
        return None
    prefixed = [text.startswith("alarm_types/") for text in types]
    return "table_key" if all(prefixed) else None if any(prefixed) else "plain"


def _billing_period(raw: Raw) -> Optional[str]:
    """What most reports are about: one on demand is about less."""
    rows = raw.get("billing", fields="$key,from,to").rows
    lengths = [(int(row["to"]) - int(row["from"])) / DAY for row in rows if row.get("from") and row.get("to")]
    days = sum(0.9 <= length <= 1.1 for length in lengths)
    months = sum(27.5 <= length <= 31.5 for length in lengths)
    if len(lengths) < 2:
        return None
    return "day" if days > len(lengths) / 2 else "month" if months > len(lengths) / 2 else None


def _crash_cart_recipe(raw: Raw) -> Optional[str]:
    answer = raw.get("vm_recipes", fields="$key,name")
    if not answer.is_accepted:
        return None
    names = [row.get("name") for row in answer.rows]
    short, long = names.count("Crash Cart"), names.count("Tenant Crash Cart")
    return {(1, 1): "both", (1, 0): "short", (0, 1): "long", (2, 1): "twice", (0, 0): "none"}.get((short, long))


def _oldest_tenant(raw: Raw) -> Optional[Row]:
    """The tenant that stands for the longest time, and for how many seconds."""
    rows = raw.get("tenants", filter="is_snapshot eq false", fields="$key,created").rows
    rows = [row for row in rows if row.get("created")]
    if not rows:
        return None
    oldest = min(rows, key=lambda row: int(row["created"]))
    return {"key": oldest["$key"], "age": raw.api.now - int(oldest["created"])}


def _history_rows(raw: Raw) -> Optional[str]:
    tenant = _oldest_tenant(raw)
    if tenant is None or tenant["age"] < 2 * DAY:
        return None
    where = f"tenant eq {tenant['key']}"
    count = len(raw.get("tenant_stats_history_short", filter=where, fields="timestamp").rows)
    return "few" if 0 < count <= 24 else "full" if 200 <= count <= 400 else None


def _history_retention(raw: Raw) -> Optional[str]:
    tenant = _oldest_tenant(raw)
    if tenant is None or tenant["age"] < _OLD * DAY:
        return None
    where = f"tenant eq {tenant['key']}"
    rows = raw.get("tenant_stats_history_long", filter=where, fields="timestamp", sort="+timestamp", limit="1").rows
    age = (raw.api.now - int(rows[0]["timestamp"])) / DAY if rows else 0
    return "1y" if age > _OLD - 5 else "45d" if 40 < age < 50 else None


def _tenant_network_type(raw: Raw) -> Optional[str]:
    rows = raw.get("tenants", filter="is_snapshot eq false", fields="$key,vnet#type as type").rows
    types = {row["type"] for row in rows if row.get("type")}
    return next(iter(types)) if len(types) == 1 else None


def key_in_rows(raw: Raw) -> Optional[str]:
    kinds = {type(row.get("$key")) for row in raw.get("tenants", fields="$key,name").rows}
    return {frozenset((int,)): "int", frozenset((str,)): "string"}.get(frozenset(kinds))


PROBES: tuple[Probe[Raw], ...] = (
    Probe("tier_key", "offset same", "Keys of the storage tiers are their numbers, or others", _tier_key),
    Probe("tier0_row", "on off", "There is a storage tier 0, or none", _tier0_row),
    Probe("dedupe_unit", "x100 raw14", "dedupe_ratio of the storage tiers is below 100, or not", _dedupe_unit),
    Probe("phantom_tier", "off on", "A cluster tier has a number that no storage tier has", _phantom_tier),
    Probe("external_rows", "none router", "An external network has an address row for its own router", _external_rows),
    Probe(
        "alarm_type_ref", "plain table_key", "alarm_type of the alarms begins with its table, or not", _alarm_type_ref
    ),
    Probe("billing_period", "month day", "How long a time most reports of the billing are about", _billing_period),
    Probe(
        "crash_cart_recipe",
        "both short long twice none",
        "How many recipes are called Crash Cart, and Tenant Crash Cart",
        _crash_cart_recipe,
    ),
    Probe("history_rows", "full few", "How many short history rows a tenant of two days has", _history_rows),
    Probe("history_retention", "45d 1y", "How old the oldest long history row of an old tenant is", _history_retention),
    Probe("tenant_network_type", "internal tenant", "Type of the tenants' own networks", _tenant_network_type),
    Probe("key_in_rows", "int string", "Keys of tenants in rows are numbers, or text", key_in_rows),
)
