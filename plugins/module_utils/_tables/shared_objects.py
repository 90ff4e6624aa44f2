# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of machines that were shared with a tenant (docs/platform.md#3.20)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, KEY, NAME, TIME

SHARED_OBJECT = Resource(
    kind="shared object",
    table="shared_objects",
    columns=(
        Column("name", access=Access.READ),
        Column("type", codec=NAME, access=Access.READ),
        Column("description", access=Access.READ),
        Column("inbox", codec=FLAG, access=Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        Column("tenant_key", "recipient", KEY, Access.HIDDEN),
    ),
)
