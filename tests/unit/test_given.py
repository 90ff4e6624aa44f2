"""Variables of roles: what is not given, and what surveys send as text."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from plugins.filter.given import given as filter_given
from plugins.plugin_utils._roles.given import given
from plugins.plugin_utils._roles.maintenance_options import options

BLANKS = [None, "", " ", "\n"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("kind", ["any", "text", "int", "bool", "list"])
def test_F45_null_and_blanks_are_not_given(blank: Any, kind: str) -> None:
    assert given(blank, "default", kind=kind) == "default"
    assert given(blank, "a", choices=["a"]) == "a"


@pytest.mark.parametrize(
    ("value", "kind", "meant"),
    [
        (0, "int", 0),
        ("0", "int", 0),
        (" 30\n", "int", 30),
        (False, "bool", False),
        ("no", "bool", False),
        ("True", "bool", True),
        (1, "bool", True),
        (4711, "text", "4711"),
        ("a\n\n b \n", "list", ["a", "b"]),
        (["a", None, ""], "list", ["a"]),
        (4711, "list", [4711]),
        ({"a": 1}, "any", {"a": 1}),
    ],
)
def test_what_is_given(value: Any, kind: str, meant: Any) -> None:
    assert given(value, "default", kind=kind) == meant


@pytest.mark.parametrize(
    ("value", "rules", "says"),
    [
        (True, {"kind": "int"}, "x is 'True'; it takes a whole number, at least 0"),
        (1.5, {"kind": "int"}, "x is '1.5'"),
        ("1e3", {"kind": "int"}, "x is '1e3'"),
        ("٣", {"kind": "int"}, "x is '٣'"),
        ("9" * 13, {"kind": "int"}, "it takes a whole number"),
        (-1, {"kind": "int"}, "at least 0"),
        (0, {"kind": "int", "least": 1}, "at least 1"),
        ("maybe", {"kind": "bool"}, "it takes true or false"),
        (2, {"kind": "bool"}, "it takes true or false"),
        (["a"], {"kind": "text"}, "x is list; it takes a text"),
        (True, {"kind": "text"}, "x is bool; it takes a text"),
        ({"a": 1}, {"kind": "list"}, "x is dict; it takes a list"),
        (True, {"kind": "list"}, "x is bool; it takes a list"),
        ("c", {"choices": ["a", "b"]}, "x is 'c'; it takes a, b"),
        (["a"], {"choices": ["a", "b"]}, "it takes a, b"),
    ],
)
def test_a_value_of_another_kind_is_refused_with_its_name(value: Any, rules: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match="x is ") as told:
        given(value, name="x", **rules)
    assert says in str(told.value)
    with pytest.raises(AnsibleFilterError):
        filter_given(value, name="x", **rules)


NODE_MAINTENANCE = (
    *("cluster", "nodes", "since", "take_over", "version", "allow_unmigratable", "drain_check", "tasks"),
    *("wait_timeout", "repair_timeout", "poll_interval"),
)


@pytest.mark.parametrize("blank", BLANKS)
def test_F45_a_maintenance_without_anything_given(blank: Any) -> None:
    assert (
        options(dict.fromkeys(NODE_MAINTENANCE, blank))
        == options({})
        == {
            "cluster": "",
            "nodes": "needed",
            "since": "",
            "take_over": False,
            "version": "",
            "allow_unmigratable": False,
            "drain_check": "fail",
            "tasks": "",
            "wait_timeout": 3600,
            "repair_timeout": 7200,
            "poll_interval": 10,
            "refusals": [],
        }
    )


@pytest.mark.parametrize(
    ("given_nodes", "meant"),
    [
        (" all\n", "all"),
        ("node1\nnode2\n", ["node1", "node2"]),
        ("node1", ["node1"]),
        (["node1", None, " "], ["node1"]),
        ([None], []),
        ([], []),
        (7, ["7"]),
    ],
)
def test_nodes_as_a_survey_sends_them(given_nodes: Any, meant: Any) -> None:
    assert options({"nodes": given_nodes})["nodes"] == meant


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"drain_check": "later"}, "node_maintenance_drain_check is 'later'; it takes fail, warn, ignore."),
        ({"wait_timeout": "soon"}, "node_maintenance_wait_timeout is 'soon'"),
        ({"take_over": "perhaps"}, "node_maintenance_take_over is 'perhaps'"),
        ({"since": "yesterday"}, "node_maintenance_since: 'yesterday' is neither an ISO 8601 time"),
        ({"version": "newest"}, "node_maintenance_version is 'newest'; it takes a version like 26.1.8."),
    ],
)
def test_what_is_wrong_with_a_variable_of_a_maintenance(variables: dict[str, Any], says: str) -> None:
    (sentence,) = options(variables)["refusals"]
    assert sentence.startswith(says)
