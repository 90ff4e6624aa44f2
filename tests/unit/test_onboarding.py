from __future__ import annotations

from typing import Any

import pytest

from plugins.filter.tenant_outcome import outcome
from plugins.module_utils._tasks.fleet_items import Items, complete

SMALL: dict[str, Any] = {"nodes": [{"name": "node1"}], "storage": [{"tier": 1}], "isolated": True}


def whole(tenants: list[dict[str, Any]], plans: dict[str, Any], **defaults: Any) -> Items:
    return complete(tenants, plans, defaults)


def completed(**tenant: Any) -> dict[str, Any]:
    (found,) = whole([{"name": "acme", **tenant}], {"small": SMALL}).tenants
    return dict(found)


def test_a_plan_fills_in_what_the_tenant_does_not_say() -> None:
    assert completed(plan="small") == {"name": "acme", "plan": "small", "state": "running", **SMALL}


@pytest.mark.parametrize("given", [{"storage": [{"tier": 3}]}, {"storage": []}, {"isolated": False}, {"note": "x"}])
def test_explicit_values_win(given: dict[str, Any]) -> None:
    assert completed(plan="small", **given) == completed(plan="small") | given


def test_null_is_not_said() -> None:
    assert completed(plan="small", nodes=None, note=None) == completed(plan="small")


def test_a_plan_cannot_rename_a_tenant() -> None:
    plans = {"odd": {"name": "other", "plan": "small", "note": "n"}}
    (found,) = whole([{"name": "acme", "plan": "odd"}], plans).tenants
    assert found == {"name": "acme", "plan": "odd", "note": "n", "state": "present"}


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({}, "present"),
        ({"nodes": []}, "present"),
        ({"nodes": [{"name": "n"}]}, "running"),
        ({"nodes": [{"name": "n"}], "state": "stopped"}, "stopped"),
        ({"plan": "small", "state": None}, "running"),
    ],
)
def test_a_tenant_with_nodes_runs_unless_it_says_otherwise(given: dict[str, Any], state: str) -> None:
    assert completed(**given)["state"] == state


def test_a_name_of_digits_is_a_name() -> None:
    found = whole([{"name": 1234, "plan": "small"}, {"name": "b", "state": "running"}], {"small": SMALL})
    assert [tenant["name"] for tenant in found.tenants] == ["1234", "b"]


def test_who_says_its_state_itself() -> None:
    plans = {"off": {"state": "stopped"}}
    tenants = [{"name": 1, "state": "present"}, {"name": "b", "plan": "off"}, {"name": "c", "state": None}]
    assert whole(tenants, plans).stated == {"1"}


def test_what_is_wrong_with_a_list_is_told_at_once() -> None:
    tenants = [
        {"name": "a", "plan": "huge"},
        {"name": "b", "nodes": [{"name": "n"}, {"name": "n"}], "storage": [{"tier": 1}, {"tier": "1"}]},
    ]
    assert whole(tenants, {"small": SMALL, "large": {}}).problems == [
        "Tenant 'a': there is no plan 'huge' (plans: large, small).",
        "Tenant 'b': node n is listed 2 times.",
        "Tenant 'b': tier 1 is listed 2 times.",
    ]


def test_null_in_an_entry_is_for_the_check_to_name() -> None:
    tenants = [{"name": None, "nodes": [{"name": None}, {"name": None}]}, {"name": "b", "storage": [{}, {}]}]
    found = whole(tenants, {})
    assert [tenant["name"] for tenant in found.tenants] == ["", "b"]
    assert found.problems == []


def test_nothing_is_wrong_with_most_lists() -> None:
    assert whole([{"name": "a", "plan": "small"}, {"name": "b"}], {"small": SMALL}).problems == []
    assert whole([{"name": "a", "plan": "x"}], {}).problems == ["Tenant 'a': there is no plan 'x' (plans: none)."]


def test_what_neither_item_nor_plan_says_is_the_default() -> None:
    (found,) = whole(
        [{"name": "a", "plan": "small", "note": "own"}], {"small": SMALL}, note="n", url="u", storage=[]
    ).tenants
    assert (found["note"], found["url"], found["storage"]) == ("own", "u", SMALL["storage"])


def test_null_is_not_said_in_an_entry_either() -> None:
    (found,) = whole([{"name": "a", "nodes": [{"name": "n", "cluster": None}]}], {}).tenants
    assert found["nodes"] == [{"name": "n"}]


def test_the_outcome_of_each_tenant() -> None:
    told = [
        {"name": "a", "uuid": "1", "result": "created", "changes": ["create tenant 'a'"]},
        {"name": "b", "uuid": "2", "result": "failed", "changes": [], "msg": "Taken.", "hint": "Choose another."},
        {"name": "c", "uuid": "3", "result": "left", "changes": [], "msg": "It is off."},
    ]
    found = outcome({"summary": {}, "tenants": told}, ["a", "2", "c", 4])
    assert [(one["name"], one["result"], one["reason"]) for one in found] == [
        ("a", "done", ""),
        ("2", "failed", "Taken. Choose another."),
        ("c", "left", "It is off."),
        ("4", "unchanged", ""),
    ]
    assert outcome({"msg": "Nothing was changed."}, ["a"]) == []
