"""`tenant_actions`: power, isolation, clone, restore, files (docs/platform.md#3.7, 4.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vergesim.refusal import Refusal, invalid, no_such_reference, not_permitted
from vergesim.rules import tenant_power
from vergesim.rules.base import Rules
from vergesim.rules.tenant_copies import clone, restore
from vergesim.rules.tenant_power import status_row
from vergesim.schema import Key, Row
from vergesim.world import World

Params = dict[str, Any]
Action = Callable[[World, Row, Params], None]


def reference(world: World, table: str, params: Params, name: str) -> Row | None:
    """The row that a parameter names; one that does not exist is refused like a column's."""
    value = params.get(name)
    if value is None:
        return None
    row = world.find(table, int(value) if str(value).isdecimal() and str(value).isascii() else str(value))
    if row is None:
        raise no_such_reference(name)
    return row


def _power_on(world: World, tenant: Row, params: Params) -> None:
    preferred = reference(world, "nodes", params, "preferred_node")
    tenant_power.power_on(world, tenant, preferred["$key"] if preferred else None)


def _isolate(on: bool) -> Action:
    def act(world: World, tenant: Row, params: Params) -> None:
        if tenant["isolate"] is on and world.switches["isolate_repeat"] == "refuse":
            raise invalid(f"Tenant is {'already' if on else 'not'} isolated")
        world.change("tenants", tenant, isolate=on)

    return act


def _give_file(world: World, tenant: Row, params: Params) -> None:
    file = reference(world, "files", params, "file")
    if file is None:
        raise Refusal(422, "File is a required parameter")
    if not status_row(world, tenant)["running"] and world.switches["give_file_stopped"] == "refuse":
        raise not_permitted("Tenant must be running")
    given = world.given_files.setdefault(tenant["uuid"], set())
    if file["$key"] in given and world.switches["give_file_repeat"] == "refuse":
        raise Refusal(409, "File already exists in the tenant")
    given.add(file["$key"])
    if world.switches["give_file_log"] == "row":
        world.log("audit", f"File '{file['name']}' given to tenant '{tenant['name']}'", "files", file["name"])


def _restore(world: World, tenant: Row, params: Params) -> None:
    snapshot = reference(world, "tenant_snapshots", params, "snapshot")
    if snapshot is None:
        raise Refusal(422, "Snapshot is a required parameter")
    if snapshot["tenant"] != tenant["$key"]:
        raise no_such_reference("snapshot")
    restore(world, tenant, snapshot)


ACTIONS: dict[str, Action] = {
    "poweron": _power_on,
    "poweroff": lambda world, tenant, params: tenant_power.power_off(world, tenant),
    "reset": lambda world, tenant, params: tenant_power.reset(world, tenant),
    "isolateon": _isolate(True),
    "isolateoff": _isolate(False),
    "clone": clone,
    "restore": _restore,
    "give_file": _give_file,
}


class TenantActions(Rules):
    """Rows of `tenant_actions`; names without known effect are accepted and do nothing."""

    def tenant(self, world: World, row: Row) -> Key:
        return row["tenant"]  # type: ignore[no-any-return]

    def creating(self, world: World, values: Row) -> None:
        if values.get("params") is not None and not isinstance(values["params"], dict):
            raise invalid("Validation error on field: 'params' - 'fails validation test'")

    def created(self, world: World, row: Row) -> None:
        action = ACTIONS.get(row["action"])
        if action is not None:
            action(world, world.get("tenants", row["tenant"]), row["params"] or {})
