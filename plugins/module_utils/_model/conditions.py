# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Conditions on rows as data: printed for the platform's filter, or judged in memory, with the same answer.

The platform's language: docs/platform.md#2.2. tests/contract/test_conditions.py holds the two against each other.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Callable, Union

Row = dict[str, Any]
_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def quoted(value: Any) -> str:
    """A literal for a filter: three characters need a backslash inside quotes."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        # The language has whole numbers only (docs/platform.md#2.2).
        if not value.is_integer():
            raise ValueError(f"a filter cannot ask for {value}")
        return str(int(value))
    text = str(value)
    for special in ("\\", "'", "{"):
        text = text.replace(special, "\\" + special)
    return f"'{text}'"


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Term:
    """One comparison. ``left`` is what the platform is asked about, ``key`` where the row has the value.

    ``spelling`` brings the spellings of one value together before they are compared in memory.
    """

    left: str
    key: str
    operator: str
    value: Any
    spelling: Callable[[Any], Any] = _same

    def render(self) -> str:
        return f"{self.left} {self.operator} {quoted(self.value)}"

    def matches(self, row: Mapping[str, Any]) -> bool:
        value, wanted = self.spelling(row[self.key]), self.spelling(self.value)
        if self.operator in ("eq", "ne"):
            # True is not 1 here.
            equal = bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)
            return equal is (self.operator == "eq")
        if self.operator == "bw":
            # Spelled as it is. Every row begins with nothing, a null as well (docs/platform.md#2.2).
            text = row[self.key]
            return self.value == "" or (isinstance(text, str) and text.startswith(self.value))
        if value is None or wanted is None or isinstance(value, str) != isinstance(wanted, str):
            return False
        return _ORDERS[self.operator](value, wanted)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset((self.key,))

    @cached_property
    def on_sources(self) -> Term:
        """The same of rows that have each value under what the platform was asked for."""
        return Term(self.left, self.left, self.operator, self.value, self.spelling)

    def __and__(self, other: Condition) -> Condition:
        return all_of(self, other)

    def __or__(self, other: Condition) -> Condition:
        return any_of(self, other)


@dataclass(frozen=True)
class Joined:
    """Conditions that hold together (``and``) or of which one holds (``or``). None of them: every row, or no row."""

    word: str
    parts: tuple[Condition, ...] = ()

    def render(self) -> str:
        """With parentheses around each part that needs them: the platform knows no precedence."""
        if self == NOTHING:
            # A filter without terms would be every row; no row is without a key.
            return "$key eq null"
        return f" {self.word} ".join(
            f"({part.render()})" if isinstance(part, Joined) else part.render() for part in self.parts
        )

    def matches(self, row: Mapping[str, Any]) -> bool:
        judge = all if self.word == "and" else any
        return judge(part.matches(row) for part in self.parts)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*(part.keys for part in self.parts))

    @cached_property
    def on_sources(self) -> Joined:
        """The same of rows that have each value under what the platform was asked for."""
        return Joined(self.word, tuple(part.on_sources for part in self.parts))

    def __and__(self, other: Condition) -> Condition:
        return all_of(self, other)

    def __or__(self, other: Condition) -> Condition:
        return any_of(self, other)


Condition = Union[Term, Joined]

#: Every row, and no row.
ALL = Joined("and")
NOTHING = Joined("or")


def all_of(*conditions: Condition) -> Condition:
    """What holds where each of them holds."""
    if NOTHING in conditions:
        return NOTHING
    return _joined("and", conditions, ALL)


def any_of(*conditions: Condition) -> Condition:
    """What holds where one of them holds."""
    if ALL in conditions:
        return ALL
    return _joined("or", conditions, NOTHING)


def _joined(word: str, conditions: tuple[Condition, ...], empty: Joined) -> Condition:
    parts: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, Joined) and condition.word == word:
            parts += condition.parts
        else:
            parts.append(condition)
    return parts[0] if len(parts) == 1 else Joined(word, tuple(parts)) if parts else empty
