# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts: what can be read of the platform, and judged from the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from .conditions import ALL, Condition, Row
from .query import Query


class Amount(Enum):
    """How many rows of a query have to match."""

    SOME = "at least one"
    EVERY = "all"
    NONE = "none"


@dataclass(frozen=True)
class Fact:
    """Something that can be read: that some, every or none of a query's rows match a condition."""

    query: Query
    amount: Amount
    condition: Condition = ALL

    def holds(self, rows: Sequence[Row]) -> bool:
        matching = [self.condition.matches(row) for row in rows]
        if self.amount is Amount.EVERY:
            return all(matching)
        return any(matching) is (self.amount is Amount.SOME)

    def against(self, rows: Sequence[Row]) -> Row:
        """The first row that speaks against it, or an empty one."""
        speaks = self.amount is Amount.NONE
        return next((row for row in rows if self.condition.matches(row) is speaks), {})


def some(query: Query, condition: Condition = ALL) -> Fact:
    return Fact(query, Amount.SOME, condition)


def every(query: Query, condition: Condition) -> Fact:
    return Fact(query, Amount.EVERY, condition)


def none(query: Query, condition: Condition = ALL) -> Fact:
    return Fact(query, Amount.NONE, condition)
