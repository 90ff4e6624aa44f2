# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a probe is: a switch, its values, at which level it is seen, what is asked and what follows from the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Callable, Generic, Optional, TypeVar

READ, SCRATCH = "read", "scratch"
T = TypeVar("T")


@dataclass(frozen=True)
class Probe(Generic[T]):
    """One look at a switch. ``look`` returns the value, or None where nothing follows from what was seen.

    ``words`` are the values as the simulator has them, the default first; ``blind`` are those that nobody can tell
    from others by this probe, and for which it returns None. ``asks`` is a sentence for people.
    """

    switch: str
    words: str
    asks: str
    look: Callable[[T], Optional[str]]
    blind: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(self.words.split())

    @property
    def visible(self) -> tuple[str, ...]:
        """The values that it can see."""
        return tuple(value for value in self.values if value not in self.blind.split())


class Sightings:
    """What was seen of each switch. Two looks that differ are none."""

    def __init__(self, probes: Iterable[Probe[Any]]) -> None:
        self._values: dict[str, tuple[str, ...]] = {}
        self._asks: dict[str, str] = {}
        self._seen: dict[str, dict[str, str]] = {}
        for probe in probes:
            self._values.setdefault(probe.switch, probe.values)
            self._asks.setdefault(probe.switch, probe.asks)

    def note(self, probe: Probe[Any], value: Optional[str], level: str) -> None:
        """Keep what a look came to."""
        if value is not None and value in probe.visible:
            self._seen.setdefault(probe.switch, {})[value] = level
            self._asks[probe.switch] = probe.asks

    @property
    def switches(self) -> dict[str, str]:
        """Name to value, of what was seen for sure."""
        return {name: next(iter(seen)) for name, seen in sorted(self._seen.items()) if len(seen) == 1}

    @property
    def unknown(self) -> list[str]:
        return sorted(set(self._values) - set(self.switches))

    @property
    def table(self) -> list[dict[str, Any]]:
        """A row a switch, for people."""
        found = self.switches
        return [
            {
                "name": name,
                "value": found.get(name),
                "default": self._values[name][0],
                "level": self._seen[name][found[name]] if name in found else None,
                "seen": self._asks[name],
            }
            for name in sorted(self._values)
        ]
