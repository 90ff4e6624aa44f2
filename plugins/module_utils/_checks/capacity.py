# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether tenants fit on a system, as a whole list and beside everything that is there already.

What cannot be known, as the memory of nodes that the system does not show, never counts as room.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Optional

from .._model.conditions import Row
from .._model.units import GIB, MB_PER_GB, figure
from .._tables.tenant_storage import TENANT_STORAGE
from .demand import Demand, demand_of, touched, without_largest
from .estate import Estate, Thresholds, Wanted
from .tenant_list import problems, read_list


class Unit(Enum):
    """How a measure is shown: its unit, and how much of what is counted makes one."""

    GB = ("GB", MB_PER_GB)
    STORAGE = ("GiB", GIB)
    CORES = ("", 1)


@dataclass(frozen=True)
class Line:
    """One line of the table, in MB, bytes or cores. ``grows`` says whether it is this list that asks for more."""

    what: str
    measure: str
    unit: Unit
    now: Optional[float]
    after: Optional[float]
    limit: Optional[float]
    grows: bool
    policy: str
    warn_from: Optional[float] = None

    @property
    def verdict(self) -> str:
        if self.now is None or self.after is None or self.limit is None:
            return "unknown"
        if self.after > self.limit:
            return "over" if self.grows else "over before"
        return "close" if self.warn_from is not None and self.after > self.warn_from else "fits"

    @property
    def objects(self) -> bool:
        """Whether this list is to blame for something that does not fit, or cannot be known to."""
        return self.grows and self.verdict in ("over", "unknown")

    @property
    def warns(self) -> bool:
        if self.policy == "ignore" or self.verdict == "fits":
            return False
        return self.policy == "warn" or not self.objects

    @property
    def shown(self) -> tuple[Optional[float], ...]:
        """What it is, would be and may be, in the unit that is shown."""
        size = self.unit.value[1]
        return tuple(None if value is None else value / size for value in (self.now, self.after, self.limit))

    @property
    def sentence(self) -> str:
        if self.verdict == "unknown":
            return f"{self.what}, {self.measure}: whether it fits is unknown."
        _now, after, limit = map(figure, self.shown)
        text = f"{self.what}, {self.measure}: {after} after this, with a limit of {limit} {self.unit.value[0]}"
        return f"{text.rstrip()}."

    def row(self) -> dict[str, Any]:
        """The line as it is returned."""
        now, after, limit = (None if value is None else round(value, 2) for value in self.shown)
        figures = {"unit": self.unit.value[0], "now": now, "after": after, "limit": limit}
        return {"what": self.what, "measure": self.measure, **figures, "verdict": self.verdict}


def capacity(
    asked: Sequence[Mapping[str, Any]], estate: Estate, limits: Thresholds, stated: Collection[str] = ()
) -> dict[str, Any]:
    """What is wrong with the tenants asked for, and a table of what they would take.

    ``problems`` never work, whatever the policy; ``refused`` and ``warnings`` are what the policies make of the table.
    ``stated`` names the tenants that say their state themselves.
    """
    listed = read_list(asked, estate)
    table = [*_compute_lines(listed.tenants, estate, limits), *_storage_lines(listed.tenants, estate, limits)]
    return {
        "problems": problems(listed, estate, limits.default_cluster, stated),
        "table": [line.row() for line in table],
        "lines": _aligned(table),
        "refused": [line.sentence for line in table if line.objects and line.policy == "fail"],
        "warnings": [line.sentence for line in table if line.warns],
    }


def _compute_lines(asked: Sequence[Wanted], estate: Estate, limits: Thresholds) -> list[Line]:
    whole = demand_of(asked, estate, limits.default_cluster)
    lines: list[Line] = []
    for name in touched(asked, estate, limits.default_cluster):
        row = estate.cluster(name)
        # A cluster that does not exist is a problem of its own, and has no figures.
        if name is None or row:
            lines += _cluster_lines(name, row or {}, whole.within(name), estate, limits)
    return lines


def _cluster_lines(name: Optional[str], cluster: Row, demand: Demand, estate: Estate, limits: Thresholds) -> list[Line]:
    what = f"cluster {name or '(the default)'}"
    online, used = cluster.get("online_ram_mb"), cluster.get("used_ram_mb")
    used_after = None if used is None else used + demand.started_mb
    starts = demand.started_mb > 0
    target = cluster.get("target_ram_pct") if limits.ram_target_percent is None else limits.ram_target_percent
    in_use, room = _share(online, target), _share(online, limits.ram_promised_percent)
    spare = without_largest(estate.hosts_of(name) if name else [])
    (ram, ram_after), (cores, cores_after) = demand.ram_mb, demand.cores
    lines = [
        Line(what, "RAM in use", Unit.GB, used, used_after, in_use, starts, limits.policy),
        Line(what, "RAM promised", Unit.GB, ram, ram_after, room, ram_after > ram, limits.policy),
        Line(what, "RAM if a node fails", Unit.GB, used, used_after, spare, starts, limits.n_minus_1),
    ]
    if limits.cores_ratio:
        room, more = _share(cluster.get("online_cores"), 100 * limits.cores_ratio), cores_after > cores
        lines.append(Line(what, "cores promised", Unit.CORES, cores, cores_after, room, more, limits.policy))
    return lines


def _storage_lines(asked: Sequence[Wanted], estate: Estate, limits: Thresholds) -> list[Line]:
    numbers = {storage["tier"] for wanted in asked for storage in wanted.storage}
    lines: list[Line] = []
    for tier in estate.tiers:
        if int(tier["tier"]) in numbers:
            lines += _tier_lines(tier, asked, estate, limits)
    return lines


def _tier_lines(tier: Row, asked: Sequence[Wanted], estate: Estate, limits: Thresholds) -> list[Line]:
    number, what = int(tier["tier"]), f"tier {tier['tier']}"
    now = sum(_provisioned(estate, row, number) for row in estate.tenants)
    after = now + sum(
        TENANT_STORAGE["provisioned_gb"].encoded(storage["provisioned_gb"]) - _provisioned(estate, wanted.there, number)
        for wanted in asked
        for storage in wanted.storage
        if storage["tier"] == number
    )
    size, used, grows = tier["capacity_bytes"], tier["used_bytes"], after > now
    full, warn_from = _share(size, limits.used_percent), _share(size, limits.used_warn_percent)
    room = _share(size, limits.provisioned_percent)
    return [
        Line(what, "provisioned", Unit.STORAGE, now, after, room, grows, limits.policy),
        # What is promised today is written tomorrow: nothing more is promised of a tier that is full.
        Line(what, "used", Unit.STORAGE, used, used, full, grows, limits.policy, warn_from),
    ]


def _provisioned(estate: Estate, tenant: Optional[Row], tier: int) -> int:
    row = estate.allocation(tenant, tier)
    return int(row["provisioned_bytes"]) if row else 0


def _share(value: Optional[float], percent: Optional[float]) -> Optional[float]:
    return None if value is None or percent is None else value * percent / 100


def _aligned(table: Sequence[Line]) -> list[str]:
    """The table as lines of the same width."""
    cells: list[tuple[str, ...]] = [("what", "", "now", "after", "limit", "", "verdict")]
    cells += [(line.what, line.measure, *map(figure, line.shown), line.unit.value[0], line.verdict) for line in table]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(
            cell.rjust(width) if 2 <= column <= 4 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in cells
    ]
