"""Nodes: plans from rows alone, what speaks against a drain, and waits on a clock that is moved by sleeping on it."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from plugins.module_utils._checks.drain import Drain, drain_of, read_drain
from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import Outcome, VrgError
from plugins.module_utils._model.plan import Goal, Plan, Remedy
from plugins.module_utils._model.query import Write
from plugins.module_utils._reads import nodes
from plugins.module_utils._system.apply import Apply
from plugins.module_utils._system.settle import Settle
from plugins.module_utils._system.wait import Waiter
from plugins.module_utils._tables.nodes import view
from plugins.module_utils._tasks import node_goals
from plugins.module_utils._tasks.node import NodeTask
from support import Clock, Platform, Tables, sentences, wait

TIER: Row = {"$key": 11, "tier": 1, "status": "online", "redundant": True, "cluster_key": 5}
LOST: Row = {**TIER, "redundant": False, "status": "repairing"}


def machine(name: str, ram: int = 512, **changes: Any) -> Row:
    row = {"$key": f"key of {name}", "name": name, "status": "running", "ram_mb": ram, "cores": 1, "migratable": True}
    return {**row, "destination": None, "machine_key": 7, **changes}


def node(*machines: Row, **changes: Any) -> Row:
    row: Row = {"$key": 1, "name": "node1", "cluster": "prod", "cluster_key": 5, "maintenance": False, "running": True}
    row |= {"status": "running", "started": 1000, "vm_ram_mb": 65536, "yb_version": "26.1.8"}
    return {**row, "running_machines": list(machines), **changes}


def peer(free: int, name: str = "node2", **changes: Any) -> Row:
    """Another node of the cluster, with so many MB free."""
    return node(machine("other", 4096), **{"$key": name, "name": name, "vm_ram_mb": free + 4096, **changes})


DRAINED: dict[str, Any] = {"maintenance": True, "status": "maintenance"}
DRAINING: dict[str, Any] = {"maintenance": True, "status": "migrating"}
LEAVING: dict[str, Any] = {"maintenance": True, "status": "leavingmaintenance"}
DOWN: dict[str, Any] = {"running": False, "status": "stopped"}


def task(**options: Any) -> NodeTask:
    given = {"name": "node1", "state": "present", "maintenance": None, "drain_check": "fail", "wait": True}
    return NodeTask({**given, "description": None, **options})


def around(row: Row, *others: Row, tiers: tuple[Row, ...] = (TIER,)) -> Tables:
    """A system with the node, and with another one that has room where none is named."""
    return Tables(
        nodes=[row, *(others or (peer(65536),))], cluster_tiers=list(tiers), storage_tiers=[{"$key": 2, "tier": 1}]
    )


def plan_of(row: Row, *others: Row, **options: Any) -> Plan:
    return task(**options).plan(around(row, *others))


# Plans


def test_maintenance_that_is_not_named_is_not_managed() -> None:
    for row in (node(), node(**DRAINED), node(**LEAVING)):
        plan = plan_of(row)
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
    changing = task(maintenance=target)
    plan = changing.plan(around(row))
    assert sentences(plan) == [sentence]
    assert plan.refusals == ()
    step = plan.steps[0]
    assert step.write.method == "POST" and step.write.body == {}
    assert (plan.before, plan.after) == ({"maintenance": not target}, {"maintenance": target})
    after = node(**DRAINED) if target else node()
    assert step.proof is not None and step.proof.holds([after]) and not step.proof.holds([row])
    again = changing.plan(around(after))
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
    plan = plan_of(row, maintenance=target)
    assert plan.steps == ()
    assert (plan.settle is not None) is settles
    assert plan_of(row, maintenance=target, wait=False).settle is None


def test_a_node_that_leaves_maintenance_is_waited_for_before_it_enters_it() -> None:
    step = plan_of(node(**LEAVING), maintenance=True, wait=False).steps[0]
    assert [isinstance(guard, Goal) for guard in step.guards] == [True]
    assert step.goal is None


def test_the_description_is_set_before_anything_else_is_done_with_the_node() -> None:
    row = node(machine("a"), description="rack 4")
    changing = task(description="rack 4, drained", maintenance=True)
    plan = changing.plan(around(row))
    assert sentences(plan) == [
        "update node 'node1': description 'rack 4' -> 'rack 4, drained'",
        "put node 'node1' into maintenance",
    ]
    assert plan.steps[0].write == Write("PUT", "nodes", 1, {"description": "rack 4, drained"})
    assert plan.before == {"description": "rack 4", "maintenance": False}
    assert plan.result["description"] == "rack 4, drained"
    # What is missing afterwards is seen.
    assert sentences(changing.plan(around(node(**DRAINED, description="rack 4")))) == sentences(plan)[:1]
    assert sentences(changing.plan(around(node(**DRAINED, description="rack 4, drained")))) == []
    assert sentences(plan_of(row, description="rack 4")) == []


def test_a_description_that_is_too_long_is_refused() -> None:
    with pytest.raises(VrgError, match="description"):
        task(description="x" * 2049)


def test_what_nobody_can_know_before_is_null() -> None:
    result = plan_of(node(machine("a")), maintenance=True).result
    assert result["maintenance"] is True
    assert result["status"] is result["machines"] is result["running_machines"] is None
    assert result["yb_version"] == "26.1.8"
    assert set(result) == set(view(node()))


@pytest.mark.parametrize(
    ("row", "asked", "expected"),
    [
        (node(machine("a")), None, ["put", "restart", "take"]),
        (node(machine("a")), True, ["put", "restart"]),
        (node(machine("a")), False, ["put", "restart", "take"]),
        (node(**DRAINED), None, ["restart"]),
        (node(**DRAINED), True, ["restart"]),
        (node(**DRAINED), False, ["restart", "take"]),
        (node(machine("a"), **DRAINING), None, ["restart"]),
    ],
)
def test_a_restart_drains_first_and_ends_as_it_was_found_or_as_asked(
    row: Row, asked: bool | None, expected: list[str]
) -> None:
    restarting = task(state="restarted", maintenance=asked)
    plan = restarting.plan(around(row))
    assert [sentence.split()[0] for sentence in sentences(plan)] == expected
    reboot = plan.steps[expected.index("restart")]
    assert reboot.write == Write("POST", "nodes/1/maintenance_reboot")
    assert reboot.once and reboot.verb
    assert [guard.text for guard in reboot.guards if isinstance(guard, Goal)] == (
        ["node 'node1' to be drained"] if row["maintenance"] else []
    )
    after = node(started=2000, **(DRAINED if "take" not in expected else {}))
    again = restarting.plan(around(after))
    assert (again.steps, again.result) == ((), view(after))


def test_a_restart_that_does_not_end_as_it_should_is_seen() -> None:
    restarting = task(state="restarted", maintenance=True)
    restarting.plan(around(node()))
    assert sentences(restarting.plan(around(node(started=2000)))) == ["put node 'node1' into maintenance"]


def test_a_restart_that_is_not_waited_for_waits_for_what_the_next_request_needs() -> None:
    plan = plan_of(node(machine("a")), state="restarted", wait=False)
    assert [step.goal is not None for step in plan.steps] == [True, True, False]
    restarting = task(state="restarted", wait=False)
    plan = restarting.plan(around(node(**DRAINED)))
    assert [step.goal is not None for step in plan.steps] == [False]
    assert restarting.plan(around(node(**DOWN))).steps == ()


def test_a_restart_has_happened_when_the_node_is_down_or_came_up_later() -> None:
    proof = plan_of(node(**DRAINED), state="restarted").steps[0].proof
    assert proof is not None
    assert not proof.holds([node(**DRAINED)])
    assert proof.holds([node(running=False, status="stopping")])
    assert proof.holds([node(started=2000, **DRAINED)])
    never = plan_of(node(**{**DRAINED, "started": None}), state="restarted").steps[0].proof
    assert never is not None and never.holds([node(**DRAINED)])


def test_F8_a_restart_that_finds_maintenance_says_that_a_run_may_have_been_cut_off() -> None:
    warning = plan_of(node(**DRAINED), state="restarted").warnings
    assert len(warning) == 1
    assert "A run that was cut off may have put it there; maintenance=false ends its restart in service." in warning[0]
    for asked in (True, False):
        assert plan_of(node(**DRAINED), state="restarted", maintenance=asked).warnings == ()
    assert plan_of(node(), state="restarted").warnings == ()


@pytest.mark.parametrize("options", [{"maintenance": True}, {"state": "restarted"}])
def test_F9_a_node_that_is_down_is_neither_drained_nor_restarted_but_may_be_powered_on_before(
    options: dict[str, Any],
) -> None:
    plan = plan_of(node(**DOWN), **options)
    assert [refusal.message for refusal in plan.refusals] == [
        "Node 'node1' is stopped: only a running node can be drained or restarted."
    ]
    assert plan.refusals[0].hint == "Power it on first."
    assert plan.refusals[0].liftable
    with pytest.raises(VrgError, match="'node1' is stopped: only a running node"):
        run(node(**DOWN), check=False, **options)
    dry = run(node(**DOWN), check=True, **options)
    assert dry["changed"] and dry["changes"][0] == "put node 'node1' into maintenance"
    assert "only a running node" in dry["warnings"][0]


def run(row: Row, *others: Row, check: bool, tiers: tuple[Row, ...] = (TIER,), **options: Any) -> dict[str, Any]:
    clock = Clock()
    api: Any = around(row, *others, tiers=tiers)
    return Apply(api, Waiter(api, clock, 60), check).run(task(**options))


def test_a_node_that_is_down_and_not_in_maintenance_is_reported() -> None:
    plan = plan_of(node(**DOWN), maintenance=False)
    assert plan.settle is None
    assert plan.warnings == ("Node 'node1' is not in maintenance, but it is stopped and does not serve.",)


def test_a_name_is_never_a_key() -> None:
    tables = around(node())
    with pytest.raises(VrgError, match="There is no node '1'"):
        task(name="1").plan(tables)
    assert "$key" not in tables.asked[0].where.render()


def test_F23_an_unknown_node_comes_with_the_names_that_there_are() -> None:
    with pytest.raises(VrgError, match="There is no node 'node3'") as caught:
        task(name="node3").plan(around(node()))
    assert caught.value.hint == "Near to it: 'node2', 'node1'."
    with pytest.raises(VrgError) as caught:
        task(name="web").plan(around(node()))
    assert caught.value.hint == "There is: 'node1', 'node2'."


# What speaks against a drain


def drain_on(row: Row, *peers: Row, lost: tuple[Row, ...] = ()) -> Drain:
    return drain_of(row, [row, *peers], lost)


def test_nothing_speaks_against_it() -> None:
    assert drain_on(node(machine("a", 65536)), peer(65536)).objections == []
    assert drain_on(node()).objections == []
    assert drain_on(node()).verdict == "ok"


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
        (
            [("a", 2048), ("b", 2048), ("c", 2048)],
            [peer(3072), peer(3072, "node3")],
            "Placed the largest first, the other nodes of cluster 'prod' have no room for: c.",
        ),
        ([("a", 512)], [peer(65536, maintenance=True)], "No other node of cluster 'prod' is running and out of maint"),
        ([("a", 512)], [peer(65536, **DOWN)], "No other node of cluster 'prod' is running"),
        ([("a", 4096)], [peer(2048), peer(-90000, "node3")], "have 2 GB free"),
        ([("a", 512)], [], "No other node of cluster 'prod'"),
    ],
)
def test_memory_that_is_missing(machines: list[tuple[str, int]], peers: list[Row], says: str) -> None:
    drain = drain_on(node(*(machine(*one) for one in machines)), *peers)
    assert says in drain.objections[0]
    assert drain.verdict == "stuck"


def test_every_objection_is_a_sentence_of_its_own() -> None:
    peers = peer(65536), peer(0, "node3", maintenance=True)
    pinned = node(machine("gpu", migratable=False), machine("web"))
    assert drain_on(pinned, *peers, lost=(LOST,)).objections == [
        "What runs on it cannot all be migrated and has to be powered off by hand: gpu.",
        "Tier 1 of cluster 'prod' is not redundant (repairing).",
        "Of the same cluster, this is in maintenance already: node3.",
    ]
    found = drain_on(node(**DRAINED), *peers, lost=(LOST,))
    assert "perhaps because the node is in maintenance already" in found.objections[0]
    assert (found.verdict, drain_on(pinned, *peers).verdict) == ("risky", "stuck")


def test_machines_are_placed_where_least_room_is_left() -> None:
    row = node(machine("small", 1024), machine("large", 4096), machine("gpu", 9000, migratable=False))
    drain = drain_on(row, peer(5000), peer(4096, "node3"))
    assert drain.view()["machines"] == [
        {"name": "gpu", "ram_gb": 8.79, "migratable": False, "fits_on": [], "placed_on": None},
        {"name": "large", "ram_gb": 4.0, "migratable": True, "fits_on": ["node2", "node3"], "placed_on": "node3"},
        {"name": "small", "ram_gb": 1.0, "migratable": True, "fits_on": ["node2", "node3"], "placed_on": "node2"},
    ]


def test_F26_the_figures_of_a_drain() -> None:
    row = node(machine("web", 2048), machine("gpu", 1024, migratable=False))
    shown = drain_on(row, peer(4096), peer(8192, "node3", maintenance=True)).view()
    assert shown == {
        "verdict": "stuck",
        "objections": [
            "What runs on it cannot all be migrated and has to be powered off by hand: gpu.",
            "Of the same cluster, this is in maintenance already: node3.",
        ],
        "ram_to_move_gb": 2.0,
        "ram_free_gb": 4.0,
        "ram_free_after_gb": 2.0,
        "pinned": ["gpu"],
        "machines": [
            {"name": "gpu", "ram_gb": 1.0, "migratable": False, "fits_on": [], "placed_on": None},
            {"name": "web", "ram_gb": 2.0, "migratable": True, "fits_on": ["node2"], "placed_on": "node2"},
        ],
        "nodes": [
            {"name": "node2", "takes_machines": True, "ram_free_gb": 4.0, "ram_free_after_gb": 2.0},
            {"name": "node3", "takes_machines": False, "ram_free_gb": 8.0, "ram_free_after_gb": 8.0},
        ],
    }
    assert drain_on(node(machine("web", 4096)), peer(1024)).view()["ram_free_after_gb"] == -3.0


@pytest.mark.parametrize("options", [{"maintenance": True}, {"state": "restarted"}])
@pytest.mark.parametrize("check", ["fail", "warn"])
def test_F26_a_drain_that_is_planned_comes_with_its_figures_in_check_mode_too(
    options: dict[str, Any], check: str
) -> None:
    dry = run(node(machine("web", 2048)), peer(4096), check=True, drain_check=check, **options)
    assert dry["drain"]["verdict"] == "ok"
    assert (dry["drain"]["ram_to_move_gb"], dry["drain"]["ram_free_after_gb"]) == (2.0, 2.0)


def test_F26_a_refused_drain_is_refused_in_check_mode_and_says_its_figures() -> None:
    crowded = node(machine("web", 2048), machine("db", 4096))
    for check in (True, False):
        with pytest.raises(VrgError) as caught:
            run(crowded, peer(1024), check=check, tiers=(LOST,), maintenance=True)
        assert caught.value.message == (
            "Node 'node1' was not drained. Its machines need 6 GB, and the other nodes of cluster 'prod' have 1 GB "
            "free. To move: 2 machines with 6 GB; free: 1 GB on node2; 5 GB are missing. "
            "Tier 1 of cluster 'prod' is not redundant (repairing)."
        )
    with pytest.raises(VrgError) as caught:
        run(node(machine("web", 512)), peer(4096), check=True, tiers=(LOST,), maintenance=True)
    assert "was not drained. To move: 1 machine with 0.5 GB; free: 4 GB on node2; 3.5 GB stay free. Tier 1 of" in (
        caught.value.message
    )


def test_only_the_nodes_own_cluster_is_looked_at_and_only_tiers_that_exist() -> None:
    phantom = {**LOST, "$key": 14, "tier": 4, "status": "error"}
    elsewhere = peer(1, "node9", cluster_key=6)
    tables = around(node(), peer(1), elsewhere, tiers=(phantom, LOST, {**LOST, "$key": 15, "cluster_key": 6}))
    drain = read_drain(tables, node())
    assert [one["name"] for one in drain.peers] == ["node2"]
    assert drain.lost_tiers == (LOST,)
    assert [query.where.render() for query in tables.asked] == ["cluster eq 5", "cluster eq 5", ""]
    sound = around(node())
    read_drain(sound, node())
    assert [query.table for query in sound.asked] == ["nodes", "cluster_tiers"]


def test_the_three_ways_of_a_drain_check() -> None:
    row = node(machine("a"))
    refusal = plan_of(row, peer(65536, **DOWN), maintenance=True).refusals[0]
    assert refusal.message.startswith("Node 'node1' was not drained. No other node of cluster")
    assert "drain_check=warn" in refusal.hint and not refusal.liftable
    warned = plan_of(row, peer(65536, **DOWN), maintenance=True, drain_check="warn")
    assert len(warned.warnings) == len(warned.steps) == 1 and warned.refusals == ()
    tables = around(row)
    ignoring = task(maintenance=True, drain_check="ignore").plan(tables)
    assert len(ignoring.steps) == len(tables.asked) == 1
    assert ignoring.extra == {}


@pytest.mark.parametrize(
    ("row", "options"),
    [
        (node(**DRAINED), {"maintenance": True}),
        (node(), {}),
        (node(), {"maintenance": False}),
        (node(**DRAINED), {"maintenance": False}),
        (node(cluster=None, cluster_key=None), {"maintenance": True}),
    ],
)
def test_what_drains_nothing_is_not_checked(row: Row, options: dict[str, Any]) -> None:
    tables = around(row)
    plan = task(**options).plan(tables)
    assert len(tables.asked) == 1
    assert plan.extra == {}


# Waits


def drain(rows: Callable[[float], Row], timeout: float = 3600) -> Platform:
    return wait(lambda now: [rows(now)], node_goals.drained(node()), timeout)[0]


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

    assert wait(rows, node_goals.serving(node(**DRAINED)))[0].clock.now >= 20


def restart(rows: Callable[[float], Row], maintenance: bool) -> tuple[Platform, list[Remedy]]:
    platform, came, _rows = wait(lambda now: [rows(now)], node_goals.restarted(node(**DRAINED), maintenance), 600)
    return platform, came


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

    platform: Any = Platform(clock, rows)
    Waiter(platform, clock, 600).until(node_goals.restarted(node(**DRAINED), False), print)
    assert clock.now >= 300


def test_F5_a_restart_that_ends_maintenance_is_put_back_into_it_once_by_a_step() -> None:
    def rows(now: float) -> Row:
        if now < 10:
            return node(running=False, status="stopped")
        return node(started=2000) if now < 30 else node(started=2000, **DRAINED)

    came = restart(rows, True)[1]
    assert [remedy.query.where.render() for remedy in came] == ["$key eq 1"]
    clock = Clock()
    api: Any = Platform(clock, lambda now: [rows(now)])
    settle = Settle(api, Waiter(api, clock, 600))
    settle.until(node_goals.restarted(node(**DRAINED), True))
    assert settle.done == ["put node 'node1' back into maintenance"]
    assert api.written == [Write("POST", "nodes/1/enable_maintenance")]
    assert restart(lambda now: rows(now) if now < 10 else node(started=2000, **DRAINED), True)[1] == []
    assert restart(rows, False)[1] == []


def test_F5_a_node_that_has_not_gone_down_yet_is_not_put_back() -> None:
    """It may have left maintenance by the request itself."""
    came = restart(lambda now: node() if now < 20 else node(started=2000, **DRAINED), True)[1]
    assert came == []


# Information


def test_a_view_counts_and_names_the_machines() -> None:
    shown = view(node(machine("web", 2048), machine("") | {"name": None}))
    assert shown["running_machines"] == 2
    assert [one["name"] for one in shown["machines"]] == ["machine 7", "web"]
    assert (shown["vm_ram_used_gb"], shown["vm_ram_free_gb"]) == (2.5, 61.5)
    assert set(shown["machines"][0]) == {"name", "status", "ram_gb", "cores", "migratable", "destination"}
    assert view(node(machine("huge", 99999)))["vm_ram_free_gb"] == 0
    assert view(node(running_machines=None))["machines"] == []


def told(tables: Tables, **options: Any) -> list[Any]:
    found = nodes.gather(tables, {"name": None, "cluster": None, "gather": [], **options})["nodes"]
    return [one["key"] for one in found]


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


def test_F26_drains_of_all_nodes_take_two_requests_more_at_most() -> None:
    system = [node(machine("web", 2048)), peer(4096), peer(1, "node9", cluster_key=6), peer(1, "node0", **DOWN)]
    for tiers, number in ([TIER], 2), ([LOST], 3):
        tables = Tables(nodes=system, cluster_tiers=list(tiers), storage_tiers=[{"$key": 2, "tier": 1}])
        found = nodes.gather(tables, {"name": None, "cluster": None, "gather": ["drain"]})["nodes"]
        assert len(tables.asked) == number
        drains = {one["name"]: one["drain"] for one in found}
        assert drains["node0"] is None
        assert [machine["placed_on"] for machine in drains["node1"]["machines"]] == ["node2"]
        assert drains["node1"]["verdict"] == ("ok" if tiers == [TIER] else "risky")
        assert drains["node9"]["nodes"] == []


def test_F26_the_drain_of_one_node_knows_the_others() -> None:
    tables = around(node(machine("web", 2048)), peer(4096))
    found = nodes.gather(tables, {"name": "node1", "cluster": "prod", "gather": ["drain"]})["nodes"]
    assert [one["drain"]["nodes"][0]["name"] for one in found] == ["node2"]
    assert told(around(node()), name="nobody", gather=["drain"]) == []


def test_F25_no_figure_has_more_than_two_digits() -> None:
    assert view(node(ram_used_mb=27355))["ram_used_gb"] == 26.71
