# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait until the platform has settled, and know why when it has not.

A goal is judged from rows, never from elapsed time, so it is tested without sleeping: the clock is injected.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Optional, Protocol

from ._api import Api, Query, Row
from ._errors import Outcome, VrgError

FIRST_INTERVAL = 0.5
LONGEST_INTERVAL = 5.0
GROWTH = 1.5


class Clock(Protocol):
    """Time as a wait sees it; seconds."""

    def monotonic(self) -> float:
        """Seconds since some fixed point."""

    def sleep(self, seconds: float) -> None:
        """Return after so many seconds."""


class SystemClock:
    """The real one."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True)
class Verdict:
    """What rows say about a goal: reached, failed for good, or still on the way."""

    state: str
    text: str = ""


DONE = Verdict("done")


def waiting(text: str) -> Verdict:
    """Not there yet; ``text`` says what is seen."""
    return Verdict("waiting", text)


def failed(text: str) -> Verdict:
    """It will not get there; ``text`` says why."""
    return Verdict("failed", text)


@dataclass(frozen=True)
class Nudge:
    """Help for a wait that has been ``stuck`` for ``seconds``; ``act`` writes, and returns what it did, in sentences.

    Given once a wait.
    """

    seconds: float
    stuck: Callable[[list[Row]], bool]
    act: Callable[[Api, list[Row]], list[str]]


@dataclass(frozen=True)
class Goal:
    """What is waited for, and how its rows are judged, given the seconds waited so far.

    ``text`` completes "waiting for …". Where it is not reached, ``explain`` finds out more, and ``hint`` is given.
    """

    text: str
    query: Query
    judge: Callable[[list[Row], float], Verdict]
    nudges: tuple[Nudge, ...] = ()
    explain: Callable[[Api], str] = lambda api: ""
    hint: str = "It may still get there: run the task again, or raise wait_timeout."


def machine_stopped(subject: str, query: Query) -> Goal:
    """A machine to stop, from rows with ``running`` and ``status``."""

    def judge(rows: list[Row], waited: float) -> Verdict:
        return waiting(f"it is {rows[0]['status']}") if any(row["running"] for row in rows) else DONE

    return Goal(f"{subject} to stop", query, judge)


@dataclass
class Waiter:
    """Polls goals until they are reached, fail for good, or ``timeout`` seconds have gone by."""

    api: Api
    clock: Clock
    timeout: float
    progress: Callable[[str, float], None] = lambda text, seconds: None

    def until(self, goal: Goal) -> list[str]:
        """Wait for the goal; return the sentences of the nudges that were needed.

        Raises VrgError when the goal fails for good or the time is up; both say what was last seen. Reads that
        fail for want of an answer are survived: a node that is being drained may be the one that serves the API.
        """
        start = self.clock.monotonic()
        interval = FIRST_INTERVAL
        done: list[str] = []
        stuck_since: dict[Nudge, float] = {}
        seen = "nothing yet"
        while True:
            rows = self._poll(goal)
            waited = self.clock.monotonic() - start
            if rows is not None:
                verdict = goal.judge(rows, waited)
                if verdict.state == "done":
                    return done
                if verdict.state == "failed":
                    raise VrgError(f"Gave up waiting for {goal.text}: {verdict.text}.")
                seen = verdict.text
                done += self._nudge(goal, rows, waited, stuck_since)
            if waited >= self.timeout:
                raise VrgError(
                    f"Timed out after {self.timeout:g} seconds waiting for {goal.text}; last seen: {seen}."
                    f"{goal.explain(self.api)}",
                    hint=goal.hint,
                )
            self.progress(f"{goal.text} ({seen})", waited)
            self.clock.sleep(min(interval, max(self.timeout - waited, 0.01)))
            interval = min(interval * GROWTH, LONGEST_INTERVAL)

    def _poll(self, goal: Goal) -> Optional[list[Row]]:
        try:
            return self.api.read(goal.query)
        except VrgError as error:
            if error.outcome is Outcome.REFUSED:
                raise error.during(f"see about {goal.text}") from error
            return None

    def _nudge(self, goal: Goal, rows: list[Row], waited: float, stuck_since: dict[Nudge, float]) -> list[str]:
        done: list[str] = []
        for nudge in goal.nudges:
            if not nudge.stuck(rows):
                stuck_since.pop(nudge, None)
            elif waited - stuck_since.setdefault(nudge, waited) >= nudge.seconds:
                stuck_since[nudge] = float("inf")
                done += nudge.act(self.api, rows)
        return done
