# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole tables, each read once, that answer queries as the platform would: for planning, never for proof.

Rows are kept by what was read (a column, or a traversal), so that every resource of a table is answered from one copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from typing import Any, Optional

from .._model.conditions import ALL, NOTHING, Condition, Joined, Row, Term
from .._model.query import MOST_TERMS, Query, Reader
from .._model.resource import Access, Column, Resource
from .._model.rows import Rows
from .._model.units import KEY


class Snapshot:
    """Answers ``read`` from whole tables. What is not in it is asked of the platform, and noted in ``live``.

    ``resources`` are all that will be asked for: of each table, the columns of all of them are read.
    """

    def __init__(self, reader: Reader, resources: Iterable[Resource], where: Mapping[str, Condition]) -> None:
        self._reader = reader
        self._where = dict(where)
        self._wholes = {table: _Whole(table, columns) for table, columns in _columns(resources).items()}
        self._read: dict[str, list[Row]] = {}
        self._rows: dict[str, Rows] = {}
        #: Resources all columns of which are here, by identity: there are few, and each is asked for again and again.
        self._known: dict[int, Resource] = {}
        #: Queries that the platform had to answer, by table.
        self.live: list[str] = []

    @property
    def now(self) -> int:
        return self._reader.now

    def load(self, executor: Executor) -> None:
        """Read every table, in parallel. Raises VrgError if one cannot be read."""
        self._read = dict(zip(self._wholes, executor.map(self._raw, self._wholes)))
        self.forget()

    def forget(self) -> None:
        """Have what was read, and nothing that was pretended or dropped."""
        self._rows = {table: Rows(rows) for table, rows in self._read.items()}

    def _raw(self, table: str, where: Optional[Condition] = None) -> list[Row]:
        """Rows of a table by what was read; all that count, if ``where`` does not say which."""
        whole = self._wholes[table]
        asked = whole.asked(self._where.get(table, ALL) if where is None else where)
        return [{source: row[key] for source, key in whole.keys.items()} for row in self._reader.read(asked)]

    def refresh(self, table: str, column: Column, values: Sequence[Any], executor: Executor) -> _Refreshed:
        """Begin to read the rows again whose column has one of the values; ``result()`` puts them in their place."""
        few = len(values) <= MOST_TERMS
        rows = executor.submit(self._raw, table, column.among(*values) if few else None)
        return _Refreshed(self, table, column.among(*values) if few else None, rows)

    def replace_rows(self, table: str, where: Optional[Condition], rows: Sequence[Row]) -> None:
        """Put rows that were read again in the place of those that a condition finds; of all, for None."""
        kept = [] if where is None else self._rows[table].but(where.on_sources)
        self._rows[table] = Rows([*kept, *rows])

    def pretend(self, resource: Resource, key: Any, values: Mapping[str, Any]) -> None:
        """Add a row that is yet to be made: ``values`` are raw, by column name; what is not known is null."""
        table = resource.table
        row: Row = dict.fromkeys(self._wholes[table].keys)
        row.update({resource[name].read_from: value for name, value in values.items()}, **{"$key": key})
        self._rows[table].put(row)

    def drop(self, resource: Resource, key: Any) -> None:
        """Have a row no more."""
        self._rows[resource.table].drop(key)

    def read(self, query: Query) -> list[Row]:
        """The rows that match; each is a copy."""
        if query.where == NOTHING:
            return []
        pairs = query.resource.sources
        if query.table not in self._rows or query.order or query.limit or not self._has(query.resource):
            self.live.append(query.table)
            return self._reader.read(query)
        found = self._rows[query.table].matching(query.where.on_sources)
        return [{key: row[source] for key, source in pairs} for row in found]

    def _has(self, resource: Resource) -> bool:
        if id(resource) not in self._known:
            if any(source not in self._wholes[resource.table].keys for _key, source in resource.sources):
                return False
            self._known[id(resource)] = resource
        return True


class _Refreshed:
    """Rows that are being read again."""

    def __init__(self, snapshot: Snapshot, table: str, where: Optional[Condition], rows: Any) -> None:
        self._place = snapshot, table, where
        self._rows = rows

    def result(self) -> None:
        snapshot, table, where = self._place
        snapshot.replace_rows(table, where, self._rows.result())


class _Whole:
    """A table with every column that is asked of it, under short names: an answer has thousands of rows."""

    def __init__(self, table: str, columns: Mapping[str, Column]) -> None:
        named = {source: replace(column, name=f"c{number}") for number, (source, column) in enumerate(columns.items())}
        self._resource = Resource(table.replace("_", " "), table, tuple(named.values()))
        #: Where an answered row has what was read.
        self.keys = {"$key": "$key", **{source: column.key for source, column in named.items()}}

    def asked(self, where: Condition) -> Query:
        return Query(self._resource, _keyed(where, self.keys))


def _columns(resources: Iterable[Resource]) -> dict[str, dict[str, Column]]:
    """The columns of all resources of each table, by what they read; a reference is two."""
    found: dict[str, dict[str, Column]] = {}
    for resource in resources:
        columns = found.setdefault(resource.table, {})
        for column in resource.columns:
            if column.access is not Access.SECRET:
                plain = replace(column, reference="", null=column.null or bool(column.reference))
                _add(columns, column.projected, plain)
            if column.reference:
                _add(columns, column.reference, Column(column.reference, codec=KEY, null=True))
    return found


def _add(columns: dict[str, Column], source: str, column: Column) -> None:
    """What one resource may be without, all may."""
    known = columns.get(source, column)
    columns[source] = replace(
        known, source=column.read_from, null=known.null or column.null, omitted=known.omitted or column.omitted
    )


def _keyed(condition: Condition, keys: Mapping[str, str]) -> Condition:
    """The condition on rows that have what was read elsewhere."""
    if isinstance(condition, Term):
        left = condition.left
        return Term(left, keys.get(left, left), condition.operator, condition.value, condition.spelling)
    return Joined(condition.word, tuple(_keyed(part, keys) for part in condition.parts))
