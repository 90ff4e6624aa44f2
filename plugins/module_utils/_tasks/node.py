# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maintenance and restart of physical nodes: what ``vrg_node`` plans (docs/platform.md#4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Optional

from .._checks.drain import can_be_looked_at, read_drain
from .._model.conditions import Row
from .._model.desired import by_key, plan_present
from .._model.errors import VrgError
from .._model.facts import some
from .._model.plan import Plan, Refusal, Step, nothing
from .._model.query import Query, Reader
from .._model.selectors import known, named, pick
from .._tables.nodes import IN_MAINTENANCE, IN_SERVICE, IS_LEAVING, NODE, SERVES, is_drained, preview, view
from . import node_goals as goals

DRAIN_CHECKS = ["fail", "warn", "ignore"]


class NodeTask:
    """``vrg_node``: present, restarted."""

    name = "node"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.selector: str = params["name"]
        self.restart = params["state"] == "restarted"
        self.maintenance: Optional[bool] = params["maintenance"]
        self.check: str = params["drain_check"]
        self.wait: bool = params["wait"]
        self.texts = NODE.wanted({"description": params["description"]})
        #: The node as the first plan found it: no row says whether this run has restarted it.
        self._found: Optional[Row] = None

    def plan(self, reader: Reader) -> Plan:
        row = self._read(reader)
        if self._found is not None:
            return self._described(row, self._afterwards(row, self._found))
        self._found = row
        return self._described(row, self._judged(reader, row, self._target(row)))

    def _judged(self, reader: Reader, row: Row, target: Optional[bool]) -> Plan:
        if self.restart:
            return self._checked(reader, row, self._restart(row, bool(target)))
        plan = self._maintain(row, target)
        return self._checked(reader, row, plan) if target and plan.steps else plan

    def _described(self, row: Row, plan: Plan) -> Plan:
        """The plan after the node has its description, which so says beforehand what is done with the node."""
        texts = plan_present(NODE, f"node '{row['name']}'", self.texts, row, find=by_key(NODE, row))
        if not texts.steps:
            return plan
        return replace(
            plan,
            result={**plan.result, **self.texts},
            steps=(*texts.steps, *plan.steps),
            before={**texts.before, **plan.before},
            after={**texts.after, **plan.after},
        )

    def _read(self, reader: Reader) -> Row:
        row = pick("node", reader.read(Query(NODE, named(NODE, self.selector))), self.selector)
        if row is None:
            raise VrgError(f"There is no node '{self.selector}'.", hint=known(reader, NODE, self.selector))
        return row

    def _target(self, found: Row) -> Optional[bool]:
        """Whether the node is to be in maintenance at the end; None where nobody cares."""
        if self.maintenance is None and self.restart:
            return IN_MAINTENANCE.matches(found)
        return self.maintenance

    def _afterwards(self, row: Row, found: Row) -> Plan:
        """What is missing once the steps are done: nothing that was not waited for, and no second restart."""
        return self._maintain(row, self._target(found)) if self.wait else nothing(view(row))

    def _checked(self, reader: Reader, row: Row, plan: Plan) -> Plan:
        """The plan of a drain with its figures, and with what speaks against it."""
        if self.check == "ignore" or not can_be_looked_at(row):
            return plan
        drain = read_drain(reader, row)
        plan = replace(plan, extra={"drain": drain.view()})
        if self.check == "warn" or not drain.objections:
            return plan.warned(*drain.objections)
        return plan.refused(
            Refusal(
                f"Node '{self.selector}' was not drained. {drain.report}",
                "Mend that, or set drain_check=warn or drain_check=ignore to drain it all the same.",
            )
        )

    def _maintain(self, row: Row, target: Optional[bool]) -> Plan:
        if target is None:
            return nothing(view(row))
        if target is IN_MAINTENANCE.matches(row):
            return self._settled(row, target)
        if target:
            return _moving(row, target).then(self._enter(row, self.wait)).refused(_is_down(row))
        return _moving(row, target).then(self._leave(row))

    def _settled(self, row: Row, maintenance: bool) -> Plan:
        """Nothing to ask for. It may still be on the way, by an earlier run or somebody else: then wait."""
        plan = nothing(view(row))
        if maintenance:
            return plan if is_drained(row) or not self.wait else replace(plan, settle=goals.drained(row))
        if row["running"] or row["status"] == "starting":
            return plan if SERVES.matches(row) or not self.wait else replace(plan, settle=goals.serving(row))
        return plan.warned(
            f"Node '{self.selector}' is not in maintenance, but it is {row['status']} and does not serve."
        )

    def _enter(self, row: Row, wait: bool) -> Step:
        return Step(
            f"put node '{row['name']}' into maintenance",
            goals.enable(row),
            some(by_key(NODE, row), IN_MAINTENANCE),
            guards=(goals.left(row),) if IS_LEAVING.matches(row) else (),
            goal=goals.drained(row) if wait else None,
            verb=not wait,
        )

    def _leave(self, row: Row) -> Step:
        return Step(
            f"take node '{row['name']}' out of maintenance",
            goals.disable(row),
            some(by_key(NODE, row), IN_SERVICE),
            goal=goals.serving(row) if self.wait else None,
            verb=not self.wait,
        )

    def _restart(self, row: Row, target: bool) -> Plan:
        """Drain, reboot, and back to the maintenance that was found or is asked for.

        Whether the platform drains by itself before it reboots is not known (docs/platform.md#8), so it is done
        first. What the next request needs is waited for in any case.
        """
        found = IN_MAINTENANCE.matches(row)
        plan = _moving(row, target, restarted=True).refused(_is_down(row))
        if not found:
            plan = plan.then(self._enter(row, True))
        elif self.maintenance is None:
            plan = plan.warned(
                f"Node '{row['name']}' was found in maintenance and stays in it after its restart. A run that was cut "
                "off may have put it there; maintenance=false ends its restart in service."
            )
        reboot = Step(
            f"restart node '{row['name']}'",
            goals.reboot(row),
            some(by_key(NODE, row), goals.has_gone_down(row)),
            # What was found may have been left since.
            guards=(goals.drained(row),) if found else (),
            goal=goals.restarted(row, target) if self.wait or not target else None,
            once=True,
            verb=True,
        )
        return plan.then(reboot) if target else plan.then(reboot, self._leave(row))


def _is_down(row: Row) -> Optional[Refusal]:
    """Why a node cannot be drained or restarted; an earlier task may power it on."""
    if row["running"]:
        return None
    return Refusal(
        f"Node '{row['name']}' is {row['status']}: only a running node can be drained or restarted.",
        "Power it on first.",
        liftable=True,
    )


def _moving(row: Row, maintenance: bool, *, restarted: bool = False) -> Plan:
    """A plan whose diff is the maintenance that changes, if it does."""
    found = IN_MAINTENANCE.matches(row)
    differs = maintenance is not found
    return Plan(
        result=preview(row, maintenance, restarted=restarted),
        before={"maintenance": found} if differs else {},
        after={"maintenance": maintenance} if differs else {},
        subject=f"node '{row['name']}'",
    )
