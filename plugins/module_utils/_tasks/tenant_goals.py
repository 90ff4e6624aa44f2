# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a tenant's power is waited for by (docs/platform.md#4.2), and what a start that fails has to say.

Times are in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from .._model.conditions import Row
from .._model.desired import by_key
from .._model.facts import every
from .._model.plan import DONE, Diagnosis, Goal, Remedy, Step, Until, Verdict, failed, waiting
from .._model.query import Created, Query, Write
from .._model.units import MB_PER_GB
from .._tables.tenant_logs import MICROSECONDS, TENANT_LOG
from .._tables.tenant_nodes import IS_RUNNING, STARTING_NODE, TENANT_NODE
from .._tables.tenants import (
    IS_ALL_OFF,
    IS_OFF,
    IS_STOPPING,
    LINGERS,
    POWER,
    TENANT,
    find_tenant,
    this_tenant,
)

#: How long a stopped tenant's network may take to stop by itself before it is stopped for it.
_NETWORK_PATIENCE = 15.0
#: How long after an accepted power-on a tenant may still look as if nothing had happened.
_START_GRACE = 5.0


@dataclass(frozen=True)
class Who:
    """One tenant, as its rows and its nodes' rows are asked for. ``key`` may stand for a row that is yet to be made."""

    name: str
    key: Any
    power: Query
    nodes: Query


def who_is(row: Row) -> Who:
    """A tenant that exists."""
    nodes = Query(STARTING_NODE, STARTING_NODE["tenant_key"].eq(row["$key"]))
    return Who(str(row["name"]), row["$key"], this_tenant(POWER, row), nodes)


def who_will_be(name: str, made: Created) -> Who:
    """A tenant that an earlier step of the same plan makes."""
    nodes = Query(STARTING_NODE, STARTING_NODE["tenant"].eq(name))
    return Who(name, made, find_tenant(POWER, name), nodes)


def off(who: Who, force_after: Optional[int] = None) -> Goal:
    return Goal(f"tenant '{who.name}' to be offline", who.power, Until(IS_OFF), _force(who, force_after))


def _force(who: Who, seconds: Optional[int]) -> tuple[Remedy, ...]:
    """End a graceful stop that does not end: there is no kill for a tenant, only for its nodes."""
    if seconds is None:
        return ()

    def kill(node: Row) -> tuple[Step, ...]:
        step = Step(
            f"kill node '{node['name']}' of tenant '{who.name}'",
            Write("POST", "tenant_node_actions", body={"tenant_node": node["$key"], "action": "kill"}),
            # One that has stopped by itself meanwhile refuses to be killed: that is what was wanted.
            every(by_key(TENANT_NODE, node), TENANT_NODE["running"].eq(False)),
        )
        return (step,)

    return (Remedy(who.nodes, IS_RUNNING, kill, stuck=IS_STOPPING, after=float(seconds)),)


def started(who: Who) -> Goal:
    done = Until(POWER["starting"].eq(False))
    return Goal(f"tenant '{who.name}' to finish starting, so that it can be stopped", who.power, done)


def all_off(who: Who, force_after: Optional[int] = None) -> Goal:
    """Offline, and its own network too."""

    def stop_network(row: Row) -> tuple[Step, ...]:
        step = Step(
            f"stop the network of tenant '{who.name}'",
            Write("POST", "vnet_actions", body={"vnet": row["network_key"], "action": "kill"}),
            every(who.power, POWER["network_running"].ne(True)),
        )
        return (step,)

    network = Remedy(who.power, LINGERS, stop_network, stuck=LINGERS, after=_NETWORK_PATIENCE)
    done = Until(IS_ALL_OFF, words=((LINGERS, "its network is still running"),))
    remedies = (*_force(who, force_after), network)
    return Goal(f"tenant '{who.name}' and its network to be off", who.power, done, remedies)


def cloned(name: str) -> Goal:
    done = Until(TENANT["status"].ne("provisioning"), missing="it has not appeared yet")
    return Goal(f"the clone '{name}' to be made", find_tenant(TENANT, name), done)


def online(who: Who, now: int, accept_reduced: bool = False) -> Goal:
    """Running with each node that had to be placed. ``now`` is the platform's time, before which no log counts."""
    return Goal(
        f"tenant '{who.name}' to be online on all its nodes",
        who.nodes,
        _Online(accept_reduced),
        diagnosis=None if isinstance(who.key, Created) else _log(who, now),
    )


def _log(who: Who, now: int) -> Diagnosis:
    def says(rows: list[Row]) -> str:
        return f" Its log says: {str(rows[0]['text']).rstrip('.')}." if rows else ""

    recent = TENANT_LOG["timestamp"].at_least((now - 60) * MICROSECONDS)
    bad = TENANT_LOG["level"].among("error", "critical")
    return Diagnosis(Query(TENANT_LOG, TENANT_LOG["tenant_key"].eq(who.key) & bad & recent, "-timestamp", 1), says)


@dataclass
class _Online:
    """Judges a start. A platform that cannot place a node says nothing: the tenant just falls back (4.2 rule 2)."""

    accept_reduced: bool = False
    was_starting: bool = False

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        if not rows:
            return failed("its nodes are gone")
        tenant = rows[0]
        homeless = [row for row in rows if row["enabled"] and not row["host"]]
        if tenant["tenant_starting"]:
            self.was_starting = True
            return waiting(_seen(rows))
        if tenant["tenant_status"] == "error" and not self.accept_reduced:
            return failed(f"its status is error; {_nodes(rows)}")
        if tenant["tenant_running"]:
            return self._running(rows, homeless)
        if self.was_starting or waited >= _START_GRACE:
            return failed(f"it fell back to {tenant['tenant_status']}; {diagnosis(homeless or rows)}")
        return waiting(_seen(rows))

    def _running(self, rows: list[Row], homeless: list[Row]) -> Verdict:
        if self.accept_reduced and rows[0]["tenant_status"] in TROUBLED:
            return DONE
        if not homeless:
            return DONE if rows[0]["tenant_status"] == "online" else waiting(_seen(rows))
        if any(row["status"] not in ("stopped", "error") for row in homeless):
            return waiting(_seen(rows))
        return failed(f"it runs without all its nodes; {diagnosis(homeless)}")


#: What a running tenant's status says when it is not well (docs/platform.md#3.6).
TROUBLED = ("reduced", "nodesoffline", "error")


def _seen(rows: list[Row]) -> str:
    return f"it is {rows[0]['tenant_status']}: {_nodes(rows)}"


def _nodes(rows: list[Row]) -> str:
    return ", ".join(f"{row['name']} {row['status']}" + (f" on {row['host']}" if row["host"] else "") for row in rows)


def diagnosis(homeless: Sequence[Row]) -> str:
    """Which nodes found no host, and what they needed."""
    return "; ".join(_need(row) for row in homeless)


def _need(row: Row) -> str:
    cluster = f"cluster '{row['cluster']}'"
    ram = f"{row['ram_mb'] / MB_PER_GB:g} GB"
    found = f"node '{row['name']}' ({ram}, {row['cpu_cores']} cores) found no host in {cluster}"
    if row["max_ram_mb"] and row["ram_mb"] > row["max_ram_mb"]:
        return f"{found}, which allows one machine {row['max_ram_mb'] / MB_PER_GB:g} GB (max_ram_per_vm_gb)"
    if row["max_cores"] and row["cpu_cores"] > row["max_cores"]:
        return f"{found}, which allows one machine {row['max_cores']} cores (max_cores_per_vm)"
    return f"{found}: free memory there, or make the node smaller"
