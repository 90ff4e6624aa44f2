# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits of many tenants at once: one poll an interval, and each wait with a time of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from .._model.conditions import ALL, Row, any_of
from .._model.errors import Outcome, VrgError
from .._model.plan import Goal
from .._model.query import Query
from .snapshot import MOST_TERMS
from .wait import FIRST_INTERVAL, GROWTH, LONGEST_INTERVAL, Help, Waiter


@dataclass
class Wait:
    """One goal that is waited for, on behalf of ``whose``."""

    whose: Any
    goal: Goal
    help_with: Help
    since: float
    seen: str = "nothing yet"
    stuck_since: dict[int, float] = field(default_factory=dict)


#: Says how a wait has ended: None where its goal is reached.
Ended = Callable[[Wait, Optional[VrgError]], object]


@dataclass
class SharedWait:
    """Waits that are polled together; ``waiter`` has the clock, and the time that each of them gets."""

    waiter: Waiter
    waits: list[Wait] = field(default_factory=list)
    _interval: float = FIRST_INTERVAL
    _due: float = 0.0

    def add(self, whose: Any, goal: Goal, help_with: Help) -> None:
        now = self.waiter.clock.monotonic()
        self.waits.append(Wait(whose, goal, help_with, now))
        self._interval = FIRST_INTERVAL
        self._due = min(self._due, now) if len(self.waits) > 1 else now

    @property
    def seconds_left(self) -> float:
        """Until the next poll."""
        return max(self._due - self.waiter.clock.monotonic(), 0.0)

    def poll(self, ended: Ended) -> None:
        """Look at every wait once, with one request for each table."""
        for waits in self._by_resource():
            rows, silence = self._rows(waits)
            for wait in waits:
                self._judge(wait, rows, silence, ended)
        self._due = self.waiter.clock.monotonic() + self._interval
        self._interval = min(self._interval * GROWTH, LONGEST_INTERVAL)

    def _by_resource(self) -> Iterator[list[Wait]]:
        grouped: dict[int, list[Wait]] = {}
        for wait in self.waits:
            grouped.setdefault(id(wait.goal.query.resource), []).append(wait)
        yield from grouped.values()

    def _rows(self, waits: Sequence[Wait]) -> tuple[Optional[list[Row]], str]:
        wheres = [wait.goal.query.where for wait in waits]
        where = any_of(*wheres) if len(wheres) <= MOST_TERMS else ALL
        query = Query(waits[0].goal.query.resource, where)
        try:
            return self.waiter.api.read(query, retries=0), ""
        except VrgError as error:
            if error.outcome is Outcome.REFUSED:
                raise
            return None, f", and then: {error.message.rstrip('.')}"

    def _judge(self, wait: Wait, rows: Optional[list[Row]], silence: str, ended: Ended) -> None:
        waited = self.waiter.clock.monotonic() - wait.since
        failure: Optional[VrgError] = None
        try:
            if rows is not None:
                own = [row for row in rows if wait.goal.query.where.matches(row)]
                verdict = wait.goal.judge(own, waited)
                if verdict.state == "done":
                    self._end(wait, None, ended)
                    return
                if verdict.state == "failed":
                    raise self.waiter.gave_up(wait.goal, verdict.text)
                wait.seen = verdict.text
                for remedy in self.waiter.due(wait.goal, own, waited, wait.stuck_since):
                    wait.help_with(remedy)
            if waited >= self.waiter.timeout:
                raise self.waiter.timed_out(wait.goal, f"{wait.seen}{silence}")
        except VrgError as error:
            failure = error
        if failure is not None:
            self._end(wait, failure, ended)

    def _end(self, wait: Wait, failure: Optional[VrgError], ended: Ended) -> None:
        self.waits.remove(wait)
        ended(wait, failure)
