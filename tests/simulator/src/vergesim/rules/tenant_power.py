"""Tenant power: the tenant, its network and its nodes' machines (docs/platform.md#4.2)."""

from __future__ import annotations

from collections.abc import Callable

from vergesim.refusal import Refusal
from vergesim.rules import vnets
from vergesim.rules.machines import occupy, release, set_status, status_of
from vergesim.rules.placement import find_host
from vergesim.schema import Key, Row
from vergesim.world import World

# What else happens when a tenant is powered on, before its nodes start.
on_power_on: list[Callable[[World, Row], None]] = []

STATES = {
    "offline": (False, False, False, "offline"),
    "starting": (False, True, False, "offline"),
    "online": (True, False, False, "online"),
    "reduced": (True, False, False, "warning"),
    "nodesoffline": (True, False, False, "error"),
    "error": (True, False, False, "error"),
    "stopping": (True, False, True, "online"),
    "restarting": (True, False, False, "online"),
    "provisioning": (False, False, False, "offline"),
}


def refused(world: World, sentence: str) -> Refusal:
    """A power action that the state does not allow (docs/platform.md#1.3, 8 #4)."""
    return Refusal(int(world.switches["power_refusal_code"]), sentence)


def status_row(world: World, tenant: Row) -> Row:
    """The row of `tenant_status`."""
    return world.get("tenant_status", tenant["status"])


def set_tenant(world: World, tenant: Row, status: str) -> None:
    """Put a tenant into a status; the flags follow from it."""
    running, starting, stopping, state = STATES[status]
    if status == "restarting" and world.switches["reset_shows"] == "starting":
        running, starting, state = False, True, "offline"
    row = status_row(world, tenant)
    changes: Row = {}
    if status == "online" and not row["running"]:
        changes["started"] = world.now
    if status == "offline" and row["status"] not in ("offline", "provisioning"):
        changes["stopped"] = world.now
    if row["status"] != status:
        world.log(
            "message", f"Tenant '{tenant['name']}' is now {status}", "tenants", tenant["name"], tenant["$key"]
        )
    world.change(
        "tenant_status",
        row,
        running=running,
        starting=starting,
        stopping=stopping,
        status=status,
        state=state,
        last_update=world.now,
        **changes,
    )


def nodes_of(world: World, tenant: Row) -> list[Row]:
    """The tenant's nodes by position."""
    return sorted(world.where("tenant_nodes", "tenant", tenant["$key"]), key=lambda node: int(node["nodeid"]))


def machine_of(world: World, node: Row) -> Row:
    """The machine of a tenant node."""
    return world.get("machines", node["machine"])


def node_status(world: World, node: Row) -> str:
    """The status of a tenant node's machine."""
    return str(status_of(world, machine_of(world, node))["status"])


def counts(world: World, node: Row) -> bool:
    """Whether a node belongs to what a power-on starts (docs/platform.md#8, row 43)."""
    return bool(node["enabled"]) or world.switches["node_enabled"] == "ignored"


def can_be_powered(world: World, tenant: Row) -> None:
    """A snapshot cannot (docs/platform.md#4.2 rule 8)."""
    if tenant["is_snapshot"]:
        raise Refusal(int(world.switches["snapshot_power_code"]), "Tenant snapshots cannot be powered")


def power_on(world: World, tenant: Row, preferred: Key | None = None) -> None:
    """Start the network, then the nodes one after the other."""
    can_be_powered(world, tenant)
    row = status_row(world, tenant)
    if row["status"] != "offline":
        if world.switches["poweron_when_running"] == "ignore":
            return
        raise refused(world, "Tenant is already running")
    vnet = world.find("vnets", tenant["vnet"])
    if vnet is None:
        raise refused(world, "Tenant has no network")
    stopping = vnets.is_running(world, vnet) and world.timeline.pending(("vnets", vnet["$key"]))
    if stopping and world.switches["poweron_while_network_stops"] == "refuse":
        raise refused(world, "Tenant network is still running")
    set_tenant(world, tenant, "starting")
    vnets.power_on(world, vnet)
    for listener in on_power_on:
        listener(world, tenant)
    for node in nodes_of(world, tenant):
        if counts(world, node) and node_status(world, node) == "stopped":
            set_status(world, machine_of(world, node), "initializing")

    def place_all() -> None:
        waiting = [node for node in nodes_of(world, tenant) if node_status(world, node) == "initializing"]
        placed = [place(world, node, preferred) for node in waiting]
        if any(placed):
            world.after(1, "tenants", tenant, come_up)
        else:
            # No error, no alarm, no log; the network stays up (docs/platform.md#4.2 rules 1 and 2, measured).
            set_tenant(world, tenant, "offline")

    def come_up() -> None:
        for node in nodes_of(world, tenant):
            if node_status(world, node) == "starting":
                set_status(world, machine_of(world, node), "running")
        reconsider(world, tenant)

    world.after(1, "tenants", tenant, place_all)


def place(world: World, node: Row, preferred: Key | None = None) -> bool:
    """Find a host for a tenant node; without one it silently falls back to stopped."""
    machine = machine_of(world, node)
    if status_of(world, machine)["node"] is not None:
        return True
    cluster = world.find("clusters", machine["cluster"])
    over = _over_limit(world, cluster, node) if cluster else None
    if over is not None:
        world.log("error", f"{over} allowed on this cluster", "tenant_nodes", node["name"], node["tenant"])
    host = None
    if cluster is not None and over is None and not world.troubles.place(node):
        wanted = preferred or machine["preferred_node"]
        host = find_host(world, cluster["$key"], node["ram"], preferred=wanted, tenant_node=True)
    if host is None:
        set_status(world, machine, "stopped")
        world.lost_machines.add(machine["$key"])
        return False
    occupy(world, machine, host)
    return True


def _over_limit(world: World, cluster: Row, node: Row) -> str | None:
    if node["ram"] > cluster["max_ram_per_vm"]:
        return "Machine exceeds the max amount of RAM"
    enforced = world.switches["cores_over_limit"] == "enforced"
    if enforced and node["cpu_cores"] > cluster["max_cores_per_vm"]:
        return "Machine exceeds the max number of cores"
    return None


def reconsider(world: World, tenant: Row) -> None:
    """The tenant's status out of its nodes' (docs/platform.md#4.2, mapping assumed)."""
    row = status_row(world, tenant)
    if row["stopping"]:
        return
    nodes = nodes_of(world, tenant)
    running = [node for node in nodes if status_of(world, machine_of(world, node))["running"]]
    down = [node for node in nodes if node not in running and counts(world, node)]
    if running:
        lost = any(node["machine"] in world.lost_machines for node in down)
        reduced = lost or (bool(down) and world.switches["node_stopped_status"] == "reduced")
        set_tenant(world, tenant, "reduced" if reduced else "online")
    elif row["running"]:
        lost = any(node["machine"] in world.lost_machines for node in down)
        _last_node_went(world, tenant, lost)
    elif (
        row["starting"]
        and row["status"] != "restarting"
        and not any(node_status(world, node) in ("initializing", "starting") for node in nodes)
    ):
        set_tenant(world, tenant, "offline")


def _last_node_went(world: World, tenant: Row, lost: bool) -> None:
    if lost or world.switches["last_node_killed"] == "nodesoffline":
        set_tenant(world, tenant, "nodesoffline")
        return
    set_tenant(world, tenant, "offline")
    vnet = world.find("vnets", tenant["vnet"])
    if vnet is not None and world.switches["network_after_last_node"] == "stops":
        vnets.stop_later(world, vnet)


def power_off(world: World, tenant: Row) -> None:
    """Stop the nodes, then the tenant, and some time later its network."""
    can_be_powered(world, tenant)
    row = status_row(world, tenant)
    if not row["running"] or row["starting"] or row["stopping"]:
        if world.switches["poweroff_when_off"] == "ignore" and not row["starting"]:
            return
        raise refused(world, "Tenant must be in running state to poweroff")
    world.timeline.cancel(("tenants", tenant["$key"]))
    set_tenant(world, tenant, "stopping")
    for node in nodes_of(world, tenant):
        world.timeline.cancel(("tenant_nodes", node["$key"]))
        if node_status(world, node) != "stopped":
            set_status(world, machine_of(world, node), "stopping")

    def down() -> None:
        for node in nodes_of(world, tenant):
            stop_node(world, node)
        set_tenant(world, tenant, "offline")
        vnet = world.find("vnets", tenant["vnet"])
        if vnet is not None:
            vnets.stop_later(world, vnet)

    world.after(1, "tenants", tenant, down)


def reset(world: World, tenant: Row) -> None:
    """A hard restart: restarting, then online."""
    can_be_powered(world, tenant)
    row = status_row(world, tenant)
    if row["status"] not in ("online", "reduced", "restarting"):
        raise refused(world, "Tenant must be in running state to reset")
    world.timeline.cancel(("tenants", tenant["$key"]))
    set_tenant(world, tenant, "restarting")
    for node in nodes_of(world, tenant):
        if status_of(world, machine_of(world, node))["node"] is not None:
            set_status(world, machine_of(world, node), "starting")

    def up() -> None:
        for node in nodes_of(world, tenant):
            if node_status(world, node) == "starting":
                set_status(world, machine_of(world, node), "running")
        reconsider(world, tenant)

    world.after(1, "tenants", tenant, up)


def stop_node(world: World, node: Row) -> None:
    """A tenant node is off, on purpose."""
    machine = machine_of(world, node)
    world.lost_machines.discard(machine["$key"])
    release(world, machine)
