"""Waiting, on a clock that is moved by sleeping on it."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import Outcome, VrgError
from plugins.module_utils._model.facts import every
from plugins.module_utils._model.plan import DONE, Diagnosis, Goal, Remedy, Step, Until, Verdict, failed, waiting
from plugins.module_utils._model.query import Created, Query, Write
from plugins.module_utils._system.settle import Settle
from plugins.module_utils._system.shared_wait import SharedWait
from plugins.module_utils._system.wait import Waiter
from plugins.module_utils._tables.tenants import TENANT
from plugins.module_utils._tasks.tenant_goals import online, who_is, who_will_be
from support import Clock, Platform, System, failure, wait

NAMED = TENANT.only("name", "running")
QUERY = Query(NAMED)


def counted(rows: list[Row], waited: float) -> Verdict:
    return DONE if len(rows) > 1 else waiting(f"{len(rows)} rows")


def goal(**more: Any) -> Goal:
    return Goal("two rows", QUERY, counted, **more)


def rows_after(seconds: float) -> Callable[[float], list[Row]]:
    """One row, and after so many seconds two."""
    return lambda now: [{"$key": key, "name": "acme"} for key in range(2 if now > seconds else 1)]


def test_polls_grow_from_half_a_second_to_five() -> None:
    platform, _came, reached = wait(rows_after(30), goal())
    gaps = [later - sooner for sooner, later in zip(platform.reads, platform.reads[1:])]
    assert gaps[0] == 0.5
    assert max(gaps) == 5
    assert gaps == sorted(gaps)
    assert len(reached) == 2


def test_waits_that_come_one_after_the_other_are_looked_at_once_an_interval() -> None:
    clock = Clock()
    platform = Platform(clock, rows_after(3))
    shared = SharedWait(Waiter(platform, clock, 60))  # type: ignore[arg-type]
    ended: list[Any] = []
    shared.add("first", goal(), lambda remedy: True)
    assert shared.has_new and shared.seconds_left == 0
    shared.poll(lambda one, failure: ended.append(one.whose))
    assert not shared.has_new and shared.seconds_left == 0.5
    clock.sleep(0.125)
    shared.add("second", goal(), lambda remedy: True)
    # It is new, and not looked at before its turn by those who have something else to do.
    assert shared.has_new and shared.seconds_left == 0.375
    clock.sleep(4)
    shared.add("third", goal(), lambda remedy: True)
    assert shared.seconds_left == 0
    shared.poll(lambda one, failure: ended.append(one.whose))
    assert ended == ["first", "second", "third"] and platform.reads == [0.0, 4.125]


@pytest.mark.parametrize("takes", [0.1, 2, 7, 13, 20, 33, 48, 200])
def test_what_is_waited_for_together_is_seen_a_tenth_late_at_most(takes: float) -> None:
    clock = Clock()
    platform = Platform(clock, rows_after(takes))
    shared = SharedWait(Waiter(platform, clock, 600))  # type: ignore[arg-type]
    shared.add("it", goal(), lambda remedy: True)
    while shared.waits:
        clock.sleep(shared.seconds_left)
        shared.poll(lambda one, failure: None)
    assert takes < clock.now <= takes + min(max(takes / 10, 0.5), 5)
    assert len(platform.reads) <= 35 + takes / 5


def test_a_wait_that_times_out_says_what_it_saw() -> None:
    with pytest.raises(
        VrgError, match=r"Timed out after 60 seconds waiting for two rows; last seen: 1 rows\."
    ) as caught:
        wait(rows_after(61), goal(hint="Look."))
    assert caught.value.hint == "Look."


def test_a_wait_without_time_looks_once() -> None:
    with pytest.raises(VrgError, match="Timed out after 0 seconds"):
        wait(rows_after(1), goal(), 0)
    assert wait(rows_after(-1), goal(), 0)[0].reads == [0.0]


def test_a_wait_ends_at_once_when_it_cannot_be_reached() -> None:
    clock = Clock()
    platform = Platform(clock, lambda now: [])
    waiter = Waiter(platform, clock, 60)  # type: ignore[arg-type]
    with pytest.raises(VrgError, match="Gave up waiting for a row: it was deleted"):
        waiter.until(Goal("a row", QUERY, lambda rows, waited: failed("it was deleted")), lambda remedy: None)
    assert platform.reads == [0.0]


def test_reads_without_an_answer_are_survived_but_a_refusal_is_not() -> None:
    def rows(now: float) -> list[Row]:
        if now < 20:
            raise VrgError("gone", outcome=Outcome.UNSENT)
        if now < 30:
            raise failure(502)
        return [{}, {}]

    platform, _came, _reached = wait(rows, goal())
    assert platform.clock.now >= 30

    def refused(now: float) -> list[Row]:
        raise failure(401, sentence="Nobody you are.")

    with pytest.raises(VrgError, match="Could not see about two rows: Nobody you are"):
        wait(refused, goal())


def test_a_wait_that_nobody_ever_answers_says_so() -> None:
    def silent(now: float) -> list[Row]:
        raise failure(None)

    asked = "last seen: nothing yet, and then: Could not ask: The connection broke"
    with pytest.raises(VrgError, match=asked):
        wait(silent, goal())


def test_a_remedy_comes_once() -> None:
    remedy = Remedy(QUERY, after=10)
    platform, came, _reached = wait(rows_after(40), goal(remedies=(remedy,)))
    assert came == [remedy]


def test_a_remedy_comes_when_it_has_been_stuck_for_so_long_without_a_break() -> None:
    times: list[float] = []
    clock = Clock()
    platform = Platform(clock, lambda now: [{"$key": 1, "running": not 5 < now < 8}] * (2 if now > 40 else 1))
    waiter = Waiter(platform, clock, 60)  # type: ignore[arg-type]
    stuck = Remedy(QUERY, stuck=TENANT["running"].eq(True), after=10)
    waiter.until(goal(remedies=(stuck,)), lambda remedy: times.append(clock.now))
    assert len(times) == 1 and times[0] >= 18


STOP = Step(
    "stop it",
    Write("POST", "tenant_actions", body={"tenant": 1}),
    every(QUERY, TENANT["running"].eq(False)),
)


def stuck_goal() -> Goal:
    running = TENANT["running"].eq(True)
    help_it = Remedy(QUERY, running, lambda row: (STOP,), stuck=running, after=5)
    return Goal("it to stop", QUERY, Until(TENANT["running"].eq(False), words=((running, "it runs"),)), (help_it,))


def test_what_a_remedy_does_is_settled_and_told() -> None:
    def stops(system: System) -> None:
        system.rows["tenants"][0]["running"] = False

    system = System(stops, tenants=[{"$key": 1, "name": "acme", "running": True}])
    settle = Settle(system, system.waiter())  # type: ignore[arg-type]
    settle.until(stuck_goal())
    assert settle.done == ["stop it"] and len(system.written) == 1
    assert system.clock.now >= 5


# A start


def node(status: str, host: str | None, tenant: str, **flags: Any) -> Row:
    row = {"name": "node1", "ram_mb": 65536, "cpu_cores": 4, "enabled": True, "status": status, "host": host}
    row |= {"cluster": "prod", "max_ram_mb": 65536, "max_cores": 16, "tenant_status": tenant}
    return {**row, "tenant_starting": False, "tenant_running": False, **flags}


def start_goal(accept_reduced: bool = False) -> Goal:
    return online(who_is({"name": "acme", "$key": 5, "uuid": "u"}), 1_800_000_000, accept_reduced)


def started(rows: list[Row], timeout: float = 300, accept_reduced: bool = False) -> float:
    """Seconds until the start is over."""
    return wait(lambda now: rows, start_goal(accept_reduced), timeout)[0].clock.now


def test_a_start_that_finds_no_host_ends_with_the_node_and_its_need() -> None:
    def rows(now: float) -> list[Row]:
        if now < 2:
            return [node("starting", None, "starting", tenant_starting=True)]
        return [node("stopped", None, "offline")]

    platform = System()
    platform.read = lambda query, **how: [] if query.table == "tenant_logs" else rows(platform.clock.now)  # type: ignore
    with pytest.raises(
        VrgError, match=r"it fell back to offline; node 'node1' \(64 GB, 4 cores\) found no host"
    ) as caught:
        platform.waiter(300).until(start_goal(), lambda remedy: None)
    assert "Timed out" not in str(caught.value)


def silent_log(rows: list[Row], log: list[Row] | VrgError = ()) -> System:  # type: ignore[assignment]
    """A platform with these nodes, and this log or none that can be read."""
    system = System()

    def read(query: Query, **how: Any) -> list[Row]:
        system.asked.append(query)
        if query.table != "tenant_logs":
            return rows
        if isinstance(log, VrgError):
            raise log
        return list(log)

    system.read = read  # type: ignore[method-assign]
    return system


def given_up(system: System, expected: str, timeout: float = 300, accept_reduced: bool = False) -> VrgError:
    with pytest.raises(VrgError, match=expected) as caught:
        system.waiter(timeout).until(start_goal(accept_reduced), lambda remedy: None)
    return caught.value


def test_a_start_over_the_limit_of_the_cluster_names_the_limit() -> None:
    rows = [node("stopped", None, "offline") | {"ram_mb": 131072}]
    given_up(silent_log(rows), r"allows one machine 64 GB")
    rows = [node("stopped", None, "offline") | {"cpu_cores": 32}]
    given_up(silent_log(rows), r"allows one machine 16 cores")


def test_a_start_is_over_when_every_node_has_a_host() -> None:
    def rows(now: float) -> list[Row]:
        second = (
            node("running", "node2", "online", tenant_running=True) if now > 5 else node("starting", None, "online")
        )
        return [node("running", "node1", "online", tenant_running=True), second | {"name": "node2"}]

    platform, _came, _reached = wait(rows, start_goal())
    assert platform.clock.now > 5


def test_a_node_that_is_disabled_needs_no_host() -> None:
    rows = [
        node("running", "node1", "online", tenant_running=True),
        node("stopped", None, "online", enabled=False),
    ]
    assert started(rows) == 0


def test_F15_error_is_the_end_of_a_start_with_its_line_in_the_log() -> None:
    rows = [node("running", "node1", "error", tenant_running=True)]
    system = silent_log(rows, [{"text": "Out of licenses."}])
    error = given_up(system, "Gave up waiting for tenant 'acme' to be online")
    assert error.message.endswith("its status is error; node1 running on node1. Its log says: Out of licenses.")
    assert system.clock.now == 0


@pytest.mark.parametrize("status", [None, 502, 503, 403])
def test_F15_a_diagnosis_that_cannot_be_read_does_not_take_the_place_of_what_is_known(status: int | None) -> None:
    rows = [node("starting", None, "starting", tenant_starting=True)]
    error = given_up(silent_log(rows, failure(status)), "Timed out after 60 seconds waiting for tenant 'acme'", 60)
    assert "last seen: it is starting: node1 starting" in error.message
    rows = [node("stopped", None, "error")]
    given_up(silent_log(rows, failure(status)), "its status is error")


def test_F15_each_request_of_a_wait_has_the_waits_deadline() -> None:
    deadlines: list[tuple[str, float | None]] = []
    system = System()

    def read(query: Query, **how: Any) -> list[Row]:
        assert how["retries"] == 0, "the wait itself is what asks again"
        deadlines.append((query.table, how.get("deadline")))
        return [] if query.table == "tenant_logs" else [node("starting", None, "starting", tenant_starting=True)]

    system.read = read  # type: ignore[method-assign]
    system.clock.now = 100
    given_up(system, "Timed out after 60 seconds", 60)
    assert {deadline for table, deadline in deadlines if table == "tenant_nodes"} == {160}
    # What is asked for when the time is up may not take as long as any other request.
    (asked,) = [deadline for table, deadline in deadlines if table == "tenant_logs"]
    assert asked is not None and asked <= 160 + 3


def test_F15_a_log_of_before_the_start_says_nothing() -> None:
    system = silent_log([node("stopped", None, "error")])
    given_up(system, "its status is error")
    (asked,) = [query for query in system.asked if query.table == "tenant_logs"]
    line = {"$key": 1, "tenant_key": 5, "level": "error", "timestamp": 1_800_000_000 * 1_000_000}
    assert asked.where.matches(line)
    assert not asked.where.matches({**line, "timestamp": (1_800_000_000 - 3600) * 1_000_000})
    assert not asked.where.matches({**line, "tenant_key": 6}) and not asked.where.matches({**line, "level": "audit"})
    # The key of a tenant that is yet to be made is not known.
    assert online(who_will_be("acme", Created("tenant 'acme'")), 0).diagnosis is None


def test_F16_a_start_with_a_node_that_found_no_host_has_failed() -> None:
    rows = [
        node("running", "node1", "reduced", tenant_running=True),
        node("stopped", None, "reduced", tenant_running=True, name="node2"),
    ]
    given_up(silent_log(rows), "it runs without all its nodes; node 'node2'")
    assert started(rows, accept_reduced=True) == 0


def test_a_start_without_nodes_has_failed() -> None:
    given_up(silent_log([]), "its nodes are gone")


def test_progress_is_reported_with_what_is_seen() -> None:
    told: list[tuple[str, float]] = []
    clock = Clock()
    platform = Platform(clock, rows_after(1))
    waiter = Waiter(platform, clock, 60, lambda text, seconds: told.append((text, seconds)))  # type: ignore[arg-type]
    waiter.until(goal(diagnosis=Diagnosis(QUERY, lambda rows: "")), lambda remedy: None)
    assert told[0] == ("two rows (1 rows)", 0.0)
