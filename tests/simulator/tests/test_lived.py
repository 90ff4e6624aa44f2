"""The fixture `lived`: something in every table that a client looks at, the same each time."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver, basic
from vergesim.schema import TABLES

SMART = (
    "temp",
    "wear_level",
    "hours",
    "realloc_sectors",
    "current_pending_sector",
    "offline_uncorrectable",
)
LEVELS = ["audit", "message", "warning", "error", "critical", "summary", "debug"]
# Tables that stay empty: what only a client makes, and what nobody needs here.
EMPTY = {
    "catalog_logs",
    "catalog_repository_logs",
    "machine_logs",
    "machine_snapshots",
    "node_lldp_neighbors",
    "oidc_applications",
    "shared_objects",
    "tenant_recipe_instances",
    "tenant_recipe_logs",
    "vm_recipe_instances",
    "vnet_rules",
    "vsan_queries",
}
FILLED = [name for name, table in TABLES.items() if not name.endswith("_actions") and name not in EMPTY]


@pytest.fixture(scope="module")
def lived() -> Driver:
    return Driver("lived")


def test_it_is_the_lab_and_more(lived: Driver) -> None:
    lab = Driver("lab")
    for table in ("nodes", "clusters", "storage_tiers", "files", "vm_recipes", "cluster_tiers"):
        assert lived.get(table, fields="$key,name,id") == lab.get(table, fields="$key,name,id"), table
    lab_networks = lab.get("vnets", fields="name,network")
    assert lived.get("vnets", fields="name,network", limit="4") == lab_networks


def test_it_is_the_same_each_time(lived: Driver) -> None:
    again = Driver("lived")
    for table, fields in (
        ("tenants", "name,uuid"),
        ("machine_drive_phys", "serial,vsan_tier"),
        ("alarms", "alarm_id,status"),
        ("alarm_history", "alarm_id,archived_by"),
        ("tenant_recipes", "id"),
    ):
        assert lived.get(table, fields=fields) == again.get(table, fields=fields), table


def test_two_tenants(lived: Driver) -> None:
    fields = "name,status#status as s,ui_address#ip as ip,vnet#machine#status#status as net"
    rows = lived.get("tenants", filter="is_snapshot eq false", fields=fields)
    assert [tuple(row.values()) for row in rows] == [
        ("acme", "online", "198.51.100.10", "running"),
        ("globex", "offline", "198.51.100.20", "stopped"),
    ]
    assert lived.nodes(1) == [("running", "node1"), ("running", "node2")]
    assert lived.nodes(2) == [("stopped", None)]
    for table in ("tenant_storage", "tenant_layer2_vnets", "tenant_snapshots"):
        assert {row["tenant"] for row in lived.get(table, fields="tenant")} == {1, 2}, table
    for table in ("vnet_cidrs", "vnet_addresses"):
        owners = [row["owner"] for row in lived.get(table, fields="owner")]
        assert owners == ["tenants/1", "tenants/2"], table


def test_what_no_client_should_find_empty(lived: Driver) -> None:
    assert [table for table in FILLED if not lived.get(table, fields="$key")] == []


def test_every_table_can_be_read(lived: Driver) -> None:
    """As on a live system, where `fields=most` answered 200 on all tables."""
    for table in TABLES:
        if table != "alarm_actions":
            for fields in ("most", "all", "$key", "summary"):
                assert lived.call("GET", table, fields=fields)[0] == 200, (table, fields)


def test_drives(lived: Driver) -> None:
    fields = (
        "$key,parent_drive,serial,vsan_tier,vsan_repairing,vsan_read_errors,realloc_sectors_warn,spare,"
        "parent_drive#machine#name as node,parent_drive#status#status as s"
    )
    rows = {row["$key"]: row for row in lived.get("machine_drive_phys", fields=fields)}
    assert [row["node"] for row in rows.values()] == ["node1"] * 3 + ["node2"] * 3
    assert (rows[1]["serial"], rows[4]["serial"]) == ("2545EAE0FED9", "2533EAED016B")
    assert [key for key, row in rows.items() if row["vsan_repairing"]] == [2] and rows[2]["s"] == "repairing"
    assert (rows[3]["vsan_read_errors"], rows[3]["realloc_sectors_warn"], rows[3]["s"]) == (
        12,
        True,
        "warning",
    )
    assert [key for key, row in rows.items() if row["vsan_tier"] < 0] == [6] and rows[6]["spare"]
    columns = set(TABLES["machine_drive_phys"].by_name)
    assert {f"{name}_warn" for name in SMART} < columns and "node" not in columns
    warns = " or ".join(f"{name}_warn eq true" for name in SMART)
    assert [row["$key"] for row in lived.get("machine_drive_phys", filter=warns, fields="$key,size")] == [3]
    # The way of the SDK from a node to its drives.
    machine = lived.get("nodes/2", fields="machine")["machine"]
    keys = [r["$key"] for r in lived.get("machine_drives", filter=f"machine eq {machine}", fields="$key")]
    where = "(" + " or ".join(f"parent_drive eq {key}" for key in keys) + ")"
    assert len(lived.get("machine_drive_phys", filter=where, fields="serial")) == 3
    assert lived.refused("POST", "machine_drive_phys", {})[0] == 405


def test_logs_of_each_level(lived: Driver) -> None:
    rows = lived.get("logs", fields="level,object_type,timestamp", sort="+timestamp")
    assert sorted({row["level"] for row in rows}) == sorted(LEVELS)
    assert all(row["timestamp"] > 10**15 for row in rows)
    assert len(lived.get("logs", filter="object_type eq 'tenant'", fields="text")) == 2


def test_a_device_ties_a_node_to_its_host() -> None:
    sim = Driver("lived")
    fields = "machine#status#migratable as m"
    assert [row["m"] for row in sim.get("tenant_nodes", filter="tenant eq 1", fields=fields)] == [False, True]
    fields = "name,machine_type,resource_group#name as g,status#status as s"
    row = sim.get("machine_devices/1", fields=fields)
    assert row == {"name": "gpu_0", "machine_type": "tenant_node", "g": "L4", "s": "online"}
    sim.change("machine_devices/1", enabled=False)
    assert sim.get("tenant_nodes/1", fields="machine#status#migratable as m") == {"m": True}
    machine = sim.get("tenant_nodes/2", fields="machine")["machine"]
    key = sim.make("machine_devices", machine=machine, type="tpm")
    assert sim.get("tenant_nodes/2", fields="machine#status#migratable as m") == {"m": True}
    sim.make("machine_devices", machine=machine, type="node_usb_devices")
    assert sim.get("tenant_nodes/2", fields="machine#status#migratable as m") == {"m": False}
    assert sim.get(f"machine_devices/{key}", fields="name,optional") == {
        "name": "device_0",
        "optional": False,
    }
    assert sim.refused("POST", "machine_devices", {"machine": machine})[0] == 422


def test_what_a_new_user_may(lived: Driver) -> None:
    """Rows under the root "/", and of its own; the identity is text."""
    sim = Driver("lived")
    identity = sim.get("users", filter="name eq 'ops'", fields="identity")[0]["identity"]
    assert identity == "3"
    fields = "table,row,list,read,create,modify,delete"
    rights = sim.get("permissions", filter=f"identity eq {identity}", fields=fields)
    assert [list(row.values()) for row in rights] == [
        ["/", 0, True, True, False, False, False],
        ["users", 3, True, True, False, True, False],
    ]
    key = sim.make("users", name="new", password="secret")
    sim.headers = {"authorization": basic("new", "secret")}
    assert len(sim.get("tenants", filter="is_snapshot eq false", fields="name")) == 2
    assert sim.get("nodes/1", fields="name") == {"name": "node1"}
    assert sim.refused("PUT", "tenants/1", {"note": "x"})[0] == 403
    assert sim.refused("PUT", "users/1", {"email": "x"})[0] == 403
    sim.change(f"users/{key}", email="new@example.com")


def test_vdi_users_only_list() -> None:
    sim = Driver("lived")
    sim.make("users", name="desk", password="secret", type="vdi")
    sim.headers = {"authorization": basic("desk", "secret")}
    assert sim.get("tenants", fields="name") != [] and sim.refused("GET", "tenants/1")[0] == 403


def test_reading_includes_listing(sim: Driver) -> None:
    key = sim.make("permissions", identity=2, table="files", read=True)
    row = sim.get(f"permissions/{key}", fields="list,read,rowdisplay")
    assert row == {"list": True, "read": True, "rowdisplay": ""}
    other = sim.make("permissions", identity=2, table="files", row=1)
    assert sim.get(f"permissions/{other}", fields="rowdisplay") == {"rowdisplay": "debian-13.qcow2"}


def test_proxies(lived: Driver) -> None:
    fields = "name,listen_address,default_self,vnet#$display as v"
    shown = {"name": "External", "listen_address": "0.0.0.0", "default_self": True, "v": "External"}
    assert lived.get("vnet_proxy", filter="vnet eq 3", fields=fields) == [shown]
    assert lived.get("tenants/1", fields="ui_fqdn#fqdn as f") == {"f": "acme.example.com"}
    sim = Driver("lived")
    assert sim.refused("POST", "vnet_proxy", {"vnet": 3})[0] == 409
    sim.call("DELETE", "vnet_proxy/1")
    assert sim.get("vnet_proxy_tenants", fields="fqdn") == []
    assert sim.get("tenants/1", fields="ui_fqdn") == {"ui_fqdn": None}


def test_settings_have_the_name_of_the_system(sim: Driver) -> None:
    row = sim.get("settings", filter="key eq 'cloud_name'", fields="all")[0]
    assert row["value"] == row["default_value"] == "conundrum-lab"


@pytest.mark.parametrize("fixture", ["lab", "lived"])
def test_dashboards_count(fixture: str) -> None:
    sim = Driver(fixture)
    counts: dict[str, Any] = sim.get("dashboard")
    nets: dict[str, Any] = sim.get("vnet_dashboard")
    assert (counts["nodes_count"], counts["nodes_online"], counts["storage_tiers_count"]) == (
        2,
        2,
        {"$count": 3},
    )
    assert counts["vnets_count"] == nets["vnets_count"] == len(sim.get("vnets", fields="$key"))
    tenants = {"lab": (0, 0, 0), "lived": (2, 1, 4)}[fixture]
    assert (counts["tenants_count"], counts["tenants_online"], counts["alarms_count"]) == tenants
    assert (nets["ext_count"], nets["int_count"], nets["ten_count"]) == (1, 1, tenants[0])


def test_a_provider_has_them_in_proportion() -> None:
    sim = Driver("msp:100")
    assert len(sim.get("machine_drive_phys", fields="$key")) == 24
    assert len(sim.get("tag_members", fields="$key")) == 100
    assert len(sim.get("tenant_snapshots", fields="name")) == 20
    assert len(sim.get("logs", filter="level eq 'error'", fields="text")) == 2
    assert len(sim.get("cloud_snapshot_tenants", fields="name")) == 100
    kinds = sim.get("alarms", fields="alarm_type,owner_type")
    lost = [row for row in kinds if row["owner_type"] == "tenant_nodes"]
    assert 3 <= len(lost) <= 5 and len(kinds) > len(lost)
