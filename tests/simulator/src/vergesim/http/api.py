"""The platform's API: a call in, an answer out; no socket in sight (docs/platform.md#1 to 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from vergesim.http.about import index, schema
from vergesim.http.access import Access, authenticate
from vergesim.http.tokens import tokens
from vergesim.query.select import projection_of, read_list, read_one
from vergesim.refusal import Refusal, bad_request, not_found, not_permitted
from vergesim.rules.clusters import bring_up_to_date
from vergesim.rules.registry import is_there, rules_of
from vergesim.schema import TABLES, Row
from vergesim.values import as_key
from vergesim.virtual import VIRTUAL, Scope
from vergesim.world import World
from vergesim.writes import ACTION_TABLES, create, delete, update

MAX_BODY = 4 << 20
MAX_NESTING = 64


@dataclass
class Call:
    """One request."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    client: str = "127.0.0.1"

    @property
    def segments(self) -> list[str]:
        """The path behind `/api`, without the version."""
        parts = [part for part in self.path.split("/") if part][1:]
        return parts[1:] if parts[:1] == ["v4"] else parts

    @property
    def table(self) -> str:
        """The table that the call is about; the other endpoints by their path."""
        parts = self.segments
        return "/".join(parts[:2]) if parts[:1] == ["sys"] else (parts[0] if parts else "/")

    @property
    def key(self) -> str | None:
        """The row that the call is about."""
        return self.segments[1] if len(self.segments) > 1 else None

    def json(self) -> Row:
        """The body as an object."""
        if not self.body:
            return {}
        try:
            body = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise bad_request("Invalid JSON") from None
        if not isinstance(body, dict):
            raise bad_request("The body must be a JSON object")
        if _too_deep(body):
            raise bad_request("The body is nested too deeply")
        return body


def _too_deep(body: Row) -> bool:
    """Whether a body is nested beyond what can be answered again; level by level, without recursion."""
    layer: list[Any] = [body]
    for _ in range(MAX_NESTING):
        layer = [
            inner
            for each in layer
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, (dict, list))
        ]
        if not layer:
            return False
    return True


@dataclass
class Answer:
    """One response; no payload is an empty body."""

    status: int
    payload: Any = None


def handle(world: World, call: Call) -> Answer:
    """Answer a call. The world has been brought to this moment."""
    try:
        return _answer(world, call)
    except Refusal as refusal:
        return Answer(refusal.status, refusal.body())
    finally:
        bring_up_to_date(world)


def _answer(world: World, call: Call) -> Answer:
    if len(call.body) > MAX_BODY:
        raise Refusal(413, "Request body is too large")
    parts = call.segments
    if parts[:1] == ["sys"]:
        return Answer(*tokens(world, call.method, parts[1:], call.headers, call.json(), call.client))
    user = authenticate(world, call.headers, call.client)
    if not call.path.startswith("/api/v4"):
        raise not_found(call.path.removeprefix("/api"))
    world.actor = user["name"]
    access = Access(world, user)
    if not parts:
        return Answer(200, index()) if call.method == "GET" else _refuse_method(call)
    if parts[0] not in TABLES or not is_there(world, parts[0]):
        raise not_found("/" + "/".join(["v4", *parts]), call.method.lower())
    if len(parts) == 1:
        return _collection(world, access, call, parts[0])
    if len(parts) == 2 and parts[1] == "$table":
        access.demand("delete", parts[0])
        return Answer(200, schema(parts[0])) if call.method == "GET" else _refuse_method(call)
    return _row(world, access, call, parts)


def _refuse_method(call: Call) -> Answer:
    raise not_permitted(f"{call.method} is not permitted here")


def _collection(world: World, access: Access, call: Call, table: str) -> Answer:
    if call.method == "GET":
        if table == "system" or TABLES[table].view:
            return _singleton(world, call, table)
        if not access.may("list", table) and world.switches["restricted_list"] == "refuse":
            access.demand("list", table)
        return Answer(200, read_list(world, table, call.params, access.visible(table)))
    if call.method != "POST":
        return _refuse_method(call)
    body = call.json()
    if table not in ACTION_TABLES:
        _demand_create(world, access, table, body)
    else:
        _demand_action(world, access, table, body)
    answer = create(world, table, body)
    if table in ACTION_TABLES and world.switches["action_body"] == "empty":
        return Answer(200)
    return Answer(201, answer)


def _demand_create(world: World, access: Access, table: str, body: Row) -> None:
    """Creating needs the right on the table, or on the parent row."""
    if not access.may("create", table):
        parent = TABLES[table].parent
        row = (
            world.find(TABLES[table].by_name[parent].table or "", as_key(body.get(parent)))
            if parent
            else None
        )
        if row is None:
            raise Refusal(403, "Permission denied")
        access.demand("create", TABLES[table].by_name[parent or ""].table or "", row)


def _demand_action(world: World, access: Access, table: str, body: Row) -> None:
    """An action needs the right to modify its object; one that names none, the right on its own table."""
    column = TABLES[table].columns[0]
    row = world.find(column.table, as_key(body.get(column.name))) if column.table else None
    if row is not None or not access.admin:
        access.demand("modify", column.table or table, row)


def _singleton(world: World, call: Call, table: str) -> Answer:
    provider = VIRTUAL.get(table)
    row = next(iter(provider(world, Scope(high=world.now)) if provider else world.table(table)))
    answer = projection_of(world, table, call.params.get("fields")).row(world, row)
    as_list = table == "system" and world.switches["system_shape"] == "list"
    return Answer(200, [answer] if as_list else answer)


def _row(world: World, access: Access, call: Call, parts: list[str]) -> Answer:
    table, name = parts[0], parts[1]
    path = "/" + "/".join(["v4", *parts])
    act = rules_of(table).table_actions.get(name) if len(parts) == 2 else None
    if act is not None and call.method == "POST":
        access.demand("modify", TABLES[table].columns[0].table or table)
        return Answer(200, act(world))
    row = world.find(table, as_key(name)) if table not in VIRTUAL else None
    if row is None:
        raise not_found(path, call.method.lower())
    if not access.may("read", table, row):
        raise Refusal(403, "Permission denied") if world.switches["hidden_row"] == "403" else not_found(path)
    if len(parts) > 2:
        return _row_action(world, access, call, parts, row)
    method = "PUT" if call.method == "PATCH" and world.switches["patch"] == "put" else call.method
    if method == "GET":
        return Answer(200, read_one(world, table, row, call.params))
    if "action" in call.params and method in ("PUT", "POST"):
        # The query form of an action answers 200 and may do nothing (docs/platform.md#1.3, measured).
        access.demand("modify", table, row)
        effect = rules_of(table).query_actions.get(call.params["action"])
        return Answer(200, (effect(world, row, call.json()) if effect else None) or {})
    if method == "PUT":
        access.demand("modify", table, row)
        update(world, table, row, call.json())
        return Answer(200, {"$key": row["$key"]} if world.switches["put_body"] == "key" else {})
    if method == "DELETE":
        access.demand("delete", table, row)
        delete(world, table, row)
        return {
            "object": Answer(200, {}),
            "empty": Answer(200),
            "no_content": Answer(204),
        }[world.switches["delete_body"]]
    return _refuse_method(call)


def _row_action(world: World, access: Access, call: Call, parts: list[str], row: Row) -> Answer:
    action = rules_of(parts[0]).row_actions.get(parts[2]) if len(parts) == 3 else None
    if action is None:
        raise not_found("/" + "/".join(["v4", *parts]), call.method.lower())
    if call.method not in ("POST", "PUT"):
        return _refuse_method(call)
    access.demand("modify", parts[0], row)
    result = action(world, row, call.json())
    world.log("audit", f"Action '{parts[2]}' accepted", parts[0], world.display(parts[0], row))
    return Answer(200, result)
