"""A read: rows by filter, in order, a page of them, projected (docs/platform.md#2.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from vergesim.query.filters import Filter, compile_filter
from vergesim.query.matching import canonical_owner, is_key
from vergesim.query.paths import Getter, follow, own
from vergesim.query.projection import Projection, compile_default, compile_fields
from vergesim.query.syntax import MAX_DEPTH, Comparison, Step
from vergesim.refusal import invalid_argument
from vergesim.schema import TABLES, Row
from vergesim.virtual import VIRTUAL, Scope
from vergesim.world import World

Visible = Callable[[Row], bool]


def projection_of(world: World, table: str, fields: str | None) -> Projection:
    """The projection of a read."""
    if not fields:
        return compile_default(table, world.switches["default_projection"] == "all")
    return compile_fields(
        table,
        fields,
        world.switches["unaliased_key"] == "last",
        world.switches["null_subselection"] == "omitted",
    )


def read_one(world: World, table: str, row: Row, params: Mapping[str, str]) -> Row:
    """One row by key."""
    projection = projection_of(world, table, params.get("fields"))
    return projection.row(world, row) if projection.columns else {"$count": 1}


def read_list(
    world: World, table: str, params: Mapping[str, str], visible: Visible | None
) -> list[Row] | Row:
    """The rows of a table, or what the platform answers in their place."""
    projection = projection_of(world, table, params.get("fields"))
    where = params.get("filter", "").strip()
    chosen = None
    if where:
        loose = world.switches["filter_literals"] == "loose"
        chosen = compile_filter(
            table, where, projection, loose, world.switches["unknown_filter_name"] == "refuse"
        )
    limit, offset = _whole(params.get("limit")), _whole(params.get("offset"))
    rows: Iterable[Row] = _candidates(world, table, chosen, params.get("sort", ""))
    if visible is not None:
        rows = filter(visible, rows)
    if chosen is not None:
        matches = chosen.matches
        rows = (row for row in rows if matches(world, row))
    rows = _sorted(world, table, rows, params.get("sort", ""), projection)
    if world.switches["row_order"] == "reverse" and not params.get("sort"):
        rows = reversed(list(rows))
    if limit or offset:
        rows = islice(rows, offset, offset + limit if limit else None)
    if not projection.columns:
        return {"$count": sum(1 for _ in rows)}
    answer = [projection.row(world, row) for row in rows]
    return answer or _nothing(world, projection)


def _nothing(world: World, projection: Projection) -> list[Row] | Row:
    """The answer without rows: a list only where a real column was asked for (docs/platform.md#2.3, 8 #2)."""
    rule = world.switches["empty_result"]
    as_list = projection.real if rule == "by_projection" else rule == "list"
    return [] if as_list else {"$count": 0}


def _whole(text: str | None) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise invalid_argument()
    return int(text)


def _candidates(world: World, table: str, chosen: Filter | None, sort: str) -> Iterable[Row]:
    """The rows that may match: by key or index where the filter names one, else all."""
    required = chosen.required if chosen else ()
    provider = VIRTUAL.get(table)
    if provider is not None:
        return provider(world, _scope(required, world.now, sort.strip().startswith("-timestamp")))
    data = world.table(table)
    loose = world.switches["filter_literals"] == "loose"
    for each in required:
        if each.operator != "eq" or len(each.path) != 1 or not isinstance(each.literal, (str, int)):
            continue
        name, literal = each.path[0], each.literal
        if isinstance(literal, bool) or (loose and not is_key(table, each.path)):
            continue
        if name in ("$key", *data.indexed):
            if (
                is_key(table, each.path)
                and isinstance(literal, str)
                and literal.isdecimal()
                and literal.isascii()
            ):
                literal = int(literal) if len(literal) < 19 else -1
            if name == "$key":
                row = data.rows.get(literal)
                return [row] if row is not None else []
            if TABLES[table].by_name[name].kind == "owner" and isinstance(literal, str):
                literal = canonical_owner(literal)
            return data.find(name, literal)
    return data


def _scope(required: tuple[Comparison, ...], now: int, newest_first: bool) -> Scope:
    """What a computed table needs to make no more rows than the filter wants."""
    parent: int | None = None
    low, high = 0, now
    for each in required:
        literal = each.literal
        if isinstance(literal, str) and literal.isdecimal() and len(literal) < 19:
            literal = int(literal)
        if isinstance(literal, bool) or not isinstance(literal, (int, float)):
            continue
        if each.path in (("tenant",), ("tier",)) and each.operator == "eq":
            parent = int(literal)
        elif each.path == ("timestamp",):
            if each.operator in ("eq", "ge", "gt"):
                low = max(low, int(literal))
            if each.operator in ("eq", "le", "lt"):
                high = min(high, int(literal))
    return Scope(parent, low, high, newest_first)


def _sorted(
    world: World, table: str, rows: Iterable[Row], sort: str, projection: Projection
) -> Iterator[Row] | Iterable[Row]:
    terms = [term.strip() for term in sort.split(",")]
    if table in VIRTUAL and terms in (["-timestamp"], [""]):
        return rows
    for term in reversed(terms[:MAX_DEPTH]):
        name = term.lstrip("+-")
        getter = _sort_key(table, name, projection) if name else None
        if getter is not None:
            rows = sorted(rows, key=_ordered(world, getter), reverse=term.startswith("-"))
    return rows


def _sort_key(table: str, name: str, projection: Projection) -> Getter | None:
    path = tuple(Step(part) for part in name.split("#")[:MAX_DEPTH])
    return (own(table, name) if len(path) == 1 else None) or projection.getter(name) or follow(table, path)


def _ordered(world: World, getter: Getter) -> Callable[[Row], tuple[int, Any]]:
    """A key that orders values of any kind: nothing first, then numbers, then text."""

    def key(row: Row) -> tuple[int, Any]:
        value = getter(world, row)
        if isinstance(value, (int, float)):
            return (1, value)
        return (2, value) if isinstance(value, str) else (0, 0)

    return key
