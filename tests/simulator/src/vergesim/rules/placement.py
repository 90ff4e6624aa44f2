"""Where a machine may run (docs/platform.md#4.2 rule 2, 8 #20)."""

from __future__ import annotations

from vergesim.schema import Key, Row
from vergesim.world import World


def node_status(world: World, node: Row) -> Row:
    """The status row of a physical node's machine."""
    return world.get("machine_status", world.get("machines", node["machine"])["status"])


def is_running(world: World, node: Row) -> bool:
    """Whether a physical node is up, in maintenance or not."""
    return bool(node_status(world, node)["running"])


def usable(world: World, node: Row) -> bool:
    """Whether a physical node takes machines."""
    return not node["maintenance"] and node_status(world, node)["status"] == "running"


def guests(world: World, node: Row) -> list[Row]:
    """The status rows of the machines on a physical node, without its own (docs/platform.md#3.3)."""
    there = world.where("machine_status", "node", node["$key"])
    return [status for status in there if status["machine"] != node["machine"]]


def free_ram(world: World, node: Row) -> int:
    """What of `vm_ram` no machine holds, on the node or on its way to it (MB)."""
    held = sum(each["running_ram"] for each in guests(world, node))
    coming = sum(
        each["running_ram"] for each in world.where("machine_status", "migration_destination", node["$key"])
    )
    free: int = node["vm_ram"] - held - coming
    return free


def headroom(world: World, cluster: Key) -> int | None:
    """N-1 headroom in MB: online RAM less the largest node less what is used; None in a one-node cluster.
    Every running node counts, also one in maintenance (docs/platform.md#4.2)."""
    nodes = world.where("nodes", "cluster", cluster)
    if len(nodes) < 2:
        return None
    online = [node for node in nodes if is_running(world, node)]
    sizes = [node["vm_ram"] for node in online]
    used = sum(status["running_ram"] for node in nodes for status in guests(world, node))
    spare: int = sum(sizes) - max(sizes, default=0) - used
    return spare


def find_host(
    world: World,
    cluster: Key,
    ram: int,
    *,
    preferred: Key | None = None,
    without: Key | None = None,
    tenant_node: bool = False,
) -> Row | None:
    """The node to run a machine of `ram` MB on: the preferred one, else the one with the most free RAM."""
    rule = world.switches["placement_rule"]
    if tenant_node and rule == "headroom":
        spare = headroom(world, cluster)
        if spare is not None and spare < 0:
            return None
    nodes = [node for node in world.where("nodes", "cluster", cluster) if usable(world, node)]
    free = {node["$key"]: free_ram(world, node) for node in nodes if node["$key"] != without}
    fitting = [
        node for node in nodes if node["$key"] in free and (rule == "none" or free[node["$key"]] >= ram)
    ]
    return max(fitting, key=lambda node: (node["$key"] == preferred, free[node["$key"]]), default=None)
