"""Faults: what goes wrong on request, by method and table, counted and seeded (README, faults)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, fields
from typing import Any

from vergesim.refusal import Refusal, bad_request
from vergesim.schema import Row
from vergesim.world import World

HTTP_KINDS = ("status", "drop", "stall", "truncate", "html", "rate_limit", "expired_key")
WORLD_KINDS = ("unplaceable", "stuck_drain")
KINDS = (*HTTP_KINDS, *WORLD_KINDS)
WHEN = ("before", "after")
DEFAULT_STATUS = {"status": 503, "html": 502, "rate_limit": 429, "expired_key": 401}


@dataclass
class Fault:
    """One fault. `times` 0 is without end; `nth` is the first match that it fires on."""

    kind: str
    method: str = "*"
    table: str = "*"
    key: str | None = None
    action: str | None = None
    tenant: str | None = None
    tenant_node: int | None = None
    node: int | None = None
    nth: int = 1
    probability: float | None = None
    seed: int = 0
    times: int = 1
    status: int = 0
    when: str = "before"
    seconds: float = 1.0
    then: str = "answer"
    id: int = 0
    matched: int = 0
    fired: int = 0
    dice: random.Random = field(default_factory=random.Random, repr=False)

    def strikes(self) -> bool:
        """Count a match; whether the fault fires on it."""
        self.matched += 1
        if self.matched < self.nth or (self.times and self.fired >= self.times):
            return False
        if self.probability is not None and self.dice.random() >= self.probability:
            return False
        self.fired += 1
        return True

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "dice"}


_TYPES: dict[str, type | tuple[type, ...]] = {
    "kind": str,
    "method": str,
    "table": str,
    "key": (str, int),
    "action": str,
    "tenant": str,
    "tenant_node": int,
    "node": int,
    "nth": int,
    "probability": (int, float),
    "seed": int,
    "times": int,
    "status": int,
    "when": str,
    "seconds": (int, float),
    "then": str,
}


def read_fault(given: object) -> Fault:
    """A fault from JSON, or a refusal that says what is wrong with it."""
    if not isinstance(given, dict) or "kind" not in given:
        raise bad_request(f"a fault is an object with a kind: {', '.join(KINDS)}")
    for name, value in given.items():
        if name not in _TYPES:
            raise bad_request(f"a fault has no '{name}'; it has {', '.join(_TYPES)}")
        if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
            raise bad_request(f"a fault's '{name}' cannot be {value!r}")
    if given["kind"] not in KINDS:
        raise bad_request(f"no fault of kind '{given['kind']}'; the kinds are {', '.join(KINDS)}")
    values = {**given, "key": None if given.get("key") is None else str(given["key"])}
    values.setdefault("times", 0 if "probability" in given or given["kind"] in WORLD_KINDS else 1)
    values.setdefault("status", DEFAULT_STATUS.get(given["kind"], 0))
    fault = Fault(**values)
    if fault.when not in WHEN or fault.then not in ("answer", "drop"):
        raise bad_request("'when' is before or after, 'then' is answer or drop")
    if fault.nth < 1 or fault.times < 0 or not 0 <= fault.seconds <= 3600:
        raise bad_request("'nth' starts at 1, 'times' at 0, 'seconds' lie between 0 and 3600")
    if fault.status and not 200 <= fault.status <= 599:
        raise bad_request("'status' lies between 200 and 599")
    if fault.probability is not None and not 0 <= fault.probability <= 1:
        raise bad_request("'probability' lies between 0 and 1")
    fault.dice.seed(fault.seed)
    return fault


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self.all: list[Fault] = []
        self._last_id = 0

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._last_id += 1
        fault.id = self._last_id
        self.all.append(fault)
        return fault

    def remove(self, number: int | None) -> None:
        """Lift one fault, or all."""
        kept = [] if number is None else [fault for fault in self.all if fault.id != number]
        if number is not None and len(kept) == len(self.all):
            raise Refusal(404, f"no fault {number}")
        self.all = kept

    def strike(self, method: str, table: str, key: str | None, action: str | None) -> Fault | None:
        """The first fault that fires on a request."""
        for fault in self.all:
            if (
                fault.kind in HTTP_KINDS
                and fault.method.upper() in ("*", method)
                and fault.table in ("*", table)
                and fault.key in (None, key)
                and fault.action in (None, action)
                and fault.strikes()
            ):
                return fault
        return None

    def afflict(self, world: World) -> None:
        """Let the faults of the system itself act on a world."""

        def place(node: Row) -> bool:
            tenant = world.find("tenants", node["tenant"])
            return any(
                fault.kind == "unplaceable"
                and fault.tenant_node in (None, node["$key"])
                and fault.tenant in (None, tenant["name"] if tenant else None)
                and fault.strikes()
                for fault in self.all
            )

        def drain(node: Row) -> bool:
            return any(
                fault.kind == "stuck_drain" and fault.node in (None, node["$key"]) and fault.strikes()
                for fault in self.all
            )

        world.troubles.place, world.troubles.drain = place, drain
