"""Users and their API keys (docs/platform.md#1.2, 3.20)."""

from __future__ import annotations

from typing import Any

from vergesim.refusal import invalid_field, not_permitted
from vergesim.rules.base import Rules
from vergesim.schema import TABLES, Row
from vergesim.world import World

ROOT = "/"


def grant(world: World, user: Row) -> None:
    """What a new user may: list everything, and but for VDI read everything and change its own row."""
    vdi, own = user["type"] == "vdi", {"table": "users", "row": user["$key"], "rowdisplay": user["name"]}
    world.insert(
        "permissions", {"identity": user["identity"], "table": ROOT, "row": 0, "list": True, "read": not vdi}
    )
    if not vdi:
        rights = {"list": True, "read": True, "modify": True}
        world.insert("permissions", {"identity": user["identity"], **own, **rights})


class PermissionRules(Rules):
    """Rows of `permissions`; reading includes listing."""

    def creating(self, world: World, values: Row) -> None:
        values["list"] = values.get("list", False) or values.get("read", False)
        row = world.find(values["table"], values.get("row")) if values["table"] in TABLES else None
        values["rowdisplay"] = world.display(values["table"], row) if row else ""

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if {**row, **changes}["read"]:
            changes["list"] = True


class UserRules(Rules):
    """Rows of `users`."""

    def creating(self, world: World, values: Row) -> None:
        if not values.get("password"):
            raise invalid_field("password")
        values.update(created=world.now, creator=world.actor)

    def created(self, world: World, row: Row) -> None:
        identity = world.insert("identities", {"owner": f"users/{row['$key']}", "name": row["name"]})
        world.change("users", row, identity=identity["$key"])
        grant(world, row)

    def deleting(self, world: World, row: Row) -> None:
        if row["$key"] == 1:
            raise not_permitted("The system administrator cannot be deleted")

    def deleted(self, world: World, row: Row) -> None:
        world.drop("identities", world.get("identities", row["identity"]))


class ApiKeyRules(Rules):
    """Rows of `user_api_keys`; the secret is told once, by the create."""

    def creating(self, world: World, values: Row) -> None:
        self._check_lists(world, values)
        values.update(created=world.now, secret=world.new_hex())

    def updating(self, world: World, row: Row, changes: Row) -> None:
        self._check_lists(world, changes)

    @staticmethod
    def _check_lists(world: World, values: Row) -> None:
        """A list with every address in it is refused since the lists count (docs/platform.md#1.2)."""
        for column in ("ip_allow_list", "ip_deny_list"):
            everything = "0.0.0.0/0" in (values.get(column) or "").replace(",", " ").split()
            if everything and world.switches["key_address_lists"] == "enforced":
                raise invalid_field(column)

    def created(self, world: World, row: Row) -> Any:
        return {"private_key": row["secret"]}
