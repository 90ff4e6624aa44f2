# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a plan to a module's result: report it, or carry it out, read back and prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Optional, Protocol, TypeVar

from ._api import Api, Row, Write
from ._errors import Outcome, VrgError
from ._plan import CREATED, Plan, Step
from ._wait import Waiter

S = TypeVar("S")

#: Seconds before a write without an answer is looked up, and looked up again: it may still be on its way.
_LOOK_UP_AFTER = (0.0, 1.0, 3.0)
_BUSY_TRIES = 4
#: Refusals because of the state of things (API page 1.3), after which something can be waited for or done.
_BY_STATE = (405, 422)
_STATE_TRIES = 3


class Task(Protocol[S]):
    """What a module asks for: how to read what there is, and how to plan from it."""

    #: The key of the result under which the object is returned.
    name: str

    def read(self, api: Api) -> S:
        """Everything that the plan needs to know; only reads."""

    def plan(self, state: S, *, verifying: bool = False) -> Plan:
        """What is missing; no requests. ``verifying`` leaves out what cannot be read back."""

    def read_back(self, api: Api, state: S) -> Optional[S]:
        """What the plan's writes touched, read again; None where nothing is left to read."""


@dataclass
class Converge(Generic[S]):
    """Runs one task. ``check`` reports the plan instead of carrying it out."""

    api: Api
    waiter: Waiter
    check: bool = False
    created: Any = None
    done: list[str] = field(default_factory=list)

    def run(self, task: Task[S]) -> dict[str, Any]:
        """The module's result: changed, changes, diff, warnings and the object under its own name."""
        state = task.read(self.api)
        plan = task.plan(state)
        if plan.blockers and not self.check:
            raise VrgError(plan.blockers[0])
        if self.check:
            self.done = [step.sentence for step in plan.steps]
            warnings = [
                f"{blocker} In a dry run, an earlier task may be what provides it." for blocker in plan.blockers
            ]
            return self._result(task.name, replace(plan, warnings=(*plan.warnings, *warnings)), plan.result)
        try:
            self._apply(plan)
            return self._result(task.name, plan, self._proved(task, state, plan))
        except VrgError as error:
            error.changes = self.done
            raise

    def _result(self, name: str, plan: Plan, standing: Any) -> dict[str, Any]:
        return {
            "changed": bool(self.done),
            "changes": self.done,
            "diff": {"before": dict(plan.before), "after": dict(plan.after)},
            "warnings": list(plan.warnings),
            name: standing,
        }

    def _apply(self, plan: Plan) -> None:
        for step in plan.steps:
            if step.before is not None:
                self.done += self.waiter.until(step.before)
            self._carry_out(step)
            self.done.append(step.sentence)
            if step.after is not None:
                self.done += self.waiter.until(step.after)
            if step.makes:
                self._note_key(step, self.api.read(step.find))
        if plan.settle is not None:
            self.done += self.waiter.until(plan.settle)

    def _proved(self, task: Task[S], state: S, plan: Plan) -> Any:
        """What stands now. The platform drops unknown columns with a 200: what was not read back was not proved."""
        if not plan.steps and plan.settle is None:
            return plan.result
        again = task.read_back(self.api, state)
        if again is None:
            return plan.result
        left = task.plan(again, verifying=True)
        if left.steps:
            raise VrgError(
                f"The platform accepted the change, but this is still missing: {left.steps[0].sentence}.",
                hint="Somebody else may be changing it at the same time; run the task again and compare.",
            )
        return left.result

    def _carry_out(self, step: Step) -> None:
        """Send one write; settle it by the row's identity when its outcome is not known.

        Raises VrgError when it was refused, or when nobody can tell whether it has happened.
        """
        sent_again = False
        busy = again = 0
        while True:
            if step.write.method == "DELETE" and step.reached(self.api.read(step.find)):
                return
            try:
                key = self.api.write(self._filled_in(step.write))
            except VrgError as error:
                if error.status in step.already or self._has_happened(step, error):
                    return
                if error.outcome is Outcome.BUSY and busy < _BUSY_TRIES:
                    self.waiter.clock.sleep(2.0**busy)
                    busy += 1
                elif error.outcome is Outcome.UNKNOWN and step.resend and not sent_again:
                    sent_again = True
                elif error.outcome is Outcome.UNKNOWN:
                    raise _unknown(step, error) from error
                elif error.status in _BY_STATE and step.when_refused is not None and again < _STATE_TRIES:
                    again += 1
                    self.done += step.when_refused(self.waiter)
                else:
                    raise error.during(step.sentence) from error
            else:
                if step.write.method == "POST" and step.write.table == step.find.table and self.created is None:
                    self.created = key
                return

    def _has_happened(self, step: Step, error: VrgError) -> bool:
        """Whether the change stands although the platform's answer does not say so.

        Raises VrgError when that cannot be looked up either: then nothing may be sent again.
        """
        if error.outcome is Outcome.UNSENT or error.status in (401, 403):
            return False
        looked_up = False
        for seconds in _LOOK_UP_AFTER if error.outcome is Outcome.UNKNOWN else (0.0,):
            self.waiter.clock.sleep(seconds)
            try:
                rows = self.api.read(step.find)
            except VrgError as silence:
                if silence.outcome is Outcome.REFUSED:
                    raise
                continue
            looked_up = True
            if step.reached(rows):
                self._note_key(step, rows)
                return True
        if not looked_up:
            raise _unknown(step, error) from error
        return False

    def _note_key(self, step: Step, rows: list[Row]) -> None:
        if step.write.method == "POST" and self.created is None and len(rows) == 1:
            self.created = rows[0]["$key"]

    def _filled_in(self, write: Write) -> Write:
        body: Mapping[str, Any] = {
            column: self.created if value is CREATED else value for column, value in write.body.items()
        }
        return replace(write, key=self.created if write.key is CREATED else write.key, body=body)


def _unknown(step: Step, error: VrgError) -> VrgError:
    return VrgError(
        f"It is not known whether this has happened: {step.sentence}. {error.sentence}",
        hint=f"Look at {step.find.table} where {step.find.filter}, then run the task again.",
        outcome=Outcome.UNKNOWN,
        status=error.status,
        api=error.api,
    )
