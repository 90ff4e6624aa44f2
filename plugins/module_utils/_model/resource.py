# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a resource is: a table, and the columns behind its options and its results."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter
from typing import Any, Optional

from .column import Access, Check, Column, Reference
from .conditions import Row
from .errors import VrgError
from .units import KEY

__all__ = ["Access", "Column", "Reference", "Resource"]

#: Rows that are looked at together, and fewer than which are quicker looked at one by one.
_AT_ONCE = 200
_FEW = 10


# Two of them are the same only if they are one: comparing and hashing all columns would be most of a plan.
@dataclass(frozen=True, eq=False)
class Resource:
    """A kind of row: ``kind`` names it in sentences, ``table`` is where it lives."""

    kind: str
    table: str
    columns: tuple[Column, ...]

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        found = {"$key": Column("$key", codec=KEY, access=Access.HIDDEN)}
        for column in self.columns:
            found[column.name] = column
            if column.reference:
                name = f"{column.name}_key"
                found[name] = Column(name, column.reference, KEY, Access.HIDDEN)
        return found

    @cached_property
    def entries(self) -> dict[str, str]:
        """Every key that a row has, with the projection entry that reads it."""
        found = {"$key": "$key"}
        for column in self.columns:
            found.update(column.entries())
        return found

    @cached_property
    def sources(self) -> tuple[tuple[str, str], ...]:
        """Every key that a row has, with the column or the traversal that it is read from."""
        return tuple([(key, entry.partition(" as ")[0]) for key, entry in self.entries.items()])

    @cached_property
    def blank(self) -> Row:
        """What a row has of the columns that the platform leaves out of it: nothing."""
        return {column.key: None for column in self.columns if column.omitted}

    @cached_property
    def _checks(self) -> tuple[tuple[Column, Check], ...]:
        return tuple([(column, check) for column in self.columns for check in column.checks()])

    @cached_property
    def _narrowed(self) -> dict[tuple[str, ...], Resource]:
        return {}

    @cached_property
    def fields(self) -> str:
        """The projection that reads everything the engine and the user want to know of a row, in one request."""
        return ",".join(self.entries.values())

    def only(self, *names: str) -> Resource:
        """The same rows with these columns, where others would be read for nothing."""
        if names not in self._narrowed:
            self._narrowed[names] = replace(self, columns=tuple(self[name] for name in names))
        return self._narrowed[names]

    def options(self, **more: Any) -> dict[str, dict[str, Any]]:
        """The Ansible options of the columns that can be set; ``more`` adds or replaces."""
        spec: dict[str, dict[str, Any]] = {}
        for column in self.columns:
            if column.is_option:
                spec[column.name] = {"type": column.codec.option_type, **(column.spec or {})}
        return {**spec, **more}

    def wanted(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The desired values: exactly what was given, within limits. An option that is not given is not managed."""
        for error in self.beyond(params):
            raise error
        given = [column.name for column in self.columns if column.is_option and params.get(column.name) is not None]
        return {name: params[name] for name in given}

    def beyond(self, given: Mapping[str, Any], *others: str) -> Iterator[VrgError]:
        """What speaks against values that are outside of their columns' limits; ``others`` are not looked at."""
        for column in self.columns:
            value = given.get(column.name)
            if column.is_option and value is not None and column.name not in others:
                try:
                    # A list may have a number where a text is meant.
                    column.check(self.kind, str(value) if column.codec.option_type == "str" else value)
                except VrgError as error:
                    yield error

    def shown(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """The wanted values as a diff reports them: in the user's units, and without secrets."""
        columns = [column for column in self.columns if column.name in wanted and column.access is not Access.SECRET]
        return {column.name: column.predicted(wanted[column.name]) for column in columns}

    def view(self, row: Row) -> dict[str, Any]:
        """A row as users see it: result keys, in the user's units."""
        shown = {"key": row["$key"]}
        for column in self.columns:
            if column.is_shown and column.rows is None:
                shown[column.name] = column.shown(row)
        return shown

    def preview(self, wanted: Mapping[str, Any], row: Optional[Row] = None) -> dict[str, Any]:
        """The row as it will be: what nobody can know yet is null."""
        shown: dict[str, Any] = self.view(row) if row else {"key": None}
        for column in self.columns:
            if column.is_shown and column.rows is None:
                shown.setdefault(column.name, None)
                if column.name in wanted:
                    shown[column.name] = column.predicted(wanted[column.name])
        return shown

    def flaw(self, row: Any) -> Optional[str]:
        """What keeps an answered row from being one, or None: every column that was asked for, with a value that the
        platform can mean."""
        if not isinstance(row, dict):
            return "a row is not an object"
        if not isinstance(row.get("$key"), (int, str)) or isinstance(row["$key"], bool):
            return "a row has no $key"
        for column, check in self._checks:
            key, accepts, may_be_null, may_lack = check
            value = row.get(key, row)
            # No value is the row itself.
            if value is row:
                if may_lack:
                    continue
            elif (value is None and may_be_null) or accepts(value):
                continue
            return f"column '{column.read_from}' {column.flaw(row, check)}"
        return None

    def flaw_of(self, rows: Sequence[Any]) -> Optional[str]:
        """The first flaw of answered rows, or None."""
        # Some at a time: those of a history do not fit into the caches of a processor.
        for at in range(0, len(rows), _AT_ONCE):
            part = rows[at : at + _AT_ONCE]
            flaws = () if len(part) >= _FEW and self._stand(part) else filter(None, map(self.flaw, part))
            for flaw in flaws:
                return flaw
        return None

    @cached_property
    def _checked(self) -> Callable[[Row], tuple[Any, ...]]:
        return itemgetter("$key", *(check.key for _column, check in self._checks))

    def _stand(self, rows: Sequence[Any]) -> bool:
        """Whether rows are without a flaw, column by column: a history has millions of rows, and few values.

        False says nothing: what lacks a column may be right.
        """
        if not self._checks or _types(rows) != {dict}:
            return False
        try:
            key, *columns = zip(*map(self._checked, rows))
        except KeyError:
            return False
        named = _types(key) <= {int, str}
        return named and all(_stands(values, check) for values, (_column, check) in zip(columns, self._checks))


def _stands(values: Collection[Any], check: Check) -> bool:
    # Each value once, where none is equal to one of another type: True and 1.0 are 1.
    if _types(values) <= {int, str, type(None)}:
        values = set(values)
    return all((value is None and check.may_be_null) or check.accepts(value) for value in values)


def _types(values: Iterable[Any]) -> set[type]:
    return set(map(type, values))
