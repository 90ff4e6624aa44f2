"""Rolling maintenance: the order of the nodes, what is done with each, and what forbids to begin."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from plugins.filter.maintenance_plan import maintenance_plan as filter_plan
from plugins.plugin_utils._roles.node_maintenance import maintenance_plan, moment, unsettled_tiers


def machine(name: str, migratable: bool = True) -> dict[str, Any]:
    return {"name": name, "ram_gb": 0.5, "migratable": migratable}


def node(name: str, **changes: Any) -> dict[str, Any]:
    row = {"name": name, "cluster": "prod", "maintenance": False, "running": True, "status": "running"}
    row |= {"started": "2026-09-01T00:00:00Z", "need_restart": True, "restart_reason": "update", "yb_version": "26.1.8"}
    return {**row, "machines": [machine("Core")], **changes}


def cluster(redundant: bool = True, repairing: bool = False) -> dict[str, Any]:
    status = "repairing" if repairing else "online" if redundant else "noredundant"
    tier = {"tier": 1, "status": status, "redundant": redundant, "repairing": repairing, "repairs": 42 * repairing}
    return {"name": "prod", "tiers": [tier]}


LEFT = {"maintenance": True, "status": "maintenance", "machines": []}


def plan(*nodes: dict[str, Any], settled: bool = True, **options: Any) -> dict[str, Any]:
    return maintenance_plan(nodes, [cluster(settled)], **options)


def names(planned: dict[str, Any]) -> list[str]:
    return [one["name"] for one in planned["nodes"]]


def test_only_what_needs_a_restart_and_the_rest_is_told() -> None:
    planned = plan(node("node1", need_restart=False), node("node2"))
    assert names(planned) == ["node2"]
    assert [(one["node"], one["result"], one["reason"]) for one in planned["results"]] == [
        ("node2", "not reached", "needs a restart (update)"),
        ("node1", "unchanged", "needs no restart"),
    ]
    assert planned["results"][1]["version_after"] == "26.1.8" and planned["results"][0]["version_after"] is None
    assert planned["lines"] == ["1. node2 of prod: needs a restart (update). Moves Core (0.5 GB)."]


def test_nothing_to_do_is_never_refused() -> None:
    planned = plan(node("node1", need_restart=False, **LEFT), node("node2", need_restart=False))
    assert planned["nodes"] == planned["refusals"] == []
    assert planned["results"][0]["reason"] == "needs no restart, is in maintenance"


def test_all_in_the_order_that_people_count_in() -> None:
    rows = [node(name, need_restart=False) for name in ("node10", "node2", "a", "1")]
    assert names(plan(*rows, selection="all")) == ["a", "node2", "node10", "1"]


def test_a_list_keeps_its_order_without_doubles_and_names_what_is_missing() -> None:
    planned = plan(node("node1"), node("node2"), selection=["node2", "node1", "node2", "node7"])
    assert names(planned) == ["node2", "node1"]
    assert planned["refusals"] == ["There is no node 'node7' among node1, node2."]


@pytest.mark.parametrize("selection", ["some", ""])
def test_a_word_is_no_selection(selection: str) -> None:
    with pytest.raises(ValueError, match="neither 'needed' nor 'all'"):
        plan(node("node1"), selection=selection)


def test_the_filter_says_once_what_is_wrong() -> None:
    with pytest.raises(AnsibleFilterError) as told:
        filter_plan([node("node1")], [cluster()], selection="some")
    assert str(told.value).count("is neither 'needed' nor 'all' nor a list of names") == 1


def test_what_was_left_in_maintenance_comes_first_and_goes_on_where_it_is() -> None:
    planned = plan(node("node1"), node("node2", **LEFT))
    assert names(planned) == ["node2", "node1"]
    assert not planned["refusals"] and not planned["nodes"][0]["leave_first"]
    assert "is taken up in maintenance" in planned["lines"][0]


@pytest.mark.parametrize(
    ("changes", "settled"),
    [
        ({**LEFT, "status": "migrating"}, True),
        ({**LEFT, "machines": [machine("Core")]}, True),
        (LEFT, False),
    ],
)
def test_a_drain_that_hung_or_cost_redundancy_is_begun_anew(changes: dict[str, Any], settled: bool) -> None:
    planned = plan(node("node1", **changes), settled=settled)
    assert planned["nodes"][0]["leave_first"]
    assert "taken out of maintenance first" in planned["lines"][0]


def test_tiers_without_redundancy_take_no_other_node_out_of_anything() -> None:
    assert not plan(node("node1"), settled=False)["nodes"][0]["leave_first"]


def test_since_spares_what_came_up_later() -> None:
    done = {"started": "2026-09-03T00:00:00Z"}
    planned = plan(node("node1", **done), node("node2"), selection="all", since="2026-09-02")
    assert names(planned) == ["node2"]
    assert planned["results"][1]["reason"] == "has been restarted since 2026-09-02T00:00:00Z"
    assert planned["since"] == "2026-09-02T00:00:00Z"


def test_since_lets_what_came_up_in_maintenance_only_leave_it() -> None:
    done = {"started": "2026-09-03T00:00:00Z", "need_restart": False}
    planned = plan(node("node1", **done, **LEFT), node("node2"), since="2026-09-02")
    assert names(planned) == ["node1", "node2"]
    assert [one["restart"] for one in planned["nodes"]] == [False, True]
    assert "still in maintenance" in planned["lines"][0] and "Moves" not in planned["lines"][0]


def test_without_since_it_is_when_the_last_one_came_up() -> None:
    planned = plan(node("node1"), node("node2", started="2026-09-04T10:00:00Z"), node("node3", started=None))
    assert planned["since"] == "2026-09-04T10:00:00Z"
    assert plan()["since"] == ""


def test_a_node_that_is_down_is_refused() -> None:
    assert plan(node("node1", running=False, status="stopped"))["refusals"] == [
        "Node 'node1' is stopped: only a running node can be drained or restarted."
    ]


def test_another_node_in_maintenance_is_refused() -> None:
    refusals = plan(node("node1"), node("node2", need_restart=False, **LEFT))["refusals"]
    assert len(refusals) == 1 and "in maintenance and not to be restarted: node2" in refusals[0]


def test_two_nodes_in_maintenance_are_refused_though_both_are_meant() -> None:
    refusals = plan(node("node1", **LEFT), node("node2", **LEFT))["refusals"]
    assert len(refusals) == 1 and "more than one node is in maintenance: node1, node2" in refusals[0]


def test_maintenance_in_another_cluster_is_nobodys_business() -> None:
    assert not plan(node("node1"), node("other1", need_restart=False, cluster="other", **LEFT))["refusals"]


def test_what_cannot_be_migrated_is_refused_unless_allowed() -> None:
    pinned = node("node1", machines=[machine("Core"), machine("gpu", migratable=False)])
    refusals = plan(pinned)["refusals"]
    assert len(refusals) == 1 and "cannot be migrated: gpu" in refusals[0]
    allowed = plan(pinned, allow_unmigratable=True)
    assert allowed["refusals"] == [] and allowed["nodes"][0]["unmigratable"] == ["gpu"]
    assert allowed["nodes"][0]["moves"] == ["Core"] and "Cannot be migrated: gpu." in allowed["lines"][0]


@pytest.mark.parametrize(
    ("redundant", "repairing", "told"),
    [
        (True, False, []),
        (False, False, ["Tier 1 of cluster 'prod' is not redundant (noredundant)."]),
        (False, True, ["Tier 1 of cluster 'prod' is being repaired (42 repairs left)."]),
        (True, True, ["Tier 1 of cluster 'prod' is being repaired (42 repairs left)."]),
    ],
)
def test_tiers_that_are_not_settled(redundant: bool, repairing: bool, told: list[str]) -> None:
    assert unsettled_tiers([cluster(redundant, repairing)]) == told


def test_a_cluster_without_tiers_is_settled() -> None:
    assert unsettled_tiers([{"name": "compute"}, {"name": "other", "tiers": []}]) == []


NOON = datetime(2026, 9, 1, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    "given",
    [
        "2026-09-01T12:00:00Z",
        "2026-09-01T14:00:00+02:00",
        "2026-09-01 12:00",
        int(NOON.timestamp()),
        str(NOON.timestamp()),
        NOON,
        NOON.replace(tzinfo=None),
        NOON.astimezone(timezone(timedelta(hours=5))),
    ],
)
def test_a_moment_however_it_is_written(given: Any) -> None:
    assert moment(given) == NOON


def test_no_moment() -> None:
    assert moment("") is moment(None) is None
    for given in ("yesterday", "2026-13-01", "9" * 40):
        with pytest.raises(ValueError, match="neither an ISO 8601 time nor seconds"):
            moment(given)
