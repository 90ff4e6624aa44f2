"""Nodes: plans from rows alone, what speaks against a drain, and waits on a clock that is moved by sleeping on it."""

from __future__ import annotations

from typing import Any, Callable

import pytest
from test_cluster import Tables
from test_wait import Clock, Platform, wait

from plugins.module_utils._api import Row, Write
from plugins.module_utils._errors import Outcome, VrgError
from plugins.module_utils._resources import node_info, node_waits
from plugins.module_utils._resources.node import view
from plugins.module_utils._resources.node_drain import Surroundings, objections, read_surroundings
from plugins.module_utils._resources.node_task import NodeState, NodeTask
from plugins.module_utils._wait import Waiter

TIER: Row = {"$key": 11, "tier": 1, "status": "online", "redundant": True}


def machine(name: str, ram: int = 512, **changes: Any) -> Row:
    row = {"$key": len(name), "name": name, "status": "running", "ram_gb": ram, "cores": 1, "migratable": True}
    return {**row, "destination": None, "machine_key": 7, **changes}


def node(*machines: Row, **changes: Any) -> Row:
    row: Row = {"$key": 1, "name": "node1", "cluster": "prod", "cluster_key": 5, "maintenance": False, "running": True}
    row |= {"status": "running", "started": 1000, "vm_ram_gb": 65536, "yb_version": "26.1.8"}
    return {**row, "running_machines": list(machines), **changes}


def peer(free: int, name: str = "node2", **changes: Any) -> Row:
    """Another node of the cluster, with so many MB free."""
    used = [{"$key": 9, "ram_gb": 4096}]
    row = {"$key": 2, "name": name, "maintenance": False, "running": True, "status": "running"}
    return {**row, "vm_ram": free + 4096, "running_machines": used, **changes}


DRAINED = {"maintenance": True, "status": "maintenance"}
DRAINING = {"maintenance": True, "status": "migrating"}
LEAVING = {"maintenance": True, "status": "leavingmaintenance"}
ROOM = Surroundings((peer(65536),), (TIER,))


def task(**options: Any) -> NodeTask:
    given = {"name": "node1", "state": "present", "maintenance": None, "drain_check": "fail", "wait": True}
    return NodeTask({**given, **options})


def sentences(plan: Any) -> list[str]:
    return [step.sentence for step in plan.steps]


# Plans


def test_maintenance_that_is_not_named_is_not_managed() -> None:
    for row in (node(), node(**DRAINED), node(**LEAVING)):
        plan = task().plan(NodeState(row))
        assert (plan.steps, plan.settle) == ((), None)


@pytest.mark.parametrize(
    ("row", "target", "sentence"),
    [
        (node(machine("a")), True, "put node 'node1' into maintenance"),
        (node(**LEAVING), True, "put node 'node1' into maintenance"),
        (node(**DRAINED), False, "take node 'node1' out of maintenance"),
        (node(machine("a"), **DRAINING), False, "take node 'node1' out of maintenance"),
    ],
)
def test_a_change_and_nothing_after_it(row: Row, target: bool, sentence: str) -> None:
    plan = task(maintenance=target).plan(NodeState(row, target, ROOM))
    assert sentences(plan) == [sentence]
    assert plan.steps[0].write.method == "POST" and plan.steps[0].write.body == {}
    assert (plan.before, plan.after) == ({"maintenance": not target}, {"maintenance": target})
    after = node(**DRAINED) if target else node()
    assert plan.steps[0].reached([after])
    again = task(maintenance=target).plan(NodeState(after, target))
    assert (again.steps, again.settle, again.result) == ((), None, view(after))


@pytest.mark.parametrize(
    ("row", "target", "settles"),
    [
        (node(machine("a"), **DRAINING), True, True),
        (node(machine("a"), **DRAINED), True, True),
        (node(**DRAINING), True, True),
        (node(**DRAINED), True, False),
        (node(**LEAVING), False, True),
        (node(status="leavingmaintenance"), False, True),
        (node(status="starting", running=False), False, True),
        (node(), False, False),
    ],
)
def test_what_is_on_the_way_is_waited_for_and_not_asked_for_again(row: Row, target: bool, settles: bool) -> None:
    plan = task(maintenance=target).plan(NodeState(row, target))
    assert plan.steps == ()
    assert (plan.settle is not None) is settles
    assert task(maintenance=target, wait=False).plan(NodeState(row, target)).settle is None


def test_a_node_that_leaves_maintenance_is_waited_for_before_it_enters_it() -> None:
    plan = task(maintenance=True, wait=False).plan(NodeState(node(**LEAVING), True, ROOM))
    assert plan.steps[0].before is not None and plan.steps[0].after is None


def test_what_nobody_can_know_before_is_null() -> None:
    result = task(maintenance=True).plan(NodeState(node(machine("a")), True, ROOM)).result
    assert result["maintenance"] is True
    assert result["status"] is result["machines"] is result["running_machines"] is None
    assert result["yb_version"] == "26.1.8"
    assert set(result) == set(view(node()))


ENTER, RESTART, LEAVE = (f"{what} node 'node1'" for what in ("put", "restart", "take"))


@pytest.mark.parametrize(
    ("row", "asked", "expected"),
    [
        (node(machine("a")), None, ["put", "restart", "take"]),
        (node(machine("a")), True, ["put", "restart"]),
        (node(**DRAINED), None, ["restart"]),
        (node(**DRAINED), False, ["restart", "take"]),
        (node(machine("a"), **DRAINING), None, ["restart"]),
    ],
)
def test_a_restart_drains_first_and_ends_as_it_was_found_or_as_asked(
    row: Row, asked: bool | None, expected: list[str]
) -> None:
    restarting = task(state="restarted", maintenance=asked)
    state = restarting.read(Tables(nodes=[row, peer(65536)], cluster_tiers=[TIER], storage_tiers=[TIER]))  # type: ignore[arg-type]
    plan = restarting.plan(state)
    assert [sentence.split()[0] for sentence in sentences(plan)] == expected
    reboot = plan.steps[expected.index("restart")]
    assert reboot.write == Write("POST", "nodes/1/maintenance_reboot")
    assert not reboot.resend
    assert (reboot.before is not None) is (row["status"] == "migrating")
    assert restarting.plan(NodeState(node(started=2000), state.target), verifying=True).steps == ()


def test_a_restart_that_is_not_waited_for_waits_for_what_the_next_request_needs() -> None:
    plan = task(state="restarted", wait=False).plan(NodeState(node(machine("a")), False, ROOM))
    assert [step.after is not None for step in plan.steps] == [True, True, False]
    plan = task(state="restarted", wait=False).plan(NodeState(node(**DRAINED), True, ROOM))
    assert [step.after is not None for step in plan.steps] == [False]


def test_a_restart_has_happened_when_the_node_is_down_or_came_up_later() -> None:
    reboot = task(state="restarted").plan(NodeState(node(**DRAINED), True, ROOM)).steps[0]
    assert not reboot.reached([node(**DRAINED)])
    assert reboot.reached([node(running=False, status="stopping")])
    assert reboot.reached([node(started=2000, **DRAINED)])


@pytest.mark.parametrize("options", [{"maintenance": True}, {"state": "restarted"}])
def test_a_node_that_is_down_is_neither_drained_nor_restarted(options: dict[str, Any]) -> None:
    going = task(**options)
    with pytest.raises(VrgError, match="'node1' is stopped: only a running node"):
        going.plan(going.read(Tables(nodes=[node(running=False, status="stopped")])))  # type: ignore[arg-type]


def test_a_node_that_is_down_and_not_in_maintenance_is_told() -> None:
    plan = task(maintenance=False).plan(NodeState(node(running=False, status="stopped"), False))
    assert plan.settle is None
    assert plan.warnings == ("Node 'node1' is not in maintenance, but it is stopped and does not serve.",)


def test_a_name_is_never_a_key() -> None:
    tables = Tables(nodes=[node()])
    with pytest.raises(VrgError, match="There is no node '1'"):
        task(name="1").read(tables)  # type: ignore[arg-type]
    assert "$key" not in tables.asked[0].filter


# What speaks against a drain


def test_nothing_speaks_against_it() -> None:
    assert objections(node(machine("a", 65536)), ROOM) == []
    assert objections(node(), Surroundings((), (TIER,))) == []


@pytest.mark.parametrize(
    ("machines", "peers", "says"),
    [
        (
            [("a", 40000), ("b", 30000)],
            [peer(65536)],
            "Its machines need 68.4 GB, and the other nodes of cluster 'prod'",
        ),
        ([("a", 4096)], [peer(2048), peer(1024, "node3")], "have 3 GB free"),
        (
            [("a", 4096)],
            [peer(3072), peer(3072, "node3")],
            "'a' needs 4 GB, and no other node of cluster 'prod' has more",
        ),
        ([("a", 512)], [peer(65536, maintenance=True)], "No other node of cluster 'prod' is running and out of maint"),
        ([("a", 512)], [peer(65536, running=False, status="stopped")], "No other node of cluster 'prod' is running"),
        ([("a", 4096)], [peer(2048), peer(-90000, "node3")], "have 2 GB free"),
        ([("a", 512)], [], "No other node of cluster 'prod'"),
    ],
)
def test_memory_that_is_missing(machines: list[tuple[str, int]], peers: list[Row], says: str) -> None:
    found = objections(node(*(machine(*one) for one in machines)), Surroundings(tuple(peers), (TIER,)))
    assert says in found[0]


def test_every_objection_is_a_sentence_of_its_own() -> None:
    lost = {**TIER, "redundant": False, "status": "repairing"}
    around = Surroundings((peer(65536), peer(0, "node3", maintenance=True)), (TIER, lost))
    assert objections(node(machine("gpu", migratable=False), machine("web")), around) == [
        "What runs on it cannot all be migrated and has to be powered off by hand: gpu.",
        "Tier 1 of cluster 'prod' is not redundant (repairing).",
        "Of the same cluster, this is in maintenance already: node3.",
    ]
    assert "perhaps because the node is in maintenance already" in objections(node(**DRAINED), around)[0]


def test_only_the_nodes_own_cluster_is_looked_at_and_only_tiers_that_exist() -> None:
    phantom = {**TIER, "tier": 4, "status": "error", "redundant": False}
    tables = Tables(nodes=[peer(1), node()], cluster_tiers=[phantom, TIER], storage_tiers=[{"$key": 2, "tier": 1}])
    around = read_surroundings(tables, node())  # type: ignore[arg-type]
    assert [one["name"] for one in around.peers] == ["node2"]
    assert around.tiers == (TIER,)
    assert [query.filter for query in tables.asked] == ["cluster eq 5", "cluster eq 5", ""]


def test_the_three_ways_of_a_drain_check() -> None:
    alone = Surroundings((), (TIER,))
    row = node(machine("a"))
    with pytest.raises(VrgError, match="Node 'node1' was not drained. No other node of cluster") as caught:
        task(maintenance=True).plan(NodeState(row, True, alone))
    assert "drain_check=warn" in caught.value.hint
    warned = task(maintenance=True, drain_check="warn").plan(NodeState(row, True, alone))
    assert len(warned.warnings) == len(warned.steps) == 1
    tables = Tables(nodes=[row])
    ignoring = task(maintenance=True, drain_check="ignore")
    assert len(ignoring.plan(ignoring.read(tables)).steps) == len(tables.asked) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "options"), [(node(**DRAINED), {"maintenance": True}), (node(), {}), (node(), {"maintenance": False})]
)
def test_what_drains_nothing_is_not_checked(row: Row, options: dict[str, Any]) -> None:
    tables = Tables(nodes=[row])
    task(**options).read(tables)  # type: ignore[arg-type]
    assert len(tables.asked) == 1


# Waits


def drain(rows: Callable[[float], Row], timeout: float = 3600) -> Platform:
    return wait(lambda now: [rows(now)], node_waits.drained(node()), timeout)[0]


def test_a_drain_is_over_when_the_node_is_empty_and_says_so() -> None:
    def rows(now: float) -> Row:
        if now < 10:
            return node(machine("a"), **DRAINING)
        if now < 20:
            return node(machine("a"), **DRAINED)
        return node(**(DRAINING if now < 30 else DRAINED))

    assert 30 <= drain(rows).clock.now < 40


def test_a_drain_on_which_nothing_changes_ends_with_the_machines_that_are_stuck() -> None:
    def rows(now: float) -> Row:
        stuck = [machine("web"), machine("gpu", migratable=False)]
        return node(*stuck, *([machine("early")] if now < 60 else []), **DRAINING)

    with pytest.raises(
        VrgError, match=r"nothing has changed for 30\d seconds; still on it: gpu \(cannot be migrated\), web;"
    ):
        drain(rows)


def test_a_large_machine_on_its_way_is_given_time() -> None:
    def rows(now: float) -> Row:
        return (
            node(machine("db", status="migrating", destination="node2"), **DRAINING) if now < 2000 else node(**DRAINED)
        )

    assert drain(rows).clock.now >= 2000
    with pytest.raises(VrgError, match="nothing has changed for 240[0-9] seconds; still on it: db"):
        drain(lambda now: rows(0))


def test_a_drain_that_times_out_names_the_machines() -> None:
    with pytest.raises(VrgError, match="Timed out after 60 seconds .* last seen: still on it: machine 7, web"):
        drain(lambda now: node(machine("web"), machine("") | {"name": None}, **DRAINING), 60)


def test_a_drain_that_somebody_gives_up() -> None:
    with pytest.raises(VrgError, match="it was taken out of maintenance again meanwhile"):
        drain(lambda now: node(machine("a"), **(DRAINING if now < 10 else {})))


def test_maintenance_may_take_a_moment_to_show_but_not_for_ever() -> None:
    assert drain(lambda now: node() if now < 20 else node(**DRAINED)).clock.now >= 20
    with pytest.raises(VrgError, match="it has not gone into maintenance; it is running"):
        drain(lambda now: node())


def test_serving_again_is_more_than_the_flag() -> None:
    def rows(now: float) -> list[Row]:
        if now < 10:
            return [node(**LEAVING)]
        return [node(status="leavingmaintenance")] if now < 20 else [node()]

    assert wait(rows, node_waits.serving(node(**DRAINED)))[0].clock.now >= 20


def restart(rows: Callable[[float], Row], maintenance: bool) -> tuple[Platform, list[str]]:
    return wait(lambda now: [rows(now)], node_waits.restarted(node(**DRAINED), maintenance), 600)


def test_a_restart_is_not_over_before_the_node_has_gone_down_and_told_its_version() -> None:
    def rows(now: float) -> Row:
        if now < 30:
            return node(**DRAINED)
        if now < 60:
            return node(running=False, status="stopping" if now < 40 else "starting")
        return node(started=2000, yb_version="26.1.9" if now > 90 else "")

    assert restart(rows, False)[0].clock.now > 90


def test_a_restart_that_no_poll_has_seen_is_known_by_its_start() -> None:
    assert restart(lambda now: node(**DRAINED) if now < 5 else node(started=2000), False)[0].clock.now >= 5
    with pytest.raises(VrgError, match="it has not gone down yet, it is maintenance"):
        restart(lambda now: node(**DRAINED), False)


def test_a_node_that_serves_the_api_itself_may_not_answer_meanwhile() -> None:
    clock = Clock()

    def rows(now: float) -> list[Row]:
        if 5 < now < 300:
            raise VrgError("refused", outcome=Outcome.UNSENT)
        return [node(**DRAINED)] if now <= 5 else [node(started=2000)]

    platform = Platform(clock, rows)
    Waiter(platform, clock, 600).until(node_waits.restarted(node(**DRAINED), False))  # type: ignore[arg-type]
    assert clock.now >= 300


def test_a_restart_that_ends_maintenance_is_put_back_into_it_once() -> None:
    def rows(now: float) -> Row:
        if now < 10:
            return node(running=False, status="stopped")
        return node(started=2000) if now < 30 else node(started=2000, **DRAINED)

    platform, told = restart(rows, True)
    assert told == ["put node 'node1' back into maintenance"]
    assert platform.written == [Write("POST", "nodes/1/enable_maintenance")]
    platform, told = restart(lambda now: rows(now) if now < 10 else node(started=2000, **DRAINED), True)
    assert (told, platform.written) == ([], [])


# Information


def test_a_view_counts_and_names_the_machines() -> None:
    shown = view(node(machine("web", 2048), machine("") | {"name": None}))
    assert shown["running_machines"] == 2
    assert [one["name"] for one in shown["machines"]] == ["machine 7", "web"]
    assert (shown["vm_ram_used_gb"], shown["vm_ram_free_gb"]) == (2.5, 61.5)
    assert set(shown["machines"][0]) == {"name", "status", "ram_gb", "cores", "migratable", "destination"}
    assert view(node(machine("huge", 99999)))["vm_ram_free_gb"] == 0
    assert view(node(running_machines=None))["machines"] == []


def told(tables: Tables, name: Any = None, cluster: Any = None) -> list[Any]:
    return [one["key"] for one in node_info.gather(tables, {"name": name, "cluster": cluster})["nodes"]]  # type: ignore[arg-type]


def test_a_cluster_by_name_takes_no_request_of_its_own_and_a_key_takes_one() -> None:
    tables = Tables(nodes=[node()], clusters=[{"$key": 5, "name": "prod"}])
    assert told(tables, cluster="prod") == [1]
    assert len(tables.asked) == 1
    assert told(tables, cluster="5") == [1]
    assert len(tables.asked) == 3


def test_a_cluster_that_is_named_like_the_key_of_another_wins() -> None:
    tables = Tables(nodes=[node()], clusters=[{"$key": 5, "name": "prod"}, {"$key": 8, "name": "5"}])
    assert told(tables, cluster="5") == []


def test_an_unknown_cluster_fails_and_an_unknown_node_does_not() -> None:
    assert told(Tables(), name="nobody") == []
    with pytest.raises(VrgError, match="There is no cluster 'nowhere'"):
        told(Tables(), cluster="nowhere")
