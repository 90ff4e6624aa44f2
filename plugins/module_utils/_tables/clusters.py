# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters (docs/platform.md#3.2)."""

from __future__ import annotations

from typing import Any, Optional

from .._model.conditions import Row
from .._model.plan import Refusal
from .._model.query import Reader
from .._model.resource import Access, Column, Resource
from .._model.selectors import known
from .._model.units import FLAG, INTEGER, PERCENT, RAM_GB, TIME, USED_RAM_GB, percent
from .tiers import CLUSTER_TIER, VSAN_TIER

CPU_TYPES = [
    "qemu64",
    "kvm64",
    "host",
    "Broadwell",
    "Cascadelake-Server",
    "Conroe",
    "Cooperlake",
    "core2duo",
    "coreduo",
    "Denverton",
    "EPYC",
    "EPYC-Genoa",
    "EPYC-Milan",
    "EPYC-Rome",
    "GraniteRapids",
    "Haswell",
    "Icelake-Server",
    "IvyBridge",
    "KnightsMill",
    "n270",
    "Nehalem",
    "Opteron_G1",
    "Opteron_G2",
    "Opteron_G3",
    "Opteron_G4",
    "Opteron_G5",
    "Penryn",
    "phenom",
    "SandyBridge",
    "SapphireRapids",
    "Skylake-Client",
    "Skylake-Server",
    "Snowridge",
    "Westmere",
]

CLUSTER = Resource(
    kind="cluster",
    table="clusters",
    columns=(
        Column("name", spec={"required": True}, limits=(1, 128), says="Name of the cluster.", sample="compute-b"),
        Column("description", limits=(0, 2048), says="Description of the cluster.", sample="Large tenants"),
        Column("enabled", codec=FLAG, says="Whether the cluster is enabled.", sample=True),
        Column("compute", codec=FLAG, says="Whether machines may run in the cluster.", sample=True),
        Column(
            "default_cpu",
            spec={"choices": CPU_TYPES},
            says="Processor that machines see unless they name another.",
            sample="EPYC-Rome",
        ),
        Column(
            "nested_virtualization",
            "kvm_nested",
            FLAG,
            says="Whether machines may run machines of their own.",
            sample=False,
        ),
        Column(
            "max_ram_per_vm_gb",
            "max_ram_per_vm",
            RAM_GB,
            limits=(0, None),
            says="Most memory that one machine or tenant node may have, in GiB.",
            sample=64.0,
        ),
        Column(
            "max_cores_per_vm",
            codec=INTEGER,
            limits=(0, None),
            says="Most cores that one machine or tenant node may have.",
            sample=16,
        ),
        Column(
            "target_ram_percent",
            "target_ram_pct",
            PERCENT,
            limits=(0, 100),
            says="Share of the cluster's memory that should be used, in percent.",
            sample=80,
        ),
        Column(
            "ram_overcommit_percent",
            "ram_overcommit_pct",
            PERCENT,
            limits=(0, 100),
            says="Share of the reserved memory that machines may use, in percent.",
            sample=0,
        ),
        Column(
            "ram_per_unit_gb",
            "ram_per_unit",
            RAM_GB,
            Access.READ,
            says="Memory of one billing unit, in GiB.",
            sample=4.0,
        ),
        Column("cores_per_unit", codec=INTEGER, access=Access.READ, says="Cores of one billing unit.", sample=1),
        Column(
            "recommended_cpu",
            "recommended_cpu_type",
            access=Access.READ,
            says="Processor that the platform recommends as the default.",
            sample="EPYC-Rome",
        ),
        Column("storage", codec=FLAG, access=Access.READ, says="Whether the cluster holds storage.", sample=True),
        Column(
            "status",
            "status#status",
            access=Access.READ,
            says="Status of the vSAN in the platform's words, such as V(online), V(reduced) or V(noredundant).",
            sample="online",
        ),
        Column(
            "state",
            "status#state",
            access=Access.READ,
            says="State of the vSAN; V(online), V(offline), V(warning) or V(error).",
            sample="online",
        ),
        Column(
            "total_nodes", "status#total_nodes", INTEGER, Access.READ, says="Number of the cluster's nodes.", sample=2
        ),
        Column(
            "online_nodes",
            "status#online_nodes",
            INTEGER,
            Access.READ,
            says="Number of the cluster's nodes that are online.",
            sample=2,
        ),
        Column(
            "total_ram_gb",
            "status#total_ram",
            USED_RAM_GB,
            Access.READ,
            says="Memory that machines may use, over all nodes, in GiB.",
            sample=134.25,
        ),
        Column(
            "online_ram_gb",
            "status#online_ram",
            USED_RAM_GB,
            Access.READ,
            says="Memory that machines may use, over the nodes that are online, in GiB.",
            sample=134.25,
        ),
        Column(
            "used_ram_gb",
            "status#used_ram",
            USED_RAM_GB,
            Access.READ,
            says="Memory that running machines hold, in GiB.",
            sample=85.0,
        ),
        Column("total_cores", "status#total_cores", INTEGER, Access.READ, says="Cores of all nodes.", sample=64),
        Column(
            "online_cores",
            "status#online_cores",
            INTEGER,
            Access.READ,
            says="Cores of the nodes that are online.",
            sample=64,
        ),
        Column(
            "used_cores", "status#used_cores", INTEGER, Access.READ, says="Cores that running machines hold.", sample=31
        ),
        Column(
            "running_machines",
            "status#running_machines",
            INTEGER,
            Access.READ,
            says="Number of running machines; networks are machines too.",
            sample=7,
        ),
        Column(
            "created",
            codec=TIME,
            access=Access.READ,
            says="When the cluster was created, as ISO 8601 in UTC.",
            sample="2026-08-24T08:30:29Z",
        ),
        Column("id", access=Access.HIDDEN),
    ),
)
CLUSTER_WITH_TIERS = Resource(
    CLUSTER.kind,
    CLUSTER.table,
    (*CLUSTER.columns, Column("tiers", access=Access.READ, rows=CLUSTER_TIER)),
)
#: What says how a cluster is.
CLUSTER_WITH_VSAN = Resource(
    CLUSTER.kind,
    CLUSTER.table,
    (
        *(CLUSTER[name] for name in ("name", "enabled", "status", "state", "total_nodes", "online_nodes")),
        Column("tiers", access=Access.READ, rows=VSAN_TIER),
    ),
)


def no_cluster(reader: Reader, text: str, option: str) -> Refusal:
    """What is said of a cluster that is not there; an earlier task may be what makes it."""
    return Refusal(
        f"There is no cluster '{text}' that could be the {option}.", known(reader, CLUSTER, text), liftable=True
    )


def cluster_view(row: Row) -> dict[str, Any]:
    """A cluster as users see it."""
    return {**CLUSTER.view(row), **cluster_shares(row)}


def cluster_shares(row: Optional[Row]) -> dict[str, Any]:
    """How full a cluster is; null where there is none yet."""
    return {
        "ram_used_percent": percent(row["used_ram_mb"], row["online_ram_mb"]) if row else None,
        "core_used_percent": percent(row["used_cores"], row["online_cores"]) if row else None,
    }
