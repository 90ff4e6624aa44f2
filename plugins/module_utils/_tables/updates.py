# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Updates of the system (docs/platform.md#3.25)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, KEY, NAME

UPDATE_SETTINGS = Resource(
    kind="update settings",
    table="update_settings",
    columns=(
        Column("source_key", "source", KEY, Access.HIDDEN),
        Column("branch_key", "branch", KEY, Access.HIDDEN),
        Column("reboot_required", codec=FLAG, access=Access.READ, null=True, omitted=True),
        Column("applying_updates", codec=FLAG, access=Access.READ, null=True, omitted=True),
    ),
)
#: What a source offers, of each branch.
OFFERED_PACKAGE = Resource(
    kind="offered package",
    table="update_source_packages",
    columns=(
        Column("name", codec=NAME, access=Access.READ),
        Column("version", codec=NAME, access=Access.READ),
        Column("downloaded", codec=FLAG, access=Access.READ, null=True, omitted=True),
        Column("source_key", "source", KEY, Access.HIDDEN),
        Column("branch_key", "branch", KEY, Access.HIDDEN),
    ),
)
#: What is installed; the key is the name.
PACKAGE = Resource(
    kind="package",
    table="update_packages",
    columns=(
        Column("name", codec=NAME, access=Access.READ),
        Column("version", codec=NAME, access=Access.READ),
    ),
)
