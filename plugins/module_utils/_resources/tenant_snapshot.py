# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of a tenant (API page 3.14)."""

from __future__ import annotations

from .._resource import Access, Column, Resource
from .._units import KEY, TIME

TENANT_SNAPSHOT = Resource(
    kind="tenant snapshot",
    table="tenant_snapshots",
    columns=(
        Column("name", access=Access.READ),
        Column("tenant", "tenant#name", access=Access.READ),
        Column("description", access=Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        # 0 means never (API page 3.14); a time that never comes is shown as null.
        Column("expires", codec=TIME, access=Access.READ),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    ),
)
