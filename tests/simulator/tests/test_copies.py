"""Snapshots, restore, clone, isolation, files (docs/platform.md#3.14, 4.4, 4.5)."""

from __future__ import annotations

import pytest

from driver import Driver

GIB = 2**30


def test_a_snapshot(sim: Driver) -> None:
    key = sim.tenant()
    one = sim.make("tenant_snapshots", tenant=key, name="one", description="d")
    row = sim.get(f"tenant_snapshots/{one}", fields="all")
    assert (row["expires"], row["type"], row["profile"], row["created"]) == (0, "full", None, sim.world.now)
    assert sim.refused("POST", "tenant_snapshots", {"tenant": key, "name": "one"})[0] == 409
    assert sim.refused("PUT", f"tenant_snapshots/{one}", {"name": "two"})[0] == 422
    for expires in (1893456000, 1924992000, 0):
        sim.change(f"tenant_snapshots/{one}", expires=expires)
        assert sim.get(f"tenant_snapshots/{one}", fields="expires") == {"expires": expires}
    unnamed = sim.make("tenant_snapshots", tenant=key)
    assert sim.get(f"tenant_snapshots/{unnamed}", fields="name")["name"].startswith("snapshot-")
    assert len(sim.get("tenants", fields="name")) == 1
    sim.make("tenant_snapshot_actions", tenant=key, action="refresh")
    assert sim.call("DELETE", f"tenant_snapshots/{one}") == (200, {})


def test_switches_of_snapshots() -> None:
    sim = Driver(snapshot_expiry="three_days", snapshot_tenant_row="yes", snapshot_running="refuse")
    key = sim.tenant()
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    assert sim.get(f"tenant_snapshots/{one}", fields="expires")["expires"] == sim.world.now + 259200
    assert sim.get("tenants", filter="is_snapshot eq true", fields="name") == [{"name": "acme"}]
    assert len(sim.get("tenants", filter="is_snapshot eq false", fields="name")) == 1
    sim.call("DELETE", f"tenant_snapshots/{one}")
    assert len(sim.get("tenants", fields="name")) == 1
    sim.act(key, "poweron")
    sim.wait(3)
    assert sim.refused("POST", "tenant_snapshots", {"tenant": key, "name": "two"})[0] == 405


def use(sim: Driver, storage: int, used: int) -> None:
    sim.world.change("tenant_storage", sim.world.get("tenant_storage", storage), used=used)


def test_restore(sim: Driver) -> None:
    key = sim.tenant(note="before")
    storage = sim.make("tenant_storage", tenant=key, tier=2, provisioned=4 * GIB)
    use(sim, storage, GIB)
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    use(sim, storage, 3 * GIB)
    sim.change(f"tenants/{key}", note="after")
    sim.change(f"tenant_storage/{storage}", provisioned=8 * GIB)
    sim.change("tenant_nodes/1", ram=8192)
    sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    sim.set(restore_timing="at_once")
    sim.act(key, "restore", snapshot=one)
    assert sim.get(f"tenants/{key}", fields="note") == {"note": "before"}
    assert sim.get(f"tenant_storage/{storage}", fields="used,provisioned") == {
        "used": GIB,
        "provisioned": 8 * GIB,
    }
    assert sim.get("tenant_nodes/1", fields="ram") == {"ram": 8192}
    sim.set(restore_scope="rows", restore_timing="after_step")
    sim.act(key, "restore", snapshot=one)
    assert sim.get("tenant_nodes", fields="ram,tenant") == [{"ram": 8192, "tenant": key}]
    sim.wait(1)
    assert sim.get("tenant_nodes", fields="ram,tenant") == [{"ram": 4096, "tenant": key}]
    assert sim.get("tenant_layer2_vnets", fields="vnet") == []
    assert sim.get("tenant_storage", fields="provisioned,tenant")[0]["provisioned"] == 4 * GIB


def test_a_restore_is_pending_until_the_power_on(sim: Driver) -> None:
    """Documented since 26.1.2; a later restore replaces it."""
    key = sim.tenant(note="one")
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    sim.change(f"tenants/{key}", note="two")
    two = sim.make("tenant_snapshots", tenant=key, name="two")
    sim.change(f"tenants/{key}", note="three")
    sim.act(key, "restore", snapshot=one)
    sim.act(key, "restore", snapshot=two)
    sim.wait(100)
    assert sim.get(f"tenants/{key}", fields="note") == {"note": "three"}
    sim.act(key, "poweron")
    assert sim.get(f"tenants/{key}", fields="note") == {"note": "two"}
    sim.wait(3)
    assert sim.status(key) == "online"
    sim.change(f"tenants/{key}", note="four")
    sim.act(key, "poweroff")
    sim.wait(5)
    sim.act(key, "poweron")
    assert sim.get(f"tenants/{key}", fields="note") == {"note": "four"}  # it was applied once


def test_a_pending_restore_of_rows(sim: Driver) -> None:
    """The nodes that the snapshot had are those that start."""
    sim.set(restore_scope="rows")
    key = sim.tenant(nodes=2)
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    assert sim.call("DELETE", "tenant_nodes/2")[0] == 200
    sim.act(key, "restore", snapshot=one)
    sim.act(key, "poweron")
    sim.wait(3)
    assert [state for state, _ in sim.nodes(key)] == ["running", "running"]


def test_a_pending_restore_dies_with_its_tenant(sim: Driver) -> None:
    key = sim.tenant(note="one")
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    sim.act(key, "restore", snapshot=one)
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})
    sim.wait(100)
    assert sim.tenant("other", note="two") == key  # the key is given again
    sim.act(key, "poweron")
    assert sim.get(f"tenants/{key}", fields="note") == {"note": "two"}


def test_restore_needs_a_tenant_that_is_off(sim: Driver) -> None:
    key = sim.tenant()
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    body = {"tenant": key, "action": "restore", "params": {"snapshot": one}}
    sim.act(key, "poweron")
    assert sim.refused("POST", "tenant_actions", body) == (405, "Tenant must be powered off")
    sim.wait(3)
    sim.set(restore_refusal="422")
    assert sim.refused("POST", "tenant_actions", body)[0] == 422
    other = sim.tenant("b")
    for params in ({"snapshot": one}, {"snapshot": 99}):
        assert sim.refused("POST", "tenant_actions", {**body, "tenant": other, "params": params})[0] == 404
    assert sim.refused("POST", "tenant_actions", {"tenant": key, "action": "restore"})[0] == 422


def rows_of(sim: Driver, name: str) -> tuple[int, int, int]:
    key = sim.get("tenants", filter=f"name eq '{name}'", fields="$key,name")[0]["$key"]
    return tuple(  # type: ignore[return-value]
        len(sim.get(table, filter=f"tenant eq {key}", fields="tenant"))
        for table in ("tenant_nodes", "tenant_storage", "tenant_layer2_vnets")
    )


def test_clone(sim: Driver) -> None:
    key = sim.tenant(nodes=2, note="n")
    sim.make("tenant_storage", tenant=key, tier=2, provisioned=GIB)
    sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    sim.make("vnet_addresses", vnet=3, type="virtual", owner=f"tenants/{key}")
    sim.act(key, "clone", name="copy")
    assert sim.get("tenants", filter="name eq 'copy'", fields="name") == []  # not at once
    sim.wait(1)
    fields = "note,uuid,vnet,ui_address,status#status as s"
    copy = sim.get("tenants", filter="name eq 'copy'", fields=fields)[0]
    original = sim.get(f"tenants/{key}", fields=fields)
    assert (copy["note"], copy["s"], copy["ui_address"]) == ("n", "provisioning", None)
    assert copy["uuid"] != original["uuid"] and copy["vnet"] != original["vnet"]
    assert rows_of(sim, "copy") == (2, 1, 0)
    sim.wait(1)
    assert sim.get("tenants", filter="name eq 'copy'", fields="status#status as s") == [{"s": "offline"}]
    body = {"tenant": key, "action": "clone", "params": {"name": "copy"}}
    assert sim.refused("POST", "tenant_actions", body)[0] == 409
    sim.act(key, "clone")
    sim.act(key, "clone")
    sim.wait(1)
    assert [row["name"] for row in sim.get("tenants", fields="name")] == [
        "acme",
        "copy",
        "acme clone",
        "acme clone 2",
    ]


def test_clone_without(sim: Driver) -> None:
    key = sim.tenant()
    sim.make("tenant_storage", tenant=key, tier=2, provisioned=GIB)
    sim.act(key, "clone", name="bare", no_vnet=True, no_storage=True, no_nodes=True)
    sim.wait(1)
    assert rows_of(sim, "bare") == (0, 0, 0)
    copy = sim.get("tenants", filter="name eq 'bare'", fields="$key,vnet")[0]
    assert copy["vnet"] is None
    sim.wait(1)
    body = {"tenant": copy["$key"], "action": "poweron"}
    assert sim.refused("POST", "tenant_actions", body) == (422, "Tenant has no network")
    assert sim.call("DELETE", f"tenants/{copy['$key']}") == (200, {})


def test_switches_of_clones() -> None:
    sim = Driver(clone_status="offline", clone_addresses="copied", clone_running="refuse")
    key = sim.tenant()
    sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    sim.act(key, "clone", name="copy")
    sim.wait(1)
    assert sim.status(2) == "offline" and rows_of(sim, "copy") == (1, 0, 1)
    sim.act(key, "poweron")
    sim.wait(3)
    assert sim.refused("POST", "tenant_actions", {"tenant": key, "action": "clone"})[0] == 405


@pytest.mark.parametrize("running", [False, True])
def test_isolation_is_done_when_it_answers(sim: Driver, running: bool) -> None:
    key = sim.running() if running else sim.tenant()
    for action, value in (
        ("isolateon", True),
        ("isolateon", True),
        ("isolateoff", False),
        ("isolateoff", False),
    ):
        sim.act(key, action)
        assert sim.get(f"tenants/{key}", fields="isolate") == {"isolate": value}
    sim.set(isolate_repeat="refuse")
    assert sim.refused("POST", "tenant_actions", {"tenant": key, "action": "isolateoff"})[0] == 422


def test_give_file(sim: Driver) -> None:
    key = sim.tenant()
    body = {"tenant": key, "action": "give_file"}
    assert sim.refused("POST", "tenant_actions", {**body, "params": {"file": 99}})[0] == 404
    assert sim.refused("POST", "tenant_actions", body) == (422, "File is a required parameter")
    sim.act(key, "give_file", file=1)
    sim.act(key, "give_file", file=1)
    assert len(sim.get("files", fields="name")) == 4  # nothing shows on the host
    sim.set(give_file_repeat="refuse")
    assert sim.refused("POST", "tenant_actions", {**body, "params": {"file": 1}})[0] == 409
    sim.set(give_file_stopped="refuse")
    assert sim.refused("POST", "tenant_actions", {**body, "params": {"file": 2}})[0] == 405


def test_other_actions_are_accepted(sim: Driver) -> None:
    key = sim.tenant()
    for action in ("refresh_status", "execute", "convert_cloud_snapshot", "recover_cloudsnapshot"):
        sim.act(key, action)
    assert sim.status(key) == "offline"
