# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alarms that are raised (docs/platform.md#3.21)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import INTEGER, NAME, OWNER, TIME

ALARM = Resource(
    kind="alarm",
    table="alarms",
    columns=(
        Column("owner", codec=OWNER, access=Access.READ),
        Column("owner_type", access=Access.READ),
        # Owners of some types have no name.
        Column("owner_name", "owner#name", NAME, Access.READ, omitted=True),
        Column("type_name", "alarm_type#name", NAME, Access.READ, omitted=True),
        Column("level", access=Access.READ),
        Column("status", codec=NAME, access=Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        # Seconds since 1970 until which it is quiet; 0 if it is not.
        Column("snooze", codec=INTEGER, access=Access.READ, null=True),
    ),
)
