"""A write whose answer is wrong is one change or an error that says so, and never told where it is not (F 1, 4, 27)."""

from __future__ import annotations

import os
from typing import Any

import pytest
from changes import CHANGES, Change, receipt
from disturbed import Bench, tells
from nonsense import LOCKED
from rewriting_proxy import Act, Answer, afterwards, instead, json_answer, shortened

pytest_plugins = "proxied"

#: What happens to a write: that it never gets there, or that its answer says something else than what was done.
DISTURBANCES: dict[str, Act] = {
    "F1 not done, an error": instead(LOCKED),
    "F1 not done, nothing": instead(Answer(200, b"")),
    "F1 not done, numbers": instead(json_answer([1])),
    "F27 not done, a receipt": receipt,
    "F1 done, an error": afterwards(LOCKED),
    "F1 done, numbers": afterwards(json_answer([1])),
    "F2 done, cut JSON": shortened(),
    "F4 done, 500": afterwards(json_answer({"err": "Internal error"}, 500)),
    "F4 done, 503": afterwards(json_answer({"err": "Busy"}, 503)),
    "F4 done, 429": afterwards(json_answer({"err": "Too many requests"}, 429)),
}


#: Asked for by an action and then waited for: an accepted one that comes to nothing is told, and fails by its wait.
WAITED = ("clone", "drain", "end of a drain", "node off", "rules", "start", "stop")


def disturbed(bench: Bench, change: Change, act: Act, times: int) -> tuple[dict[str, Any] | None, Any]:
    bench.start_again(change.scenario.before)
    rule = bench.proxy.rule(act, change.method, change.table, times=times)
    ended = bench.ends(change.scenario.task, change.scenario.given)
    assert rule.fired
    return ended


#: Each change meets every third of them, the next change others; ``make long`` takes all.
SOME = 1 if os.environ.get("VRG_SHAPES") else 3
MET = [(name, how) for nth, name in enumerate(CHANGES) for how in list(DISTURBANCES)[nth % SOME :: SOME]]


@pytest.mark.parametrize(("name", "disturbance"), MET)
def test_a_wrong_answer_once_is_one_change_or_told(bench: Bench, name: str, disturbance: str) -> None:
    change = CHANGES[name]
    undisturbed = _undisturbed(bench, change)
    result, error = disturbed(bench, change, DISTURBANCES[disturbance], times=1)
    stands = change.stands(bench)
    assert stands <= 1
    if result:
        assert (result["changed"], stands) == (True, 1)
        # No sentence stands twice; a help that was needed may be told beside them.
        assert [result["changes"].count(one) for one in undisturbed] == [1] * len(undisturbed)
    else:
        assert error.message
        assert stands or name in WAITED or undisturbed != error.changes
    bench.proxy.forget()
    again = bench.run(change.scenario.task, change.scenario.given)
    assert change.stands(bench) == 1
    assert not (result and again["changed"])


def _undisturbed(bench: Bench, change: Change) -> list[str]:
    bench.start_again(change.scenario.before)
    result = bench.run(change.scenario.task, change.scenario.given)
    assert change.stands(bench) == 1
    return list(result["changes"])


@pytest.mark.parametrize("disturbance", ["F1 not done, an error", "F27 not done, a receipt"])
@pytest.mark.parametrize("name", CHANGES)
def test_a_write_that_never_gets_there_is_never_told_as_done(bench: Bench, name: str, disturbance: str) -> None:
    change = CHANGES[name]
    undisturbed = _undisturbed(bench, change)
    result, error = disturbed(bench, change, DISTURBANCES[disturbance], times=0)
    assert result is None
    assert name in WAITED or len(error.changes) < len(undisturbed)
    sent = [one for one in bench.writes() if one.startswith(f"{change.method} {change.table}")]
    assert 1 <= len(sent) <= 2
    subjects = ("'acme'", "'Crash Cart - acme'", "'External'", repr(change.scenario.given.get("name")))
    assert any(subject in tells(error) for subject in subjects)


@pytest.mark.parametrize("name", [name for name, change in CHANGES.items() if change.method == "DELETE"])
def test_F27_a_delete_that_has_not_happened_has_failed(bench: Bench, name: str) -> None:
    change = CHANGES[name]
    result, error = disturbed(bench, change, receipt, times=0)
    assert result is None
    assert change.stands(bench) == 0
    assert not any(sentence.startswith("delete") for sentence in error.changes)
    assert "delete" in error.message or "still" in error.message
