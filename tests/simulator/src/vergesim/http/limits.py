"""Rate limits, off by default (docs/platform.md#1.6, 8 #22)."""

from __future__ import annotations

import time
from collections import deque

from starlette.types import Scope

from vergesim.http.api import Call
from vergesim.world import World

SESSION_REQUESTS = 50
HOURLY_REQUESTS = 1000


class RateLimiter:
    """Counts requests in a window: by connection in a second, by login in an hour."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = {}
        self.wait = 1.0

    def check(self, world: World, call: Call, scope: Scope) -> str | None:
        """`drop`, `429`, or None."""
        rule = world.switches["rate_limit"]
        if rule == "off":
            return None
        if rule == "drop":
            who, window, limit = str(scope.get("client")), 1.0, SESSION_REQUESTS
        else:
            who, window, limit = call.headers.get("authorization", ""), 3600.0, HOURLY_REQUESTS
        now = time.monotonic()
        seen = self._seen.setdefault(who, deque())
        while seen and seen[0] <= now - window:
            seen.popleft()
        if len(seen) >= limit:
            self.wait = seen[0] + window - now
            return rule
        seen.append(now)
        return None
