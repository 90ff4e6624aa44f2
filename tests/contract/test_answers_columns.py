"""A row of another shape ends in one sentence with table and column, and never in an error of Python (F 28)."""

from __future__ import annotations

from typing import Any

import pytest
from disturbed import Bench, tells
from nonsense import Wanted, holding, holding_text, wanted_by, without
from rewriting_proxy import Act, Request
from scenarios import SCENARIOS, UNCHANGED

pytest_plugins = "proxied"

#: Between them, these make every read with columns of its own.
TITLES = [
    *("all clusters", "all nodes", "all tiers", "all tenants", "all figures", "a tenant's figures"),
    *("networks as they are", "a crash cart as it is", "drain a node", "start a tenant", "stop a tenant"),
    *("give a tenant another address", "create a tenant node just there", "create networks", "create storage"),
    *("create a crash cart", "restore a snapshot", "give a file"),
]

#: What no column is made for, as JSON, but for what it may also be.
ODD = ["[1]", '{"a": 1}', "NaN", "1e400", "-1", '""', "1" + "0" * 30, "true", '"2026-13-45"', "[[]]", '"<b>"', "-0.5"]
#: What a column with rows in it is not made for.
NO_ROWS = [[None], 5, "abc", [{}], {}, [[1]], None]


def reads(bench: Bench, title: str) -> dict[tuple[str, int], tuple[Request, Any]]:
    """The reads of a run, each projection once, by table and which of the table it is; with a row of the answer."""
    scenario = SCENARIOS[title]
    bench.start_again(scenario.before)
    bench.run(scenario.task, scenario.given)
    found: dict[tuple[str, int], tuple[Request, Any]] = {}
    counted: dict[str, int] = {}
    for exchange in bench.exchanges("GET"):
        request, rows = exchange.request, exchange.answer and exchange.answer.json
        counted[request.table] = counted.get(request.table, 0) + 1
        known = [wanted_by(one) for one, _row in found.values() if one.table == request.table]
        if isinstance(rows, list) and rows and wanted_by(request) not in known:
            found[request.table, counted[request.table]] = request, rows[-1]
    return found


def crash(bench: Bench, title: str, table: str, nth: int, act: Act) -> tuple[str, Any]:
    """A run with one read disturbed for ever: what other error than a VrgError it ended in, and the VrgError."""
    scenario = SCENARIOS[title]
    bench.as_before(scenario.before)
    bench.proxy.rule(act, "GET", table, nth=nth, times=0)
    try:
        return "", bench.ends(scenario.task, scenario.given, wait=10)[1]
    except Exception as error:
        return f"{type(error).__name__}: {error}", None


def wrong_shapes(column: Wanted) -> dict[str, Act]:
    """What must be refused."""
    # Left out of an answer without a fault: what is behind a null reference to any table, and what only some have.
    found = {} if column.name in ("owner_name", "dmz_address") else {"missing": without(column.name)}
    if column.never_null:
        found["null"] = holding(column.name, None)
    if column.is_number:
        found["abc"] = holding(column.name, "abc")
    return found


@pytest.mark.parametrize("title", TITLES)
def test_F28_a_column_that_is_missing_or_of_another_type_is_named(bench: Bench, title: str) -> None:
    wrong = []
    for (table, nth), (request, _row) in reads(bench, title).items():
        for column in wanted_by(request):
            for shape, act in wrong_shapes(column).items():
                what, error = crash(bench, title, table, nth, act)
                said = tells(error) if error else ""
                if not said or table.replace("_", " ") not in said.replace("_", " ") or not column.is_named(said):
                    wrong.append(f"{table}.{column.name} {shape}: {what or said or 'a result'}")
    assert wrong == []


@pytest.mark.parametrize("title", dict.fromkeys([*TITLES, *UNCHANGED]))
def test_F28_no_value_is_an_error_of_python(bench: Bench, title: str) -> None:
    wrong = []
    for (table, nth), (request, row) in reads(bench, title).items():
        for turn, column in enumerate(wanted_by(request), nth + list(SCENARIOS).index(title)):
            acts = {text: holding_text(column.name, text) for text in ODD[turn % len(ODD) :: len(ODD)]}
            if isinstance(row.get(column.name), list):
                acts.update({str(value): holding(column.name, value) for value in NO_ROWS})
            for shape, act in acts.items():
                what, _error = crash(bench, title, table, nth, act)
                if what:
                    wrong.append(f"{table}.{column.name} {shape}: {what}")
    assert wrong == []
