# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting and stopping tenants (API page 4.2): which request helps in which situation, and when it is over.

A tenant's situation is four columns of its row: ``running``, ``starting``, ``stopping`` and ``status``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from .._api import Query, Row, Write, equals
from .._plan import Plan, Step
from .._resource import Reference
from .._wait import DONE, Goal, Nudge, Verdict, failed, waiting

#: Seconds that a stopped tenant's network may take to stop by itself before it is stopped for it.
_NETWORK_PATIENCE = 15.0
#: Seconds after an accepted power-on in which a tenant may still look as if nothing had happened.
_START_GRACE = 5.0

NO_NODES = (
    "Tenant '{name}' has no node yet, and cannot run without one. Create it with state=present, add nodes with "
    "vrg_tenant_node, then set state=running."
)

_POWER_FIELDS = (
    "$key,name,uuid,status#running as running,status#starting as starting,status#stopping as stopping,"
    "status#status as status,vnet as network_key,vnet#machine#status#running as network_running"
)
_NODE_FIELDS = (
    "$key,name,nodeid,ram,cpu_cores,enabled,machine#status#status as status,machine#status#node#name as host,"
    "machine#cluster#name as cluster,machine#cluster#max_ram_per_vm as max_ram,"
    "machine#cluster#max_cores_per_vm as max_cores,tenant#status#running as tenant_running,"
    "tenant#status#starting as tenant_starting,tenant#status#status as tenant_status"
)


def is_up(row: Row) -> bool:
    return bool(row["running"]) and not row["stopping"] and not row["starting"]


def is_off(row: Row) -> bool:
    return not row["running"] and not row["starting"] and not row["stopping"]


def needs_stop(row: Row) -> bool:
    """Running or on the way there: a stop has to be sent. A tenant that is stopping only needs time."""
    return not is_off(row) and not row["stopping"]


def nodes_query(tenant: Any) -> Query:
    return Query("tenant_nodes", equals("tenant", tenant), _NODE_FIELDS)


def _power_query(row: Row) -> Query:
    # By uuid: the key of a deleted tenant is given to another one (API page 1.5).
    return Query("tenants", equals("uuid", str(row["uuid"])), _POWER_FIELDS)


def start(plan: Plan, row: Row, nodes: list[Row], host: Optional[Reference], wait: bool) -> Plan:
    """The plan with what makes the tenant run."""
    name = row["name"]
    if is_up(row):
        return plan
    if not nodes:
        return plan.then(blockers=(*plan.blockers, NO_NODES.format(name=name)))
    online = _online(name, row["$key"])
    if row["starting"]:
        # Somebody has started it already: nothing to change, only to wait for.
        return plan.then(settle=online if wait else None)
    body: dict[str, Any] = {"tenant": row["$key"], "action": "poweron"}
    if host is not None:
        body["params"] = {"preferred_node": host.key}
    step = Step(
        f"start tenant '{name}'",
        Write("POST", "tenant_actions", body=body),
        _power_query(row),
        lambda rows: any(found["running"] or found["starting"] for found in rows),
        before=_off(name, row) if row["stopping"] else None,
        after=online if wait else None,
    )
    return _with_running(plan.then(step), row, True)


def stop(plan: Plan, row: Row, wait: bool) -> Plan:
    """The plan with what makes the tenant stop gracefully."""
    if is_off(row):
        return plan
    if not needs_stop(row):
        return plan.then(settle=_off(row["name"], row) if wait else None)
    return _with_running(plan.then(stop_step(row, wait)), row, False)


def _with_running(plan: Plan, row: Row, running: bool) -> Plan:
    return plan.then(
        before={**plan.before, "running": bool(row["running"])},
        after={**plan.after, "running": running},
        result={**plan.result, "running": running, "status": None, "state": None},
    )


def stop_step(row: Row, wait: bool = False) -> Step:
    """Graceful stop; refused while the tenant is still starting, so that is waited for first."""
    return Step(
        f"stop tenant '{row['name']}'",
        Write("POST", "tenant_actions", body={"tenant": row["$key"], "action": "poweroff"}),
        _power_query(row),
        lambda rows: all(found["stopping"] or is_off(found) for found in rows),
        before=_started(row["name"], row) if row["starting"] else None,
        after=_off(row["name"], row) if wait else None,
    )


def _off(name: str, row: Row) -> Goal:
    def judge(rows: list[Row], waited: float) -> Verdict:
        return DONE if all(is_off(found) for found in rows) else waiting(f"it is {rows[0]['status']}")

    return Goal(f"tenant '{name}' to be offline", _power_query(row), judge)


def _started(name: str, row: Row) -> Goal:
    def judge(rows: list[Row], waited: float) -> Verdict:
        return waiting("it is still starting") if any(found["starting"] for found in rows) else DONE

    return Goal(f"tenant '{name}' to finish starting, so that it can be stopped", _power_query(row), judge)


def may_be_deleted(row: Row) -> Goal:
    """Offline, and its own network too: that lingers for seconds and a delete is refused until then (4.6)."""

    def judge(rows: list[Row], waited: float) -> Verdict:
        for found in rows:
            if not is_off(found):
                return waiting(f"it is {found['status']}")
            if found["network_running"]:
                return waiting("its network is still running")
        return DONE

    def stop_network(rows: list[Row]) -> Optional[Write]:
        for found in rows:
            if is_off(found) and found["network_running"]:
                return Write("POST", "vnet_actions", body={"vnet": found["network_key"], "action": "kill"})
        return None

    nudge = Nudge(f"stop the network of tenant '{row['name']}'", _NETWORK_PATIENCE, stop_network)
    return Goal(f"tenant '{row['name']}' and its network to be off", _power_query(row), judge, nudge)


def _online(name: str, key: Any) -> Goal:
    return Goal(f"tenant '{name}' to be online on all its nodes", nodes_query(key), _Online(name))


@dataclass
class _Online:
    """Judges a start. A platform that cannot place a node says nothing: the tenant just falls back (4.2 rule 2)."""

    name: str
    was_starting: bool = False

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        if not rows:
            return failed("its nodes are gone")
        tenant = rows[0]
        homeless = [row for row in rows if row["enabled"] and not row["host"]]
        if tenant["tenant_starting"]:
            self.was_starting = True
            return waiting(_seen(rows))
        if tenant["tenant_running"]:
            return self._running(rows, homeless)
        if self.was_starting or waited >= _START_GRACE:
            return failed(f"it fell back to {tenant['tenant_status']}; {_diagnosis(homeless or rows)}")
        return waiting(_seen(rows))

    def _running(self, rows: list[Row], homeless: list[Row]) -> Verdict:
        if not homeless:
            return DONE if rows[0]["tenant_status"] == "online" else waiting(_seen(rows))
        if any(row["status"] not in ("stopped", "error") for row in homeless):
            return waiting(_seen(rows))
        return failed(f"it runs without all its nodes; {_diagnosis(homeless)}")


def _seen(rows: list[Row]) -> str:
    nodes = ", ".join(f"{row['name']} {row['status']}" + (f" on {row['host']}" if row["host"] else "") for row in rows)
    return f"it is {rows[0]['tenant_status']}: {nodes}"


def _diagnosis(homeless: list[Row]) -> str:
    return "; ".join(_need(row) for row in homeless)


def _need(row: Row) -> str:
    """Which node found no host and what it needed."""
    cluster = f"cluster '{row['cluster']}'"
    told = f"node '{row['name']}' ({row['ram'] / 1024:g} GB, {row['cpu_cores']} cores) found no host in {cluster}"
    if row["max_ram"] and row["ram"] > row["max_ram"]:
        return f"{told}, which allows one machine {row['max_ram'] / 1024:g} GB (max_ram_per_vm_gb)"
    if row["max_cores"] and row["cpu_cores"] > row["max_cores"]:
        return f"{told}, which allows one machine {row['max_cores']} cores (max_cores_per_vm)"
    return f"{told}: free memory there, or make the node smaller"
