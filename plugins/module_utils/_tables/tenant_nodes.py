# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenant nodes (docs/platform.md#3.8): the compute of a tenant."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, KEY, NAME, RAM_GB

TENANT_NODE = Resource(
    kind="tenant node",
    table="tenant_nodes",
    columns=(
        Column("name", spec={"required": True}, limits=(1, 128)),
        Column("tenant", "tenant#name", access=Access.READ),
        Column("description"),
        Column("enabled", codec=FLAG),
        Column("cpu_cores", codec=INTEGER, limits=(1, 1048576)),
        Column("ram_gb", "ram", RAM_GB, limits=(2, 5120)),
        Column("cluster", "machine#cluster#name", reference="machine#cluster", target="cluster"),
        Column("failover_cluster", "cluster_failover#name", reference="cluster_failover", target="cluster_failover"),
        Column(
            "preferred_node",
            "machine#preferred_node#name",
            reference="machine#preferred_node",
            target="preferred_node",
        ),
        Column(
            "on_power_loss",
            "machine#on_power_loss",
            target="on_power_loss",
            spec={"choices": ["power_on", "last_state", "leave_off"]},
        ),
        Column("ha_group"),
        Column("node_id", "nodeid", INTEGER, Access.READ),
        Column("running", "machine#status#running", FLAG, Access.READ),
        Column("status", "machine#status#status", access=Access.READ),
        Column("host", "machine#status#node#name", NAME, Access.READ),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
        Column("max_ram_mb", "machine#cluster#max_ram_per_vm", INTEGER, Access.HIDDEN, null=True),
        Column("max_cores", "machine#cluster#max_cores_per_vm", INTEGER, Access.HIDDEN, null=True),
    ),
)
#: The nodes of one tenant, and where it stands itself: what a start is judged by.
STARTING_NODE = Resource(
    kind="tenant node",
    table="tenant_nodes",
    columns=(
        *(
            TENANT_NODE[name]
            for name in ("name", "tenant", "node_id", "ram_gb", "cpu_cores", "enabled", "running", "status", "host")
        ),
        *(TENANT_NODE[name] for name in ("cluster", "tenant_key", "max_ram_mb", "max_cores")),
        Column("tenant_running", "tenant#status#running", FLAG, Access.HIDDEN),
        Column("tenant_starting", "tenant#status#starting", FLAG, Access.HIDDEN),
        Column("tenant_status", "tenant#status#status", access=Access.HIDDEN),
    ),
)
IS_RUNNING = TENANT_NODE["running"].eq(True)
