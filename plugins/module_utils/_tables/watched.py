# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables that are read again and again for what changes: the log (docs/platform.md#3.16), alarms, and the few columns
of tenants, nodes and tiers that say how they are."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, NAME
from .alarms import ALARM
from .nodes import NODE
from .tenant_nodes import TENANT_NODE
from .tenants import TENANT
from .tiers import CLUSTER_TIER, STORAGE_TIER

LOG = Resource(
    kind="log entry",
    table="logs",
    columns=(
        Column("level", access=Access.READ),
        Column("text", access=Access.READ),
        Column("user", access=Access.READ),
        Column("object_type", access=Access.READ),
        Column("object_name", access=Access.READ),
        # In microseconds.
        Column("timestamp", codec=INTEGER, access=Access.READ),
    ),
)

#: Without what only says whether somebody wants to hear of it.
STANDING_ALARM = ALARM.only(
    *("alarm_id", "owner", "owner_type", "owner_name", "type_name", "level", "status", "resolvable", "raised")
)
TENANT_STATE = TENANT.only("name", "uuid", "status", "running", "isolated", "is_snapshot")
TENANT_NODE_STATE = Resource(
    kind="tenant node",
    table="tenant_nodes",
    columns=(
        *(TENANT_NODE[name] for name in ("name", "tenant", "status", "running", "host")),
        Column("tenant_uuid", "tenant#uuid", NAME, Access.HIDDEN),
        Column("is_snapshot", "tenant#is_snapshot", FLAG, Access.HIDDEN, null=True),
    ),
)
NODE_STATE = NODE.only(
    "name", "cluster", "status", "running", "maintenance", "need_restart", "restart_reason", "vsan_connected"
)
TIER_STATE = STORAGE_TIER
CLUSTER_TIER_STATE = Resource(
    kind="cluster tier",
    table="cluster_tiers",
    columns=(
        Column("cluster", "cluster#name", NAME, Access.READ),
        *(CLUSTER_TIER[name] for name in ("tier", "status", "redundant", "bad_drives")),
    ),
)
