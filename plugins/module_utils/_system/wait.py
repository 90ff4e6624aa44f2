# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until the platform has settled, and know why when it has not.

A goal is judged from rows, never from elapsed time, so it is tested without sleeping: the clock is injected.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Optional

from .._model.conditions import Row
from .._model.errors import Outcome, VrgError
from .._model.plan import Goal, Remedy
from .api import Api
from .clock import Clock

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 5.0
GROWTH = 1.5
#: Seconds in which a diagnosis has to be read once the time is up.
_LAST_WORD = 2.0

#: Carries out a remedy.
Help = Callable[[Remedy], object]


@dataclass
class Waiter:
    """Polls goals until they are reached, fail for good, or ``timeout`` seconds have gone by."""

    api: Api
    clock: Clock
    timeout: float
    progress: Callable[[str, float], None] = lambda text, seconds: None
    #: The clock's time at which the wait that is going on ends; None outside of one.
    deadline: Optional[float] = field(default=None, init=False)

    def until(self, goal: Goal, help_with: Help) -> list[Row]:
        """Wait for the goal; return the rows that it was reached with.

        Raises VrgError when the goal fails for good or the time is up; both say what was last seen. Reads that
        fail for want of an answer are survived: a node that is being drained may be the one that serves the API.
        """
        outer, start = self.deadline, self.clock.monotonic()
        try:
            self.deadline = deadline = start + self.timeout
            return self._until(goal, help_with, start, deadline)
        finally:
            self.deadline = outer

    def _until(self, goal: Goal, help_with: Help, start: float, deadline: float) -> list[Row]:
        interval = FIRST_INTERVAL
        stuck_since: dict[int, float] = {}
        seen = "nothing yet"
        while True:
            rows, silence = self._poll(goal, deadline)
            waited = self.clock.monotonic() - start
            if rows is not None:
                verdict = goal.judge(rows, waited)
                if verdict.state == "done":
                    return rows
                if verdict.state == "failed":
                    raise self.gave_up(goal, verdict.text)
                seen = verdict.text
                for remedy in self.due(goal, rows, waited, stuck_since):
                    help_with(remedy)
            if waited >= self.timeout:
                raise self.timed_out(goal, f"{seen}{silence}")
            self.progress(f"{goal.text} ({seen})", waited)
            self.clock.sleep(min(interval, max(self.timeout - waited, 0.01)))
            interval = min(interval * GROWTH, LONGEST_INTERVAL)

    def _poll(self, goal: Goal, deadline: float) -> tuple[Optional[list[Row]], str]:
        """The rows, or what came instead of them."""
        try:
            # The loop is what asks again.
            return self.api.read(goal.query, deadline=deadline, retries=0), ""
        except VrgError as error:
            if error.outcome is Outcome.REFUSED:
                raise error.during(f"see about {goal.text}") from error
            return None, f", and then: {error.message.rstrip('.')}"

    def gave_up(self, goal: Goal, why: str) -> VrgError:
        return VrgError(f"Gave up waiting for {goal.text}: {why}.{self._diagnosis(goal)}")

    def timed_out(self, goal: Goal, seen: str) -> VrgError:
        return VrgError(
            f"Timed out after {self.timeout:g} seconds waiting for {goal.text}; last seen: {seen}."
            f"{self._diagnosis(goal)}",
            hint=goal.hint,
        )

    def _diagnosis(self, goal: Goal) -> str:
        """More about why; what cannot be read must not take the place of what is known already."""
        if goal.diagnosis is None:
            return ""
        try:
            deadline = (self.deadline or self.clock.monotonic()) + _LAST_WORD
            return goal.diagnosis.says(self.api.read(goal.diagnosis.query, deadline=deadline, retries=0))
        except VrgError:
            return ""

    def due(self, goal: Goal, rows: list[Row], waited: float, stuck_since: dict[int, float]) -> list[Remedy]:
        """The remedies whose time has come, each once a wait."""
        due = []
        for number, remedy in enumerate(goal.remedies):
            if not any(remedy.stuck.matches(row) for row in rows):
                stuck_since.pop(number, None)
            elif waited - stuck_since.setdefault(number, waited) >= remedy.after:
                stuck_since[number] = float("inf")
                due.append(remedy)
        return due
