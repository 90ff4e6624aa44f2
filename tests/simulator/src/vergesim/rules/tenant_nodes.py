"""Tenant nodes: the compute of a tenant, and their own power (docs/platform.md#3.8)."""

from __future__ import annotations

from vergesim.refusal import Refusal, invalid, no_such_reference, not_permitted
from vergesim.rules import vnets
from vergesim.rules.base import Rules, not_running
from vergesim.rules.machines import add_machine, drop_machine, migrate, set_status, status_of
from vergesim.rules.placement import free_ram, usable
from vergesim.rules.tenant_power import (
    can_be_powered,
    machine_of,
    node_status,
    nodes_of,
    place,
    reconsider,
    refused,
    set_tenant,
    status_row,
    stop_node,
)
from vergesim.schema import Key, Row
from vergesim.world import ON_DROP, World

# Columns that some clients read through the machine and others write plainly; both are kept equal.
SHARED = {
    "name": "name",
    "cluster": "cluster",
    "cluster_failover": "cluster_failover",
    "preferred_node": "preferred_node",
    "on_power_loss": "on_power_loss",
    "ha_group": "ha_group",
    "ram": "ram",
    "cpu_cores": "cores",
}


def add_tenant_node(world: World, values: Row, key: Key | None = None) -> Row:
    """A tenant node with its stopped machine."""
    shared = {theirs: values[ours] for ours, theirs in SHARED.items() if ours in values}
    machine = add_machine(
        world,
        shared.pop("name"),
        "tenant_node",
        shared.pop("cluster"),
        shared.pop("ram"),
        shared.pop("cores"),
        **shared,
    )
    stamps = {"created": world.now, "modified": world.now, "creator": world.actor}
    return world.insert("tenant_nodes", {**stamps, **values, "machine": machine["$key"]}, key)


ON_DROP["tenant_nodes"] = lambda world, node: drop_machine(world, node["machine"])


class TenantNodeRules(Rules):
    """Rows of `tenant_nodes`."""

    def creating(self, world: World, values: Row) -> None:
        tenant = world.get("tenants", values["tenant"])
        siblings = nodes_of(world, tenant)
        if not values.get("nodeid"):
            values["nodeid"] = max((node["nodeid"] for node in siblings), default=0) + 1
        values["name"] = values.get("name") or f"node{values['nodeid']}"
        values["cluster"] = values.get("cluster") or world.default_cluster
        values.setdefault("cluster_failover", world.default_failover)
        for column, default in (("ram", 16384), ("cpu_cores", 4)):
            values.setdefault(column, default)
        self._check_limits(world, values)
        values.update(created=world.now, modified=world.now, creator=world.actor)

    def created(self, world: World, row: Row) -> None:
        shared = {theirs: row[ours] for ours, theirs in SHARED.items()}
        name, cluster = shared.pop("name"), shared.pop("cluster")
        ram, cores = shared.pop("ram"), shared.pop("cores")
        machine = add_machine(world, name, "tenant_node", cluster, ram, cores, **shared)
        world.change("tenant_nodes", row, machine=machine["$key"])

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if "cluster" in changes and changes["cluster"] is None:
            changes["cluster"] = world.default_cluster
        self._check_limits(world, {**row, **changes})
        changes["modified"] = world.now

    def updated(self, world: World, row: Row, changes: Row) -> None:
        machine = machine_of(world, row)
        shared = {theirs: row[ours] for ours, theirs in SHARED.items() if ours in changes}
        world.change("machines", machine, **shared)
        status = status_of(world, machine)
        if "ram" in changes and status["node"] is not None:
            # What it gives back comes back when its VMs stop, which nobody sees here (docs/platform.md#3.8).
            held = max(status["running_ram"], row["ram"])
            set_status(world, machine, status["status"], running_ram=held)

    def deleting(self, world: World, row: Row) -> None:
        if node_status(world, row) != "stopped":
            raise not_permitted("Tenant node cannot be deleted while running")
        siblings = world.where("tenant_nodes", "tenant", row["tenant"])
        if row["nodeid"] != max(node["nodeid"] for node in siblings):
            raise not_permitted("Only the last node can be deleted")

    def deleted(self, world: World, row: Row) -> None:
        tenant = world.find("tenants", row["tenant"])
        if tenant is not None:
            reconsider(world, tenant)

    @staticmethod
    def _check_limits(world: World, values: Row) -> None:
        if world.switches["node_over_limit"] != "422":
            return
        cluster = world.get("clusters", values["cluster"])
        for column, limit in (("ram", "max_ram_per_vm"), ("cpu_cores", "max_cores_per_vm")):
            if values[column] > cluster[limit]:
                raise invalid(f"Validation error on field: '{column}' - 'exceeds the maximum of the cluster'")


class TenantNodeActions(Rules):
    """`tenant_node_actions`."""

    def tenant(self, world: World, row: Row) -> Key | None:
        node = world.find("tenant_nodes", row["tenant_node"])
        return node["tenant"] if node else None

    def created(self, world: World, row: Row) -> None:
        node = world.get("tenant_nodes", row["tenant_node"])
        tenant = world.get("tenants", node["tenant"])
        can_be_powered(world, tenant)
        action = row["action"]
        if action in ("poweron", "poweronmigrate"):
            self._power_on(world, tenant, node)
        elif action in ("poweroff", "poweroffmaintenance"):
            self._power_off(world, tenant, node)
        elif action == "kill":
            if node_status(world, node) == "stopped":
                not_running(world, "Tenant node")
            world.timeline.cancel(("tenant_nodes", node["$key"]))
            stop_node(world, node)
            reconsider(world, tenant)
        elif action == "reset":
            self._reset(world, tenant, node)
        elif action == "migrate":
            self._migrate(world, node, row["params"])

    @staticmethod
    def _power_on(world: World, tenant: Row, node: Row) -> None:
        if node_status(world, node) != "stopped":
            raise refused(world, "Tenant node is already running")
        vnet = world.find("vnets", tenant["vnet"])
        if vnet is None:
            raise refused(world, "Tenant has no network")
        vnets.power_on(world, vnet)
        if status_row(world, tenant)["status"] == "offline":
            set_tenant(world, tenant, "starting")
        set_status(world, machine_of(world, node), "initializing")

        def up() -> None:
            set_status(world, machine_of(world, node), "running")
            reconsider(world, tenant)

        def placing() -> None:
            if place(world, node):
                world.after(1, "tenant_nodes", node, up)
            else:
                reconsider(world, tenant)

        world.after(1, "tenant_nodes", node, placing)

    @staticmethod
    def _power_off(world: World, tenant: Row, node: Row) -> None:
        if node_status(world, node) != "running":
            raise refused(world, "Tenant node must be in running state to poweroff")
        set_status(world, machine_of(world, node), "stopping")

        def down() -> None:
            stop_node(world, node)
            reconsider(world, tenant)

        world.after(1, "tenant_nodes", node, down)

    @staticmethod
    def _reset(world: World, tenant: Row, node: Row) -> None:
        if node_status(world, node) != "running":
            raise refused(world, "Tenant node must be in running state to reset")
        set_status(world, machine_of(world, node), "starting")

        def up() -> None:
            set_status(world, machine_of(world, node), "running")
            reconsider(world, tenant)

        world.after(1, "tenant_nodes", node, up)

    @staticmethod
    def _migrate(world: World, node: Row, params: object) -> None:
        wanted = params.get("node") if isinstance(params, dict) else None
        if wanted is None:
            raise Refusal(422, "Node is a required parameter")
        host = world.find("nodes", int(wanted)) if str(wanted).isdecimal() else None
        if host is None:
            raise no_such_reference("node")
        if node_status(world, node) != "running":
            raise refused(world, "Tenant node must be in running state to migrate")
        # A host without room is not refused; nothing happens, as in a placement (docs/platform.md#4.2, 4.3).
        if usable(world, host) and free_ram(world, host) >= node["ram"]:
            migrate(world, machine_of(world, node), host)
