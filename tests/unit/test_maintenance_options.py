"""The variables of a rolling maintenance: what is not given, and what surveys send as text."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.plugin_utils._roles.maintenance_options import options

BLANKS = [None, "", " ", "\n"]


def test_a_time_may_be_seconds_since_1970() -> None:
    assert options({"since": 1795674044})["since"] == "1795674044" and not options({"since": 1795674044})["refusals"]


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
        ({"drain_check": "later"}, "node_maintenance_drain_check is 'later', which is not one of fail, warn, ignore."),
        ({"wait_timeout": "soon"}, "node_maintenance_wait_timeout is 'soon'"),
        ({"take_over": "perhaps"}, "node_maintenance_take_over is 'perhaps'"),
        ({"since": "yesterday"}, "node_maintenance_since: 'yesterday' is neither an ISO 8601 time"),
        ({"version": "newest"}, "node_maintenance_version is 'newest'; it takes a version like 26.1.8."),
    ],
)
def test_what_is_wrong_with_a_variable_of_a_maintenance(variables: dict[str, Any], says: str) -> None:
    (sentence,) = options(variables)["refusals"]
    assert sentence.startswith(says)
