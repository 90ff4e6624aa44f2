"""Networks: power, and firewall rules that wait until they are applied (docs/platform.md#3.10)."""

from __future__ import annotations

import ipaddress

from vergesim.refusal import invalid, no_such_reference, not_permitted
from vergesim.rules.base import Rules
from vergesim.rules.machines import add_machine, drop_machine, release, set_status, start, status_of
from vergesim.schema import Key, Row
from vergesim.world import ON_DROP, World

ROUTER_RAM, ROUTER_CORES = 512, 1
LINGER_STEPS = {"two_steps": 2.0, "none": 0.0, "long": 100.0}


def add_vnet(world: World, values: Row, key: Key | None = None) -> Row:
    """A network with its router machine, stopped."""
    cluster = values.get("cluster") or world.default_cluster
    machine = add_machine(world, values["name"], "vnet", cluster, ROUTER_RAM, ROUTER_CORES)
    stamps = {"created": world.now, "modified": world.now}
    return world.insert("vnets", {**stamps, **values, "cluster": cluster, "machine": machine["$key"]}, key)


def drop_later(world: World, vnet: Row, steps: float) -> None:
    """A network goes within some steps."""
    world.timeline.after(steps, ("vnet_gone", vnet["$key"]), lambda: world.drop("vnets", vnet))


def _dropped(world: World, vnet: Row) -> None:
    for subject in ("vnet_gone", "vnet_refresh"):
        world.timeline.cancel((subject, vnet["$key"]))
    world.drop_all("tenant_layer2_vnets", world.where("tenant_layer2_vnets", "vnet", vnet["$key"]))
    drop_machine(world, vnet["machine"])


ON_DROP["vnets"] = _dropped


def router(world: World, vnet: Row) -> Row:
    """The machine of a network."""
    return world.get("machines", vnet["machine"])


def is_running(world: World, vnet: Row) -> bool:
    """Whether a network is up, or on its way up or down."""
    return bool(status_of(world, router(world, vnet))["status"] != "stopped")


def power_on(world: World, vnet: Row) -> None:
    """Start a network; nothing happens to one that runs. What is pending loads with it."""
    world.timeline.cancel(("vnets", vnet["$key"]))
    machine = router(world, vnet)
    if status_of(world, machine)["status"] in ("running", "starting"):
        return
    if status_of(world, machine)["status"] == "stopping":
        set_status(world, machine, "running")
        return
    if not start(world, machine):
        return

    def up() -> None:
        set_status(world, machine, "running")
        if not _misaligned(world, vnet):
            world.change("vnets", vnet, need_fw_apply=False)

    world.after(1, "vnets", vnet, up)


def power_off(world: World, vnet: Row, steps: float = 1) -> None:
    """Stop a network within some steps; nothing happens to one that is stopped."""
    world.timeline.cancel(("vnets", vnet["$key"]))
    machine = router(world, vnet)
    if status_of(world, machine)["status"] != "stopped":
        set_status(world, machine, "stopping")
        world.after(steps, "vnets", vnet, lambda: release(world, machine))


def stop_later(world: World, vnet: Row) -> None:
    """The network of a tenant that went offline lingers (docs/platform.md#4.2 rule 5)."""
    linger = LINGER_STEPS[world.switches["network_linger"]]
    if linger == 0 or world.timeline.step == 0:
        kill(world, vnet)
    else:
        world.timeline.cancel(("vnets", vnet["$key"]))
        world.after(linger, "vnets", vnet, lambda: kill(world, vnet))


def kill(world: World, vnet: Row) -> None:
    """Stop a network at once."""
    world.timeline.cancel(("vnets", vnet["$key"]))
    release(world, router(world, vnet))


def pending(world: World, vnet: Key | None) -> None:
    """Rules of a network wait to be applied."""
    row = world.find("vnets", vnet)
    if row is not None:
        world.change("vnets", row, need_fw_apply=True)


def _misaligned(world: World, vnet: Row) -> Row | None:
    for block in world.where("vnet_cidrs", "vnet", vnet["$key"]):
        try:
            ipaddress.ip_network(block["cidr"])
        except ValueError:
            return block
    return None


def refresh(world: World, vnet: Row) -> None:
    """Apply firewall rules asynchronously; a misaligned block leaves them pending (docs/platform.md#3.12)."""
    if status_of(world, router(world, vnet))["status"] != "running":
        if world.switches["refresh_stopped_network"] == "refuse":
            raise not_permitted("Network must be running to apply rules")
        return

    def apply() -> None:
        wrong = _misaligned(world, vnet)
        if wrong is not None:
            text = f"Unable to apply rules on network '{vnet['name']}': invalid network block {wrong['cidr']}"
            world.log("error", text, "vnets", vnet["name"])
        elif status_of(world, router(world, vnet))["status"] == "running":
            world.change("vnets", vnet, need_fw_apply=False)

    rule = world.switches["need_fw_apply"]
    if rule == "sync":
        apply()
    elif rule == "async":
        world.timeline.after(1, ("vnet_refresh", vnet["$key"]), apply)


class VnetRules(Rules):
    """Rows of `vnets`."""

    def creating(self, world: World, values: Row) -> None:
        for column in ("network", "ipaddress"):
            _check_address(values, column)
        values["cluster"] = values.get("cluster") or world.default_cluster
        machine = add_machine(world, values["name"], "vnet", values["cluster"], ROUTER_RAM, ROUTER_CORES)
        values.update(machine=machine["$key"], created=world.now, modified=world.now)

    def updating(self, world: World, row: Row, changes: Row) -> None:
        for column in ("network", "ipaddress"):
            _check_address(changes, column)
        changes["modified"] = world.now

    def deleting(self, world: World, row: Row) -> None:
        if row["type"] in ("core", "dmz"):
            raise not_permitted("System networks cannot be deleted")
        if world.where("tenants", "vnet", row["$key"]):
            raise not_permitted("Network belongs to a tenant")
        if is_running(world, row):
            raise not_permitted("Network must be powered off to delete")


def _check_address(values: Row, column: str) -> None:
    if values.get(column):
        try:
            ipaddress.ip_interface(values[column])
        except ValueError:
            raise invalid(f"Validation error on field: '{column}' - 'fails validation test'") from None


class VnetActions(Rules):
    """`vnet_actions`."""

    def created(self, world: World, row: Row) -> None:
        vnet = world.find("vnets", row["vnet"])
        if vnet is None:
            raise no_such_reference("vnet")
        action = row["action"]
        if action == "poweron":
            power_on(world, vnet)
        elif action == "poweroff":
            if not is_running(world, vnet) and world.switches["network_poweroff_stopped"] == "refuse":
                raise invalid("Network must be in running state to poweroff")
            power_off(world, vnet)
        elif action == "kill":
            kill(world, vnet)
        elif action == "reset" and is_running(world, vnet):
            machine = router(world, vnet)
            world.timeline.cancel(("vnets", vnet["$key"]))
            set_status(world, machine, "starting")
            world.after(1, "vnets", vnet, lambda: set_status(world, machine, "running"))
        elif action == "refresh":
            refresh(world, vnet)
