# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a node can be drained: where its machines would fit, and what speaks against it (docs/platform.md#4.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .._model.conditions import Row, all_of
from .._model.facts import every
from .._model.query import Query, Reader
from .._model.selectors import row_key
from .._model.units import MB_PER_GB, figure, gb
from .._tables.machines import machine_name
from .._tables.nodes import HAS_LEFT, IN_MAINTENANCE, NODE, PEER, SERVES, machines_on, ram_free
from .._tables.tiers import CLUSTER_TIER, existing, real_tiers

_TIER = CLUSTER_TIER.only("tier", "status", "redundant", "cluster_key")
_NOT_REDUNDANT = CLUSTER_TIER["redundant"].ne(True)
#: No host is in maintenance, or on the way there or back, when a tenant may have a second node beside its only one
#: (docs/platform.md#3.8).
ALL_SETTLED = every(
    Query(NODE.only("name", "maintenance", "running", "status")),
    all_of(NODE["maintenance"].eq(False), NODE["running"].eq(True), HAS_LEFT),
)


@dataclass(frozen=True)
class Drain:
    """A node, the other nodes of its cluster, and the cluster's tiers that are not redundant. RAM is in MB."""

    row: Row
    peers: tuple[Row, ...] = ()
    lost_tiers: tuple[Row, ...] = ()

    @cached_property
    def machines(self) -> list[Row]:
        """What runs on it, by name."""
        return sorted(machines_on(self.row), key=machine_name)

    @cached_property
    def to_move(self) -> list[Row]:
        """The machines that the platform can move, the largest first."""
        return sorted((one for one in self.machines if one["migratable"]), key=_ram, reverse=True)

    @cached_property
    def pinned(self) -> list[str]:
        """The machines that have to be powered off by hand."""
        return [machine_name(one) for one in self.machines if not one["migratable"]]

    @cached_property
    def free(self) -> dict[Any, int]:
        """The room on each node that takes machines, by the node's key."""
        return {peer["$key"]: max(0, ram_free(peer)) for peer in self.peers if SERVES.matches(peer)}

    @cached_property
    def placed(self) -> dict[Any, Any]:
        """A node's key for each machine's that finds room when the largest goes first, where least room is left."""
        room = dict(self.free)
        places = {}
        for machine in self.to_move:
            fitting = [key for key in room if room[key] >= _ram(machine)]
            if fitting:
                tightest = min(fitting, key=lambda key: room[key])
                room[tightest] -= _ram(machine)
                places[machine["$key"]] = tightest
        return places

    @property
    def needed(self) -> int:
        return sum(map(_ram, self.to_move))

    @property
    def left(self) -> int:
        """What stays free on the other nodes afterwards; below 0, what is missing."""
        return sum(self.free.values()) - self.needed

    @property
    def objections(self) -> list[str]:
        """What speaks against draining the node now, each in one sentence."""
        return [*self._memory(), *self._pinned(), *self._redundancy(), *self._others()]

    @property
    def report(self) -> str:
        """The objections and the figures behind them, in sentences."""
        return " ".join([*self._memory(), self._figures(), *self._pinned(), *self._redundancy(), *self._others()])

    @property
    def verdict(self) -> str:
        """Whether it can end: ``ok``, ``risky`` where something else speaks against it, ``stuck`` where it cannot."""
        if self._memory() or self.pinned:
            return "stuck"
        return "risky" if self.objections else "ok"

    def _memory(self) -> list[str]:
        if not self.to_move:
            return []
        where = f"cluster '{self.row['cluster']}'"
        if not self.free:
            return [f"No other node of {where} is running and out of maintenance to take its machines."]
        room, largest = self.free.values(), self.to_move[0]
        if self.left < 0:
            return [f"Its machines need {_gb(self.needed)}, and the other nodes of {where} have {_gb(sum(room))} free."]
        if _ram(largest) > max(room):
            return [
                f"Its machine '{machine_name(largest)}' needs {_gb(_ram(largest))}, and no other node of {where} has "
                f"more than {_gb(max(room))} free."
            ]
        crowded = [machine_name(one) for one in self.to_move if one["$key"] not in self.placed]
        if crowded:
            return [f"Placed the largest first, the other nodes of {where} have no room for: {', '.join(crowded)}."]
        return []

    def _figures(self) -> str:
        takers = [peer for peer in self.peers if peer["$key"] in self.free]
        free = [f"{_gb(self.free[peer['$key']])} on {peer['name']}" for peer in takers]
        rest = f"{_gb(self.left)} stay free" if self.left >= 0 else f"{_gb(-self.left)} are missing"
        number = len(self.to_move)
        what = f"{number} machine{'' if number == 1 else 's'} with {_gb(self.needed)}"
        return f"To move: {what}; free: {', '.join(free) or 'nothing'}; {rest}."

    def _pinned(self) -> list[str]:
        if not self.pinned:
            return []
        names = ", ".join(self.pinned)
        return [f"What runs on it cannot all be migrated and has to be powered off by hand: {names}."]

    def _redundancy(self) -> list[str]:
        # Nobody has measured whether maintenance by itself costs a tier its redundancy (docs/platform.md#4.3).
        why = ", perhaps because the node is in maintenance already" if IN_MAINTENANCE.matches(self.row) else ""
        return [
            f"Tier {tier['tier']} of cluster '{self.row['cluster']}' is not redundant ({tier['status']}){why}."
            for tier in self.lost_tiers
        ]

    def _others(self) -> list[str]:
        names = sorted(str(peer["name"]) for peer in self.peers if peer["maintenance"])
        return [f"Of the same cluster, this is in maintenance already: {', '.join(names)}."] if names else []

    def view(self) -> dict[str, Any]:
        """The figures as users see them."""
        return {
            "verdict": self.verdict,
            "objections": self.objections,
            "ram_to_move_gb": gb(self.needed),
            "ram_free_gb": gb(sum(self.free.values())),
            "ram_free_after_gb": gb(self.left),
            "pinned": self.pinned,
            "machines": [self._machine_view(machine) for machine in self.machines],
            "nodes": [self._node_view(peer) for peer in self.peers],
        }

    def _machine_view(self, machine: Row) -> dict[str, Any]:
        names = {peer["$key"]: str(peer["name"]) for peer in self.peers}
        fitting = [names[key] for key, room in self.free.items() if machine["migratable"] and room >= _ram(machine)]
        return {
            "name": machine_name(machine),
            "ram_gb": gb(_ram(machine)),
            "migratable": bool(machine["migratable"]),
            "fits_on": fitting,
            "placed_on": names.get(self.placed.get(machine["$key"])),
        }

    def _node_view(self, peer: Row) -> dict[str, Any]:
        takes = peer["$key"] in self.free
        room = self.free[peer["$key"]] if takes else max(0, ram_free(peer))
        taken = sum(_ram(one) for one in self.to_move if takes and self.placed.get(one["$key"]) == peer["$key"])
        return {
            "name": str(peer["name"]),
            "takes_machines": takes,
            "ram_free_gb": gb(room),
            "ram_free_after_gb": gb(room - taken),
        }


def can_be_looked_at(row: Row) -> bool:
    """Whether there is a drain to judge: the node runs, in a cluster."""
    return bool(row["running"]) and row["cluster_key"] is not None


def read_drain(reader: Reader, row: Row) -> Drain:
    """One node's drain; two requests, and one more where a tier is not redundant."""
    peers = reader.read(Query(PEER, PEER["cluster_key"].eq(row["cluster_key"])))
    return drain_of(row, peers, lost_tiers(reader, [row["cluster_key"]]))


def drain_of(row: Row, nodes: Iterable[Row], tiers: Iterable[Row]) -> Drain:
    """One node's drain among the nodes of a system, given the tiers that are not redundant."""
    own = row_key(row["cluster_key"])
    peers = [one for one in nodes if row_key(one["cluster_key"]) == own and one["$key"] != row["$key"]]
    by_name = tuple(sorted(peers, key=lambda peer: str(peer["name"])))
    return Drain(row, by_name, tuple(tier for tier in tiers if row_key(tier["cluster_key"]) == own))


def lost_tiers(reader: Reader, clusters: Iterable[Any]) -> list[Row]:
    """The tiers of clusters, given by key, that are not redundant.

    One request, and one more where there are any: a cluster may list tiers that the system does not have.
    """
    rows = reader.read(Query(_TIER, _TIER["cluster_key"].among(*clusters)))
    lost = [row for row in rows if _NOT_REDUNDANT.matches(row)]
    return existing(lost, real_tiers(reader)) if lost else []


def _ram(machine: Row) -> int:
    return int(machine["ram_mb"] or 0)


def _gb(megabytes: int) -> str:
    return f"{figure(megabytes / MB_PER_GB)} GB"
