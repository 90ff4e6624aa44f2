"""Projections and references, sent as they stand on the wire (docs/platform.md#2.3 and 2.4)."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pyvergeos.resources.clusters import ClusterManager
from pyvergeos.resources.networks import NetworkManager
from pyvergeos.resources.nodes import NodeManager
from pyvergeos.resources.tenant_manager import TenantManager
from pyvergeos.resources.vms import VMManager
from raw import Raw

from vergesim_process import Vergesim

#: Path, projection, and what of the answer is compared.
FORMS: dict[str, tuple[str, str, Any]] = {
    "columns": ("clusters/1", "name,max_cores_per_vm", {"name": "conundrum-lab", "max_cores_per_vm": 16}),
    "the key": ("clusters/1", "$key,name", {"$key": 1, "name": "conundrum-lab"}),
    "a reference": ("nodes/2", "machine", {"machine": 31}),
    "a traversal": ("nodes/2", "cluster#name as c", {"c": "conundrum-lab"}),
    "two traversals": ("nodes/2", "machine#status#running as r", {"r": True}),
    "the display": ("nodes/2", "cluster#$display as c", {"c": "conundrum-lab"}),
    "a new name": ("nodes/2", "vm_ram as usable", {"usable": 69120}),
    "an alias that shadows a column": ("tenants/1", "status,status#status as status", {"status": "offline"}),
    "another that does": ("tenant_nodes/1", "machine#preferred_node as preferred_node", {"preferred_node": None}),
    "an embedded row": ("nodes/2", "cluster[$key,name]", {"cluster": {"$key": 1, "name": "conundrum-lab"}}),
    "embedded rows": (
        "clusters/1",
        "tiers[tier,status#status as status]",
        {"tiers": [{"tier": tier, "status": "online"} for tier in (0, 1, 3)]},
    ),
    "an embedded row within one": (
        "tenants/1",
        "vnet[name,machine#status#running as running]",
        {"vnet": {"name": "tenant_acme", "running": False}},
    ),
    "a count": ("clusters/1", "count(tiers) as tiers_count", {"tiers_count": 3}),
    "upper": ("nodes/1", "upper(name) as n", {"n": "NODE1"}),
    "duplicates": ("nodes/1", "name,name,$key,$key", {"name": "node1", "$key": 1}),
    "an unknown column is left out": ("nodes/1", "name,nonsense,nonsense#name as x", {"name": "node1"}),
    "a traversal through no reference is the column itself": (
        "cluster_tier_status/21",
        "$key,status#capacity as capacity",
        {"$key": 21, "capacity": "online"},
    ),
    "a null reference": (
        "tenant_nodes/1",
        "preferred_node,preferred_node#name as n",
        {"preferred_node": None, "n": None},
    ),
    "a null reference embedded": ("tenant_nodes/1", "preferred_node[name]", {"preferred_node": None}),
    "a network's running is no column": ("vnets/3", "name,running", {"name": "External"}),
    "a VM's running is null": ("vms/1", "running,machine#status#running as up", {"running": None, "up": False}),
    "no projection": ("cluster_status/1", "", {"$key": 1}),
}


@pytest.mark.parametrize("name", FORMS)
def test_a_projection_answers(raw: Raw, acme: None, name: str) -> None:
    path, fields, expected = FORMS[name]
    assert raw.read(path, fields=fields or None) == expected


#: How many entries of the SDK's own projection are missing when ``all`` is asked for (measured on 26.1.8).
DROPPED: dict[str, tuple[Any, str, int]] = {
    "vnets": (NetworkManager, "vnets/3", 2),
    "vms": (VMManager, "vms/1", 6),
    "nodes": (NodeManager, "nodes/1", 9),
    "tenants": (TenantManager, "tenants/1", 9),
    "clusters": (ClusterManager, "clusters/1", 10),
}


@pytest.mark.parametrize("table", DROPPED)
def test_all_drops_what_is_computed(raw: Raw, acme: None, table: str) -> None:
    manager, path, dropped = DROPPED[table]
    wanted = {re.sub(r".* as ", "", entry) for entry in manager._default_fields or []}
    assert len(wanted - set(raw.read(path, fields="all"))) == dropped


@pytest.mark.parametrize("table", ["nodes", "storage_tiers"])
def test_all_has_no_key_there(raw: Raw, table: str) -> None:
    assert all("$key" not in row for row in raw.read(table, fields="all"))
    assert [row["$key"] for row in raw.read(table, fields="all,$key")] != []


def test_all_of_a_reference_is_the_bare_key(raw: Raw) -> None:
    assert raw.read("storage_tiers/2", fields="all")["stats"] == 2
    assert raw.read("storage_tiers/2", fields="stats[rops,wops]")["stats"].keys() == {"rops", "wops"}


def test_without_a_projection_the_parent_is_missing(raw: Raw, acme: None) -> None:
    for table in ("tenant_nodes", "tenant_storage", "vnet_cidrs", "tenant_layer2_vnets", "tenant_snapshots"):
        assert not {"tenant", "owner"} & set(raw.read(f"{table}/1"))


def test_a_projection_without_a_column_is_a_count(raw: Raw, acme: None) -> None:
    for fields in (",", "nonsense", "nonsense,other"):
        assert raw.read("tenants", fields=fields) == {"$count": 2}
    assert raw.read("tenants", "name eq 'nobody'", "nonsense") == {"$count": 0}
    assert raw.read("tenants", "name eq 'nobody'", "$key,$display") == {"$count": 0}


def test_no_rows_are_an_empty_list_once_a_column_was_asked_for(raw: Raw) -> None:
    assert raw.read("tenants", fields="$key,name") == []
    assert raw.read("clusters", "name eq 'nobody'", "name") == []


def test_a_null_reference_of_any_table_is_left_out(raw: Raw) -> None:
    key = raw.create("vnet_addresses", vnet=3, ip="198.51.100.9", type="static")
    fields = "$key,owner,owner#name as owner_name,vnet#name as network"
    assert raw.read(f"vnet_addresses/{key}", fields=fields) == {"$key": key, "owner": None, "network": "External"}


def test_a_setting_answers_its_key_under_both_names(raw: Raw) -> None:
    (setting,) = raw.read("settings", "key eq 'max_connections'", "all")
    assert (setting["key"], setting["$key"]) == ("max_connections", "max_connections")


def test_a_task_without_a_creator_answers_no_display_of_it(sim: Vergesim, raw: Raw) -> None:
    sim.control("PUT", "/sim/switches", {"reboot_body": "task"})
    raw.ask("POST", "nodes/1/maintenance_reboot", {})
    (task,) = raw.read("tasks", fields="$key,name,creator#$display as creator_name")
    assert task.keys() == {"$key", "name"}


def test_the_statistics_of_a_drive_are_found_by_the_drive_and_not_by_their_key(raw: Raw) -> None:
    assert raw.read("machine_drive_stats/34", fields="parent_drive") == {"parent_drive": 39}
    assert raw.read("machine_drive_stats", "parent_drive eq 34", "$key,reads") == [{"$key": 39, "reads": 1034}]


def test_a_view_answers_all_its_columns_as_one_object(raw: Raw, acme: None) -> None:
    dashboard = raw.read("tenant_dashboard")
    assert dashboard["tenants_count"] == 2
    assert isinstance(dashboard["logs"], list)


def test_references_are_integers_or_a_table_and_a_key(raw: Raw, acme: None) -> None:
    assert raw.read("vnet_cidrs/2", fields="vnet,owner") == {"vnet": 3, "owner": "tenants/2"}
    assert raw.read("vnet_cidrs/2", fields="owner#name as tenant") == {"tenant": "other"}


def test_the_long_form_of_a_reference_is_the_same_row(raw: Raw, acme: None) -> None:
    key = raw.create("vnet_cidrs", vnet=3, cidr="192.0.2.128/28", owner="/v4/tenants/1")
    owner = raw.read(f"vnet_cidrs/{key}", fields="owner")["owner"]
    assert owner.split("/")[-2:] == ["tenants", "1"]


def test_keys_are_not_always_numbers(raw: Raw, sim: Vergesim) -> None:
    for row in sim.rows("vm_recipes"):
        assert re.fullmatch("[0-9a-f]{40}", row["$key"])
        assert raw.read(f"vm_recipes/{row['$key']}", fields="id,name") == {"id": row["id"], "name": row["name"]}


def test_figures_are_found_by_their_parent_and_not_by_its_key(raw: Raw) -> None:
    (row,) = raw.read("machine_status", "machine eq 31", "$key,machine,running")
    assert row["running"] is True
    (tier,) = raw.read("cluster_tiers", "tier eq 1", "$key,status,stats")
    assert (tier["$key"], tier["status"], tier["stats"]) == (12, 22, 32)
    assert raw.read("cluster_tier_status", "tier eq 12", "$key") == [{"$key": 22}]


def test_a_tenants_figures_need_not_have_its_key(raw: Raw, acme: None) -> None:
    raw.ask("DELETE", "tenants/1")
    for name in ("third", "fourth"):
        raw.create("tenants", name=name)
    for table in ("tenant_status", "tenant_stats"):
        parents = {row["$key"]: row["tenant"] for row in raw.read(table, fields="$key,tenant")}
        assert sorted(parents.values()) == [1, 2, 3]
        for tenant in (1, 2, 3):
            assert [row["tenant"] for row in raw.read(table, f"tenant eq {tenant}", "tenant")] == [tenant]
