# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report beside the one that stood before it: a figure once read is never replaced by one that was not read.

What is taken over is marked with the date of the report that it comes from, in ``old`` of the system or the tenant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Optional

from .billing import all_tenants, epoch

Row = Mapping[str, Any]
Figures = dict[str, Any]

#: The parts of a system that are rows, and by what a row is found again.
_LISTS = {"clusters": "name", "tiers": "tier", "tenants": "uuid"}
#: What a tenant has that may not be read although the tenant is.
_OF_A_TENANT = ("nodes", "cores", "ram_gb", "ram_used_gb", "trend")
NOT_IN_THIS_RUN = "It was not part of the last run."


def kept(new: Figures, old: Row, at: str) -> Figures:
    """The figures of a system, with the old ones of the same period where there are no new ones.

    ``at`` is the date of the old report.
    """
    marks = old["old"]
    found: Figures = {**new, "old": {}}
    for part in (*_LISTS, "trend", "attention"):
        if new[part] is None and old[part] is not None:
            found[part] = old[part]
            found["old"][part] = marks.get(part, at)
    if new["attention"] is None:
        found["verdict"] = old["verdict"]
    for part, identity in _LISTS.items():
        if part in found["old"] or not found[part]:
            continue
        before = {row[identity]: row for row in old[part] or ()}
        if part == "tenants":
            found[part] = [_tenant(row, before.get(row[identity]), at) for row in found[part]]
        elif new["not_read"]:
            filled = [_filled(row, before.get(row[identity], {})) for row in found[part]]
            if filled != found[part]:
                # Without its history, it is what lies ahead of a capacity that is not known.
                what = "forecast" if [one["part"] for one in new["not_read"]] == ["statistics"] else part
                found[part], found["old"][what] = filled, marks.get(what, at)
    if new["tenants"] is not None:
        here = {row["uuid"] for row in new["tenants"]}
        found["gone"] = [_gone(row, at) for row in all_tenants(old) if row["uuid"] not in here]
    else:
        found["gone"] = old["gone"]
    return found


def gone_since(new: Figures, before: Row, at: str, period: Row) -> list[Figures]:
    """The tenants of a report of an earlier period that were there in this one, and are gone: what they were last given
    stays, what was measured was of another time."""
    if new["tenants"] is None:
        return []
    here = {row["uuid"] for row in (*new["tenants"], *new["gone"])}
    rows = [_gone(row, at) for row in all_tenants(before) if row["uuid"] not in here]
    return [
        {**row, "p95": None, "p95_partial": False, "trend": None}
        for row in rows
        if epoch(row["last_seen"]) > epoch(period["begin"])
    ]


def absent(old: Row, at: str) -> Figures:
    """A system of the old report that this run is not about."""
    nothing: Figures = {**dict.fromkeys(("clusters", "tiers", "tenants", "trend", "attention")), "gone": []}
    return kept({**old, **nothing, "error": NOT_IN_THIS_RUN, "not_read": []}, old, at)


def by_name(systems: Iterable[Row]) -> dict[str, Row]:
    """Systems by name, of a report in this form."""
    return {system["name"]: system for system in systems}


def _filled(new: Row, old: Row) -> Figures:
    """A row of capacity: what is not known is what was."""
    found = {}
    for name, value in new.items():
        before = old.get(name)
        nested = isinstance(value, Mapping) and isinstance(before, Mapping)
        found[name] = _filled(value, before) if nested and before else before if value is None else value
    return found


def _tenant(new: Figures, old: Optional[Row], at: str) -> Figures:
    if not old:
        return new
    missing = [name for name in _OF_A_TENANT if new[name] is None and old[name] is not None]
    # Points only become fewer when the platform drops its history, or does not give it.
    if old["p95"] and (new["p95"] is None or new["p95"]["points"] < old["p95"]["points"]):
        missing += ["p95", "p95_partial"]
    marks: Row = old["old"]
    return {
        **new,
        **{name: old[name] for name in missing},
        "old": {name: marks.get(name, at) for name in missing},
    }


def _gone(row: Row, at: str) -> Figures:
    return {**row, "status": "gone", "state": "gone", "last_seen": row.get("last_seen") or at}
