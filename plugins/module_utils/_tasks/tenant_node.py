# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_node`` plans: the compute of a tenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._checks.sizes import Limits, has_cluster, most_of, never_starts, takers
from .._model.conditions import Row
from .._model.desired import by_key, capital, plan_absent, plan_present, under
from .._model.facts import every, none
from .._model.plan import Goal, Guard, Plan, Refusal, Step, Until
from .._model.query import Query, Reader, Write
from .._model.resource import Reference
from .._model.selectors import candidates, check_new_name, pick, pick_renamed, reference
from .._tables.clusters import CLUSTER, no_cluster
from .._tables.nodes import NODE
from .._tables.tenant_nodes import IS_RUNNING, TENANT_NODE
from .._tables.tenants import no_tenant, read_tenant

#: Clusters, by name and with what one machine may have there.
_CLUSTER = CLUSTER.only("name", "enabled", "compute", "max_ram_per_vm_gb", "max_cores_per_vm")
_HOST = NODE.only("name")


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
        has_cluster(self.wanted)
        check_new_name(TENANT_NODE, self.new_name, self.absent)

    def plan(self, reader: Reader) -> Plan:
        tenant = read_tenant(reader, self.tenant)
        rows = reader.read(Query(TENANT_NODE, TENANT_NODE["tenant_key"].eq(tenant["$key"]))) if tenant else []
        row = pick_renamed("tenant node", rows, self.selector, self.new_name)
        if self.absent:
            return self._absent(tenant, row, rows)
        plan = self._present(reader, tenant, row)
        missing = None if tenant else no_tenant(reader, self.tenant)
        return under(plan, "tenant", self.tenant, tenant, missing)

    def _subject(self, name: str) -> str:
        return f"node '{name}' of tenant '{self.tenant}'"

    def _present(self, reader: Reader, tenant: Optional[Row], row: Optional[Row]) -> Plan:
        wanted = dict(self.wanted, name=self.new_name or self.selector)
        clusters = self._clusters(reader, row)
        refusals = []
        for option in ("cluster", "failover_cluster"):
            if wanted.get(option) and not self._is_shown(row, option):
                found = pick("cluster", clusters, str(wanted[option]), key=True)
                if found is None:
                    refusals.append(no_cluster(reader, str(wanted[option]), option))
                else:
                    wanted[option] = Reference(found["$key"], str(found["name"]))
        host = wanted.get("preferred_node")
        if host and not self._is_shown(row, "preferred_node"):
            hosts = candidates(reader, _HOST, [str(host)])
            wanted["preferred_node"] = reference(reader, _HOST, hosts, str(host))
        key = tenant["$key"] if tenant else 0
        find = Query(TENANT_NODE, TENANT_NODE["tenant_key"].eq(key) & TENANT_NODE["name"].eq(wanted["name"]))
        plan = plan_present(
            TENANT_NODE,
            self._subject(row["name"] if row else wanted["name"]),
            wanted,
            row,
            find=find,
            fixed={"tenant": key},
            required=("cpu_cores", "ram_gb"),
        )
        return self._sized(plan, self._limits(clusters, row, wanted), row, wanted).refused(*refusals)

    def _is_shown(self, row: Optional[Row], option: str) -> bool:
        """Whether the row shows already what the option names: then nothing has to be looked up."""
        return bool(row and row[option] == self.wanted[option])

    def _clusters(self, reader: Reader, row: Optional[Row]) -> list[Row]:
        if row is None and not self.wanted.get("cluster"):
            # A new node goes to the system's default cluster, which nobody can read: it is one of them all.
            return reader.read(Query(_CLUSTER))
        options = ("cluster", "failover_cluster")
        texts = [str(self.wanted[one]) for one in options if self.wanted.get(one) and not self._is_shown(row, one)]
        return candidates(reader, _CLUSTER, texts)

    def _limits(self, clusters: Sequence[Row], row: Optional[Row], wanted: Mapping[str, Any]) -> Limits:
        cluster = wanted.get("cluster")
        if row and not isinstance(cluster, Reference):
            return Limits(f"cluster '{row['cluster']}'", int(row["max_ram_mb"] or 0), int(row["max_cores"] or 0))
        if isinstance(cluster, Reference):
            return most_of([one for one in clusters if one["$key"] == cluster.key])
        return most_of(takers(clusters))

    def _sized(self, plan: Plan, limits: Limits, row: Optional[Row], wanted: Mapping[str, Any]) -> Plan:
        """Refused where this run makes the node too large; one that is so already is a warning."""
        there = TENANT_NODE.view(row) if row else {}
        ram, cores = (wanted.get(option, there.get(option)) for option in ("ram_gb", "cpu_cores"))
        refusals = never_starts(limits, ram, cores)
        if {"cluster", "ram_gb", "cpu_cores"} & set(plan.after):
            return plan.refused(*refusals)
        return plan.warned(*(refusal.message for refusal in refusals))

    def _absent(self, tenant: Optional[Row], row: Optional[Row], rows: Sequence[Row]) -> Plan:
        if row is None or tenant is None:
            return plan_absent(TENANT_NODE, "", None, identity=())
        subject = self._subject(row["name"])
        running = bool(row["running"])
        plan = plan_absent(
            TENANT_NODE,
            subject,
            row,
            identity=("tenant_key", "name"),
            first=[self._power_off(subject, row)] if running and self.allow_power_off else [],
            guards=self._guards(subject, row),
        )
        return plan.refused(self._is_last(subject, row, rows))

    def _guards(self, subject: str, row: Row) -> Sequence[Guard]:
        if self.allow_power_off:
            return ()
        return (
            Guard(
                none(by_key(TENANT_NODE, row), IS_RUNNING),
                f"{capital(subject)} is running, and only a stopped node can be deleted.",
                "Set allow_power_off=true to power it off first.",
                liftable=True,
            ),
        )

    def _is_last(self, subject: str, row: Row, rows: Sequence[Row]) -> Optional[Refusal]:
        last = max(rows, key=lambda one: int(one["node_id"]))
        if last is row:
            return None
        return Refusal(
            f"{capital(subject)} cannot be deleted: the platform deletes only the last node of a tenant, and that is "
            f"'{last['name']}'.",
            "Delete the nodes from the last one down.",
            liftable=True,
        )

    def _power_off(self, subject: str, row: Row) -> Step:
        query = by_key(TENANT_NODE, row)
        return Step(
            f"power off {subject}",
            Write("POST", "tenant_node_actions", body={"tenant_node": row["$key"], "action": "poweroff"}),
            every(query, _IS_GOING_DOWN),
            goal=Goal(f"{subject} to stop", query, Until(TENANT_NODE["running"].eq(False))),
        )


_IS_GOING_DOWN = TENANT_NODE["running"].eq(False) | TENANT_NODE["status"].ne("running")
