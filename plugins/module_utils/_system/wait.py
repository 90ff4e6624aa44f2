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
from .._model.query import Query
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
class Watch:
    """One goal that is waited for, since when, and what was last seen. Times are in seconds of the clock."""

    goal: Goal
    help_with: Help
    since: float
    waited: float = 0.0
    seen: str = "nothing yet"
    _stuck_since: dict[int, float] = field(default_factory=dict)

    def due(self, rows: list[Row]) -> list[Remedy]:
        """The remedies whose time has come, each once a wait."""
        due = []
        for number, remedy in enumerate(self.goal.remedies):
            if not any(remedy.stuck.matches(row) for row in rows):
                self._stuck_since.pop(number, None)
            elif self.waited - self._stuck_since.setdefault(number, self.waited) >= remedy.after:
                self._stuck_since[number] = float("inf")
                due.append(remedy)
        return due


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
        watch = Watch(goal, help_with, start)
        while True:
            rows, silence = self.poll(goal.query, goal.text, deadline)
            if self.look(watch, rows, silence):
                return rows or []
            self.progress(f"{goal.text} ({watch.seen})", watch.waited)
            self.clock.sleep(min(interval, max(self.timeout - watch.waited, 0.01)))
            interval = min(interval * GROWTH, LONGEST_INTERVAL)

    def poll(self, query: Query, about: str = "", deadline: Optional[float] = None) -> tuple[Optional[list[Row]], str]:
        """The rows, or what came instead of them. Raises VrgError when the platform refuses to answer."""
        try:
            # The loop is what asks again.
            return self.api.read(query, deadline=deadline, retries=0), ""
        except VrgError as error:
            if error.outcome is Outcome.REFUSED:
                raise (error.during(f"see about {about}") if about else error) from error
            return None, f", and then: {error.message.rstrip('.')}"

    def look(self, watch: Watch, rows: Optional[list[Row]], silence: str) -> bool:
        """Judge what was polled; whether the goal is reached. What is stuck is helped on the way.

        Raises VrgError when the goal fails for good or its time is up.
        """
        goal = watch.goal
        watch.waited = self.clock.monotonic() - watch.since
        if rows is not None:
            verdict = goal.judge(rows, watch.waited)
            if verdict.state == "done":
                return True
            if verdict.state == "failed":
                raise VrgError(f"Gave up waiting for {goal.text}: {verdict.text}.{self._diagnosis(goal)}")
            watch.seen = verdict.text
            for remedy in watch.due(rows):
                watch.help_with(remedy)
        if watch.waited >= self.timeout:
            raise VrgError(
                f"Timed out after {self.timeout:g} seconds waiting for {goal.text}; last seen: {watch.seen}{silence}."
                f"{self._diagnosis(goal)}",
                hint=goal.hint,
            )
        return False

    def _diagnosis(self, goal: Goal) -> str:
        """More about why; what cannot be read must not take the place of what is known already."""
        if goal.diagnosis is None:
            return ""
        try:
            deadline = (self.deadline or self.clock.monotonic()) + _LAST_WORD
            return goal.diagnosis.says(self.api.read(goal.diagnosis.query, deadline=deadline, retries=0))
        except VrgError:
            return ""
