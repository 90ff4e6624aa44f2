"""The real vrg: clusters, nodes and storage tiers."""

from __future__ import annotations

from command import Vrg
from raw import Raw

from vergesim_process import Vergesim

CLUSTER = {
    "$key": 1,
    "name": "conundrum-lab",
    "status": "Online",
    "total_nodes": 2,
    "online_nodes": 2,
    "total_ram_gb": 134.25,
    "ram_used_percent": 1.5,
    "total_cores": 64,
    "running_machines": 4,
    "is_compute": True,
    "is_storage": True,
}
NODE_2 = {
    "$key": 2,
    "name": "node2",
    "status": "Running",
    "cluster_name": "conundrum-lab",
    "ram_gb": 92.0,
    "cores": 32,
    "cpu_usage": 0.0,
    "is_physical": True,
    "model": "Micro Computer (HK) Tech Limited | MS-A2",
    "cpu": "AMD Ryzen 9 9955HX 16-Core Processor",
    "core_temp": 72.0,
    "vergeos_version": "26.1.8",
}
TIER_1 = {
    "$key": 2,
    "tier": 1,
    "description": "Tier 1",
    "capacity_gb": 7168.0,
    "used_gb": 1536.0,
    "free_gb": 5632.0,
    "used_percent": 21.4,
    "dedupe_ratio": 1.5,
    "dedupe_savings_percent": 33.3,
    "read_ops": 120,
    "write_ops": 80,
}


def test_clusters_are_shown(vrg: Vrg, sim: Vergesim) -> None:
    assert vrg("cluster", "list") == [CLUSTER]
    sim.forget()
    assert vrg("cluster", "get", "conundrum-lab") == CLUSTER
    assert sim.requests() == {"GET system": 1, "GET clusters": 2}
    assert vrg("cluster", "get", "1") == CLUSTER
    assert "'nowhere' not found" in vrg.fails(6, "cluster", "get", "nowhere")


def test_a_cluster_comes_and_goes(vrg: Vrg, sim: Vergesim) -> None:
    made = vrg("cluster", "create", "--name", "edge", "--description", "d", "--no-enabled", "--compute")
    assert (made["$key"], made["name"], made["is_compute"], made["status"]) == (2, "edge", True, "Offline")
    edge = sim.rows("clusters")[1]
    assert (edge["description"], edge["enabled"], edge["max_ram_per_vm"]) == ("d", False, 65536)

    assert vrg("cluster", "update", "edge", "--name", "edge-2", "--enabled", "--no-compute")["name"] == "edge-2"
    edge = sim.rows("clusters")[1]
    assert (edge["name"], edge["enabled"], edge["compute"], edge["description"]) == ("edge-2", True, False, "d")
    assert "No updates specified" in vrg.fails(2, "cluster", "update", "edge-2")

    assert "'conundrum-lab'" in vrg.fails(7, "cluster", "create", "--name", "conundrum-lab")
    vrg("cluster", "delete", "edge-2", "-y")
    assert [row["name"] for row in sim.rows("clusters")] == ["conundrum-lab"]


def test_a_cluster_with_nodes_is_kept_by_the_client(vrg: Vrg, sim: Vergesim) -> None:
    assert "Cluster has 2 node(s) assigned" in vrg.fails(8, "cluster", "delete", "conundrum-lab", "-y")
    assert "DELETE clusters" not in sim.requests()


def test_vsan_status(vrg: Vrg) -> None:
    (status,) = vrg("cluster", "vsan-status", "--name", "conundrum-lab", "--include-tiers")
    assert (status["health_status"], status["online_nodes"], status["used_ram_gb"]) == ("Healthy", 2, 2.0)
    assert (status["online_cores"], status["used_cores"], status["running_machines"]) == (64, 4, 4)
    assert [(tier["tier"], tier["status"]) for tier in status["tiers"]] == [(0, "online"), (1, "online"), (3, "online")]
    assert vrg("cluster", "vsan-status")[0]["tiers"] == []


def test_vsan_status_while_a_node_is_down(vrg: Vrg, raw: Raw, sim: Vergesim) -> None:
    sim.control("POST", "/sim/clock", {"mode": "manual", "step": 1})
    raw.act("nodes/2/maintenance_reboot")
    for _second in range(10):
        if raw.read("nodes/2", fields="machine#status#running as running")["running"] is False:
            break
        sim.control("POST", "/sim/clock", {"advance": 1})
    (status,) = vrg("cluster", "vsan-status", "--include-tiers")
    assert (status["online_nodes"], status["total_nodes"], status["health_status"]) == (1, 2, "Degraded")
    assert {tier["status"] for tier in status["tiers"]} == {"noredundant"}


def test_nodes_are_shown(vrg: Vrg) -> None:
    assert [node["name"] for node in vrg("node", "list")] == ["node1", "node2"]
    assert vrg("node", "list", "--cluster", "conundrum-lab")[1] == NODE_2
    assert vrg("node", "list", "--cluster", "nowhere") == []
    assert vrg("node", "get", "node2") == NODE_2


def test_maintenance_is_asked_for_without_looking(vrg: Vrg, sim: Vergesim) -> None:
    for word, wanted in (("enable", True), ("enable", True), ("disable", False), ("disable", False)):
        sim.forget()
        vrg("node", "maintenance", "node1", f"--{word}")
        assert sim.requests()["POST nodes"] == 1
        assert sim.rows("nodes")[0]["maintenance"] is wanted
    assert "exactly one" in vrg.fails(2, "node", "maintenance", "node1")
    assert "exactly one" in vrg.fails(2, "node", "maintenance", "node1", "--enable", "--disable")


def test_a_drain_without_capacity_does_not_fail(vrg: Vrg, raw: Raw, sim: Vergesim) -> None:
    sim.control("POST", "/sim/faults", {"kind": "stuck_drain", "node": 1})
    assert "Enabled maintenance mode on node 'node1'" in vrg.run("node", "maintenance", "node1", "--enable").said
    node = raw.read("nodes/1", fields="maintenance,machine#status#status as status,running_machines[$key]")
    assert (node["maintenance"], node["status"]) == (True, "migrating")
    assert len(node["running_machines"]) == 2


def test_maintenance_is_refused_without_redundancy(vrg: Vrg, sim: Vergesim) -> None:
    sim.control("PUT", "/sim/tables/cluster_tier_status/22", {"redundant": False})
    vrg.fails(1, "node", "maintenance", "node1", "--enable")
    assert sim.rows("nodes")[0]["maintenance"] is False


def test_a_node_is_restarted(vrg: Vrg, sim: Vergesim) -> None:
    before = sim.rows("machine_status")
    vrg("node", "restart", "node2", "-y")
    log = sim.control("GET", "/sim/requests")["log"]
    assert [entry["path"] for entry in log if entry["method"] == "POST"] == ["/api/v4/nodes/2/maintenance_reboot"]
    started = {row["machine"]: row["started"] for row in sim.rows("machine_status")}
    assert started[31] > {row["machine"]: row["started"] for row in before}[31]
    vrg.fails(1, "node", "restart", "node2")  # Nobody answers the question.
    vrg.fails(6, "node", "restart", "node3", "-y")


def test_storage_tiers_are_shown(vrg: Vrg, sim: Vergesim) -> None:
    assert [(tier["$key"], tier["tier"], tier["used_percent"]) for tier in vrg("storage", "list")] == [
        (1, 0, 10.0),
        (2, 1, 21.4),
        (4, 3, 20.0),
    ]
    assert vrg("storage", "get", "1") == TIER_1
    assert {(row["rops"], row["wops"]) for row in sim.rows("storage_tier_stats")} == {(120, 80)}
    vrg.fails(6, "storage", "get", "2")


def test_a_storage_tier_has_no_name_to_go_by(vrg: Vrg) -> None:
    assert "Storage tier 'Tier 1' not found" in vrg.fails(6, "storage", "get", "Tier 1")


def test_storage_summary(vrg: Vrg) -> None:
    summary = vrg("storage", "summary")
    assert (summary["tier_count"], summary["total_capacity_gb"], summary["total_free_gb"]) == (3, 27848.0, 22196.0)
    assert summary["tiers"]["3"] == {"used_percent": 20.0, "free_gb": 16384.0}
