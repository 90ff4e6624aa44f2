"""What a run writes on its way to its goal is settled like any other write (F 5), and looked at when refused (F 6)."""

from __future__ import annotations

from typing import Any

import pytest
from changes import receipt
from disturbed import Bench, tells
from rewriting_proxy import Act, afterwards, dropped, instead, json_answer, preceded
from scenarios import DRAINED, STANDING, STARTED

from conftest import DrivenClock
from vergesim_process import Vergesim

pytest_plugins = "proxied"

BUSY = json_answer({"err": "Try again later"}, 503)
FAILED = json_answer({"err": "Internal error"}, 500)
LOST: dict[str, Act] = {"dropped": dropped(done=True), "500": afterwards(FAILED), "503": afterwards(BUSY)}
NOT_DONE: dict[str, Act] = {"dropped before": dropped(done=False), "503 before": instead(BUSY)}

UI_LOSS = {"tenant": "acme", "state": "absent", "allow_ui_loss": True, "external_ips": STANDING["external_ips"]}
FORCED = {"name": "acme", "state": "stopped", "force_stop_after": 5}


def ui_address(bench: Bench) -> Any:
    return next(row["ui_address"] for row in bench.rows("tenants") if row["name"] == "acme")


@pytest.mark.parametrize("answer", [*LOST, *NOT_DONE])
def test_F5_an_address_that_is_let_go(bench: Bench, answer: str) -> None:
    """The platform may refuse to delete the address behind ui_address, which has to be emptied first then."""
    bench.control("PUT", "switches", {"ui_address_on_delete": "refuse"})
    assert ui_address(bench)
    rule = bench.proxy.rule({**LOST, **NOT_DONE}[answer], "PUT", "tenants")
    result = bench.run("tenant networks", UI_LOSS)
    assert rule.fired
    assert result["changed"]
    assert ui_address(bench) is None
    assert not any(row["owner"] == "tenants/1" for row in bench.rows("vnet_addresses"))
    assert len(bench.proxy.sent("PUT")) == (1 if answer in LOST else 2)


def test_F5_an_address_that_is_not_let_go(bench: Bench) -> None:
    bench.control("PUT", "switches", {"ui_address_on_delete": "refuse"})
    bench.proxy.rule(receipt, "PUT", "tenants", times=0)
    result, error = bench.ends("tenant networks", UI_LOSS)
    assert result is None
    assert ui_address(bench)
    assert error.changes == []
    assert len(bench.proxy.sent("PUT")) <= 3


def stopping(
    bench: Bench, sim: Vergesim, act: Act, times: int = 1, step: int = 20
) -> tuple[dict[str, Any] | None, Any]:
    """A graceful stop that takes so many seconds; the kill of the node is disturbed."""
    bench.start_again(STARTED)
    bench.control("POST", "clock", {"mode": "manual", "step": step})
    rule = bench.proxy.rule(act, "POST", "tenant_node_actions", times=times)
    ended = bench.ends("tenant", FORCED, clock=DrivenClock(sim), wait=60)
    assert rule.fired
    return ended


def is_off(bench: Bench) -> bool:
    return not any(row["running"] for row in bench.rows("tenant_status"))


@pytest.mark.parametrize("answer", [*LOST, *NOT_DONE])
def test_F5_a_node_that_is_killed(bench: Bench, sim: Vergesim, answer: str) -> None:
    result, error = stopping(bench, sim, {**LOST, **NOT_DONE}[answer])
    assert error is None and result
    assert is_off(bench)
    assert result["changes"].count("kill node 'node1' of tenant 'acme'") == 1
    assert bench.writes().count("POST tenant_node_actions") == (1 if answer in LOST else 2)


@pytest.mark.parametrize("answer", LOST)
def test_F5_a_network_that_is_stopped(bench: Bench, sim: Vergesim, answer: str) -> None:
    """A stopped tenant's own network lingers, and the tenant cannot be deleted until then."""
    bench.start_again([*STARTED])
    bench.control("POST", "clock", {"mode": "manual", "step": 1})
    bench.control("PUT", "switches", {"network_linger": "long"})
    rule = bench.proxy.rule(LOST[answer], "POST", "vnet_actions")
    result = bench.run("tenant", {"name": "acme", "state": "absent"}, clock=DrivenClock(sim), wait=300)
    assert rule.fired
    assert result["changed"]
    assert bench.names("tenants") == ["other"]
    # The rules of the networks that it had addresses of are another matter.
    asked = [one.request.json["action"] for one in bench.exchanges("POST") if one.request.table == "vnet_actions"]
    assert asked.count("kill") == 1


@pytest.mark.parametrize("answer", LOST)
def test_F5_a_node_that_goes_back_into_maintenance(bench: Bench, answer: str) -> None:
    """A restart may take a node out of maintenance; it is put back."""
    bench.start_again(DRAINED)
    bench.control("PUT", "switches", {"reboot_leaves_maintenance": "cleared"})
    rule = bench.proxy.rule(
        LOST[answer], "POST", "nodes", matching=lambda request: request.path.endswith("enable_maintenance")
    )
    result = bench.run("node", {"name": "node1", "state": "restarted", "maintenance": True})
    assert rule.fired
    assert result["node"]["maintenance"]
    assert bench.writes().count("POST nodes/1/enable_maintenance") == 1


NOT_RUNNING = json_answer({"err": "Tenant node must be in running state to kill"}, 422)


def test_F6_a_node_that_has_just_stopped_is_killed_enough(bench: Bench, sim: Vergesim) -> None:
    result, error = stopping(bench, sim, afterwards(NOT_RUNNING))
    assert error is None and result
    assert result["changed"] and is_off(bench)
    assert bench.writes().count("POST tenant_node_actions") == 1


def test_F6_a_node_that_stops_while_it_is_read(bench: Bench, sim: Vergesim) -> None:
    """It was running when the nodes were read, and had stopped by itself when the kill came."""
    kill = {"tenant_node": 1, "action": "kill"}
    result, error = stopping(bench, sim, preceded(lambda: bench.raw.act("tenant_node_actions", **kill)))
    assert error is None and result
    assert result["changed"] and is_off(bench)


def test_F6_a_kill_that_is_refused_names_node_and_tenant(bench: Bench, sim: Vergesim) -> None:
    result, error = stopping(bench, sim, instead(NOT_RUNNING), times=0, step=1_000_000)
    assert result is None
    assert "'node1'" in error.message and "'acme'" in error.message
    assert "must be in running state" in tells(error)
    assert "stop tenant 'acme'" in error.changes
    assert not any("kill" in sentence for sentence in error.changes)
