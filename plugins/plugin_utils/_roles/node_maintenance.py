# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rolling maintenance: which nodes are restarted, in which order, and what has to be settled before the first one.

Nodes and clusters are those of ``vrg_node_info`` and of ``vrg_cluster_info`` with tiers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Union

Row = Mapping[str, Any]
#: ``needed``, ``all``, or names.
Selection = Union[str, Sequence[str]]


def unsettled_tiers(clusters: Sequence[Row]) -> list[str]:
    """The tiers that a node must not be taken from now, each in a sentence."""
    return [
        f"Tier {tier['tier']} of cluster '{cluster['name']}' {_trouble(tier)}."
        for cluster in clusters
        for tier in cluster.get("tiers") or []
        if tier["repairing"] or not tier["redundant"]
    ]


def _trouble(tier: Row) -> str:
    if tier["repairing"]:
        return f"is being repaired ({tier['repairs']} repairs left)"
    return f"is not redundant ({tier['status']})"


def moment(given: Any) -> datetime | None:
    """A point in time, from ISO 8601 or seconds since the epoch; what names no time zone is UTC.

    Raises ValueError.
    """
    if given is None or given == "":
        return None
    if isinstance(given, datetime):  # YAML makes one of an ISO time without quotes
        return given if given.tzinfo else given.replace(tzinfo=timezone.utc)
    text = str(given).strip()
    try:
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return datetime.fromtimestamp(float(text), timezone.utc)
        return moment(datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text)))
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"'{given}' is neither an ISO 8601 time nor seconds since the epoch") from None


def iso(time: datetime | None) -> str:
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""


def maintenance_plan(
    nodes: Sequence[Row],
    clusters: Sequence[Row],
    selection: Selection = "needed",
    since: Any = None,
    allow_unmigratable: bool = False,
) -> dict[str, Any]:
    """The nodes to restart in order, the others, and what forbids to begin.

    Raises ValueError for a selection or a time that is none.
    """
    choice = _Choice(selection, moment(since))
    chosen, missing = _selected(nodes, selection)
    unsettled = {str(cluster["name"]): bool(unsettled_tiers([cluster])) for cluster in clusters}
    planned = [_planned(node, choice, unsettled) for node in chosen if choice.takes(node)]
    # What an interrupted run has left in maintenance is in the way of the others.
    planned.sort(key=lambda one: not one["maintenance"])
    rest = [_unchanged(node, choice) for node in chosen if not choice.takes(node)]
    return {
        "nodes": planned,
        "lines": [_line(number, one) for number, one in enumerate(planned, start=1)],
        "results": [_result(one, "not reached") for one in planned] + [_result(one, "unchanged") for one in rest],
        "refusals": missing + _refusals(nodes, planned, allow_unmigratable),
        "since": iso(choice.since or _latest(planned)),
    }


@dataclass(frozen=True)
class _Choice:
    """What makes a node one that is to be restarted."""

    selection: Selection
    since: datetime | None

    def done(self, node: Row) -> bool:
        """Restarted already, by the run that began then."""
        started = moment(node["started"])
        return self.since is not None and started is not None and started > self.since

    def takes(self, node: Row) -> bool:
        if self.done(node):
            return bool(node["maintenance"])
        return self.selection != "needed" or bool(node["need_restart"])

    def why(self, node: Row) -> str:
        if self.done(node):
            return f"has been restarted since {iso(self.since)} and is still in maintenance"
        taken_up = ", and is taken up in maintenance" if node["maintenance"] else ""
        if node["need_restart"]:
            reason = f" ({node['restart_reason']})" if node["restart_reason"] else ""
            return f"needs a restart{reason}{taken_up}"
        return ("all nodes are to be restarted" if self.selection == "all" else "is to be restarted") + taken_up


def _selected(nodes: Sequence[Row], selection: Selection) -> tuple[list[Row], list[str]]:
    """The nodes that the selection speaks of, in order, and a sentence for each name that there is not."""
    if isinstance(selection, str):
        if selection not in ("needed", "all"):
            raise ValueError(f"'{selection}' is neither 'needed' nor 'all' nor a list of names")
        return sorted(nodes, key=lambda node: _natural(str(node["name"]))), []
    by_name = {str(node["name"]): node for node in nodes}
    names = dict.fromkeys(str(name) for name in selection)
    missing = [
        f"There is no node '{name}' among {', '.join(by_name) or 'none'}." for name in names if name not in by_name
    ]
    return [by_name[name] for name in names if name in by_name], missing


def _natural(name: str) -> list[tuple[int, str]]:
    """node2 stands before node10."""
    return [(int(digits), "") if digits else (-1, text) for digits, text in re.findall(r"([0-9]+)|([^0-9]+)", name)]


def _planned(node: Row, choice: _Choice, unsettled: Mapping[str, bool]) -> dict[str, Any]:
    restart = not choice.done(node)
    machines = node["machines"] or []
    return {
        **_identity(node),
        "reason": choice.why(node),
        "maintenance": bool(node["maintenance"]),
        "running": bool(node["running"]),
        "status": node["status"],
        "started": node["started"],
        "restart": restart,
        # Whether a drain that hung goes on by itself, and whether maintenance costs redundancy, nobody has measured
        # (API page 4.3): such a node is taken out first, and drained like any other.
        "leave_first": _may_hang(node) or (bool(node["maintenance"]) and unsettled.get(str(node["cluster"]), False)),
        "moves": [machine["name"] for machine in machines if machine["migratable"]] if restart else [],
        "moves_gb": round(sum(machine["ram_gb"] for machine in machines if machine["migratable"]), 2),
        "unmigratable": [machine["name"] for machine in machines if not machine["migratable"]] if restart else [],
    }


def _may_hang(node: Row) -> bool:
    """In maintenance, but not drained."""
    return bool(node["maintenance"]) and (node["status"] != "maintenance" or bool(node["machines"]))


def _unchanged(node: Row, choice: _Choice) -> dict[str, Any]:
    reason = f"has been restarted since {iso(choice.since)}" if choice.done(node) else "needs no restart"
    return {**_identity(node), "reason": reason + (", is in maintenance" if node["maintenance"] else "")}


def _identity(node: Row) -> dict[str, Any]:
    return {"name": str(node["name"]), "cluster": node["cluster"], "version": node["yb_version"]}


def _result(one: Row, result: str) -> dict[str, Any]:
    after = one["version"] if result == "unchanged" else None
    shown = {"version_before": one["version"], "version_after": after, "reason": one["reason"]}
    return {"node": one["name"], "result": result, **shown}


def _line(number: int, one: Row) -> str:
    told = [f"{number}. {one['name']} of {one['cluster']}: {one['reason']}."]
    if one["leave_first"] and one["restart"]:
        told.append("Is taken out of maintenance first, and drained anew.")
    if one["restart"]:
        told.append(f"Moves {', '.join(one['moves'])} ({one['moves_gb']:g} GB)." if one["moves"] else "Moves nothing.")
    if one["unmigratable"]:
        told.append(f"Cannot be migrated: {', '.join(one['unmigratable'])}.")
    return " ".join(told)


def _latest(planned: Sequence[Row]) -> datetime | None:
    """When the last of the nodes came up: what this run restarts comes up later, by the platform's own clock."""
    return max((time for time in (moment(one["started"]) for one in planned) if time), default=None)


def _refusals(nodes: Sequence[Row], planned: Sequence[Row], allow_unmigratable: bool) -> list[str]:
    """What forbids to begin, each in a sentence."""
    down = [
        f"Node '{one['name']}' is {one['status']}: only a running node can be drained or restarted."
        for one in planned
        if not one["running"]
    ]
    pinned = [
        f"On node '{one['name']}' runs what cannot be migrated: {', '.join(one['unmigratable'])}. Power it off, or set "
        "node_maintenance_allow_unmigratable and power it off while the node is being drained."
        for one in planned
        if one["unmigratable"] and not allow_unmigratable
    ]
    return down + _in_the_way(nodes, planned) + pinned


def _in_the_way(nodes: Sequence[Row], planned: Sequence[Row]) -> list[str]:
    """One node of a cluster may be in maintenance: the one that is taken up."""
    told = []
    for cluster in dict.fromkeys(one["cluster"] for one in planned):
        absent = [str(node["name"]) for node in nodes if node["cluster"] == cluster and node["maintenance"]]
        own = [one["name"] for one in planned if one["maintenance"] and one["cluster"] == cluster]
        others = [name for name in absent if name not in own]
        if others:
            told.append(
                f"Of cluster '{cluster}', this is in maintenance and not to be restarted: {', '.join(others)}. "
                "Take it out of maintenance first."
            )
        elif len(own) > 1:
            told.append(
                f"Of cluster '{cluster}', more than one node is in maintenance: {', '.join(own)}. "
                "Take all but one out of maintenance first."
            )
    return told
