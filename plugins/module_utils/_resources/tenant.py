# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants (API page 3.5): the columns of ``vrg_tenant`` and ``vrg_tenant_info``."""

from __future__ import annotations

from .._resource import Access, Column, Resource
from .._units import FLAG, KEY, NAME, TIME

#: Characters that a name may have (API page 3.5).
LONGEST_NAME = 120

TENANT = Resource(
    kind="tenant",
    table="tenants",
    columns=(
        Column("name", spec={"required": True}),
        Column("description"),
        Column("url"),
        Column("note"),
        Column("expose_cloud_snapshots", codec=FLAG),
        Column("allow_branding", codec=FLAG),
        Column("help_url"),
        Column("theme_access", spec={"choices": ["specified", "host_only", "local_only", "both"]}),
        Column("require_password_change", "change_password", FLAG, spec={"no_log": False}),
        Column("tenant_password", target="password", access=Access.SECRET, spec={"no_log": True}),
        Column("ui_address", "ui_address#ip", reference="ui_address", target="ui_address"),
        Column("isolated", "isolate", FLAG, Access.READ),
        Column("uuid", access=Access.READ),
        Column("status", "status#status", access=Access.READ),
        Column("state", "status#state", access=Access.READ),
        Column("running", "status#running", FLAG, Access.READ),
        Column("network", "vnet#name", NAME, Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        Column("creator", access=Access.READ),
        Column("started", "status#started", TIME, Access.READ),
        Column("stopped", "status#stopped", TIME, Access.READ),
        Column("starting", "status#starting", FLAG, Access.HIDDEN),
        Column("stopping", "status#stopping", FLAG, Access.HIDDEN),
        Column("network_key", "vnet", KEY, Access.HIDDEN),
        Column("network_running", "vnet#machine#status#running", FLAG, Access.HIDDEN),
    ),
)
