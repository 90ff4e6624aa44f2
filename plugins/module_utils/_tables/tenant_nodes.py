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
        Column("name", spec={"required": True}, limits=(1, 128), says="Name of the tenant node.", sample="node1"),
        Column("tenant", "tenant#name", access=Access.READ, says="Name of the tenant.", sample="acme"),
        Column("description", limits=(0, 2048), says="Description of the tenant node.", sample="Databases"),
        Column("enabled", codec=FLAG, says="Whether the node takes part when the tenant is started.", sample=True),
        Column("cpu_cores", codec=INTEGER, limits=(1, 1048576), says="Number of processor cores.", sample=8),
        Column("ram_gb", "ram", RAM_GB, limits=(2, 5120), says="Memory in GiB.", sample=16.0),
        Column(
            "cluster",
            "machine#cluster#name",
            reference="machine#cluster",
            target="cluster",
            says="Name of the cluster that the node runs in.",
            sample="prod",
        ),
        Column(
            "failover_cluster",
            "cluster_failover#name",
            reference="cluster_failover",
            target="cluster_failover",
            says="Name of the cluster that takes the node if its own cluster fails; null if there is none.",
            sample="compute-b",
        ),
        Column(
            "preferred_node",
            "machine#preferred_node#name",
            reference="machine#preferred_node",
            target="preferred_node",
            says="Name of the physical node that the tenant node should run on; null if there is none.",
            sample="node2",
        ),
        Column(
            "on_power_loss",
            "machine#on_power_loss",
            target="on_power_loss",
            spec={"choices": ["power_on", "last_state", "leave_off"]},
            says="What happens to the node when power returns after a loss.",
            sample="last_state",
        ),
        Column(
            "ha_group",
            limits=(0, 2048),
            says="Group of nodes that are kept apart; empty if the node is in none.",
            sample="databases",
        ),
        Column(
            "node_id", "nodeid", INTEGER, Access.READ, says="Position of the node within the tenant, from 1.", sample=1
        ),
        Column(
            "running", "machine#status#running", FLAG, Access.READ, says="Whether the node is running.", sample=True
        ),
        Column(
            "status",
            "machine#status#status",
            access=Access.READ,
            says="Status of the node's machine.",
            sample="running",
        ),
        Column(
            "host",
            "machine#status#node#name",
            NAME,
            Access.READ,
            says="Name of the physical node that the tenant node runs on; null if it runs nowhere.",
            sample="node2",
        ),
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
