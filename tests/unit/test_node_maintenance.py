"""Rolling maintenance: the order of the nodes, what is done with each, and what forbids to begin."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from plugins.filter.maintenance_plan import maintenance_plan as filter_plan
from plugins.plugin_utils._roles.maintenance_mark import marked
from plugins.plugin_utils._roles.maintenance_refusals import unsettled_tiers
from plugins.plugin_utils._roles.moments import moment
from plugins.plugin_utils._roles.node_maintenance import maintenance_plan, outcome, standing


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


NOW = "2026-09-10T00:00:00Z"
MARK = "[node_maintenance: round of 2026-09-09T00:00:00Z, since 2026-09-02T00:00:00Z]"
LEFT = {"maintenance": True, "status": "maintenance", "machines": []}
OWN = {**LEFT, "description": f"rack 4 {MARK}"}


def plan(*nodes: dict[str, Any], settled: bool = True, **options: Any) -> dict[str, Any]:
    return maintenance_plan(nodes, [cluster(settled)], **{"now": NOW, **options})


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
    assert planned["results"][0]["reason"] == "needs no restart, is in maintenance that this role has not begun"


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
    planned = plan(node("node1"), node("node2", **OWN))
    assert names(planned) == ["node2", "node1"]
    assert not planned["refusals"] and not planned["nodes"][0]["leave_first"]
    assert "is taken up in maintenance" in planned["lines"][0]


@pytest.mark.parametrize(
    ("changes", "settled"),
    [
        ({**OWN, "status": "migrating"}, True),
        ({**OWN, "machines": [machine("Core")]}, True),
        (OWN, False),
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
    planned = plan(node("node1", **done, **OWN), node("node2"), since="2026-09-02")
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
    refusals = plan(node("node1", **OWN), node("node2", **OWN))["refusals"]
    assert len(refusals) == 1 and "more than one node is in maintenance: node2, node1" in refusals[0]


@pytest.mark.parametrize("selection", ["needed", "all", ["node1"]])
@pytest.mark.parametrize(
    "description",
    [
        None,
        "",
        "rack 4",
        MARK.replace("2026-09-09", "2026-09-01"),
        MARK.replace("2026-09-09", "2027-01-01"),
        MARK.replace("round of 2026-09-09", "round of 2026-13-45"),
        MARK.lower().replace("z", " "),
    ],
)
def test_F41_what_somebody_else_has_drained_is_refused_unless_it_is_to_be_taken_over(
    selection: Any, description: str | None
) -> None:
    rows = (node("node1", description=description, **LEFT), node("node2", need_restart=False))
    (refusal, *more) = plan(*rows, selection=selection)["refusals"]
    assert refusal.startswith("Node 'node1' is in maintenance, and this role has not put it there") and not more
    taken = plan(*rows, selection=selection, take_over=True)
    assert taken["refusals"] == [] and taken["nodes"][0]["name"] == "node1"
    assert "that somebody else has begun" in taken["lines"][0]


def test_F41_what_somebody_else_has_drained_and_needs_nothing_is_left_alone() -> None:
    for options in ({}, {"since": "2026-08-01"}):
        planned = plan(node("node1", need_restart=False, **LEFT), node("node2", need_restart=False), **options)
        assert planned["nodes"] == planned["refusals"] == []


def test_a_round_goes_on_where_it_was_interrupted() -> None:
    """The node that it was at is taken up; those that came up since it began are done, whatever the selection."""
    done = node("node1", started="2026-09-03T00:00:00Z")
    planned = plan(done, node("node2", **OWN), node("node3"), selection="all")
    assert names(planned) == ["node2", "node3"] and not planned["refusals"]
    assert planned["mark"] == MARK and planned["since"] == "2026-09-02T00:00:00Z"
    assert planned["lines"][-1] == "Goes on with the round that began on 2026-09-09T00:00:00Z and was interrupted."
    assert planned["nodes"][0]["watched"] and not planned["nodes"][1]["watched"]
    # A time that is given begins a round of its own.
    assert names(plan(done, node("node2", **OWN), node("node3"), selection="all", since="2026-09-05")) == [
        "node2",
        "node3",
        "node1",
    ]


def test_a_new_round_has_a_mark_of_its_own() -> None:
    planned = plan(node("node1"), node("node2", started="2026-09-04T10:00:00Z"))
    assert planned["mark"] == "[node_maintenance: round of 2026-09-10T00:00:00Z, since 2026-09-04T10:00:00Z]"


@pytest.mark.parametrize("selection", ["needed", "all"])
def test_a_node_that_is_down_for_the_restart_of_an_interrupted_run_is_awaited(selection: str) -> None:
    planned = plan(node("node1", **{**OWN, "running": False, "status": "starting"}), node("node2"), selection=selection)
    assert names(planned) == ["node1", "node2"] and planned["refusals"] == []
    assert planned["nodes"][0]["awaited"] and not planned["nodes"][0]["leave_first"]


def test_a_node_that_was_restarted_only_leaves_maintenance_and_one_that_serves_only_loses_its_mark() -> None:
    done = {"started": "2026-09-03T00:00:00Z", "need_restart": False}
    planned = plan(node("node1", **done, **OWN), node("node2", **done, description=MARK))
    assert [(one["name"], one["restart"]) for one in planned["nodes"]] == [("node1", False)]
    assert planned["finished"] == ["node2"]


def test_a_list_without_the_node_that_was_left_is_refused_with_its_name() -> None:
    (refusal,) = plan(node("node1", **OWN), node("node2"), selection=["node2"])["refusals"]
    assert (
        refusal == "Of cluster 'prod', an interrupted run of this role has left in maintenance: node1. Name that first."
    )


def test_a_mark_comes_and_goes_and_leaves_the_description_as_it_was() -> None:
    for text in ("", "rack 4", "two\nlines", "{{ 7 * 7 }} [x]"):
        assert marked(marked(text, MARK), "") == text
        assert marked(marked(text, MARK), MARK) == marked(text, MARK)
    assert marked(None, MARK) == MARK and marked(None) == ""
    assert plan(node("node1", description="x" * 2000))["refusals"] == [
        "The description of node 'node1' has no room for the mark of this role."
    ]


def test_the_first_controller_comes_last_since_the_platform_does_it_so() -> None:
    rows = [node(f"node{number}") for number in (1, 2, 3)]
    assert names(plan(*rows)) == ["node2", "node3", "node1"]
    older = [{**row, "yb_version": "26.1.5"} for row in rows]
    assert names(plan(*older)) == ["node1", "node2", "node3"]
    listed = plan(*rows, selection=["node1", "node2"])
    assert names(listed) == ["node1", "node2"]
    assert listed["lines"][-1] == "The platform itself restarts node1 last; this list does not."


@pytest.mark.parametrize(
    ("versions", "wanted", "refused"),
    [
        (("26.1.5", "26.2.1"), None, ["node1"]),
        (("26.1.6", "26.2.1"), None, []),
        (("26.1.5", "26.1.5"), "26.2.1", ["node1", "node2"]),
        (("26.1.5", "26.1.5"), "26.1.8", []),
        (("26.0.2.1", "26.1.8"), "26.10", ["node1"]),
        (("", None), "26.2", []),
    ],
)
def test_the_release_that_demands_another_before_it(versions: Any, wanted: Any, refused: list[str]) -> None:
    rows = [node(f"node{number}", yb_version=version) for number, version in enumerate(versions, 1)]
    found = plan(*rows, version=wanted)["refusals"]
    assert [sentence.split("'")[1] for sentence in found] == refused
    assert all("26.2 is reached from 26.1.6 or newer only" in sentence for sentence in found)


def tenant(name: str, *hosts: str, running: bool = True) -> dict[str, Any]:
    return {"name": name, "nodes": [{"host": host, "running": running, "ram_gb": 4.0} for host in hosts]}


def test_tenants_with_one_node_may_get_a_second_one_meanwhile() -> None:
    tenants = [tenant("acme", "node2"), tenant("globex", "node2", "node3"), tenant("off", "node2", running=False)]
    tenants += [tenant("none"), tenant("away", "node3")]
    drain = {"ram_free_after_gb": 6, "verdict": "ok"}
    (line,) = plan(node("node2", drain=drain), tenants=tenants)["lines"]
    assert "6 GB would stay free on the other nodes; verdict ok." in line
    assert "(acme) may get a second, temporary one meanwhile, which takes 4 GB." in line and "no room" not in line
    tight = {**drain, "ram_free_after_gb": 2}
    assert "There is no room for that." in plan(node("node2", drain=tight), tenants=tenants)["lines"][0]
    assert "temporary" not in plan(node("node2", need_restart=False), tenants=tenants)["lines"]


def test_F43_one_line_counts_them_all() -> None:
    results = plan(node("node1"), node("node2", need_restart=False))["results"]
    assert outcome(results, check=True)["line"] == (
        "Check mode, nothing was written. 2 nodes: 1 unchanged (node2), 1 to be done (node1)."
    )
    found = outcome([{**results[0], "result": "failed"}, results[1]])
    assert found["line"] == "2 nodes: 1 unchanged (node2), 1 failed (node1)." and found["summary"]["failed"] == 1
    assert outcome([])["line"] == "No node is meant."


def test_what_state_things_are_in() -> None:
    rows = [node("node1", running=False, status="stopped", maintenance=True), node("node2")]
    assert standing(rows, [cluster(redundant=False)]) == [
        "Node 'node1' is stopped, in maintenance, and does not run.",
        "In service: node2.",
        "Tier 1 of cluster 'prod' is not redundant (noredundant).",
    ]


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
