"""Networks: power, and firewall rules that wait until they are applied (docs/platform.md#3.10)."""

from __future__ import annotations

import ipaddress
from typing import ClassVar

from vergesim.refusal import invalid, invalid_field, no_such_reference, not_permitted
from vergesim.rules.addresses import address_of, network_of
from vergesim.rules.base import RowAction, Rules, not_running
from vergesim.rules.machines import add_machine, drop_machine, release, set_status, start, status_of
from vergesim.schema import Key, Row
from vergesim.world import ON_DROP, World

ROUTER_RAM, ROUTER_CORES = 512, 1
LINGER_STEPS = {"two_steps": 2.0, "none": 0.0, "long": 100.0}
ALONE_STEPS = 5.0
# What a new network has, and a tenant's (docs/platform.md#3.10).
INTERNAL_NETWORK, TENANT_NETWORK = "192.168.0.0/24", "100.96.255.0/24"
INTERNAL_MTU, OTHER_MTU = 9000, 1500
NO_VLAN = 4095


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


def power_on(world: World, vnet: Row, apply: bool = True) -> None:
    """Start a network; nothing happens to one that runs. What is staged loads with it, unless told not to."""
    world.timeline.cancel(("vnets", vnet["$key"]))  # It may be on its way down.
    machine = router(world, vnet)
    status = status_of(world, machine)["status"]
    if status == "stopping":
        set_status(world, machine, "running")
    elif status == "starting" or (status != "running" and start(world, machine)):
        _come_up(world, vnet, apply)


def reset(world: World, vnet: Row, apply: bool) -> None:
    """Restart a network that runs."""
    if is_running(world, vnet):
        world.timeline.cancel(("vnets", vnet["$key"]))
        set_status(world, router(world, vnet), "starting")
        _come_up(world, vnet, apply)


def _come_up(world: World, vnet: Row, apply: bool) -> None:
    """`need_restart` goes when the restart is accepted (docs/platform.md#3.10, measured)."""
    world.change("vnets", vnet, need_restart=False)

    def up() -> None:
        set_status(world, router(world, vnet), "running")
        if apply and not _misaligned(world, vnet):
            _applied(world, vnet)

    world.after(1, "vnets", vnet, up)


def _applied(world: World, vnet: Row) -> None:
    world.change("vnets", vnet, need_fw_apply=False, last_fw_apply=world.now)


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


def api_is_cut(world: World) -> bool:
    """Whether the API is out of reach: it is on External, which moves (docs/platform.md#4.3, measured)."""
    return world.switches["drain_cuts_api"] == "on" and any(
        vnet["type"] == "external" and status_of(world, router(world, vnet))["status"] == "migrating"
        for vnet in world.table("vnets")
    )


def pending(world: World, vnet: Key | None) -> None:
    """Rules of a network wait to be applied, or to be loaded at its start."""
    row = world.find("vnets", vnet)
    if row is None:
        return
    world.change("vnets", row, need_fw_apply=True)
    if world.switches["need_fw_apply"] == "alone":
        world.timeline.after(ALONE_STEPS, ("vnet_refresh", row["$key"]), lambda: _applied(world, row))


def pending_for(world: World, tenant: Row, vnet: Key | None) -> None:
    """What a tenant gets of a network makes rules wait on both: its own and that (docs/platform.md#3.10)."""
    pending(world, vnet)
    if world.switches["tenant_network_apply"] == "pending":
        pending(world, tenant["vnet"])


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
            raise not_permitted("vNet is not running")
        return

    def apply() -> None:
        wrong = _misaligned(world, vnet)
        if wrong is not None:
            text = f"Unable to apply rules on network '{vnet['name']}': invalid network block {wrong['cidr']}"
            world.log("error", text, "vnets", vnet["name"])
        elif status_of(world, router(world, vnet))["status"] == "running":
            _applied(world, vnet)

    rule = world.switches["need_fw_apply"]
    if rule == "sync":
        apply()
    elif rule in ("async", "alone"):
        world.timeline.after(1, ("vnet_refresh", vnet["$key"]), apply)


def _apply_dns(world: World, vnet: Row, body: Row) -> None:
    world.change("vnets", vnet, need_dns_apply=False)


class VnetRules(Rules):
    """Rows of `vnets`."""

    row_actions: ClassVar[dict[str, RowAction]] = {"applydns": _apply_dns}

    def creating(self, world: World, values: Row) -> None:
        internal = values.get("type", "internal") == "internal"
        values.setdefault("mtu", INTERNAL_MTU if internal else OTHER_MTU)
        if internal:
            values.setdefault("network", INTERNAL_NETWORK)
        _check(world, values, values)
        values["cluster"] = values.get("cluster") or world.default_cluster
        values.update(created=world.now, modified=world.now, creator=world.actor)

    def created(self, world: World, row: Row) -> None:
        machine = add_machine(world, row["name"], "vnet", row["cluster"], ROUTER_RAM, ROUTER_CORES)
        world.change("vnets", row, machine=machine["$key"])

    def updating(self, world: World, row: Row, changes: Row) -> None:
        _check(world, changes, {**row, **changes})
        changes["modified"] = world.now

    def deleting(self, world: World, row: Row) -> None:
        if row["type"] in ("core", "dmz"):
            raise not_permitted("System networks cannot be deleted")
        if world.where("tenants", "vnet", row["$key"]):
            raise not_permitted("Network belongs to a tenant")
        if is_running(world, row):
            raise not_permitted("Network must be powered off to delete")


def _check(world: World, given: Row, values: Row) -> None:
    """Refuse what was given, alone and beside the other values of the network (docs/platform.md#3.11)."""
    for column in ("network", "ipaddress", "dmz_ipaddress", "gateway", "dhcp_start", "dhcp_stop"):
        if given.get(column) and (network_of if column == "network" else address_of)(given[column]) is None:
            raise invalid_field(column)
    network, gateway = network_of(values.get("network")), address_of(values.get("gateway"))
    if given.keys() & {"network", "gateway"} and network and gateway and gateway not in network:
        raise invalid("Gateway is outside of network")
    vlan = values.get("layer2_type") == "vlan" and values.get("layer2_id") == NO_VLAN
    if vlan and given.keys() & {"layer2_type", "layer2_id"} and world.switches["vlan_4095"] == "refuse":
        raise invalid_field("layer2_id")


class VnetActions(Rules):
    """`vnet_actions`."""

    def created(self, world: World, row: Row) -> None:
        vnet = world.find("vnets", row["vnet"])
        if vnet is None:
            raise no_such_reference("vnet")
        action, params = row["action"], row["params"]
        apply = bool(params.get("apply", True) if isinstance(params, dict) else True)
        if action == "poweron":
            power_on(world, vnet, apply and vnet["apply_fw_on_start"])
        elif action == "poweroff":
            if not is_running(world, vnet) and world.switches["network_poweroff_stopped"] == "refuse":
                raise invalid("Network must be in running state to poweroff")
            power_off(world, vnet)
        elif action == "kill":
            if not is_running(world, vnet):
                not_running(world, "Network")
            kill(world, vnet)
        elif action == "reset":
            reset(world, vnet, apply and vnet["apply_fw_on_start"])
        elif action == "refresh":
            refresh(world, vnet)
