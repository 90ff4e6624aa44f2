"""How a table is declared: columns as data, with type, default, access and reference target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

Key = int | str
Row = dict[str, Any]
Kind = Literal["int", "number", "bool", "text", "time", "ref", "owner", "json", "rows"]
Access = Literal["rw", "create", "ro", "secret"]

RW: Access = "rw"
CREATE: Access = "create"
RO: Access = "ro"
SECRET: Access = "secret"

KB, MB, GB, TB = 1 << 10, 1 << 20, 1 << 30, 1 << 40


@dataclass(frozen=True)
class Column:
    """One column. `table` is the target of a reference, or the table of a row list, whose rows point
    back through `through`. A `secret` column can be written and is never shown."""

    name: str
    kind: Kind
    default: Any = None
    access: Access = RW
    required: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    table: str | None = None
    through: str | None = None
    where: Callable[[Row, Row], bool] | None = None

    @property
    def nullable(self) -> bool:
        """Numbers and booleans are never null; references, strings, times may be (docs/platform.md#1.4)."""
        return self.kind not in ("int", "number", "bool")


def text(
    name: str,
    high: int = 2048,
    *,
    low: int = 0,
    default: str | None = "",
    access: Access = RW,
    required: bool = False,
) -> Column:
    """A string of at most `high` characters."""
    return Column(name, "text", default, access, required, low, high)


def choice(name: str, choices: str, default: str | None = None, access: Access = RW) -> Column:
    """A string out of a list, given as words."""
    words = tuple(choices.split())
    return Column(name, "text", words[0] if default is None else default, access, choices=words)


def integer(
    name: str,
    default: int = 0,
    *,
    low: int | None = None,
    high: int | None = None,
    access: Access = RW,
    required: bool = False,
) -> Column:
    """A whole number, never null."""
    return Column(name, "int", default, access, required, low, high)


def number(name: str, default: float = 0, access: Access = RW) -> Column:
    """A number, never null."""
    return Column(name, "number", default, access)


def flag(name: str, default: bool = False, access: Access = RW) -> Column:
    """A boolean, never null."""
    return Column(name, "bool", default, access)


def epoch(name: str, default: int | None = 0, access: Access = RO) -> Column:
    """A time in Unix seconds (microseconds in logs, docs/platform.md#1.4)."""
    return Column(name, "time", default, access)


def ref(name: str, table: str, access: Access = RW, *, required: bool = False) -> Column:
    """An integer (or hex) key of a row of `table`."""
    return Column(name, "ref", None, access, required, table=table)


def owner(name: str = "owner", access: Access = RW) -> Column:
    """A polymorphic reference: `table/key` as a string (docs/platform.md#2.4)."""
    return Column(name, "owner", None, access)


def blob(name: str, default: Any = None, access: Access = RW) -> Column:
    """A JSON value."""
    return Column(name, "json", default, access)


def rows(name: str, table: str, through: str, where: Callable[[Row, Row], bool] | None = None) -> Column:
    """The rows of `table` whose column `through` names this row; `where` is asked about each and this one."""
    return Column(name, "rows", None, RO, table=table, through=through, where=where)


def integers(names: str, access: Access = RO) -> list[Column]:
    """Several whole numbers, zero by default, given as words."""
    return [integer(name, access=access) for name in names.split()]


def texts(names: str, access: Access = RO) -> list[Column]:
    """Several strings, empty by default, given as words."""
    return [text(name, access=access) for name in names.split()]


def flags(names: str, access: Access = RO) -> list[Column]:
    """Several booleans, false by default, given as words."""
    return [flag(name, access=access) for name in names.split()]


@dataclass(frozen=True)
class Table:
    """One table: what it holds and what may be done to it.

    `methods` are the HTTP methods of the collection and its rows beside GET. `unique` lists the sets
    of columns that no two rows share. `parent` is the column whose row grants the rights on a row and
    takes it along when it goes. `short` are the columns of a read without projection; `all_key` says
    whether `fields=all` has the key (docs/platform.md#2.3). `key_column` is the column that is the key of
    a table without integer keys.
    """

    name: str
    columns: tuple[Column, ...]
    methods: frozenset[str] = frozenset()
    unique: tuple[tuple[str, ...], ...] = ()
    parent: str | None = None
    indexes: tuple[str, ...] = ()
    display: str = "name"
    short: tuple[str, ...] | None = None
    all_key: bool = True
    key_column: str = ""
    view: bool = False
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def default_projection(self) -> tuple[str, ...]:
        """Identity plus name and description where they exist (docs/platform.md#2.3, assumed)."""
        if self.short is not None:
            return self.short
        return ("$key", *(name for name in ("name", "description") if name in self.by_name))


def table(name: str, *columns: Column | list[Column], methods: str = "", **options: Any) -> Table:
    """Declare a table; `methods` as words, lists of columns are flattened."""
    flat: list[Column] = []
    for entry in columns:
        flat.extend(entry if isinstance(entry, list) else [entry])
    return Table(name, tuple(flat), frozenset(methods.split()), **options)
