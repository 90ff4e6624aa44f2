"""Objects shared with a tenant, machine snapshots, files, tasks (docs/platform.md#3.18, 3.20, 8.2)."""

from __future__ import annotations

from typing import Any, ClassVar

from vergesim.rules.base import RowAction, Rules
from vergesim.schema import Key, Row
from vergesim.world import World


class SharedObjectRules(Rules):
    """Rows of `shared_objects`."""

    def tenant(self, world: World, row: Row) -> Key:
        return row["recipient"]  # type: ignore[no-any-return]

    def creating(self, world: World, values: Row) -> None:
        values.update(id=world.new_hex(), created=world.now)


class SharedObjectActions(Rules):
    """`shared_object_actions`: an import happens inside the tenant, a refresh renews the object."""

    def created(self, world: World, row: Row) -> None:
        shared = world.get("shared_objects", row["shared_object"])
        if row["action"] == "refresh":
            world.change("shared_objects", shared, created=world.now)


class MachineSnapshotRules(Rules):
    """Rows of `machine_snapshots`."""

    def creating(self, world: World, values: Row) -> None:
        values["created"] = world.now


class FileRules(Rules):
    """Rows of `files`."""

    def creating(self, world: World, values: Row) -> None:
        values.update(modified=world.now, creator=world.actor)

    def updating(self, world: World, row: Row, changes: Row) -> None:
        changes["modified"] = world.now


def _set_enabled(enabled: bool) -> RowAction:
    def act(world: World, row: Row, body: Row) -> Any:
        world.change("tasks", row, enabled=enabled)

    return act


def _execute(world: World, row: Row, body: Row) -> Any:
    world.change("tasks", row, status="running")

    def done() -> None:
        world.change("tasks", row, status="idle", last_run=str(world.now))
        if row["delete_after_run"]:
            world.drop("tasks", row)

    world.after(1, "tasks", row, done)
    return {"task": row["$key"]}


class TaskRules(Rules):
    """Rows of `tasks`."""

    row_actions: ClassVar[dict[str, RowAction]] = {
        "execute": _execute,
        "enable": _set_enabled(True),
        "disable": _set_enabled(False),
    }

    def creating(self, world: World, values: Row) -> None:
        values.update(id=world.new_hex(), creator="users/1")
