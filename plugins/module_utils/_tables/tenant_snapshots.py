# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of a tenant (docs/platform.md#3.14)."""

from __future__ import annotations

import re
from typing import Any

from .._model.errors import VrgError
from .._model.resource import Access, Column, Resource
from .._model.units import EPOCH, FLAG, KEY, NAME, TIME, seconds_of

_LONGEST_RETENTION = 100 * 365 * 86400
_SECONDS = re.compile(r"-?[0-9]{1,15}")

TENANT_SNAPSHOT = Resource(
    kind="tenant snapshot",
    table="tenant_snapshots",
    columns=(
        Column(
            "name",
            access=Access.CREATE,
            spec={"required": True},
            limits=(1, 128),
            says="Name of the snapshot.",
            sample="before-update",
        ),
        Column("tenant", "tenant#name", access=Access.READ, says="Name of the tenant.", sample="acme"),
        Column(
            "description",
            limits=(0, 2048),
            says="Description of the snapshot.",
            sample="Before the update to 26.1.8",
        ),
        Column(
            "profile",
            "profile#name",
            NAME,
            Access.READ,
            says="Name of the profile that took the snapshot; null if it was taken by hand.",
            sample="daily",
        ),
        Column(
            "created",
            codec=TIME,
            access=Access.READ,
            says="When the snapshot was taken, as ISO 8601 in UTC.",
            sample="2026-11-02T09:30:00Z",
        ),
        # 0 means never (docs/platform.md#3.14); a time that never comes is shown as null.
        Column(
            "expires",
            codec=EPOCH,
            access=Access.RULED,
            says="When the snapshot is deleted, as ISO 8601 in UTC; null if never.",
            sample="2026-11-05T09:30:00Z",
        ),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    ),
)
#: A snapshot with its tenant's power: it can be restored while that is off.
RESTORABLE = Resource(
    kind="tenant snapshot",
    table="tenant_snapshots",
    columns=(
        *TENANT_SNAPSHOT.columns,
        Column("running", "tenant#status#running", FLAG, Access.HIDDEN),
        Column("starting", "tenant#status#starting", FLAG, Access.HIDDEN),
        Column("stopping", "tenant#status#stopping", FLAG, Access.HIDDEN),
        Column("status", "tenant#status#status", access=Access.HIDDEN),
    ),
)


def retention_of(given: Any) -> int:
    """Seconds, given as such or as a duration. Raises VrgError for what is neither, or too much."""
    text = str(given).strip()
    try:
        seconds = int(text) if _SECONDS.fullmatch(text) else seconds_of(text)
    except ValueError:
        raise VrgError(
            f"retention '{given}' is neither seconds nor a duration.",
            hint="Give seconds, or a duration such as 30m, 12h, 3d or 2w; 0 keeps the snapshot for ever.",
        ) from None
    if not 0 <= seconds <= _LONGEST_RETENTION:
        raise VrgError(
            f"retention {given} is not between 0 and {_LONGEST_RETENTION} (100 years).",
            hint="Give seconds, or a duration such as 3d; 0 keeps the snapshot for ever.",
        )
    return seconds
