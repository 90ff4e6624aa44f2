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
    moving = sim.get("machine_status", filter="migration_destination eq 2", fields="status")
    assert moving == [{"status": "migrating"}] * 2
    sim.wait(1)
    assert state(sim) == ("maintenance", True) and resident(sim) == 0 and resident(sim, 2) == 4
    assert tiers(sim) == ONLINE
    status = sim.get("cluster_status", fields="status,online_nodes,online_ram")[0]
    assert status == {"status": "online", "online_nodes": 2, "online_ram": 137472}
    act(sim, "disable_maintenance")
    assert state(sim) == ("leavingmaintenance", True)
    sim.wait(1)
    assert state(sim) == ("running", False)


def test_an_empty_node_takes_a_step_too() -> None:
    sim = Driver(workloads_return="stay")
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
    """Out of maintenance or in it: it drains, goes down, comes up, and leaves maintenance."""
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
    assert state(sim) == ("running", False)
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
        reboot_body="task", reboot_leaves_maintenance="unchanged", cluster_with_node_down="noredundant"
    )
    act(sim, "enable_maintenance")
    sim.wait(1)
    status, payload = sim.call("POST", "nodes/1/maintenance_reboot", {})
    assert status == 200 and sim.get(f"tasks/{payload['task']}", fields="status") == {"status": "running"}
    sim.wait(2)
    assert sim.get("cluster_status", fields="status")[0] == {"status": "noredundant"}
    sim.wait(10)
    assert state(sim) == ("maintenance", True)
    assert sim.get(f"tasks/{payload['task']}", fields="status") == {"status": "idle"}


def test_forms_of_the_node_action(sim: Driver) -> None:
    """The table exists (measured), its path form does not; its names are those of the field reference."""
    assert sim.refused("POST", "nodes/1/nosuch", {})[0] == 404
    assert sim.refused("GET", "nodes/1/enable_maintenance")[0] == 405
    assert sim.refused("POST", "node_actions", {}) == (422, "field 'node_actions.node' is required")
    act_on = {"node": 1, "action": "maintenance"}
    assert sim.call("POST", "node_actions", act_on)[0] == 201
    sim.wait(1)
    assert state(sim) == ("maintenance", True)
    assert sim.refused("POST", "node_actions/leavemaintenance", {"node": 1})[0] == 404
    sim.make("node_actions", node=1, action="ipmi_test")  # without an effect here
    assert state(sim) == ("maintenance", True)
    sim.make("node_actions", node=1, action="leavemaintenance")
    sim.wait(1)
    assert state(sim) == ("running", False)
    assert sim.refused("POST", "node_actions", {**act_on, "node": 9})[0] == 404
    assert sim.refused("POST", "node_actions", {**act_on, "action": "enable_maintenance"})[0] == 422
    sim.set(node_action_form="row")
    for method in ("GET", "POST"):
        assert sim.refused(method, "node_actions", act_on)[0] == 404


@pytest.mark.parametrize(("value", "there"), [("back", 0), ("stay", 3)])
def test_tenants_move_along(value: str, there: int) -> None:
    """Away from a node that is rebooted, and back to it when it left maintenance."""
    sim = Driver(workloads_return=value)
    key = sim.running()
    host = int((sim.nodes(key)[0][1] or "")[-1])
    act(sim, "maintenance_reboot", host)
    sim.wait(3)
    assert sim.status(key) == "online" and sim.nodes(key) == [("running", f"node{3 - host}")]
    sim.wait(10)
    assert sim.status(key) == "online" and sim.nodes(key) == [("running", f"node{abs(there - host)}")]
    assert resident(sim, host) == (0 if there else 4)


@pytest.mark.parametrize(("value", "steps"), [("serial", 3), ("parallel", 1)])
def test_a_drain_moves_one_machine_at_a_time(value: str, steps: int) -> None:
    """The default settings allow one machine and ten networks; the last look comes a step after the first."""
    sim = Driver(drain_order=value)
    for name in ("a", "b", "c"):
        sim.act(sim.tenant(name), "poweron", preferred_node=1)
    sim.wait(3)
    here = sim.get("machine_status", filter="node eq 1", fields="machine#type as t")
    networks = [row["t"] for row in here].count("vnet")
    assert networks > 1 and resident(sim) == networks + 3
    act(sim, "enable_maintenance")
    moving = sim.get("machine_status", filter="migration_destination eq 2", fields="machine#type as t")
    assert [row["t"] for row in moving].count("vnet") == networks
    assert [row["t"] for row in moving].count("tenant_node") == (1 if value == "serial" else 3)
    sim.wait(steps - 0.5)
    assert state(sim) == ("migrating", True)
    sim.wait(1)
    assert state(sim) == ("maintenance", True) and resident(sim) == 0


def test_what_cannot_be_migrated_is_logged_once(sim: Driver) -> None:
    status = sim.world.get("machine_status", sim.world.get("machines", 2)["status"])
    sim.world.change("machine_status", status, migratable=False)
    act(sim, "enable_maintenance")
    sim.wait(50)
    assert sim.messages() == ["Machine 'Core' cannot be migrated"]


def test_a_tenant_node_with_a_device_cannot_leave(sim: Driver) -> None:
    """It must be powered off by hand, as the platform says of passthrough."""
    key = sim.tenant()
    sim.act(key, "poweron", preferred_node=1)
    sim.wait(3)
    machine = sim.get("tenant_nodes/1", fields="machine")["machine"]
    fields = "machine_type,name,orderid,optional,machine#name as machine_name,status#status as device_status"
    tpm = sim.make("machine_devices", machine=machine, type="tpm")
    assert sim.get(f"machine_devices/{tpm}", fields=fields) == {
        "machine_type": "tenant_node",
        "name": "device_0",
        "orderid": 0,
        "optional": False,
        "machine_name": "node1",
        "device_status": "offline",
    }
    can = {"filter": f"machine eq {machine}", "fields": "migratable"}
    assert sim.get("machine_status", **can) == [{"migratable": True}]
    gpu = sim.make("machine_devices", machine=machine, type="node_host_gpu_devices")
    assert sim.get("machine_status", **can) == [{"migratable": False}]
    act(sim, "enable_maintenance")
    sim.wait(20)
    assert state(sim) == ("migrating", True) and resident(sim) == 1
    sim.make("tenant_node_actions", tenant_node=1, action="poweroff")
    sim.wait(2)
    assert state(sim) == ("maintenance", True)
    assert sim.call("DELETE", f"machine_devices/{gpu}") == (200, {})
    assert sim.get("machine_status", **can) == [{"migratable": True}]
    assert sim.refused("POST", "machine_devices", {"machine": machine, "type": "disk"})[0] == 422
    assert sim.call("DELETE", "tenant_nodes/1") == (200, {})
    assert (
        sim.get("machine_devices", fields="name") == sim.get("machine_device_status", fields="status") == []
    )


def test_a_temporary_node_beside_a_tenants_only_one() -> None:
    """It is there while the host is in maintenance (docs/platform.md#3.8)."""
    sim = Driver(migration_temp_node="on")
    one, two = sim.running("one"), sim.running("two", nodes=2)
    host = int((sim.nodes(one)[0][1] or "")[-1])
    act(sim, "enable_maintenance", host)
    assert sim.nodes(one)[1] == ("running", f"node{3 - host}") and len(sim.nodes(two)) == 2
    temporary = sim.get("tenant_nodes", filter=f"tenant eq {one} and nodeid eq 2", fields="$key,name")[0]
    assert temporary["name"] == "node2"
    assert sim.refused("DELETE", f"tenant_nodes/{temporary['$key']}")[0] == 405
    sim.wait(5)
    assert state(sim, host) == ("maintenance", True) and len(sim.nodes(one)) == 2
    act(sim, "disable_maintenance", host)
    sim.wait(2)
    assert len(sim.nodes(one)) == 1 and sim.status(one) == "online"


def test_a_temporary_node_of_a_tenant_that_is_gone() -> None:
    sim = Driver(migration_temp_node="on", workloads_return="stay")
    key = sim.running()
    host = int((sim.nodes(key)[0][1] or "")[-1])
    act(sim, "enable_maintenance", host)
    sim.wait(2)
    sim.act(key, "poweroff")
    sim.wait(5)
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})
    other = sim.tenant("other", nodes=2)  # its nodes have the keys of those that went
    act(sim, "disable_maintenance", host)
    sim.wait(2)
    assert len(sim.nodes(other)) == 2


def test_F76_a_host_is_on_itself_and_powerstate_is_a_boolean(sim: Driver) -> None:
    fields = "machine,running,node,node#name as n,powerstate,running_cores,running_ram,status,state"
    for row in sim.get("machine_status", filter="running eq true", fields=fields):
        assert row["powerstate"] is True and isinstance(row["node"], int), row
        assert (row["status"], row["state"]) == ("running", "online")
    stopped = sim.get("machine_status", filter="running eq false", fields=fields)
    assert stopped and all(row["powerstate"] is False and row["node"] is None for row in stopped)
    hosts = {row["machine"]: row["n"] for row in sim.get("machine_status", fields=fields)}
    assert (hosts[1], hosts[31]) == ("node1", "node2")
    assert resident(sim) == 2  # the host's own machine is none of them
    assert sim.get("vnets/3", fields="powerstate") == {"powerstate": True}
    sim.tenant()
    assert sim.get("tenant_nodes/1", fields="powerstate") == {"powerstate": False}


def test_what_needs_a_restart(sim: Driver) -> None:
    fields = "need_restart,restart_reason"
    sim.change("clusters/1", kvm_nested=False)
    assert sim.get("nodes/1", fields=fields) == {"need_restart": False, "restart_reason": ""}
    sim.change("nodes/2", overcommit=1024)
    assert sim.get("nodes/2", fields="need_restart") == {"need_restart": True}
    sim.change("clusters/1", kvm_nested=True)
    reason = "Cluster configuration changes"
    assert sim.get("nodes/1", fields=fields) == {"need_restart": True, "restart_reason": reason}


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
