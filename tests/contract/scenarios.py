"""Pieces of work that between them make every read that the modules make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_NODE = {"tenant": "acme", "name": "node2", "cpu_cores": 2, "ram_gb": 4.0}
ADDRESS = {"ip": "198.51.100.11", "network": "External"}
BLOCK = {"cidr": "192.0.2.64/28", "network": "External"}
STANDING = {
    "external_ips": [{"ip": "198.51.100.10", "network": "External"}],
    "network_blocks": [{"cidr": "192.0.2.16/28", "network": "External"}],
    "layer2_networks": [{"network": "Internal"}],
}
STARTED = [("tenant", {"name": "acme", "state": "running"})]
CART = [("crash cart", {"tenant": "acme"})]
SECOND_ADDRESS = [("tenant networks", {"tenant": "acme", "external_ips": [ADDRESS]})]
DRAINED = [("node", {"name": "node1", "maintenance": True})]

Before = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Scenario:
    """A run of a module, after those ``before`` it."""

    task: str
    given: dict[str, Any]
    before: Before


def _of(task: str, before: Before | None = None, **given: Any) -> Scenario:
    return Scenario(task, given, before or [])


READS: dict[str, Scenario] = {
    "all clusters": _of("clusters", include_tiers=True),
    "a cluster": _of("clusters", name="conundrum-lab", include_tiers=False),
    "all nodes": _of("nodes", gather=[]),
    "all nodes and whether they can be drained": _of("nodes", gather=["drain"]),
    "the nodes of a cluster, by its key": _of("nodes", cluster="1", gather=[]),
    "all tiers": _of("storage"),
    "all tenants": _of("tenants", gather=["nodes", "storage", "network", "snapshots"]),
    "a tenant": _of("tenants", name="acme", gather=["nodes", "network"]),
    "all figures": _of("tenant stats", resolution="long", interval="point", history_limit=3, log_limit=9),
    "a tenant's figures": _of(
        "tenant stats", tenant="acme", resolution="short", interval="day", history_limit=3, log_limit=9
    ),
}

UNCHANGED: dict[str, Scenario] = {
    "a cluster as it is": _of("cluster", name="conundrum-lab", enabled=True),
    "a node as it is": _of("node", name="node1", maintenance=False),
    "a tenant as it is": _of("tenant", name="acme", isolated=False),
    "a tenant that runs": _of("tenant", STARTED, name="acme", state="running"),
    "a tenant node as it is": _of("tenant node", tenant="acme", name="node1", cpu_cores=2, cluster="conundrum-lab"),
    "storage as it is": _of("tenant storage", tenant="acme", tier=1, provisioned_gb=10),
    "networks as they are": _of("tenant networks", tenant="acme", **STANDING),
    "a snapshot as it is": _of("tenant snapshot", tenant="acme", name="nightly", retention=0),
    "a crash cart as it is": _of("crash cart", CART, tenant="acme"),
}

CHANGED: dict[str, Scenario] = {
    "create a cluster": _of("cluster", name="third"),
    "update a cluster": _of("cluster", name="second", description="d"),
    "delete a cluster": _of("cluster", name="second", state="absent"),
    "drain a node": _of("node", name="node1", maintenance=True, drain_check="fail"),
    "take a node back": _of("node", DRAINED, name="node1", maintenance=False),
    "restart a node": _of("node", name="node1", state="restarted", drain_check="fail"),
    "create a tenant": _of("tenant", name="new", tenant_password="long-enough"),
    "update a tenant": _of("tenant", name="acme", note="n"),
    "give a tenant another address": _of("tenant", SECOND_ADDRESS, name="acme", ui_address="198.51.100.11"),
    "isolate a tenant": _of("tenant", name="acme", isolated=True),
    "start a tenant": _of("tenant", name="acme", state="running", preferred_node="node1"),
    "stop a tenant": _of("tenant", STARTED, name="acme", state="stopped"),
    "restart a tenant": _of("tenant", STARTED, name="acme", state="restarted"),
    "clone a tenant": _of("tenant", name="copy", clone_from="acme", note="n"),
    "delete a tenant": _of("tenant", name="other", state="absent"),
    "delete a running tenant": _of("tenant", STARTED, name="acme", state="absent"),
    "create a tenant node": _of("tenant node", **_NODE),
    "create a tenant node just there": _of(
        "tenant node", **_NODE, cluster="conundrum-lab", failover_cluster="second", preferred_node="node2"
    ),
    "update a tenant node": _of("tenant node", tenant="acme", name="node1", cpu_cores=3),
    "delete a tenant node": _of("tenant node", tenant="acme", name="node1", state="absent"),
    "delete a running tenant node": _of(
        "tenant node", STARTED, tenant="acme", name="node1", state="absent", allow_power_off=True
    ),
    "create storage": _of("tenant storage", tenant="acme", tier=3, provisioned_gb=5),
    "update storage": _of("tenant storage", tenant="acme", tier=1, provisioned_gb=11),
    "delete storage": _of("tenant storage", tenant="acme", tier=1, state="absent"),
    "create networks": _of("tenant networks", tenant="acme", external_ips=[ADDRESS], network_blocks=[BLOCK]),
    "delete networks": _of("tenant networks", tenant="acme", state="absent", allow_ui_loss=True, **STANDING),
    "create a snapshot": _of("tenant snapshot", tenant="acme", name="first", retention=86400),
    "update a snapshot": _of("tenant snapshot", tenant="acme", name="nightly", description="d"),
    "delete a snapshot": _of("tenant snapshot", tenant="acme", name="nightly", state="absent"),
    "restore a snapshot": _of(
        "tenant snapshot", tenant="acme", name="nightly", state="restored", confirm_overwrite=True
    ),
    "create a crash cart": _of("crash cart", tenant="acme"),
    "delete a crash cart": _of("crash cart", CART, tenant="acme", state="absent"),
    "give a file": _of("tenant file", tenant="acme", file="debian-13.qcow2"),
}

SCENARIOS: dict[str, Scenario] = {**READS, **UNCHANGED, **CHANGED}
