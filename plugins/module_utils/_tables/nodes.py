# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Physical nodes (docs/platform.md#3.3) with the machines that run on them, and what these rows say."""

from __future__ import annotations

from typing import Any

from .._model.conditions import Row, all_of, any_of
from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, KEY, NAME, TIME, USED_RAM_GB

MACHINE = Resource(
    kind="machine",
    table="machine_status",
    columns=(
        Column("name", "machine#name", NAME, access=Access.READ),
        Column("status", access=Access.READ),
        Column("ram_gb", "running_ram", USED_RAM_GB, Access.READ),
        Column("cores", "running_cores", INTEGER, Access.READ),
        Column("migratable", codec=FLAG, access=Access.READ),
        Column("destination", "migration_destination#name", NAME, Access.READ),
        Column("machine_key", "machine", KEY, access=Access.HIDDEN),
    ),
)

NODE = Resource(
    kind="node",
    table="nodes",
    columns=(
        Column("name", access=Access.READ),
        Column("description", limits=(0, 2048)),
        Column("cluster", "cluster#name", reference="cluster", access=Access.READ),
        Column("maintenance", codec=FLAG, access=Access.READ),
        Column("running", "machine#status#running", FLAG, Access.READ),
        Column("status", "machine#status#status", access=Access.READ),
        Column("state", "machine#status#state", access=Access.READ),
        Column("started", "machine#status#started", TIME, Access.READ),
        Column("need_restart", codec=FLAG, access=Access.READ),
        Column("restart_reason", access=Access.READ),
        Column("reload_drivers_required", codec=FLAG, access=Access.READ),
        Column("physical", codec=FLAG, access=Access.READ),
        Column("model", access=Access.READ),
        Column("cpu", access=Access.READ),
        Column("cpu_speed", access=Access.READ),
        Column("cores", codec=INTEGER, access=Access.READ),
        Column("cpu_used_percent", "machine#stats#total_cpu", INTEGER, Access.READ, null=True),
        Column("core_temp_celsius", "machine#stats#core_temp", INTEGER, Access.READ, null=True),
        Column("ram_gb", "ram", USED_RAM_GB, Access.READ),
        Column("ram_used_gb", "machine#stats#ram_used", USED_RAM_GB, Access.READ, null=True),
        Column("vm_ram_gb", "vm_ram", USED_RAM_GB, Access.READ),
        Column("failover_ram_gb", "failover_ram", USED_RAM_GB, Access.READ),
        Column("overcommit_gb", "overcommit", USED_RAM_GB, Access.READ),
        Column("iommu", codec=FLAG, access=Access.READ),
        Column("ipmi_address", access=Access.READ),
        Column("ipmi_status", codec=NAME, access=Access.READ),
        Column("vsan_node_id", "vsan_nodeid", INTEGER, Access.READ),
        Column("vsan_connected", codec=FLAG, access=Access.READ),
        Column("asset_tag", access=Access.READ),
        Column("note", access=Access.READ),
        Column("yb_version", access=Access.READ),
        Column("os_version", access=Access.READ),
        Column("kernel_version", access=Access.READ),
        Column("appserver_version", access=Access.READ),
        Column("vsan_version", access=Access.READ),
        Column("qemu_version", access=Access.READ),
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


def ram_in_use(machines: list[Row]) -> int:
    """MB that machines hold."""
    return sum(int(machine["ram_mb"] or 0) for machine in machines)


def ram_free(row: Row) -> int:
    """MB of what machines may use that none of them holds; less than 0 where they hold more."""
    return int(row["vm_ram_mb"] or 0) - ram_in_use(machines_on(row))


def machine_name(machine: Row) -> str:
    return str(machine.get("name") or f"machine {machine['machine_key']}")


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
        "machines": [_machine(machine) for machine in machines],
    }


def _machine(machine: Row) -> dict[str, Any]:
    shown = MACHINE.view(machine)
    return {"name": machine_name(machine), **{name: shown[name] for name in shown if name not in ("key", "name")}}


def preview(row: Row, maintenance: bool, *, restarted: bool = False) -> dict[str, Any]:
    """The node as it will be: what nobody can know yet is null."""
    unknown = (*_MOVES, *_RESTARTS) if restarted else _MOVES
    return {**view(row), **dict.fromkeys(unknown), "maintenance": maintenance}
