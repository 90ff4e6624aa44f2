# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tiers of clusters (API page 3.2), and which of them exist."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._api import Api, Query, Row
from .._resource import Access, Column, Resource
from .._units import FLAG, INTEGER, USED_GIB
from .storage_tier import percent

CLUSTER_TIER = Resource(
    kind="cluster tier",
    table="cluster_tiers",
    columns=(
        Column("tier", codec=INTEGER, access=Access.READ),
        Column("description", access=Access.READ),
        Column("status", "status#status", access=Access.READ),
        Column("state", "status#state", access=Access.READ),
        Column("redundant", "status#redundant", FLAG, Access.READ),
        Column("encrypted", "status#encrypted", FLAG, Access.READ),
        Column("capacity_gb", "status#capacity", USED_GIB, Access.READ),
        Column("used_gb", "status#used", USED_GIB, Access.READ),
        Column("repairs", "status#repairs", INTEGER, Access.READ),
        Column("bad_drives", "status#bad_drives", INTEGER, Access.READ),
        Column("read_ops", "stats#rops", INTEGER, Access.READ),
        Column("write_ops", "stats#wops", INTEGER, Access.READ),
        Column("read_bytes_per_second", "stats#rbps", INTEGER, Access.READ),
        Column("write_bytes_per_second", "stats#wbps", INTEGER, Access.READ),
    ),
)

#: The projection entry that reads a cluster's tiers together with the cluster.
EMBEDDED = f"tiers[{CLUSTER_TIER.fields}]"


def real_tiers(api: Api) -> frozenset[int]:
    """The numbers of the tiers that there are; one request.

    A cluster may list tiers that the system does not have, in any state (API page 3.2): only the storage tiers tell
    the two apart. A tier without capacity may as well be one that is offline, and must not be hidden.
    """
    return frozenset(int(row["tier"]) for row in api.read(Query("storage_tiers", "", "$key,tier")))


def existing(rows: Sequence[Row], numbers: frozenset[int]) -> list[Row]:
    """The rows of tiers that there are, by number."""
    return sorted((row for row in rows if int(row["tier"]) in numbers), key=lambda row: int(row["tier"]))


def view(row: Row) -> dict[str, Any]:
    """A cluster's tier as users see it."""
    return {
        **CLUSTER_TIER.view(row),
        "repairing": row["status"] == "repairing",
        "used_percent": percent(row["used_gb"], row["capacity_gb"]),
    }
