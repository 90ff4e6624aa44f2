# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Physical drives of the nodes (docs/platform.md#3.22)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, NAME, TIME

#: What the platform holds against thresholds of its own, with the word for it; each has a column that says by how much.
#: Hours in service are none: they say nothing about the drive (docs/platform.md#3.22).
WARNINGS = {
    "wear_level": "wear",
    "temp": "temperature",
    "realloc_sectors": "reallocated sectors",
    "current_pending_sector": "pending sectors",
    "offline_uncorrectable": "uncorrectable sectors",
}

DRIVE = Resource(
    kind="drive",
    table="machine_drive_phys",
    columns=(
        # The table has no column for the node.
        Column("node", "parent_drive#machine#name", NAME, Access.READ, omitted=True),
        Column("status", "parent_drive#status#status", NAME, Access.READ, omitted=True),
        Column("status_since", "parent_drive#status#modified", TIME, Access.READ, omitted=True),
        # A name that every node has again; only the serial number is one drive's alone.
        Column("location", codec=NAME, access=Access.READ),
        Column("serial", codec=NAME, access=Access.READ),
        # The number of the tier, and less than 0 where the drive is outside of the vSAN.
        Column("vsan_tier", codec=INTEGER, access=Access.READ),
        Column("vsan_read_errors", codec=INTEGER, access=Access.READ, null=True, omitted=True),
        Column("vsan_write_errors", codec=INTEGER, access=Access.READ, null=True, omitted=True),
        # A number of blocks.
        Column("vsan_repairing", codec=INTEGER, access=Access.READ, null=True, omitted=True),
        *(Column(name, codec=INTEGER, access=Access.READ, null=True, omitted=True) for name in WARNINGS),
        *(Column(f"{name}_warn", codec=FLAG, access=Access.READ, null=True, omitted=True) for name in WARNINGS),
    ),
)
