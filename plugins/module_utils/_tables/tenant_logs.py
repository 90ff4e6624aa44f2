# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of a tenant (docs/platform.md#3.16)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import INTEGER, KEY

#: Times of the log are microseconds, as nowhere else.
MICROSECONDS = 1_000_000

TENANT_LOG = Resource(
    kind="log entry",
    table="tenant_logs",
    columns=(
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
        Column("tenant", "tenant#name", access=Access.READ, says="Name of the tenant.", sample="acme"),
        Column("level", access=Access.READ, says="Level of the entry.", sample="error"),
        Column(
            "text",
            access=Access.READ,
            says="Text of the entry.",
            sample="Machine exceeds the max amount of RAM allowed on this cluster",
        ),
        Column("user", access=Access.READ, says="User who caused the entry.", sample="admin"),
        Column("timestamp", codec=INTEGER, access=Access.READ),
    ),
)
