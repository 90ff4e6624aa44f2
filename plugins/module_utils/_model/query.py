# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A read and a write as data, and who answers reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional, Protocol, runtime_checkable

from .conditions import ALL, Condition, Row
from .resource import Resource

#: The most terms of a filter: beyond them a filter costs more than the whole table (docs/performance.md).
MOST_TERMS = 40


@dataclass(frozen=True)
class Query:
    """One read of a table: which rows, and the resource's columns of them.

    ``order`` is a column's name, with ``-`` before it for the greatest first; ``limit`` 0 means all. The projection is
    always sent: the platform's own choice leaves columns out (docs/platform.md#2.3).

    Raises ValueError when ``where`` asks for a column that is not read: nobody could judge the rows in memory.
    """

    resource: Resource
    where: Condition = ALL
    order: str = ""
    limit: int = 0

    def __post_init__(self) -> None:
        unread = [key for key in self.where.keys if key not in self.resource.entries]
        if unread:
            raise ValueError(f"a query of {self.table} does not read {', '.join(sorted(unread))}")

    @property
    def table(self) -> str:
        return self.resource.table

    @property
    def parameters(self) -> dict[str, Any]:
        """What is sent."""
        column = self.order.lstrip("-")
        sort = self.order.replace(column, self.resource[column].read_from) if column else ""
        given = {
            "filter": self.where.render(),
            "fields": self.resource.fields,
            "sort": sort,
            "limit": self.limit,
        }
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True)
class Created:
    """Stands, as a key or in a body, for the key of a row that an earlier step of the same plan makes."""

    label: str


@dataclass(frozen=True)
class Write:
    """One change: POST to a table or an action, PUT or DELETE of a row."""

    method: str
    table: str
    key: Optional[Any] = None
    body: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return self.table if self.key is None else f"{self.table}/{self.key}"

    @property
    def is_action(self) -> bool:
        """An action may answer without a body (docs/platform.md#1.4)."""
        return self.table.endswith("_actions") or "/" in self.table


class Reader(Protocol):
    """Whoever answers reads: the platform, or a snapshot of it. ``now`` is the platform's time, in seconds."""

    @property
    def now(self) -> int:
        """Seconds since 1970."""

    def read(self, query: Query) -> list[Row]:
        """The rows that match, each with every column of the query's resource."""


@runtime_checkable
class ReadsAhead(Protocol):
    """A reader that asks for more while what it has answered is worked on."""

    def read_each(self, queries: Iterable[Query]) -> Iterator[list[Row]]:
        """The answers of many reads, in their order."""


def read_each(reader: Reader, queries: Iterable[Query]) -> Iterator[list[Row]]:
    """The answers of many reads, in their order, each when it is needed."""
    return reader.read_each(queries) if isinstance(reader, ReadsAhead) else map(reader.read, queries)


class Scratch(Reader, Protocol):
    """A reader whose rows can be told to be otherwise: what is planned already, and not done yet."""

    def pretend(self, resource: Resource, key: Any, values: Mapping[str, Any]) -> None:
        """Have a row: ``values`` are raw, by column name; what is not known is null."""

    def drop(self, resource: Resource, key: Any) -> None:
        """Have a row no more."""


class Remembered:
    """A reader that asks another one once, until it forgets: a second plan asks only about what was touched."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._answers: dict[tuple[str, str], list[Row]] = {}

    @property
    def now(self) -> int:
        return self._reader.now

    def read(self, query: Query) -> list[Row]:
        asked = query.table, repr(query.parameters)
        if asked not in self._answers:
            self._answers[asked] = self._reader.read(query)
        return self._answers[asked]

    def forget(self, *tables: str) -> None:
        """Ask again about these tables, or about all of them if none is named."""
        if not tables:
            self._answers = {}
        self._answers = {asked: rows for asked, rows in self._answers.items() if asked[0] not in tables}
