# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Columns: an option or a result key, and where the platform keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any, Callable, NamedTuple, Optional, Protocol

from .conditions import Condition, Row, Term, any_of
from .errors import VrgError
from .units import KEY, TEXT, Codec, figure

#: The most that a column without a limit of its own can hold, in MB too.
_ANY = 2**40


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


class RowList(Protocol):
    """The columns of rows that are embedded in another one."""

    @property
    def fields(self) -> str:
        """The projection that reads them."""

    def flaw(self, row: Any) -> Optional[str]:
        """What keeps an answered row from being one."""


class Check(NamedTuple):
    """What the value under a row's key has to be."""

    key: str
    accepts: Callable[[Any], bool]
    may_be_null: bool = False
    may_lack: bool = False


@dataclass(frozen=True)
class Column:
    """An option or result key, and where the platform keeps it.

    ``source`` is the projection entry that is read (a column or a traversal; default: ``name``), ``target`` the column
    that is written (default: ``source``). A ``reference`` is shown by name; its key is read beside it from
    ``reference`` under ``<name>_key``. ``rows`` are the columns of a row list that is embedded.

    ``null`` says that the platform may have no value, ``omitted`` that it may leave the column out (a traversal of a
    null reference to any table, docs/platform.md#2.3). ``limits`` are the lowest and highest value, or length of a
    text; None is no limit.

    ``says`` is the sentence that documents the value in results, ``sample`` an example of it (``make returns``).
    ``{kind}`` stands for the resource's kind, ``RV(.name)`` for a key beside it.
    """

    name: str
    source: str = ""
    codec: Codec = TEXT
    access: Access = Access.WRITE
    target: str = ""
    reference: str = ""
    spec: Optional[Mapping[str, Any]] = None
    rows: Optional[RowList] = None
    null: bool = False
    omitted: bool = False
    limits: tuple[Optional[float], Optional[float]] = (None, None)
    says: str = ""
    sample: Any = None

    @cached_property
    def key(self) -> str:
        """Where a row has the raw value: the option's name, with the platform's unit."""
        return self.codec.row_key(self.name)

    @cached_property
    def read_from(self) -> str:
        return self.source or self.name

    @cached_property
    def projected(self) -> str:
        """What is asked for: the column, the traversal, or the columns of embedded rows."""
        return f"{self.read_from}[{self.rows.fields}]" if self.rows else self.read_from

    @cached_property
    def written_to(self) -> str:
        return self.target or self.read_from

    @cached_property
    def is_option(self) -> bool:
        return self.access in (Access.WRITE, Access.CREATE, Access.SECRET)

    @cached_property
    def is_shown(self) -> bool:
        return self.access not in (Access.HIDDEN, Access.SECRET)

    def entries(self) -> tuple[tuple[str, str], ...]:
        """Where a row has a value of this column, and the projection entry that reads it."""
        if self.access is Access.SECRET:
            return ()
        own = (self.key, self.projected if self.key == self.read_from else f"{self.projected} as {self.key}")
        return (own, (f"{self.name}_key", f"{self.reference} as {self.name}_key")) if self.reference else (own,)

    def checks(self) -> tuple[Check, ...]:
        """What an answered row needs for this column."""
        if self.access is Access.SECRET:
            return ()
        accepts = self.codec.accepts if self.rows is None else self._accepts_rows
        own = Check(self.key, accepts, self.null or bool(self.reference), self.omitted)
        return (own, Check(f"{self.name}_key", KEY.accepts)) if self.reference else (own,)

    def _accepts_rows(self, value: Any) -> bool:
        return _flaw_of_rows(self.rows, value) is None if self.rows else False

    def flaw(self, row: Row, check: Check) -> str:
        """What is wrong with an answered row, where it does not stand a check of this column."""
        if check.key not in row:
            return "is missing"
        if check.key != self.key:
            return "is missing its key"
        return (self.rows and _flaw_of_rows(self.rows, row[check.key])) or f"is not {self.codec.form}"

    # Conditions on raw values, in the platform's units.

    def eq(self, value: Any) -> Condition:
        return self._compared("eq", value)

    def ne(self, value: Any) -> Condition:
        return self._compared("ne", value)

    def below(self, value: Any) -> Condition:
        return self._compared("lt", value)

    def above(self, value: Any) -> Condition:
        return self._compared("gt", value)

    def at_least(self, value: Any) -> Condition:
        return self._compared("ge", value)

    def begins(self, text: str) -> Condition:
        return self._compared("bw", text)

    def among(self, *values: Any) -> Condition:
        """One of the values; no row where there is none."""
        return any_of(*(self.eq(value) for value in dict.fromkeys(values)))

    def _compared(self, operator: str, value: Any) -> Condition:
        return Term(self.read_from, self.key, operator, value, self.codec.spelling or _as_it_is)

    def holds(self, wanted: Any) -> Condition:
        """That a row has the wanted value, given in the user's units, after the platform's own rounding."""
        if isinstance(wanted, Reference):
            return Term(self.reference, f"{self.name}_key", "eq", wanted.key, KEY.decode)
        if self.reference and not wanted:
            return Term(self.reference, f"{self.name}_key", "eq", None)
        if self.reference:
            return Term(self.read_from, self.key, "eq", wanted)
        same = self.codec.spelling or self.codec.decode
        return Term(self.read_from, self.key, "eq", self.codec.encode(wanted), same)

    # Values.

    def shown(self, row: Row) -> Any:
        """The row's value in the user's units."""
        value = row.get(self.key)
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

    def check(self, kind: str, value: Any) -> None:
        """Raises VrgError when a wanted value is outside of the column's limits."""
        lowest, highest = self.limits
        if value is None or self.limits == (None, None):
            return
        if isinstance(value, str):
            # Blanks alone are no name.
            if len(value.strip()) < (lowest or 0) or len(value) > (highest or _ANY):
                most = "or more" if highest is None else f"to {figure(highest)}"
                raise VrgError(
                    f"{self.name} must have {figure(lowest or 0)} {most} characters.",
                    hint=f"Choose another {self.name}.",
                )
        # Written so that what is no number at all is out of range, too.
        elif not (lowest or 0) <= value <= (highest or _ANY):
            allowed = (
                f"at least {figure(lowest or 0)}" if highest is None else f"{figure(lowest or 0)} to {figure(highest)}"
            )
            allowed = f"{allowed} {self.codec.measure}".rstrip()
            told = f"{value:.15g}" if isinstance(value, float) else value
            raise VrgError(
                f"{self.name} {told} is outside of what a {kind} can have: {allowed}.",
                hint=f"Give {self.name} a value of {allowed}.",
            )


def _as_it_is(value: Any) -> Any:
    return value


def _flaw_of_rows(resource: RowList, rows: Any) -> Optional[str]:
    if rows is None:
        return None
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        return "is not a list of rows"
    return next((f"holds rows that are wrong: {flaw}" for flaw in map(resource.flaw, rows) if flaw), None)
