"""Following a path of columns from a row: own columns, references, functions (docs/platform.md#2.3, 2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from vergesim.derived import DERIVED
from vergesim.query.functions import FUNCTIONS
from vergesim.query.syntax import Step
from vergesim.schema import TABLES, Column, Key, Row
from vergesim.world import World

Getter = Callable[[World, Row], Any]


class Omitted:
    """What a row does not answer at all: the far side of a null polymorphic reference."""


OMITTED: Final = Omitted()
_OWNER = re.compile(r"(?:/?v4/)?/?([a-z_0-9]+)/([^/]+)")


def split_owner(value: object) -> tuple[str, Key] | None:
    """Table and key of a polymorphic reference, told by its last two segments (docs/platform.md#2.4)."""
    match = _OWNER.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] not in TABLES:
        return None
    return match[1], int(match[2]) if match[2].isdecimal() else match[2]


def row_list(world: World, row: Row, column: Column) -> list[Row]:
    """The rows that a row-list column stands for."""
    assert column.table is not None and column.through is not None
    found = world.where(column.table, column.through, row["$key"])
    return [each for each in found if column.where(each, row)] if column.where else found


@lru_cache(maxsize=4096)
def own(table: str, name: str) -> Getter | None:
    """The value of one column of a row of `table`; None where there is no such column."""
    if name == "$key":
        if table == "tenants":
            return lambda world, row: (
                str(row["$key"]) if world.switches["key_in_rows"] == "string" else row["$key"]
            )
        return lambda world, row: row["$key"]
    if name == "$display":
        return lambda world, row: world.display(table, row)
    column = TABLES[table].by_name.get(name)
    if column is None or column.access == "secret":
        return None
    derived = DERIVED.get((table, name))
    if derived is not None:
        return derived
    if column.kind == "rows":
        target = column.table or ""
        names = ("$key", *(n for n in ("machine", "migratable", "name") if n in TABLES[target].by_name))
        return lambda world, row: [{n: each[n] for n in names} for each in row_list(world, row, column)]
    return lambda world, row: row[name]


def target_of(table: str, name: str) -> Column | None:
    """The column, if it leads to another row or rows."""
    column = TABLES[table].by_name.get(name)
    return column if column is not None and column.kind in ("ref", "owner", "rows") else None


@lru_cache(maxsize=4096)
def follow(table: str, steps: tuple[Step, ...]) -> Getter | None:
    """The value at the end of a path; None where the path names no column of a table it passes."""
    head, rest = steps[0], steps[1:]
    if head.function:
        return _apply(table, head)
    if not rest:
        return own(table, head.name)
    column = target_of(table, head.name)
    if column is None:
        # A column that is no reference answers itself, whatever follows (docs/platform.md#2.3, measured).
        return own(table, head.name)
    if column.kind == "owner":
        return lambda world, row: _through_owner(world, row[head.name], rest)
    target = column.table or ""
    onward = follow(target, rest)
    if onward is None:
        return None
    if column.kind == "rows":
        return lambda world, row: [onward(world, each) for each in row_list(world, row, column)]
    name = head.name

    def through(world: World, row: Row) -> Any:
        key = row[name]
        referred = None if key is None else world.store.tables[target].rows.get(key)
        return None if referred is None else onward(world, referred)

    return through


def _through_owner(world: World, value: object, rest: tuple[Step, ...]) -> Any:
    target = split_owner(value)
    if target is None:
        return OMITTED
    onward, referred = follow(target[0], rest), world.find(*target)
    return OMITTED if onward is None or referred is None else onward(world, referred)


def _apply(table: str, step: Step) -> Getter | None:
    function = FUNCTIONS.get(step.function)
    inner = follow(table, step.argument) if function and step.argument else None
    if function is None or inner is None:
        return None

    def call(world: World, row: Row) -> Any:
        value = inner(world, row)
        return None if value is OMITTED else function(value)

    return call
