# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The health of a system: its rows, the limits that they are held against, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from .._model.conditions import Row
from .._model.errors import VrgError
from .._model.units import iso_utc, percent, seconds_of

AMBER, RED = "amber", "red"
#: What a system is, from best to worst.
VERDICTS = ("green", AMBER, RED)
#: The checks, in the order in which their problems are listed.
CHECKS = ("tenant", "cluster", "node", "tier", "drive", "snapshot", "alarm", "version", "rules")
#: How many sentences a message quotes.
_QUOTED = 3
#: A number of seconds that is no duration: a hundred years.
_LONGEST = 100 * 365 * 86_400


@dataclass(frozen=True)
class Problem:
    """Something that needs attention: what is wrong with which object, in a sentence, and since when if that is known.

    ``kind`` is the check that found it, ``since`` in seconds since 1970.
    """

    level: str
    kind: str
    object: str
    sentence: str
    since: Optional[int] = None

    def view(self) -> dict[str, Any]:
        named = {"level": self.level, "kind": self.kind, "object": self.object, "sentence": self.sentence}
        return {**named, "since": iso_utc(self.since)}

    @property
    def rank(self) -> tuple[Any, ...]:
        """Where it is listed: red first, then by kind and name."""
        return (self.level != RED, CHECKS.index(self.kind), self.object, self.sentence)


@dataclass(frozen=True)
class Limit:
    """From where on a value is amber, and red; None is nowhere."""

    amber: Optional[float]
    red: Optional[float]

    @property
    def is_off(self) -> bool:
        return self.amber is None and self.red is None

    def level(self, value: float) -> Optional[str]:
        """What a value is; None if it is within the limit."""
        if self.red is not None and value >= self.red:
            return RED
        return AMBER if self.amber is not None and value >= self.amber else None


@dataclass(frozen=True)
class Limits:
    """What is held against what. Ages in seconds, shares in percent."""

    tier_used: Limit
    tier_provisioned: Limit
    drive_wear: Limit
    drive_errors: Limit
    snapshot_age: Limit
    #: Seconds that a system snapshot may outlast its expiry.
    snapshot_overdue: float
    #: Which updates wait: ``ignore``, ``downloaded`` or ``available``.
    updates: str


@dataclass(frozen=True)
class System:
    """The rows of a system, by table; a table that could not be read is not in it. ``now`` is the system's time."""

    now: int
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)

    def __getitem__(self, table: str) -> Sequence[Row]:
        return self.tables.get(table, ())

    def has(self, *tables: str) -> bool:
        return all(table in self.tables for table in tables)


def limits_of(params: Mapping[str, Any]) -> Limits:
    """The limits that the options name. Raises VrgError where one is none."""
    pairs = ("tier_used", "tier_provisioned", "drive_wear", "drive_errors")
    found = {name: Limit(*(_number(f"{name}_{level}", params) for level in (AMBER, RED))) for name in pairs}
    ages = Limit(*(_seconds(f"snapshot_age_{level}", params) for level in (AMBER, RED)))
    overdue = _seconds("snapshot_overdue", params) or 0
    return Limits(**found, snapshot_age=ages, snapshot_overdue=overdue, updates=params["updates"])


def _number(option: str, params: Mapping[str, Any]) -> Optional[float]:
    value = params[option]
    # Written so that what is no number at all is refused, too.
    if value is not None and not 0 <= value < 2**53:
        raise VrgError(f"{option} {value} is not a limit.", hint="Give it a number from 0 on.")
    return None if value is None else float(value)


def _seconds(option: str, params: Mapping[str, Any]) -> Optional[float]:
    text = str(params[option] or "").strip()
    if not text:
        return None
    try:
        seconds = int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else seconds_of(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= _LONGEST:
        raise VrgError(f"{option} '{text}' is no duration.", hint="Give it seconds, or a duration such as 26h or 3d.")
    return seconds


def span(seconds: float) -> str:
    """A duration for reading, in its largest unit that makes two or more."""
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{int(seconds // size)} {unit}"
    return f"{int(seconds)} seconds"


def share(part: float, whole: float) -> float:
    """Part of whole in percent, not rounded: a limit is held against what is, and not against what is shown."""
    return 100 * part / whole


def shown_share(part: float, whole: float) -> str:
    return f"{percent(part, whole):g} %"


def verdict_of(problems: Sequence[Problem]) -> str:
    return max((problem.level for problem in problems), key=VERDICTS.index, default=VERDICTS[0])


def in_words(problems: Sequence[Problem], unknown: Mapping[str, str]) -> str:
    """What is said of a system that fails: counts, and the first problems."""
    red = sum(problem.level == RED for problem in problems)
    counts = f"{red} red and {len(problems) - red} amber problems"
    left = len(problems) - _QUOTED
    more = [f"And {left} more."] if left > 0 else []
    blind = [f"Not known: {', '.join(unknown)}."] if unknown else []
    quoted = [_ended(problem.sentence) for problem in problems[:_QUOTED]]
    return " ".join([f"The system is {verdict_of(problems)}: {counts}.", *quoted, *more, *blind])


def _ended(sentence: str) -> str:
    """In one line and with a full stop, which what the platform says may lack."""
    text = " ".join(sentence.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."
