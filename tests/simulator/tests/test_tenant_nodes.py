"""Tenant nodes and deletes (docs/platform.md#3.8, 4.2, 4.6)."""

from __future__ import annotations

import pytest

from driver import Driver


@pytest.mark.parametrize(("value", "status"), [("offline", "offline"), ("nodesoffline", "nodesoffline")])
def test_killing_the_only_node(value: str, status: str) -> None:
    sim = Driver(last_node_killed=value)
    key = sim.running()
    sim.make("tenant_node_actions", tenant_node=1, action="kill")
    assert sim.status(key) == status and sim.nodes(key) == [("stopped", None)]
    assert sim.network(key) == "running"


def test_the_network_may_follow_the_last_node() -> None:
    sim = Driver(network_after_last_node="stops")
    key = sim.running()
    sim.make("tenant_node_actions", tenant_node=1, action="kill")
    sim.wait(3)
    assert sim.network(key) == "stopped"


def test_stopping_one_of_two_nodes_leaves_the_tenant_online(sim: Driver) -> None:
    key = sim.running(nodes=2)
    sim.make("tenant_node_actions", tenant_node=2, action="poweroff")
    sim.wait(1)
    assert sim.status(key) == "online"
    assert sim.call("DELETE", "tenant_nodes/2") == (200, {})
    assert sim.status(key) == "online"


def test_stopping_one_of_two_nodes_may_show_as_reduced() -> None:
    sim = Driver(node_stopped_status="reduced")
    key = sim.running(nodes=2)
    sim.make("tenant_node_actions", tenant_node=2, action="kill")
    assert sim.status(key) == "reduced"


def test_a_node_added_to_a_running_tenant_is_not_started(sim: Driver) -> None:
    key = sim.running()
    sim.make("tenant_nodes", tenant=key, ram=4096)
    sim.wait(5)
    assert [state for state, _ in sim.nodes(key)] == ["running", "stopped"]
    sim.make("tenant_node_actions", tenant_node=2, action="poweron")
    sim.wait(2)
    assert [state for state, _ in sim.nodes(key)] == ["running", "running"]


def test_tenant_node_actions(sim: Driver) -> None:
    key = sim.tenant()
    body = {"tenant_node": 1, "action": "poweroff"}
    assert sim.refused("POST", "tenant_node_actions", body) == (
        422,
        "Tenant node must be in running state to poweroff",
    )
    sim.make("tenant_node_actions", tenant_node=1, action="poweron")
    assert sim.status(key) == "starting"
    sim.wait(2)
    assert sim.status(key) == "online"
    host = sim.nodes(key)[0][1]
    target = {"node1": 2, "node2": 1}[host or ""]
    body = {"tenant_node": 1, "action": "migrate"}
    assert sim.refused("POST", "tenant_node_actions", body) == (422, "Node is a required parameter")
    assert sim.refused("POST", "tenant_node_actions", {**body, "params": {"node": 9}})[0] == 404
    sim.make("tenant_node_actions", tenant_node=1, action="migrate", params={"node": target})
    assert sim.nodes(key) == [("migrating", host)]
    sim.wait(1)
    assert sim.nodes(key) == [("running", f"node{target}")]
    sim.make("tenant_node_actions", tenant_node=1, action="reset")
    sim.wait(1)
    assert sim.nodes(key) == [("running", f"node{target}")]


@pytest.mark.parametrize(("value", "second"), [("ignored", "running"), ("gates", "stopped")])
def test_disabled_nodes(value: str, second: str) -> None:
    sim = Driver(node_enabled=value)
    key = sim.tenant(nodes=2)
    sim.change("tenant_nodes/2", enabled=False)
    sim.act(key, "poweron")
    sim.wait(3)
    assert [state for state, _ in sim.nodes(key)] == ["running", second] and sim.status(key) == "online"


def test_F74_kill_of_what_is_stopped(sim: Driver) -> None:
    sim.tenant()
    sim.make("vnets", name="n")
    stopped = [("tenant_node", 1, "Tenant node"), ("vnet", 5, "Network"), ("vm", 1, "VM")]
    for target, key, word in stopped:
        body = {target: key, "action": "kill"}
        sentence = f"{word} must be in running state to kill"
        assert sim.refused("POST", f"{target}_actions", body) == (422, sentence)
    sim.set(kill_when_stopped="ignore")
    for target, key, _ in stopped:
        sim.make(f"{target}_actions", **{target: key, "action": "kill"})


def test_F75_a_tenant_with_snapshots(sim: Driver) -> None:
    key = sim.tenant()
    sim.make("tenant_snapshots", tenant=key, name="one")
    sim.set(tenant_delete_snapshots="405")
    assert sim.refused("DELETE", f"tenants/{key}") == (405, "Tenant has snapshots")
    sim.set(tenant_delete_snapshots="cascade")
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})
    assert sim.get("tenant_snapshots", fields="name") == []


def test_ram_that_is_given_back_stays_used_until_the_node_stops(sim: Driver) -> None:
    """Documented: it comes back when the tenant's VMs stop."""
    key = sim.running(ram=8192)

    def used() -> int:
        return int(
            sim.get(
                "machine_status",
                filter="machine#name eq 'node1' and running_cores eq 2",
                fields="running_ram",
            )[0]["running_ram"]
        )

    sim.change("tenant_nodes/1", ram=16384)
    assert used() == 16384
    sim.change("tenant_nodes/1", ram=4096)
    assert used() == 16384
    sim.act(key, "poweroff")
    sim.wait(5)
    sim.act(key, "poweron")
    sim.wait(3)
    assert used() == 4096


def test_reset_needs_a_tenant_that_is_online(sim: Driver) -> None:
    key = sim.running()
    sim.set(last_node_killed="nodesoffline")
    sim.make("tenant_node_actions", tenant_node=1, action="kill")
    body = {"tenant": key, "action": "reset"}
    assert sim.refused("POST", "tenant_actions", body) == (422, "Tenant must be in running state to reset")


def test_ram_used_is_zero_right_after_the_start() -> None:
    """Measured; live figures refresh every five seconds."""
    sim = Driver(step=1)
    key = sim.running()
    read = {"filter": f"tenant eq {key}", "fields": "ram_used"}
    started = sim.get("tenant_nodes/1", fields="machine#status#started as s")["s"]
    assert sim.get("tenant_stats", **read) == [{"ram_used": 0 if sim.world.now // 5 * 5 <= started else 2457}]
    sim.wait(5)
    assert sim.get("tenant_stats", **read) == [{"ram_used": 2457}]


def test_preferred_node(sim: Driver) -> None:
    key = sim.tenant()
    sim.act(key, "poweron", preferred_node=1)
    sim.wait(3)
    assert sim.nodes(key) == [("running", "node1")]
    other = sim.tenant("b")
    body = {"tenant": other, "action": "poweron", "params": {"preferred_node": 9}}
    assert sim.refused("POST", "tenant_actions", body)[0] == 404


def test_deleting_tenants_and_nodes(sim: Driver) -> None:
    """docs/platform.md#4.6."""
    key = sim.running(nodes=2)
    assert sim.refused("DELETE", "tenant_nodes/1") == (405, "Tenant node cannot be deleted while running")
    assert sim.refused("DELETE", f"tenants/{key}") == (405, "Tenant must be powered off to delete")
    sim.act(key, "poweroff")
    assert sim.refused("DELETE", f"tenants/{key}")[0] == 405
    sim.wait(1)
    assert sim.refused("DELETE", f"tenants/{key}")[1] == "Tenant network must be powered off to delete tenant"
    assert sim.refused("DELETE", "tenant_nodes/1") == (405, "Only the last node can be deleted")
    sim.wait(2)
    sim.make("tenant_storage", tenant=key, tier=2, provisioned=2**30)
    sim.make("vnet_addresses", vnet=3, type="virtual", owner=f"tenants/{key}")
    sim.make("vnet_cidrs", vnet=3, cidr="10.1.0.0/28", owner=f"tenants/{key}")
    sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    vnet = sim.get(f"tenants/{key}", fields="vnet")["vnet"]
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})
    for table in ("tenant_nodes", "tenant_storage", "tenant_layer2_vnets", "tenant_status", "tenant_stats"):
        assert sim.get(table, fields="tenant") == []
    assert sim.get("vnet_addresses", fields="ip") == [] == sim.get("vnet_cidrs", fields="cidr")
    assert sim.get(f"vnets/{vnet}", fields="name") == {"name": "tenant_acme"}  # it may linger (measured)
    sim.wait(3)
    assert sim.refused("GET", f"vnets/{vnet}")[0] == 404
    assert len(sim.get("machines", fields="name")) == 7


def test_switches_of_tenant_deletes(sim: Driver) -> None:
    key = sim.tenant()
    sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    sim.make("vm_recipe_instances", recipe=cart(sim), name="cart", answers={"tenant": key})
    sim.set(tenant_delete_children="refuse")
    assert sim.refused("DELETE", f"tenants/{key}")[0] == 405
    sim.set(tenant_delete_children="cascade", tenant_delete_cart="refuse")
    assert sim.refused("DELETE", f"tenants/{key}") == (405, "Tenant has a crash cart")
    sim.set(tenant_delete_cart="stays", tenant_delete_running="422")
    sim.act(key, "poweron")
    assert sim.refused("DELETE", f"tenants/{key}")[0] == 422


def cart(sim: Driver) -> str:
    return str(sim.get("vm_recipes", filter="name eq 'Crash Cart'", fields="id")[0]["id"])


def test_cluster_status_counts_what_runs(sim: Driver) -> None:
    def used() -> tuple[int, int, int]:
        row = sim.get("cluster_status", fields="used_ram,used_cores,running_machines")[0]
        return row["used_ram"], row["used_cores"], row["running_machines"]

    assert used() == (2048, 4, 4)
    key = sim.running(nodes=2)
    assert used() == (2048 + 512 + 2 * 4096, 4 + 1 + 2 * 2, 7)
    sim.change("tenant_nodes/1", ram=8192)
    assert used()[0] == 2048 + 512 + 4096 + 8192
    sim.act(key, "poweroff")
    sim.wait(3)
    assert used() == (2048, 4, 4)
