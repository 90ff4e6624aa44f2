"""The walks that passed on a live system (docs/platform.md#7.4), by the real SDK on a driven clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyvergeos import VergeClient
from pyvergeos.exceptions import APIError, NotFoundError

from vergesim_process import Vergesim

GIB = 1024**3
Tick = Callable[[float], None]


@pytest.fixture
def tick(sim: Vergesim) -> Tick:
    """Let so many transitions pass; the time stands otherwise."""
    sim.control("POST", "/sim/clock", {"mode": "manual", "step": 1})
    return lambda steps: sim.control("POST", "/sim/clock", {"advance": steps})


def power(tenant: Any) -> tuple[Any, ...]:
    tenant.refresh()
    return tenant.is_running, tenant.is_starting, tenant.is_stopping, tenant.status, tenant.state


STOPPED = (False, False, False, "offline", "offline")
STARTING = (False, True, False, "starting", "offline")
RUNNING = (True, False, False, "online", "online")
STOPPING = (True, False, True, "stopping", "online")


def started(client: VergeClient, tick: Tick, name: str, nodes: int = 1) -> Any:
    tenant = client.tenants.create(name)
    for _number in range(nodes):
        tenant.nodes.create(2, ram_gb=4)
    tenant.power_on()
    tick(10)
    assert power(tenant) == RUNNING
    return tenant


def act_on(client: VergeClient, node: int, action: str) -> None:
    """The SDK has no power actions of tenant nodes."""
    client._request("POST", "tenant_node_actions", json_data={"tenant_node": node, "action": action})


def test_a_tenant_from_create_to_delete(client: VergeClient, sim: Vergesim, tick: Tick) -> None:
    tenant = client.tenants.create("acme", description="d")
    node = tenant.nodes.create(2, ram_gb=4)
    storage = tenant.storage.create(1, provisioned_gb=10)

    again = client.tenants.get(name="acme")
    assert (again.key, again["description"]) == (tenant.key, "d")
    assert [(row.key, row.cpu_cores, row.ram_gb) for row in again.nodes.list()] == [(node.key, 2, 4.0)]
    assert [(row.key, row.tier, row.provisioned_gb) for row in again.storage.list()] == [(storage.key, 1, 10.0)]

    tenant.nodes.update(node.key, cpu_cores=4)
    tenant.storage.update_by_tier(1, provisioned_gb=20)
    assert [(row.cpu_cores, row.ram_gb) for row in tenant.nodes.list()] == [(4, 4.0)]
    assert tenant.storage.get(tier=1).provisioned_gb == 20.0

    assert power(tenant) == STOPPED
    tenant.power_on()
    assert power(tenant) == STARTING
    tick(10)
    assert power(tenant) == RUNNING
    assert tenant.nodes.get(node.key)["host_node"] in ("node1", "node2")
    tenant.power_off()
    assert power(tenant) == STOPPING
    tick(10)
    assert power(tenant) == STOPPED

    tenant.delete()
    with pytest.raises(NotFoundError):
        client.tenants.get(name="acme")
    assert sim.rows("tenant_nodes") == sim.rows("tenant_storage") == []


def test_a_block_and_an_address_of_a_tenant_that_is_off(client: VergeClient) -> None:
    tenant = client.tenants.create("acme")
    block = tenant.network_blocks.create("192.0.2.0/28", network_name="Internal")
    address = tenant.external_ips.create("10.99.99.50", network_name="Internal", hostname="vpn")
    assert tenant.network_blocks.get(cidr="192.0.2.0/28").network_name == "Internal"
    assert tenant.external_ips.get(ip="10.99.99.50").hostname == "vpn"
    assert client.networks.get(name="Internal")["need_fw_apply"] is True
    block.delete()
    address.delete()
    assert tenant.network_blocks.list() == tenant.external_ips.list() == []
    for row in (block, address):
        with pytest.raises(NotFoundError):
            row.delete()


def test_rules_are_applied_after_a_while(client: VergeClient, tick: Tick) -> None:
    tenant = client.tenants.create("acme")
    tenant.external_ips.create("198.51.100.50", network_name="External")
    external = client.networks.get(name="External")
    assert external["need_fw_apply"] is True
    external.apply_rules()
    assert external.refresh()["need_fw_apply"] is True
    tick(2)
    assert external.refresh()["need_fw_apply"] is False


def test_nodes_are_deleted_from_the_last(client: VergeClient, tick: Tick) -> None:
    tenant = client.tenants.create("acme")
    first, second = (tenant.nodes.create(2, ram_gb=4) for _number in range(2))
    with pytest.raises(APIError, match="Only the last node can be deleted") as caught:
        first.delete()
    assert caught.value.status_code == 405
    second.delete()
    first.delete()
    assert tenant.nodes.list() == []


def test_a_running_node_is_not_deleted(client: VergeClient, tick: Tick) -> None:
    tenant = started(client, tick, "acme", nodes=2)
    last = tenant.nodes.list()[-1]
    with pytest.raises(APIError, match="Tenant node cannot be deleted while running") as caught:
        last.delete()
    assert caught.value.status_code == 405
    act_on(client, last.key, "poweroff")
    tick(5)
    assert power(tenant) == RUNNING
    last.delete()
    assert power(tenant) == RUNNING
    assert [row.node_id for row in tenant.nodes.list()] == [1]


def test_a_node_added_to_a_running_tenant_stays_off(client: VergeClient, tick: Tick) -> None:
    tenant = started(client, tick, "acme")
    added = tenant.nodes.create(2, ram_gb=4)
    tick(5)
    assert tenant.nodes.get(added.key).is_running is False
    added.delete()
    assert power(tenant) == RUNNING


def test_storage_grows(client: VergeClient) -> None:
    tenant = client.tenants.create("acme")
    storage = tenant.storage.create(1, provisioned_gb=1)
    assert storage.provisioned_bytes == GIB
    assert tenant.storage.update(storage.key, provisioned=2 * GIB).provisioned_bytes == 2 * GIB


def test_the_expiry_of_a_snapshot(client: VergeClient) -> None:
    tenant = client.tenants.create("acme")
    tenant.nodes.create(2, ram_gb=4)
    tenant.storage.create(1, provisioned_gb=1)
    key = tenant.snapshots.create("nightly").key
    for expires in (1893456000, 1924992000, 0):
        tenant.snapshots.update(key, expires=expires)
        assert tenant.snapshots.get(key)["expires"] == expires
    assert tenant.snapshots.get(key).never_expires


def test_isolation_and_its_drift(client: VergeClient, sim: Vergesim) -> None:
    tenant = client.tenants.create("acme")
    tenant.enable_isolation()
    assert tenant.refresh().is_isolated
    client.tenants.disable_isolation(tenant.key)
    assert not tenant.refresh().is_isolated
    sim.control("PUT", f"/sim/tables/tenants/{tenant.key}", {"isolate": True})
    assert tenant.refresh().is_isolated
    tenant.disable_isolation()
    assert not tenant.refresh().is_isolated


def test_without_its_only_node_a_tenant_is_offline(client: VergeClient, tick: Tick) -> None:
    tenant = started(client, tick, "acme")
    (node,) = tenant.nodes.list()
    act_on(client, node.key, "kill")
    tick(5)
    assert power(tenant) == STOPPED
    node.delete()
    assert tenant.nodes.list() == []


def test_a_clone_of_nothing_but_the_tenant(client: VergeClient, tick: Tick) -> None:
    tenant = client.tenants.create("acme")
    tenant.nodes.create(2, ram_gb=4)
    tenant.storage.create(1, provisioned_gb=1)
    tenant.clone("copy", no_network=True, no_storage=True, no_nodes=True)
    tick(5)
    copy = client.tenants.get(name="copy")
    assert (copy.nodes.list(), copy.storage.list(), copy["vnet"]) == ([], [], None)
    assert copy["uuid"] != tenant["uuid"]
    copy.delete()
    assert [row.name for row in client.tenants.list()] == ["acme"]


def test_create_update_save_refresh_delete(client: VergeClient, tick: Tick) -> None:
    tenant = client.tenants.create("acme", description="d", note="n")
    assert client.tenants.update(tenant.key, description="e")["description"] == "e"
    tenant.note = "saved"
    assert tenant.save()["note"] == "saved"
    assert (tenant.refresh()["note"], tenant["description"]) == ("saved", "e")
    client.networks.get(tenant["vnet"]).power_off()
    tick(5)
    tenant.delete()
    assert client.tenants.list() == []


def test_storage_comes_and_goes(client: VergeClient) -> None:
    tenant = client.tenants.create("acme")
    tenant.storage.create(1, provisioned_gb=10)
    storage = tenant.storage.get(tier=1)
    assert (storage.provisioned_gb, storage.tier_name) == (10.0, "Tier 1")
    storage.delete()
    with pytest.raises(NotFoundError):
        tenant.storage.get(tier=1)


def test_a_layer_2_network_comes_and_goes(client: VergeClient) -> None:
    tenant = client.tenants.create("acme")
    assigned = tenant.l2_networks.create(network_name="Internal", enabled=False)
    assert not assigned.is_enabled
    assert assigned.enable().is_enabled
    assert not assigned.disable().is_enabled
    assigned.delete()
    assert tenant.l2_networks.list() == []
