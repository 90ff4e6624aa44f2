"""An answer to a read that is none proves nothing: it is asked for again, and then said (F 1, 2, 28)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import pytest
from disturbed import Bench, tells
from nonsense import ANSWERS, BROKEN, in_one_row, wanted_by
from rewriting_proxy import Act, Request, instead
from scenarios import SCENARIOS

pytest_plugins = "proxied"

#: Each read gets a part of the shapes, one in so many, from read to read other ones; ``make long`` takes more of them.
SHARE = {"F1": 8, "F2": 7, "F28": 2} if os.environ.get("VRG_SHAPES") else {"F1": 24, "F2": 21, "F28": 6}


@dataclass(frozen=True)
class Read:
    """A read that a run makes: the ``nth`` of its table, and whether its answer has rows."""

    request: Request
    nth: int
    has_rows: bool


@dataclass(frozen=True)
class Record:
    """A run as it is without any disturbance."""

    result: dict[str, Any]
    writes: list[str]
    reads: list[Read]


def recorded(bench: Bench, title: str) -> Record:
    scenario = SCENARIOS[title]
    bench.start_again(scenario.before)
    result = bench.run(scenario.task, scenario.given)
    reads: list[Read] = []
    for exchange in bench.exchanges("GET"):
        nth = 1 + sum(read.request.table == exchange.request.table for read in reads)
        reads.append(Read(exchange.request, nth, isinstance(exchange.answer.json, list) and bool(exchange.answer.json)))
    return Record(result, bench.writes(), reads)


def shapes(finding: str, read: Read, turn: int) -> dict[str, Act]:
    """What is answered to a read instead, by what it is called."""
    if finding == "F28":
        acts = in_one_row(wanted_by(read.request), turn) if read.has_rows else {}
    else:
        acts = BROKEN if finding == "F2" else {name: instead(answer) for name, answer in ANSWERS.items()}
    return dict(list(acts.items())[turn % SHARE[finding] :: SHARE[finding]])


@pytest.mark.parametrize("title", SCENARIOS)
def test_a_run_is_as_the_one_before(bench: Bench, title: str) -> None:
    """Without it, the comparisons below would say nothing."""
    scenario, record = SCENARIOS[title], recorded(bench, title)
    bench.as_before(scenario.before)
    assert _end(bench, title, record) == ""


FINDINGS = pytest.mark.parametrize("finding", ["F1", "F2", "F28"])
TITLES = pytest.mark.parametrize("title", SCENARIOS)


@FINDINGS
@TITLES
def test_nonsense_once_is_as_if_nothing_had_been(bench: Bench, title: str, finding: str) -> None:
    scenario, record = SCENARIOS[title], recorded(bench, title)
    wrong = []
    for turn, read in enumerate(record.reads, list(SCENARIOS).index(title)):
        for shape, act in shapes(finding, read, turn).items():
            bench.as_before(scenario.before)
            rule = bench.proxy.rule(act, "GET", read.request.table, nth=read.nth)
            told = _end(bench, title, record)
            if rule.fired and told:
                wrong.append(f"{shape} to GET {read.request.table} {read.nth}: {told}")
    assert wrong == []


def _steady(value: Any) -> Any:
    """A result without what the simulator's clock decides."""
    if isinstance(value, dict):
        return {name: _steady(one) for name, one in value.items() if name not in ("measured", "modified")}
    return [_steady(one) for one in value] if isinstance(value, list) else value


def _end(bench: Bench, title: str, record: Record) -> str:
    """What was different from the undisturbed run."""
    scenario = SCENARIOS[title]
    try:
        result = bench.run(scenario.task, scenario.given)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    for name in ("changed", "changes"):
        if result.get(name) != record.result.get(name):
            return f"{name} is {result.get(name)} and not {record.result.get(name)}"
    if "changed" not in result and _steady(result) != _steady(record.result):
        return "other rows"
    return "" if bench.writes() == record.writes else f"wrote {bench.writes()} and not {record.writes}"


@FINDINGS
@TITLES
def test_nonsense_for_ever_is_told_and_nothing_more_is_written(bench: Bench, title: str, finding: str) -> None:
    scenario, record = SCENARIOS[title], recorded(bench, title)
    wrong = []
    for turn, read in enumerate(record.reads, list(SCENARIOS).index(title)):
        for shape, act in shapes(finding, read, turn).items():
            bench.as_before(scenario.before)
            rule = bench.proxy.rule(act, "GET", read.request.table, nth=read.nth, times=0)
            try:
                result, error = bench.ends(scenario.task, scenario.given, wait=10)
            except Exception as crash:
                told = f"{type(crash).__name__}: {crash}"
            else:
                told = _told(bench, read, error) if error else f"a result, changed {result and result.get('changed')}"
            if rule.fired and told:
                wrong.append(f"{shape} to GET {read.request.table} {read.nth}: {told}")
    assert wrong == []


def _told(bench: Bench, read: Read, error: Any) -> str:
    """What the failure does not say, or what was done although nothing was known."""
    first = next(at for at, exchange in enumerate(bench.proxy.log) if exchange.disturbed)
    before = [one for one in bench.proxy.log[:first] if one.request.method != "GET"]
    if any(one.request.method != "GET" for one in bench.proxy.log[first:]):
        return f"written afterwards: {bench.writes()}"
    if before and not error.changes and "not known" not in error.message:
        return f"nothing of the changes that were made: {error.message}"
    if read.request.table.replace("_", " ") not in tells(error).replace("_", " "):
        return f"not of which table: {tells(error)}"
    waited = error.message.startswith(("Timed out", "Gave up"))
    if not waited and error.outcome.name != "UNKNOWN":
        return f"outcome {error.outcome.name}: {error.message}"
    return "" if waited or (error.api and error.api["method"]) else f"not of which request: {error.message}"
