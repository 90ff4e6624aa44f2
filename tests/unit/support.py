"""Platforms that are rows, and a clock that is moved by sleeping on it: the transport is replaced, not our code."""

from __future__ import annotations

from typing import Any, Callable

from hypothesis import strategies as st

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.desired import plan_present
from plugins.module_utils._model.errors import Outcome, VrgError
from plugins.module_utils._model.plan import Goal, Plan, Remedy
from plugins.module_utils._model.query import Query, Write
from plugins.module_utils._model.resource import Access, Column, Reference, Resource
from plugins.module_utils._system.wait import Waiter


class Tables:
    """A reader that answers from rows, as a platform with these tables would; ``asked`` are the queries that came.

    Rows have the keys that a query reads (``Resource.entries``); a row is answered where the condition matches it.
    """

    def __init__(self, *, now: int = 1_800_000_000, **rows: list[Row]) -> None:
        self.rows, self.now = rows, now
        self.asked: list[Query] = []

    def read(self, query: Query, **how: Any) -> list[Row]:
        self.asked.append(query)
        return [row for row in self.rows.get(query.table, []) if query.where.matches(row)]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Platform:
    """What a platform would answer at each time, and what it is asked to do."""

    timeout, retries = 30, 3

    def __init__(self, clock: Clock, rows: Callable[[float], list[Row]]) -> None:
        self.clock, self.rows = clock, rows
        self.reads: list[float] = []
        self.written: list[Write] = []

    def read(self, query: Query, **how: Any) -> list[Row]:
        self.reads.append(self.clock.now)
        return self.rows(self.clock.now)

    def write(self, write: Write, **how: Any) -> None:
        self.written.append(write)


Answer = Callable[["System"], Any]


class System(Tables):
    """A platform with tables, whose answers to writes are scripted, one after the other; the rest are accepted.

    ``now_reads`` is called before each read: it may change rows, or raise what the platform would answer.
    """

    timeout, retries = 30, 3

    def __init__(self, *answers: Answer, **rows: list[Row]) -> None:
        super().__init__(**rows)
        self.clock = Clock()
        self.answers = list(answers)
        self.written: list[Write] = []
        self.now_reads: Callable[[Query], object] = lambda query: None

    def read(self, query: Query, **how: Any) -> list[Row]:
        self.now_reads(query)
        return super().read(query, **how)

    def write(self, write: Write, **how: Any) -> Any:
        self.written.append(write)
        return self.answers.pop(0)(self) if self.answers else None

    def pause(self, seconds: float, error: VrgError) -> float:
        return seconds

    def waiter(self, timeout: float = 60) -> Waiter:
        return Waiter(self, self.clock, timeout)  # type: ignore[arg-type]


def accepted(change: Callable[[System], object] = lambda system: None, key: Any = None) -> Answer:
    """The platform makes the change and says so."""

    def answer(system: System) -> Any:
        change(system)
        return key

    return answer


def answered(status: int | None, change: Callable[[System], object] = lambda system: None, **more: Any) -> Answer:
    """The platform answers with a status, after a change that it has made or that somebody else has made.

    None: no answer comes. As _system/failures.py judges them.
    """

    def answer(system: System) -> Any:
        change(system)
        raise failure(status, **more)

    return answer


def failure(status: int | None, **more: Any) -> VrgError:
    """What a request ends with that is answered like that."""
    if status is None:
        outcome, sentence = Outcome.UNKNOWN, "The connection broke before the answer came."
    else:
        outcome = Outcome.BUSY if status in (429, 503) else Outcome.UNKNOWN if status >= 500 else Outcome.REFUSED
        sentence = f"The platform says {status}."
    given = {"outcome": outcome, "status": status, "sentence": sentence, "api": {"status": status}, **more}
    return VrgError(f"Could not ask: {sentence}", **given)


def wait(
    rows: Callable[[float], list[Row]], goal: Goal, timeout: float = 60
) -> tuple[Platform, list[Remedy], list[Row]]:
    """Wait for a goal; returns the platform, the remedies that came, and the rows that it was reached with."""
    clock = Clock()
    platform = Platform(clock, rows)
    came: list[Remedy] = []
    waiter = Waiter(platform, clock, timeout)  # type: ignore[arg-type]
    return platform, came, waiter.until(goal, came.append)


def sentences(plan: Plan) -> list[str]:
    return [step.sentence for step in plan.steps]


VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(max_size=12),
    "bool": st.booleans(),
    "int": st.integers(1, 4096),
    "float": st.integers(2 * 1024, 5120 * 1024).map(lambda megabytes: megabytes / 1024),
}


def value_of(column: Column) -> st.SearchStrategy[Any]:
    if column.reference:
        return st.integers(1, 9).map(lambda key: Reference(key, f"name-{key}"))
    return VALUES[column.codec.option_type]


@st.composite
def wanted_of(draw: st.DrawFn, resource: Resource, *, update: bool) -> dict[str, Any]:
    """Some of the resource's options, each with some value."""
    settable = (Access.WRITE,) if update else (Access.WRITE, Access.CREATE, Access.SECRET)
    columns = [column for column in resource.columns if column.access in settable]
    chosen = draw(st.lists(st.sampled_from(columns), unique_by=lambda column: column.name)) if columns else []
    return {column.name: draw(value_of(column)) for column in chosen}


def applied(resource: Resource, row: Row | None, write: Write) -> Row:
    """The row that the platform would hold after the write, as our projection reads it."""
    after: Row = {**dict.fromkeys(resource.entries), **(row or {"$key": 1})}
    for column in resource.columns:
        if column.access in (Access.SECRET, Access.READ) or column.written_to not in write.body:
            continue
        value = write.body[column.written_to]
        after[column.key] = f"name-{value}" if column.reference and value is not None else value
        if column.reference:
            after[f"{column.name}_key"] = value
    return after


def planned(resource: Resource, wanted: dict[str, Any], row: Row | None) -> Plan:
    return plan_present(resource, "the row", wanted, row, find=Query(resource))
