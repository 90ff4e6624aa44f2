# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage tiers of a system (API page 3.4), and what ``vrg_storage_info`` tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api import Api, Row, equals
from .._resource import Access, Column, Resource
from .._units import INTEGER, RATIO, TIME, USED_GIB, gib

STORAGE_TIER = Resource(
    kind="storage tier",
    table="storage_tiers",
    columns=(
        Column("tier", codec=INTEGER, access=Access.READ),
        Column("description", access=Access.READ),
        Column("capacity_gb", "capacity", USED_GIB, Access.READ),
        Column("used_gb", "used", USED_GIB, Access.READ),
        Column("allocated_gb", "allocated", USED_GIB, Access.READ),
        Column("used_inflated_gb", "used_inflated", USED_GIB, Access.READ),
        Column("dedupe_ratio", codec=RATIO, access=Access.READ),
        Column("read_ops", "stats#rops", INTEGER, Access.READ),
        Column("write_ops", "stats#wops", INTEGER, Access.READ),
        Column("read_bytes_per_second", "stats#rbps", INTEGER, Access.READ),
        Column("write_bytes_per_second", "stats#wbps", INTEGER, Access.READ),
        Column("modified", codec=TIME, access=Access.READ),
    ),
)


def percent(part: Any, whole: Any) -> float:
    """Part of whole, in percent; nothing of nothing is 0."""
    return round(100 * int(part or 0) / int(whole), 1) if whole else 0.0


def gather(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The tiers, by number, and their totals; one request."""
    # Numbers and keys of tiers overlap without meaning the same tier, so each has an option of its own.
    conditions = [
        equals(column, params[option])
        for column, option in (("tier", "tier"), ("$key", "key"))
        if params[option] is not None
    ]
    rows = sorted(api.read(STORAGE_TIER.query(" and ".join(conditions))), key=lambda row: int(row["tier"]))
    return {"tiers": [_view(row) for row in rows], "totals": _totals(rows)}


def _view(row: Row) -> dict[str, Any]:
    shown = STORAGE_TIER.view(row)
    ratio = shown["dedupe_ratio"]
    return {
        **shown,
        "free_gb": gib(int(row["capacity_gb"]) - int(row["used_gb"])),
        "used_percent": percent(row["used_gb"], row["capacity_gb"]),
        "dedupe_savings_percent": round(100 * (1 - 1 / ratio), 1) if ratio else 0.0,
    }


def _totals(rows: list[Row]) -> dict[str, Any]:
    capacity, used, allocated = (sum(int(row[name]) for row in rows) for name in _SUMMED)
    return {
        "capacity_gb": gib(capacity),
        "used_gb": gib(used),
        "allocated_gb": gib(allocated),
        "free_gb": gib(capacity - used),
        "used_percent": percent(used, capacity),
    }


_SUMMED = ("capacity_gb", "used_gb", "allocated_gb")
