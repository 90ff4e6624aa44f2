"""The live walks that passed on real systems (docs/platform.md#7.4)."""

from __future__ import annotations

from driver import Driver

GIB = 2**30


def test_verify_tenant(sim: Driver) -> None:
    key = sim.make("tenants", name="walk")
    node = sim.make("tenant_nodes", tenant=key, cpu_cores=2, ram=4096)
    storage = sim.make("tenant_storage", tenant=key, tier=2, provisioned=10 * GIB)
    sim.change(f"tenant_nodes/{node}", cpu_cores=4)
    sim.change(f"tenant_storage/{storage}", provisioned=20 * GIB)
    assert sim.get(f"tenant_nodes/{node}", fields="cpu_cores,ram") == {"cpu_cores": 4, "ram": 4096}
    assert sim.get(f"tenant_storage/{storage}", fields="provisioned") == {"provisioned": 20 * GIB}
    sim.act(key, "poweron")
    sim.wait(2)
    assert sim.status(key) == "online"
    sim.act(key, "poweroff")
    sim.wait(3)
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})
    assert sim.get("tenants", filter="name eq 'walk'", fields="name") == []


def test_verify_tenant_network(sim: Driver) -> None:
    key = sim.make("tenants", name="walk")
    owner = f"tenants/{key}"
    block = sim.make("vnet_cidrs", vnet=4, cidr="192.0.2.0/28", owner=owner)
    address = sim.make(
        "vnet_addresses", vnet=4, type="virtual", ip="10.99.99.50", hostname="walk", owner=owner
    )
    assert sim.get("vnet_cidrs", filter=f"owner eq '{owner}'", fields="cidr,vnet#name as n") == [
        {"cidr": "192.0.2.0/28", "n": "Internal"}
    ]
    for path in (f"vnet_cidrs/{block}", f"vnet_addresses/{address}"):
        assert sim.call("DELETE", path) == (200, {})
        assert sim.refused("DELETE", path)[0] == 404
    assert sim.get("vnet_addresses", filter=f"owner eq '{owner}'", fields="ip") == []


def test_nodes_are_destroyed_from_the_highest_down(sim: Driver) -> None:
    sim.tenant(nodes=3)
    assert sim.refused("DELETE", "tenant_nodes/1") == (405, "Only the last node can be deleted")
    for node in (3, 2, 1):
        assert sim.call("DELETE", f"tenant_nodes/{node}") == (200, {})


def test_storage_grows(sim: Driver) -> None:
    key = sim.tenant()
    storage = sim.make("tenant_storage", tenant=key, tier=2, provisioned=GIB)
    sim.change(f"tenant_storage/{storage}", provisioned=2 * GIB)
    assert sim.get(f"tenant_storage/{storage}", fields="provisioned") == {"provisioned": 2 * GIB}


def test_isolation_with_outside_drift(sim: Driver) -> None:
    key = sim.tenant()
    for action, value in (("isolateon", True), ("isolateoff", False), ("isolateon", True)):
        sim.act(key, action)
        assert sim.get(f"tenants/{key}", fields="isolate") == {"isolate": value}


def test_deleting_the_only_node_of_a_running_tenant_takes_it_offline(sim: Driver) -> None:
    key = sim.running()
    sim.make("tenant_node_actions", tenant_node=1, action="kill")
    assert sim.status(key) == "offline"
    assert sim.call("DELETE", "tenant_nodes/1") == (200, {})
    assert sim.status(key) == "offline"


def test_clone_with_all_three(sim: Driver) -> None:
    key = sim.tenant()
    sim.make("tenant_storage", tenant=key, tier=2, provisioned=GIB)
    sim.act(key, "clone", name="c", no_vnet=True, no_nodes=True, no_storage=True)
    sim.wait(1)
    clone = sim.get("tenants", filter="name eq 'c'", fields="$key,name")[0]["$key"]
    for table in ("tenant_nodes", "tenant_storage"):
        assert sim.get(table, filter=f"tenant eq {clone}", fields="tenant") == []


def test_a_tenants_life(sim: Driver) -> None:
    """SDK-T: create, update, delete with the network powered off before; L2 create, disable, delete."""
    key = sim.make("tenants", name="sdk", description="d")
    sim.change(f"tenants/{key}", description="e")
    layer2 = sim.make("tenant_layer2_vnets", tenant=key, vnet=4, enabled=True)
    sim.change(f"tenant_layer2_vnets/{layer2}", enabled=False)
    assert sim.call("DELETE", f"tenant_layer2_vnets/{layer2}")[0] == 200
    vnet = sim.get(f"tenants/{key}", fields="vnet")["vnet"]
    sim.make("vnet_actions", vnet=vnet, action="poweroff")
    assert sim.call("DELETE", f"tenants/{key}") == (200, {})
