from __future__ import annotations

from typing import Any

import pytest

from plugins.plugin_utils._onboarding import complete, outcome

SMALL: dict[str, Any] = {"nodes": [{"name": "node1"}], "storage": [{"tier": 1}], "isolated": True}


def completed(**tenant: Any) -> dict[str, Any]:
    (found,) = complete([{"name": "acme", **tenant}], {"small": SMALL})["tenants"]
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
    (found,) = complete([{"name": "acme", "plan": "odd"}], plans)["tenants"]
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
    found = complete([{"name": 1234, "plan": "small"}, {"name": "b", "state": "running"}], {"small": SMALL})
    assert [tenant["name"] for tenant in found["tenants"]] == ["1234", "b"]


def test_who_says_its_state_itself() -> None:
    plans = {"off": {"state": "stopped"}}
    tenants = [{"name": 1, "state": "present"}, {"name": "b", "plan": "off"}, {"name": "c", "state": None}]
    assert complete(tenants, plans)["stated"] == ["1"]


def test_what_is_wrong_with_a_list_is_told_at_once() -> None:
    tenants = [
        {"name": "a", "plan": "huge"},
        {"name": "b", "nodes": [{"name": "n"}, {"name": "n"}], "storage": [{"tier": 1}, {"tier": "1"}]},
    ]
    assert complete(tenants, {"small": SMALL, "large": {}})["problems"] == [
        "Tenant 'a': there is no plan 'huge' (plans: large, small).",
        "Tenant 'b': node n is listed 2 times.",
        "Tenant 'b': tier 1 is listed 2 times.",
    ]


def test_null_in_an_entry_is_for_the_check_to_name() -> None:
    tenants = [{"name": None, "nodes": [{"name": None}, {"name": None}]}, {"name": "b", "storage": [{}, {}]}]
    found = complete(tenants, {})
    assert [tenant["name"] for tenant in found["tenants"]] == ["", "b"]
    assert found["problems"] == []


def test_nothing_is_wrong_with_most_lists() -> None:
    assert complete([{"name": "a", "plan": "small"}, {"name": "b"}], {"small": SMALL})["problems"] == []
    assert complete([{"name": "a", "plan": "x"}], {})["problems"] == ["Tenant 'a': there is no plan 'x' (plans: none)."]


def test_the_outcome_of_a_tenant() -> None:
    nodes = {"changed": True, "results": [{"changes": ["node 1"]}, {"changes": []}, {"changes": ["node 2"]}]}
    steps = [{"changed": True, "changes": ["create"]}, nodes, {"skipped": True}, {}, {"changes": ["create", "start"]}]
    assert outcome(steps, "acme") == {
        "name": "acme",
        "result": "done",
        "changes": ["create", "node 1", "node 2", "start"],
        "reason": "",
    }
    assert outcome([{"changes": []}, {}], "acme")["result"] == "unchanged"


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        ({"failed": True, "msg": "Taken. Choose another.", "hint": "Choose another."}, "Taken. Choose another."),
        ({"failed": True, "msg": "Taken."}, "Taken."),
        (
            {
                "failed": True,
                "msg": "One or more items failed",
                "results": [
                    {"failed": False, "msg": "no"},
                    {"failed": True, "msg": "One."},
                    {"failed": True, "msg": "Two."},
                ],
            },
            "One. Two.",
        ),
        ({"failed": True, "msg": "All items skipped", "results": []}, "All items skipped"),
    ],
)
def test_why_a_tenant_failed_and_what_was_done_before(failure: dict[str, Any], reason: str) -> None:
    assert outcome([{"changes": ["create"]}, failure, {}], "acme", failure) == {
        "name": "acme",
        "result": "failed",
        "changes": ["create"],
        "reason": reason,
    }
