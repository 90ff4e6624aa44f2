# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a task to a module's result: report its plan, or carry it out, read back and prove it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .._model.errors import VrgError
from .._model.plan import Plan, Step, Task
from .._model.query import Remembered
from .api import Api
from .attempts import not_kept
from .settle import Settle
from .wait import Waiter

#: How often a task is planned again because somebody else was there first.
_ROUNDS = 3
#: Seconds after which what was accepted is read again: some releases show a new name late (docs/platform.md#6.3).
SHOWN_AFTER = (1.0, 3.0)


@dataclass
class Apply:
    """Runs one task. ``check`` reports the plan instead of carrying it out."""

    api: Api
    waiter: Waiter
    check: bool = False
    _warnings: list[str] = field(default_factory=list)

    def run(self, task: Task) -> dict[str, Any]:
        """The module's result: changed, changes, diff, warnings and the object under its own name."""
        reader = Remembered(self.api)
        plan = self._allowed(task.plan(reader))
        if self.check:
            return self._result(task, plan, [step.sentence for step in plan.steps], plan.result)
        settle = Settle(self.api, self.waiter)
        try:
            standing = self._carried_out(task, plan, reader, settle)
        except VrgError as error:
            error.changes = settle.done
            raise
        return self._result(task, plan, settle.done, standing)

    def _allowed(self, plan: Plan) -> Plan:
        """The plan, if nothing speaks against it. In a dry run, an earlier task may be what lifts an objection."""
        # What no earlier task can lift comes first, so that a dry run and a run are refused in the same words.
        for refusal in sorted(plan.refusals, key=lambda one: one.liftable):
            if not (self.check and refusal.liftable):
                raise refusal.error
            self._warnings.append(f"{refusal.message} In a dry run, an earlier task may be what provides it.")
        return plan

    def _carried_out(self, task: Task, plan: Plan, reader: Remembered, settle: Settle) -> Any:
        for _round in range(_ROUNDS):
            strangers = len(settle.found)
            for step in plan.steps:
                settle.carry_out(step)
            if plan.settle is not None:
                settle.until(plan.settle)
            again = self._planned_again(task, plan, reader)
            left = missing(again)
            for seconds in SHOWN_AFTER if len(settle.found) == strangers else ():
                if left:
                    self.waiter.clock.sleep(seconds)
                    again = self._planned_again(task, plan, reader)
                    left = missing(again)
            self._warnings += settle.found[strangers:]
            if not left:
                return plan.result if plan.is_final else again.result
            if len(settle.found) == strangers:
                break
            plan = self._allowed(again)
        # What is still missing was not done, whatever was answered.
        settle.retract([*plan.steps, *left])
        raise not_kept(left[0].sentence)

    def _planned_again(self, task: Task, plan: Plan, reader: Remembered) -> Plan:
        """What is still missing. The platform drops unknown columns with a 200: what was not read back was not
        proved."""
        touched = {table for step in plan.steps for table in step.tables}
        if plan.settle is not None:
            # It was on the way when it was found: nothing of what was read is of now.
            reader.forget()
        elif touched:
            reader.forget(*touched)
        else:
            return plan
        return task.plan(reader)

    def _result(self, task: Task, plan: Plan, changes: list[str], standing: Any) -> dict[str, Any]:
        return {
            "changed": bool(changes),
            "changes": changes,
            "diff": _diff(plan),
            "warnings": [*plan.warnings, *self._warnings],
            **plan.extra,
            task.name: standing,
        }


def _diff(plan: Plan) -> dict[str, Any]:
    """What differs, under the name of the object: a diff stands apart from its task where many are shown."""
    found: dict[str, Any] = {"before": dict(plan.before), "after": dict(plan.after)}
    if plan.subject and found["before"] != found["after"]:
        found.update(before_header=plan.subject, after_header=plan.subject)
    return found


def missing(*plans: Plan) -> list[Step]:
    """The steps that should not be planned any more."""
    return [step for plan in plans for step in plan.steps if step.proof is not None and not step.verb]
