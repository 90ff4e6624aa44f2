# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clusters (API page 3.2): their columns, and what ``vrg_cluster`` plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._api import Api, Query, Row, any_of, equals
from .._errors import VrgError
from .._plan import Plan, nothing, plan_absent, plan_present
from .._references import check_length, named, pick_renamed, refuse_new_name
from .._resource import Access, Column, Resource
from .._units import FLAG, INTEGER, RAM_GB, TIME

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
        Column("name", spec={"required": True}),
        Column("description"),
        Column("enabled", codec=FLAG),
        Column("compute", codec=FLAG),
        Column("default_cpu", spec={"choices": CPU_TYPES}),
        Column("nested_virtualization", "kvm_nested", FLAG),
        Column("max_ram_per_vm_gb", "max_ram_per_vm", RAM_GB),
        Column("max_cores_per_vm", codec=INTEGER),
        Column("target_ram_percent", "target_ram_pct", INTEGER),
        Column("ram_overcommit_percent", "ram_overcommit_pct", INTEGER),
        Column("recommended_cpu", "recommended_cpu_type", access=Access.READ),
        Column("storage", codec=FLAG, access=Access.READ),
        Column("status", "status#status", access=Access.READ),
        Column("state", "status#state", access=Access.READ),
        Column("total_nodes", "status#total_nodes", INTEGER, Access.READ),
        Column("online_nodes", "status#online_nodes", INTEGER, Access.READ),
        Column("total_ram_gb", "status#total_ram", RAM_GB, Access.READ),
        Column("online_ram_gb", "status#online_ram", RAM_GB, Access.READ),
        Column("used_ram_gb", "status#used_ram", RAM_GB, Access.READ),
        Column("total_cores", "status#total_cores", INTEGER, Access.READ),
        Column("online_cores", "status#online_cores", INTEGER, Access.READ),
        Column("used_cores", "status#used_cores", INTEGER, Access.READ),
        Column("running_machines", "status#running_machines", INTEGER, Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        Column("id", access=Access.HIDDEN),
    ),
)

#: Lowest and highest value of an option; no highest where the platform names none.
_RANGES: dict[str, tuple[int, Optional[int]]] = {
    "max_ram_per_vm_gb": (0, None),
    "max_cores_per_vm": (0, None),
    "target_ram_percent": (0, 100),
    "ram_overcommit_percent": (0, 100),
}
#: The highest value where there is none: a number that a column can hold, in MB too.
_ANY = 2**40
_LONGEST_NAME = 128
#: How many tenants a sentence names.
_NAMED_TENANTS = 5


@dataclass(frozen=True)
class ClusterState:
    """The cluster, and before it is deleted the tenant nodes that are bound to it."""

    row: Optional[Row] = None
    tenant_nodes: tuple[Row, ...] = ()


class ClusterTask:
    """``vrg_cluster``: present, absent."""

    name = "cluster"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.selector: str = params["name"]
        self.new_name: Optional[str] = params["new_name"]
        self.absent = params["state"] == "absent"
        self.wanted = CLUSTER.wanted(params)
        self._check()

    def _check(self) -> None:
        refuse_new_name("cluster", self.new_name, self.absent)
        check_length(_LONGEST_NAME, name=self.selector, new_name=self.new_name)
        for option, (lowest, highest) in _RANGES.items():
            value = self.wanted.get(option)
            # Written so that what is no number at all is out of range, too.
            if value is not None and not lowest <= value <= (highest or _ANY):
                allowed = f"between {lowest} and {highest}" if highest is not None else f"at least {lowest}"
                raise VrgError(f"{option} {value:g} is out of range.", hint=f"It has to be {allowed}.")

    def read(self, api: Api) -> ClusterState:
        row = self._read_row(api)
        if row is None or not self.absent or _occupants(row):
            # Nodes and machines are counted in the row itself; only an empty cluster is asked about further.
            return ClusterState(row)
        bound = any_of(equals("cluster", row["$key"]), equals("cluster_failover", row["$key"]))
        return ClusterState(row, tuple(api.read(Query("tenant_nodes", bound, "$key,name,tenant#name as tenant"))))

    def _read_row(self, api: Api) -> Optional[Row]:
        texts = [self.selector, self.new_name] if self.new_name else [self.selector]
        return pick_renamed("cluster", api.read(CLUSTER.query(named(*texts))), self.selector, self.new_name)

    def plan(self, state: ClusterState, *, verifying: bool = False) -> Plan:
        row = state.row
        if self.absent:
            return nothing() if row is None else self._absent(row, state.tenant_nodes)
        name = self.new_name or self.selector
        subject = f"cluster '{row['name'] if row else name}'"
        find = CLUSTER.query(equals("name", name))
        return plan_present(CLUSTER, subject, dict(self.wanted, name=name), row, find=find)

    def _absent(self, row: Row, tenant_nodes: tuple[Row, ...]) -> Plan:
        subject = f"cluster '{row['name']}'"
        occupants = _occupants(row)
        if occupants:
            raise VrgError(
                f"Cluster '{row['name']}' cannot be deleted: it has {' and '.join(occupants)}.",
                hint="Only an empty cluster can be deleted.",
            )
        if tenant_nodes:
            raise VrgError(
                f"Cluster '{row['name']}' cannot be deleted: {_counted(len(tenant_nodes), 'tenant node')} "
                f"({_tenants(tenant_nodes)}) would lose their cluster or failover cluster.",
                hint="Give them another one with vrg_tenant_node first.",
            )
        return plan_absent(CLUSTER, subject, row, identity={"name": row["name"], "id": row.get("id")})

    def read_back(self, api: Api, state: ClusterState) -> Optional[ClusterState]:
        return None if self.absent else ClusterState(self._read_row(api))


def _occupants(row: Row) -> list[str]:
    """What is in a cluster, in words."""
    counts = ((row["total_nodes"], "node"), (row["running_machines"], "running machine"))
    return [_counted(int(count), what) for count, what in counts if count]


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _tenants(tenant_nodes: tuple[Row, ...]) -> str:
    names = sorted({str(node["tenant"]) for node in tenant_nodes})
    more = f" and {len(names) - _NAMED_TENANTS} more" if len(names) > _NAMED_TENANTS else ""
    return f"of {'tenant' if len(names) == 1 else 'tenants'} {', '.join(names[:_NAMED_TENANTS])}{more}"
