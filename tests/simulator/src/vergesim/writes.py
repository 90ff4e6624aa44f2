"""Create, change and delete rows (docs/platform.md#1.3, 1.4)."""

from __future__ import annotations

from typing import Any

from vergesim.logged import subject
from vergesim.refusal import Refusal, not_permitted
from vergesim.rules.registry import rules_of
from vergesim.schema import TABLES, Key, Row
from vergesim.values import accept
from vergesim.world import World

ACTION_TABLES = frozenset(name for name in TABLES if name.endswith("_actions"))


def receipt(table: str, key: Key, number: int, response: Any = None) -> Row:
    """What a create answers: no columns, the key as a string (docs/platform.md#1.4, measured)."""
    answer: Row = {
        "location": f"/v4/{table}/{key}",
        "dbpath": f"{table}/{key}",
        "$row": key if isinstance(key, int) else number,
        "$key": str(key),
    }
    if response is not None:
        answer["response"] = response
    return answer


def allow(table: str, method: str) -> None:
    """Refuse what a table does not offer."""
    if method not in TABLES[table].methods:
        raise not_permitted(f"{method} is not permitted on '{table}'")


def create(world: World, table: str, body: Row) -> Row:
    """Make a row; its receipt."""
    allow(table, "POST")
    rules = rules_of(table)
    values = accept(world, table, body, creating=True)
    rules.creating(world, values)
    if table in ACTION_TABLES:
        return _act(world, table, values)
    _check_unique(world, table, values, None)
    row = world.insert(table, values)
    # The entry comes first, so that a tenant that the change itself removes is still known.
    response = rules.created(world, row)
    _audit(world, table, row, "created")
    return receipt(table, row["$key"], world.table(table).last_row, response)


def _act(world: World, table: str, values: Row) -> Row:
    """An action is a row that is done and gone; only its number stays."""
    rules = rules_of(table)
    data = world.table(table)
    row = world.store.blank(table, data.last_row + 1, values)
    response = rules.created(world, row)
    if response is None and world.switches["action_body"] == "receipt":
        response = {}
    data.last_row += 1
    text = f"Action '{row['action']}' accepted"
    world.log("audit", text, *subject(world, table, row), _tenant(world, table, row))
    return receipt(table, row["$key"], data.last_row, response)


def update(world: World, table: str, row: Row, body: Row) -> None:
    """Change a row."""
    allow(table, "PUT")
    rules = rules_of(table)
    changes = accept(world, table, body, creating=False)
    for name, value in changes.items():
        if TABLES[table].by_name[name].required and value in (None, ""):
            raise Refusal(422, f"Validation error on field: '{name}' - 'fails validation test'")
    if not changes:
        return
    rules.updating(world, row, changes)
    _check_unique(world, table, {**row, **changes}, row["$key"])
    world.change(table, row, **changes)
    rules.updated(world, row, changes)
    _audit(world, table, row, "updated")


def delete(world: World, table: str, row: Row) -> None:
    """Delete a row."""
    allow(table, "DELETE")
    rules = rules_of(table)
    rules.deleting(world, row)
    _audit(world, table, row, "deleted")
    world.drop(table, row)
    rules.deleted(world, row)


def _check_unique(world: World, table: str, values: Row, own: Key | None) -> None:
    for names in TABLES[table].unique:
        wanted = [values.get(name) for name in names]
        if None in wanted:
            continue
        rows = world.table(table).narrowest({name: values[name] for name in names})
        for row in rows:
            if row["$key"] != own and [row[name] for name in names] == wanted:
                shown = ", ".join(f"{name} '{values[name]}'" for name in names)
                raise Refusal(int(world.switches["duplicate_code"]), f"Row exists in '{table}': {shown}")


def _tenant(world: World, table: str, row: Row) -> Key | None:
    key: Key | None = rules_of(table).tenant(world, row)
    return key if world.find("tenants", key) is not None else None


def _audit(world: World, table: str, row: Row, verb: str) -> None:
    text = f"{table} '{world.display(table, row)}' {verb}"
    world.log("audit", text, *subject(world, table, row), _tenant(world, table, row))
