"""Session tokens: `/api/sys/tokens` (docs/platform.md#1.2)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from vergesim.http.access import authenticate, login
from vergesim.refusal import Refusal, not_found, not_permitted
from vergesim.schema import Row
from vergesim.world import World


def tokens(
    world: World, method: str, rest: list[str], headers: Mapping[str, str], body: Row, client: str
) -> tuple[int, Any]:
    """Log in or out; status and payload."""
    if rest[:1] != ["tokens"] or len(rest) > 2:
        raise not_found("/" + "/".join(["sys", *rest]), method.lower())
    if len(rest) == 1 and method == "POST":
        return 201, _open(world, headers, body, client)
    if len(rest) == 2 and method == "DELETE":
        authenticate(world, headers, client)
        if world.tokens.pop(rest[1], None) is None:
            raise not_found(f"/sys/tokens/{rest[1]}", "delete")
        return 200, {}
    raise not_permitted(f"{method} is not permitted here")


def _open(world: World, headers: Mapping[str, str], body: Row, client: str) -> Row:
    name, password = body.get("login"), body.get("password")
    if isinstance(name, str) and isinstance(password, str):
        user = login(world, name, password)
    elif headers.get("authorization", "").lower().startswith("basic "):
        user = authenticate(world, headers, client)
    else:
        raise Refusal(401, "Login required")
    token = secrets.token_hex(20)
    world.tokens[token] = user["$key"]
    return {
        "location": f"/sys/tokens/{token}",
        "dbpath": f"tokens/{token}",
        "$row": len(world.tokens),
        "$key": token,
    }
