"""Every kind of write that the modules send, with how often its change stands in the simulator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from disturbed import GIB, Bench
from rewriting_proxy import Answer, PassOn, Request, json_answer
from scenarios import ADDRESS, BLOCK, CART, CHANGED, DRAINED, STANDING, Scenario


@dataclass(frozen=True)
class Change:
    """A run, the write in it that is disturbed, and how many times what it asks for is there: 1 when all is well."""

    scenario: Scenario
    method: str
    table: str
    stands: Callable[[Bench], int]


def receipt(request: Request, pass_on: PassOn) -> Answer:
    """What the platform answers to a change, without the change."""
    if request.method != "POST":
        return json_answer({})
    made = {"location": f"/v4/{request.table}/77", "dbpath": f"{request.table}/77", "$row": 77, "$key": "77"}
    return json_answer(made, 201)


def _rows(table: str, **columns: Any) -> Callable[[Bench], int]:
    """How many rows have these values."""
    return lambda bench: sum(columns.items() <= row.items() for row in bench.rows(table))


def _gone(table: str, **columns: Any) -> Callable[[Bench], int]:
    return lambda bench: int(not _rows(table, **columns)(bench))


def _networks(**given: Any) -> Scenario:
    return Scenario("tenant networks", {"tenant": "acme", "allow_ui_loss": True, **given}, [])


def _absent(kind: str) -> Scenario:
    return _networks(state="absent", **{kind: STANDING[kind]})


def _change(title: str, method: str, table: str, stands: Callable[[Bench], int]) -> Change:
    return Change(CHANGED[title], method, table, stands)


CHANGES: dict[str, Change] = {
    "cluster": _change("create a cluster", "POST", "clusters", _rows("clusters", name="third")),
    "cluster update": _change("update a cluster", "PUT", "clusters", _rows("clusters", description="d")),
    "cluster delete": _change("delete a cluster", "DELETE", "clusters", _gone("clusters", name="second")),
    "drain": _change("drain a node", "POST", "nodes", _rows("nodes", maintenance=True)),
    "end of a drain": Change(
        Scenario("node", {"name": "node1", "maintenance": False}, DRAINED),
        "POST",
        "nodes",
        _gone("nodes", maintenance=True),
    ),
    "tenant": _change("create a tenant", "POST", "tenants", _rows("tenants", name="new")),
    "tenant update": _change("update a tenant", "PUT", "tenants", _rows("tenants", name="acme", note="n")),
    "tenant delete": _change("delete a tenant", "DELETE", "tenants", _gone("tenants", name="other")),
    "isolation": _change("isolate a tenant", "POST", "tenant_actions", _rows("tenants", name="acme", isolate=True)),
    "start": _change("start a tenant", "POST", "tenant_actions", _rows("tenant_status", running=True)),
    "stop": _change("stop a tenant", "POST", "tenant_actions", _gone("tenant_status", running=True)),
    "clone": _change("clone a tenant", "POST", "tenant_actions", _rows("tenants", name="copy")),
    "clone's properties": _change("clone a tenant", "PUT", "tenants", _rows("tenants", name="copy", note="n")),
    "node": _change("create a tenant node", "POST", "tenant_nodes", _rows("tenant_nodes", tenant=1, nodeid=2)),
    "node update": _change("update a tenant node", "PUT", "tenant_nodes", _rows("tenant_nodes", cpu_cores=3)),
    "node delete": _change("delete a tenant node", "DELETE", "tenant_nodes", _gone("tenant_nodes", tenant=1)),
    "node off": _change("delete a running tenant node", "POST", "tenant_node_actions", _gone("tenant_nodes", tenant=1)),
    "storage": _change("create storage", "POST", "tenant_storage", _rows("tenant_storage", tenant=1, tier=4)),
    "storage update": _change("update storage", "PUT", "tenant_storage", _rows("tenant_storage", provisioned=11 * GIB)),
    "storage delete": _change("delete storage", "DELETE", "tenant_storage", _gone("tenant_storage", tenant=1)),
    "block": Change(
        _networks(network_blocks=[BLOCK]), "POST", "vnet_cidrs", _rows("vnet_cidrs", cidr=BLOCK["cidr"], vnet=3)
    ),
    "block delete": Change(
        _absent("network_blocks"), "DELETE", "vnet_cidrs", _gone("vnet_cidrs", owner="tenants/1", vnet=3)
    ),
    "address": Change(
        _networks(external_ips=[ADDRESS]), "POST", "vnet_addresses", _rows("vnet_addresses", ip=ADDRESS["ip"])
    ),
    "address delete": Change(
        _absent("external_ips"), "DELETE", "vnet_addresses", _gone("vnet_addresses", ip="198.51.100.10")
    ),
    "layer 2": Change(
        _networks(layer2_networks=[{"network": "External"}]),
        "POST",
        "tenant_layer2_vnets",
        _rows("tenant_layer2_vnets", tenant=1, vnet=3),
    ),
    "layer 2 off": Change(
        _absent("layer2_networks"), "PUT", "tenant_layer2_vnets", _gone("tenant_layer2_vnets", tenant=1)
    ),
    "layer 2 delete": Change(
        _absent("layer2_networks"), "DELETE", "tenant_layer2_vnets", _gone("tenant_layer2_vnets", tenant=1)
    ),
    "rules": Change(
        _networks(network_blocks=[BLOCK]), "POST", "vnet_actions", _rows("vnets", name="External", need_fw_apply=False)
    ),
    "snapshot": _change(
        "create a snapshot", "POST", "tenant_snapshots", _rows("tenant_snapshots", tenant=1, name="first")
    ),
    "snapshot update": _change(
        "update a snapshot", "PUT", "tenant_snapshots", _rows("tenant_snapshots", tenant=1, description="d")
    ),
    "snapshot delete": _change("delete a snapshot", "DELETE", "tenant_snapshots", _gone("tenant_snapshots", tenant=1)),
    "crash cart": _change("create a crash cart", "POST", "vm_recipe_instances", _rows("vms", name="Crash Cart - acme")),
    "crash cart delete": Change(
        Scenario("crash cart", {"tenant": "acme", "state": "absent"}, CART),
        "DELETE",
        "vms",
        _gone("vms", name="Crash Cart - acme"),
    ),
}
