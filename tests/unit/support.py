"""Platforms that are rows, and a clock that is moved by sleeping on it: the transport is replaced, not our code."""

from __future__ import annotations

from typing import Any, Callable

from hypothesis import strategies as st

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.desired import plan_present
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

    def read(self, query: Query) -> list[Row]:
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
