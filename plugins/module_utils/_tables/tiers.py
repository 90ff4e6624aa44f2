# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Storage tiers of a system (docs/platform.md#3.4), and the tiers of its clusters (docs/platform.md#3.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from .._model.conditions import Row, any_of
from .._model.errors import VrgError
from .._model.query import Query, Reader
from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, KEY, TIME, USED_GIB, gib, percent

_THROUGHPUT = (
    Column("read_ops", "stats#rops", INTEGER, Access.READ, null=True, says="Reads a second.", sample=120),
    Column("write_ops", "stats#wops", INTEGER, Access.READ, null=True, says="Writes a second.", sample=80),
    Column(
        "read_bytes_per_second",
        "stats#rbps",
        INTEGER,
        Access.READ,
        null=True,
        says="Bytes read a second.",
        sample=1048576,
    ),
    Column(
        "write_bytes_per_second",
        "stats#wbps",
        INTEGER,
        Access.READ,
        null=True,
        says="Bytes written a second.",
        sample=524288,
    ),
)

STORAGE_TIER = Resource(
    kind="storage tier",
    table="storage_tiers",
    columns=(
        Column("tier", codec=INTEGER, access=Access.READ, says="Number of the tier.", sample=1),
        Column("description", access=Access.READ, says="Description of the tier.", sample="Fast NVMe"),
        Column("capacity_gb", "capacity", USED_GIB, Access.READ, says="Capacity in GiB.", sample=7167.85),
        Column(
            "used_gb", "used", USED_GIB, Access.READ, says="Storage in use after deduplication, in GiB.", sample=1536.0
        ),
        Column(
            "allocated_gb", "allocated", USED_GIB, Access.READ, says="Storage that is allocated, in GiB.", sample=3072.0
        ),
        Column(
            "used_inflated_gb",
            "used_inflated",
            USED_GIB,
            Access.READ,
            says="Storage in use before deduplication, in GiB.",
            sample=2304.0,
        ),
        *_THROUGHPUT,
        Column(
            "modified",
            codec=TIME,
            access=Access.READ,
            says="When the platform last measured, as ISO 8601 in UTC.",
            sample="2026-09-11T12:00:00Z",
        ),
    ),
)

CLUSTER_TIER = Resource(
    kind="cluster tier",
    table="cluster_tiers",
    columns=(
        Column("tier", codec=INTEGER, access=Access.READ, says="Number of the tier. Tier 0 holds metadata.", sample=1),
        Column("description", access=Access.READ, says="Description of the tier.", sample="Fast NVMe"),
        Column(
            "status",
            "status#status",
            access=Access.READ,
            says="Status of the tier in the platform's words, such as V(online), V(repairing) or V(noredundant).",
            sample="online",
        ),
        Column(
            "state",
            "status#state",
            access=Access.READ,
            says="State of the tier; V(online), V(offline), V(warning) or V(error).",
            sample="online",
        ),
        Column(
            "redundant",
            "status#redundant",
            FLAG,
            Access.READ,
            null=True,
            says="Whether the tier can lose a node or a drive without losing data.",
            sample=True,
        ),
        Column(
            "encrypted",
            "status#encrypted",
            FLAG,
            Access.READ,
            null=True,
            says="Whether the tier is encrypted.",
            sample=False,
        ),
        Column(
            "capacity_gb", "status#capacity", USED_GIB, Access.READ, null=True, says="Capacity in GiB.", sample=7168.0
        ),
        Column(
            "used_gb", "status#used", USED_GIB, Access.READ, null=True, says="Storage in use, in GiB.", sample=1536.0
        ),
        Column("repairs", "status#repairs", INTEGER, Access.READ, null=True, says="Number of repairs.", sample=0),
        Column(
            "bad_drives", "status#bad_drives", INTEGER, Access.READ, null=True, says="Number of bad drives.", sample=0
        ),
        *_THROUGHPUT,
        Column("cluster_key", "cluster", KEY, Access.HIDDEN),
    ),
)
#: With the time of its state, which is asked for where health is judged.
VSAN_TIER = replace(
    CLUSTER_TIER,
    columns=(
        *CLUSTER_TIER.columns,
        Column("since", "status#state_timestamp", TIME, Access.HIDDEN, null=True, omitted=True),
    ),
)
#: No more can be written to it.
IS_FULL = CLUSTER_TIER["status"].eq("outofspace")
#: It serves, and holds less than it should, or is busy with what it holds.
IS_AILING = any_of(
    CLUSTER_TIER["redundant"].eq(False),
    CLUSTER_TIER["bad_drives"].above(0),
    CLUSTER_TIER["status"].among("repairing", "noredundant"),
)


def real_tiers(reader: Reader) -> frozenset[int]:
    """The numbers of the tiers that there are; one request.

    A cluster may list tiers that the system does not have, in any state (docs/platform.md#3.2): only the storage tiers
    tell the two apart. A tier without capacity may as well be one that is offline, and must not be hidden.
    """
    return frozenset(int(row["tier"]) for row in reader.read(Query(STORAGE_TIER.only("tier"))))


def existing(rows: Sequence[Row], numbers: frozenset[int]) -> list[Row]:
    """The rows of tiers that there are, by number."""
    return sorted((row for row in rows if int(row["tier"]) in numbers), key=lambda row: int(row["tier"]))


def no_tier(rows: Sequence[Row], number: int) -> VrgError:
    """What is said of a tier that no tenant can be given, as there is none; ``rows`` are the tiers of the system."""
    found = ", ".join(str(tier) for tier in sorted(int(row["tier"]) for row in rows) if tier)
    return VrgError(
        f"This system has no storage tier {number}.",
        hint=f"Tiers that a tenant can be given here: {found}." if found else "No tenant can be given storage here.",
    )


def tier_view(row: Row) -> dict[str, Any]:
    """A storage tier as users see it.

    The platform's own column for deduplication is not used: live systems answered 14 where others have 150, so its
    unit is not known (docs/platform.md#3.4). What was written before it is the same figure in a unit that is.
    """
    used, inflated = int(row["used_bytes"]), int(row["used_inflated_bytes"])
    ratio = max(inflated / used, 1.0) if used and inflated else None
    return {
        **STORAGE_TIER.view(row),
        "free_gb": gib(int(row["capacity_bytes"]) - used),
        "used_percent": percent(used, row["capacity_bytes"]),
        "dedupe_ratio": None if ratio is None else round(ratio, 2),
        "dedupe_savings_percent": None if ratio is None else round(100 * (1 - 1 / ratio), 1),
    }


def cluster_tier_view(row: Row) -> dict[str, Any]:
    """A cluster's tier as users see it."""
    return {
        **CLUSTER_TIER.view(row),
        "repairing": row["status"] == "repairing",
        "used_percent": percent(row["used_bytes"], row["capacity_bytes"]),
    }
