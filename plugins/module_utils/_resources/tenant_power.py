# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starting, stopping and restarting tenants (API page 4.2): which request helps in which situation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

from .._api import Row, Write
from .._errors import VrgError
from .._plan import Plan, Step
from .._resource import Reference
from .tenant_waits import Who, all_off, is_off, is_up, off, online, started, who_is

NO_NODES = (
    "Tenant '{name}' has no node yet, and cannot run without one. Create it with state=present, add nodes with "
    "vrg_tenant_node, then set state=running."
)


@dataclass(frozen=True)
class Power:
    """How a task wants power changed: on which ``host``, waited for or not, a stop forced after how many seconds."""

    wait: bool = True
    host: Optional[Reference] = None
    force_after: Optional[int] = None

    def running(self, plan: Plan, row: Row, has_nodes: bool) -> Plan:
        """The plan with what makes the tenant run."""
        who = who_is(row)
        if is_up(row):
            return plan.then(warnings=(*plan.warnings, *_ailing(row)))
        if row["starting"]:
            # Somebody has started it already: nothing to change, only to wait for.
            return plan.then(settle=online(who) if self.wait else None)
        return _showing(self._started(plan, who, row, has_nodes), row, True)

    def new_running(self, plan: Plan, who: Who, has_nodes: bool) -> Plan:
        """The plan with what makes a tenant run that the plan makes before."""
        return self._started(plan, who, None, has_nodes).then(after={**plan.after, "running": True})

    def stopped(self, plan: Plan, row: Row) -> Plan:
        """The plan with what makes the tenant stop gracefully."""
        if is_off(row):
            return plan
        if row["stopping"]:
            return plan.then(settle=off(who_is(row), self.force_after) if self.wait else None)
        return _showing(plan.then(self._stop(row, wait=self.wait)), row, False)

    def restarted(self, plan: Plan, row: Row, has_nodes: bool) -> Plan:
        """The plan with a graceful stop, where it runs, and a start."""
        if not is_off(row) and not row["stopping"]:
            plan = plan.then(self._stop(row, wait=True))
        return self._started(plan, who_is(row), row, has_nodes)

    def reset(self, plan: Plan, row: Row) -> Plan:
        """The plan with a hard reset, which only a running tenant can have."""
        who = who_is(row)
        if not is_up(row):
            raise VrgError(
                f"Tenant '{who.name}' is {row['status']}, and only a running one can be reset.",
                hint="Use state=running to start it.",
            )
        step = Step(
            f"reset tenant '{who.name}'",
            Write("POST", "tenant_actions", body={"tenant": who.key, "action": "reset"}),
            who.power,
            lambda rows: any(found["status"] in ("restarting", "starting") for found in rows),
            # A second one would throw the tenant down once more.
            resend=False,
            after=online(who) if self.wait else None,
        )
        return plan.then(step)

    def gone(self, row: Row) -> tuple[tuple[Step, ...], Any]:
        """What has to be done before the tenant can be deleted, and what then has to be waited for."""
        steps: tuple[Step, ...] = ()
        if not is_off(row) and not row["stopping"]:
            steps = (self._stop(row, wait=False),)
        ready = is_off(row) and not row["network_running"]
        return steps, None if ready else all_off(who_is(row), self.force_after)

    def _started(self, plan: Plan, who: Who, row: Optional[Row], has_nodes: bool) -> Plan:
        if not has_nodes:
            plan = plan.then(blockers=(*plan.blockers, NO_NODES.format(name=who.name)))
        body: dict[str, Any] = {"tenant": who.key, "action": "poweron"}
        if self.host is not None:
            body["params"] = {"preferred_node": self.host.key}
        step = Step(
            f"start tenant '{who.name}'",
            Write("POST", "tenant_actions", body=body),
            who.power,
            lambda rows: any(is_up(found) or found["starting"] for found in rows),
            before=off(who, self.force_after) if row and row["stopping"] else None,
            after=online(who) if self.wait else None,
            # Its own network may still be running down.
            when_refused=lambda waiter: waiter.until(all_off(who, self.force_after)),
        )
        return plan.then(step)

    def _stop(self, row: Row, wait: bool) -> Step:
        """Graceful stop; refused while the tenant is still starting, so that is waited for first."""
        who = who_is(row)
        return Step(
            f"stop tenant '{who.name}'",
            Write("POST", "tenant_actions", body={"tenant": who.key, "action": "poweroff"}),
            who.power,
            lambda rows: all(found["stopping"] or is_off(found) for found in rows),
            before=started(who) if row["starting"] else None,
            after=off(who, self.force_after) if wait else None,
        )


def _ailing(row: Row) -> tuple[str, ...]:
    """A tenant can be running and yet not be well (API page 3.6): nothing to change, and no reason to keep silent."""
    if row["status"] in ("online", "migrating", "restarting"):
        return ()
    return (f"Tenant '{row['name']}' is running, but its status is '{row['status']}': look at its nodes and logs.",)


def _showing(plan: Plan, row: Row, running: bool) -> Plan:
    """The plan, telling that the tenant will run or not."""
    # While it is starting or stopping, "running" already is what it will be.
    differs = bool(row["running"]) is not running
    return plan.then(
        before={**plan.before, "running": not running} if differs else plan.before,
        after={**plan.after, "running": running} if differs else plan.after,
        result={**plan.result, "running": running, "status": None, "state": None},
    )
