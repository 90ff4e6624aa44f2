"""Machines: what runs, be it a VM, a tenant node, a network or a physical node (docs/platform.md#3.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vergesim.rules.placement import find_host
from vergesim.schema import Key, Row
from vergesim.world import World

RUNNING = frozenset({"running", "stopping", "migrating", "maintenance", "leavingmaintenance", "unresponsive"})

CapacityListener = Callable[[World, Key], None]
on_capacity_freed: list[CapacityListener] = []


def add_machine(
    world: World, name: str, kind: str, cluster: Key | None, ram: int, cores: int, **more: Any
) -> Row:
    """A stopped machine with its status and stats rows."""
    machine = world.insert(
        "machines", {"name": name, "type": kind, "cluster": cluster, "ram": ram, "cores": cores, **more}
    )
    status = world.insert("machine_status", {"machine": machine["$key"], "last_update": world.now})
    stats = world.insert("machine_stats", {"machine": machine["$key"], "modified": world.now})
    world.change("machines", machine, status=status["$key"], stats=stats["$key"])
    return machine


def drop_machine(world: World, key: Key | None) -> None:
    """A machine goes, with its rows."""
    machine = world.find("machines", key)
    if machine is None:
        return
    release(world, machine)
    world.lost_machines.discard(machine["$key"])
    world.drop("machines", machine)


def status_of(world: World, machine: Row) -> Row:
    """The status row of a machine."""
    return world.get("machine_status", machine["status"])


def set_status(world: World, machine: Row, status: str, **changes: Any) -> None:
    """Move a machine to a status; `running` and `state` follow from it."""
    row = status_of(world, machine)
    running = status in RUNNING
    if running and not row["running"]:
        changes.setdefault("started", world.now)
    world.change(
        "machine_status",
        row,
        status=status,
        running=running,
        state="online" if running else "offline",
        powerstate=running,
        last_update=world.now,
        **changes,
    )
    if machine["cluster"] is not None:
        world.stale_clusters.add(machine["cluster"])


def occupy(world: World, machine: Row, host: Row, status: str = "starting") -> None:
    """Put a machine on a host; its RAM is used from now on (docs/platform.md#4.2)."""
    world.lost_machines.discard(machine["$key"])
    set_status(
        world, machine, status, node=host["$key"], running_ram=machine["ram"], running_cores=machine["cores"]
    )


def release(world: World, machine: Row, status: str = "stopped") -> None:
    """Take a machine off its host."""
    row = status_of(world, machine)
    held = row["node"]
    set_status(world, machine, status, node=None, migration_destination=None, running_ram=0, running_cores=0)
    if held is not None:
        freed(world, world.get("nodes", held)["cluster"])


def start(world: World, machine: Row, preferred: Key | None = None) -> bool:
    """Place a network or a VM, which needs free RAM on one node and nothing else; false if there is none."""
    if status_of(world, machine)["node"] is not None:
        return True
    host = find_host(
        world, machine["cluster"], machine["ram"], preferred=preferred or machine["preferred_node"]
    )
    if host is None:
        return False
    occupy(world, machine, host)
    return True


def freed(world: World, cluster: Key) -> None:
    """Tell whoever waits for room in a cluster."""
    for listener in on_capacity_freed:
        listener(world, cluster)


def migrate(world: World, machine: Row, host: Row, done: Callable[[], None] | None = None) -> None:
    """Move a running machine to another host, in one step."""
    row = status_of(world, machine)
    set_status(world, machine, "migrating", migration_destination=host["$key"])

    def arrive() -> None:
        if row["status"] != "migrating":
            return
        source = row["node"]
        set_status(
            world, machine, "running", node=host["$key"], migrated_node=source, migration_destination=None
        )
        if done is not None:
            done()
        freed(world, machine["cluster"])

    world.after(1, "machines", machine, arrive)
