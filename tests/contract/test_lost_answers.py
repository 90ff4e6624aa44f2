"""A write whose answer is lost, late or no answer at all is settled, and never done twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from conftest import options, run
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._tasks.tenant import TenantTask
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from plugins.module_utils._tasks.tenant_node import TenantNodeTask
from plugins.module_utils._tasks.tenant_storage import TenantStorageTask
from vergesim_process import Vergesim

Make = Callable[[], Any]


def tenant(**given: Any) -> TenantTask:
    return TenantTask(options(name="acme", tenant_password="something-long", **given))


def node(**given: Any) -> TenantNodeTask:
    return TenantNodeTask(options(tenant="acme", name="node1", **given))


def storage(**given: Any) -> TenantStorageTask:
    return TenantStorageTask(options(tenant="acme", tier=1, **given))


def net(**given: Any) -> TenantNetworksTask:
    return TenantNetworksTask(options(tenant="acme", **given))


#: The write that is disturbed: its method and table, the task that sends it, and what must come before.
WRITES: dict[str, tuple[str, str, Make, list[Make]]] = {
    "tenant": ("POST", "tenants", tenant, []),
    "tenant update": ("PUT", "tenants", lambda: tenant(note="n"), [tenant]),
    "tenant delete": ("DELETE", "tenants", lambda: tenant(state="absent"), [tenant]),
    "isolation": ("POST", "tenant_actions", lambda: tenant(isolated=True), [tenant]),
    "node": ("POST", "tenant_nodes", lambda: node(cpu_cores=2, ram_gb=4.0), [tenant]),
    "node update": ("PUT", "tenant_nodes", lambda: node(ram_gb=6.0), [tenant, lambda: node(cpu_cores=2, ram_gb=4.0)]),
    "storage": ("POST", "tenant_storage", lambda: storage(provisioned_gb=5), [tenant]),
    "block": (
        "POST",
        "vnet_cidrs",
        lambda: net(network_blocks=[{"cidr": "192.0.2.0/28", "network": "External"}]),
        [tenant],
    ),
    "address": (
        "POST",
        "vnet_addresses",
        lambda: net(external_ips=[{"ip": "198.51.100.10", "network": "External"}]),
        [tenant],
    ),
    "layer 2": ("POST", "tenant_layer2_vnets", lambda: net(layer2_networks=[{"network": "Internal"}]), [tenant]),
    "power": (
        "POST",
        "tenant_actions",
        lambda: tenant(state="running"),
        [tenant, lambda: node(cpu_cores=2, ram_gb=4.0)],
    ),
}
FAULTS: dict[str, dict[str, Any]] = {
    "dropped before": {"kind": "drop", "when": "before"},
    "dropped after": {"kind": "drop", "when": "after"},
    "500 before": {"kind": "status", "status": 500, "when": "before"},
    "500 after": {"kind": "status", "status": 500, "when": "after"},
    "502 after": {"kind": "html", "status": 502, "when": "after"},
    "503 before": {"kind": "status", "status": 503, "when": "before"},
    "429 before": {"kind": "rate_limit", "when": "before"},
    "truncated after": {"kind": "truncate", "when": "after"},
    "late after": {"kind": "stall", "when": "after", "seconds": 2},
}
TABLES = ("tenants", "tenant_nodes", "tenant_storage", "vnet_cidrs", "vnet_addresses", "tenant_layer2_vnets")


def prepared(sim: Vergesim, write: str, fault: str) -> Make:
    method, table, task, before = WRITES[write]
    for make in before:
        run(sim, make())
    sim.forget()
    sim.control("POST", "/sim/faults", {"method": method, "table": table, **FAULTS[fault]})
    return task


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("write", WRITES)
def test_one_disturbance_is_one_change(sim: Vergesim, write: str, fault: str) -> None:
    task = prepared(sim, write, fault)
    result = run(sim, task(), timeout=1)
    assert sim.control("GET", "/sim/faults")[0]["fired"] == 1
    assert result["changed"]
    assert all(len(sim.rows(table)) <= 1 for table in TABLES)
    again = run(sim, task())
    assert not again["changed"]


@pytest.mark.parametrize("fault", ["dropped after", "500 after", "truncated after"])
def test_a_change_that_happened_is_not_asked_for_again(sim: Vergesim, fault: str) -> None:
    task = prepared(sim, "tenant", fault)
    run(sim, task())
    assert sim.requests()["POST tenants"] == 1


def test_the_next_free_address_is_never_taken_twice(sim: Vergesim) -> None:
    run(sim, tenant())
    sim.control("POST", "/sim/faults", {"method": "POST", "table": "vnet_addresses", "kind": "drop", "when": "before"})
    task = net(external_ips=[{"network": "External", "hostname": "vpn"}])
    with pytest.raises(VrgError, match="It is not known whether this has happened: create external IP for vpn"):
        run(sim, task)
    assert sim.rows("vnet_addresses") == []
    assert run(sim, net(external_ips=[{"network": "External", "hostname": "vpn"}]))["changed"]
    assert len(sim.rows("vnet_addresses")) == 1


def test_a_platform_that_stays_silent_is_not_asked_for_ever(sim: Vergesim) -> None:
    sim.control(
        "POST", "/sim/faults", {"method": "POST", "table": "tenants", "kind": "drop", "when": "before", "times": 0}
    )
    with pytest.raises(VrgError, match="It is not known whether this has happened: create tenant 'acme'") as caught:
        run(sim, tenant())
    assert "tenants where name eq 'acme'" in caught.value.hint
    assert sim.requests()["POST tenants"] == 2


def test_what_cannot_be_looked_up_is_not_sent_again(sim: Vergesim) -> None:
    run(sim, tenant())
    sim.forget()
    sim.control("POST", "/sim/faults", {"method": "POST", "table": "tenant_nodes", "kind": "drop", "when": "after"})
    # The first read of the nodes is the plan's; from then on nobody answers.
    silent = {"method": "GET", "table": "tenant_nodes", "kind": "drop", "when": "before", "nth": 2, "times": 0}
    sim.control("POST", "/sim/faults", silent)
    with pytest.raises(VrgError, match="It is not known whether this has happened: create node 'node1'"):
        run(sim, node(cpu_cores=2, ram_gb=4.0))
    assert sim.requests()["POST tenant_nodes"] == 1
    sim.control("DELETE", "/sim/faults")
    assert not run(sim, node(cpu_cores=2, ram_gb=4.0))["changed"]


def test_a_refused_login_is_tried_once(sim: Vergesim, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sim.ready, "password", "wrong")
    with pytest.raises(VrgError, match="Could not connect to 127.0.0.1") as caught:
        run(sim, tenant())
    assert caught.value.status == 401
    assert sim.requests() == {"GET system": 1}


def test_reads_are_tried_again(sim: Vergesim) -> None:
    for fault in ({"kind": "drop"}, {"kind": "status", "status": 502}, {"kind": "rate_limit", "seconds": 0}):
        sim.control("POST", "/sim/faults", {"method": "GET", "table": "tenants", "when": "before", **fault})
    assert run(sim, tenant())["changed"]
