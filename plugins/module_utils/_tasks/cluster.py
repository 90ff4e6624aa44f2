# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_cluster`` plans (docs/platform.md#3.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

from .._model.conditions import Row, all_of
from .._model.desired import by_key, delete_step, plan_present
from .._model.facts import every, none
from .._model.plan import Guard, Plan, Step, nothing
from .._model.query import Query, Reader
from .._model.selectors import check_new_name, named, pick_renamed
from .._tables.clusters import CLUSTER, cluster_shares, cluster_view
from .._tables.tenant_nodes import TENANT_NODE

#: How many tenants a sentence names.
_NAMED_TENANTS = 5
_IS_EMPTY = all_of(CLUSTER["total_nodes"].eq(0), CLUSTER["running_machines"].eq(0))
_BOUND = TENANT_NODE.only("name", "tenant", "cluster", "failover_cluster")


class ClusterTask:
    """``vrg_cluster``: present, absent."""

    name = "cluster"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.selector: str = params["name"]
        self.new_name: Optional[str] = params["new_name"]
        self.absent = params["state"] == "absent"
        self.wanted = CLUSTER.wanted(params)
        check_new_name(CLUSTER, self.new_name, self.absent)

    def plan(self, reader: Reader) -> Plan:
        names = [self.selector, self.new_name] if self.new_name else [self.selector]
        rows = reader.read(Query(CLUSTER, named(CLUSTER, *names)))
        row = pick_renamed("cluster", rows, self.selector, self.new_name)
        if self.absent:
            return _absent(reader, row) if row else replace(nothing(), is_final=True)
        return self._present(row)

    def _present(self, row: Optional[Row]) -> Plan:
        name = self.new_name or self.selector
        subject = f"cluster '{row['name'] if row else name}'"
        find = Query(CLUSTER, CLUSTER["name"].eq(name))
        plan = plan_present(CLUSTER, subject, dict(self.wanted, name=name), row, find=find)
        if row:
            plan = replace(plan, steps=tuple(_with_its_ram(step, row) for step in plan.steps))
        return replace(plan, result={**plan.result, **cluster_shares(row)})


def _with_its_ram(step: Step, row: Row) -> Step:
    """Before 26.1.2 every other change of a cluster resets the memory of a machine (docs/platform.md#3.2)."""
    column = CLUSTER["max_ram_per_vm_gb"]
    body = {column.written_to: row[column.key], **step.write.body}
    return replace(step, write=replace(step.write, body=body))


def _absent(reader: Reader, row: Row) -> Plan:
    refused = f"Cluster '{row['name']}' cannot be deleted:"
    empty = Guard(
        every(by_key(CLUSTER, row), _IS_EMPTY),
        f"{refused} {_occupied(row)}.",
        "Only an empty cluster can be deleted.",
        liftable=True,
    )
    bound = Query(_BOUND, _BOUND["cluster_key"].eq(row["$key"]) | _BOUND["failover_cluster_key"].eq(row["$key"]))
    # Nodes and machines are counted in the row itself; only an empty cluster is asked about further.
    tenant_nodes = reader.read(bound) if _IS_EMPTY.matches(row) else []
    free = Guard(
        none(bound),
        f"{refused} {_users(tenant_nodes)} would lose their cluster or failover cluster.",
        "Give them another one with vrg_tenant_node first.",
        liftable=True,
    )
    view = cluster_view(row)
    step = delete_step(CLUSTER, f"cluster '{row['name']}'", row, identity=("name", "id"), guards=(empty, free))
    plan = Plan(view, (step,), before=view, is_final=True, subject=f"cluster '{row['name']}'")
    return plan.refused(empty.refusal([row]), free.refusal(tenant_nodes))


def _occupied(row: Row) -> str:
    """What is in a cluster, in words; of an empty one, what the guard says once that has changed."""
    counts = ((row["total_nodes"], "node"), (row["running_machines"], "running machine"))
    counted = [_counted(int(count), what) for count, what in counts if count]
    return f"it has {' and '.join(counted)}" if counted else "it is not empty any more"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _users(tenant_nodes: Sequence[Row]) -> str:
    """Which tenant nodes are bound to a cluster, in words; of none, what the guard says once there are."""
    if not tenant_nodes:
        return "tenant nodes that have been bound to it meanwhile"
    names = sorted({str(node["tenant"]) for node in tenant_nodes})
    more = f" and {len(names) - _NAMED_TENANTS} more" if len(names) > _NAMED_TENANTS else ""
    tenants = f"of {'tenant' if len(names) == 1 else 'tenants'} {', '.join(names[:_NAMED_TENANTS])}{more}"
    return f"{_counted(len(tenant_nodes), 'tenant node')} ({tenants})"
