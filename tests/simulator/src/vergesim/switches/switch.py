"""What a switch is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One behaviour that nobody has been able to measure, or on which sources or releases differ.

    Its name, its values with the default first, the section of docs/platform.md, the tables that it touches.
    `measured` names the live runs, by docs/platform.md#0, that saw the default and so speak against an
    alternative.
    """

    name: str
    values: tuple[str, ...]
    section: str
    tables: tuple[str, ...]
    meaning: str
    measured: str = ""

    @property
    def default(self) -> str:
        """The value of a start without `--set`."""
        return self.values[0]

    @property
    def alternatives(self) -> tuple[str, ...]:
        """The other values."""
        return self.values[1:]


def switch(name: str, values: str, section: str, tables: str, meaning: str, measured: str = "") -> Switch:
    """Declare a switch; values and tables are given as words."""
    return Switch(name, tuple(values.split()), section, tuple(tables.split()), meaning, measured)
