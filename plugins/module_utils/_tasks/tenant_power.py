# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting, stopping and restarting tenants (docs/platform.md#4.2): which request helps in which situation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from .._model.conditions import Row, any_of
from .._model.facts import every, some
from .._model.plan import Goal, Guard, Plan, Refusal, Remedy, Step
from .._model.query import Write
from .._model.resource import Reference
from .._tables.tenants import IS_OFF, IS_STOPPING, IS_UP, LINGERS, POWER, STARTS, STOPS
from .tenant_goals import TROUBLED, Who, all_off, diagnosis, off, online, started, who_is

#: What a tenant without a node is refused with.
NO_NODES = (
    "Tenant '{name}' has no node yet, and cannot run without one. Create it with state=present, add nodes with "
    "vrg_tenant_node, then set state=running."
)


@dataclass(frozen=True)
class Power:
    """How a task wants power changed.

    On which ``host``, waited for or not, a stop forced after how many seconds; ``accept_reduced`` takes a tenant that
    runs without all its nodes for running. ``now`` is the platform's time.
    """

    wait: bool = True
    host: Optional[Reference] = None
    force_after: Optional[int] = None
    accept_reduced: bool = False
    now: int = 0

    def running(self, plan: Plan, row: Row, nodes: Sequence[Row]) -> Plan:
        """The plan with what makes the tenant run."""
        if IS_UP.matches(row):
            return self._found_running(plan, row, nodes)
        if row["starting"]:
            # Somebody has started it already: nothing to change, only to wait for.
            return plan.then(settle=self._online(who_is(row)) if self.wait else None)
        return _showing(self._started(plan, who_is(row), row, bool(nodes)), row, True)

    def _found_running(self, plan: Plan, row: Row, nodes: Sequence[Row]) -> Plan:
        """Judged by its status, each time alike: a failed start does not turn green by running again."""
        name, down = row["name"], [node for node in nodes if not node["running"]]
        if row["status"] in TROUBLED:
            homeless = [node for node in down if node["enabled"]] or down
            sentence = f"Tenant '{name}' is running, but its status is '{row['status']}'"
            sentence += f"; {diagnosis(homeless)}." if homeless else "; look at its nodes and logs."
            if self.accept_reduced:
                return plan.warned(sentence)
            return plan.refused(Refusal(sentence, "Set accept_reduced=true to take that for running.", liftable=True))
        if row["status"] in ("online", "migrating", "restarting"):
            return plan.warned(
                *(f"Tenant '{name}' is {row['status']}, but its node '{one['name']}' is stopped." for one in down)
            )
        return plan.warned(
            f"Tenant '{name}' is running, but its status is '{row['status']}': look at its nodes and logs."
        )

    def new_running(self, plan: Plan, who: Who, has_nodes: bool) -> Plan:
        """The plan with what makes a tenant run that the plan makes before."""
        return self._started(plan, who, None, has_nodes).then(after={**plan.after, "running": True})

    def stopped(self, plan: Plan, row: Row) -> Plan:
        """The plan with what makes the tenant stop gracefully."""
        if IS_OFF.matches(row):
            return plan
        if row["stopping"]:
            return plan.then(settle=off(who_is(row), self.force_after) if self.wait else None)
        return _showing(plan.then(self._stop(row, verb=not self.wait)), row, False)

    def restarted(self, plan: Plan, row: Row, nodes: Sequence[Row]) -> Plan:
        """The plan with a graceful stop, where it runs, and a start."""
        if not IS_OFF.matches(row) and not row["stopping"]:
            plan = plan.then(self._stop(row, verb=True, waits=True))
        return self._started(plan, who_is(row), row, bool(nodes), verb=True)

    def reset(self, plan: Plan, row: Row) -> Plan:
        """The plan with a hard reset, which only a running tenant can have."""
        who = who_is(row)
        guard = Guard(
            every(who.power, IS_UP),
            f"Tenant '{who.name}' is {{}}, and only a running one can be reset.",
            "Use state=running to start it.",
            shows="status",
            liftable=True,
        )
        step = Step(
            f"reset tenant '{who.name}'",
            _act(who, "reset"),
            some(who.power, POWER["status"].among("restarting", "starting")),
            guards=(guard,),
            goal=self._online(who) if self.wait else None,
            # A second one would throw the tenant down once more.
            once=True,
            verb=True,
        )
        return plan.then(step).refused(guard.refusal([row]))

    def gone(self, row: Row) -> tuple[tuple[Step, ...], tuple[Goal, ...]]:
        """What has to be done before the tenant can be deleted, and what then has to be waited for."""
        steps: tuple[Step, ...] = ()
        if not IS_OFF.matches(row) and not row["stopping"]:
            steps = (self._stop(row, waits=False),)
        ready = IS_OFF.matches(row) and not row["network_running"]
        return steps, () if ready else (all_off(who_is(row), self.force_after),)

    def _online(self, who: Who) -> Goal:
        return online(who, self.now, self.accept_reduced)

    def _started(self, plan: Plan, who: Who, row: Optional[Row], has_nodes: bool, verb: bool = False) -> Plan:
        if not has_nodes:
            plan = plan.refused(Refusal(NO_NODES.format(name=who.name), liftable=True))
        params = {"params": {"preferred_node": self.host.key}} if self.host else {}
        step = Step(
            f"start tenant '{who.name}'",
            _act(who, "poweron", **params),
            some(who.power, STARTS),
            guards=(off(who, self.force_after),) if row and row["stopping"] else (),
            goal=self._online(who) if self.wait else None,
            # Its own network may still be running down.
            remedies=(Remedy(who.power, any_of(LINGERS, IS_STOPPING), goal=all_off(who, self.force_after)),),
            verb=verb or not self.wait,
        )
        return plan.then(step)

    def _stop(self, row: Row, *, verb: bool = False, waits: Optional[bool] = None) -> Step:
        """Graceful stop; refused while the tenant is still starting, so that is waited for first."""
        who = who_is(row)
        waits = self.wait if waits is None else waits
        return Step(
            f"stop tenant '{who.name}'",
            _act(who, "poweroff"),
            every(who.power, STOPS),
            guards=(started(who),) if row["starting"] else (),
            goal=off(who, self.force_after) if waits else None,
            verb=verb,
        )


def _act(who: Who, action: str, **more: Any) -> Write:
    return Write("POST", "tenant_actions", body={"tenant": who.key, "action": action, **more})


def _showing(plan: Plan, row: Row, running: bool) -> Plan:
    """The plan, showing that the tenant will run or not."""
    # While it is starting or stopping, "running" already is what it will be.
    differs = bool(row["running"]) is not running
    return plan.then(
        before={**plan.before, "running": not running} if differs else plan.before,
        after={**plan.after, "running": running} if differs else plan.after,
        result={**plan.result, "running": running, "status": None, "state": None},
    )
