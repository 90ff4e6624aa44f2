"""The faults of a storm: of every kind, together on a share of all requests, by the seed."""

from __future__ import annotations

from typing import Any

from .engine import TIMEOUT
from .tables import Tables

#: Longer than a client waits, and soon enough to be found by one that looks again.
LATE = TIMEOUT + 0.15
_BOTH = ("before", "after")
#: A request that is carried out when nobody waits for it any more: only those that no row given the same key meanwhile
#: could be hit by. Nobody can take back what has been sent.
_LATE_WRITES = (
    "tenants",
    "tenant_nodes",
    "tenant_storage",
    "tenant_actions",
    "tenant_snapshots",
    "tenant_layer2_vnets",
    "vnet_addresses",
    "vnet_cidrs",
    "vm_recipe_instances",
)


def kinds() -> dict[str, list[dict[str, Any]]]:
    """Every kind of fault by what it is called; those of one name share its share of the requests."""
    found: dict[str, list[dict[str, Any]]] = {}
    for when in _BOTH:
        found[f"dropped {when}"] = [{"kind": "drop", "when": when}]
        for status in (500, 502, 503):
            found[f"{status} {when}"] = [{"kind": "status", "status": status, "when": when}]
        found[f"429 {when}"] = [{"kind": "rate_limit", "seconds": 1, "when": when}]
        found[f"a proxy's page, 502 {when}"] = [{"kind": "html", "when": when}]
        found[f"a proxy's page, 200 {when}"] = [{"kind": "html", "status": 200, "when": when}]
    found["body cut off"] = [{"kind": "truncate"}]
    found["slow"] = [{"kind": "stall", "seconds": TIMEOUT / 5}]
    found["answered too late"] = [{"kind": "stall", "when": "after", "seconds": LATE}]
    late: dict[str, Any] = {"kind": "stall", "when": "before", "seconds": LATE}
    posts = [{**late, "method": "POST", "table": table} for table in _LATE_WRITES]
    found["carried out too late"] = [*posts, {**late, "method": "GET"}, {**late, "method": "PUT", "table": "tenants"}]
    return found


class Weather:
    """Brings the faults into force, and tells how often each fired."""

    def __init__(self, tables: Tables, percent: float, seed: int) -> None:
        self._tables = tables
        self._names: dict[int, str] = {}
        share = percent / 100 / len(kinds())
        passed = 1.0
        for number, (name, faults) in enumerate(kinds().items()):
            for fault in faults:
                # The first that fires is the one: a later one sees what the earlier ones have left.
                chance = {"probability": share / passed, "seed": seed * 1000 + number}
                self._names[tables.control("POST", "/sim/faults", {**fault, **chance})["id"]] = name
            passed -= share

    def fired(self) -> dict[str, int]:
        """How often a fault of each name has struck."""
        counts = dict.fromkeys(self._names.values(), 0)
        for fault in self._tables.control("GET", "/sim/faults"):
            counts[self._names[fault["id"]]] += fault["fired"]
        return counts

    def over(self) -> None:
        """No more faults."""
        self._tables.control("DELETE", "/sim/faults")
