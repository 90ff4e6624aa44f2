"""Copies of tenants: clone, snapshot, restore (docs/platform.md#3.14, 4.4, 4.5)."""

from __future__ import annotations

from typing import Any

from vergesim.refusal import Refusal, not_permitted
from vergesim.rules.base import Rules, taken
from vergesim.rules.tenant_nodes import add_tenant_node
from vergesim.rules.tenant_power import nodes_of, on_power_on, status_row
from vergesim.rules.tenants import add_tenant, name_taken, provision
from vergesim.schema import Row
from vergesim.world import ON_DROP, World

CLONED = [
    "description",
    "password",
    "change_password",
    "expose_cloud_snapshots",
    "allow_branding",
    "note",
    "help_url",
    "theme_access",
    "meta",
]
NODE_COLUMNS = [
    "nodeid",
    "name",
    "description",
    "enabled",
    "cpu_cores",
    "ram",
    "cluster",
    "cluster_failover",
    "preferred_node",
    "ha_group",
    "on_power_loss",
]
ROLLED_BACK = (
    "description",
    "url",
    "note",
    "expose_cloud_snapshots",
    "allow_branding",
    "help_url",
    "theme_access",
)
THREE_DAYS = 259_200
FULL = 0.95


def pick(row: Row, names: list[str] | tuple[str, ...]) -> Row:
    """Some columns of a row."""
    return {name: row[name] for name in names}


def free_name(world: World, name: str) -> str:
    """A name for a copy whose name was not given."""
    number, wanted = 1, f"{name[:100]} clone"
    while name_taken(world, wanted):
        number += 1
        wanted = f"{name[:100]} clone {number}"
    return wanted


def clone(world: World, tenant: Row, params: dict[str, Any]) -> None:
    """The copy appears after a step, powered off, with a uuid, network and keys of its own."""
    name = params.get("name")
    if name is not None and (not isinstance(name, str) or not 0 < len(name) <= 120):
        raise Refusal(422, "Validation error on field: 'name' - 'fails validation test'")
    if name is not None and name_taken(world, name):
        raise taken(world, f"A tenant named '{name}' already exists")
    if status_row(world, tenant)["running"] and world.switches["clone_running"] == "refuse":
        raise not_permitted("Tenant must be powered off")
    actor = world.actor

    def appear() -> None:
        if name is not None and name_taken(world, name):
            world.log("error", f"Unable to clone: a tenant named '{name}' already exists", "tenants", name)
            return
        values = {"name": name or free_name(world, tenant["name"]), **pick(tenant, CLONED), "creator": actor}
        if world.switches["clone_theme"] == "lost":
            del values["theme_access"]
        copy = add_tenant(world, values, network=not params.get("no_vnet"))
        if not params.get("no_nodes"):
            for node in nodes_of(world, tenant):
                add_tenant_node(world, {**pick(node, NODE_COLUMNS), "tenant": copy["$key"]})
        if not params.get("no_storage"):
            for storage in world.where("tenant_storage", "tenant", tenant["$key"]):
                amounts = pick(storage, ("tier", "provisioned", "used", "allocated"))
                world.insert("tenant_storage", {**amounts, "tenant": copy["$key"], "last_update": world.now})
        if world.switches["clone_addresses"] == "copied":
            for layer2 in world.where("tenant_layer2_vnets", "tenant", tenant["$key"]):
                world.insert(
                    "tenant_layer2_vnets", {**pick(layer2, ("vnet", "enabled")), "tenant": copy["$key"]}
                )
        if world.switches["clone_status"] == "provisioning":
            provision(world, copy)

    world.timeline.after(1, ("tenant_jobs", tenant["$key"]), appear)


def remember(world: World, tenant: Row) -> dict[str, Any]:
    """What a snapshot keeps of a tenant."""
    return {
        "tenant": pick(tenant, ROLLED_BACK),
        "storage": [
            pick(row, ("tier", "provisioned", "used", "allocated"))
            for row in world.where("tenant_storage", "tenant", tenant["$key"])
        ],
        "layer2": [
            pick(row, ("vnet", "enabled"))
            for row in world.where("tenant_layer2_vnets", "tenant", tenant["$key"])
        ],
        "nodes": [pick(node, NODE_COLUMNS) for node in nodes_of(world, tenant)],
    }


def restore(world: World, tenant: Row, snapshot: Row) -> None:
    """Roll a tenant back; it must be off (docs/platform.md#4.4)."""
    if status_row(world, tenant)["status"] != "offline":
        raise Refusal(int(world.switches["restore_refusal"]), "Tenant must be powered off")
    kept = world.snapshot_copies.get(snapshot["$key"])
    if kept is None:
        return
    if world.switches["restore_timing"] == "at_once":
        _roll_back(world, tenant, kept)
    elif world.switches["restore_timing"] == "after_step":
        job = ("tenant_jobs", tenant["$key"])
        world.timeline.after(1, job, lambda: _roll_back(world, tenant, kept))
    elif tenant["$key"] in world.pending_restores and world.switches["second_restore"] == "refuse":
        raise not_permitted("A restore of the tenant is pending")
    else:
        world.pending_restores[tenant["$key"]] = kept


def _restore_pending(world: World, tenant: Row) -> None:
    kept = world.pending_restores.pop(tenant["$key"], None)
    if kept is not None:
        _roll_back(world, tenant, kept)


on_power_on.append(_restore_pending)


def _roll_back(world: World, tenant: Row, kept: dict[str, Any]) -> None:
    tiers = [world.get("storage_tiers", each["tier"]) for each in kept["storage"]]
    full = any(tier["used"] >= FULL * tier["capacity"] for tier in tiers)
    if full and world.switches["restore_full_tier"] == "halts":
        world.log(
            "error", "Restore halted: a storage tier is full", "tenants", tenant["name"], tenant["$key"]
        )
        return
    world.change("tenants", tenant, **kept["tenant"])
    rows = world.where("tenant_storage", "tenant", tenant["$key"])
    if world.switches["restore_scope"] == "columns":
        used = {each["tier"]: each["used"] for each in kept["storage"]}
        for row in rows:
            world.change("tenant_storage", row, used=used.get(row["tier"], 0), last_update=world.now)
        return
    world.drop_all("tenant_storage", rows)
    for each in kept["storage"]:
        world.insert("tenant_storage", {**each, "tenant": tenant["$key"], "last_update": world.now})
    world.drop_all("tenant_layer2_vnets", world.where("tenant_layer2_vnets", "tenant", tenant["$key"]))
    for each in kept["layer2"]:
        if world.find("vnets", each["vnet"]) is not None:
            world.insert("tenant_layer2_vnets", {**each, "tenant": tenant["$key"]})
    world.drop_all("tenant_nodes", nodes_of(world, tenant))
    for each in kept["nodes"]:
        add_tenant_node(world, {**each, **living_clusters(world, each), "tenant": tenant["$key"]})


def living_clusters(world: World, node: Row) -> Row:
    """The clusters of a node that is restored; those that are gone since are replaced."""
    there = world.table("clusters").rows
    return {
        "cluster": node["cluster"] if node["cluster"] in there else world.default_cluster,
        "cluster_failover": node["cluster_failover"] if node["cluster_failover"] in there else None,
    }


class SnapshotRules(Rules):
    """Rows of `tenant_snapshots`."""

    def creating(self, world: World, values: Row) -> None:
        tenant = world.get("tenants", values["tenant"])
        if status_row(world, tenant)["running"] and world.switches["snapshot_running"] == "refuse":
            raise not_permitted("Tenant must be powered off")
        values["created"] = world.now
        if not values.get("name"):
            values["name"] = f"snapshot-{world.now}"
        if values.get("expires") is None:
            never = world.switches["snapshot_expiry"] == "never"
            values["expires"] = 0 if never else world.now + THREE_DAYS

    def created(self, world: World, row: Row) -> None:
        tenant = world.get("tenants", row["tenant"])
        world.snapshot_copies[row["$key"]] = remember(world, tenant)
        if world.switches["snapshot_tenant_row"] == "yes":
            values = {"name": tenant["name"], "is_snapshot": True, "owner": f"tenant_snapshots/{row['$key']}"}
            add_tenant(world, values, network=False)

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if "expires" in changes and changes["expires"] is None:
            changes["expires"] = 0


def _dropped(world: World, snapshot: Row) -> None:
    world.snapshot_copies.pop(snapshot["$key"], None)
    world.drop_all("tenants", world.where("tenants", "owner", f"tenant_snapshots/{snapshot['$key']}"))


ON_DROP["tenant_snapshots"] = _dropped
