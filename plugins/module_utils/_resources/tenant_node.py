# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenant nodes (API page 3.8): the compute of a tenant, and what ``vrg_tenant_node`` plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from .._api import Api, Query, Row, Write, equals
from .._errors import VrgError
from .._plan import Plan, Step, nothing, plan_absent, plan_present
from .._references import no_tenant, pick, pick_renamed, read_named, read_tenant, reference, refuse_new_name
from .._resource import Access, Column, Reference, Resource
from .._units import FLAG, INTEGER, KEY, MB_PER_GB, NAME, RAM_GB
from .._wait import machine_stopped

#: What a tenant node may have (API page 3.8).
_CORES = (1, 1048576)
_RAM_GB = (2, 5120)

TENANT_NODE = Resource(
    kind="tenant node",
    table="tenant_nodes",
    columns=(
        Column("name", spec={"required": True}),
        Column("tenant", "tenant#name", access=Access.READ),
        Column("description"),
        Column("enabled", codec=FLAG),
        Column("cpu_cores", codec=INTEGER),
        Column("ram_gb", "ram", RAM_GB),
        Column("cluster", "machine#cluster#name", reference="machine#cluster", target="cluster"),
        Column("failover_cluster", "cluster_failover#name", reference="cluster_failover", target="cluster_failover"),
        Column(
            "preferred_node",
            "machine#preferred_node#name",
            reference="machine#preferred_node",
            target="preferred_node",
        ),
        Column(
            "on_power_loss",
            "machine#on_power_loss",
            target="on_power_loss",
            spec={"choices": ["power_on", "last_state", "leave_off"]},
        ),
        Column("ha_group"),
        Column("node_id", "nodeid", INTEGER, Access.READ),
        Column("running", "machine#status#running", FLAG, Access.READ),
        Column("status", "machine#status#status", access=Access.READ),
        Column("host", "machine#status#node#name", NAME, Access.READ),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
        Column("max_ram", "machine#cluster#max_ram_per_vm", INTEGER, Access.HIDDEN),
        Column("max_cores", "machine#cluster#max_cores_per_vm", INTEGER, Access.HIDDEN),
    ),
)

_LIMITS = ("max_ram_per_vm", "max_cores_per_vm")
_CLUSTERS = Query("clusters", "", ",".join(("$key", "name", *_LIMITS)))


@dataclass(frozen=True)
class NodeState:
    """The tenant, all its nodes, and the clusters and hosts that the options name and a row does not show yet."""

    tenant: Optional[Row] = None
    rows: tuple[Row, ...] = ()
    row: Optional[Row] = None
    clusters: tuple[Row, ...] = ()
    hosts: tuple[Row, ...] = ()


class TenantNodeTask:
    """``vrg_tenant_node``: present, absent."""

    name = "tenant_node"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.selector: str = params["name"]
        self.new_name: Optional[str] = params["new_name"]
        self.absent = params["state"] == "absent"
        self.allow_power_off: bool = params["allow_power_off"]
        self.wanted = TENANT_NODE.wanted(params)
        refuse_new_name("node", self.new_name, self.absent)
        _check_range("cpu_cores", self.wanted.get("cpu_cores"), _CORES, "cores")
        _check_range("ram_gb", self.wanted.get("ram_gb"), _RAM_GB, "GB")
        if self.wanted.get("cluster") == "":
            raise VrgError("cluster is empty, and a node always has one.", hint="Name a cluster, or leave it out.")

    def read(self, api: Api) -> NodeState:
        tenant = read_tenant(api, self.tenant)
        rows = api.read(TENANT_NODE.query(equals("tenant", tenant["$key"]))) if tenant else []
        row = self._select(rows)
        if self.absent:
            return NodeState(tenant, tuple(rows), row)
        clusters = self._unknown(row, "cluster", "failover_cluster")
        # A new node that names no cluster goes to the system's default, which nobody can read: it is one of them all.
        anywhere = row is None and not self.wanted.get("cluster")
        hosts = self._unknown(row, "preferred_node")
        return NodeState(
            tenant,
            tuple(rows),
            row,
            tuple(api.read(_CLUSTERS) if anywhere else read_named(api, "clusters", clusters, *_LIMITS)),
            tuple(read_named(api, "nodes", hosts)),
        )

    def _unknown(self, row: Optional[Row], *names: str) -> list[str]:
        """The names that the options give and the row does not show already: only those have to be looked up."""
        return [
            str(self.wanted[name])
            for name in names
            if self.wanted.get(name) and not (row and row[name] == self.wanted[name])
        ]

    def _select(self, rows: Sequence[Row]) -> Optional[Row]:
        return pick_renamed("tenant node", rows, self.selector, self.new_name)

    def plan(self, state: NodeState, *, verifying: bool = False) -> Plan:
        return self._absent(state) if self.absent else self._present(state, verifying)

    def _planned(self, row: Optional[Row], wanted: Mapping[str, Any], tenant: Any) -> Plan:
        named = dict(wanted, name=self.new_name or self.selector)
        subject = self._subject(row["name"] if row else named["name"])
        find = TENANT_NODE.query(f"{equals('tenant', tenant)} and {equals('name', named['name'])}")
        return plan_present(
            TENANT_NODE,
            subject,
            named,
            row,
            find=find,
            fixed={"tenant": tenant},
            required=("cpu_cores", "ram_gb"),
        )

    def _present(self, state: NodeState, verifying: bool) -> Plan:
        wanted = dict(self.wanted)
        blockers: list[str] = []
        for name in ("cluster", "failover_cluster"):
            if wanted.get(name) and not (state.row and state.row[name] == wanted[name]):
                found = pick("cluster", state.clusters, str(wanted[name]), key=True)
                if found is None:
                    blockers.append(f"There is no cluster '{wanted[name]}' that could be the {name}.")
                else:
                    wanted[name] = Reference(found["$key"], str(found["name"]))
        host = wanted.get("preferred_node")
        if host and not (state.row and state.row["preferred_node"] == host):
            wanted["preferred_node"] = reference("node", state.hosts, str(host))
        if state.tenant is None:
            blockers.insert(0, no_tenant(self.tenant))
        plan = self._planned(state.row, wanted, state.tenant["$key"] if state.tenant else 0)
        too_large = self._too_large(state, wanted)
        if too_large and not verifying and {"cluster", "ram_gb", "cpu_cores"} & set(plan.after):
            raise too_large
        tenant = state.tenant["name"] if state.tenant else self.tenant
        warnings = (too_large.message,) if too_large else ()
        return replace(plan, result={**plan.result, "tenant": tenant}, blockers=tuple(blockers), warnings=warnings)

    def _too_large(self, state: NodeState, wanted: Mapping[str, Any]) -> Optional[VrgError]:
        """More than the cluster allows one machine is accepted by the platform and then never starts (3.8)."""
        where, max_ram, max_cores = self._limits(state, wanted)
        row = TENANT_NODE.view(state.row) if state.row else {}
        ram, cores = wanted.get("ram_gb", row.get("ram_gb")), wanted.get("cpu_cores", row.get("cpu_cores"))
        if max_ram and ram and ram * MB_PER_GB > max_ram:
            return _never_starts(f"ram_gb {ram:g}", where, f"{max_ram / MB_PER_GB:g} GB", "max_ram_per_vm_gb")
        if max_cores and cores and cores > max_cores:
            return _never_starts(f"cpu_cores {cores}", where, f"{max_cores}", "max_cores_per_vm")
        return None

    def _limits(self, state: NodeState, wanted: Mapping[str, Any]) -> tuple[str, int, int]:
        """Where the node is or will be, in words, and the most MB and cores that one machine may have there."""
        cluster = wanted.get("cluster")
        if state.row and not isinstance(cluster, Reference):
            row = state.row
            return f"cluster '{row['cluster']}'", int(row["max_ram"] or 0), int(row["max_cores"] or 0)
        key = cluster.key if isinstance(cluster, Reference) else None
        rows = [row for row in state.clusters if key is None or row["$key"] == key]
        where = f"cluster '{rows[0]['name']}'" if len(rows) == 1 else "any cluster"
        return where, _most(rows, "max_ram_per_vm"), _most(rows, "max_cores_per_vm")

    def _absent(self, state: NodeState) -> Plan:
        row = state.row
        if row is None:
            return nothing()
        subject = self._subject(row["name"])
        last = max(state.rows, key=lambda one: int(one["node_id"]))
        if last is not row:
            raise VrgError(
                f"{subject[0].upper()}{subject[1:]} cannot be deleted: the platform deletes only the last node of a "
                f"tenant, and that is '{last['name']}'.",
                hint="Delete the nodes from the last one down.",
            )
        query = TENANT_NODE.query(equals("$key", row["$key"]))
        running = bool(row["running"])
        if running and not self.allow_power_off:
            raise VrgError(
                f"{subject[0].upper()}{subject[1:]} is running, and only a stopped node can be deleted.",
                hint="Set allow_power_off=true to power it off first.",
            )
        return plan_absent(
            TENANT_NODE,
            subject,
            row,
            identity={"tenant_key": row["tenant_key"], "name": row["name"]},
            first=[self._power_off(subject, row, query)] if running else [],
            before=machine_stopped(subject, query) if running else None,
        )

    def _power_off(self, subject: str, row: Row, query: Query) -> Step:
        return Step(
            f"power off {subject}",
            Write("POST", "tenant_node_actions", body={"tenant_node": row["$key"], "action": "poweroff"}),
            query,
            lambda rows: not any(one["running"] and one["status"] == "running" for one in rows),
        )

    def _subject(self, name: str) -> str:
        return f"node '{name}' of tenant '{self.tenant}'"

    def read_back(self, api: Api, state: NodeState) -> Optional[NodeState]:
        """The tenant's nodes only; what the options refer to is known already."""
        if self.absent or state.tenant is None:
            return None
        rows = api.read(TENANT_NODE.query(equals("tenant", state.tenant["$key"])))
        return NodeState(state.tenant, tuple(rows), self._select(rows), state.clusters, state.hosts)


def _check_range(option: str, value: Any, limits: tuple[int, int], unit: str) -> None:
    if value is not None and not limits[0] <= value <= limits[1]:
        raise VrgError(
            f"{option} {value:g} is outside of what a tenant node can have: {limits[0]} to {limits[1]} {unit}.",
            hint=f"Set {option} to at least {limits[0]}." if value < limits[0] else "",
        )


def _most(rows: Sequence[Row], column: str) -> int:
    """The most that one of the rows allows; 0 where one sets no limit, or there is none."""
    values = [int(row[column] or 0) for row in rows]
    return max(values) if values and all(values) else 0


def _never_starts(what: str, where: str, limit: str, option: str) -> VrgError:
    return VrgError(
        f"{what} is more than {where} allows one machine ({limit}): such a node never starts.",
        hint=f"Use more and smaller nodes, or raise {option} of the cluster.",
    )
