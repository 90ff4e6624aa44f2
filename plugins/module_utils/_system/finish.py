# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes last for each tenant of a list: a snapshot, its isolation, its power; and one wait for all of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from typing import Callable, Optional

from .._model.errors import VrgError
from .._model.plan import Goal
from .crew import Crew, Work
from .shared_wait import SharedWait, Wait


class Finish:
    """Carries out what comes last for some tenants, not more than so many starting at a time.

    ``is_ready`` is asked by the worker of a tenant, right before: that takes a while, and others are sent meanwhile.
    """

    def __init__(self, crew: Crew, works: Iterable[Work], is_ready: Callable[[Work], bool]) -> None:
        self._crew = crew
        self._is_ready = is_ready
        self._queue = deque(works)
        self._whole = len(self._queue)
        self._running: dict[Future[None], Work] = {}
        self._shared = SharedWait(crew.waiter)
        self._goals: dict[int, list[Goal]] = {}

    def run(self) -> None:
        while self._queue or self._running or self._shared.waits:
            self._begin()
            timeout = self._shared.seconds_left if self._shared.waits else None
            ended, _running = wait(self._running, timeout=timeout, return_when=FIRST_COMPLETED)
            for future in ended:
                work = self._running.pop(future)
                future.result()
                for goal in self._goals.pop(id(work), []):
                    self._shared.add(work, goal, work.settle.help_with)
            if self._shared.waits:
                self._look()
            busy = len(self._queue) + len(self._running) + len(self._shared.waits)
            self._crew.progress(self._whole - busy, self._whole)

    def _begin(self) -> None:
        most = max(self._crew.pace.starting_at_once, 1)
        while self._queue and len(self._running) + len(self._shared.waits) < most:
            work = self._queue.popleft()
            self._running[self._crew.executor.submit(self._crew.guarded, self._send, work)] = work

    def _send(self, work: Work) -> None:
        """Send everything that one tenant needs; it is waited for beside all the others."""
        goals = self._goals.setdefault(id(work), [])
        for plan in work.rest if self._is_ready(work) else ():
            for step in plan.steps:
                self._crew.carry_out(work, replace(step, goal=None))
                goals += [step.goal] if step.goal else []
            goals += [plan.settle] if plan.settle else []

    def _look(self) -> None:
        """Poll when it is time; what is new is looked at as soon as nothing more is being sent."""
        if self._running and self._shared.seconds_left:
            return
        if not self._running and not self._shared.has_new:
            self._crew.waiter.clock.sleep(self._shared.seconds_left)
        try:
            self._shared.poll(self._ended)
        except VrgError as error:
            for one in self._shared.waits:
                self._crew.fail(one.whose, error)
            self._shared.waits.clear()

    def _ended(self, ended: Wait, failure: Optional[VrgError]) -> None:
        if failure is not None:
            self._crew.fail(ended.whose, failure)
