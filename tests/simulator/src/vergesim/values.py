"""Values of a write body: checked and converted column by column (docs/platform.md#1.3, 1.4)."""

from __future__ import annotations

import math
from typing import Any

from vergesim.query.matching import canonical_owner
from vergesim.query.paths import split_owner
from vergesim.refusal import invalid, invalid_field, no_such_reference, not_in_list, read_only
from vergesim.schema import TABLES, Column, Key, Row
from vergesim.world import World

LARGEST = 2**63 - 1


def accept(world: World, table: str, body: Row, creating: bool) -> Row:
    """The columns of a write body. Unknown ones are dropped silently, missing ones refused by their full
    name (docs/platform.md#1.3, both measured)."""
    declared = TABLES[table]
    values: Row = {}
    for name, value in body.items():
        column = declared.by_name.get(name)
        if name == "$key" or (column is not None and _locked(column, creating)):
            raise read_only(name)
        if column is not None:
            values[name] = _convert(world, column, value)
        elif world.switches["unknown_column"] == "refuse":
            raise invalid(f"'{name}' is not a field of '{table}'")
    if creating:
        for column in declared.columns:
            if column.required and values.get(column.name) in (None, ""):
                raise invalid(f"field '{table}.{column.name}' is required")
    return values


def _locked(column: Column, creating: bool) -> bool:
    return column.access == "ro" or (column.access == "create" and not creating)


def _convert(world: World, column: Column, value: Any) -> Any:
    if value is None:
        if column.nullable and not (column.required and column.kind != "ref"):
            return None
        raise invalid_field(column.name)
    lenient = world.switches["write_types"] == "lenient"
    if column.kind == "ref":
        return _reference(world, column, value)
    if column.kind == "owner":
        return _owner(world, column, value)
    if column.kind == "json":
        return value
    if column.kind == "bool":
        if lenient and value in (0, 1, "true", "false"):
            return value in (1, "true")
        return _typed(column, value, bool)
    if column.kind == "text":
        return _text(column, value)
    if lenient and isinstance(value, str) and value.lstrip("-").isdecimal() and len(value) < 19:
        value = int(value)
    return _number(column, value)


def _typed(column: Column, value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise invalid_field(column.name)
    return value


def _text(column: Column, value: Any) -> str:
    if column.choices:
        if value not in column.choices:
            raise not_in_list(value if isinstance(value, str) else "?", column.name)
        return str(value)
    text: str = _typed(column, value, str)
    if not (column.low or 0) <= len(text) <= (column.high or LARGEST):
        raise invalid_field(column.name)
    return text


def _number(column: Column, value: Any) -> int | float:
    whole = column.kind != "number"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        raise invalid_field(column.name)
    number: int | float = value
    low = -LARGEST if column.low is None else column.low
    high = LARGEST if column.high is None else column.high
    if not (math.isfinite(number) and low <= number <= high):
        raise invalid_field(column.name)
    return number


def as_key(value: Any) -> Key | None:
    """A key as it is kept: an integer, however it was written, or a text key."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and len(value) <= 128:
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 19 else value
    return None


def _reference(world: World, column: Column, value: Any) -> Key | None:
    key = as_key(value)
    if key in (0, "") and not column.required:
        return None
    if world.find(column.table or "", key) is None:
        raise no_such_reference(column.name)
    return key


def _owner(world: World, column: Column, value: Any) -> str | None:
    text: str = _typed(column, value, str)
    if text == "":
        return None
    target = split_owner(text)
    if target is None or world.find(*target) is None:
        raise no_such_reference(column.name)
    return canonical_owner(text)
