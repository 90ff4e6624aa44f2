# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tenants use and have used (docs/platform.md#3.15), and their logs (docs/platform.md#3.16)."""

from __future__ import annotations

from dataclasses import replace

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, KEY, PERCENT, TIME, USED_GIB, USED_RAM_GB
from .tenant_logs import TENANT_LOG

LEVELS = ["audit", "message", "warning", "error", "critical", "summary", "debug"]
RESOLUTIONS = ["short", "long"]
#: The numbers of the tiers that a history has columns for, and what these hold.
TIERS = range(6)
SIZES = ("provisioned_gb", "used_gb", "allocated_gb")

#: Whose a row is. A tenant's snapshot is a row of the tenants as well, and has statistics of its own.
_OF = (
    Column("tenant", "tenant#name", access=Access.READ),
    Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    Column("is_snapshot", "tenant#is_snapshot", FLAG, Access.HIDDEN),
)

TENANT_STATS = Resource(
    kind="statistics of a tenant",
    table="tenant_stats",
    columns=(
        *_OF,
        Column("ram_used_gb", "ram_used", USED_RAM_GB, Access.READ),
        Column("measured", "last_update", TIME, Access.READ),
    ),
)


def _history(resolution: str) -> Resource:
    return Resource(
        kind="point of a tenant's history",
        table=f"tenant_stats_history_{resolution}",
        columns=(
            *_OF,
            # In seconds. Without a time, a point says nothing.
            Column("timestamp", codec=INTEGER, access=Access.READ),
            Column("cpu_percent", "total_cpu", PERCENT, Access.READ),
            Column("cpu_cores", "core_count", INTEGER, Access.READ),
            Column("ram_used_gb", "ram_used", USED_RAM_GB, Access.READ),
            Column("ram_allocated_gb", "ram_allocated", USED_RAM_GB, Access.READ),
            Column("ram_percent", "ram_pct", PERCENT, Access.READ),
            Column("ip_count", codec=INTEGER, access=Access.READ),
            *(
                Column(tier_size(tier, size), f"tier{tier}_{size[:-3]}", USED_GIB, Access.READ)
                for tier in TIERS
                for size in SIZES
            ),
        ),
    )


def tier_size(tier: int, size: str) -> str:
    """The name of a history's column for one of the ``SIZES`` of a tier."""
    return f"tier{tier}_{size}"


#: By resolution: short has a point every few minutes of a day, long larger steps of weeks.
HISTORY = {resolution: _history(resolution) for resolution in RESOLUTIONS}

#: The log, with what tells a tenant from a snapshot of one.
TENANT_LOGS = replace(TENANT_LOG, columns=(*TENANT_LOG.columns, TENANT_STATS["is_snapshot"]))
