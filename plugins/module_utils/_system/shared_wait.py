# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waits of many tenants at once: one poll an interval, and each wait with a time of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from .._model.conditions import ALL, any_of
from .._model.errors import VrgError
from .._model.plan import Goal
from .._model.query import MOST_TERMS, Query
from .._model.rows import Rows
from .wait import FIRST_INTERVAL, LONGEST_INTERVAL, Help, Waiter, Watch

#: The next poll comes after this part of the time since the last of them began: one is for all, so that none has to be
#: late by half of what it took.
_SHARE = 0.1


@dataclass
class Wait(Watch):
    """A goal that is waited for on behalf of ``whose``."""

    whose: Any = None


#: Says how a wait has ended: None where its goal is reached.
Ended = Callable[[Wait, Optional[VrgError]], object]


@dataclass
class SharedWait:
    """Waits that are polled together; ``waiter`` has the clock, and the time that each of them gets."""

    waiter: Waiter
    waits: list[Wait] = field(default_factory=list)
    #: Whether one of them was never looked at.
    has_new: bool = False
    _since: float = 0.0
    _polled: float = -FIRST_INTERVAL
    _due: float = 0.0

    def add(self, whose: Any, goal: Goal, help_with: Help) -> None:
        now = self.waiter.clock.monotonic()
        self.waits.append(Wait(goal, help_with, now, whose=whose))
        self.has_new = True
        self._since = now
        soon = max(now, self._polled + FIRST_INTERVAL)
        self._due = min(self._due, soon) if len(self.waits) > 1 else soon

    @property
    def seconds_left(self) -> float:
        """Until the next poll."""
        return max(self._due - self.waiter.clock.monotonic(), 0.0)

    def poll(self, ended: Ended) -> None:
        """Look at every wait once, with one request for each table."""
        by_resource: dict[int, list[Wait]] = {}
        for wait in self.waits:
            by_resource.setdefault(id(wait.goal.query.resource), []).append(wait)
        for waits in by_resource.values():
            wheres = [wait.goal.query.where for wait in waits]
            where = any_of(*wheres) if len(wheres) <= MOST_TERMS else ALL
            rows, silence = self.waiter.poll(Query(waits[0].goal.query.resource, where))
            found = None if rows is None else Rows(rows)
            for wait in waits:
                self._look(wait, found, silence, ended)
        self.has_new = False
        self._polled = self.waiter.clock.monotonic()
        waited = self._polled - self._since
        self._due = self._polled + min(max(waited * _SHARE, FIRST_INTERVAL), LONGEST_INTERVAL)

    def _look(self, wait: Wait, rows: Optional[Rows], silence: str, ended: Ended) -> None:
        own = None if rows is None else rows.matching(wait.goal.query.where)
        failure: Optional[VrgError] = None
        try:
            if not self.waiter.look(wait, own, silence):
                return
        except VrgError as error:
            failure = error
        self.waits.remove(wait)
        ended(wait, failure)
