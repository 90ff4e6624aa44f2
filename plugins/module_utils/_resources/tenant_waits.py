# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tenant's power is waited for by (API page 4.2), and what a start that fails has to say.

A tenant's situation is four columns: ``running``, ``starting``, ``stopping`` and ``status``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from .._api import Api, Query, Row, Write, all_of, equals
from .._plan import CREATED
from .._references import NO_SNAPSHOTS
from .._units import MB_PER_GB
from .._wait import DONE, Goal, Nudge, Verdict, failed, waiting

#: Seconds that a stopped tenant's network may take to stop by itself before it is stopped for it.
_NETWORK_PATIENCE = 15.0
#: Seconds after an accepted power-on in which a tenant may still look as if nothing had happened.
_START_GRACE = 5.0

_POWER_FIELDS = (
    "$key,name,uuid,status#running as running,status#starting as starting,status#stopping as stopping,"
    "status#status as status,vnet as network_key,vnet#machine#status#running as network_running"
)
_NODE_FIELDS = (
    "$key,name,nodeid,ram,cpu_cores,enabled,machine#status#running as running,machine#status#status as status,"
    "machine#status#node#name as host,machine#cluster#name as cluster,machine#cluster#max_ram_per_vm as max_ram,"
    "machine#cluster#max_cores_per_vm as max_cores,tenant#status#running as tenant_running,"
    "tenant#status#starting as tenant_starting,tenant#status#status as tenant_status"
)


@dataclass(frozen=True)
class Who:
    """One tenant, as its rows and its nodes' rows are asked for."""

    name: str
    key: Any
    tenant: str
    nodes: str

    @property
    def power(self) -> Query:
        return Query("tenants", self.tenant, _POWER_FIELDS)

    @property
    def node_rows(self) -> Query:
        return Query("tenant_nodes", self.nodes, _NODE_FIELDS)


def who_is(row: Row) -> Who:
    """A tenant that exists, by its uuid: the key of a deleted one is given to another (API page 1.5)."""
    return Who(str(row["name"]), row["$key"], equals("uuid", str(row["uuid"])), equals("tenant", row["$key"]))


def who_will_be(name: str) -> Who:
    """A tenant that an earlier step of the same plan makes."""
    return Who(name, CREATED, all_of(equals("name", name), NO_SNAPSHOTS), equals("tenant#name", name))


def is_up(row: Row) -> bool:
    return bool(row["running"]) and not row["stopping"] and not row["starting"]


def is_off(row: Row) -> bool:
    return not row["running"] and not row["starting"] and not row["stopping"]


def off(who: Who, force_after: Optional[int] = None) -> Goal:
    def judge(rows: list[Row], waited: float) -> Verdict:
        return DONE if all(is_off(row) for row in rows) else waiting(f"it is {rows[0]['status']}")

    return Goal(f"tenant '{who.name}' to be offline", who.power, judge, _force(who, force_after))


def _force(who: Who, seconds: Optional[int]) -> tuple[Nudge, ...]:
    """End a graceful stop that does not end: there is no kill for a tenant, only for its nodes (API page 3.7)."""
    if seconds is None:
        return ()

    def kill_nodes(api: Api, rows: list[Row]) -> list[str]:
        done = []
        for node in api.read(who.node_rows):
            if node["running"]:
                api.write(Write("POST", "tenant_node_actions", body={"tenant_node": node["$key"], "action": "kill"}))
                done.append(f"kill node '{node['name']}' of tenant '{who.name}'")
        return done

    return (Nudge(float(seconds), lambda rows: any(row["stopping"] for row in rows), kill_nodes),)


def started(who: Who) -> Goal:
    def judge(rows: list[Row], waited: float) -> Verdict:
        return waiting("it is still starting") if any(row["starting"] for row in rows) else DONE

    return Goal(f"tenant '{who.name}' to finish starting, so that it can be stopped", who.power, judge)


def all_off(who: Who, force_after: Optional[int] = None) -> Goal:
    """Offline, and its own network too: that lingers for seconds and a delete is refused until then (4.6)."""

    def lingers(rows: list[Row]) -> bool:
        return any(is_off(row) and row["network_running"] for row in rows)

    def judge(rows: list[Row], waited: float) -> Verdict:
        if lingers(rows):
            return waiting("its network is still running")
        return DONE if all(is_off(row) for row in rows) else waiting(f"it is {rows[0]['status']}")

    def stop_network(api: Api, rows: list[Row]) -> list[str]:
        for row in rows:
            api.write(Write("POST", "vnet_actions", body={"vnet": row["network_key"], "action": "kill"}))
        return [f"stop the network of tenant '{who.name}'"]

    nudges = (*_force(who, force_after), Nudge(_NETWORK_PATIENCE, lingers, stop_network))
    return Goal(f"tenant '{who.name}' and its network to be off", who.power, judge, nudges)


def cloned(who: Who) -> Goal:
    def judge(rows: list[Row], waited: float) -> Verdict:
        if not rows:
            return waiting("it has not appeared yet")
        return waiting("it is provisioning") if rows[0]["status"] == "provisioning" else DONE

    return Goal(f"the clone '{who.name}' to be made", who.power, judge)


def online(who: Who) -> Goal:
    return Goal(f"tenant '{who.name}' to be online on all its nodes", who.node_rows, _Online())


@dataclass
class _Online:
    """Judges a start. A platform that cannot place a node says nothing: the tenant just falls back (4.2 rule 2)."""

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
    ram = f"{row['ram'] / MB_PER_GB:g} GB"
    told = f"node '{row['name']}' ({ram}, {row['cpu_cores']} cores) found no host in {cluster}"
    if row["max_ram"] and row["ram"] > row["max_ram"]:
        return f"{told}, which allows one machine {row['max_ram'] / MB_PER_GB:g} GB (max_ram_per_vm_gb)"
    if row["max_cores"] and row["cpu_cores"] > row["max_cores"]:
        return f"{told}, which allows one machine {row['max_cores']} cores (max_cores_per_vm)"
    return f"{told}: free memory there, or make the node smaller"
