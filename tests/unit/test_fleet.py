"""What a list returns, however long it is, and how whole tables answer queries."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils._fleet import _text
from plugins.module_utils._model.conditions import ALL, Condition, Row, all_of, any_of
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.plan import Plan, Step
from plugins.module_utils._model.query import MOST_TERMS, Created, Query, Write
from plugins.module_utils._model.resource import Column, Resource
from plugins.module_utils._model.units import INTEGER, KEY, OWNER
from plugins.module_utils._system.crew import Work
from plugins.module_utils._system.snapshot import Snapshot
from plugins.module_utils._tables.tenant_nodes import STARTING_NODE, TENANT_NODE
from plugins.module_utils._tables.tenants import TENANT
from plugins.module_utils._tasks.fleet_result import MOST_CHARACTERS, failure, result

FOUND: dict[str, Any] = {"capacity": {"table": [], "lines": []}, "unlisted": [], "warnings": [], "rules": []}


def work(number: int, error: str = "", changes: int = 0, is_new: bool = False) -> Work:
    steps = tuple(Step(f"change {one} of tenant 't{number}'", Write("PUT", "tenants", 1)) for one in range(changes))
    member: Any = SimpleNamespace(name=f"t{number}", row={"uuid": f"u{number}"}, warnings={}, is_left=False)
    settle: Any = SimpleNamespace(done=[step.sentence for step in steps])
    plan = Plan(None, steps, before={"note": "a"}, after={"note": "b"})
    return Work(member, settle, [plan], [], is_new, VrgError(error) if error else None)


def told(*works: Work, check: bool = False, **found: Any) -> dict[str, Any]:
    return result(list(works), {**FOUND, **found}, [], check)


def test_each_tenant_is_counted_once_and_named_where_it_is_worth_a_word() -> None:
    whole = told(work(1), work(2, changes=1), work(3, changes=1, is_new=True), work(4, error="Taken.", changes=1))
    assert {name: count for name, count in whole["summary"].items() if count} == {
        "listed": 4,
        "created": 1,
        "changed": 1,
        "unchanged": 1,
        "failed": 1,
    }
    assert [one["name"] for one in whole["tenants"]] == ["t2", "t3", "t4"]
    assert whole["changed"] and whole["changes"][-1] == "change 0 of tenant 't4'", "it failed half way"
    assert failure(whole) == "1 of 4 tenants failed. t4: Taken."
    assert "tenant 't2':" in whole["diff"]["prepared"] and 'note: "a" -> "b"' in whole["diff"]["prepared"]
    assert "t4" not in whole["diff"]["prepared"]


@pytest.mark.parametrize("ending", ["json", "yml"])
def test_a_list_is_written_for_people(ending: str) -> None:
    note = " ".join(["Straße"] * 40)
    content = {"tenants": [{"name": "Müller €", "isolated": False, "description": note}]}
    text = _text(f"tenants.{ending}", content)
    assert (json.loads if ending == "json" else yaml.safe_load)(text) == content
    # Letters as they are, in the order of the options, a line for each, with an end.
    assert text.index("Müller €") < text.index("isolated") < text.index("Straße") and "\\" not in text
    assert len(text.splitlines()) > 3 and text.endswith("\n") and not text.endswith("\n\n")
    assert ending == "json" or 110 < max(map(len, text.splitlines())) < 130


def test_what_failed_has_not_changed_in_a_dry_run() -> None:
    whole = told(work(1, error="Taken.", changes=1), check=True)
    assert not whole["changed"] and whole["tenants"][0]["changes"] == []


@pytest.mark.parametrize("length", [10, 300])
def test_a_result_stays_short_enough_for_a_controller_to_keep(length: int) -> None:
    works = [work(number, error="x" * length if number % 2 else "", changes=9) for number in range(8000)]
    whole = told(*works, unlisted=[f"unlisted tenant {number}" for number in range(8000)])
    assert len(json.dumps(whole)) <= MOST_CHARACTERS
    assert whole["truncated"] and whole["summary"]["failed"] == 4000 and whole["summary"]["unlisted"] == 8000
    assert whole["tenants"][0]["result"] == "failed", "what failed comes first"


def test_warnings_of_thousands_are_not_read_by_anybody() -> None:
    whole = told(work(1), warnings=[f"warning {number}" for number in range(500)])
    assert len(whole["warnings"]) == 51 and whole["warnings"][-1] == "And 450 more warnings."


class Platform:
    """Rows of tenants and nodes, as the platform answers them."""

    now = 0

    def __init__(self, tenants: int = 4) -> None:
        self.asked: list[Query] = []
        self.tenants = [self.row(TENANT, **{"$key": key}, name=f"t{key}", uuid=f"u{key}") for key in range(tenants)]
        self.nodes = [
            self.row(TENANT_NODE, **{"$key": 10 * key + number}, name=f"n{number}", tenant=key)
            for key in range(tenants)
            for number in range(2)
        ]

    @staticmethod
    def row(_resource: Any, **values: Any) -> Row:
        return values

    def read(self, query: Query) -> list[Row]:
        self.asked.append(query)
        stored = self.tenants if query.table == "tenants" else self.nodes
        sources = {key: entry.partition(" as ")[0] for key, entry in query.resource.entries.items()}
        rows = [{key: row.get(source) for key, source in sources.items()} for row in stored]
        return [row for row in rows if query.where.matches(row)]


@pytest.fixture
def loaded() -> tuple[Platform, Snapshot, ThreadPoolExecutor]:
    platform, executor = Platform(), ThreadPoolExecutor(2)
    snapshot = Snapshot(platform, (TENANT, TENANT_NODE, STARTING_NODE), {})
    snapshot.load(executor)
    platform.asked.clear()
    return platform, snapshot, executor


Loaded = tuple[Platform, Snapshot, ThreadPoolExecutor]


def names(snapshot: Snapshot, where: Condition = ALL) -> list[str]:
    return sorted(str(row["name"]) for row in snapshot.read(Query(TENANT.only("name", "uuid"), where)))


TERMS = st.one_of(
    st.sampled_from(["t0", "t1", "t9", "", "T1"]).map(TENANT["name"].eq),
    st.sampled_from(["u0", "u2", None]).map(TENANT["uuid"].eq),
    st.sampled_from([0, 3, "3", 9]).map(TENANT["$key"].eq),
    st.sampled_from(["t", "t1"]).map(TENANT["name"].begins),
    st.sampled_from(["t1", "t2"]).map(TENANT["name"].ne),
)


def joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    some = st.lists(parts, max_size=3)
    return some.map(lambda each: all_of(*each)) | some.map(lambda each: any_of(*each))


WHERES = st.recursive(TERMS, joined)


@given(WHERES)
def test_whole_tables_answer_as_the_platform_does(where: Condition) -> None:
    platform, executor = Platform(), ThreadPoolExecutor(1)
    snapshot = Snapshot(platform, (TENANT,), {})
    snapshot.load(executor)
    query = Query(TENANT.only("name", "uuid"), where)
    key = str
    assert sorted(snapshot.read(query), key=key) == sorted(platform.read(query), key=key)


def test_each_table_is_read_once(loaded: Loaded) -> None:
    platform, snapshot, _executor = loaded
    assert names(snapshot) == ["t0", "t1", "t2", "t3"]
    assert len(snapshot.read(Query(STARTING_NODE, STARTING_NODE["tenant_key"].eq(1)))) == 2
    assert platform.asked == [] and snapshot.live == []


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("lacks", [{}, {"c0": None}])
def test_what_one_resource_may_lack_the_copy_of_its_table_may_lack(first: int, lacks: Row) -> None:
    strict = Column("size", codec=INTEGER)
    both = [Resource("row", "rows", (column,)) for column in (strict, replace(strict, null=True, omitted=True))]
    asked: list[Query] = []
    reader = SimpleNamespace(now=0, read=lambda query: asked.append(query) or [])
    with ThreadPoolExecutor(1) as executor:
        Snapshot(reader, (both[first], both[1 - first]), {}).load(executor)  # type: ignore[arg-type]
    assert asked[0].resource.flaw({"$key": 1, **lacks}) is None
    assert both[0].flaw({"$key": 1, "size": None})


def test_what_is_not_in_it_is_asked_and_noted(loaded: Loaded) -> None:
    platform, snapshot, _executor = loaded
    snapshot.read(Query(TENANT.only("name"), order="name", limit=1))
    assert len(platform.asked) == 1 and snapshot.live == ["tenants"]


def test_what_is_planned_is_there_until_it_is_forgotten(loaded: Loaded) -> None:
    _platform, snapshot, _executor = loaded
    made = Created("tenant 'new'")
    names(snapshot, TENANT["name"].eq("new"))
    snapshot.pretend(TENANT, made, {"name": "new"})
    snapshot.drop(TENANT, 0)
    assert names(snapshot) == ["new", "t1", "t2", "t3"]
    (row,) = snapshot.read(Query(TENANT, TENANT["name"].eq("new")))
    assert row["$key"] is made and row["uuid"] is None
    snapshot.forget()
    assert names(snapshot) == ["t0", "t1", "t2", "t3"]


@pytest.mark.parametrize("keys", [[1], list(range(MOST_TERMS + 1))])
def test_what_was_touched_is_read_again(loaded: Loaded, keys: list[int]) -> None:
    """A few by their keys, many as the whole table; what is gone is gone."""
    platform, snapshot, executor = loaded
    platform.nodes = [row for row in platform.nodes if row["$key"] != 10]
    platform.nodes[-1]["name"] = "renamed"
    snapshot.refresh("tenant_nodes", TENANT_NODE["tenant_key"], keys, executor).result()
    (asked,) = platform.asked
    assert (asked.where == ALL) is (len(keys) > MOST_TERMS)
    rows = snapshot.read(Query(TENANT_NODE, TENANT_NODE["tenant_key"].eq(1)))
    assert [row["$key"] for row in rows] == [11]
    shown = {row["name"] for row in snapshot.read(Query(TENANT_NODE))}
    assert ("renamed" in shown) is (len(keys) > MOST_TERMS), "what was not touched is not asked for"


def test_what_is_gone_is_gone_however_its_owner_was_written() -> None:
    """Some writers put the version of the API before the table (docs/platform.md#2.4)."""
    platform, executor = Platform(), ThreadPoolExecutor(1)
    address = Resource("address", "vnet_addresses", (Column("$key", codec=KEY), Column("owner", codec=OWNER)))
    platform.nodes = [{"$key": 1, "owner": "/v4/tenants/1"}, {"$key": 2, "owner": "tenants/1"}]
    snapshot = Snapshot(platform, (address,), {})
    snapshot.load(executor)
    assert len(snapshot.read(Query(address, address["owner"].eq("tenants/1")))) == 2
    platform.nodes = []
    snapshot.refresh("vnet_addresses", address["owner"], ["tenants/1"], executor).result()
    assert snapshot.read(Query(address)) == []
