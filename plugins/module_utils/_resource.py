# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a resource is: a table, and the columns behind its options and its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from ._api import Query, Row
from ._units import TEXT, Codec, row_key


class Access(Enum):
    """Who may set a column, and whether it is shown."""

    WRITE = "set at any time"
    CREATE = "set when the row is made, and never after"
    READ = "shown only"
    RULED = "shown, and set by the rules of the resource instead of an option of its name"
    HIDDEN = "read for the rules, never shown"
    SECRET = "written, never read nor shown"


@dataclass(frozen=True)
class Reference:
    """A row of another table that an option names; compared by key, shown by name."""

    key: Any
    name: str


@dataclass(frozen=True)
class Column:
    """An option or result key, and where the platform keeps it.

    ``source`` is the projection entry that is read (a column or a traversal; default: ``name``), ``target`` the column
    that is written (default: ``source``). A ``reference`` is shown by name; its key is read beside it from
    ``reference`` under ``<name>_key``.
    """

    name: str
    source: str = ""
    codec: Codec = TEXT
    access: Access = Access.WRITE
    target: str = ""
    reference: str = ""
    spec: Optional[Mapping[str, Any]] = None

    @property
    def read_from(self) -> str:
        return self.source or self.name

    @property
    def written_to(self) -> str:
        return self.target or self.read_from

    @property
    def is_option(self) -> bool:
        return self.access in (Access.WRITE, Access.CREATE, Access.SECRET)

    @property
    def is_shown(self) -> bool:
        return self.access not in (Access.HIDDEN, Access.SECRET)

    def entries(self) -> list[str]:
        """The projection entries that read this column."""
        if self.access is Access.SECRET:
            return []
        found = [self.name if self.read_from == self.name else f"{self.read_from} as {self.name}"]
        if self.reference:
            found.append(f"{self.reference} as {self.name}_key")
        return found

    def shown(self, row: Row) -> Any:
        """The row's value in the user's units."""
        value = row.get(self.name)
        if self.reference:
            return None if value is None else str(value)
        return self.codec.decode(value)

    def encoded(self, wanted: Any) -> Any:
        """What is sent for the wanted value; an empty reference clears it."""
        if isinstance(wanted, Reference):
            return wanted.key
        if self.reference:
            return None
        return self.codec.encode(wanted)

    def predicted(self, wanted: Any) -> Any:
        """The wanted value as it will be read back: a reference by its name, a size after the platform's rounding."""
        if isinstance(wanted, Reference):
            return wanted.name
        if self.reference:
            return wanted or None
        return self.codec.decode(self.codec.encode(wanted))

    def differs(self, wanted: Any, row: Row) -> bool:
        """Whether the row's value is not the wanted one, in the user's units and after the platform's rounding."""
        if isinstance(wanted, Reference):
            return bool(row_key(row.get(f"{self.name}_key")) != wanted.key)
        if self.reference and not wanted:
            return row.get(f"{self.name}_key") is not None
        return bool(self.predicted(wanted) != self.shown(row))


@dataclass(frozen=True)
class Resource:
    """A kind of row: ``kind`` names it in sentences, ``table`` is where it lives."""

    kind: str
    table: str
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def fields(self) -> str:
        """The projection that reads everything the engine and the user want to know of a row, in one request."""
        return ",".join(["$key", *(entry for column in self.columns for entry in column.entries())])

    def query(self, condition: str) -> Query:
        return Query(self.table, condition, self.fields)

    def options(self, **more: Any) -> dict[str, dict[str, Any]]:
        """The Ansible options of the columns that can be set; ``more`` adds or replaces."""
        spec: dict[str, dict[str, Any]] = {}
        for column in self.columns:
            if column.is_option:
                spec[column.name] = {"type": column.codec.option_type, **(column.spec or {})}
        return {**spec, **more}

    def wanted(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The desired values: exactly what was given. An option that is not given is not managed."""
        return {
            column.name: params[column.name]
            for column in self.columns
            if column.is_option and params.get(column.name) is not None
        }

    def shown(self, wanted: Mapping[str, Any]) -> dict[str, Any]:
        """The wanted values as a diff tells them: in the user's units, and without secrets."""
        columns = [column for column in self.columns if column.name in wanted and column.access is not Access.SECRET]
        return {column.name: column.predicted(wanted[column.name]) for column in columns}

    def view(self, row: Row) -> dict[str, Any]:
        """A row as users see it: result keys, in the user's units."""
        shown = {"key": row["$key"]}
        for column in self.columns:
            if column.is_shown:
                shown[column.name] = column.shown(row)
        return shown

    def preview(self, wanted: Mapping[str, Any], row: Optional[Row] = None) -> dict[str, Any]:
        """The row as it will be: what nobody can know yet is null."""
        shown: dict[str, Any] = self.view(row) if row else {"key": None}
        for column in self.columns:
            if column.is_shown:
                shown.setdefault(column.name, None)
                if column.name in wanted:
                    shown[column.name] = column.predicted(wanted[column.name])
        return shown
