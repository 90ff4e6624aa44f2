"""Recipes that build tenants (docs/platform.md#3.20)."""

from __future__ import annotations

from typing import Any, ClassVar

from vergesim.refusal import not_permitted, read_only
from vergesim.rules import vnets
from vergesim.rules.base import RowAction, Rules, taken
from vergesim.rules.cloud_snapshots import build_tenant, keep
from vergesim.rules.recipes import check_answers
from vergesim.rules.tenant_power import status_row
from vergesim.rules.tenants import add_tenant, name_taken
from vergesim.schema import Key, Row
from vergesim.world import ON_DROP, World

TRUE = ("true", "yes", "on", "1")
# Answers that size the first node of the tenant, and its columns.
SIZES = {"YB_NODE_1_CPU_CORES": "cpu_cores", "YB_NODE_1_RAM": "ram"}
LOWEST = {"cpu_cores": 1, "ram": 2048}


def _download(world: World, recipe: Row, body: Row) -> None:
    world.change("tenant_recipes", recipe, downloaded=True, update_available=False)


def add_recipe(world: World, values: Row, tenant: Row) -> Row:
    """A recipe made of a tenant, of which it keeps a snapshot's row."""
    generated = {"id": world.new_hex(), "build": 1, "creator": world.actor, "downloaded": True}
    row = world.insert("tenant_recipes", {**generated, **values})
    remember_source(world, row, tenant)
    return row


def remember_source(world: World, recipe: Row, tenant: Row) -> None:
    """What the recipe builds from."""
    shown = {"name": tenant["name"], "is_snapshot": True}
    snapshot = add_tenant(world, shown, network=False)
    world.change("tenant_recipes", recipe, tenant_snapshot=snapshot["$key"])
    world.cloud_copies["tenant_recipes", recipe["$key"]] = keep(world, tenant)


class TenantRecipeRules(Rules):
    """Rows of `tenant_recipes`."""

    query_actions: ClassVar[dict[str, RowAction]] = {"download": _download}

    def creating(self, world: World, values: Row) -> None:
        tenant = world.get("tenants", values["tenant"])
        status = status_row(world, tenant)
        if not status["started"]:
            raise not_permitted("Tenant has never been started")
        vnet = world.find("vnets", tenant["vnet"])
        if status["status"] != "offline" or (vnet is not None and vnets.is_running(world, vnet)):
            raise not_permitted("Tenant and its network must be powered off")
        values.update(id=world.new_hex(), build=1, creator=world.actor, downloaded=True)

    def created(self, world: World, row: Row) -> None:
        remember_source(world, row, world.get("tenants", row["tenant"]))

    def updating(self, world: World, row: Row, changes: Row) -> None:
        changes["build"] = row["build"] + 1

    def deleting(self, world: World, row: Row) -> None:
        if world.where("tenant_recipe_instances", "recipe", row["$key"]):
            raise not_permitted("Recipe has instances")


def _dropped(world: World, recipe: Row) -> None:
    world.cloud_copies.pop(("tenant_recipes", recipe["$key"]), None)
    snapshot = world.find("tenants", recipe["tenant_snapshot"])
    if snapshot is not None:
        world.drop("tenants", snapshot)


ON_DROP["tenant_recipes"] = _dropped


def _converted(world: World, recipe: Key, answers: Row) -> Row:
    """Answers as they come back: some do not, and booleans are what they can be read as."""
    kept = dict(answers)
    for question in world.where("recipe_questions", "recipe", f"tenant_recipes/{recipe}"):
        name = question["name"]
        if name in kept and question["dont_store"]:
            del kept[name]
        elif name in kept and question["type"] == "bool":
            kept[name] = str(kept[name]).lower() in TRUE
    return kept


class TenantRecipeInstanceRules(Rules):
    """Rows of `tenant_recipe_instances`."""

    def tenant(self, world: World, row: Row) -> Key | None:
        return row.get("tenant")

    def creating(self, world: World, values: Row) -> None:
        recipe = world.get("tenant_recipes", values["recipe"])
        check_answers(world, f"tenant_recipes/{recipe['$key']}", values)
        if name_taken(world, values["name"]):
            raise taken(world, f"A tenant named '{values['name']}' already exists")
        values.update(version=recipe["version"], build=recipe["build"], created=world.now, modified=world.now)

    def created(self, world: World, row: Row) -> None:
        answers: dict[str, Any] = row["answers"]
        data = _sized(world.cloud_copies.get(("tenant_recipes", row["recipe"]), {}), answers)
        columns: Row = {"recipe_instance": row["$key"]}
        for name, column in (("YB_URL", "url"), ("YB_DESCRIPTION", "description")):
            if isinstance(answers.get(name), str):
                columns[column] = answers[name]
        tenant = build_tenant(world, data, row["name"], **columns)
        kept = _converted(world, row["recipe"], answers)
        world.change("tenant_recipe_instances", row, answers=kept)

        def link() -> None:
            if world.find("tenants", tenant["$key"]) is tenant:
                world.change("tenant_recipe_instances", row, tenant=tenant["$key"])

        if world.switches["recipe_tenant_link"] == "late":
            world.after(1, "tenant_recipe_instances", row, link)
        else:
            link()

    def updating(self, world: World, row: Row, changes: Row) -> None:
        for name in changes:
            if name != "name":
                raise read_only(name)
        changes["modified"] = world.now


def _sized(data: dict[str, Any], answers: Row) -> dict[str, Any]:
    """The same with the first node as large as the answers say."""
    nodes = [dict(node) for node in data.get("nodes", ())]
    for name, column in SIZES.items():
        size = answers.get(name)
        if nodes and isinstance(size, int) and not isinstance(size, bool) and LOWEST[column] <= size < 2**20:
            nodes[0][column] = size
    return {**data, "nodes": nodes}
