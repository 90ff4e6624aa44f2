# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What forbids to begin a rolling maintenance, each in a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Optional, Protocol

Row = Mapping[str, Any]

#: Of the release that demands another one before it (docs/platform.md#3.25).
_DEMANDING, _FLOOR = (26, 2), (26, 1, 6)
#: Since which the platform updates its first controller last.
LAST_SINCE = (26, 1, 6)
#: Names of nodes are the platform's own, and cannot be changed (docs/platform.md#3.3).
FIRST_CONTROLLER = "node1"


class Choice(Protocol):
    """What is known of who has put a node into maintenance."""

    def is_own(self, node: Row) -> bool:
        """Whether an interrupted run of this role has left it."""

    def is_foreign(self, node: Row) -> bool:
        """Whether somebody else has it in maintenance, and it is not to be taken over."""

    def restarts(self, node: Row) -> bool:
        """Whether it is one that is to be restarted."""


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


def release(version: Any) -> Optional[tuple[int, ...]]:
    """A version as numbers, None for what is none."""
    found = re.match(r"\s*(\d+(?:\.\d+)*)", str(version or ""))
    return tuple(int(number) for number in found[1].split(".")) if found else None


def refusals(
    nodes: Sequence[Row],
    chosen: Sequence[Row],
    planned: Sequence[Row],
    choice: Choice,
    allow_unmigratable: bool,
    version: Any,
) -> list[str]:
    """What forbids to begin; ``chosen`` is what the selection speaks of, ``planned`` what is done with it."""
    down = [
        f"Node '{one['name']}' is {one['status']}: only a running node can be drained or restarted."
        for one in planned
        if not one["running"] and not one["awaited"]
    ]
    foreign = [str(node["name"]) for node in chosen if choice.is_foreign(node) and choice.restarts(node)]
    theirs = [
        f"Node '{name}' is in maintenance, and this role has not put it there within the last days. Take it out of "
        "maintenance, leave it out, or set node_maintenance_take_over to have it restarted and put back into service."
        for name in foreign
    ]
    pinned = [
        f"On node '{one['name']}' runs what cannot be migrated: {', '.join(one['unmigratable'])}. Power it off, or set "
        "node_maintenance_allow_unmigratable and power it off while the node is being drained."
        for one in planned
        if one["unmigratable"] and not allow_unmigratable
    ]
    return (
        down
        + theirs
        + _in_the_way(nodes, planned, foreign, choice)
        + _below_the_floor(nodes, planned, version)
        + pinned
    )


def _in_the_way(nodes: Sequence[Row], planned: Sequence[Row], foreign: Sequence[str], choice: Choice) -> list[str]:
    """One node of a cluster may be in maintenance: the one that is taken up."""
    told = []
    for cluster in dict.fromkeys(one["cluster"] for one in planned):
        absent = [node for node in nodes if node["cluster"] == cluster and node["maintenance"]]
        own = [one["name"] for one in planned if one["maintenance"] and one["cluster"] == cluster]
        others = [node for node in absent if str(node["name"]) not in own and str(node["name"]) not in foreign]
        left = [str(node["name"]) for node in others if choice.is_own(node)]
        theirs = [str(node["name"]) for node in others if not choice.is_own(node)]
        if left:
            told.append(
                f"Of cluster '{cluster}', an interrupted run of this role has left in maintenance: {', '.join(left)}. "
                "Name that first."
            )
        if theirs:
            told.append(
                f"Of cluster '{cluster}', this is in maintenance and not to be restarted: {', '.join(theirs)}. "
                "Take it out of maintenance first."
            )
        elif len(own) > 1:
            told.append(
                f"Of cluster '{cluster}', more than one node is in maintenance: {', '.join(own)}. "
                "Take all but one out of maintenance first."
            )
    return told


def _below_the_floor(nodes: Sequence[Row], planned: Sequence[Row], version: Any) -> list[str]:
    """Nodes that cannot come up with a release that is wanted, or that others run already."""
    wanted = [found for found in (release(version), *(release(node["yb_version"]) for node in nodes)) if found]
    if max(wanted, default=()) < _DEMANDING:
        return []
    return [
        f"Node '{one['name']}' runs {one['version']}: 26.2 is reached from 26.1.6 or newer only. Update to that first."
        for one in planned
        if one["restart"] and (release(one["version"]) or _FLOOR) < _FLOOR
    ]
