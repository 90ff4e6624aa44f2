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
        Column("tenant", "tenant#name", access=Access.READ),
        Column("level", access=Access.READ),
        Column("text", access=Access.READ),
        Column("user", access=Access.READ),
        Column("timestamp", codec=INTEGER, access=Access.READ),
    ),
)
