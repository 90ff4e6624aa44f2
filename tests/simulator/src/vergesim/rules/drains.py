"""What leaves a node that goes into maintenance, and comes back after it (docs/platform.md#4.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from vergesim.rules.machines import migrate, occupy, on_capacity_freed, release, set_status
from vergesim.rules.placement import find_host, guests, node_status
from vergesim.rules.tenant_copies import NODE_COLUMNS, pick
from vergesim.rules.tenant_nodes import add_tenant_node
from vergesim.rules.tenant_power import reconsider
from vergesim.rules.tiers import tiers_degrade
from vergesim.schema import Key, Row
from vergesim.world import World

# How many migrate at a time: the platform's default settings.
AT_A_TIME = {"vnet": 10}
ONE = 1

on_drained: list[Callable[[World, Row], None]] = []


def machine_of(world: World, node: Row) -> Row:
    """The machine of a physical node."""
    return world.get("machines", node["machine"])


def begin_drain(world: World, node: Row) -> None:
    """Let machines leave a node; it may be on its way out of maintenance."""
    world.timeline.cancel(("nodes", node["$key"]))
    world.change("nodes", node, maintenance=True)
    set_status(world, machine_of(world, node), "migrating")
    if world.switches["migration_temp_node"] == "on":
        _add_temporary_nodes(world, node)
    # The look a step later is planned first: an empty node, too, needs its step.
    world.after(1, "nodes", node, lambda: drain(world, node))
    drain(world, node)
    for status in guests(world, node):
        if not status["migratable"]:
            text = f"Machine '{world.get('machines', status['machine'])['name']}' cannot be migrated"
            world.log("error", text, "nodes", node["name"])


def is_draining(world: World, node: Row) -> bool:
    """Whether machines are to leave the node."""
    return bool(node["maintenance"]) and node_status(world, node)["status"] == "migrating"


def drain(world: World, node: Row) -> None:
    """Move away what can be moved, so many at a time; what cannot be placed stays, without an error."""
    if not is_draining(world, node):
        return
    resident = guests(world, node)
    if not resident:
        if not world.timeline.pending(("nodes", node["$key"])):
            set_status(world, machine_of(world, node), "maintenance")
            if world.switches["maintenance_tier"] == "noredundant":
                tiers_degrade(world, node["cluster"])
            for listener in on_drained:
                listener(world, node)
        return
    if world.troubles.drain(node):
        return
    machines = {status["machine"]: world.get("machines", status["machine"]) for status in resident}
    on_the_way = Counter(machines[s["machine"]]["type"] for s in resident if s["status"] == "migrating")
    for status in resident:
        machine = machines[status["machine"]]
        if status["status"] != "running" or not status["migratable"] or _enough(world, machine, on_the_way):
            continue
        host = find_host(world, machine["cluster"], status["running_ram"], without=node["$key"])
        if host is not None:
            on_the_way[machine["type"]] += 1
            world.displaced.setdefault(node["$key"], []).append(machine)
            migrate(world, machine, host)
    if any(status["status"] in ("starting", "stopping") for status in resident):
        world.after(1, "nodes", node, lambda: drain(world, node))


def _enough(world: World, machine: Row, on_the_way: Counter[str]) -> bool:
    """Whether as many machines migrate as may at a time; networks are counted apart."""
    if world.switches["drain_order"] == "parallel":
        return False
    kinds = [kind for kind in on_the_way if (kind in AT_A_TIME) == (machine["type"] in AT_A_TIME)]
    return sum(on_the_way[kind] for kind in kinds) >= AT_A_TIME.get(machine["type"], ONE)


def _room(world: World, cluster: Key) -> None:
    """Room appeared in a cluster: drains that hung go on."""
    for node in world.where("nodes", "cluster", cluster):
        drain(world, node)


on_capacity_freed.append(_room)


def end_drain(world: World, node: Row) -> None:
    """The node takes machines again: those that left it for the maintenance come back, others may."""
    for tenant_node in world.temporary_nodes.pop(node["$key"], []):
        if world.find("tenant_nodes", tenant_node["$key"]) is tenant_node:
            release(world, world.get("machines", tenant_node["machine"]))
            world.drop("tenant_nodes", tenant_node)
            reconsider(world, world.get("tenants", tenant_node["tenant"]))
    gone = world.displaced.pop(node["$key"], [])
    if world.switches["workloads_return"] == "back":
        for machine in gone:
            _come_back(world, machine, node)
    _room(world, node["cluster"])


def _come_back(world: World, machine: Row, node: Row) -> None:
    if world.find("machines", machine["$key"]) is not machine:
        return
    status = world.get("machine_status", machine["status"])
    elsewhere = status["status"] == "running" and status["node"] not in (None, node["$key"])
    host = find_host(world, machine["cluster"], status["running_ram"], preferred=node["$key"])
    if elsewhere and host is node:
        migrate(world, machine, node)


def _add_temporary_nodes(world: World, node: Row) -> None:
    """A second node beside a tenant's only one (docs/platform.md#3.8)."""
    for status in guests(world, node):
        for only in world.where("tenant_nodes", "machine", status["machine"]):
            host = find_host(world, only["cluster"], only["ram"], without=node["$key"])
            if host is None or len(world.where("tenant_nodes", "tenant", only["tenant"])) > 1:
                continue
            number = only["nodeid"] + 1
            values = {**pick(only, NODE_COLUMNS), "tenant": only["tenant"], "nodeid": number}
            values["name"] = f"node{number}" if only["name"] != f"node{number}" else f"node{number + 1}"
            second = add_tenant_node(world, values)
            occupy(world, world.get("machines", second["machine"]), host, "running")
            world.temporary_nodes.setdefault(node["$key"], []).append(second)
