"""System snapshots, and what is recovered from them (docs/platform.md#3.20)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vergesim.refusal import (
    Refusal,
    invalid,
    invalid_field,
    no_such_reference,
    not_in_list,
    not_permitted,
)
from vergesim.rules.base import Rules
from vergesim.rules.tenant_copies import CLONED, living_clusters, pick, remember
from vergesim.rules.tenant_nodes import add_tenant_node
from vergesim.rules.tenant_power import nodes_of
from vergesim.rules.tenants import add_tenant, name_taken, provision
from vergesim.rules.vms import add_vm
from vergesim.schema import Key, Row
from vergesim.values import as_key
from vergesim.world import ON_DROP, World

VM_COLUMNS = ("description", "cpu_cores", "ram", "os_family", "note")


def _tagged(world: World, snapshot: Row, owner: str) -> bool:
    """Whether a partial snapshot has something in it."""
    tags = {as_key(each.strip()) for each in str(snapshot["partial_tags"]).split(",")}
    marked = any(each["tag"] in tags for each in world.where("tag_members", "member", owner))
    return bool(marked) is (snapshot["type"] == "partial_include")


def fill(world: World, snapshot: Row) -> None:
    """List what a snapshot holds."""
    for table in ("tenants", "vms"):
        for row in list(world.table(table)):
            owner = f"{table}/{row['$key']}"
            if row["is_snapshot"] or (snapshot["type"] != "full" and not _tagged(world, snapshot, owner)):
                continue
            kept, shown = (_tenant if table == "tenants" else _vm)(world, row)
            common = {"cloud_snapshot": snapshot["$key"], "original_key": row["$key"]}
            named = pick(row, ("name", "description", "uuid"))
            copy = world.insert(f"cloud_snapshot_{table}", {**common, **named, **shown})
            world.cloud_copies[f"cloud_snapshot_{table}", copy["$key"]] = kept


def keep(world: World, tenant: Row) -> dict[str, Any]:
    """What a copy of a tenant is built from."""
    return {**remember(world, tenant), "columns": pick(tenant, CLONED)}


def _tenant(world: World, tenant: Row) -> tuple[dict[str, Any], Row]:
    nodes = nodes_of(world, tenant)
    sums = {column: sum(node[column] for node in nodes) for column in ("cpu_cores", "ram")}
    return keep(world, tenant), {"nodes": len(nodes), **sums}


def _vm(world: World, vm: Row) -> tuple[dict[str, Any], Row]:
    return pick(vm, VM_COLUMNS), pick(vm, ("cpu_cores", "ram", "os_family"))


for _table in ("cloud_snapshot_tenants", "cloud_snapshot_vms"):

    def _forget(world: World, copy: Row, table: str = _table) -> None:
        world.cloud_copies.pop((table, copy["$key"]), None)

    ON_DROP[_table] = _forget


class CloudSnapshotRules(Rules):
    """Rows of `cloud_snapshots`; building takes a step, and the list of what is in it comes later."""

    def creating(self, world: World, values: Row) -> None:
        kind = values.get("type", "full")
        if kind != "full" and not values.get("partial_tags"):
            raise Refusal(422, "Partial tags is a required parameter")
        if values.get("expires_type") == "never":
            values["expires"] = 0
        values["expires"] = values.get("expires") or 0
        values.update(created=world.now, status="building")
        if values.get("immutable"):
            values.update(immutable_status="locked", immutable_lock_expires=values["expires"])

    def created(self, world: World, row: Row) -> None:
        world.after(1, "cloud_snapshots", row, lambda: _built(world, row))
        world.after(2, "cloud_snapshots", row, lambda: fill(world, row))

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if changes.get("expires_type") == "never":
            changes["expires"] = 0
        elif "expires" in changes:
            changes["expires"] = changes["expires"] or 0
        if row["immutable_status"] == "locked" and {"expires", "immutable"} & set(changes):
            raise not_permitted("Snapshot is locked")

    def deleting(self, world: World, row: Row) -> None:
        if row["immutable_status"] == "locked":
            raise not_permitted("Snapshot is locked")


def _built(world: World, snapshot: Row) -> None:
    world.change("cloud_snapshots", snapshot, status="normal")


class CloudSnapshotActions(Rules):
    """Rows of `cloud_snapshot_actions`: what there is to do is unknown."""

    def creating(self, world: World, values: Row) -> None:
        raise not_in_list(values["action"], "action")


class Recover(Rules):
    """Actions on what system snapshots hold: new rows, never in an old one's place."""

    def __init__(self, table: str) -> None:
        self.table = table

    def created(self, world: World, row: Row) -> None:
        params = row["params"] if row["params"] is not None else {}
        if not isinstance(params, dict):
            raise invalid_field("params")
        keys, name = params.get("rows"), params.get("name")
        if not isinstance(keys, list) or not keys:
            raise invalid("Rows is a required parameter")
        if name is not None and (not isinstance(name, str) or not 0 < len(name) <= 120):
            raise invalid_field("name")
        copies = [world.find(self.table, as_key(key)) for key in keys]
        for copy in copies:
            if copy is None:
                raise no_such_reference("rows")
            self._recover(world, copy, name or copy["name"])

    def _recover(self, world: World, copy: Row, wanted: str) -> None:
        world.change(self.table, copy, status="importing", status_info="")
        kept: Key = copy["$key"]

        def arrive() -> None:
            data = world.cloud_copies.get((self.table, kept), {})
            build = _vm_of if self.table.endswith("vms") else _tenant_of
            name = build(world, wanted, data)
            world.change(self.table, copy, status="complete", status_info=f"Restored to: {name}")

        world.after(1, self.table, copy, arrive)


def _free(wanted: str, taken: Callable[[str], bool]) -> str:
    """A name that nobody has: the wanted one, or with the lowest number behind it."""
    name, number = wanted, 0
    while taken(name):
        number += 1
        name = f"{wanted[:110]} ({number})"
    return name


def build_tenant(world: World, data: dict[str, Any], name: str, **columns: Any) -> Row:
    """A tenant out of what was kept of one, with nodes and storage; provisioning, then offline."""
    own = {**data.get("columns", {}), **data.get("tenant", {}), **columns, "name": name}
    tenant = add_tenant(world, own)
    for node in data.get("nodes", ()):
        add_tenant_node(world, {**node, **living_clusters(world, node), "tenant": tenant["$key"]})
    for storage in data.get("storage", ()):
        world.insert("tenant_storage", {**storage, "tenant": tenant["$key"], "last_update": world.now})
    provision(world, tenant)
    return tenant


def _vm_of(world: World, wanted: str, data: dict[str, Any]) -> str:
    name = _free(wanted, lambda text: any(row["name"] == text for row in world.where("vms", "name", text)))
    add_vm(world, {"cpu_cores": 1, "ram": 1024, **data, "name": name})
    return name


def _tenant_of(world: World, wanted: str, data: dict[str, Any]) -> str:
    name = _free(wanted, lambda text: name_taken(world, text))
    build_tenant(world, data, name)
    return name
