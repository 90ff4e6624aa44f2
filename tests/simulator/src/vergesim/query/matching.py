"""Comparing a value with a literal, in a filter or a projection (docs/platform.md#2.2, 2.3)."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import re2

from vergesim.query.paths import Getter, split_owner, target_of
from vergesim.query.syntax import Comparison, Substitution
from vergesim.schema import TABLES, Row
from vergesim.world import World

Predicate = Callable[[World, Row], bool]
Matcher = Callable[[Any, Any], bool]


def _order(compare: Callable[[Any, Any], bool]) -> Matcher:
    def match(value: Any, literal: Any) -> bool:
        if isinstance(value, str) != isinstance(literal, str) or value is None or literal is None:
            return False
        return isinstance(value, (str, int, float)) and bool(compare(value, literal))

    return match


def _equal(value: Any, literal: Any) -> bool:
    if isinstance(value, bool) or isinstance(literal, bool):
        return value is literal
    return bool(value == literal)


def _loosely_equal(value: Any, literal: Any) -> bool:
    if value is None or literal is None:
        return value is literal
    if isinstance(value, bool) or isinstance(literal, bool):
        return str(value).lower() == str(literal).lower() or (isinstance(literal, int) and value == literal)
    return str(value) == str(literal)


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) else None


def _on_text(compare: Callable[[str, str], bool]) -> Matcher:
    def match(value: Any, literal: Any) -> bool:
        left, right = _text(value), _text(literal)
        if right == "":
            return True  # An empty prefix or pattern matches every row (docs/platform.md#2.2, measured).
        return left is not None and right is not None and compare(left, right)

    return match


@lru_cache(maxsize=1024)
def _pattern(text: str) -> Any:
    """A POSIX extended expression; None for anything else, such as `\\d`, which matches nothing."""
    options = re2.Options()
    options.posix_syntax, options.one_line, options.log_errors = True, True, False
    try:
        return re2.compile(text, options)
    except (re2.error, UnicodeError):
        return None


def _rx(left: str, right: str) -> bool:
    pattern = _pattern(right)
    try:
        return pattern is not None and pattern.search(left) is not None
    except UnicodeError:
        return False


MATCHERS: dict[str, Matcher] = {
    "eq": _equal,
    "ne": lambda value, literal: not _equal(value, literal),
    "gt": _order(operator.gt),
    "ge": _order(operator.ge),
    "lt": _order(operator.lt),
    "le": _order(operator.le),
    "bw": _on_text(str.startswith),
    "ew": _on_text(str.endswith),
    "cs": _on_text(operator.contains),
    "ct": _on_text(lambda left, right: right.casefold() in left.casefold()),
    "rx": _on_text(_rx),
}
_LOOSE: dict[str, Matcher] = {
    "eq": _loosely_equal,
    "ne": lambda value, literal: not _loosely_equal(value, literal),
}


def comparing(table: str, term: Comparison, getter: Getter, loose: bool) -> Predicate:
    """Whether what `getter` finds compares as `term` says."""
    key = is_key(table, term.path)
    matcher = (_LOOSE if loose or key else MATCHERS).get(term.operator, MATCHERS[term.operator])
    literal = term.literal
    if isinstance(literal, Substitution):
        substitution = literal
        return lambda world, row: matcher(_plain(getter(world, row)), substitution.value(world.now))
    if isinstance(literal, str) and _is_owner(table, term.path):
        literal = canonical_owner(literal)
    return lambda world, row: matcher(_plain(getter(world, row)), literal)


def _plain(value: Any) -> Any:
    return value if isinstance(value, (str, int, float, bool)) else None


def is_key(table: str, path: tuple[str, ...]) -> bool:
    """Whether a path ends at a key, where 5 and '5' compare equal (docs/platform.md#2.2)."""
    if path[-1] == "$key":
        return True
    column = TABLES[table].by_name.get(path[0]) if len(path) == 1 else None
    return column is not None and column.kind == "ref"


def _is_owner(table: str, path: tuple[str, ...]) -> bool:
    column = target_of(table, path[0])
    return len(path) == 1 and column is not None and column.kind == "owner"


def canonical_owner(value: str) -> str:
    """`table/key`, however long the form it was written in (docs/platform.md#2.4)."""
    target = split_owner(value)
    return value if target is None else f"{target[0]}/{target[1]}"
