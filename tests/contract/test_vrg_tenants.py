"""The real vrg: tenants, their power, isolation, clones, files and crash carts."""

from __future__ import annotations

import pytest
from command import Vrg
from raw import Raw

from vergesim_process import Vergesim


def test_tenants_are_shown(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    assert [tenant["name"] for tenant in vrg("tenant", "list")] == ["acme", "other"]
    sim.forget()
    shown = vrg("tenant", "get", "acme")
    # The whole table is read to find one name; then the row again.
    assert sim.requests() == {"GET system": 1, "GET tenants": 2}
    assert shown.pop("uuid") == sim.rows("tenants")[0]["uuid"]
    assert shown == {
        "$key": 1,
        "name": "acme",
        "status": "offline",
        "state": "offline",
        "is_isolated": False,
        "description": "",
        "network_name": "tenant_acme",
        "ui_address_ip": "198.51.100.10",
        "url": sim.rows("tenants")[0]["url"],
        "note": "",
        "expose_cloud_snapshots": True,
        "allow_branding": False,
    }


def test_a_name_goes_before_a_key(vrg: Vrg, raw: Raw, acme: None) -> None:
    raw.create("tenants", name="1")
    assert vrg("tenant", "get", "1")["name"] == "1"
    assert vrg("tenant", "get", "2")["name"] == "other"
    assert "Tenant 'nobody' not found" in vrg.fails(6, "tenant", "get", "nobody")
    vrg.fails(6, "tenant", "get", "77")


def test_a_name_that_is_not_unique(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    sim.control("PUT", "/sim/tables/tenants/2", {"name": "acme"})
    assert "Multiple Tenants match 'acme'" in vrg.fails(7, "tenant", "get", "acme")
    assert vrg("tenant", "get", "2")["$key"] == 2


def test_a_tenant_comes_changes_and_goes(vrg: Vrg, sim: Vergesim) -> None:
    made = vrg(
        *("tenant", "create", "--name", "acme", "--description", "d", "--password", "secret", "--url", "acme.example"),
        *("--note", "n", "--no-expose-cloud-snapshots", "--allow-branding"),
    )
    assert (made["$key"], made["status"], made["description"], made["note"]) == (1, "offline", "d", "n")
    (row,) = sim.rows("tenants")
    assert (row["url"], row["expose_cloud_snapshots"], row["allow_branding"]) == ("acme.example", False, True)
    assert "password" not in row

    changed = vrg("tenant", "update", "acme", "--name", "acme-2", "--note", "", "--expose-cloud-snapshots")
    assert (changed["name"], changed["note"], changed["expose_cloud_snapshots"]) == ("acme-2", "", True)
    assert "No updates specified" in vrg.fails(2, "tenant", "update", "acme-2")

    vrg.fails(7, "tenant", "create", "--name", "acme-2")
    assert "Deleted tenant 'acme-2'" in vrg.run("tenant", "delete", "acme-2", "-y").said
    assert sim.rows("tenants") == sim.rows("tenant_status") == []


def test_a_running_tenant_is_not_deleted_even_with_force(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    raw.act("tenant_actions", tenant=1, action="poweron")
    assert "is running. Use --force" in vrg.fails(7, "tenant", "delete", "acme", "-y")
    assert "DELETE tenants" not in sim.requests()
    assert "Tenant must be powered off to delete" in vrg.fails(1, "tenant", "delete", "acme", "-y", "--force")
    assert len(sim.rows("tenants")) == 2


def test_start_never_sees_the_tenant_running(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    said = vrg.fails(9, "tenant", "start", "acme", "--wait", "--timeout", "1")
    assert "Timeout waiting for Tenant to reach state running" in said
    assert sim.rows("tenant_status")[0]["status"] == "online"
    assert "is already running" in vrg.run("tenant", "start", "acme").said
    assert sim.requests()["POST tenant_actions"] == 1


def test_restart_is_a_reset_and_never_sees_the_end(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    vrg.fails(1, "tenant", "restart", "acme")
    raw.act("tenant_actions", tenant=1, action="poweron")
    before = raw.read("tenant_status", "tenant eq 1", "status,started")
    assert "Timeout waiting" in vrg.fails(9, "tenant", "restart", "acme", "--wait", "--timeout", "1")
    assert raw.read("tenant_status", "tenant eq 1", "status,started")[0]["status"] == before[0]["status"] == "online"
    texts = [row["text"] for row in sim.rows("tenant_logs") if row["tenant"] == 1 and row["level"] == "audit"]
    assert any("reset" in text for text in texts)
    assert not any("restart" in text for text in texts)


def test_stop_waits(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    assert "is not running" in vrg.run("tenant", "stop", "acme").said
    assert "POST tenant_actions" not in sim.requests()
    raw.act("tenant_actions", tenant=1, action="poweron")
    assert "is now stopped" in vrg.run("tenant", "stop", "acme", "--wait", "--timeout", "30").said
    assert sim.rows("tenant_status")[0]["status"] == "offline"


def test_reset(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    assert "is not running" in vrg.fails(1, "tenant", "reset", "acme", "-y")
    raw.act("tenant_actions", tenant=1, action="poweron")
    sim.forget()
    vrg("tenant", "reset", "acme", "-y")
    assert sim.requests()["POST tenant_actions"] == 1
    assert sim.rows("tenant_status")[0]["status"] == "online"


def test_a_start_that_cannot_be_placed_says_nothing(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    sim.control("POST", "/sim/faults", {"kind": "unplaceable", "tenant": "acme"})
    assert "Starting tenant 'acme'" in vrg.run("tenant", "start", "acme").said
    assert vrg("tenant", "get", "acme")["status"] == "offline"
    assert vrg("tenant", "node", "get", "acme", "node1")["host_node"] in ("", None)
    assert vrg("tenant", "logs", "list", "acme", "--errors-only") == []


@pytest.mark.parametrize("left_out", [(), ("network", "storage", "nodes")], ids=["everything", "nothing"])
def test_a_clone(vrg: Vrg, sim: Vergesim, acme: None, left_out: tuple[str, ...]) -> None:
    receipt = vrg("tenant", "clone", "acme", "--name", "copy", *(f"--no-{part}" for part in left_out))
    # vrg promises the clone, and shows what the platform answers: the receipt of the action.
    assert receipt["dbpath"].startswith("tenant_actions/")
    clone = sim.rows("tenants")[2]
    assert (clone["name"], clone["vnet"] is None) == ("copy", bool(left_out))
    for table in ("tenant_nodes", "tenant_storage"):
        assert sum(row["tenant"] == 3 for row in sim.rows(table)) == (0 if left_out else 1)
    assert "other" in vrg.fails(7, "tenant", "clone", "acme", "--name", "other")


def test_isolation_is_done_but_never_shown(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    vrg("tenant", "isolate", "acme", "--enable")
    assert sim.rows("tenants")[0]["isolate"] is True
    assert vrg("tenant", "get", "acme")["is_isolated"] is False
    assert [tenant["is_isolated"] for tenant in vrg("tenant", "list")] == [False, False]
    sim.forget()
    vrg("tenant", "isolate", "acme", "--enable")
    assert sim.requests()["POST tenant_actions"] == 1
    vrg("tenant", "isolate", "acme", "--disable")
    assert sim.rows("tenants")[0]["isolate"] is False
    assert "either --enable or --disable" in vrg.fails(2, "tenant", "isolate", "acme")


def test_a_file_is_sent(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    vrg("tenant", "send-file", "acme", "2")
    vrg("tenant", "send-file", "acme", "2")
    assert sim.requests()["POST tenant_actions"] == 2
    assert "error setting field" in vrg.fails(6, "tenant", "send-file", "acme", "77")
    assert "invalid literal" in vrg.fails(1, "tenant", "send-file", "acme", "tools.iso")


def test_a_crash_cart_comes_and_goes(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    vrg("tenant", "crash-cart", "create", "acme")
    vrg("tenant", "crash-cart", "create", "acme", "--name", "rescue")
    carts = {row["name"]: row["$key"] for row in sim.rows("vms") if row["name"] != "test"}
    assert carts.keys() == {"Crash Cart - acme", "rescue"}
    raw.act("vm_actions", vm=carts["rescue"], action="poweron")
    vrg.fails(1, "tenant", "crash-cart", "delete", "acme", "--name", "rescue", "-y")
    raw.act("vm_actions", vm=carts["rescue"], action="kill")
    vrg("tenant", "crash-cart", "delete", "acme", "--name", "rescue", "-y")
    vrg("tenant", "crash-cart", "delete", "acme", "-y")
    assert [row["name"] for row in sim.rows("vms")] == ["test"]
    vrg.fails(6, "tenant", "crash-cart", "delete", "acme", "-y")
