# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_storage_info`` returns of a system's storage tiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.conditions import Row, all_of
from .._model.query import Query, Reader
from .._model.units import gib, percent
from .._tables.tiers import STORAGE_TIER, tier_view


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """The tiers, by number, and their totals; one request."""
    # Numbers and keys of tiers overlap without meaning the same tier, so each has an option of its own.
    given = {"tier": params["tier"], "$key": params["key"]}
    which = all_of(*(STORAGE_TIER[name].eq(value) for name, value in given.items() if value is not None))
    rows = sorted(reader.read(Query(STORAGE_TIER, which)), key=lambda row: int(row["tier"]))
    return {"tiers": [tier_view(row) for row in rows], "totals": _totals(rows)}


def _totals(rows: Sequence[Row]) -> dict[str, Any]:
    capacity, used, allocated = (sum(int(row[name]) for row in rows) for name in _SUMMED)
    return {
        "capacity_gb": gib(capacity),
        "used_gb": gib(used),
        "allocated_gb": gib(allocated),
        "free_gb": gib(capacity - used),
        "used_percent": percent(used, capacity),
    }


_SUMMED = ("capacity_bytes", "used_bytes", "allocated_bytes")
