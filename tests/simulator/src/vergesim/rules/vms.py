"""VMs and their power, as far as a crash cart needs it (docs/platform.md#3.19)."""

from __future__ import annotations

from vergesim.refusal import Refusal, not_permitted
from vergesim.rules.base import Rules, not_running
from vergesim.rules.machines import add_machine, drop_machine, release, set_status, start, status_of
from vergesim.rules.placement import free_ram, usable
from vergesim.schema import Row
from vergesim.world import ON_DROP, World


def add_vm(world: World, values: Row) -> Row:
    """A stopped VM with its machine."""
    machine = add_machine(
        world, values["name"], "vm", world.default_cluster, values["ram"], values["cpu_cores"]
    )
    stamps = {"created": world.now, "modified": world.now, "creator": world.actor, "uuid": world.new_uuid()}
    return world.insert("vms", {**stamps, **values, "machine": machine["$key"]})


class VmRules(Rules):
    """Rows of `vms`."""

    def creating(self, world: World, values: Row) -> None:
        values.update(created=world.now, modified=world.now, creator=world.actor, uuid=world.new_uuid())

    def created(self, world: World, row: Row) -> None:
        machine = add_machine(world, row["name"], "vm", world.default_cluster, row["ram"], row["cpu_cores"])
        world.change("vms", row, machine=machine["$key"])

    def updating(self, world: World, row: Row, changes: Row) -> None:
        changes["modified"] = world.now

    def updated(self, world: World, row: Row, changes: Row) -> None:
        machine = world.get("machines", row["machine"])
        world.change("machines", machine, name=row["name"], ram=row["ram"], cores=row["cpu_cores"])

    def deleting(self, world: World, row: Row) -> None:
        if status_of(world, world.get("machines", row["machine"]))["status"] != "stopped":
            raise Refusal(
                int(world.switches["vm_delete_running"]), "Virtual Machine must be stopped to delete"
            )


def _dropped(world: World, vm: Row) -> None:
    world.drop_all("vm_recipe_instances", world.where("vm_recipe_instances", "vm", vm["$key"]))
    drop_machine(world, vm["machine"])


ON_DROP["vms"] = _dropped


def _why_not(world: World, machine: Row) -> str:
    """Reasons and nodes, as 26.2.1 tells them (docs/platform.md#4.2); its sentence is assumed."""
    nodes = world.where("nodes", "cluster", machine["cluster"])
    reasons = [
        f"{node['name']}: {free_ram(world, node)} MB free"
        if usable(world, node)
        else f"{node['name']}: not available"
        for node in nodes
    ]
    return f"Not enough resources to power on ({machine['ram']} MB): {', '.join(reasons)}"


class VmActions(Rules):
    """`vm_actions`; guest, clone and move actions are accepted and do nothing here."""

    def created(self, world: World, row: Row) -> None:
        vm = world.get("vms", row["vm"])
        machine = world.get("machines", vm["machine"])
        status = status_of(world, machine)["status"]
        action = row["action"]
        code = int(world.switches["power_refusal_code"])
        if action == "poweron":
            if status != "stopped":
                raise Refusal(code, "VM is already running")
            if start(world, machine):
                world.after(1, "vms", vm, lambda: set_status(world, machine, "running"))
            elif world.switches["vm_without_room"] == "refuse":
                raise not_permitted(_why_not(world, machine))
        elif action == "poweroff":
            if status != "running":
                raise Refusal(code, "VM must be in running state to poweroff")
            set_status(world, machine, "stopping")
            world.after(1, "vms", vm, lambda: release(world, machine))
        elif action == "kill":
            if status == "stopped":
                not_running(world, "VM")
            world.timeline.cancel(("vms", vm["$key"]))
            release(world, machine)
        elif action == "reset":
            if status != "running":
                raise Refusal(code, "VM must be in running state to reset")
            set_status(world, machine, "starting")
            world.after(1, "vms", vm, lambda: set_status(world, machine, "running"))
