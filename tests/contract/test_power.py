"""Every power situation of a tenant, asked for every other; a delete out of each of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conftest import DrivenClock, options, run
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._tasks.tenant import TenantTask
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from plugins.module_utils._tasks.tenant_node import TenantNodeTask
from plugins.module_utils._tasks.tenant_storage import TenantStorageTask
from vergesim_process import Vergesim

#: How to bring a tenant into a situation, without waiting, and the status that shows it.
SITUATIONS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "stopped": ([], "offline"),
    "starting": ([{"state": "running", "wait": False}], "starting"),
    "running": ([{"state": "running"}], "online"),
    "stopping": ([{"state": "running"}, {"state": "stopped", "wait": False}], "stopping"),
    "network lingers": ([{"state": "running"}, {"state": "stopped"}], "offline"),
}


@pytest.fixture
def slow() -> Iterator[Vergesim]:
    """A simulator whose time moves only while the engine waits, so that every transition can be caught in."""
    with Vergesim("lab", 2, "--clock", "manual") as sim:
        drive(sim, tenant(tenant_password="long-enough"))
        drive(sim, TenantNodeTask(options(tenant="acme", name="node1", cpu_cores=2, ram_gb=4.0)))
        yield sim


def drive(sim: Vergesim, task: Any, **how: Any) -> dict[str, Any]:
    return run(sim, task, clock=DrivenClock(sim), **how)


def tenant(**given: Any) -> TenantTask:
    return TenantTask(options(name="acme", **given))


def status(sim: Vergesim) -> str:
    return str(sim.rows("tenant_status")[0]["status"])


def bring_to(sim: Vergesim, situation: str) -> None:
    steps, shown = SITUATIONS[situation]
    for given in steps:
        drive(sim, tenant(**given))
    assert status(sim) == shown


@pytest.mark.parametrize("asked", ["running", "stopped"])
@pytest.mark.parametrize("situation", SITUATIONS)
def test_whatever_it_does_it_ends_where_it_is_asked_to(slow: Vergesim, situation: str, asked: str) -> None:
    bring_to(slow, situation)
    slow.forget()
    result = drive(slow, tenant(state=asked))
    heading = {"starting": "running", "stopping": "stopped", "network lingers": "stopped"}.get(situation, situation)
    assert result["changed"] is (heading != asked)
    assert slow.requests().get("POST tenant_actions", 0) == int(heading != asked)
    assert status(slow) == {"running": "online", "stopped": "offline"}[asked]
    assert result["tenant"]["status"] == status(slow)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_it_can_be_deleted_out_of_every_situation(slow: Vergesim, situation: str) -> None:
    drive(slow, TenantStorageTask(options(tenant="acme", tier=1, provisioned_gb=5)))
    drive(
        slow,
        TenantNetworksTask(
            options(
                tenant="acme",
                external_ips=[{"ip": "198.51.100.10", "network": "External"}],
                network_blocks=[{"cidr": "192.0.2.0/28", "network": "External"}],
                layer2_networks=[{"network": "Internal"}],
            )
        ),
    )
    bring_to(slow, situation)
    assert drive(slow, tenant(state="absent"))["changed"]
    for table in ("tenants", "tenant_nodes", "tenant_storage", "vnet_addresses", "vnet_cidrs", "tenant_layer2_vnets"):
        assert slow.rows(table) == []
    # The tenant's own network goes some seconds later (docs/platform.md#4.1).
    slow.control("POST", "/sim/clock", {"advance": 60})
    assert [row["name"] for row in slow.rows("vnets")] == ["Core", "DMZ", "External", "Internal"]
    assert not drive(slow, tenant(state="absent"))["changed"]


def test_tenants_in_trouble_can_be_deleted() -> None:
    with Vergesim("msp:30", 0) as sim:
        shown = {row["tenant"]: row["status"] for row in sim.rows("tenant_status")}
        names = {row["$key"]: row["name"] for row in sim.rows("tenants")}
        troubled = {names[key]: state for key, state in shown.items() if state in ("error", "reduced", "nodesoffline")}
        assert set(troubled.values()) == {"error", "reduced", "nodesoffline"}
        for name in troubled:
            run(sim, TenantTask(options(name=name, state="absent")))
        assert not set(troubled) & {row["name"] for row in sim.rows("tenants")}


def test_a_stop_that_does_not_end_is_forced_when_asked_for(slow: Vergesim) -> None:
    bring_to(slow, "running")
    # From here on no time goes by for the platform, so the stop never ends.
    result = run(slow, tenant(state="stopped", wait=False))
    assert result["changes"] == ["stop tenant 'acme'"]
    with pytest.raises(VrgError, match="Timed out after 20 seconds waiting for tenant 'acme' to be offline"):
        run(slow, tenant(state="stopped"), wait=20)
    with pytest.raises(VrgError, match="Timed out"):
        run(slow, tenant(state="stopped", force_stop_after=5), wait=20)
    assert slow.requests()["POST tenant_node_actions"] == 1


def test_rules_that_cannot_be_applied_are_told_with_the_platforms_log(sim: Vergesim) -> None:
    import requests

    run(sim, tenant(tenant_password="long-enough"))
    ready = sim.ready
    key = sim.rows("tenants")[0]["$key"]
    # Somebody else's client did not check: the platform takes it, and never applies it (docs/platform.md#3.12).
    answer = requests.post(
        f"{ready['url']}/api/v4/vnet_cidrs",
        json={"vnet": 3, "cidr": "192.0.2.5/28", "owner": f"tenants/{key}"},
        auth=(ready["username"], ready["password"]),
        verify=ready["ca_path"],
        timeout=10,
    )
    assert answer.status_code == 201
    task = TenantNetworksTask(options(tenant="acme", external_ips=[{"ip": "198.51.100.10", "network": "External"}]))
    with pytest.raises(VrgError, match=r"rules of External are still pending\. Its log says: .*192\.0\.2\.5/28"):
        run(sim, task, wait=10)
