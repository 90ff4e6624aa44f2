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
    Column("tenant", "tenant#name", access=Access.READ, says="Name of the tenant.", sample="acme"),
    Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    Column("is_snapshot", "tenant#is_snapshot", FLAG, Access.HIDDEN),
)

TENANT_STATS = Resource(
    kind="statistics of a tenant",
    table="tenant_stats",
    columns=(
        *_OF,
        Column(
            "ram_used_gb",
            "ram_used",
            USED_RAM_GB,
            Access.READ,
            says="Memory in use, in GiB; null if it is not known.",
            sample=11.5,
        ),
        Column(
            "measured",
            "last_update",
            TIME,
            Access.READ,
            says="When the memory was measured, as ISO 8601 in UTC.",
            sample="2026-11-02T09:30:00Z",
        ),
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
            Column(
                "cpu_percent",
                "total_cpu",
                PERCENT,
                Access.READ,
                says="Use of the processors in percent; null if it is not known.",
                sample=45,
            ),
            Column(
                "cpu_cores",
                "core_count",
                INTEGER,
                Access.READ,
                says="Number of processor cores; null if it is not known.",
                sample=8,
            ),
            Column(
                "ram_used_gb",
                "ram_used",
                USED_RAM_GB,
                Access.READ,
                says="Memory in use, in GiB; null if it is not known.",
                sample=11.5,
            ),
            Column(
                "ram_allocated_gb",
                "ram_allocated",
                USED_RAM_GB,
                Access.READ,
                says="Memory that the tenant's nodes are given, in GiB; null if it is not known.",
                sample=16.0,
            ),
            Column(
                "ram_percent",
                "ram_pct",
                PERCENT,
                Access.READ,
                says="Share of the given memory that is in use, in percent; null if it is not known.",
                sample=72,
            ),
            Column(
                "ip_count",
                codec=INTEGER,
                access=Access.READ,
                says="Number of addresses; null if it is not known.",
                sample=2,
            ),
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
#: The columns are the same in every resolution.
POINT = HISTORY["long"]

#: The log, with what tells a tenant from a snapshot of one.
TENANT_LOGS = replace(TENANT_LOG, columns=(*TENANT_LOG.columns, TENANT_STATS["is_snapshot"]))
