"""Tenant power (docs/platform.md#4.2): one test for each rule."""

from __future__ import annotations

import pytest

from driver import Driver

OFF = (False, False, False, "offline", "offline")
STARTING = (False, True, False, "starting", "offline")
ONLINE = (True, False, False, "online", "online")
STOPPING = (True, False, True, "stopping", "online")


def test_on_and_off(sim: Driver) -> None:
    key = sim.tenant()
    sim.act(key, "poweron")
    assert sim.flags(key) == STARTING
    assert sim.nodes(key) == [("initializing", None)]
    assert sim.network(key) == "starting"
    sim.wait(1)
    assert sim.flags(key) == STARTING
    assert sim.nodes(key) == [("starting", "node2")]
    assert sim.network(key) == "running"
    sim.wait(1)
    assert sim.flags(key) == ONLINE
    assert sim.nodes(key) == [("running", "node2")]
    sim.act(key, "poweroff")
    assert sim.flags(key) == STOPPING
    assert sim.nodes(key) == [("stopping", "node2")]
    sim.wait(1)
    assert sim.flags(key) == OFF
    assert sim.nodes(key) == [("stopped", None)]
    assert sim.network(key) == "running"  # it lingers two steps (measured: seconds)
    sim.wait(1)
    assert sim.network(key) == "running"
    sim.wait(1)
    assert sim.network(key) == "stopped"
    times = sim.get("tenant_status", fields="tenant,started,stopped")[0]
    assert 0 < times["started"] < times["stopped"]


def test_one_look_after_a_long_time_is_right(sim: Driver) -> None:
    key = sim.tenant()
    sim.act(key, "poweron")
    sim.wait(1000)
    assert sim.flags(key) == ONLINE
    started = sim.get("tenant_status", fields="tenant,started")[0]["started"]
    assert started == pytest.approx(sim.world.now - 9980, abs=2)


def test_step_zero_is_at_once() -> None:
    sim = Driver(step=0)
    key = sim.tenant()
    sim.act(key, "poweron")
    assert sim.flags(key) == ONLINE
    sim.act(key, "poweroff")
    assert sim.flags(key) == OFF and sim.network(key) == "stopped"
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})
    assert sim.make("tenants", name="next") == key


def test_without_a_node_it_falls_back_and_the_network_stays(sim: Driver) -> None:
    key = sim.make("tenants", name="acme")
    sim.act(key, "poweron")
    assert sim.flags(key) == STARTING
    sim.wait(5)
    assert sim.flags(key) == OFF and sim.network(key) == "running"
    assert sim.refused("DELETE", f"tenants/{key}") == (
        405,
        "Tenant network must be powered off to delete tenant",
    )
    vnet = sim.get(f"tenants/{key}", fields="vnet")["vnet"]
    sim.make("vnet_actions", vnet=vnet, action="kill")
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})


def test_an_unplaced_node_is_silent(sim: Driver) -> None:
    """No error, no alarm, no log, no status_info (measured)."""
    sim.change("clusters/1", max_ram_per_vm=1_000_000)
    key = sim.tenant(ram=80_000)
    before = len(sim.messages())
    sim.act(key, "poweron")
    sim.wait(5)
    assert sim.flags(key) == OFF and sim.nodes(key) == [("stopped", None)]
    assert len(sim.messages()) == before
    info = sim.get(
        "tenant_nodes/1", fields="machine#status#status_info as i,machine#status#node#$display as h"
    )
    assert info == {"i": "", "h": None}


def test_the_two_measured_placements() -> None:
    """65536 MB placed with 59136 MB of N-1 headroom; 8192 MB refused with -6400 MB (docs/platform.md#4.2)."""
    sim = Driver()
    world = sim.world
    key = sim.tenant(nodes=1, ram=65536)
    used = world.get("machine_status", world.get("machines", 2)["status"])
    world.change("machine_status", used, running_ram=used["running_ram"] + 6656)
    sim.act(key, "poweron")
    sim.wait(3)
    assert sim.status(key) == "online"
    sim.wait(0)
    other = sim.tenant("b", ram=8192)
    sim.act(other, "poweron")
    sim.wait(3)
    assert sim.status(other) == "offline"
    sim.set(placement_rule="free")
    sim.wait(3)
    sim.make("vnet_actions", vnet=sim.get(f"tenants/{other}", fields="vnet")["vnet"], action="kill")
    sim.act(other, "poweron")
    sim.wait(3)
    assert sim.status(other) == "online"


def test_over_the_clusters_maximum(sim: Driver) -> None:
    key = sim.tenant(ram=70_000)
    sim.act(key, "poweron")
    sim.wait(3)
    assert sim.status(key) == "offline"
    assert sim.messages() == ["Machine exceeds the max amount of RAM allowed on this cluster"]
    sim.set(node_over_limit="422")
    assert sim.refused("POST", "tenant_nodes", {"tenant": key, "ram": 70_000})[0] == 422
    assert sim.refused("PUT", "tenant_nodes/1", {"cpu_cores": 17})[0] == 422
    sim.set(node_over_limit="poweron")
    sim.change("tenant_nodes/1", ram=4096, cpu_cores=17)
    sim.make("vnet_actions", vnet=sim.get(f"tenants/{key}", fields="vnet")["vnet"], action="kill")
    sim.act(key, "poweron")
    sim.wait(3)
    assert sim.status(key) == "offline" and len(sim.messages()) == 2
    sim.set(cores_over_limit="ignored")
    sim.act(key, "poweron")
    sim.wait(3)
    assert sim.status(key) == "online"


def test_one_of_three_nodes_without_a_host_is_reduced(sim: Driver) -> None:
    key = sim.tenant(nodes=3, ram=60_000)
    sim.act(key, "poweron")
    sim.wait(3)
    assert sim.flags(key) == (True, False, False, "reduced", "warning")
    assert [state for state, _ in sim.nodes(key)] == ["running", "running", "stopped"]


@pytest.mark.parametrize("action", ["poweroff", "reset"])
def test_what_is_not_running_is_not_stopped_or_reset(sim: Driver, action: str) -> None:
    key = sim.tenant()
    body = {"tenant": key, "action": action}
    refused = (422, f"Tenant must be in running state to {action}")
    assert sim.refused("POST", "tenant_actions", body) == refused
    sim.act(key, "poweron")
    assert sim.refused("POST", "tenant_actions", body) == refused
    sim.wait(3)
    sim.act(key, "poweroff")
    assert sim.refused("POST", "tenant_actions", body) == refused
    sim.set(power_refusal_code="405")
    assert sim.refused("POST", "tenant_actions", body)[0] == 405
    if action == "poweroff":
        sim.set(poweroff_when_off="ignore")
        sim.act(key, action)


def test_poweron_of_a_running_tenant(sim: Driver) -> None:
    key = sim.running()
    body = {"tenant": key, "action": "poweron"}
    assert sim.refused("POST", "tenant_actions", body) == (422, "Tenant is already running")
    sim.set(poweron_when_running="ignore")
    sim.act(key, "poweron")
    assert sim.flags(key) == ONLINE


def test_reset(sim: Driver) -> None:
    key = sim.running()
    sim.act(key, "reset")
    assert sim.flags(key) == (True, False, False, "restarting", "online")
    assert sim.nodes(key)[0][0] == "starting"
    sim.wait(1)
    assert sim.flags(key) == ONLINE and sim.nodes(key)[0][0] == "running"
    sim.set(reset_shows="starting")
    sim.act(key, "reset")
    assert sim.flags(key) == (False, True, False, "restarting", "offline")
    sim.wait(1)
    assert sim.flags(key) == ONLINE


def test_poweron_while_the_network_runs_down(sim: Driver) -> None:
    key = sim.running()
    sim.act(key, "poweroff")
    sim.wait(1)
    sim.act(key, "poweron")
    sim.wait(10)
    assert sim.flags(key) == ONLINE and sim.network(key) == "running"
    sim.set(poweron_while_network_stops="refuse")
    sim.act(key, "poweroff")
    sim.wait(1)
    assert sim.refused("POST", "tenant_actions", {"tenant": key, "action": "poweron"})[0] == 422


def test_switches_of_new_tenants() -> None:
    sim = Driver(tenant_create_network="running", tenant_create_status="provisioning")
    key = sim.make("tenants", name="x")
    assert sim.status(key) == "provisioning" and sim.network(key) == "starting"
    sim.wait(1)
    assert sim.status(key) == "offline" and sim.network(key) == "running"


def test_lingering_network_switches() -> None:
    for value, state in (("none", "stopped"), ("long", "running")):
        sim = Driver(network_linger=value)
        key = sim.running()
        sim.act(key, "poweroff")
        sim.wait(1)
        assert sim.network(key) == state


def test_snapshots_cannot_be_powered(sim: Driver) -> None:
    key = sim.make("tenants", name="x", is_snapshot=True)
    body = {"tenant": key, "action": "poweron"}
    assert sim.refused("POST", "tenant_actions", body)[0] == 405
    sim.set(snapshot_power_code="422")
    assert sim.refused("POST", "tenant_actions", body)[0] == 422
    sim.make("tenants", name="x")  # a snapshot does not take the name
