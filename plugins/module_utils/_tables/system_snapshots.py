# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of the whole system, and the tenants that are in them (docs/platform.md#3.20)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, KEY, NAME, TIME

SYSTEM_SNAPSHOT = Resource(
    kind="system snapshot",
    table="cloud_snapshots",
    columns=(
        Column("name", access=Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        # 0 means never.
        Column("expires", codec=TIME, access=Access.READ),
        Column("status", codec=NAME, access=Access.READ),
        # Partial ones are since 26.1.1; a system that does not say so has full ones.
        Column("type", codec=NAME, access=Access.READ, omitted=True),
        # Of another system, which sent it here.
        Column("incoming_sync", codec=FLAG, access=Access.READ, null=True, omitted=True),
        Column("immutable_status", codec=NAME, access=Access.READ, omitted=True),
        Column("immutable_lock_expires", codec=TIME, access=Access.READ, omitted=True),
    ),
)
#: Keys are used again (docs/platform.md#1.5): only the uuid says which tenant it is.
SNAPSHOT_TENANT = Resource(
    kind="tenant of a system snapshot",
    table="cloud_snapshot_tenants",
    columns=(
        Column("snapshot_key", "cloud_snapshot", KEY, Access.HIDDEN),
        Column("uuid", codec=NAME, access=Access.READ),
    ),
)
