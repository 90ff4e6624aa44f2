"""What a task sees, or leaves behind, does not tell whether it ran inside the controller's worker (F20, F29)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_ways import INFO, play

from support import IN_PROCESS, MODULE, ways
from vergesim_process import Vergesim

WAYS = {IN_PROCESS: "", MODULE: "never"}


@pytest.fixture
def sim() -> Iterator[Vergesim]:
    with Vergesim("lab", 0) as running:
        yield running


def refused(sim: Vergesim, nth: int, times: int) -> None:
    """Let reads of tenants be refused for the login, from the nth on."""
    fault = {"method": "GET", "table": "tenants", "kind": "status", "status": 401, "when": "before"}
    sim.control("POST", "/sim/faults", {**fault, "nth": nth, "times": times})


def test_F20_until_asks_again_after_a_refused_login(sim: Vergesim, tmp_path: Path) -> None:
    task = {**INFO, "retries": 3, "delay": 0, "until": "told is success", "register": "told", "ignore_errors": True}
    asked = {}
    for way, setting in WAYS.items():
        sim.forget()
        play(sim, tmp_path, task, VERGEOS_PASSWORD="wrong", VRG_IN_PROCESS=setting)
        assert ways(sim) == {way}
        asked[way] = sim.requests()["GET system"]
    # Cores differ in what they take for a retry.
    assert asked[IN_PROCESS] == asked[MODULE] >= 3


@pytest.mark.parametrize("way", WAYS)
def test_F20_a_relative_ca_path_begins_where_the_playbook_is(sim: Vergesim, tmp_path: Path, way: str) -> None:
    (tmp_path / "ca.pem").write_bytes(Path(sim.ready["ca_path"]).read_bytes())
    play(sim, tmp_path, INFO, VERGEOS_CA_PATH="ca.pem", VRG_IN_PROCESS=WAYS[way])
    assert ways(sim) == {way}


@pytest.mark.parametrize("way", WAYS)
def test_F20_nothing_is_logged_of_a_task_that_is_not_to_be_logged(sim: Vergesim, tmp_path: Path, way: str) -> None:
    log = tmp_path / "log"
    task = {"vergeio.vrg.vrg_tenant_info": {"name": "quite-secret-customer"}, "no_log": True}
    play(sim, tmp_path, task, arguments=("-vvv",), ANSIBLE_LOG_PATH=str(log), VRG_IN_PROCESS=WAYS[way])
    assert ways(sim) == {way}
    told = log.read_text()
    assert "PLAY" in told and "urllib3" not in told and "quite-secret-customer" not in told


def test_F29_a_login_that_goes_bad_in_a_loop_is_not_tried_again(sim: Vergesim, tmp_path: Path) -> None:
    refused(sim, nth=3, times=0)
    play(sim, tmp_path, {**INFO, "loop": list(range(10)), "ignore_errors": True})
    assert ways(sim) == {IN_PROCESS}
    assert sim.requests() == {"GET system": 1, "GET tenants": 3}
    sim.control("DELETE", "/sim/faults")


def test_a_task_that_is_out_of_time_asks_nothing_more(tmp_path: Path) -> None:
    """Ansible ends a task by a signal, in the worker's main thread; the fleet's workers have to hear of it."""
    tenants = [{"name": f"t{number:03}"} for number in range(200)]
    task = {"vergeio.vrg.vrg_tenant_fleet": {"tenants": tenants, "workers": 4}, "timeout": 4, "ignore_errors": True}
    with Vergesim("lab", 0, "--latency", "300") as sim:
        play(sim, tmp_path, task)
        assert ways(sim) == {IN_PROCESS}
        sent = sum(sim.requests().values())
        made = len(sim.rows("tenants"))
        time.sleep(1.5)
        assert sum(sim.requests().values()) == sent
        assert 0 < made < len(tenants)
