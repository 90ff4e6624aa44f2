# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the histories of all tenants come to (docs/platform.md#3.15), read part by part and reduced as it arrives.

4,000 tenants have more than 4 million points in 45 days: what is kept of them is how often a value was measured, for
percentiles, and the averages of days.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from math import ceil, nan
from operator import itemgetter
from statistics import median_low
from typing import Any, Optional

from .._model.conditions import Condition, Row, all_of
from .._model.query import Query, Reader, read_each
from .._model.resource import Column, Resource
from .._model.selectors import owner_path
from .._model.units import iso_utc
from .._tables.tenant_stats import HISTORY, TIERS, tier_size

DAY = 86_400
#: As many points as one answer should have: 15 MB of text. Three of them are in memory at a time.
_POINTS = 30_000
#: The shortest part, and the usual time between two points, in seconds.
_SHORTEST, _USUAL = 300, 3600
_MONTH = 30 * DAY

_BILLED = ("cpu_cores", "ram_allocated_gb", "ip_count", *(tier_size(tier, "provisioned_gb") for tier in TIERS))
_AVERAGED = (
    *("ram_used_gb", "ram_allocated_gb"),
    *(tier_size(tier, size) for tier in TIERS for size in ("used_gb", "provisioned_gb")),
)
_PERCENTILES = (50, 95)


def billed_history(resolution: str) -> Resource:
    """The points with the columns that are billed, and those whose course is shown."""
    return HISTORY[resolution].only("tenant_key", "timestamp", *dict.fromkeys((*_BILLED, *_AVERAGED)))


def parts(
    reader: Reader, resource: Resource, where: Condition, since: int, until: int, tenants: int
) -> Iterator[Query]:
    """The reads of the points from ``since`` until before ``until``, in seconds since 1970, in order of time.

    One if there should be few points, else each of about ``_POINTS``. Raises VrgError.
    """

    def points(begin: int, end: int, limit: int = 0) -> Query:
        time = resource["timestamp"]
        return Query(resource, all_of(where, time.at_least(begin), time.below(end)), "-timestamp", limit)

    length = until - since
    if tenants * length > _POINTS * _USUAL:
        # How close together they are shows in the last of them, and when they begin by the months without any.
        last = reader.read(points(max(since, until - 2 * _USUAL), until))
        length = max(2 * _USUAL * _POINTS // max(len(last), 2 * tenants), _SHORTEST)
        while since + _MONTH < until and not reader.read(points(since, since + _MONTH, 1)):
            since += _MONTH
    while since < until:
        yield points(since, min(since + length, until))
        since += length


class Account:
    """The history of one tenant, reduced. Points are added in order of time."""

    def __init__(self, resource: Resource, summary_until: Optional[int]) -> None:
        self._resource = resource
        self._summary_until = summary_until
        self._values: dict[str, Counter[Optional[int]]] = {name: Counter() for name in _BILLED}
        self._points = 0
        self._gaps: Counter[int] = Counter()
        self._first: Optional[int] = None
        self._last: Optional[int] = None
        self._days = array("q")
        self._averages = {name: array("d") for name in _AVERAGED}
        self._day: Optional[int] = None
        #: The points of the day that is not over, by what is needed of them: of whole rows, a day of all tenants would
        #: be large.
        self._open: list[tuple[Any, ...]] = []
        self._needed = itemgetter("timestamp", *(resource[name].key for name in (*_BILLED, *_AVERAGED)))

    def add(self, rows: Iterable[Row]) -> None:
        """Take in the points of a part, the oldest first, each time once."""
        for row in rows:
            day = int(row["timestamp"]) // DAY
            if day != self._day:
                self._close_day()
                self._day = day
            self._open.append(self._needed(row))

    def _close_day(self) -> None:
        """A day is over: of its points, the averages stay, and how often each value was measured."""
        if self._day is None or not self._open:
            return
        stamps, *columns = zip(*self._open)
        times = [int(stamp) for stamp in stamps]
        until = self._summary_until
        self._count(times if until is None else times[: bisect_left(times, until)], columns[: len(_BILLED)])
        self._days.append(self._day)
        for name, values in zip(_AVERAGED, columns[len(_BILLED) :]):
            self._averages[name].append(self._average(name, values))
        self._open = []

    def _count(self, times: Sequence[int], billed: Sequence[Sequence[Optional[int]]]) -> None:
        """Take points into the summary: as many of ``billed`` as there are times."""
        if not times:
            return
        self._points += len(times)
        self._gaps.update(later - sooner for sooner, later in zip([self._last or times[0], *times], times))
        self._first = times[0] if self._first is None else self._first
        self._last = times[-1]
        for counted, values in zip(self._values.values(), billed):
            counted.update(values[: len(times)])

    def _average(self, name: str, values: Sequence[Optional[int]]) -> float:
        """What a column was on average, in the user's unit; not a number where it is not known at all."""
        if not any(values) and None not in values:
            # As most are: a tenant has storage on few tiers.
            return 0.0
        known = [value for value in values if value is not None]
        return round(_decoded(self._resource[name], sum(known)) / len(known), 4) if known else nan

    def summary(self, tenant: str) -> dict[str, Any]:
        """The percentiles of what is billed, and how well these cover the time that they are of."""
        self._close_day()
        # The first point follows none.
        gaps = self._gaps - Counter([0])
        return {
            "tenant": tenant,
            "points": self._points,
            "from": iso_utc(self._first),
            "to": iso_utc(self._last),
            "step_seconds": median_low(gaps.elements()) if gaps else None,
            "longest_gap_seconds": max(gaps, default=None),
            **{name: self._spread(name) for name in _BILLED[:3]},
            "tiers": [
                {"tier": tier, "provisioned_gb": self._spread(name)}
                for tier in TIERS
                for name in (tier_size(tier, "provisioned_gb"),)
                if any(self._values[name].keys() - {0})
                or None in self._values[name]
                and any(value > 0 for value in self._averages[tier_size(tier, "used_gb")])
            ],
        }

    def _spread(self, name: str) -> Optional[dict[str, Any]]:
        """Percentiles by nearest rank over the points that the figure is known of."""
        column = self._resource[name]
        known = sorted((int(value), count) for value, count in self._values[name].items() if value is not None)
        total = sum(count for _value, count in known)
        if not total:
            return None
        ranks = {f"p{rank}": _ranked(known, ceil(rank / 100 * total)) for rank in _PERCENTILES}
        figures = {**ranks, "max": known[-1][0]}
        return {**{name: _decoded(column, value) for name, value in figures.items()}, "points": total}

    def series(self, tenant: str) -> dict[str, Any]:
        """The averages of each day as lists. A day of which a figure is not known at all is left out."""
        self._close_day()
        known = [day for day in range(len(self._days)) if all(own[day] == own[day] for own in self._averages.values())]
        course = {name: [own[day] for day in known] for name, own in self._averages.items()}
        tiers = {
            tier: {size: course[tier_size(tier, size)] for size in ("used_gb", "provisioned_gb")} for tier in TIERS
        }
        return {
            "tenant": tenant,
            "days": [str(iso_utc(self._days[day] * DAY))[:10] for day in known],
            **{name: course[name] for name in _AVERAGED[:2]},
            "tiers": [{"tier": tier, **own} for tier, own in tiers.items() if any(map(any, own.values()))],
        }


def accounts(
    reader: Reader,
    resource: Resource,
    where: Condition,
    window: tuple[int, int],
    summary_until: Optional[int],
    tenants: Sequence[Any],
) -> list[Account]:
    """The reduced histories of the tenants whose keys are given, in their order, over a window in seconds since 1970.

    ``where`` are the points that are read. Raises VrgError.
    """
    found = {owner_path(key): Account(resource, summary_until) for key in tenants}
    queries = parts(reader, resource, where, *window, len(tenants)) if tenants else ()
    whose = cache(owner_path)
    for rows in read_each(reader, queries):
        points: dict[str, dict[int, Row]] = defaultdict(dict)
        for row in rows:
            # Of two for the same time, the first that came is kept.
            points[whose(row["tenant_key"])].setdefault(int(row["timestamp"]), row)
        for tenant, own in points.items():
            # A snapshot of a tenant has a history as well.
            if tenant in found:
                found[tenant].add(own[time] for time in sorted(own))
    return list(found.values())


def _ranked(known: Sequence[tuple[int, int]], rank: int) -> int:
    """The value at a rank, counted from 1, of values with how often each was measured, in order."""
    for value, count in known:
        rank -= count
        if rank <= 0:
            return value
    return known[-1][0]


def _decoded(column: Column, value: int) -> float:
    number: float = column.codec.decode(value)
    return number
