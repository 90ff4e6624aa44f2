"""Projections: which columns a read answers (docs/platform.md#2.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vergesim.query.matching import comparing
from vergesim.query.paths import OMITTED, Getter, follow, own, row_list, target_of
from vergesim.query.syntax import Comparison, Entry, Step, parse_fields
from vergesim.schema import TABLES, Row
from vergesim.world import World


@dataclass(frozen=True)
class Projection:
    """A compiled projection. `columns` are result key and getter; `real` says that a column was asked for,
    not only the identity or nothing at all."""

    columns: tuple[tuple[str, Getter], ...]
    real: bool

    def row(self, world: World, row: Row) -> Row:
        """The answered row."""
        answer = {}
        for name, getter in self.columns:
            value = getter(world, row)
            if value is not OMITTED:
                answer[name] = value
        return answer

    def getter(self, alias: str) -> Getter | None:
        """The getter behind a result key."""
        return next((getter for name, getter in self.columns if name == alias), None)


def _expand(table: str, word: str) -> list[str]:
    declared = TABLES[table]
    names = [column.name for column in declared.columns if column.access != "secret"]
    if word == "summary":
        return list(declared.default_projection)
    if word == "most":
        names = [name for name in names if declared.by_name[name].kind != "rows"]
    return ["$key", *names] if declared.all_key else names


@lru_cache(maxsize=2048)
def compile_fields(table: str, fields: str, last_part: bool = False, omit_null: bool = False) -> Projection:
    """Compile a projection text; the flags are the switches `unaliased_key` and `null_subselection`."""
    return _compile(table, parse_fields(fields), last_part, omit_null)


@lru_cache(maxsize=256)
def compile_default(table: str, everything: bool) -> Projection:
    """The projection of a read that names none (docs/platform.md#2.3, assumed)."""
    declared = TABLES[table]
    names = _expand(table, "all") if everything or declared.view else list(declared.default_projection)
    entries = tuple(Entry((Step(name),)) for name in names)
    compiled = _compile(table, entries, False, False)
    return Projection(compiled.columns, True)


def _compile(table: str, entries: tuple[Entry, ...], last_part: bool, omit_null: bool) -> Projection:
    columns: dict[str, Getter] = {}
    aliased: set[str] = set()
    real = False

    def put(name: str, getter: Getter | None, alias: bool = False) -> None:
        nonlocal real
        # An alias wins over the column of the same name, wherever it stands (docs/platform.md#5.5).
        if getter is None or (name in aliased and not alias):
            return
        columns[name] = getter
        if alias:
            aliased.add(name)

    for entry in entries:
        word = entry.path
        if word in ("all", "most", "summary") and entry.sub is None and entry.test is None:
            for name in _expand(table, word):
                put(name, own(table, name))
            real = True
            continue
        getter = _entry(table, entry, last_part, omit_null)
        real = real or (getter is not None and word not in ("$key", "$display"))
        key = entry.alias or (entry.steps[-1].name if last_part else word)
        put(key, getter, entry.alias is not None)
    return Projection(tuple(columns.items()), real)


def _entry(table: str, entry: Entry, last_part: bool, omit_null: bool) -> Getter | None:
    if entry.sub is None:
        getter = follow(table, entry.steps)
        if getter is None or entry.test is None:
            return getter
        path = tuple(step.name for step in entry.steps)
        return comparing(table, Comparison(path, entry.test.operator, entry.test.literal), getter, False)
    sub, nothing = entry.sub, OMITTED if omit_null else None
    *lead, last = entry.steps
    if last.function:
        return follow(table, entry.steps)
    if not lead:
        return _select(table, last.name, sub, last_part, nothing)
    return _behind(table, lead, last.name, lambda target: _select(target, last.name, sub, last_part, nothing))


def _behind(table: str, lead: list[Step], name: str, select: Callable[[str], Getter | None]) -> Getter | None:
    """A sub-selection at the end of a traversal: its row is found by key, then selected from."""
    target = table
    for step in lead:
        column = target_of(target, step.name)
        if column is None or column.kind != "ref" or column.table is None:
            return None
        target = column.table
    selected, key_of = select(target), follow(table, (*lead, Step("$key")))
    if selected is None or key_of is None:
        return None

    def get(world: World, row: Row) -> Any:
        key = key_of(world, row)
        referred = world.find(target, int(key) if isinstance(key, str) and key.isdecimal() else key)
        return None if referred is None else selected(world, referred)

    return get


def _select(table: str, name: str, sub: tuple[Entry, ...], last_part: bool, nothing: Any) -> Getter | None:
    column = target_of(table, name)
    if column is None:
        return own(table, name)
    if column.kind == "owner":
        return own(table, name)
    target = column.table or ""
    inner = _compile(target, sub, last_part, nothing is OMITTED)
    if column.kind == "rows":
        return lambda world, row: [inner.row(world, each) for each in row_list(world, row, column)]

    def get(world: World, row: Row) -> Any:
        referred = world.find(target, row[name])
        return nothing if referred is None else inner.row(world, referred)

    return get
