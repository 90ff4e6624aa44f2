# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to bill for a period: the 95th percentiles of allocated memory and of provisioned storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from math import ceil
from statistics import median
from typing import Any, Optional

Row = Mapping[str, Any]

#: Where a history has one point only, the time between two is not known; a day is as much as any would be.
_DAY = 86_400


def iso(moment: datetime) -> str:
    """A time as the modules of this collection write it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch(text: str) -> int:
    """Seconds since 1970 of a date or time in ISO 8601, UTC if it names no zone. Raises ValueError."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def billing_period(given: Row, now: str) -> dict[str, str]:
    """Beginning and end of the period that is billed; the last full calendar month unless both are given."""
    begin, end = given.get("begin"), given.get("end")
    if bool(begin) != bool(end):
        raise ValueError("A billing period has both begin and end, or neither.")
    if not begin:
        this_month = datetime.fromtimestamp(epoch(now), timezone.utc).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0
        )
        return {"begin": iso((this_month - timedelta(days=1)).replace(day=1)), "end": iso(this_month)}
    period = {}
    for name, value in (("begin", begin), ("end", end)):
        try:
            period[name] = iso(datetime.fromtimestamp(epoch(str(value)), timezone.utc))
        except ValueError:
            raise ValueError(f"{name} '{value}' of the billing period is no date or time in ISO 8601.") from None
    if period["begin"] >= period["end"]:
        raise ValueError(f"The billing period begins {period['begin']}, which is not before its end {period['end']}.")
    return period


def percentile(values: Sequence[float], rank: int = 95) -> float:
    """The nearest-rank percentile: a value that was really measured."""
    return sorted(values)[max(ceil(rank / 100 * len(values)), 1) - 1]


def billed(points: Sequence[Row], period: Row) -> Optional[dict[str, Any]]:
    """The 95th percentiles of what a tenant was allocated in the period; None without a point in it."""
    begin, end = epoch(period["begin"]), epoch(period["end"])
    inside = [point for point in points if begin <= point["timestamp"] < end]
    if not inside:
        return None
    by_tier = [{tier["tier"]: tier["provisioned_gb"] for tier in point["tiers"]} for point in inside]
    return {
        "points": len(inside),
        "from": inside[0]["time"],
        "to": inside[-1]["time"],
        "ram_allocated_gb": percentile([point["ram_allocated_gb"] for point in inside]),
        "tiers": [
            # A point that does not name a tier was measured, and had nothing there.
            {"tier": number, "provisioned_gb": percentile([tiers.get(number, 0.0) for tiers in by_tier])}
            for number in sorted({number for tiers in by_tier for number in tiers})
        ],
    }


def begins_late(row: Row, points: Sequence[Row], period: Row) -> bool:
    """Whether the period, or the tenant's part of it, began before the history that there is."""
    times = [point["timestamp"] for point in points]
    step = median(later - sooner for sooner, later in zip(times, times[1:])) if len(times) > 1 else _DAY
    return bool(times[0] > max(epoch(period["begin"]), epoch(row["created"])) + 2 * step)
