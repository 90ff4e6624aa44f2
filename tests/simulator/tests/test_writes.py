"""Create, change, delete: codes and sentences (docs/platform.md#1.3 to 1.5)."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver

INVALID = "Validation error on field: '{}' - 'fails validation test'"


def test_a_new_tenant(sim: Driver) -> None:
    """Stopped, without nodes and storage, with a network, a status and a stats row (docs/platform.md#3.5)."""
    key = sim.make("tenants", name="acme")
    assert sim.flags(key) == (False, False, False, "offline", "offline")
    assert sim.network(key) == "stopped"
    row = sim.get(f"tenants/{key}", fields="all,vnet#name as net")
    assert (
        row["expose_cloud_snapshots"] is True and row["help_url"] == "default" and row["creator"] == "admin"
    )
    assert row["net"] == "tenant_acme" and len(row["uuid"]) == 36
    assert sim.get("tenant_stats", filter=f"tenant eq {key}", fields="ram_used") == [{"ram_used": 0}]
    for table in ("tenant_nodes", "tenant_storage"):
        assert sim.get(table, filter=f"tenant eq {key}", fields="name,tenant") == []


@pytest.mark.parametrize(
    ("table", "body", "status", "sentence"),
    [
        ("tenants", {}, 422, "field 'tenants.name' is required"),
        ("tenants", {"name": ""}, 422, INVALID.format("name")),
        ("tenants", {"name": "x" * 121}, 422, INVALID.format("name")),
        ("tenants", {"name": 5}, 422, INVALID.format("name")),
        ("tenants", {"name": None}, 422, INVALID.format("name")),
        ("tenants", {"name": "x", "isolate": True}, 422, "field 'isolate' is readonly"),
        ("tenants", {"name": "x", "$key": 5}, 422, "field 'key' is readonly"),
        ("tenants", {"name": "x", "uuid": "y"}, 422, "field 'uuid' is readonly"),
        ("tenants", {"name": "x", "allow_branding": "yes"}, 422, INVALID.format("allow_branding")),
        ("tenants", {"name": "x", "allow_branding": None}, 422, INVALID.format("allow_branding")),
        (
            "tenants",
            {"name": "x", "theme_access": "z"},
            422,
            "value 'z' is not in list for field 'theme_access'",
        ),
        ("tenants", {"name": "x", "ui_address": 77}, 404, "error setting field 'ui_address': No such file"),
        ("tenant_nodes", {"tenant": 9}, 404, "error setting field 'tenant': No such file or directory"),
        ("tenant_nodes", {"tenant": 1, "ram": 1024}, 422, INVALID.format("ram")),
        ("tenant_nodes", {"tenant": 1, "cpu_cores": 0}, 422, INVALID.format("cpu_cores")),
        ("tenant_nodes", {"tenant": 1, "ram": "4096"}, 422, INVALID.format("ram")),
        ("tenant_nodes", {"tenant": 1, "ram": 1e300}, 422, INVALID.format("ram")),
        ("tenant_nodes", {"tenant": 1, "ram": 10**40}, 422, INVALID.format("ram")),
        ("tenant_nodes", {"tenant": [1]}, 404, "error setting field 'tenant'"),
        ("tenant_nodes", {"tenant": 1, "name": "node1"}, 409, "Row exists in 'tenant_nodes'"),
        ("tenant_nodes", {"tenant": 1, "cluster": 9}, 404, "error setting field 'cluster'"),
        ("clusters", {"name": "conundrum-lab"}, 409, "Row exists in 'clusters': name 'conundrum-lab'"),
        ("clusters", {"name": "x", "default_cpu": "i386"}, 422, "value 'i386' is not in list"),
        (
            "tenant_actions",
            {"tenant": 1, "action": "restart"},
            422,
            "value 'restart' is not in list for field 'a",
        ),
        ("tenant_actions", {"tenant": 9, "action": "poweron"}, 404, "error setting field 'tenant'"),
        ("tenant_actions", {"tenant": 1}, 422, "field 'tenant_actions.action' is required"),
        ("tenant_actions", {"tenant": 1, "action": "clone", "params": [1]}, 422, INVALID.format("params")),
        (
            "vnet_actions",
            {"vnet": 1, "action": "killpower"},
            422,
            "value 'killpower' is not in list for field",
        ),
        ("vnet_addresses", {"vnet": 3, "type": "virtual", "ip": "300.1.1.1"}, 422, INVALID.format("ip")),
        ("vnet_addresses", {"vnet": 3, "type": "odd"}, 422, "value 'odd' is not in list for field 'type'"),
        (
            "vnet_addresses",
            {"vnet": 3, "type": "virtual", "owner": "tenants/9"},
            404,
            "error setting field 'owner'",
        ),
        ("vnet_cidrs", {"vnet": 3, "cidr": "10.0.0.0/40"}, 422, INVALID.format("cidr")),
        ("nodes", {"name": "node3"}, 405, "POST is not permitted on 'nodes'"),
        ("storage_tiers", {"tier": 2}, 405, "POST is not permitted"),
        ("nosuch", {}, 404, "Resource '/v4/nosuch' not found during post"),
    ],
)
def test_refused_creates(sim: Driver, table: str, body: Any, status: int, sentence: str) -> None:
    sim.tenant()
    code, text = sim.refused("POST", table, body)
    assert (code, text[: len(sentence)]) == (status, sentence)


def test_unknown_columns_are_dropped(sim: Driver) -> None:
    key = sim.make("tenants", name="x", no_such_column=1)
    sim.change(f"tenants/{key}", tier=5)
    assert "tier" not in sim.get(f"tenants/{key}", fields="all")
    sim.set(unknown_column="refuse")
    assert sim.refused("PUT", f"tenants/{key}", {"tier": 5})[0] == 422


def test_update_rules(sim: Driver) -> None:
    key = sim.tenant()
    sim.make("tenants", name="other")
    sim.change(f"tenants/{key}")
    sim.change(f"tenants/{key}", note="n", name="renamed")
    assert sim.get(f"tenants/{key}", fields="name,note,description") == {
        "name": "renamed",
        "note": "n",
        "description": "",
    }
    assert sim.refused("PUT", f"tenants/{key}", {"name": "other"})[0] == 409
    assert sim.refused("PUT", f"tenants/{key}", {"isolate": True})[0] == 422
    assert sim.refused("PUT", "tenant_nodes/1", {"tenant": 2}) == (422, "field 'tenant' is readonly")
    assert sim.refused("PUT", f"tenants/{key}", {"name": None})[0] == 422
    assert sim.refused("PUT", "tenants/99", {"note": "n"})[0] == 404
    sim.set(put_body="key")
    assert sim.call("PUT", f"tenants/{key}", {"note": ""}) == (200, {"$key": key})


def test_the_password_is_written_and_never_read(sim: Driver) -> None:
    sim.make("tenants", name="x", password="geheim")
    for fields in ("all", "password", "name,password as p"):
        assert "geheim" not in str(sim.get("tenants", fields=fields))
    assert sim.get("tenants", filter="password eq 'geheim'", fields="name") == []
    assert "geheim" not in str(sim.simulator.raw_rows("tenants"))


def test_keys_are_reused(sim: Driver) -> None:
    """The lowest free key; a tenant's some time after it has gone (measured)."""
    key = sim.tenant()
    first = sim.make("tenant_storage", tenant=key, tier=2, provisioned=2**30)
    sim.make("tenant_storage", tenant=key, tier=4, provisioned=2**30)
    sim.call("DELETE", f"tenant_storage/{first}")
    assert sim.make("tenant_storage", tenant=key, tier=2, provisioned=2**30) == first
    sim.call("DELETE", f"tenants/{key}")
    assert sim.make("tenants", name="next") == key + 1
    sim.wait(10)
    assert sim.make("tenants", name="again") == key
    sim.set(key_reuse="never")
    sim.call("DELETE", f"tenants/{key}")
    sim.wait(10)
    assert sim.make("tenants", name="new") == key + 2


def test_storage_is_floored_to_whole_gib(sim: Driver) -> None:
    key = sim.tenant()
    row = sim.make("tenant_storage", tenant=key, tier=2, provisioned=2**30 + 2**29)
    assert sim.get(f"tenant_storage/{row}", fields="provisioned") == {"provisioned": 2**30}
    sim.change(f"tenant_storage/{row}", provisioned=3 * 2**30 - 1)
    assert sim.get(f"tenant_storage/{row}", fields="provisioned") == {"provisioned": 2 * 2**30}
    for body in ({"provisioned": 1}, {"tier": 1, "provisioned": 2**30}, {}):
        assert sim.refused("POST", "tenant_storage", {"tenant": key, "tier": 4, **body})[0] == 422
    assert sim.refused("PUT", f"tenant_storage/{row}", {"tier": 4}) == (422, "field 'tier' is readonly")
    assert sim.refused("POST", "tenant_storage", {"tenant": key, "tier": 2, "provisioned": 2**30})[0] == 409
    sim.set(storage_below_gib="zero")
    sim.change(f"tenant_storage/{row}", provisioned=1)
    assert sim.get(f"tenant_storage/{row}", fields="provisioned,used_pct") == {
        "provisioned": 0,
        "used_pct": 0,
    }


def test_storage_in_use(sim: Driver) -> None:
    key = sim.tenant()
    row = sim.make("tenant_storage", tenant=key, tier=2, provisioned=4 * 2**30)
    sim.world.change("tenant_storage", sim.world.get("tenant_storage", row), used=2 * 2**30)
    assert sim.get(f"tenant_storage/{row}", fields="used_pct") == {"used_pct": 50}
    sim.set(storage_below_used="refuse")
    assert sim.refused("PUT", f"tenant_storage/{row}", {"provisioned": 2**30})[0] == 405
    assert sim.refused("DELETE", f"tenant_storage/{row}")[0] == 405
    sim.set(storage_below_used="accept")
    sim.change(f"tenant_storage/{row}", provisioned=2**30)
    assert sim.call("DELETE", f"tenant_storage/{row}") == (200, {})


def test_both_views_of_a_tenant_node_are_equal(sim: Driver) -> None:
    """Plain columns, and through the machine (docs/platform.md#3.8)."""
    sim.tenant()
    sim.change("tenant_nodes/1", preferred_node=2, on_power_loss="leave_off", ha_group="+web")
    fields = (
        "machine#preferred_node as p,machine#on_power_loss as l,machine#ha_group as g,machine#cluster as c"
    )
    row = sim.get("tenant_nodes/1", fields=f"preferred_node,on_power_loss,ha_group,cluster,{fields}")
    assert row["p"] == row["preferred_node"] == 2
    assert row["l"] == row["on_power_loss"] == "leave_off"
    assert row["g"] == row["ha_group"] == "+web"
    assert row["c"] == row["cluster"] == 1


def test_methods(sim: Driver) -> None:
    sim.tenant()
    for method, path in (
        ("PATCH", "tenants/1"),
        ("PUT", "tenants"),
        ("DELETE", "tenants"),
        ("POST", "tenants/1"),
    ):
        assert sim.refused(method, path, {})[0] == 405
    assert sim.call("POST", "tenants/1", {}, action="nosuch") == (200, {})
    sim.set(patch="put")
    assert sim.call("PATCH", "tenants/1", {"note": "x"}) == (200, {})
    assert sim.get("tenants/1", fields="note") == {"note": "x"}
    assert sim.refused("GET", "tenants/1/nosuch")[0] == 404
    assert sim.refused("GET", "vms/99") == (404, "Resource '/v4/vms/99' not found during get")


def test_bodies_of_deletes_and_actions(sim: Driver) -> None:
    answers: list[tuple[str, int, Any]] = [
        ("object", 200, {}),
        ("empty", 200, None),
        ("no_content", 204, None),
    ]
    for value, *answer in answers:
        key = sim.make("clusters", name=value)
        sim.set(delete_body=value)
        assert sim.call("DELETE", f"clusters/{key}") == tuple(answer)
    body = {"tenant": sim.tenant(), "action": "isolateon"}
    status, receipt = sim.call("POST", "tenant_actions", body)
    assert status == 201 and set(receipt) == {"$key", "$row", "dbpath", "location"}  # as measured
    assert isinstance(receipt["$key"], str)
    sim.set(action_body="receipt")
    assert sim.call("POST", "tenant_actions", body)[1]["response"] == {}
    sim.set(action_body="empty")
    assert sim.call("POST", "tenant_actions", body) == (200, None)


def test_every_accepted_change_is_audited(sim: Driver) -> None:
    key = sim.tenant()
    sim.change(f"tenants/{key}", note="n")
    sim.act(key, "isolateon")
    rows = sim.get(
        "tenant_logs", filter=f"tenant eq {key}", fields="level,text,user,timestamp,tenant#name as t"
    )
    assert [row["level"] for row in rows] == ["audit"] * 4 and {row["t"] for row in rows} == {"acme"}
    assert rows[0]["timestamp"] > 10**15
    assert len(sim.messages("audit")) == 4
    sim.set(audit_rows="off")
    sim.act(key, "isolateoff")
    assert len(sim.messages("audit")) == 4


def test_clusters(sim: Driver) -> None:
    key = sim.make("clusters", name="new")
    fields = "status#status as s,status#total_nodes as n,max_ram_per_vm,max_cores_per_vm,kvm_nested"
    assert sim.get(f"clusters/{key}", fields=fields) == {
        "s": "offline",
        "n": 0,
        "max_ram_per_vm": 65536,
        "max_cores_per_vm": 16,
        "kvm_nested": False,
    }
    assert sim.refused("DELETE", "clusters/1") == (405, "Cluster has nodes assigned")
    tenant = sim.make("tenants", name="x")
    node = sim.make("tenant_nodes", tenant=tenant, cluster=key)
    assert sim.refused("DELETE", f"clusters/{key}") == (405, "Cluster is in use by tenant nodes")
    sim.set(cluster_of_tenant_nodes="detach", cluster_delete_code="409")
    assert sim.refused("DELETE", "clusters/1")[0] == 409
    assert sim.call("DELETE", f"clusters/{key}") == (200, {})
    assert sim.get(f"tenant_nodes/{node}", fields="cluster,machine#cluster as m") == {"cluster": 1, "m": 1}
    assert len(sim.get("cluster_status", fields="cluster")) == 1


def test_switches_of_codes_and_types(sim: Driver) -> None:
    key = sim.tenant()
    sim.set(duplicate_code="422", write_types="lenient")
    assert sim.refused("POST", "tenants", {"name": "acme"})[0] == 422
    sim.change("tenant_nodes/1", ram="8192", enabled=0)
    assert sim.get("tenant_nodes/1", fields="ram,enabled") == {"ram": 8192, "enabled": False}
    sim.set(filter_literals="loose")
    assert sim.get("tenant_nodes", filter="ram eq '8192'", fields="tenant") == [{"tenant": key}]
