"""Switches: every assumed or disputed behaviour, by name, with its default and its alternatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vergesim.refusal import Refusal
from vergesim.switches.catalog import SWITCHES
from vergesim.switches.switch import Switch

__all__ = ["SWITCHES", "Switch", "Switches"]


class Switches:
    """The values in force."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self._values = {switch.name: switch.default for switch in SWITCHES.values()}
        for name, value in (settings or {}).items():
            self.set(name, value)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def set(self, name: str, value: Any) -> None:
        """Set a switch; an unknown name or value is refused with the ones that exist."""
        switch = SWITCHES.get(name)
        if switch is None:
            raise Refusal(404, f"no switch named '{name}'; the names are {', '.join(SWITCHES)}")
        if value not in switch.values:
            raise Refusal(422, f"switch '{name}' knows {', '.join(switch.values)}, not '{value}'")
        self._values[name] = value

    def copy(self) -> Switches:
        """The same values, changed apart."""
        return Switches(self._values)

    def values(self) -> dict[str, str]:
        """Name to value."""
        return dict(self._values)
