"""Runs through the rewriting proxy, and what they leave behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import requests
from raw import Raw
from rewriting_proxy import Exchange, RewritingProxy
from tasks import GATHERS, TASKS, VrgError

from conftest import options, run, told
from vergesim_process import Vergesim

GIB = 1024**3


class Bench:
    """A simulator, the proxy before it, and one lasting connection past the proxy."""

    def __init__(self, sim: Vergesim, proxy: RewritingProxy, session: requests.Session) -> None:
        self.proxy = proxy
        self.raw = Raw(sim, session)
        self._session = session

    def control(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._session.request(method, f"{self.raw.url}/sim/{path}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def rows(self, table: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.control("GET", f"tables/{table}")
        return rows

    def names(self, table: str) -> list[str]:
        return sorted(row["name"] for row in self.rows(table))

    def start_again(self, before: Sequence[tuple[str, dict[str, Any]]] = ()) -> None:
        """Two tenants with one row of every kind, a second cluster, and what ``before`` makes; no rules, no log."""
        self.control("POST", "reset")
        self.proxy.forget()
        create = self.raw.create
        create("clusters", name="second")
        for key, name in ((1, "acme"), (2, "other")):
            create("tenants", name=name)
            create("tenant_nodes", tenant=key, cpu_cores=2, ram=4096)
            create("tenant_storage", tenant=key, tier=2, provisioned=10 * GIB)
            create("vnet_cidrs", vnet=3, cidr=f"192.0.2.{16 * key}/28", owner=f"tenants/{key}")
            create("vnet_addresses", vnet=3, ip=f"198.51.100.{10 * key}", type="virtual", owner=f"tenants/{key}")
            create("tenant_layer2_vnets", tenant=key, vnet=4)
            create("tenant_snapshots", tenant=key, name="nightly", expires=0)
        for network in (3, 4):
            self.raw.act("vnet_actions", vnet=network, action="refresh")
        for task, given in before:
            self.run(task, given)
        self.proxy.forget()

    def as_before(self, before: Sequence[tuple[str, dict[str, Any]]] = ()) -> None:
        """As after ``start_again``, which is done only where something has been written."""
        if any(exchange.request.method != "GET" for exchange in self.proxy.log):
            self.start_again(before)
        self.proxy.forget()

    def run(self, name: str, given: dict[str, Any], **how: Any) -> dict[str, Any]:
        """One run of a module through the proxy."""
        if name in GATHERS:
            return told(self.proxy, GATHERS[name], options(**given))  # type: ignore[arg-type]
        return run(self.proxy, TASKS[name](options(**given)), **{"wait": 30, **how})  # type: ignore[arg-type]

    def ends(self, name: str, given: dict[str, Any], **how: Any) -> tuple[dict[str, Any] | None, Any]:
        """The result of a run or its failure, which is always a VrgError; of both, the other one is None."""
        try:
            return self.run(name, given, **how), None
        except VrgError as error:
            return None, error

    def writes(self) -> list[str]:
        return self.proxy.sent("POST", "PUT", "DELETE")

    def exchanges(self, *methods: str) -> list[Exchange]:
        return [one for one in self.proxy.log if one.request.method in methods and one.request.path != "system"]


def tells(error: Any) -> str:
    """All that a failure says."""
    return f"{error.message} {error.hint}"
