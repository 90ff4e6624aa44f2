# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workers for a list of tenants: each does one tenant at a time, and all of them stop together."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Callable, Optional, Protocol

from .._model.conditions import Condition
from .._model.errors import VrgError
from .._model.plan import Plan, Step
from .._model.query import Created, Scratch
from .._model.resource import Column, Resource
from .api import Api
from .clock import Clock
from .settle import Settle
from .wait import Waiter

#: Seconds after which a sleeping worker looks whether it still has to.
_NAP = 0.5


class Member(Protocol):
    """One tenant of the list."""

    warnings: dict[str, None]

    @property
    def name(self) -> str:
        """What results call it."""

    @property
    def key(self) -> Any:
        """Its row's key, or what stands for it until the row is made."""

    @property
    def to_be_made(self) -> Created:
        """The row that its first step makes, where it is new."""

    @property
    def is_left(self) -> bool:
        """Whether somebody switched it off and it stays so."""

    @property
    def secret(self) -> Optional[str]:
        """Its password."""

    @property
    def rules(self) -> tuple[Sequence[Any], Sequence[str]]:
        """The networks whose rules have to be applied, and warnings."""

    def parts(self, reader: Scratch) -> list[Plan]:
        """What is missing of the tenant and of what belongs to it."""

    def stands(self, reader: Scratch, step: Step, key: Any) -> list[Plan]:
        """What is missing of what belongs to it, now that ``step`` has made it."""

    def rest(self, reader: Scratch) -> list[Plan]:
        """What comes once its parts stand."""

    def view(self, reader: Scratch) -> Optional[dict[str, Any]]:
        """The tenant as it stands."""


class Fleet(Protocol):
    """A list of tenants."""

    @property
    def resources(self) -> Sequence[Resource]:
        """The tables that are asked."""

    @property
    def where(self) -> Mapping[str, Condition]:
        """Which rows of a table count, where not all do."""

    @property
    def of_tenant(self) -> Mapping[str, Column]:
        """The columns by which a tenant's rows are read again, by table."""

    def value(self, column: Column, key: Any) -> Any:
        """What such a column has for the tenant with this key."""

    def judged(self, reader: Scratch) -> tuple[Sequence[Member], dict[str, Any]]:
        """The members, and what the list takes."""

    def approve(self, works: Sequence[Work]) -> None:
        """Compare with what was approved."""

    def rules(self, networks: Mapping[Any, Any]) -> Iterator[Sequence[Step]]:
        """The steps that apply the rules of networks, in groups that are waited for together."""


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
        return [step.sentence for step in steps_of(self.plans)]

    @property
    def goes_on(self) -> bool:
        return self.error is None and not self.halted


class Halted(Exception):
    """Nothing more is begun."""


class _Wakeful:
    """A clock for workers: who sleeps is woken soon after the run was given up, and does nothing more."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.given_up = threading.Event()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Raises Halted where the run was given up."""
        while seconds > 0 and not self.given_up.is_set():
            self._clock.sleep(min(seconds, _NAP))
            seconds -= _NAP
        if self.given_up.is_set():
            raise Halted


class Crew:
    """The workers of one run. Only the thread that made it may ask for its progress to be shown."""

    def __init__(self, api: Api, waiter: Waiter, pace: Pace, executor: ThreadPoolExecutor) -> None:
        self.api, self.waiter, self.pace, self.executor = api, waiter, pace, executor
        self.lock = threading.Lock()
        #: Why the whole run came to an end before it was through.
        self.halted = ""
        self._failed = 0
        self._clock = _Wakeful(waiter.clock)
        self._start = waiter.clock.monotonic()

    def settle(self) -> Settle:
        """What carries out the steps of one tenant, with a wait of its own."""
        return Settle(self.api, Waiter(self.api, self._clock, self.waiter.timeout))

    def each(self, works: Sequence[Work], do: Callable[[Work], None]) -> None:
        """Do something for each, as many at a time as there are workers."""
        # Two for each worker, so that none has to wait for its next: to look at thousands each time would take longer.
        most = 2 * self.pace.workers
        queue, done = iter(works), 0
        running: set[Future[None]] = set()
        while done < len(works):
            running |= {self.executor.submit(self.guarded, do, work) for work in islice(queue, most - len(running))}
            ended, running = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in ended:
                future.result()
            done += len(ended)
            self.progress(done, len(works))

    def guarded(self, do: Callable[[Work], None], work: Work) -> None:
        """What happens to one tenant is its own."""
        try:
            do(work)
        except Halted:
            work.halted = self.halted
        except VrgError as error:
            self.fail(work, error)

    def fail(self, work: Work, error: VrgError) -> None:
        work.error = error
        with self.lock:
            self._failed += 1
            failed, most = self._failed, self.pace.max_failed
        if error.status == 401:
            # Every further request would be refused, and lock the account.
            self.halt("the login was refused")
        elif self.pace.stops_on_error:
            self.halt("another tenant failed (on_error=stop)")
        elif most is not None and failed > most:
            self.halt(f"more than {most} tenants failed (max_failed)")

    def halt(self, why: str) -> None:
        """Begin nothing more; what is waited for is waited for."""
        self.halted = self.halted or why

    def give_up(self) -> None:
        """Begin nothing more, and wait for nothing more: whoever runs this has left."""
        self.halt("the run was interrupted")
        self._clock.given_up.set()

    def carry_out(self, work: Work, step: Step) -> None:
        self.may_go_on()
        work.settle.carry_out(step)

    def may_go_on(self) -> None:
        """Raises Halted where nothing more is to be begun."""
        deadline, budget = self.pace.deadline, self.pace.request_budget
        if deadline and self.waiter.clock.monotonic() - self._start >= deadline:
            self.halt(f"the deadline of {deadline:g} seconds has come")
        if budget and sum(self.api.sent.values()) >= budget:
            self.halt(f"the budget of {budget} requests is used up")
        if self.halted:
            raise Halted

    def progress(self, done: int, whole: int) -> None:
        seconds = self.waiter.clock.monotonic() - self._start
        left = f", about {seconds / done * (whole - done):.0f} s left" if done else ""
        self.waiter.progress(f"{done} of {whole} tenants, {self._failed} failed{left}", seconds)


def steps_of(plans: Sequence[Plan]) -> list[Step]:
    return [step for plan in plans for step in plan.steps]
