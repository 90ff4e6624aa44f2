"""Catalogs and the repositories that they come from (docs/platform.md#3.20)."""

from __future__ import annotations

from vergesim.refusal import Refusal
from vergesim.rules.base import Rules
from vergesim.schema import Key, Row
from vergesim.world import World


def add_repository(world: World, values: Row, key: Key | None = None) -> Row:
    """A repository with its status."""
    row = world.insert("catalog_repositories", values, key)
    equip(world, row)
    return row


def equip(world: World, row: Row) -> None:
    """What every repository has: a status row."""
    status = world.insert("catalog_repository_status", {"repository": row["$key"], "last_update": world.now})
    world.change("catalog_repositories", row, status=status["$key"])


class RepositoryRules(Rules):
    """Rows of `catalog_repositories`."""

    def created(self, world: World, row: Row) -> None:
        equip(world, row)

    def deleting(self, world: World, row: Row) -> None:
        if world.where("catalogs", "repository", row["$key"]):
            raise Refusal(405, "Repository has catalogs")


class RepositoryActions(Rules):
    """`catalog_repository_actions`: a refresh takes a step."""

    def created(self, world: World, row: Row) -> None:
        repository = world.get("catalog_repositories", row["repository"])
        status = world.get("catalog_repository_status", repository["status"])
        world.change("catalog_repository_status", status, status="refreshing", last_update=world.now)

        def done() -> None:
            world.change("catalog_repository_status", status, status="online", last_update=world.now)
            world.change("catalog_repositories", repository, last_refreshed=world.now)

        world.after(1, "catalog_repositories", repository, done)


class CatalogRules(Rules):
    """Rows of `catalogs`, keyed by their 40-digit id."""

    def creating(self, world: World, values: Row) -> None:
        values.update(id=world.new_hex(), created=world.now)

    def deleting(self, world: World, row: Row) -> None:
        if any(world.where(table, "catalog", row["$key"]) for table in ("vm_recipes", "tenant_recipes")):
            raise Refusal(405, "Catalog has recipes")
