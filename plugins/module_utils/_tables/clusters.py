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
        Column("name", spec={"required": True}, limits=(1, 128)),
        Column("description"),
        Column("enabled", codec=FLAG),
        Column("compute", codec=FLAG),
        Column("default_cpu", spec={"choices": CPU_TYPES}),
        Column("nested_virtualization", "kvm_nested", FLAG),
        Column("max_ram_per_vm_gb", "max_ram_per_vm", RAM_GB, limits=(0, None)),
        Column("max_cores_per_vm", codec=INTEGER, limits=(0, None)),
        Column("target_ram_percent", "target_ram_pct", PERCENT, limits=(0, 100)),
        Column("ram_overcommit_percent", "ram_overcommit_pct", PERCENT, limits=(0, 100)),
        Column("ram_per_unit_gb", "ram_per_unit", RAM_GB, Access.READ),
        Column("cores_per_unit", codec=INTEGER, access=Access.READ),
        Column("recommended_cpu", "recommended_cpu_type", access=Access.READ),
        Column("storage", codec=FLAG, access=Access.READ),
        Column("status", "status#status", access=Access.READ),
        Column("state", "status#state", access=Access.READ),
        Column("total_nodes", "status#total_nodes", INTEGER, Access.READ),
        Column("online_nodes", "status#online_nodes", INTEGER, Access.READ),
        Column("total_ram_gb", "status#total_ram", USED_RAM_GB, Access.READ),
        Column("online_ram_gb", "status#online_ram", USED_RAM_GB, Access.READ),
        Column("used_ram_gb", "status#used_ram", USED_RAM_GB, Access.READ),
        Column("total_cores", "status#total_cores", INTEGER, Access.READ),
        Column("online_cores", "status#online_cores", INTEGER, Access.READ),
        Column("used_cores", "status#used_cores", INTEGER, Access.READ),
        Column("running_machines", "status#running_machines", INTEGER, Access.READ),
        Column("created", codec=TIME, access=Access.READ),
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
