"""What a table may add to create, update and delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from vergesim.refusal import Refusal
from vergesim.schema import Row
from vergesim.world import World

RowAction = Callable[[World, Row, Row], Any]


def taken(world: World, sentence: str) -> Refusal:
    """A unique value is in use (docs/platform.md#8, row 7)."""
    return Refusal(int(world.switches["duplicate_code"]), sentence)


def not_running(world: World, what: str) -> None:
    """A kill of what is stopped (docs/platform.md#8, row 38)."""
    if world.switches["kill_when_stopped"] == "422":
        raise Refusal(422, f"{what} must be in running state to kill")


class Rules:
    """The default: a table that only stores. `-ing` runs before the change and may refuse, `-ed` after it.

    `creating` and `updating` may complete or correct the values that they are given.
    """

    row_actions: ClassVar[dict[str, RowAction]] = {}
    # Actions in the query form, `PUT <table>/<key>?action=<name>`, that do something.
    query_actions: ClassVar[dict[str, RowAction]] = {}
    # Actions on the table itself, `POST <table>/<name>`.
    table_actions: ClassVar[dict[str, Callable[[World], Any]]] = {}

    def creating(self, world: World, values: Row) -> None:
        """Before a row is made of `values`."""

    def created(self, world: World, row: Row) -> Any:
        """After a row was made; what it returns becomes the receipt's `response`."""
        return None

    def updating(self, world: World, row: Row, changes: Row) -> None:
        """Before `changes` are made to a row."""

    def updated(self, world: World, row: Row, changes: Row) -> None:
        """After `changes` were made to a row."""

    def deleting(self, world: World, row: Row) -> None:
        """Before a row is deleted."""

    def deleted(self, world: World, row: Row) -> None:
        """After a row was deleted."""

    def tenant(self, world: World, row: Row) -> Any:
        """The tenant that a row's audit entry belongs to."""
        return row.get("tenant")


class Stamped(Rules):
    """A table that only stores, with the time of the last change."""

    def creating(self, world: World, values: Row) -> None:
        values["modified"] = world.now

    def updating(self, world: World, row: Row, changes: Row) -> None:
        changes["modified"] = world.now
