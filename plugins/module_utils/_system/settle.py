# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out one step and know what became of it: the only place that writes.

docs/decisions/0007 says what each answer proves; docs/reliability.md how it was tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from .._model.conditions import Row
from .._model.errors import Outcome, VrgError
from .._model.facts import Fact
from .._model.plan import Goal, Guard, Remedy, Step
from .._model.query import Created, Query, Write
from .api import Api
from .attempts import Tries, not_kept, unknown
from .wait import Waiter

#: Seconds before a write without an answer is looked up, and looked up again: it may still be on its way.
_LOOK_UP_AFTER = (0.0, 1.0, 3.0)
_BUSY_TRIES = 4
#: Refusals because of the state of things (docs/platform.md#1.3), after which something can be waited for or done.
_BY_STATE = (405, 409, 422)
#: How often one remedy may help one write.
_REMEDY_TRIES = 2


@dataclass
class Settle:
    """Settles steps, one after the other; ``done`` says what was changed, in sentences."""

    api: Api
    waiter: Waiter
    done: list[str] = field(default_factory=list)
    #: What somebody else did at the same moment.
    found: list[str] = field(default_factory=list)
    #: The keys of rows that were made.
    made: dict[Created, Any] = field(default_factory=dict)

    def carry_out(self, step: Step) -> None:
        """Guards, write, goal. Raises VrgError when a guard or the platform refuses, or when nobody can tell."""
        if self._is_allowed(step) and self._sent(step):
            self.done.append(step.sentence)
        rows = self.until(step.goal) if step.goal is not None else []
        if step.made is not None and step.made not in self.made and step.proof is not None:
            if step.goal is None or step.goal.query != step.proof.query:
                rows = self.api.read(step.proof.query)
            self._note_key(step, rows)

    def until(self, goal: Goal) -> list[Row]:
        """Wait for a goal; what helps on the way is settled like any other step."""
        return self.waiter.until(goal, self.help_with)

    def _is_allowed(self, step: Step) -> bool:
        """Judge the guards on fresh rows; False where what is to be deleted is gone, or is another row by now."""
        fresh: list[tuple[Query, list[Row]]] = []

        def read(query: Query) -> list[Row]:
            for asked, rows in fresh:
                if asked == query:
                    return rows
            fresh.append((query, self.api.read(query)))
            return fresh[-1][1]

        for guard in step.guards:
            if isinstance(guard, Goal):
                self.until(guard)
        if step.write.method == "DELETE" and step.proof is not None and step.proof.holds(read(step.proof.query)):
            return False
        for guard in step.guards:
            if isinstance(guard, Guard):
                refusal = guard.refusal(read(guard.fact.query))
                if refusal is not None:
                    raise refusal.error
        return True

    def _sent(self, step: Step) -> bool:
        """Send the write until it is settled. False where it stands without us: somebody else was there first."""
        tries, write = Tries(), self._filled_in(step.write)
        while True:
            try:
                key = self.api.write(write)
            except VrgError as error:
                if self._is_settled(step, error, tries) or not self._is_still_allowed(step, error, tries):
                    return tries.may_have_arrived
            else:
                if step.made is not None and key is not None and _makes_a_row(step):
                    self.made[step.made] = key
                return True

    def _is_still_allowed(self, step: Step, error: VrgError, tries: Tries) -> bool:
        """The guards again, before it is sent again: that may be minutes later."""
        try:
            return self._is_allowed(step)
        except VrgError as failure:
            if failure.outcome in (Outcome.LOCAL, Outcome.REFUSED):
                raise
            raise tries.ended(step, error) from failure

    def _is_settled(self, step: Step, error: VrgError, tries: Tries) -> bool:
        """Whether the change stands although the answer does not say so; False: it is to be sent again.

        Raises VrgError when it was refused, or when nobody can tell whether it has happened.
        """
        unsent = error.outcome is Outcome.UNSENT
        if error.status in (401, 403) or (unsent and (error.permanent or tries.unsent >= self.api.retries)):
            raise tries.ended(step, error) from error
        if unsent:
            self.api.clock.sleep(self.api.pause(0.3 * 2.0**tries.unsent, error))
            tries.unsent += 1
            return False
        if error.outcome in (Outcome.UNKNOWN, Outcome.BUSY):
            tries.may_have_arrived = True
        if self._stands(step, error):
            if not tries.may_have_arrived:
                self._note_stranger(step, error)
            return True
        if error.outcome is Outcome.REFUSED:
            return self._after_refusal(step, error, tries)
        if step.once:
            raise unknown(step, error)
        if error.outcome is Outcome.BUSY and tries.busy < _BUSY_TRIES:
            self.waiter.clock.sleep(self.api.pause(2.0**tries.busy, error))
            tries.busy += 1
            return False
        if error.outcome is Outcome.UNKNOWN and not tries.again:
            tries.again = True
            return False
        raise unknown(step, error)

    def _after_refusal(self, step: Step, error: VrgError, tries: Tries) -> bool:
        if step.proof is None and step.verb and not step.once and error.status == 409:
            # "Row exists": what was to be there is there.
            tries.may_have_arrived = True
            return True
        for number, remedy in enumerate(step.remedies if error.status in _BY_STATE else ()):
            if tries.remedies.count(number) < _REMEDY_TRIES and self.help_with(remedy, error.during(step.sentence)):
                tries.remedies.append(number)
                return False
        if step.remedies and error.status in _BY_STATE and not tries.looked and not tries.remedies:
            # What stood in the way may have gone by itself before it was looked for.
            tries.looked = True
            return False
        raise error.during(step.sentence) from error

    def help_with(self, remedy: Remedy, refused: Optional[VrgError] = None) -> bool:
        """Carry out the remedy for each row that needs it; whether there was one."""
        found = self.api.read(remedy.query, deadline=self.waiter.deadline)
        rows = [row for row in found if remedy.when.matches(row)]
        if rows and remedy.refuses and refused is not None:
            refused.hint = remedy.refuses
            raise refused
        for row in rows:
            for step in remedy.steps(row) if remedy.steps else ():
                self.carry_out(step)
                self._prove(step)
        if rows and remedy.goal is not None:
            self.until(remedy.goal)
        return bool(rows)

    def _prove(self, step: Step) -> None:
        """Read back a change that no plan asks for again. An action's end is waited for by whoever needs it."""
        if step.proof is None or step.write.is_action or step.proof.holds(self.api.read(step.proof.query)):
            return
        if step.sentence in self.done:
            self.done.remove(step.sentence)
        raise not_kept(step.sentence)

    def retract(self, steps: Sequence[Step]) -> None:
        """Take back what was said to be done and cannot be seen."""
        for step in steps:
            claimed = step.sentence in self.done and not step.verb
            if claimed and step.proof is not None and not self._is_seen(step.proof):
                self.done.remove(step.sentence)

    def _is_seen(self, proof: Fact) -> bool:
        try:
            return proof.holds(self.api.read(proof.query))
        except VrgError:
            # Nobody can tell; it was answered as if it were done.
            return True

    def _stands(self, step: Step, error: VrgError) -> bool:
        """Whether the change can be seen.

        Raises VrgError when that cannot be looked up: then nothing may be sent again.
        """
        if step.proof is None or (step.secret and step.write.method == "PUT"):
            return False
        silence: Optional[VrgError] = None
        for seconds in _LOOK_UP_AFTER if error.outcome is Outcome.UNKNOWN else (0.0,):
            self.waiter.clock.sleep(seconds)
            try:
                rows = self.api.read(step.proof.query)
            except VrgError as failure:
                if failure.outcome is Outcome.REFUSED:
                    raise
                silence = failure
                continue
            silence = None
            if step.proof.holds(rows):
                self._note_key(step, rows)
                return True
        if silence is not None:
            raise unknown(step, error) from silence
        return False

    def _note_stranger(self, step: Step, error: VrgError) -> None:
        """Somebody else has made what was to be made: its values are theirs, and a secret among ours is not set."""
        if step.write.method != "POST" or step.write.is_action:
            return
        if step.secret:
            raise VrgError(
                f"Could not {step.sentence}: somebody else created it at the same time, so the password of this task "
                "was not set.",
                hint="Find out whose it is before you run the task again; update_password=always then sets it.",
                outcome=error.outcome,
                status=error.status,
                api=error.api,
            )
        self.found.append(f"Not done by this task, because somebody else did it at the same time: {step.sentence}.")

    def _note_key(self, step: Step, rows: Sequence[Row]) -> None:
        if step.made is not None and step.made not in self.made and len(rows) == 1:
            self.made[step.made] = rows[0]["$key"]

    def _filled_in(self, write: Write) -> Write:
        return replace(write, key=self._real(write.key), body=self._real(write.body))

    def _real(self, value: Any) -> Any:
        if isinstance(value, Created):
            if value not in self.made:
                raise VrgError(f"The key of {value.label} is not known.", hint="Run the task again.")
            return self.made[value]
        if isinstance(value, Mapping):
            return {name: self._real(one) for name, one in value.items()}
        return value


def _makes_a_row(step: Step) -> bool:
    """Whether the receipt's key is that of the row: an action's is its own."""
    return step.proof is not None and step.write.table == step.proof.query.table
