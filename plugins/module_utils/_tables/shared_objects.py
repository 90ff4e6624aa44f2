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
        Column("name", access=Access.READ, says="Name of the object.", sample="web-template"),
        Column("type", codec=NAME, access=Access.READ, says="What the object is, such as V(vm).", sample="vm"),
        Column("description", access=Access.READ, says="Description of the object.", sample="For new web servers"),
        Column(
            "inbox",
            codec=FLAG,
            access=Access.READ,
            says="Whether the object waits in the inbox of its recipient.",
            sample=False,
        ),
        Column(
            "created",
            codec=TIME,
            access=Access.READ,
            says="When the object was shared, as ISO 8601 in UTC.",
            sample="2026-11-02T09:30:00Z",
        ),
        Column("tenant_key", "recipient", KEY, Access.HIDDEN),
    ),
)
