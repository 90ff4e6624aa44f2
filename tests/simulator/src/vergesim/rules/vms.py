"""VMs and their power, as far as a crash cart needs it (docs/platform.md#3.19)."""

from __future__ import annotations

from vergesim.refusal import Refusal
from vergesim.rules.base import Rules
from vergesim.rules.machines import add_machine, drop_machine, release, set_status, start, status_of
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
            raise Refusal(int(world.switches["vm_delete_running"]), "VM must be powered off to delete")


def _dropped(world: World, vm: Row) -> None:
    world.drop_all("vm_recipe_instances", world.where("vm_recipe_instances", "vm", vm["$key"]))
    drop_machine(world, vm["machine"])


ON_DROP["vms"] = _dropped


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
        elif action == "poweroff":
            if status != "running":
                raise Refusal(code, "VM must be in running state to poweroff")
            set_status(world, machine, "stopping")
            world.after(1, "vms", vm, lambda: release(world, machine))
        elif action == "kill":
            world.timeline.cancel(("vms", vm["$key"]))
            release(world, machine)
        elif action == "reset":
            if status != "running":
                raise Refusal(code, "VM must be in running state to reset")
            set_status(world, machine, "starting")
            world.after(1, "vms", vm, lambda: set_status(world, machine, "running"))
