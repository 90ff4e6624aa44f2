"""Node maintenance, drains, reboots, tiers (docs/platform.md#4.3)."""

from __future__ import annotations

import pytest

from driver import Driver


def state(sim: Driver, key: int = 1) -> tuple[str, bool]:
    row = sim.get(f"nodes/{key}", fields="machine#status#status as s,maintenance")
    return row["s"], row["maintenance"]


def resident(sim: Driver, key: int = 1) -> int:
    return int(sim.get(f"nodes/{key}", fields="count(running_machines) as n")["n"])


def act(sim: Driver, action: str, key: int = 1) -> None:
    status, payload = sim.call("POST", f"nodes/{key}/{action}", {})
    assert (status, payload) == (200, None)


def tiers(sim: Driver) -> list[tuple[str, str, bool, bool]]:
    rows = sim.get("cluster_tier_status", fields="status,state,redundant,repairs")
    return [(row["status"], row["state"], row["redundant"], row["repairs"] > 0) for row in rows]


ONLINE = [("online", "online", True, False)] * 3


def test_maintenance_and_back(sim: Driver) -> None:
    act(sim, "enable_maintenance")
    assert state(sim) == ("migrating", True) and resident(sim) == 2
    moving = sim.get(
        "machine_status", filter="status eq 'migrating' and node ne null", fields="migration_destination"
    )
    assert moving == [{"migration_destination": 2}] * 2
    sim.wait(1)
    assert state(sim) == ("maintenance", True) and resident(sim) == 0 and resident(sim, 2) == 4
    assert tiers(sim) == ONLINE
    status = sim.get("cluster_status", fields="status,online_nodes,online_ram")[0]
    assert status == {"status": "online", "online_nodes": 2, "online_ram": 137472}
    act(sim, "disable_maintenance")
    assert state(sim) == ("leavingmaintenance", True)
    sim.wait(1)
    assert state(sim) == ("running", False)


def test_an_empty_node_takes_a_step_too(sim: Driver) -> None:
    act(sim, "enable_maintenance")
    sim.wait(1)
    act(sim, "disable_maintenance")
    sim.wait(1)
    act(sim, "enable_maintenance")
    assert state(sim)[0] == "migrating"
    sim.wait(1)
    assert state(sim)[0] == "maintenance"


def test_a_node_in_maintenance_takes_no_machines(sim: Driver) -> None:
    act(sim, "enable_maintenance", 2)
    key = sim.running()
    assert sim.nodes(key) == [("running", "node1")]


def test_a_drain_without_room_hangs_without_an_error(sim: Driver) -> None:
    """Measured: 14 minutes at `migrating`, no destination, no error."""
    key = sim.tenant(ram=60_000)
    sim.act(key, "poweron", preferred_node=1)
    sim.wait(3)
    other = sim.tenant("b", ram=60_000)
    sim.act(other, "poweron", preferred_node=2)
    sim.wait(3)
    act(sim, "enable_maintenance")
    sim.wait(5000)
    assert state(sim) == ("migrating", True) and resident(sim) == 1
    assert sim.get("machine_status", filter="running_ram eq 60000", fields="migration_destination")[0] == {
        "migration_destination": None
    }
    assert sim.messages() == []
    sim.act(other, "poweroff")
    sim.wait(2)
    assert state(sim) == ("maintenance", True) and sim.nodes(key) == [("running", "node2")]


def test_a_drain_can_be_given_up(sim: Driver) -> None:
    key = sim.tenant(ram=65_000)
    sim.change("nodes/2", vm_ram=60_000)
    sim.act(key, "poweron")
    sim.wait(3)
    act(sim, "enable_maintenance")
    sim.wait(10)
    assert state(sim) == ("migrating", True)
    act(sim, "disable_maintenance")
    sim.wait(1)
    assert state(sim) == ("running", False) and sim.nodes(key) == [("running", "node1")]


def test_what_cannot_be_migrated_stays_and_is_logged(sim: Driver) -> None:
    status = sim.world.get("machine_status", sim.world.get("machines", 2)["status"])
    sim.world.change("machine_status", status, migratable=False)
    act(sim, "enable_maintenance")
    sim.wait(5)
    assert state(sim) == ("migrating", True) and resident(sim) == 1
    assert "Machine 'Core' cannot be migrated" in sim.messages()


def test_the_last_usable_node(sim: Driver) -> None:
    act(sim, "enable_maintenance", 2)
    sim.wait(1)
    act(sim, "enable_maintenance", 1)
    sim.wait(10)
    assert state(sim) == ("migrating", True) and resident(sim) == 4
    other = Driver(last_node_drain="refuse")
    act(other, "enable_maintenance", 2)
    assert other.refused("POST", "nodes/1/enable_maintenance", {})[0] == 405


def test_a_fault_holds_a_drain(sim: Driver) -> None:
    sim.world.troubles.drain = lambda node: True
    act(sim, "enable_maintenance")
    sim.wait(100)
    assert state(sim) == ("migrating", True) and resident(sim) == 2


@pytest.mark.parametrize("before", [False, True])
def test_reboot(sim: Driver, before: bool) -> None:
    """Out of maintenance or in it: it drains, goes down, comes up, and `maintenance` is what it was."""
    sim.world.change("nodes", sim.world.get("nodes", 1), need_restart=True, restart_reason="update")
    if before:
        act(sim, "enable_maintenance")
        sim.wait(2)
    act(sim, "maintenance_reboot")
    seen = []
    for _ in range(8):
        row = sim.get("nodes/1", fields="machine#status#status as s,machine#status#running as r,maintenance")
        nodes = sim.get("cluster_status", fields="status,online_nodes")[0]
        seen.append((row["s"], row["r"], nodes["status"], nodes["online_nodes"], tiers(sim)[0][0]))
        sim.wait(1)
    down = [(word, False, "reduced", 1, "noredundant") for word in ("stopping", "stopped", "starting")]
    first = [] if before else [("migrating", True, "online", 2, "online")]
    expected = [
        *first,
        ("maintenance", True, "online", 2, "online"),
        *down,
        ("running", True, "online", 2, "repairing"),
    ]
    assert seen[: len(expected)] == expected
    assert state(sim) == (("maintenance", True) if before else ("running", False))
    assert tiers(sim) == ONLINE
    row = sim.get("nodes/1", fields="need_restart,restart_reason,machine#status#started as started")
    assert row["need_restart"] is False and row["restart_reason"] == ""


def test_maintenance_is_refused_while_a_tier_is_not_redundant(sim: Driver) -> None:
    act(sim, "maintenance_reboot")
    sim.wait(2)
    assert tiers(sim)[0] == ("noredundant", "warning", False, False)
    refused = sim.refused("POST", "nodes/2/enable_maintenance", {})
    assert refused == (405, "Maintenance is disabled while tier 0 is not redundant")
    sim.set(maintenance_without_redundancy="accept")
    act(sim, "enable_maintenance", 2)


def test_repeated_calls(sim: Driver) -> None:
    act(sim, "disable_maintenance")
    act(sim, "enable_maintenance")
    act(sim, "enable_maintenance")
    sim.wait(1)
    sim.set(repeated_maintenance="refuse")
    assert sim.refused("POST", "nodes/1/enable_maintenance", {})[0] == 405
    assert sim.refused("POST", "nodes/2/disable_maintenance", {})[0] == 405


def test_switches_of_maintenance() -> None:
    sim = Driver(maintenance_clears="at_once", maintenance_tier="noredundant", reboot_needs_maintenance="yes")
    assert sim.refused("POST", "nodes/1/maintenance_reboot", {})[0] == 405
    act(sim, "enable_maintenance")
    sim.wait(1)
    assert tiers(sim)[0][0] == "noredundant"
    act(sim, "disable_maintenance")
    assert state(sim) == ("leavingmaintenance", False)
    sim.wait(3)
    assert tiers(sim) == ONLINE


def test_a_node_that_is_called_back_while_it_leaves_stays_in_maintenance() -> None:
    sim = Driver(maintenance_clears="at_once")
    act(sim, "enable_maintenance")
    sim.wait(1)
    act(sim, "disable_maintenance")
    act(sim, "enable_maintenance")
    sim.wait(5)
    assert state(sim) == ("maintenance", True)


def test_switches_of_reboot() -> None:
    sim = Driver(
        reboot_body="task", reboot_leaves_maintenance="cleared", cluster_with_node_down="noredundant"
    )
    act(sim, "enable_maintenance")
    sim.wait(1)
    status, payload = sim.call("POST", "nodes/1/maintenance_reboot", {})
    assert status == 200 and sim.get(f"tasks/{payload['task']}", fields="status") == {"status": "running"}
    sim.wait(2)
    assert sim.get("cluster_status", fields="status")[0] == {"status": "noredundant"}
    sim.wait(10)
    assert state(sim) == ("running", False)
    assert sim.get(f"tasks/{payload['task']}", fields="status") == {"status": "idle"}


def test_forms_of_the_node_action(sim: Driver) -> None:
    for path, body in (("node_actions", {"node": 1, "action": "enable_maintenance"}), ("nodes/1/nosuch", {})):
        assert sim.refused("POST", path, body)[0] == 404
    assert sim.refused("GET", "nodes/1/enable_maintenance")[0] == 405
    sim.set(node_action_form="both")
    assert sim.call("POST", "node_actions", {"node": 1, "action": "maintenance"})[0] == 201
    sim.wait(1)
    assert state(sim) == ("maintenance", True)
    assert sim.call("POST", "node_actions/leavemaintenance", {"node": 1})[0] == 201
    assert sim.refused("POST", "node_actions", {"node": 9, "action": "maintenance"})[0] == 404
    assert sim.refused("POST", "node_actions", {"node": 1, "action": "kill"})[0] == 422


def test_tenants_move_along(sim: Driver) -> None:
    key = sim.running()
    host = int((sim.nodes(key)[0][1] or "")[-1])
    act(sim, "maintenance_reboot", host)
    sim.wait(10)
    assert sim.status(key) == "online" and sim.nodes(key) == [("running", f"node{3 - host}")]


def test_nodes_can_be_changed_and_not_deleted(sim: Driver) -> None:
    sim.change("nodes/1", description="left", asset_tag="A-1")
    assert sim.refused("PUT", "nodes/1", {"maintenance": True}) == (422, "field 'maintenance' is readonly")
    assert sim.refused("PUT", "nodes/1", {"name": "x"})[0] == 422
    assert sim.refused("DELETE", "nodes/2")[0] == 405


def test_devices_and_drivers(sim: Driver) -> None:
    assert sim.get("node_drivers", filter="node eq 1", fields="driver_name,status,driver_file#name as f") == [
        {"driver_name": "NVIDIA vGPU", "status": "complete", "f": None}
    ]
    assert sim.get("node_pci_devices", filter="device_type eq '03'", fields="node,name") == []
    assert sim.get("node_usb_devices", fields="node,device") == []
