"""Physical nodes: maintenance, drains, reboots, the tiers of a node that is down (docs/platform.md#4.3)."""

from __future__ import annotations

from typing import Any, ClassVar

from vergesim.refusal import not_permitted
from vergesim.rules.base import RowAction, Rules
from vergesim.rules.machines import migrate, on_capacity_freed, set_status
from vergesim.rules.placement import find_host, is_running, node_status, usable
from vergesim.rules.tenant_power import host_went_down
from vergesim.schema import Key, Row
from vergesim.world import World

REPAIRS = 42


def machine_of(world: World, node: Row) -> Row:
    """The machine of a physical node."""
    return world.get("machines", node["machine"])


def enable_maintenance(world: World, node: Row, body: Row) -> None:
    """Accepted at once; the drain takes its time, or never ends."""
    if node["maintenance"]:
        _repeated(world, "Node is already in maintenance mode")
        return
    _demand_redundancy(world, node)
    _demand_another(world, node)
    _begin_drain(world, node)


def _demand_another(world: World, node: Row) -> None:
    others = [each for each in world.where("nodes", "cluster", node["cluster"]) if each is not node]
    if world.switches["last_node_drain"] == "refuse" and not any(usable(world, each) for each in others):
        raise not_permitted("The last usable node of a cluster cannot be drained")


def _repeated(world: World, sentence: str) -> None:
    if world.switches["repeated_maintenance"] == "refuse":
        raise not_permitted(sentence)


def _demand_redundancy(world: World, node: Row) -> None:
    if world.switches["maintenance_without_redundancy"] == "accept":
        return
    for tier in world.where("cluster_tiers", "cluster", node["cluster"]):
        if not world.get("cluster_tier_status", tier["status"])["redundant"]:
            raise not_permitted(f"Maintenance is disabled while tier {tier['tier']} is not redundant")


def _begin_drain(world: World, node: Row) -> None:
    # It may be on its way out of maintenance.
    world.timeline.cancel(("nodes", node["$key"]))
    world.change("nodes", node, maintenance=True)
    set_status(world, machine_of(world, node), "migrating")
    # The look a step later is planned first: an empty node, too, needs its step.
    world.after(1, "nodes", node, lambda: drain(world, node))
    drain(world, node)


def is_draining(world: World, node: Row) -> bool:
    """Whether machines are to leave the node."""
    return bool(node["maintenance"]) and node_status(world, node)["status"] == "migrating"


def drain(world: World, node: Row) -> None:
    """Move away what can be moved; what cannot stays, without an error unless it is not migratable."""
    if not is_draining(world, node):
        return
    resident = world.where("machine_status", "node", node["$key"])
    if not resident:
        if not world.timeline.pending(("nodes", node["$key"])):
            set_status(world, machine_of(world, node), "maintenance")
            if world.switches["maintenance_tier"] == "noredundant":
                tiers_degrade(world, node["cluster"])
            _drained(world, node)
        return
    if world.troubles.drain(node):
        return
    for status in resident:
        machine = world.get("machines", status["machine"])
        if status["status"] != "running":
            continue
        if not status["migratable"]:
            world.log("error", f"Machine '{machine['name']}' cannot be migrated", "nodes", node["name"])
            continue
        host = find_host(world, machine["cluster"], status["running_ram"], without=node["$key"])
        if host is not None:
            migrate(world, machine, host)
    if any(status["status"] in ("starting", "stopping") for status in resident):
        world.after(1, "nodes", node, lambda: drain(world, node))


def _room(world: World, cluster: Key) -> None:
    """Room appeared in a cluster: drains that hung go on."""
    for node in world.where("nodes", "cluster", cluster):
        drain(world, node)


on_capacity_freed.append(_room)


def disable_maintenance(world: World, node: Row, body: Row) -> None:
    """Leave maintenance, or give up a drain."""
    if not node["maintenance"]:
        _repeated(world, "Node is not in maintenance mode")
        return
    if node["$key"] in world.reboots:
        raise not_permitted("Node is rebooting")
    world.timeline.cancel(("nodes", node["$key"]))
    set_status(world, machine_of(world, node), "leavingmaintenance")
    if world.switches["maintenance_clears"] == "at_once":
        world.change("nodes", node, maintenance=False)

    def back() -> None:
        world.change("nodes", node, maintenance=False)
        set_status(world, machine_of(world, node), "running")
        if world.switches["maintenance_tier"] == "noredundant":
            tiers_recover(world, node["cluster"])
        _room(world, node["cluster"])

    world.after(1, "nodes", node, back)


def maintenance_reboot(world: World, node: Row, body: Row) -> Any:
    """Drain, go down, come up; `maintenance` is afterwards what it was (assumed)."""
    if node["$key"] in world.reboots:
        return None
    if not node["maintenance"]:
        if world.switches["reboot_needs_maintenance"] == "yes":
            raise not_permitted("Node must be in maintenance mode to reboot")
        _demand_redundancy(world, node)
    world.reboots[node["$key"]] = node["maintenance"]
    if not node["maintenance"]:
        _begin_drain(world, node)
    elif node_status(world, node)["status"] == "maintenance":
        _drained(world, node)
    if world.switches["reboot_body"] == "empty":
        return None
    task = world.insert(
        "tasks",
        {
            "name": f"Reboot {node['name']}",
            "status": "running",
            "owner": f"nodes/{node['$key']}",
            "table": "nodes",
        },
    )
    return {"task": task["$key"]}


def _drained(world: World, node: Row) -> None:
    if node["$key"] in world.reboots:
        world.after(1, "nodes", node, lambda: _go_down(world, node))


def _go_down(world: World, node: Row) -> None:
    _power(world, node, "stopping")
    host_went_down(world, node)
    tiers_degrade(world, node["cluster"])
    world.after(1, "nodes", node, lambda: _power(world, node, "stopped"))
    world.after(2, "nodes", node, lambda: _power(world, node, "starting"))
    world.after(3, "nodes", node, lambda: _come_up(world, node))


def _power(world: World, node: Row, status: str) -> None:
    """A node that is going down or coming up does not run, whatever the word."""
    machine = machine_of(world, node)
    set_status(world, machine, status)
    world.change("machine_status", node_status(world, node), running=False, state="offline")


def _come_up(world: World, node: Row) -> None:
    was_in_maintenance = world.reboots.pop(node["$key"])
    stays = was_in_maintenance and world.switches["reboot_leaves_maintenance"] == "unchanged"
    set_status(world, machine_of(world, node), "running", started=world.now)
    world.change("nodes", node, need_restart=False, restart_reason="", maintenance=stays)
    for task in world.where("tasks", "owner", f"nodes/{node['$key']}"):
        world.change("tasks", task, status="idle")
    if stays:
        world.after(1, "nodes", node, lambda: set_status(world, machine_of(world, node), "maintenance"))
    tiers_recover(world, node["cluster"])
    _room(world, node["cluster"])


def tiers_degrade(world: World, cluster: Key) -> None:
    """A node of the cluster is down: its tiers are not redundant."""
    for tier in world.where("cluster_tiers", "cluster", cluster):
        _set_tier(world, tier, "noredundant", "warning", redundant=False, repairs=0)
        world.change("cluster_tiers", tier, nodes_online=max(0, tier["nodes_online"] - 1))


def tiers_recover(world: World, cluster: Key) -> None:
    """All nodes are back: the tiers repair for a step."""
    if not all(is_running(world, node) for node in world.where("nodes", "cluster", cluster)):
        return
    for tier in world.where("cluster_tiers", "cluster", cluster):
        if world.get("cluster_tier_status", tier["status"])["redundant"]:
            continue
        _set_tier(world, tier, "repairing", "warning", redundant=False, repairs=REPAIRS)
        world.change("cluster_tiers", tier, nodes_online=len(world.where("nodes", "cluster", cluster)))
        world.after(1, "cluster_tiers", tier, lambda tier=tier: _repaired(world, tier))  # type: ignore[misc]


def _repaired(world: World, tier: Row) -> None:
    nodes = world.where("nodes", "cluster", tier["cluster"])
    if all(is_running(world, node) for node in nodes):
        _set_tier(world, tier, "online", "online", redundant=True, repairs=0)


def _set_tier(world: World, tier: Row, status: str, state: str, **changes: Any) -> None:
    row = world.get("cluster_tier_status", tier["status"])
    world.change("cluster_tier_status", row, status=status, state=state, state_timestamp=world.now, **changes)


class NodeRules(Rules):
    """Rows of `nodes`."""

    row_actions: ClassVar[dict[str, RowAction]] = {
        "enable_maintenance": enable_maintenance,
        "disable_maintenance": disable_maintenance,
        "maintenance_reboot": maintenance_reboot,
    }
