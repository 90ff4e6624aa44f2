# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How memory and storage went, day by day: of one tenant, and of all together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

Row = Mapping[str, Any]
#: A figure of a point, and its tier if it is one of storage.
Key = tuple[str, Optional[int]]
#: By day, the average of each figure, all of them known. Sums of averages stay right where tenants were not measured at
#: the same second.
Days = dict[str, dict[Key, float]]

_RAM = ("ram_used_gb", "ram_allocated_gb")
_STORAGE = ("used_gb", "provisioned_gb")


def daily(rows: Sequence[Row]) -> Days:
    """A tenant's history by day. A day for which one of the figures is not known is left out, like one without any."""
    days = {row["time"][:10]: _figures(row) for row in rows}
    return {
        day: {key: value for key, value in figures.items() if value is not None}
        for day, figures in days.items()
        if None not in figures.values()
    }


def _figures(row: Row) -> dict[Key, Optional[float]]:
    return {
        **{(name, None): row[name] for name in _RAM},
        **{(name, tier["tier"]): tier[name] for tier in row["tiers"] for name in _STORAGE},
    }


def trend(tenants: Sequence[Days]) -> Optional[dict[str, Any]]:
    """The sums over tenants for each day, and for each tier; None without any history."""
    tenants = [days for days in tenants if days]
    days = _whole_days(tenants)
    if not days:
        return None
    numbers = sorted({tier for own in tenants for row in own.values() for _what, tier in row if tier is not None})
    return {
        "days": days,
        **{name: _sums(days, tenants, (name, None)) for name in _RAM},
        "tiers": [
            {"tier": number, **{name: _sums(days, tenants, (name, number)) for name in _STORAGE}} for number in numbers
        ],
    }


def _whole_days(tenants: Sequence[Days]) -> list[str]:
    """The days on which no tenant's history has a hole: a sum over a part of them would be a dip that never was."""
    every = sorted(set().union(*tenants))
    return [day for day in every if all(day in own for own in tenants if min(own) <= day <= max(own))]


def _sums(days: Sequence[str], tenants: Sequence[Days], key: Key) -> list[float]:
    return [round(sum(own[day].get(key, 0.0) for own in tenants if day in own), 2) for day in days]
