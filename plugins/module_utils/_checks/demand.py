# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The memory and cores that tenants have and will have in clusters, and those of everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from .._model.conditions import Row
from .._model.selectors import row_key
from .._tables.tenant_nodes import TENANT_NODE
from .estate import Estate, Wanted, cluster_of, node_of


@dataclass(frozen=True)
class Compute:
    """A tenant's node as it is or will be; ``holds`` says whether it takes memory of its cluster."""

    cluster: Optional[str]
    ram_mb: int
    cores: int
    holds: bool


@dataclass(frozen=True)
class Demand:
    """The nodes that the listed tenants have and will have, and those of everybody else."""

    before: Sequence[Compute]
    after: Sequence[Compute]
    others: Sequence[Compute]

    def within(self, cluster: Optional[str]) -> Demand:
        parts = (self.before, self.after, self.others)
        return Demand(*([node for node in nodes if node.cluster == cluster] for nodes in parts))

    @property
    def started_mb(self) -> int:
        """How much more memory is held afterwards than before."""
        before, after = (sum(node.ram_mb for node in nodes if node.holds) for nodes in (self.before, self.after))
        return after - before

    @property
    def ram_mb(self) -> tuple[int, int]:
        """What is promised to all tenants now and afterwards, running or not."""
        rest, before, after = (sum(node.ram_mb for node in nodes) for nodes in (self.others, self.before, self.after))
        return rest + before, rest + after

    @property
    def cores(self) -> tuple[int, int]:
        rest, before, after = (sum(node.cores for node in nodes) for nodes in (self.others, self.before, self.after))
        return rest + before, rest + after


def demand_of(asked: Sequence[Wanted], estate: Estate, default_cluster: Optional[str]) -> Demand:
    keys = {row_key(wanted.there["$key"]) for wanted in asked if wanted.there}
    return Demand(
        before=[node for wanted in asked for node in _standing(estate.tenants_nodes(wanted.there))],
        after=[node for wanted in asked for node in _wanted(wanted, estate, default_cluster)],
        others=[
            node
            for row in estate.tenants
            if row_key(row["$key"]) not in keys
            for node in _standing(estate.tenants_nodes(row))
        ],
    )


def touched(asked: Sequence[Wanted], estate: Estate, default_cluster: Optional[str]) -> list[Optional[str]]:
    """The clusters of the nodes that the list names, by name; None for one that cannot be known."""
    found = {
        cluster_of(node, node_of(estate.tenants_nodes(wanted.there), node["name"]), estate, default_cluster)
        for wanted in asked
        for node in wanted.nodes
    }
    return sorted(found, key=lambda name: name or "")


def _standing(rows: Sequence[Row]) -> list[Compute]:
    """The nodes that a tenant has."""
    return [Compute(row["cluster"], int(row["ram_mb"]), int(row["cpu_cores"]), _holds(row)) for row in rows]


def _holds(row: Row) -> bool:
    """Whether a node takes memory: from when it is placed on a host, which is before it runs."""
    return bool(row["running"] or row["status"] == "starting")


def _wanted(wanted: Wanted, estate: Estate, default_cluster: Optional[str]) -> list[Compute]:
    """The nodes that a tenant will have: those asked for, and those that it has beside them, which stay."""
    rows = estate.tenants_nodes(wanted.there)
    nodes = []
    for node in wanted.nodes:
        row = node_of(rows, node["name"])
        enabled = bool(node.get("enabled", row["enabled"] if row else True))
        ram_mb = TENANT_NODE["ram_gb"].encoded(node["ram_gb"])
        cluster = cluster_of(node, row, estate, default_cluster)
        nodes.append(Compute(cluster, ram_mb, node["cpu_cores"], _will_hold(wanted, enabled, row)))
    names = [node["name"] for node in wanted.nodes]
    for row in rows:
        if row["name"] not in names:
            holds = _will_hold(wanted, bool(row["enabled"]), row)
            nodes.append(Compute(row["cluster"], int(row["ram_mb"]), int(row["cpu_cores"]), holds))
    return nodes


def _will_hold(wanted: Wanted, enabled: bool, row: Optional[Row]) -> bool:
    if wanted.state == "running":
        return enabled
    if wanted.state == "stopped":
        return False
    # Left as it is, a tenant keeps its nodes running or not; a new one of a running tenant may start any time.
    if row is None:
        return enabled and bool(wanted.there and wanted.there["running"])
    return _holds(row) or row["status"] == "initializing"


def without_largest(hosts: Sequence[Row]) -> Optional[int]:
    """What the hosts that are running have together when the largest of them is gone, in MB; None if none is seen."""
    if not hosts:
        return None
    sizes = [int(row["vm_ram_mb"] or 0) for row in hosts if row["running"] and not row["maintenance"]]
    return sum(sizes) - max(sizes, default=0)
