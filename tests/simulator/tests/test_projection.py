"""Projections and answers (docs/platform.md#2.3, 2.4): one test for each sentence."""

from __future__ import annotations

import pytest

from driver import Driver


def test_short_default_set_without_fields(sim: Driver) -> None:
    sim.tenant()
    assert sim.get("tenant_nodes") == [{"$key": 1, "name": "node1", "description": ""}]
    assert sim.get("cluster_status") == [{"$key": 1}]
    assert sim.get("storage_tiers/2") == {"$key": 2, "description": "Tier 1"}
    sim.set(default_projection="all")
    assert sim.get("tenant_nodes/1")["tenant"] == 1


def test_all_most_and_summary(sim: Driver) -> None:
    key = sim.tenant()
    row = sim.get(f"tenants/{key}", fields="all")
    assert row["$key"] == key and row["status"] == 1
    assert "running" not in row and "password" not in row
    assert "$key" not in sim.get("nodes/1", fields="all")
    assert "$key" not in sim.get("storage_tiers/2", fields="all")
    assert sim.get("storage_tiers/2", fields="all")["stats"] == 2
    assert "tiers" in sim.get("clusters/1", fields="all")
    assert "tiers" not in sim.get("clusters/1", fields="most")
    assert set(sim.get("clusters/1", fields="summary")) == {"$key", "name", "description"}
    assert set(sim.get("clusters/1", fields="all,status#status as s")) > {"s", "name"}


def test_traversals_over_two_levels_and_display(sim: Driver) -> None:
    fields = "machine#status#status as s,cluster#$display as c,$display,machine#status#node#name as n"
    assert sim.get("nodes/1", fields=fields) == {
        "s": "running",
        "c": "conundrum-lab",
        "$display": "node1",
        "n": "node1",  # a host is on itself
    }
    assert sim.get("machine_status", filter="machine eq 6", fields="node#name as n") == [{"n": None}]


def test_an_alias_wins_over_a_column_of_its_name(sim: Driver) -> None:
    for fields in (
        "status,status#status as status",
        "status#status as status,status",
        "all,status#status as status",
    ):
        assert sim.get("clusters/1", fields=fields)["status"] == "online"


def test_a_column_that_is_no_reference_answers_itself(sim: Driver) -> None:
    """`status#capacity` on `cluster_tier_status` came back as `online` (measured)."""
    assert sim.get("cluster_tier_status/22", fields="status#capacity as c") == {"c": "online"}


def test_null_references(sim: Driver) -> None:
    """A null ordinary reference gives null, a null polymorphic one is omitted (measured)."""
    key = sim.tenant()
    assert sim.get(f"tenants/{key}", fields="name,ui_address#ip as ip,owner#$display as o") == {
        "name": "acme",
        "ip": None,
    }
    sim.make("vnet_addresses", vnet=3, type="virtual", owner=f"tenants/{key}")
    assert sim.get("vnet_addresses/1", fields="owner#name as o,owner#status#status as s") == {
        "o": "acme",
        "s": "offline",
    }
    assert sim.get(f"tenants/{key}", fields="oidc_application[name]") == {"oidc_application": None}
    sim.set(null_subselection="omitted")
    assert sim.get(f"tenants/{key}", fields="name,oidc_application[name]") == {"name": "acme"}


def test_sub_selections(sim: Driver) -> None:
    tier = sim.get("storage_tiers/2", fields="tier,stats[reads,rops as r]")
    assert tier == {"tier": 1, "stats": {"reads": 25165824, "r": 120}}
    cluster = sim.get("clusters/1", fields="tiers[$key,tier,status#status as status,stats#rops as read_ops]")
    assert cluster["tiers"][1] == {"$key": 12, "tier": 1, "status": "online", "read_ops": 120}
    nested = sim.get("clusters/1", fields="tiers[status[status,tier[tier]]]")
    assert nested["tiers"][2] == {"status": {"status": "online", "tier": {"tier": 3}}}
    assert sim.get("storage_tiers/2", fields="stats[all]")["stats"]["tier"] == 2
    behind = sim.get("nodes/1", fields="machine#status[status,running] as s")
    assert behind == {"s": {"status": "running", "running": True}}


def test_running_machines_are_rows_with_migratable(sim: Driver) -> None:
    rows = sim.get("nodes/1", fields="running_machines")["running_machines"]
    assert len(rows) == 2 and all(row["migratable"] is True for row in rows)
    named = sim.get("nodes/2", fields="running_machines[machine#name as name]")["running_machines"]
    assert [row["name"] for row in named] == ["External", "Internal"]
    assert sim.get("nodes/1", fields="count(running_machines) as n") == {"n": 2}


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ("upper(name) as n", {"n": "CONUNDRUM-LAB"}),
        ("count(tiers) as n", {"n": 3}),
        ("datetime(created) as d", {"d": "2026-08-24 08:30:29"}),
        ("hex(max_ram_per_vm) as h", {"h": "10000"}),
        ("display(default_cpu) as d", {"d": "Epyc-rome"}),
        ("sum(tiers#tier) as s,max(tiers#tier) as m", {"s": 4, "m": 3}),
        ("nosuch(name) as n,name", {"name": "conundrum-lab"}),
    ],
)
def test_functions(sim: Driver, fields: str, answer: dict[str, object]) -> None:
    assert sim.get("clusters/1", fields=fields) == answer


def test_unknown_entries_are_ignored(sim: Driver) -> None:
    assert sim.get("vnets/1", fields="name,running,garbage") == {"name": "Core"}
    assert sim.get("vnets/1", fields="name,machine#nosuch as x,name") == {"name": "Core"}


def test_without_a_valid_column_the_answer_is_a_count(sim: Driver) -> None:
    for fields in (",", "nosuch", "nosuch#x as y", " , ,"):
        assert sim.get("vnets", fields=fields) == {"$count": 4}
    assert sim.get("vnets", fields=",", filter="name eq 'Core'") == {"$count": 1}


def test_no_rows(sim: Driver) -> None:
    """`[]` where a real column was asked for, `{"$count": 0}` where none was (measured, 8 #2)."""
    assert sim.get("tenants", fields="$key,name") == []
    assert sim.get("tenants") == []
    for fields in (",", "$key,$display"):
        assert sim.get("tenants", fields=fields) == {"$count": 0}
    sim.set(empty_result="list")
    assert sim.get("tenants", fields="$key,$display") == []
    sim.set(empty_result="count")
    assert sim.get("tenants", fields="$key,name") == {"$count": 0}


def test_keys_and_receipts(sim: Driver) -> None:
    status, receipt = sim.call("POST", "tenants", {"name": "x"})
    assert status == 201
    assert receipt == {"location": "/v4/tenants/1", "dbpath": "tenants/1", "$row": 1, "$key": "1"}
    assert sim.get("tenants/1", fields="$key")["$key"] == 1
    sim.set(key_in_rows="string")
    assert sim.get("tenants/1", fields="$key")["$key"] == "1"
    recipe = sim.get("vm_recipes", filter="name eq 'Crash Cart'", fields="$key,id")[0]
    assert recipe["$key"] == recipe["id"] and len(recipe["id"]) == 40
    assert sim.get(f"vm_recipes/{recipe['id']}", fields="name") == {"name": "Crash Cart"}


def test_unaliased_traversals(sim: Driver) -> None:
    assert sim.get("nodes/1", fields="machine#status#status") == {"machine#status#status": "running"}
    sim.set(unaliased_key="last")
    assert sim.get("nodes/1", fields="machine#status#status") == {"status": "running"}


def test_singletons_and_views(sim: Driver) -> None:
    assert sim.get("system", fields="$key,yb_version,os_version,cloud_name") == [
        {"$key": 1, "yb_version": "26.1.8", "os_version": "26.1.8", "cloud_name": "conundrum-lab"}
    ]
    sim.set(system_shape="object")
    assert sim.get("system", fields="yb_version") == {"yb_version": "26.1.8"}
    sim.running()
    dashboard = sim.get("tenant_dashboard")
    assert (dashboard["tenants_count"], dashboard["tenants_online"], dashboard["nodes_online"]) == (1, 1, 1)


def test_malformed_projections(sim: Driver) -> None:
    for fields in (
        "name[",
        "name]",
        "a as",
        "a b",
        "(",
        "name as a as b",
        "machine[" * 40 + "name" + "]" * 40,
    ):
        assert sim.refused("GET", "vnets", fields=fields)[0] == 422
    assert sim.refused("GET", "vnets", fields="count(" * 5000 + "x" + ")" * 5000)[0] == 422
    assert sim.refused("GET", "vnets", fields="#".join(["machine"] * 500))[0] == 422


def test_F71_a_comparison_is_a_column(sim: Driver) -> None:
    """Live systems answered it (measured)."""
    key = sim.running()
    fields = "status#status eq 'running' as is_running,status#status eq 'online' as is_on"
    fields += ",status#display(status) as d"
    assert sim.get(f"tenants/{key}", fields=fields) == {"is_running": False, "is_on": True, "d": "Online"}
    fields = "name,$key ge 2 as second,tier eq '2' as none,name bw 'n\\'' as n,gone eq 1 as gone"
    assert sim.get("nodes", fields=fields) == [
        {"name": "node1", "second": False, "n": False},
        {"name": "node2", "second": True, "n": False},
    ]
    assert sim.get("machine_status", filter="machine eq 6", fields="node#name eq 'node1' as here") == [
        {"here": False}
    ]
    assert sim.get("tenants", filter="is_on eq true", fields="status#status eq 'online' as is_on") == [
        {"is_on": True}
    ]
    stats = "name,tiers[tier,status#status eq 'online' as up]"
    assert sim.get("clusters/1", fields=stats)["tiers"] == [{"tier": t, "up": True} for t in (0, 1, 3)]
    assert sim.refused("GET", "nodes", fields="name like 'n'")[0] == 422
    assert sim.refused("GET", "nodes", fields="name eq")[0] == 422
