# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Level read: the language of requests and answers, seen by reading what every system has."""

from __future__ import annotations

from typing import Any, Optional

from .._system.raw import Answer, Raw
from .probe import Probe

#: No table and no column of any release.
NOWHERE = "vrg_no_such_thing"
_NOTHING = {"$count": 0}


def _system_shape(raw: Raw) -> Optional[str]:
    body = raw.get("system", fields="$key").body
    return "list" if isinstance(body, list) else "object" if isinstance(body, dict) and "err" not in body else None


def _default_projection(raw: Raw) -> Optional[str]:
    short, whole = raw.get("clusters", limit="1").rows, raw.get("clusters", limit="1", fields="all").rows
    if not short or not whole:
        return None
    return "all" if set(short[0]) >= set(whole[0]) else "short"


def _shape(answer: Answer) -> Optional[str]:
    if not answer.is_accepted:
        return None
    return "list" if answer.body == [] else "count" if answer.body == _NOTHING else None


def _empty_result(raw: Raw) -> Optional[str]:
    none = "$key eq 0"
    real = _shape(raw.get("clusters", filter=none, fields="name"))
    identity = _shape(raw.get("clusters", filter=none, fields="$key,$display"))
    return {("list", "count"): "by_projection", ("list", "list"): "list", ("count", "count"): "count"}.get(
        (real or "", identity or "")
    )


def _unknown_filter_name(raw: Raw) -> Optional[str]:
    answer = raw.get("clusters", filter=f"{NOWHERE} eq 1", fields="$key,name")
    return "no_rows" if _shape(answer) else "refuse" if answer.status == 422 else None


def _filter_literals(raw: Raw) -> Optional[str]:
    """A number in quotes finds what the number finds, or nothing."""
    rows = raw.get("clusters", fields="$key,ram_per_unit").rows
    number = next((row["ram_per_unit"] for row in rows if isinstance(row.get("ram_per_unit"), int)), None)
    if number is None:
        return None
    plain = raw.get("clusters", filter=f"ram_per_unit eq {number}", fields="$key,name")
    in_quotes = raw.get("clusters", filter=f"ram_per_unit eq '{number}'", fields="$key,name")
    if not plain.rows or not in_quotes.is_accepted:
        return None
    return "loose" if in_quotes.rows else "typed"


def _unaliased_key(raw: Raw) -> Optional[str]:
    rows = raw.get("nodes", fields="cluster#name", limit="1").rows
    keys = set(rows[0]) if rows else set()
    return "path" if "cluster#name" in keys else "last" if "name" in keys else None


#: References that networks have, and most of them do not use.
_OFTEN_NULL = ("vnet_default_gateway", "cidr", "interface_vnet")


def _null_subselection(raw: Raw) -> Optional[str]:
    for column in _OFTEN_NULL:
        rows = raw.get("vnets", fields=f"$key,{column}").rows
        key = next((row.get("$key") for row in rows if row.get(column, 0) is None), None)
        if key is not None:
            row = raw.get(f"vnets/{key}", fields=f"$key,{column}[name]").row
            if row:
                return "omitted" if column not in row else "null" if row[column] is None else None
    return None


def _row_order(raw: Raw) -> Optional[str]:
    orders = set()
    for table in ("nodes", "vnets", "users"):
        keys = [_number(row.get("$key")) for row in raw.get(table, fields="$key,name").rows]
        if len(keys) > 1:
            orders.add("key" if keys == sorted(keys) else "reverse" if keys == sorted(keys)[::-1] else "")
    return next(iter(orders)) if len(orders) == 1 else None


def _number(value: Any) -> int:
    return int(value) if str(value).isdecimal() else 0


def _is_there(raw: Raw, table: str) -> Optional[bool]:
    """Whether the platform has a table, where it can be told: one that nobody has is 404."""
    if raw.get(NOWHERE, fields="$key").status != 404:
        return None
    status = raw.get(table, fields="$key").status
    return False if status == 404 else True if status in (200, 405) else None


def _node_action_form(raw: Raw) -> Optional[str]:
    return {True: "both", False: "row"}.get(_is_there(raw, "node_actions"))  # type: ignore[arg-type]


def _alarm_resolve_form(raw: Raw) -> Optional[str]:
    return "row" if _is_there(raw, "alarm_actions") is False else None


PROBES: tuple[Probe[Raw], ...] = (
    Probe("system_shape", "list object", "GET system answers a list, or the row", _system_shape),
    Probe(
        "default_projection",
        "short all",
        "Reading clusters without fields answers every column of fields=all, or fewer",
        _default_projection,
    ),
    Probe(
        "empty_result",
        "by_projection list count",
        "Reading no cluster, once with a column and once with its identity alone: [] or a count",
        _empty_result,
    ),
    Probe(
        "unknown_filter_name",
        "no_rows refuse",
        "A filter on a column that does not exist finds nothing, or is refused with 422",
        _unknown_filter_name,
    ),
    Probe(
        "filter_literals",
        "typed loose",
        "A filter on a number in quotes finds what the number finds, or nothing",
        _filter_literals,
    ),
    Probe("unaliased_key", "path last", "Under which key nodes answer cluster#name", _unaliased_key),
    Probe(
        "null_subselection",
        "null omitted",
        "A sub-selection on a reference of a network that is null: null, or absent",
        _null_subselection,
    ),
    Probe("row_order", "key reverse", "Keys of nodes, networks and users without sort rise, or fall", _row_order),
    Probe("node_action_form", "both row", "The table node_actions answers, or is 404 like no table", _node_action_form),
    Probe(
        "alarm_resolve_form",
        "row actions both",
        "The table alarm_actions is 404 like no table; where it is there, nothing follows",
        _alarm_resolve_form,
        blind="actions both",
    ),
)
