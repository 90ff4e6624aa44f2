"""What must not be done twice is sent once, whatever the status of its answer (F 4)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from changes import CHANGES
from disturbed import Bench
from rewriting_proxy import Act, Answer, afterwards, broken_off, dropped, instead, json_answer
from scenarios import CHANGED, STARTED, Scenario

from conftest import DrivenClock
from vergesim_process import Vergesim

pytest_plugins = "proxied"


def _answer(status: int) -> Answer:
    return json_answer({"err": "Try again later"}, status)


#: After the change was made.
AFTER: dict[str, Act] = {
    **{str(status): afterwards(_answer(status)) for status in (429, 500, 502, 503, 504)},
    "200 with an error": afterwards(_answer(200)),
    "dropped": dropped(done=True),
    "broken off": broken_off(),
}
#: Before it: of these, what was sent cannot be told from what was done.
BEFORE: dict[str, Act] = {
    **{f"{status}, not done": instead(_answer(status)) for status in (429, 500, 503)},
    "dropped, not done": dropped(done=False),
}

_NEXT_FREE = {"tenant": "acme", "external_ips": [{"network": "External", "hostname": "vpn"}]}
#: The run, the table that its write goes to, and how often its change stands.
ONCE: dict[str, tuple[Scenario, str, Callable[[Bench], int]]] = {
    "restore": (CHANGED["restore a snapshot"], "tenant_actions", lambda bench: 1),
    "clone": (CHANGED["clone a tenant"], "tenant_actions", CHANGES["clone"].stands),
    "bare clone": (
        Scenario("tenant", {"name": "copy", "clone_from": "acme", "wait": False}, []),
        "tenant_actions",
        CHANGES["clone"].stands,
    ),
    "reset": (Scenario("tenant", {"name": "acme", "state": "reset"}, STARTED), "tenant_actions", lambda bench: 1),
    "reboot": (CHANGED["restart a node"], "nodes", lambda bench: 1),
    "crash cart": (CHANGED["create a crash cart"], "vm_recipe_instances", CHANGES["crash cart"].stands),
    "next free address": (
        Scenario("tenant networks", _NEXT_FREE, []),
        "vnet_addresses",
        lambda bench: sum(row["hostname"] == "vpn" for row in bench.rows("vnet_addresses")),
    ),
}


def sent_once(bench: Bench, sim: Vergesim, name: str, act: Act) -> tuple[dict[str, Any] | None, Any]:
    """The end of a run whose one write is disturbed, on a platform that takes its time; it was sent once."""
    scenario, table, _stands = ONCE[name]
    bench.start_again(scenario.before)
    bench.control("POST", "clock", {"mode": "manual", "step": 2})

    def is_it(request: Any) -> bool:
        return table != "nodes" or request.path.endswith("maintenance_reboot")

    rule = bench.proxy.rule(act, "POST", table, matching=is_it)
    ended = bench.ends(scenario.task, scenario.given, clock=DrivenClock(sim), wait=300)
    bench.control("POST", "clock", {"advance": 100})
    assert rule.fired == 1
    assert sum(is_it(one.request) and one.request.table == table for one in bench.exchanges("POST")) == 1
    return ended


@pytest.mark.parametrize("answer", AFTER)
@pytest.mark.parametrize("name", ONCE)
def test_F4_it_is_sent_once_when_it_was_done(bench: Bench, sim: Vergesim, name: str, answer: str) -> None:
    result, error = sent_once(bench, sim, name, AFTER[answer])
    assert ONCE[name][2](bench) == 1
    if error:
        assert error.outcome.name == "UNKNOWN"
        assert "not known" in error.message


@pytest.mark.parametrize("answer", BEFORE)
@pytest.mark.parametrize("name", ["restore", "clone", "bare clone"])
def test_F4_it_is_sent_once_when_nobody_can_tell(bench: Bench, sim: Vergesim, name: str, answer: str) -> None:
    result, error = sent_once(bench, sim, name, BEFORE[answer])
    assert result is None
    assert error.changes == []
    assert "acme" in error.message
