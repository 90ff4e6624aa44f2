"""Who asks, and what they may (docs/platform.md#1.2, 1.3, 8 #26)."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from collections.abc import Callable, Mapping

from vergesim.query.paths import split_owner
from vergesim.refusal import Refusal
from vergesim.rules.users import ROOT
from vergesim.schema import TABLES, Key, Row
from vergesim.world import World

ADMIN = 1


def _failed() -> Refusal:
    return Refusal(401, "Login failed")


def same(given: str, kept: str | None) -> bool:
    """Compare secrets in constant time."""
    return kept is not None and hmac.compare_digest(given.encode(), kept.encode())


def authenticate(world: World, headers: Mapping[str, str], client: str) -> Row:
    """The user that a request comes from."""
    token = headers.get("x-yottabyte-token")
    if token:
        return _by_token(world, token)
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, colon, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError, ValueError):
            raise _failed() from None
        if not colon:
            raise _failed()
        return login(world, name, password)
    if scheme.lower() == "bearer":
        return _by_key(world, value.strip(), client)
    raise Refusal(401, "Login required")


def login(world: World, name: str, password: str) -> Row:
    """The user of a name and password; too many wrong ones in a row lock the account."""
    user = next((row for row in world.table("users") if row["name"] == name), None)
    if user is None or not user["enabled"]:
        raise _failed()
    limit = world.switches["account_lock"]
    if limit != "off" and user["account_locked"]:
        raise Refusal(401, "Account is locked")
    if not same(password, user["password"]):
        failed = user["failed_attempts"] + 1
        locked = world.now if limit != "off" and failed >= int(limit) else user["account_locked"]
        world.change("users", user, failed_attempts=failed, account_locked=locked)
        raise _failed()
    if user["failed_attempts"]:
        world.change("users", user, failed_attempts=0, account_locked=None)
    user["last_login"] = world.now
    return user


def _by_token(world: World, token: str) -> Row:
    user = world.find("users", world.tokens.get(token))
    if user is None or not user["enabled"]:
        raise _failed()
    return user


def _by_key(world: World, secret: str, client: str) -> Row:
    for key in world.table("user_api_keys"):
        if same(secret, key["secret"]):
            user = world.find("users", key["user"])
            expired = key["expires_type"] == "date" and (key["expires"] or 0) <= world.now
            if expired or user is None or not user["enabled"] or not _address_allowed(world, key, client):
                raise _failed()
            key["lastlogin_stamp"], key["lastlogin_ip"] = world.now, client
            return user
    if world.switches["token_as_bearer"] == "accept":
        return _by_token(world, secret)
    raise _failed()


def _address_allowed(world: World, key: Row, client: str) -> bool:
    if world.switches["key_address_lists"] == "ignored":
        return True
    return (not key["ip_allow_list"] or _in_list(client, key["ip_allow_list"])) and not (
        key["ip_deny_list"] and _in_list(client, key["ip_deny_list"])
    )


def _in_list(client: str, networks: str) -> bool:
    for each in networks.replace(",", " ").split():
        try:
            if ipaddress.ip_address(client) in ipaddress.ip_network(each, strict=False):
                return True
        except ValueError:
            continue
    return False


class Access:
    """The rights of a user. The admin has all; another has what `permissions` say, a row's rights being
    also those of its parent (docs/platform.md#3.20)."""

    def __init__(self, world: World, user: Row) -> None:
        self.world = world
        self.admin = user["$key"] == ADMIN
        self._rows: dict[str, set[tuple[str, Key]]] = {}
        if not self.admin:
            for permission in world.where("permissions", "identity", user["identity"]):
                for right in ("list", "read", "create", "modify", "delete"):
                    if permission[right]:
                        self._rows.setdefault(right, set()).add((permission["table"], permission["row"]))

    def may(self, right: str, table: str, row: Row | None = None) -> bool:
        """Whether the user has a right on a table, or on one row of it."""
        granted = self._rows.get(right, set())
        if self.admin or (table, 0) in granted or (ROOT, 0) in granted:
            return True
        if row is None:
            return any(name == table for name, _ in granted) and right in ("list", "read")
        if (table, row["$key"]) in granted:
            return True
        parent = self._parent(table, row)
        return parent is not None and self.may(right, *parent)

    def demand(self, right: str, table: str, row: Row | None = None) -> None:
        """Refuse what the user may not do."""
        if not self.may(right, table, row):
            raise Refusal(403, "Permission denied")

    def visible(self, table: str) -> Callable[[Row], bool] | None:
        """A test for the rows that the user sees in a list; None where that is all."""
        return None if self.admin else lambda row: self.may("list", table, row)

    def _parent(self, table: str, row: Row) -> tuple[str, Row] | None:
        name = TABLES[table].parent
        if name is None:
            return None
        column = TABLES[table].by_name[name]
        target = split_owner(row[name]) if column.kind == "owner" else (column.table or "", row[name])
        parent = None if target is None else self.world.find(*target)
        return None if parent is None or target is None else (target[0], parent)
