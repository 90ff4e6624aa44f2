# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Maintenance and restart of physical nodes: what ``vrg_node`` plans (API page 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from .._api import Api, Row, equals
from .._errors import VrgError
from .._plan import Plan, Step, nothing
from .._references import named, pick
from . import node_waits
from .node import in_maintenance, is_drained, is_leaving, node_query, preview, serves, view
from .node_drain import Surroundings, objections, read_surroundings

DRAIN_CHECKS = ["fail", "warn", "ignore"]


@dataclass(frozen=True)
class NodeState:
    """The node, whether it should be in maintenance at the end, and what is around it where that has to be checked."""

    row: Row
    target: Optional[bool] = None
    around: Optional[Surroundings] = None


class NodeTask:
    """``vrg_node``: present, restarted."""

    name = "node"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.selector: str = params["name"]
        self.restart = params["state"] == "restarted"
        self.maintenance: Optional[bool] = params["maintenance"]
        self.check: str = params["drain_check"]
        self.wait: bool = params["wait"]

    def read(self, api: Api) -> NodeState:
        row = self._read_row(api)
        target = self.maintenance
        if target is None and self.restart:
            target = in_maintenance(row)
        drains = self.restart or (target and not in_maintenance(row))
        if not drains or not row["running"] or self.check == "ignore" or row["cluster_key"] is None:
            return NodeState(row, target)
        return NodeState(row, target, read_surroundings(api, row))

    def _read_row(self, api: Api) -> Row:
        row = pick("node", api.read(node_query(named(self.selector))), self.selector)
        if row is None:
            raise VrgError(
                f"There is no node '{self.selector}'.",
                hint="vrg_node_info tells the names of the nodes that there are.",
            )
        return row

    def plan(self, state: NodeState, *, verifying: bool = False) -> Plan:
        if verifying and (self.restart or not self.wait):
            # A restart has been waited for, or nobody wanted to know.
            return nothing(view(state.row))
        plan = self._restart(state) if self.restart else self._maintain(state)
        return plan if verifying else self._checked(state, plan)

    def _checked(self, state: NodeState, plan: Plan) -> Plan:
        found = objections(state.row, state.around) if state.around else []
        if found and self.check == "fail":
            raise VrgError(
                f"Node '{self.selector}' was not drained. {' '.join(found)}",
                hint="Mend that, or set drain_check=warn or drain_check=ignore to drain it all the same.",
            )
        return replace(plan, warnings=(*plan.warnings, *found))

    def _maintain(self, state: NodeState) -> Plan:
        row, target = state.row, state.target
        if target is None:
            return nothing(view(row))
        if target is in_maintenance(row):
            return self._settled(row, target)
        step = self._enter(row, self.wait) if target else self._leave(row)
        return _moving(row, target).then(step)

    def _settled(self, row: Row, maintenance: bool) -> Plan:
        """Nothing to ask for. It may still be on the way, by an earlier run or somebody else: then wait."""
        plan = nothing(view(row))
        if maintenance:
            return plan if is_drained(row) or not self.wait else replace(plan, settle=node_waits.drained(row))
        if row["running"] or row["status"] == "starting":
            return plan if serves(row) or not self.wait else replace(plan, settle=node_waits.serving(row))
        told = f"Node '{self.selector}' is not in maintenance, but it is {row['status']} and does not serve."
        return replace(plan, warnings=(told,))

    def _enter(self, row: Row, wait: bool) -> Step:
        self._must_run(row)
        return Step(
            f"put node '{row['name']}' into maintenance",
            node_waits.enable(row),
            node_query(equals("$key", row["$key"])),
            lambda rows: any(in_maintenance(found) for found in rows),
            before=node_waits.left(row) if is_leaving(row) else None,
            after=node_waits.drained(row) if wait else None,
        )

    def _leave(self, row: Row) -> Step:
        return Step(
            f"take node '{row['name']}' out of maintenance",
            node_waits.disable(row),
            node_query(equals("$key", row["$key"])),
            lambda rows: any(not in_maintenance(found) for found in rows),
            after=node_waits.serving(row) if self.wait else None,
        )

    def _must_run(self, row: Row) -> None:
        if not row["running"]:
            raise VrgError(
                f"Node '{row['name']}' is {row['status']}: only a running node can be drained or restarted.",
                hint="Power it on first.",
            )

    def _restart(self, state: NodeState) -> Plan:
        """Drain, reboot, and back to the maintenance that was found or is asked for.

        Whether the platform drains by itself before it reboots is not known (API page 8 #13), so it is done first.
        What the next request needs is waited for in any case.
        """
        row, target = state.row, bool(state.target)
        self._must_run(row)
        found = in_maintenance(row)
        plan = _moving(row, target, restarted=True)
        if not found:
            plan = plan.then(self._enter(row, True))
        reboot = Step(
            f"restart node '{row['name']}'",
            node_waits.reboot(row),
            node_query(equals("$key", row["$key"])),
            lambda rows: any(not one["running"] or (one["started"] or 0) > (row["started"] or 0) for one in rows),
            resend=False,
            before=node_waits.drained(row) if found and not is_drained(row) else None,
            after=node_waits.restarted(row, target) if self.wait or not target else None,
        )
        return plan.then(reboot) if target else plan.then(reboot, self._leave(row))

    def read_back(self, api: Api, state: NodeState) -> Optional[NodeState]:
        return NodeState(self._read_row(api), state.target)


def _moving(row: Row, maintenance: bool, *, restarted: bool = False) -> Plan:
    """A plan whose diff is the maintenance that changes, if it does."""
    found = in_maintenance(row)
    differs = maintenance is not found
    return Plan(
        result=preview(row, maintenance, restarted=restarted),
        before={"maintenance": found} if differs else {},
        after={"maintenance": maintenance} if differs else {},
    )
