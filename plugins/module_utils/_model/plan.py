# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would be done, as data: steps with what must hold before, what proves them, and what is waited for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Optional, Protocol, Union

from .conditions import ALL, Condition, Row
from .errors import VrgError
from .facts import Fact
from .query import Created, Query, Reader, Write


@dataclass(frozen=True)
class Refusal:
    """Why a plan must not be carried out. In a dry run, an earlier task may be what lifts it, if it can be lifted."""

    message: str
    hint: str = ""
    liftable: bool = False

    @property
    def error(self) -> VrgError:
        return VrgError(self.message, hint=self.hint)


@dataclass(frozen=True)
class Guard:
    """What must be so for a write to be allowed: judged when it is planned, and on fresh rows right before it.

    ``says`` is the refusal; ``{}`` in it stands for the value that ``shows`` has in the row that speaks against it.
    ``liftable`` says that an earlier task of the same play may change it.
    """

    fact: Fact
    says: str
    hint: str = ""
    shows: str = ""
    liftable: bool = False

    def refusal(self, rows: Sequence[Row]) -> Optional[Refusal]:
        if self.fact.holds(rows):
            return None
        says = self.says
        if self.shows:
            row = self.fact.against(rows)
            says = says.replace("{}", str(self.fact.query.resource[self.shows].shown(row)), 1)
        return Refusal(says, self.hint, self.liftable)


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


class Judge(Protocol):
    """Judges a goal's rows, given the seconds waited so far."""

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        """What the rows say."""


@dataclass(frozen=True)
class Until:
    """The judge of most goals: every row matches ``done``, and where ``missing`` is given there is one.

    ``seen`` is the row key that says what a row is instead, unless one of the ``words`` fits; ``missing`` says what no
    row means.
    """

    done: Condition
    seen: str = "status"
    words: tuple[tuple[Condition, str], ...] = ()
    missing: str = ""

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        if self.missing and not rows:
            return waiting(self.missing)
        late = next((row for row in rows if not self.done.matches(row)), None)
        if late is None:
            return DONE
        fitting = next((words for condition, words in self.words if condition.matches(late)), None)
        return waiting(fitting or f"it is {late[self.seen]}")


@dataclass(frozen=True)
class Remedy:
    """Help for what is stuck: the steps for each row of ``query`` that matches ``when``, and then what to wait for.

    In a goal it comes once, when ``stuck`` has held for ``after`` seconds; in a step when the platform has refused it
    for the state of things, the first of them that finds something to do. One that ``refuses`` says what stands in
    the way and is left to the user.
    """

    query: Query
    when: Condition = ALL
    steps: Optional[Callable[[Row], tuple[Step, ...]]] = None
    goal: Optional[Goal] = None
    stuck: Condition = ALL
    after: float = 0.0
    refuses: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """What is read when a goal is not reached, and the sentence that the rows make of it."""

    query: Query
    says: Callable[[list[Row]], str]


@dataclass(frozen=True)
class Goal:
    """What is waited for, and how its rows are judged. ``text`` completes "waiting for …"."""

    text: str
    query: Query
    judge: Judge
    remedies: tuple[Remedy, ...] = ()
    diagnosis: Optional[Diagnosis] = None
    hint: str = "It may still get there: run the task again, or raise wait_timeout."


@dataclass(frozen=True)
class Step:
    """One change, in words and as a write: guards, then the write, then the goal.

    ``proof`` says that it has happened, which settles a write whose answer was lost; None where it cannot be read
    back. ``guards`` must hold right before the write; a goal among them is waited for. ``remedies`` are what helps
    when the platform refuses for the state of things.

    ``made`` is the row that it makes, for later steps. ``once``: it must never be sent a second time where the first
    may have arrived. ``verb``: it is done by this run and is not part of what stands afterwards. ``secret``: it carries
    a value that no proof can see.
    """

    sentence: str
    write: Write
    proof: Optional[Fact] = None
    guards: tuple[Union[Guard, Goal], ...] = ()
    goal: Optional[Goal] = None
    remedies: tuple[Remedy, ...] = ()
    made: Optional[Created] = None
    once: bool = False
    verb: bool = False
    secret: bool = False

    @property
    def tables(self) -> set[str]:
        """The tables whose rows are others afterwards."""
        read = [part.query.table for part in (self.proof, self.goal) if part is not None]
        return {self.write.table, *read}


@dataclass(frozen=True)
class Plan:
    """The steps that are missing to the desired state, in their order.

    ``before`` and ``after`` hold exactly the fields that differ, in the user's units. ``result`` is the object as it
    stands or will stand; it stays as planned where ``is_final``, since what was deleted cannot be read back.
    ``subject`` names the object in sentences, and above a diff.
    ``settle`` is waited for at the end. ``extra`` stands in a module's result beside the object, as it was planned.
    """

    result: Any
    steps: tuple[Step, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[str, ...] = ()
    settle: Optional[Goal] = None
    is_final: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""

    def then(self, *steps: Step, **changes: Any) -> Plan:
        """This plan with more steps at its end."""
        return replace(self, steps=self.steps + steps, **changes) if steps or changes else self

    def refused(self, *refusals: Optional[Refusal]) -> Plan:
        """This plan with more that speaks against it."""
        more = tuple(one for one in refusals if one)
        return replace(self, refusals=(*self.refusals, *more)) if more else self

    def warned(self, *warnings: str) -> Plan:
        return replace(self, warnings=(*self.warnings, *warnings)) if warnings else self


def nothing(result: Any = None, subject: str = "") -> Plan:
    """The plan when everything is as it should be."""
    return Plan(result=result, subject=subject)


class Task(Protocol):
    """What a module asks for. ``name`` is the key of the result under which the object is returned."""

    name: str

    def plan(self, reader: Reader) -> Plan:
        """What is missing to the desired state; reads, and never writes."""
