"""Alarms: raised and lowered by states, snoozed, resolved, archived (docs/platform.md#3.21)."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver
from vergesim.fixtures.hardware import add_drive
from vergesim.rules.alarms import tenant_node_lost
from vergesim.rules.machines import release
from vergesim.rules.tiers import tiers_degrade, tiers_recover

WEEK = 604_800
SHOWN = (
    "$key,owner,owner_type,alarm_type,level,resolvable,resolve_text,owner#name as on,alarm_type#name as tn"
)


@pytest.fixture
def lived() -> Driver:
    return Driver("lived")


def alarms(sim: Driver, **more: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sim.get("alarms", fields=SHOWN, **more)
    return rows


def history(sim: Driver) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sim.get("alarm_history", fields="all", sort="-$key")
    return rows


def test_the_list_of_the_sdk(lived: Driver) -> None:
    """A bare `{$now}` in the filter, and traversals over the polymorphic owner."""
    rows = alarms(lived, filter="(snooze eq 0 or snooze le {$now})", sort="-created")
    assert [(row["owner_type"], row["on"], row["tn"]) for row in rows] == [
        ("vms", "test", "Needs Restart"),
        ("tenant_nodes", "node2", "VM CPU High"),
        ("nodes", "node1", "Drive Warning"),
    ]
    quiet = alarms(lived, filter="snooze gt {$now}")
    # The system has no name, so the traversal leaves nothing behind.
    assert [row["owner"] for row in quiet] == ["system/1"] and "on" not in quiet[0]
    of_tenants = alarms(lived, filter="owner_type eq 'tenant_nodes'")
    assert lived.get(of_tenants[0]["owner"], fields="tenant#name as t") == {"t": "acme"}


def test_types_have_words_for_keys(lived: Driver) -> None:
    row = lived.get("alarm_types/vm_cpu_high", fields="all")
    assert (row["key"], row["level"], row["allow_delete"]) == ("vm_cpu_high", "warning", False)
    assert "alarm_type" not in lived.get("alarm_types/vm_cpu_high", fields="all")
    assert lived.get("alarms/1", fields="alarm_type") == {"alarm_type": "needs_restart"}
    lived.set(alarm_type_ref="table_key")
    assert lived.get("alarms/1", fields="alarm_type") == {"alarm_type": "alarm_types/needs_restart"}
    assert lived.get("alarms/1", fields="alarm_type#name as n") == {"n": "Needs Restart"}


def test_a_resolved_alarm_is_history(lived: Driver) -> None:
    before = len(history(lived))
    alarm = lived.get("alarms/1", fields="alarm_id,created,status")
    assert lived.call("POST", "alarms/1/resolve")[0] == 200
    assert lived.refused("GET", "alarms/1")[0] == 404
    last = history(lived)[0]
    assert len(history(lived)) == before + 1
    assert (last["alarm_id"], last["alarm_raised"], last["status"]) == tuple(
        alarm[name] for name in ("alarm_id", "created", "status")
    )
    assert (last["owner"], last["alarm_type"], last["archived_by"]) == ("test", "Needs Restart", "admin")
    assert lived.refused("POST", "alarms/2/resolve") == (405, "Alarm is not resolvable")


@pytest.mark.parametrize(
    ("form", "row", "action"), [("row", 200, 404), ("actions", 404, 201), ("both", 200, 201)]
)
def test_forms_of_resolving(lived: Driver, form: str, row: int, action: int) -> None:
    lived.set(alarm_resolve_form=form)
    body = {"alarm": 1, "action": "resolve"}
    key = lived.world.get("alarms", 1)["alarm_id"]
    assert lived.call("POST", "alarm_actions", body)[0] == action
    gone = action == 201
    assert bool(lived.world.where("alarm_history", "alarm_id", key)) is gone
    if not gone:
        assert lived.call("POST", "alarms/1/resolve")[0] == row
    elif row == 404:
        assert lived.refused("POST", "alarms/2/resolve")[0] == 404


def test_snooze(lived: Driver) -> None:
    now = lived.world.now
    lived.change("alarms/1", snooze=now + 7200)
    assert lived.get("alarms/1", fields="snooze,snoozed_by") == {"snooze": now + 7200, "snoozed_by": "admin"}
    assert 1 not in [row["$key"] for row in alarms(lived, filter="(snooze eq 0 or snooze le {$now})")]
    lived.wait(721)
    assert 1 in [row["$key"] for row in alarms(lived, filter="(snooze eq 0 or snooze le {$now})")]
    lived.change("alarms/1", snooze=0)
    assert lived.get("alarms/1", fields="snooze,snoozed_by") == {"snooze": 0, "snoozed_by": ""}
    for wrong in ({"level": "debug"}, {"owner": "nodes/2"}, {"resolvable": True}):
        assert lived.refused("PUT", "alarms/1", wrong)[0] == 422


@pytest.mark.parametrize(("rule", "ends"), [("max_snooze", WEEK), ("forever", None)])
def test_a_snooze_beyond_what_the_type_allows(lived: Driver, rule: str, ends: int | None) -> None:
    lived.set(alarm_ack=rule)
    now = lived.world.now
    lived.change("alarms/1", snooze=now + 8760 * 3600)
    until = lived.get("alarms/1", fields="snooze")["snooze"]
    assert until == now + ends if ends else until > now + 10 * 8760 * 3600


def test_create_and_delete(lived: Driver) -> None:
    assert lived.refused("POST", "alarms", {"owner": "nodes/1"})[0] == 405
    assert lived.refused("DELETE", "alarms/1") == (405, "Operation not permitted")
    assert lived.call("DELETE", "alarms/3") == (200, {})  # Its type allows it.
    assert history(lived)[0]["alarm_type"] == "SMTP Not Configured"
    assert lived.refused("PUT", "alarm_history/1", {"status": "x"})[0] == 405


def test_rules_that_wait_raise_and_lower(sim: Driver) -> None:
    key = sim.tenant()
    sim.make("vnet_cidrs", vnet=3, cidr="192.0.2.0/28", owner=f"tenants/{key}")
    (alarm,) = alarms(sim)
    assert (alarm["owner"], alarm["level"], alarm["resolve_text"]) == ("vnets/3", "warning", "Apply Rules")
    sim.make("vnet_cidrs", vnet=3, cidr="192.0.2.16/28", owner=f"tenants/{key}")
    assert len(alarms(sim)) == 1
    sim.make("vnet_actions", vnet=3, action="refresh")
    sim.wait(1)
    assert alarms(sim) == [] and history(sim)[0]["archived_by"] == "auto"


def test_rules_of_a_network_that_is_off_are_staged(sim: Driver) -> None:
    sim.make("vnet_actions", vnet=4, action="kill")
    sim.make("vnet_rules", vnet=4, name="r")
    sim.world.change("vnets", sim.world.get("vnets", 4), need_fw_apply=True)
    assert alarms(sim) == []
    sim.world.change("vnets", sim.world.get("vnets", 3), need_fw_apply=True)
    assert [row["owner"] for row in alarms(sim)] == ["vnets/3"]
    sim.make("vnet_actions", vnet=3, action="kill")
    assert alarms(sim) == []


def test_resolving_pending_rules_applies_them(sim: Driver) -> None:
    key = sim.tenant()
    sim.make("vnet_cidrs", vnet=3, cidr="192.0.2.0/28", owner=f"tenants/{key}")
    assert sim.call("POST", f"alarms/{alarms(sim)[0]['$key']}/resolve")[0] == 200
    sim.wait(1)
    assert sim.get("vnets/3", fields="need_fw_apply") == {"need_fw_apply": False}
    assert history(sim)[0]["archived_by"] == "admin"


def test_a_node_that_needs_a_restart(sim: Driver) -> None:
    world = sim.world
    world.change("nodes", world.get("nodes", 2), need_restart=True, restart_reason="Cluster configuration")
    (alarm,) = alarms(sim)
    assert (alarm["owner"], alarm["owner_type"], alarm["resolvable"]) == ("nodes/2", "nodes", False)
    assert sim.call("POST", "nodes/2/maintenance_reboot", {})[0] == 200
    sim.wait(20)
    assert sim.get("nodes/2", fields="need_restart") == {"need_restart": False}
    assert alarms(sim) == [] and history(sim)[0]["owner"] == "node2"


def test_a_tenant_node_that_loses_its_host(sim: Driver) -> None:
    """The trouble of a tenant hangs on its node; a node that was never placed raises nothing."""
    key = sim.running()
    node = sim.get("tenant_nodes", filter=f"tenant eq {key}", fields="$key")[0]
    row = sim.world.get("tenant_nodes", node["$key"])
    release(sim.world, sim.world.get("machines", row["machine"]))
    tenant_node_lost(sim.world, row)
    found = [row for row in alarms(sim) if row["owner_type"] == "tenant_nodes"]
    assert [(row["owner"], row["level"]) for row in found] == [(f"tenant_nodes/{node['$key']}", "error")]
    sim.make("tenant_node_actions", tenant_node=node["$key"], action="poweron")
    sim.wait(3)
    assert not [row for row in alarms(sim) if row["owner_type"] == "tenant_nodes"]

    other = sim.tenant("large", ram=65536)
    sim.world.troubles.place = lambda machine: True
    sim.act(other, "poweron")
    sim.wait(3)
    assert sim.status(other) == "offline"
    assert not [row for row in alarms(sim) if row["owner_type"] == "tenant_nodes"]


def test_an_alarm_goes_with_its_owner(lived: Driver) -> None:
    lived.world.drop("vms", lived.world.get("vms", 1))
    assert lived.refused("GET", "alarms/1")[0] == 404
    assert history(lived)[0]["status"] == "VM 'test' needs a restart"


def test_each_drive_has_its_alarms(sim: Driver) -> None:
    """A warning by thresholds, an error by its state; two drives of one node are two alarms."""
    world = sim.world
    drives = [add_drive(world, world.get("nodes", 1), position) for position in (7, 8)]
    for drive in drives:
        world.change("machine_drive_phys", drive, wear_level_warn=True)
    state = world.get("machine_drives", drives[0]["parent_drive"])["status"]
    world.change("machine_drive_status", world.get("machine_drive_status", state), status="missing")
    shown = [(row["owner"], row["alarm_type"], row["level"]) for row in alarms(sim, sort="$key")]
    warned = ("nodes/1", "drive_warning", "warning")
    assert shown == [warned, warned, ("nodes/1", "drive_error", "error")]
    parts = {row["sub_owner"] for row in sim.get("alarms", fields="sub_owner")}
    assert parts == {f"machine_drives/{drive['parent_drive']}" for drive in drives}
    sentence = "Warning - Wear level exceeded maximum threshold(s)"
    assert sim.get("alarms/1", fields="status") == {"status": sentence}

    world.change("machine_drive_phys", drives[1], wear_level_warn=False)
    world.change("machine_drive_status", world.get("machine_drive_status", state), status="online")
    assert [row["alarm_type"] for row in alarms(sim)] == ["drive_warning"]


@pytest.mark.parametrize(
    ("release", "while_down", "while_repairing"),
    [("26.1", [], []), ("26.2", ["vsan_noredundant"], ["vsan_repairing"])],
)
def test_alarms_of_the_vsan(release: str, while_down: list[str], while_repairing: list[str]) -> None:
    """26.2 has some; before, a tier in trouble is no alarm."""
    sim = Driver("lab", release=release)
    tiers_degrade(sim.world, 1)
    assert [row["alarm_type"] for row in alarms(sim)] == while_down
    tiers_recover(sim.world, 1)
    assert [row["alarm_type"] for row in alarms(sim)] == while_repairing
    sim.wait(2)
    assert alarms(sim) == []
    status = next(iter(sim.world.table("cluster_tier_status")))
    sim.world.change("cluster_tier_status", status, status="offline")
    assert [(row["alarm_type"], row["level"], row["owner"]) for row in alarms(sim)] == (
        [("vsan_offline", "critical", "system/1")] if while_down else []
    )
