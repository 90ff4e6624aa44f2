# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of a node's surroundings before it is drained, and what speaks against draining it."""

from __future__ import annotations

from dataclasses import dataclass

from .._api import Api, Query, Row, equals
from .._units import MB_PER_GB
from .cluster_tier import CLUSTER_TIER, existing, real_tiers
from .node import in_maintenance, machine_name, machines_on, ram_in_use

_PEER_FIELDS = (
    "$key,name,maintenance,vm_ram,machine#status#running as running,machine#status#status as status,"
    "running_machines[$key,running_ram as ram_gb]"
)


@dataclass(frozen=True)
class Surroundings:
    """The other nodes of a node's own cluster, and the cluster's tiers."""

    peers: tuple[Row, ...] = ()
    tiers: tuple[Row, ...] = ()


def read_surroundings(api: Api, row: Row) -> Surroundings:
    """Three requests: nodes, tiers, and which of the tiers exist."""
    own = equals("cluster", row["cluster_key"])
    peers = [peer for peer in api.read(Query("nodes", own, _PEER_FIELDS)) if peer["$key"] != row["$key"]]
    tiers = existing(api.read(CLUSTER_TIER.query(own)), real_tiers(api))
    return Surroundings(tuple(peers), tuple(tiers))


def objections(row: Row, around: Surroundings) -> list[str]:
    """What speaks against draining the node now, each in one sentence."""
    return [*_memory(row, around), *_machines(row), *_redundancy(row, around), *_others(row, around)]


def _memory(row: Row, around: Surroundings) -> list[str]:
    machines = machines_on(row)
    if not machines:
        return []
    where = f"cluster '{row['cluster']}'"
    free = {peer["name"]: int(peer["vm_ram"]) - ram_in_use(machines_on(peer)) for peer in around.peers if _takes(peer)}
    if not free:
        return [f"No other node of {where} is running and out of maintenance to take its machines."]
    needed, room = ram_in_use(machines), sum(max(0, one) for one in free.values())
    if needed > room:
        return [f"Its machines need {_gb(needed)}, and the other nodes of {where} have {_gb(room)} free."]
    largest = max(machines, key=lambda machine: int(machine["ram_gb"] or 0))
    if int(largest["ram_gb"] or 0) > max(free.values()):
        return [
            f"Its machine '{machine_name(largest)}' needs {_gb(ram_in_use([largest]))}, and no other node of {where} "
            f"has more than {_gb(max(free.values()))} free."
        ]
    return []


def _takes(peer: Row) -> bool:
    """Whether the platform moves machines to the node."""
    return bool(peer["running"]) and peer["status"] == "running" and not peer["maintenance"]


def _gb(megabytes: int) -> str:
    return f"{round(megabytes / MB_PER_GB, 1):g} GB"


def _machines(row: Row) -> list[str]:
    names = sorted(machine_name(machine) for machine in machines_on(row) if not machine["migratable"])
    if not names:
        return []
    return [f"What runs on it cannot all be migrated and has to be powered off by hand: {', '.join(names)}."]


def _redundancy(row: Row, around: Surroundings) -> list[str]:
    lost = [tier for tier in around.tiers if not tier["redundant"]]
    # Nobody has measured whether maintenance by itself costs a tier its redundancy (API page 4.3).
    why = ", perhaps because the node is in maintenance already" if in_maintenance(row) else ""
    return [
        f"Tier {tier['tier']} of cluster '{row['cluster']}' is not redundant ({tier['status']}){why}." for tier in lost
    ]


def _others(row: Row, around: Surroundings) -> list[str]:
    names = sorted(str(peer["name"]) for peer in around.peers if peer["maintenance"])
    return [f"Of the same cluster, this is in maintenance already: {', '.join(names)}."] if names else []
