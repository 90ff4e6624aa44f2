# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Physical nodes (docs/platform.md#3.3) with the machines that run on them, and what these rows say."""

from __future__ import annotations

from typing import Any

from .._model.conditions import Row, all_of, any_of
from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, NAME, TIME, USED_RAM_GB
from .machines import MACHINE, machine_name, machine_view, ram_in_use

NODE = Resource(
    kind="node",
    table="nodes",
    columns=(
        Column("name", access=Access.READ, says="Name of the node.", sample="node1"),
        Column("description", limits=(0, 2048), says="Description of the node.", sample="Rack 4, top"),
        Column(
            "cluster",
            "cluster#name",
            reference="cluster",
            access=Access.READ,
            says="Name of the node's cluster.",
            sample="prod",
        ),
        Column(
            "maintenance",
            codec=FLAG,
            access=Access.READ,
            says="Whether the node is in maintenance, or on the way there.",
            sample=False,
        ),
        Column("running", "machine#status#running", FLAG, Access.READ, says="Whether the node is up.", sample=True),
        Column(
            "status",
            "machine#status#status",
            access=Access.READ,
            says="Status of the node, such as V(running), V(migrating), V(maintenance) or V(leavingmaintenance).",
            sample="running",
        ),
        Column(
            "state",
            "machine#status#state",
            access=Access.READ,
            says="State of the node; V(online), V(offline), V(warning) or V(error).",
            sample="online",
        ),
        Column(
            "started",
            "machine#status#started",
            TIME,
            Access.READ,
            says="When the node came up, as ISO 8601 in UTC.",
            sample="2026-08-31T13:54:32Z",
        ),
        Column("need_restart", codec=FLAG, access=Access.READ, says="Whether the node needs a restart.", sample=False),
        Column(
            "restart_reason",
            access=Access.READ,
            says="Why the node needs a restart; empty if it needs none.",
            sample="",
        ),
        Column(
            "reload_drivers_required",
            codec=FLAG,
            access=Access.READ,
            says="Whether the node's drivers have to be loaded again.",
            sample=False,
        ),
        Column("physical", codec=FLAG, access=Access.READ, says="Whether the node is a physical machine.", sample=True),
        Column(
            "model",
            access=Access.READ,
            says="Model of the node's hardware.",
            sample="Micro Computer (HK) Tech Limited | MS-A2",
        ),
        Column("cpu", access=Access.READ, says="Name of the processor.", sample="AMD Ryzen 9 9955HX 16-Core Processor"),
        Column("cpu_speed", access=Access.READ, says="Speed of the processor.", sample="2500 MHz"),
        Column("cores", codec=INTEGER, access=Access.READ, says="Number of the node's cores.", sample=32),
        Column(
            "cpu_used_percent",
            "machine#stats#total_cpu",
            INTEGER,
            Access.READ,
            null=True,
            says="Use of the processor in percent.",
            sample=4,
        ),
        Column(
            "core_temp_celsius",
            "machine#stats#core_temp",
            INTEGER,
            Access.READ,
            null=True,
            says="Temperature of the processor in degrees Celsius.",
            sample=63,
        ),
        Column("ram_gb", "ram", USED_RAM_GB, Access.READ, says="Physical memory in GiB.", sample=92.0),
        Column(
            "ram_used_gb",
            "machine#stats#ram_used",
            USED_RAM_GB,
            Access.READ,
            null=True,
            says="Physical memory in use, in GiB.",
            sample=26.71,
        ),
        Column(
            "vm_ram_gb",
            "vm_ram",
            USED_RAM_GB,
            Access.READ,
            says="Memory that machines may use, in GiB; the platform keeps the rest for itself.",
            sample=66.75,
        ),
        Column(
            "failover_ram_gb",
            "failover_ram",
            USED_RAM_GB,
            Access.READ,
            says="Memory that is kept for the failure of another node, in GiB.",
            sample=0.0,
        ),
        Column(
            "overcommit_gb",
            "overcommit",
            USED_RAM_GB,
            Access.READ,
            says="Memory that machines may use beyond RV(.vm_ram_gb), in GiB.",
            sample=0.0,
        ),
        Column(
            "iommu",
            codec=FLAG,
            access=Access.READ,
            says="Whether devices can be passed through to machines.",
            sample=True,
        ),
        Column(
            "ipmi_address",
            access=Access.READ,
            says="Address of the management controller; empty if the node has none.",
            sample="192.0.2.21",
        ),
        Column(
            "ipmi_status",
            codec=NAME,
            access=Access.READ,
            says="Status of the management controller; V(offline), V(ready), V(connecting) or V(error).",
            sample="ready",
        ),
        Column(
            "vsan_node_id",
            "vsan_nodeid",
            INTEGER,
            Access.READ,
            says="Number of the node in the vSAN; -1 if it has none.",
            sample=0,
        ),
        Column(
            "vsan_connected",
            codec=FLAG,
            access=Access.READ,
            says="Whether the node is connected to the vSAN.",
            sample=True,
        ),
        Column("asset_tag", access=Access.READ, says="Asset tag of the node.", sample="ASSET-0000"),
        Column("note", access=Access.READ, says="Note on the node.", sample="Fan replaced in May"),
        Column("yb_version", access=Access.READ, says="Version of VergeOS that the node runs.", sample="26.1.8"),
        Column("os_version", access=Access.READ, says="Version of the node's operating system.", sample="26.1.8"),
        Column("kernel_version", access=Access.READ, says="Version of the node's kernel.", sample="6.6.144yb-49"),
        Column(
            "appserver_version",
            access=Access.READ,
            says="Version of the node's application server.",
            sample="1.0.612 06/16/26",
        ),
        Column("vsan_version", access=Access.READ, says="Version of the node's vSAN.", sample="3.2.481 07/01/26"),
        Column("qemu_version", access=Access.READ, says="Version of the node's hypervisor.", sample="10.0.9"),
        # VMs, tenant nodes and networks alike.
        Column("running_machines", access=Access.READ, rows=MACHINE),
    ),
)

#: What is looked at in the other nodes of a cluster.
PEER = Resource(
    kind="node",
    table="nodes",
    columns=(
        *(NODE[name] for name in ("name", "cluster", "maintenance", "running", "status", "vm_ram_gb")),
        Column("running_machines", access=Access.READ, rows=MACHINE.only("ram_gb")),
    ),
)

#: What a plan cannot know of a node that enters or leaves maintenance, and of one that is restarted.
_MOVES = ("status", "state", "running_machines", "machines", "vm_ram_used_gb", "vm_ram_free_gb")
VERSIONS = ("yb_version", "os_version", "kernel_version", "appserver_version", "vsan_version", "qemu_version")
_RESTARTS = ("started", "need_restart", "restart_reason", "reload_drivers_required", *VERSIONS)


def machines_on(row: Row) -> list[Row]:
    """The machines that run on a node: VMs, tenant nodes and networks alike (docs/platform.md#3.3)."""
    return list(row["running_machines"] or [])


def ram_free(row: Row) -> int:
    """MB of what machines may use that none of them holds; less than 0 where they hold more."""
    return int(row["vm_ram_mb"] or 0) - ram_in_use(machines_on(row))


IS_LEAVING = NODE["status"].eq("leavingmaintenance")
HAS_LEFT = NODE["status"].ne("leavingmaintenance")
#: Asked to be in maintenance, whether or not everything has left it yet.
IN_MAINTENANCE = all_of(NODE["maintenance"].eq(True), HAS_LEFT)
IN_SERVICE = any_of(NODE["maintenance"].eq(False), IS_LEAVING)
#: Up, and taking machines.
SERVES = all_of(NODE["running"].eq(True), NODE["status"].eq("running"), NODE["maintenance"].eq(False))


def is_drained(row: Row) -> bool:
    """The flag alone says only that the platform has accepted it (docs/platform.md#4.3)."""
    return IN_MAINTENANCE.matches(row) and row["status"] == "maintenance" and not machines_on(row)


def view(row: Row) -> dict[str, Any]:
    """A node as users see it."""
    machines = sorted(machines_on(row), key=machine_name)
    return {
        **NODE.view(row),
        "vm_ram_used_gb": USED_RAM_GB.decode(ram_in_use(machines)),
        "vm_ram_free_gb": USED_RAM_GB.decode(max(0, ram_free(row))),
        "running_machines": len(machines),
        "machines": [machine_view(machine) for machine in machines],
    }


def preview(row: Row, maintenance: bool, *, restarted: bool = False) -> dict[str, Any]:
    """The node as it will be: what nobody can know yet is null."""
    unknown = (*_MOVES, *_RESTARTS) if restarted else _MOVES
    return {**view(row), **dict.fromkeys(unknown), "maintenance": maintenance}
