# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How memory and storage went, day by day, of tenants together; and when a capacity is full by a straight line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from math import sqrt
from statistics import correlation, linear_regression
from typing import Any, Optional

Row = Mapping[str, Any]

RAM = ("ram_used_gb", "ram_allocated_gb")
STORAGE = ("used_gb", "provisioned_gb")

#: Days of history without which a line says nothing, and after how many days ahead it says nothing any more.
FEWEST, FARTHEST = 7, 3 * 365
#: Of how sure a line is: days of history and share of the differences that it explains (R squared), at least.
_SURE = (("high", 28, 0.9), ("fair", 14, 0.5))


def trend(courses: Iterable[tuple[Row, float]]) -> Optional[dict[str, Any]]:
    """The sums over tenants for each day, and for each tier; None without any history.

    A course is what ``vrg_tenant_stats_info`` returns as ``series``: days, and the average of each. With it comes the
    share of the tenant that counts. A day on which some tenant's history has a hole is left out: a sum over a part of
    them would be a dip that never was.
    """
    there: dict[str, int] = defaultdict(int)
    spans = []
    sums: dict[tuple[str, Optional[int]], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for course, share in courses:
        days = course["days"]
        if not days or not share:
            continue
        spans.append((min(days), max(days)))
        for day in days:
            there[day] += 1
        for key, values in _figures(course):
            own = sums[key]
            for day, value in zip(days, values):
                own[day] += share * value
    whole = [day for day in sorted(there) if there[day] == sum(first <= day <= last for first, last in spans)]
    if not whole:
        return None
    summed = {key: [round(own.get(day, 0.0), 2) for day in whole] for key, own in sums.items()}
    return {
        "days": whole,
        **{name: summed[name, None] for name in RAM},
        "tiers": [
            {"tier": tier, **{name: summed[name, tier] for name in STORAGE}}
            for tier in sorted({tier for _name, tier in summed if tier is not None})
        ],
    }


def _figures(course: Row) -> Iterable[tuple[tuple[str, Optional[int]], Sequence[float]]]:
    for name in RAM:
        yield (name, None), course[name]
    for tier in course["tiers"]:
        for name in STORAGE:
            yield (name, tier["tier"]), tier[name]


def forecast(
    days: Sequence[str], values: Sequence[float], used: Optional[float], there: Optional[float]
) -> Optional[dict[str, Any]]:
    """When ``used`` of a capacity reaches what is ``there``, by the straight line through the averages of days.

    ``full_on`` is null where it does not grow, or not within three years; ``earliest`` and ``latest`` are where it
    could be as well: by two standard errors of the slope. None where history or capacity say nothing.
    """
    if used is None or not there or len(days) < FEWEST:
        return None
    x = [date.fromisoformat(day).toordinal() for day in days]
    slope, intercept = linear_regression(x, values)
    flat = min(values) == max(values)
    explained = 1.0 if flat else correlation(x, values) ** 2
    middle = sum(x) / len(x)
    rest = sum((value - slope * time - intercept) ** 2 for time, value in zip(x, values))
    error = sqrt(rest / (len(x) - 2) / sum((time - middle) ** 2 for time in x))
    sure = next((word for word, most, share in _SURE if len(x) >= most and explained >= share), "low")
    left = there - used
    return {
        "per_day_gb": round(slope, 3),
        "full_on": _reached(days[-1], left, slope),
        "earliest": _reached(days[-1], left, slope + 2 * error),
        "latest": _reached(days[-1], left, slope - 2 * error),
        "days": len(x),
        "explained_percent": round(100 * explained),
        "sure": sure,
    }


def _reached(today: str, left: float, slope: float) -> Optional[str]:
    """The day on which what is left is used up."""
    if left <= 0:
        return today
    ahead = left / slope if slope > 1e-9 else FARTHEST + 1
    return (date.fromisoformat(today) + timedelta(days=int(ahead))).isoformat() if ahead <= FARTHEST else None
