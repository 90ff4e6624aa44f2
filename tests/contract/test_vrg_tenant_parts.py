"""The real vrg: a tenant's nodes and storage, and the name that its storage does not have."""

from __future__ import annotations

from command import Vrg
from raw import Raw

from vergesim_process import Vergesim

GIB = 1024**3


def test_nodes_are_shown(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    raw.act("tenant_actions", tenant=1, action="poweron")
    (node,) = vrg("tenant", "node", "list", "acme")
    assert node.pop("host_node") in ("node1", "node2")
    assert node == {
        "$key": 1,
        "name": "node1",
        "cpu_cores": 2,
        "ram_gb": 4.0,
        "status": "running",
        "is_enabled": True,
        "cluster_name": "conundrum-lab",
    }
    sim.forget()
    assert vrg("tenant", "node", "get", "acme", "node1")["$key"] == 1
    assert sim.requests() == {"GET system": 1, "GET tenants": 2, "GET tenant_nodes": 2}


def test_a_node_comes_changes_and_goes(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    sim.forget()
    made = vrg(
        *("tenant", "node", "create", "acme", "--cpu-cores", "8", "--ram-gb", "8", "--name", "big"),
        *("--preferred-node", "2"),
    )
    assert sim.requests() == {"GET system": 1, "GET tenants": 2, "POST tenant_nodes": 1, "GET tenant_nodes": 1}
    assert (made["$key"], made["name"], made["ram_gb"], made["status"]) == (3, "big", 8.0, "stopped")
    row = sim.rows("tenant_nodes")[2]
    assert (row["tenant"], row["nodeid"], row["ram"], row["preferred_node"]) == (1, 2, 8192, 2)

    changed = vrg("tenant", "node", "update", "acme", "big", "--cpu-cores", "4", "--ram-gb", "16", "--disabled")
    assert (changed["cpu_cores"], changed["ram_gb"], changed["is_enabled"]) == (4, 16.0, False)
    vrg("tenant", "node", "update", "acme", "big", "--name", "bigger")
    assert "No updates specified" in vrg.fails(2, "tenant", "node", "update", "acme", "bigger")

    assert "Only the last node can be deleted" in vrg.fails(1, "tenant", "node", "delete", "acme", "node1", "-y")
    vrg("tenant", "node", "delete", "acme", "bigger", "-y")
    assert [row["name"] for row in sim.rows("tenant_nodes")] == ["node1", "node1"]


def test_a_node_of_another_tenant_is_not_found(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    assert "does not belong to tenant 1" in vrg.fails(6, "tenant", "node", "get", "acme", "2")
    assert "does not belong to tenant 1" in vrg.fails(6, "tenant", "node", "delete", "acme", "2", "-y")
    assert len(sim.rows("tenant_nodes")) == 2


def test_a_node_whose_name_is_a_number_cannot_be_named(vrg: Vrg, raw: Raw, acme: None) -> None:
    raw.create("tenant_nodes", tenant=1, name="1")
    assert vrg("tenant", "node", "get", "acme", "1")["name"] == "node1"


def test_a_running_node_is_kept_by_the_platform(vrg: Vrg, raw: Raw, acme: None) -> None:
    raw.act("tenant_actions", tenant=1, action="poweron")
    said = vrg.fails(1, "tenant", "node", "delete", "acme", "node1", "-y")
    assert "Tenant node cannot be deleted while running" in said


def test_what_is_out_of_range_is_refused(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    sim.forget()
    vrg.fails(1, "tenant", "node", "create", "acme", "--cpu-cores", "1", "--ram-gb", "1")
    said = vrg.fails(8, "tenant", "node", "update", "acme", "node1", "--ram-gb", "1")
    assert "Validation error on field: 'ram'" in said
    assert "POST tenant_nodes" not in sim.requests()
    assert sim.rows("tenant_nodes")[0]["ram"] == 4096


def test_storage_is_shown(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    sim.control("PUT", "/sim/tables/tenant_storage/1", {"used": 2 * GIB, "used_pct": 20})
    shown = {"$key": 1, "tier_name": "Tier 1", "provisioned_gb": 10.0, "used_gb": 2.0, "used_percent": 20}
    assert vrg("tenant", "storage", "list", "acme") == [shown]
    assert vrg("tenant", "storage", "get", "acme", "1") == shown


def test_storage_comes_changes_and_goes(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    made = vrg("tenant", "storage", "create", "acme", "--tier", "3", "--provisioned-gb", "5")
    assert (made["$key"], made["tier_name"], made["provisioned_gb"]) == (3, "Tier 3", 5.0)
    assert sim.rows("tenant_storage")[2]["tier"] == 4
    assert vrg("tenant", "storage", "update", "acme", "3", "--provisioned-gb", "7")["provisioned_gb"] == 7.0
    assert "No updates specified" in vrg.fails(2, "tenant", "storage", "update", "acme", "3")
    vrg.fails(7, "tenant", "storage", "create", "acme", "--tier", "3", "--provisioned-gb", "5")
    vrg("tenant", "storage", "delete", "acme", "3", "-y")
    assert [row["$key"] for row in sim.rows("tenant_storage")] == [1, 2]


def test_a_number_is_a_key_here_and_not_a_tier(vrg: Vrg, acme: None) -> None:
    assert "does not belong to tenant 1" in vrg.fails(6, "tenant", "storage", "get", "acme", "2")
    vrg.fails(6, "tenant", "storage", "get", "acme", "3")


def test_storage_has_no_name_to_go_by(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    for words in (("get",), ("update", "--provisioned-gb", "7"), ("delete", "-y")):
        said = vrg.fails(1, "tenant", "storage", words[0], "acme", "Tier 1", *words[1:])
        assert "has no attribute" in said
    assert sim.rows("tenant_storage")[0]["provisioned"] == 10 * GIB
