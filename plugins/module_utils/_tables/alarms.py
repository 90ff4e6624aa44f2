# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alarms that are raised, and those that were lowered again (docs/platform.md#3.21)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, NAME, OWNER, TIME

ALARM = Resource(
    kind="alarm",
    table="alarms",
    columns=(
        Column("alarm_id", access=Access.READ),
        Column("owner", codec=OWNER, access=Access.READ),
        Column("owner_type", access=Access.READ),
        # Owners of some types have no name, and none has where its row is gone.
        Column("owner_name", "owner#name", NAME, Access.READ, omitted=True),
        Column("type_name", "alarm_type#name", NAME, Access.READ, omitted=True),
        Column("level", access=Access.READ),
        Column("status", codec=NAME, access=Access.READ),
        Column("resolvable", codec=FLAG, access=Access.READ),
        Column("raised", "created", TIME, Access.READ),
        # Seconds since 1970 until which it is quiet; 0 if it is not.
        Column("snooze", codec=INTEGER, access=Access.READ, null=True),
    ),
)

PAST_ALARM = Resource(
    kind="past alarm",
    table="alarm_history",
    columns=(
        Column("alarm_id", access=Access.READ),
        Column("level", access=Access.READ),
        Column("status", access=Access.READ),
        # The words for what it was about, not a reference.
        Column("owner_name", "owner", NAME, Access.READ),
        Column("type_name", "alarm_type", NAME, Access.READ),
        Column("raised", "alarm_raised", TIME, Access.READ),
        Column("lowered", "alarm_lowered", TIME, Access.READ),
        Column("lowered_by", "archived_by", NAME, Access.READ),
    ),
)
