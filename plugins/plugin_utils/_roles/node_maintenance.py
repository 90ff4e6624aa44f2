# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rolling maintenance: which nodes are restarted, in which order, and what has to be settled before the first one.

Nodes and clusters are those of ``vrg_node_info`` and of ``vrg_cluster_info`` with tiers, tenants those of
``vrg_tenant_info`` with nodes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Union

from .maintenance_mark import Mark, has_room, is_marked, own_mark
from .maintenance_refusals import FIRST_CONTROLLER, LAST_SINCE, refusals, release, unsettled_tiers
from .moments import iso, moment
from .outcome import closing

Row = Mapping[str, Any]
#: ``needed``, ``all``, or names.
Selection = Union[str, Sequence[str]]


def maintenance_plan(
    nodes: Sequence[Row],
    clusters: Sequence[Row],
    selection: Selection = "needed",
    since: Any = None,
    allow_unmigratable: bool = False,
    *,
    now: Any = None,
    take_over: bool = False,
    version: Any = None,
    tenants: Sequence[Row] = (),
) -> dict[str, Any]:
    """The nodes to restart in order, the others, and what forbids to begin.

    ``now`` is the time by which the age of marks is judged, ``take_over`` whether nodes that somebody else has in
    maintenance are worked on as well, ``version`` the release that the nodes are to come up with. Raises ValueError for
    a selection or a time that is none.
    """
    time = moment(now) or datetime.now(timezone.utc)
    choice = _Choice(selection, moment(since), take_over, {str(node["name"]): own_mark(node, time) for node in nodes})
    chosen, missing = _selected(nodes, selection)
    unsettled = {str(cluster["name"]): bool(unsettled_tiers([cluster])) for cluster in clusters}
    planned = [_planned(node, choice, unsettled, tenants) for node in chosen if choice.takes(node)]
    planned.sort(key=_position if isinstance(selection, str) else _taken_up)
    rest = [_unchanged(node, choice) for node in chosen if not choice.takes(node)]
    mark = choice.round or Mark(time, choice.since or _latest(planned) or time)
    no_room = [
        f"The description of node '{one['name']}' has no room for the mark of this role."
        for one in planned
        if not has_room(one["description"], mark.text)
    ]
    return {
        "nodes": planned,
        "lines": [_line(number, one) for number, one in enumerate(planned, start=1)] + _remarks(planned, choice),
        "results": [_result(one, "not reached") for one in planned] + [_result(one, "unchanged") for one in rest],
        "refusals": missing + refusals(nodes, chosen, planned, choice, allow_unmigratable, version) + no_room,
        "since": iso(choice.since or _latest(planned)),
        "mark": mark.text,
        # What the last run has done, and only had not told yet.
        "finished": [str(node["name"]) for node in chosen if not choice.takes(node) and is_marked(node)],
    }


@dataclass(frozen=True)
class _Choice:
    """What makes a node one that is to be worked on."""

    selection: Selection
    given: datetime | None
    take_over: bool
    marks: Mapping[str, Mark | None]

    @property
    def round(self) -> Mark | None:
        """The round that an interrupted run has left, the latest of several."""
        found = [mark for mark in self.marks.values() if mark]
        return None if self.given or not found else max(found)

    @property
    def since(self) -> datetime | None:
        return self.given or (self.round.since if self.round else None)

    def is_own(self, node: Row) -> bool:
        """Whether an interrupted run of this role has left it."""
        return self.marks[str(node["name"])] is not None

    def is_foreign(self, node: Row) -> bool:
        """In maintenance by somebody else, and not to be taken over."""
        return bool(node["maintenance"]) and not self.is_own(node) and not self.take_over

    def after(self, node: Row) -> datetime | None:
        """When a node has to have come up later to have been restarted already."""
        mark = self.marks[str(node["name"])]
        if self.given:
            return self.given
        # What needs a restart says so itself; of others, only the round knows.
        return mark.since if mark else (self.since if self.selection != "needed" else None)

    def done(self, node: Row) -> bool:
        """Restarted already, by the run that began then."""
        after, started = self.after(node), moment(node["started"])
        return after is not None and started is not None and started > after

    def restarts(self, node: Row) -> bool:
        return not self.done(node) and (self.selection != "needed" or bool(node["need_restart"]))

    def takes(self, node: Row) -> bool:
        if self.is_own(node) and (node["maintenance"] or not node["running"]):
            return True
        if self.done(node):
            return bool(node["maintenance"]) and not self.is_foreign(node)
        return self.restarts(node)

    def why(self, node: Row) -> str:
        if not self.restarts(node):
            what = f"has been restarted since {iso(self.after(node))}" if self.done(node) else "needs no restart"
            return f"{what} and is {'still in maintenance' if node['running'] else 'not up yet'}"
        taken_up = ""
        if node["maintenance"]:
            taken_up = ", and is taken up in maintenance"
            if not self.is_own(node):
                taken_up += " that somebody else has begun"
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


def _taken_up(one: Row) -> bool:
    """What an interrupted run has left in maintenance is in the way of the others, and comes first."""
    return not one["maintenance"] and not one["awaited"]


def _position(one: Row) -> tuple[bool, bool]:
    """Then the other nodes, and the first controller last, as the platform itself does it (docs/platform.md#3.25)."""
    newer = (release(one["version"]) or LAST_SINCE) >= LAST_SINCE
    return _taken_up(one), newer and one["name"] == FIRST_CONTROLLER


def _planned(node: Row, choice: _Choice, unsettled: Mapping[str, bool], tenants: Sequence[Row]) -> dict[str, Any]:
    restart = choice.restarts(node)
    machines = node["machines"] or []
    own = choice.is_own(node)
    return {
        **_identity(node),
        "reason": choice.why(node),
        "maintenance": bool(node["maintenance"]),
        "running": bool(node["running"]),
        "status": node["status"],
        "started": node["started"],
        "description": str(node.get("description") or ""),
        "own": own,
        # It is down, and what has an interrupted run asked for but a restart.
        "awaited": own and not node["running"],
        # It may be about to go down for that.
        "watched": own and restart and bool(node["running"]) and bool(node["maintenance"]) and not _may_hang(node),
        "restart": restart,
        # Whether a drain that hung goes on by itself, and whether maintenance costs redundancy, nobody has measured
        # (API page 4.3): such a node is taken out first, and drained like any other.
        "leave_first": bool(node["running"])
        and (_may_hang(node) or (bool(node["maintenance"]) and unsettled.get(str(node["cluster"]), False))),
        "moves": [machine["name"] for machine in machines if machine["migratable"]] if restart else [],
        "moves_gb": round(sum(machine["ram_gb"] for machine in machines if machine["migratable"]), 2),
        "unmigratable": [machine["name"] for machine in machines if not machine["migratable"]] if restart else [],
        "drain": node.get("drain"),
        "single_node_tenants": _singles(node, tenants) if restart else [],
    }


def _may_hang(node: Row) -> bool:
    """In maintenance, but not drained."""
    return bool(node["maintenance"]) and (node["status"] != "maintenance" or bool(node["machines"]))


def _singles(node: Row, tenants: Sequence[Row]) -> list[dict[str, Any]]:
    """The tenants whose only node runs here: the platform may give them a second one (docs/platform.md#3.8)."""
    only = [(str(row["name"]), row["nodes"][0]) for row in tenants if len(row["nodes"]) == 1]
    here = [(name, one) for name, one in only if one["running"] and one["host"] == node["name"]]
    return [{"tenant": name, "ram_gb": one["ram_gb"]} for name, one in here]


def _unchanged(node: Row, choice: _Choice) -> dict[str, Any]:
    reason = f"has been restarted since {iso(choice.after(node))}" if choice.done(node) else "needs no restart"
    if node["maintenance"]:
        reason += ", is in maintenance" + (" that this role has not begun" if choice.is_foreign(node) else "")
    return {**_identity(node), "reason": reason}


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
    drain = one["drain"]
    if drain and one["restart"]:
        told.append(
            f"{drain['ram_free_after_gb']:g} GB would stay free on the other nodes; verdict {drain['verdict']}."
        )
    if one["unmigratable"]:
        told.append(f"Cannot be migrated: {', '.join(one['unmigratable'])}.")
    return " ".join(told + _temporary(one))


def _temporary(one: Row) -> list[str]:
    singles, drain = one["single_node_tenants"], one["drain"]
    if not singles:
        return []
    names, need = ", ".join(single["tenant"] for single in singles), sum(single["ram_gb"] for single in singles)
    told = [
        f"Tenants with this node only ({names}) may get a second, temporary one meanwhile, which takes {need:g} GB."
    ]
    if drain and drain["ram_free_after_gb"] < need:
        told.append("There is no room for that.")
    return told


def _remarks(planned: Sequence[Row], choice: _Choice) -> list[str]:
    told = []
    if choice.round and planned:
        told.append(f"Goes on with the round that began on {iso(choice.round.begun)} and was interrupted.")
    names = [one["name"] for one in planned if not one["maintenance"]]
    newer = all((release(one["version"]) or LAST_SINCE) >= LAST_SINCE for one in planned)
    if newer and FIRST_CONTROLLER in names[:-1]:
        told.append(f"The platform itself restarts {FIRST_CONTROLLER} last; this list does not.")
    return told


def _latest(planned: Sequence[Row]) -> datetime | None:
    """When the last of the nodes came up: what this run restarts comes up later, by the platform's own clock."""
    return max((time for time in (moment(one["started"]) for one in planned) if time), default=None)


# What became of it.

#: What may become of a node, and how it is counted in the closing line.
_COUNTED = {"done": "done", "unchanged": "unchanged", "failed": "failed", "not reached": "not reached"}


def outcome(results: Sequence[Row], check: bool = False) -> dict[str, Any]:
    """The counts of what became of the nodes, and the same as one line."""
    words = {**_COUNTED, "not reached": "to be done"} if check else _COUNTED
    names = {word: [str(one["node"]) for one in results if one["result"] == word] for word in words}
    parts = [f"{len(found)} {words[word]} ({', '.join(found)})" for word, found in names.items() if found]
    changed = bool(names["done"] or names["failed"] or (check and names["not reached"]))
    return closing("node", len(results), parts, "No node is meant.", names, changed=changed, check_mode=check)


def standing(nodes: Sequence[Row], clusters: Sequence[Row]) -> list[str]:
    """How nodes and tiers stand, in sentences: first the nodes that do not serve."""
    out = [
        f"Node '{node['name']}' is {node['status']}{', in maintenance' if node['maintenance'] else ''}"
        f"{', and does not run' if not node['running'] else ''}."
        for node in nodes
        if node["maintenance"] or not node["running"] or node["status"] != "running"
    ]
    serving = [str(node["name"]) for node in nodes if node["running"] and not node["maintenance"]]
    return [*out, f"In service: {', '.join(serving) or 'none'}.", *unsettled_tiers(clusters)]
