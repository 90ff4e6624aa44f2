# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Carry out a list of tenants: each by one worker, what they share once, and all of them read back and proved."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from typing import Any, Optional, Protocol

from .._model.conditions import Condition
from .._model.errors import VrgError
from .._model.plan import Plan, Step
from .._model.query import Created, Scratch
from .._model.resource import Column, Resource
from .api import Api
from .attempts import not_kept
from .settle import Settle
from .shared_wait import SharedWait, Wait
from .snapshot import Snapshot
from .wait import Waiter


class Member(Protocol):
    """One tenant of the list."""

    warnings: dict[str, None]

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> Any: ...
    @property
    def to_be_made(self) -> Created: ...
    @property
    def is_left(self) -> bool: ...
    @property
    def rules(self) -> tuple[Sequence[Any], Sequence[str]]: ...
    def parts(self, reader: Scratch) -> list[Plan]: ...
    def stands(self, reader: Scratch, step: Step, key: Any) -> list[Plan]: ...
    def rest(self, reader: Scratch) -> list[Plan]: ...
    def view(self, reader: Scratch) -> Optional[dict[str, Any]]: ...


class Fleet(Protocol):
    """A list of tenants; ``of_tenant`` are the columns by which a tenant's rows are read again, by table."""

    @property
    def resources(self) -> Sequence[Resource]: ...
    @property
    def where(self) -> Mapping[str, Condition]: ...
    @property
    def of_tenant(self) -> Mapping[str, Column]: ...
    def judged(self, reader: Scratch) -> tuple[Sequence[Member], dict[str, Any]]: ...
    def rules(self, networks: Mapping[Any, Any]) -> Iterator[Sequence[Step]]: ...


@dataclass(frozen=True)
class Pace:
    """How a list is carried out. ``deadline`` is in seconds from the start; 0 is no limit, here and elsewhere."""

    workers: int = 8
    starting_at_once: int = 20
    stops_on_error: bool = False
    max_failed: Optional[int] = None
    request_budget: int = 0
    deadline: float = 0.0


@dataclass
class Work:
    """What is planned for a member, and what has become of it."""

    member: Member
    settle: Settle
    parts: list[Plan] = field(default_factory=list)
    rest: list[Plan] = field(default_factory=list)
    is_new: bool = False
    error: Optional[VrgError] = None
    #: Why it was not carried on with.
    halted: str = ""
    view: Optional[dict[str, Any]] = None

    @property
    def plans(self) -> list[Plan]:
        return [*self.parts, *self.rest]

    @property
    def planned(self) -> list[str]:
        return [step.sentence for plan in self.plans for step in plan.steps]

    @property
    def goes_on(self) -> bool:
        return self.error is None and not self.halted


class _Halted(Exception):
    """Nothing more is begun."""


@dataclass
class ApplyFleet:
    """Runs one list; ``waiter`` has the clock, and the time that each tenant's wait gets."""

    api: Api
    waiter: Waiter
    pace: Pace = Pace()
    check: bool = False
    works: list[Work] = field(default_factory=list)
    found: dict[str, Any] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)
    #: Why the whole run came to an end before it was through.
    halted: str = ""
    _failed: int = 0

    def run(self, task: Fleet) -> None:
        """Plan everything, and carry it out unless this is a dry run; ``works`` then say what became of each tenant.

        Raises VrgError if the list as a whole cannot be had: then nothing was written.
        """
        self._lock = threading.Lock()
        self._start = self.waiter.clock.monotonic()
        with ThreadPoolExecutor(self.pace.workers) as executor:
            try:
                self._run(task, executor)
            except BaseException:
                # A time limit of the task, or an interrupt: nothing new is begun, what is on its way ends.
                self.halted = self.halted or "the run was interrupted"
                executor.shutdown(wait=True, cancel_futures=True)
                raise

    def _run(self, task: Fleet, executor: ThreadPoolExecutor) -> None:
        self.snapshot = snapshot = Snapshot(self.api, task.resources, task.where)
        snapshot.load(executor)
        members, self.found = task.judged(snapshot)
        for member in members:
            self.works.append(self._planned(member))
        if self.check:
            return
        snapshot.forget()
        self._each([work for work in self.works if work.goes_on and _steps(work.parts)], self._do_parts, executor)
        self._apply_rules(task)
        touched = [work for work in self.works if work.settle.done]
        self._refresh(task, touched, _tables(touched), executor)
        for work in touched:
            self._prove(work, work.member.parts)
        self._do_rest(executor)
        powered = [work for work in self.works if work.goes_on and _steps(work.rest)]
        self._refresh(task, powered, _tables(powered), executor)
        for work in powered:
            self._prove(work, work.member.rest)
        for work in self.works:
            if work.settle.done and not self.halted:
                work.view = work.member.view(snapshot)

    # Planning.

    def _planned(self, member: Member) -> Work:
        waiter = Waiter(self.api, self.waiter.clock, self.waiter.timeout)
        work = Work(member, Settle(self.api, waiter), is_new=isinstance(member.key, Created))
        try:
            work.parts = member.parts(self.snapshot)
            work.rest = member.rest(self.snapshot)
        except VrgError as error:
            self._fail(work, error)
        return work

    # Workers.

    def _each(self, works: Sequence[Work], do: Any, executor: ThreadPoolExecutor) -> None:
        """Do something for each, as many at a time as there are workers."""
        running = {executor.submit(self._guarded, do, work): work for work in works}
        done = 0
        while running:
            ended, _running = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in ended:
                running.pop(future)
                future.result()
                done += 1
            self._progress(done, len(works))

    def _guarded(self, do: Any, work: Work) -> None:
        """What happens to one tenant is its own."""
        try:
            do(work)
        except _Halted:
            work.halted = self.halted
        except VrgError as error:
            self._fail(work, error)

    def _fail(self, work: Work, error: VrgError) -> None:
        work.error = error
        with self._lock:
            self._failed += 1
            if error.status == 401:
                # Every further request would be refused, and lock the account.
                self.halted = "the login was refused"
            elif self.pace.stops_on_error:
                self.halted = self.halted or "another tenant failed (on_error=stop)"
            elif self.pace.max_failed is not None and self._failed > self.pace.max_failed:
                self.halted = self.halted or f"more than {self.pace.max_failed} tenants failed (max_failed)"

    def _step(self, work: Work, step: Step) -> None:
        self._may_go_on()
        work.settle.carry_out(step)

    def _may_go_on(self) -> None:
        pace = self.pace
        if pace.deadline and self.waiter.clock.monotonic() - self._start >= pace.deadline:
            self.halted = self.halted or f"the deadline of {pace.deadline:g} seconds has come"
        if pace.request_budget and sum(self.api.sent.values()) >= pace.request_budget:
            self.halted = self.halted or f"the budget of {pace.request_budget} requests is used up"
        if self.halted and not self.check:
            raise _Halted

    def _do_parts(self, work: Work) -> None:
        first, *others = work.parts
        for step in first.steps:
            self._step(work, step)
        key = work.settle.made.get(work.member.to_be_made)
        if key is not None:
            with self._lock:
                others = work.member.stands(self.snapshot, first.steps[0], key)
            work.parts = [first, *others]
        for plan in others:
            for step in plan.steps:
                self._step(work, step)

    # What they share.

    def _apply_rules(self, task: Fleet) -> None:
        """The rules of each network once, however many tenants have changed something there."""
        networks: dict[Any, Any] = {}
        for work in self.works:
            # What failed half way may have changed something, too.
            if work.goes_on or work.settle.done:
                networks.update({network.key: network for network in work.member.rules[0]})
                self.warnings.update(dict.fromkeys(work.member.rules[1]))
        settle = Settle(self.api, Waiter(self.api, self.waiter.clock, self.waiter.timeout))
        for steps in task.rules(networks):
            try:
                for step in steps:
                    self._may_go_on()
                    settle.carry_out(step)
            except _Halted:
                self.warnings[f"Rules were not applied, because {self.halted}."] = None
                return
            except VrgError as error:
                keys = {step.write.body["vnet"] for step in steps}
                for work in self.works:
                    if work.goes_on and keys & {network.key for network in work.member.rules[0]}:
                        self._fail(work, error)
        self.found["rules"] = settle.done

    def _refresh(self, task: Fleet, works: Sequence[Work], tables: set[str], executor: ThreadPoolExecutor) -> None:
        """Read again what belongs to the tenants, in these tables."""
        if not works or self.halted:
            return
        keys = [work.member.key for work in works if not isinstance(work.member.key, Created)]
        begun = [
            self.snapshot.refresh(
                table, column, [f"tenants/{key}" for key in keys] if column.name == "owner" else keys, executor
            )
            for table, column in task.of_tenant.items()
            if table in tables
        ]
        for one in begun:
            one.result()

    def _prove(self, work: Work, plan_again: Any) -> None:
        """What is still missing was not done, whatever was answered; what comes next is planned with what stands."""
        if self.halted or not work.goes_on:
            return
        try:
            left = [step for step in _steps(plan_again(self.snapshot)) if step.proof is not None and not step.verb]
            if left:
                work.settle.retract(_steps(work.plans))
                raise not_kept(left[0].sentence)
            if plan_again == work.member.parts:
                work.rest = work.member.rest(self.snapshot)
        except VrgError as error:
            self._fail(work, error)

    # Snapshots, isolation, power.

    def _do_rest(self, executor: ThreadPoolExecutor) -> None:
        """Carry out what comes last, not more than so many at a time, and wait for all of it together."""
        queue = deque(work for work in self.works if work.goes_on and (_steps(work.rest) or _settles(work)))
        whole = len(queue)
        running: dict[Future[None], Work] = {}
        shared = SharedWait(self.waiter)
        goals: dict[int, list[Any]] = {}

        def begin(work: Work) -> None:
            goals[id(work)] = self._begin_rest(work)

        while queue or running or shared.waits:
            while queue and len(running) + len(shared.waits) < max(self.pace.starting_at_once, 1):
                work = queue.popleft()
                running[executor.submit(self._guarded, begin, work)] = work
            ended, _running = wait(running, timeout=0 if shared.waits else None, return_when=FIRST_COMPLETED)
            for future in ended:
                work = running.pop(future)
                future.result()
                for goal in goals.pop(id(work), []):
                    shared.add(work, goal, work.settle._remedy)
            if shared.waits:
                self._poll(shared, bool(running))
            self._progress(whole - len(queue) - len(running) - len(shared.waits), whole)

    def _begin_rest(self, work: Work) -> list[Any]:
        goals = []
        for plan in work.rest:
            for step in plan.steps:
                # Waited for beside all the others.
                self._step(work, replace(step, goal=None) if step.proof is not None else step)
                if step.goal is not None and step.proof is not None:
                    goals.append(step.goal)
            if plan.settle is not None:
                goals.append(plan.settle)
        return goals

    def _poll(self, shared: SharedWait, is_busy: bool) -> None:
        if shared.seconds_left and is_busy:
            self.waiter.clock.sleep(min(shared.seconds_left, 0.05))
            return
        self.waiter.clock.sleep(shared.seconds_left)
        try:
            shared.poll(self._ended)
        except VrgError as error:
            for one in list(shared.waits):
                shared.waits.remove(one)
                self._fail(one.whose, error)

    def _ended(self, ended: Wait, failure: Optional[VrgError]) -> None:
        if failure is not None:
            self._fail(ended.whose, failure)

    def _progress(self, done: int, whole: int) -> None:
        seconds = self.waiter.clock.monotonic() - self._start
        left = f", about {seconds / done * (whole - done):.0f} s left" if done else ""
        self.waiter.progress(f"{done} of {whole} tenants done, {self._failed} failed{left}", seconds)


def _steps(plans: Sequence[Plan]) -> list[Step]:
    return [step for plan in plans for step in plan.steps]


def _settles(work: Work) -> bool:
    return any(plan.settle is not None for plan in work.rest)


def _tables(works: Sequence[Work]) -> set[str]:
    """The tables in which something of these tenants has changed; a tenant's power shows in its nodes too."""
    return {"tenants", "tenant_nodes", *(step.write.table for work in works for step in _steps(work.plans))}
