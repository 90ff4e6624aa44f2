"""The rows of docs/platform.md#5.1: clusters, nodes and storage tiers through the real SDK."""

from __future__ import annotations

import pytest
from pyvergeos import VergeClient
from pyvergeos.exceptions import APIError, ValidationError
from wire import CLUSTER, NODE, TIER, Case, Entries, Wire, delete, get, post, put

from vergesim_process import Vergesim

#: What clusters.create("x") sends, although nothing but the name was asked for.
CLUSTER_DEFAULTS = {
    "enabled": True,
    "compute": False,
    "kvm_nested": False,
    "allow_nested_virt_migration": True,
    "allow_vgpu_migration": False,
    "disable_cpu_security_mitigations": False,
    "disable_smt": False,
    "enable_split_lock_detection": False,
    "x86_energy_perf_policy": "performance",
    "scaling_governor": "performance",
    "ram_per_unit": 4096,
    "cores_per_unit": 1,
    "cost_per_unit": 0,
    "price_per_unit": 0,
    "max_ram_per_vm": 65536,
    "max_cores_per_vm": 16,
    "target_ram_pct": 80,
    "ram_overcommit_pct": 0,
    "storage_hugepages": True,
    "enable_nvme_power_management": False,
    "swap_tier": -1,
    "disable_sleep": False,
    "max_core_temp_warn_perc": 10,
}

CLUSTERS: dict[str, Case] = {
    "list": Case(
        lambda client: client.clusters.list(name="conundrum-lab", compute=True),
        [get("clusters", CLUSTER, filter="name eq 'conundrum-lab' and compute eq true")],
        lambda rows: [(row.key, row.online_nodes, row.online_ram_gb, row.status) for row in rows],
        [(1, 2, 134.25, "Online")],
    ),
    "a caller's or is not set in parentheses": Case(
        lambda client: client.clusters.list(filter="name eq 'x' or storage eq true", enabled=True, limit=5, offset=0),
        [get("clusters", CLUSTER, filter="name eq 'x' or storage eq true and enabled eq true", limit="5", offset="0")],
        len,
        1,
    ),
    "get": Case(
        lambda client: client.clusters.get(1), [get("clusters/1", CLUSTER)], lambda row: row.name, "conundrum-lab"
    ),
    "get by name": Case(
        lambda client: client.clusters.get(name="conundrum-lab"),
        [get("clusters", CLUSTER, filter="name eq 'conundrum-lab'", limit="1")],
        lambda row: (row.key, row["status_state"], row["used_cores"]),
        (1, "online", 4),
    ),
    "create": Case(
        lambda client: client.clusters.create("x"),
        [post("clusters", {"name": "x", **CLUSTER_DEFAULTS}), get("clusters/2", CLUSTER)],
        lambda row: (row.key, row.name, row.total_nodes),
        (2, "x", 0),
        {("clusters", 2): {"name": "x", **CLUSTER_DEFAULTS}},
    ),
    "update": Case(
        lambda client: client.clusters.update(1, max_ram_per_vm=131072, nested_virtualization=True),
        [put("clusters/1", {"max_ram_per_vm": 131072, "kvm_nested": True}), get("clusters/1", CLUSTER)],
        lambda row: (row.max_ram_per_vm, row.nested_virtualization),
        (131072, True),
        {("clusters", 1): {"max_ram_per_vm": 131072, "kvm_nested": True}},
    ),
    "update with nothing": Case(
        lambda client: client.clusters.update(1), [get("clusters/1", CLUSTER)], lambda row: row.key, 1
    ),
    "vsan status": Case(
        lambda client: client.clusters.vsan_status(),
        [get("clusters", Entries(19))],
        lambda rows: [(row.cluster_name, row.health_status, row.online_ram_gb, row.tiers) for row in rows],
        [("conundrum-lab", "Healthy", 134.25, [])],
    ),
    "vsan status with tiers": Case(
        lambda client: client.clusters.vsan_status("conundrum-lab", include_tiers=True),
        [get("clusters", Entries(20), filter="name eq 'conundrum-lab'")],
        lambda rows: [(tier["tier"], tier["status"], tier["used_percent"]) for tier in rows[0].tiers],
        [(0, "online", 10.0), (1, "online", 21.4), (3, "online", 20.0)],
    ),
    "status row": Case(
        lambda client: client.clusters.get(1).cluster_status.get(),
        [get("clusters/1", CLUSTER), get("cluster_status", Entries(18), filter="cluster eq 1", limit="1")],
        lambda row: (row.cluster_key, row["online_ram"], row["used_ram"], row["running_machines"]),
        (1, 137472, 2048, 4),
    ),
    "tiers": Case(
        lambda client: client.clusters.get(1).tiers.list(),
        [get("clusters/1", CLUSTER), get("cluster_tiers", Entries(18), filter="cluster eq 1", sort="tier")],
        lambda rows: [row["tier"] for row in rows],
        [0, 1, 3],
    ),
}

NODES: dict[str, Case] = {
    "list": Case(
        lambda client: client.nodes.list(cluster="conundrum-lab", maintenance=False),
        [get("nodes", NODE, filter="cluster#name eq 'conundrum-lab' and maintenance eq false")],
        lambda rows: [(row.name, row.status, row["vm_ram"], row["cluster_name"]) for row in rows],
        [("node1", "Running", 68352, "conundrum-lab"), ("node2", "Running", 69120, "conundrum-lab")],
    ),
    "list by an alias": Case(
        lambda client: client.nodes.list(running=True),
        [get("nodes", NODE, filter="running eq true")],
        lambda rows: [row.name for row in rows],
        ["node1", "node2"],
    ),
    "get": Case(
        lambda client: client.nodes.get(2),
        [get("nodes/2", NODE)],
        lambda row: (row.name, row["machine"], row.ram_gb, row["core_temp"], row.is_maintenance),
        ("node2", 31, 92.0, 72, False),
    ),
    "get by name": Case(
        lambda client: client.nodes.get(name="node1"),
        [get("nodes", NODE, filter="name eq 'node1'", limit="1")],
        lambda row: (row.key, row.vsan_node_id),
        (1, -1),
    ),
    "maintenance on": Case(
        lambda client: client.nodes.enable_maintenance(1),
        [post("nodes/1/enable_maintenance", {}), get("nodes/1", NODE)],
        lambda row: row.is_maintenance,
        True,
        {("nodes", 1): {"maintenance": True}},
    ),
    "maintenance off": Case(
        lambda client: client.nodes.disable_maintenance(1),
        [post("nodes/1/disable_maintenance", {}), get("nodes/1", NODE)],
        lambda row: row.is_maintenance,
        False,
        {("nodes", 1): {"maintenance": False}},
    ),
    "restart": Case(lambda client: client.nodes.restart(2), [post("nodes/2/maintenance_reboot", {})]),
    "generic update returns the empty answer": Case(
        lambda client: client.nodes.update(2, description="rack 4"),
        [put("nodes/2", {"description": "rack 4"})],
        dict,
        {},
        {("nodes", 2): {"description": "rack 4"}},
    ),
}

NETWORKS: dict[str, Case] = {
    "running": Case(
        lambda client: client.networks.list_running(),
        [get("vnets", Entries(25), filter="running eq true")],
        lambda rows: [row.name for row in rows],
        ["Core", "DMZ", "External", "Internal"],
    ),
    "stopped": Case(
        lambda client: client.networks.list_stopped(),
        [get("vnets", Entries(25), filter="running eq false")],
        gives=[],
    ),
    "kill": Case(
        lambda client: client.networks.get(4).power_off(force=True),
        [get("vnets/4", Entries(25)), post("vnet_actions", {"vnet": 4, "action": "kill"})],
        lambda row: row.name,
        "Internal",
    ),
}

STORAGE: dict[str, Case] = {
    "list": Case(
        lambda client: client.storage_tiers.list(),
        [get("storage_tiers", TIER)],
        lambda rows: [(row.key, row.tier, row.used_percent, row.dedupe_ratio) for row in rows],
        [(1, 0, 10.0, 1.0), (2, 1, 21.4, 1.5), (4, 3, 20.0, 1.0)],
    ),
    "list without statistics": Case(
        lambda client: client.storage_tiers.list(include_stats=False),
        [get("storage_tiers")],
        lambda rows: [row.capacity_gb for row in rows],
        [0.0, 0.0, 0.0],
    ),
    "get by tier": Case(
        lambda client: client.storage_tiers.get(tier=1),
        [get("storage_tiers", TIER, filter="tier eq 1")],
        lambda row: (row.key, row.capacity_gb, row.used_gb),
        (2, 7168.0, 1536.0),
    ),
    "get by key asks for no column": Case(
        lambda client: client.storage_tiers.get(2),
        [get("storage_tiers/2")],
        lambda row: (row.key, row.capacity_gb),
        (2, 0.0),
    ),
    "get by key with fields": Case(
        lambda client: client.storage_tiers.get(2, fields=["$key", "tier", "capacity"]),
        [get("storage_tiers/2", "$key,tier,capacity")],
        lambda row: (row.tier, row.capacity_gb),
        (1, 7168.0),
    ),
    "summary": Case(
        lambda client: client.storage_tiers.get_summary(),
        [get("storage_tiers", TIER)],
        lambda summary: (summary["tier_count"], summary["total_capacity_gb"], summary["used_percent"]),
        (3, 27848.0, 20.3),
    ),
}


@pytest.mark.parametrize("case", CLUSTERS.values(), ids=CLUSTERS)
def test_clusters(client: VergeClient, wire: Wire, sim: Vergesim, case: Case) -> None:
    case.check(client, wire, sim)


@pytest.mark.parametrize("case", NODES.values(), ids=NODES)
def test_nodes(client: VergeClient, wire: Wire, sim: Vergesim, case: Case) -> None:
    case.check(client, wire, sim)


@pytest.mark.parametrize("case", NETWORKS.values(), ids=NETWORKS)
def test_networks(client: VergeClient, wire: Wire, sim: Vergesim, case: Case) -> None:
    case.check(client, wire, sim)


@pytest.mark.parametrize("case", STORAGE.values(), ids=STORAGE)
def test_storage(client: VergeClient, wire: Wire, sim: Vergesim, case: Case) -> None:
    case.check(client, wire, sim)


def test_connecting_is_one_request(client: VergeClient, wire: Wire) -> None:
    assert wire.sent() == [get("system", "$key,yb_version,os_version,cloud_name")]
    assert client.version == "26.1.8"


def test_an_empty_cluster_is_deleted(client: VergeClient, wire: Wire, sim: Vergesim) -> None:
    created = client.clusters.create("edge")
    Case(
        lambda client: client.clusters.delete(created.key),
        [get("clusters/2", CLUSTER), delete("clusters/2")],
        leaves={("clusters", 2): None},
    ).check(client, wire, sim)


def test_a_cluster_with_nodes_is_refused_by_the_client(client: VergeClient, wire: Wire) -> None:
    wire.forget()
    with pytest.raises(ValidationError, match="2 node") as caught:
        client.clusters.delete(1)
    assert caught.value.status_code is None
    assert wire.sent() == [get("clusters/1", CLUSTER)]


def test_a_cluster_with_nodes_is_refused_by_the_platform(client: VergeClient, sim: Vergesim) -> None:
    with pytest.raises(APIError, match="Cluster has nodes assigned") as caught:
        client._request("DELETE", "clusters/1")
    assert caught.value.status_code == 405
    assert [row["$key"] for row in sim.rows("clusters")] == [1]
