"""Clusters and their status rows (docs/platform.md#3.2)."""

from __future__ import annotations

from vergesim.refusal import Refusal, not_in_list
from vergesim.rules.base import Rules
from vergesim.rules.placement import guests, is_running
from vergesim.schema import TABLES, Key, Row
from vergesim.schema.compute import NEWER_CPU_TYPES
from vergesim.world import World


def add_cluster(world: World, values: Row, key: Key | None = None) -> Row:
    """A cluster with its status row."""
    row = world.insert("clusters", {"id": world.new_hex(), "created": world.now, **values}, key)
    _add_status(world, row)
    return row


def _add_status(world: World, row: Row) -> None:
    status = world.insert("cluster_status", {"cluster": row["$key"], "last_update": world.now})
    world.change("clusters", row, status=status["$key"])


def bring_up_to_date(world: World) -> None:
    """Recount the clusters in which a machine changed."""
    while world.stale_clusters:
        cluster = world.find("clusters", world.stale_clusters.pop())
        if cluster is not None:
            _recount(world, cluster)


def _recount(world: World, cluster: Row) -> None:
    nodes = world.where("nodes", "cluster", cluster["$key"])
    online = [node for node in nodes if is_running(world, node)]
    placed = [each for node in nodes for each in guests(world, node)]
    stats = [world.get("machine_stats", world.get("machines", node["machine"])["stats"]) for node in online]
    if not online:
        status, state = "offline", "offline"
    elif len(online) < len(nodes):
        status, state = world.switches["cluster_with_node_down"], "warning"
    else:
        status, state = "online", "online"
    world.change(
        "cluster_status",
        world.get("cluster_status", cluster["status"]),
        status=status,
        state=state,
        total_nodes=len(nodes),
        online_nodes=len(online),
        total_ram=sum(node["vm_ram"] for node in nodes),
        online_ram=sum(node["vm_ram"] for node in online),
        used_ram=sum(each["running_ram"] for each in placed),
        phys_ram_used=sum(each["ram_used"] for each in stats),
        total_cores=sum(node["cores"] for node in nodes),
        online_cores=sum(node["cores"] for node in online),
        used_cores=sum(each["running_cores"] for each in placed),
        running_machines=sum(1 for each in placed if each["running"]),
        last_update=world.now,
    )


class ClusterRules(Rules):
    """Rows of `clusters`."""

    def creating(self, world: World, values: Row) -> None:
        _check_cpu(world, values)
        values.update(id=world.new_hex(), created=world.now)

    def created(self, world: World, row: Row) -> None:
        _add_status(world, row)

    def updating(self, world: World, row: Row, changes: Row) -> None:
        _check_cpu(world, changes)
        if world.switches["cluster_edit"] == "resets_ram":
            changes.setdefault("max_ram_per_vm", TABLES["clusters"].by_name["max_ram_per_vm"].default)
        if changes.get("kvm_nested", row["kvm_nested"]) != row["kvm_nested"]:
            for node in world.where("nodes", "cluster", row["$key"]):
                # Measured (docs/platform.md#3.3).
                world.change("nodes", node, need_restart=True, restart_reason="Cluster configuration changes")

    def deleting(self, world: World, row: Row) -> None:
        key = row["$key"]
        if world.where("nodes", "cluster", key):
            raise _in_use(world, "Cluster has nodes assigned")
        named = _tenant_nodes(world, key)
        if named and world.switches["cluster_of_tenant_nodes"] == "refuse":
            raise _in_use(world, "Cluster is in use by tenant nodes")
        own = {node["machine"] for node in named}
        if any(machine["$key"] not in own for machine in world.where("machines", "cluster", key)):
            raise _in_use(world, "Cluster has machines assigned")

    def deleted(self, world: World, row: Row) -> None:
        for table in ("tenant_nodes", "machines"):
            for each in world.table(table):
                if each["cluster"] is None:
                    world.change(table, each, cluster=world.default_cluster)


def _check_cpu(world: World, values: Row) -> None:
    cpu = values.get("default_cpu")
    if cpu in NEWER_CPU_TYPES.split() and world.switches["newer_cpu_types"] == "refuse":
        raise not_in_list(cpu, "default_cpu")


def _in_use(world: World, sentence: str) -> Refusal:
    return Refusal(int(world.switches["cluster_delete_code"]), sentence)


def _tenant_nodes(world: World, cluster: Key) -> list[Row]:
    found = {node["$key"]: node for node in world.where("tenant_nodes", "cluster", cluster)}
    found.update((node["$key"], node) for node in world.where("tenant_nodes", "cluster_failover", cluster))
    return list(found.values())
