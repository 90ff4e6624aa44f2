# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The history of a tenant (API page 3.15): its points, the averages of its days, and what it comes to over a window.

All three are the same figures of more or fewer rows. Rows come the newest first, each time once.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from statistics import fmean, median_low
from typing import Any, Callable, Optional

from .._api import Row
from .._units import MB_PER_GB, gib, iso_utc, owner_path

#: From a number as a column holds it to one as people read it.
Read = Callable[[int], float]
#: What the values of one column come to; none are known where there are none.
Reduce = Callable[[Sequence[int], Read], Any]

_DAY = 86_400
_TIERS = range(6)
_SIZES = ("provisioned", "used", "allocated")
_PERCENTILES = (50, 95)


def _same(value: int) -> float:
    return value


def gb(megabytes: int) -> float:
    return round(megabytes / MB_PER_GB, 2)


#: Each figure with its column.
_SUMMED: dict[str, tuple[str, Read]] = {
    "cpu_percent": ("total_cpu", _same),
    "cpu_cores": ("core_count", _same),
    "ram_used_gb": ("ram_used", gb),
    "ram_allocated_gb": ("ram_allocated", gb),
}
_FIGURES = {**_SUMMED, "ram_percent": ("ram_pct", _same), "ip_count": ("ip_count", _same)}
COLUMNS = [
    "timestamp",
    *(column for column, _read in _FIGURES.values()),
    *(f"tier{tier}_{size}" for tier in _TIERS for size in _SIZES),
]


def by_tenant(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each tenant, the newest first. Of two for the same time, the first that came is kept."""
    found: dict[str, dict[int, Row]] = {}
    for row in rows:
        found.setdefault(owner_path(row["tenant_key"]), {}).setdefault(int(row["timestamp"]), row)
    return {tenant: [own[time] for time in sorted(own, reverse=True)] for tenant, own in found.items()}


def point(row: Row) -> dict[str, Any]:
    return _told(row["tenant"], int(row["timestamp"]), [row], _only)


def by_day(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The averages of each day in UTC. They are not rounded, so that sums of many stay right."""
    days: dict[int, list[Row]] = {}
    for row in rows:
        days.setdefault(int(row["timestamp"]) // _DAY * _DAY, []).append(row)
    return [_told(own[0]["tenant"], day, own, _average) for day, own in days.items()]


def summary(tenant: str, rows: Sequence[Row]) -> dict[str, Any]:
    """Percentiles over all rows, and how well these cover the time that they are of."""
    times = [int(row["timestamp"]) for row in reversed(rows)]
    gaps = [later - sooner for sooner, later in zip(times, times[1:])]
    return {
        "tenant": tenant,
        "points": len(rows),
        "from": iso_utc(times[0]) if times else None,
        "to": iso_utc(times[-1]) if times else None,
        "step_seconds": median_low(gaps) if gaps else None,
        "longest_gap_seconds": max(gaps, default=None),
        **{name: spread(_known(rows, column), read) for name, (column, read) in _SUMMED.items()},
        "tiers": _tiers(rows, spread),
    }


def _told(tenant: str, time: int, rows: Sequence[Row], reduce: Reduce) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "time": iso_utc(time),
        "timestamp": time,
        **{name: reduce(_known(rows, column), read) for name, (column, read) in _FIGURES.items()},
        "tiers": _tiers(rows, reduce),
    }


def _known(rows: Sequence[Row], column: str) -> list[int]:
    """What is not known is not nothing: somebody may bill by it."""
    return [int(row[column]) for row in rows if row.get(column) is not None]


def _tiers(rows: Sequence[Row], reduce: Reduce) -> list[dict[str, Any]]:
    """The tiers that hold or promise anything in one of the rows."""
    found = []
    for tier in _TIERS:
        known = {size: _known(rows, f"tier{tier}_{size}") for size in _SIZES}
        if any(gib(max(values, default=0)) for values in known.values()):
            found.append({"tier": tier, **{f"{size}_gb": reduce(values, gib) for size, values in known.items()}})
    return found


def _only(values: Sequence[int], read: Read) -> Optional[float]:
    return read(values[0]) if values else None


def _average(values: Sequence[int], read: Read) -> Optional[float]:
    return fmean(map(read, values)) if values else None


def spread(values: Sequence[int], read: Read) -> Optional[dict[str, float]]:
    """Percentiles by nearest rank, values that were really measured, as billing by the 95th asks for."""
    if not values:
        return None
    ordered = sorted(values)
    ranks = {f"p{rank}": ordered[max(ceil(rank / 100 * len(ordered)), 1) - 1] for rank in _PERCENTILES}
    return {**{name: read(value) for name, value in {**ranks, "max": ordered[-1]}.items()}, "points": len(ordered)}
