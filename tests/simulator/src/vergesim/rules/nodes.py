"""Physical nodes: maintenance and reboots (docs/platform.md#4.3)."""

from __future__ import annotations

from typing import Any, ClassVar

from vergesim.refusal import not_permitted
from vergesim.rules.alarms import tenant_node_lost
from vergesim.rules.base import RowAction, Rules
from vergesim.rules.drains import begin_drain, end_drain, machine_of, on_drained
from vergesim.rules.machines import freed, release, set_status
from vergesim.rules.placement import guests, node_status, usable
from vergesim.rules.tenant_power import reconsider
from vergesim.rules.tiers import tiers_degrade, tiers_recover
from vergesim.schema import Row
from vergesim.world import World


def enable_maintenance(world: World, node: Row, body: Row) -> None:
    """Accepted at once; the drain takes its time, or never ends."""
    if node["maintenance"]:
        _repeated(world, "Node is already in maintenance mode")
        return
    _demand_redundancy(world, node)
    _demand_another(world, node)
    begin_drain(world, node)


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
        end_drain(world, node)

    world.after(1, "nodes", node, back)


def maintenance_reboot(world: World, node: Row, body: Row) -> Any:
    """Drain, go down, come up, leave maintenance: as the task of 26.0.1 (docs/platform.md#8, row 13)."""
    if node["$key"] in world.reboots:
        return None
    if not node["maintenance"]:
        if world.switches["reboot_needs_maintenance"] == "yes":
            raise not_permitted("Node must be in maintenance mode to reboot")
        _demand_redundancy(world, node)
    world.reboots[node["$key"]] = node["maintenance"]
    if not node["maintenance"]:
        begin_drain(world, node)
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


on_drained.append(_drained)


def _go_down(world: World, node: Row) -> None:
    _power(world, node, "stopping")
    _host_went_down(world, node)
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
    if not stays:
        end_drain(world, node)
    freed(world, node["cluster"])


def _host_went_down(world: World, host: Row) -> None:
    """What ran on a physical node that went down is lost with it."""
    for status in guests(world, host):
        machine = world.get("machines", status["machine"])
        release(world, machine)
        for node in world.where("tenant_nodes", "machine", machine["$key"]):
            world.lost_machines.add(machine["$key"])
            tenant_node_lost(world, node)
            reconsider(world, world.get("tenants", node["tenant"]))


class NodeRules(Rules):
    """Rows of `nodes`."""

    def updating(self, world: World, row: Row, changes: Row) -> None:
        running = node_status(world, row)["running"]
        if running and changes.get("overcommit", row["overcommit"]) != row["overcommit"]:
            changes["need_restart"] = True

    row_actions: ClassVar[dict[str, RowAction]] = {
        "enable_maintenance": enable_maintenance,
        "disable_maintenance": disable_maintenance,
        "maintenance_reboot": maintenance_reboot,
    }


# The names that the field reference lists; those without a known effect are accepted and do nothing.
NAMED: dict[str, RowAction] = {
    "maintenance": enable_maintenance,
    "leavemaintenance": disable_maintenance,
    "maintenance_reboot": maintenance_reboot,
}


class NodeActions(Rules):
    """Rows of `node_actions` (docs/platform.md#3.3)."""

    def created(self, world: World, row: Row) -> Any:
        action = NAMED.get(row["action"])
        return action(world, world.get("nodes", row["node"]), row) if action else None
