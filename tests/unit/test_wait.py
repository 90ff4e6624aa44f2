"""Waiting, on a clock that is moved by sleeping on it."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from plugins.module_utils._api import Query, Row, Write
from plugins.module_utils._errors import Outcome, VrgError
from plugins.module_utils._resources.tenant_waits import online, who_is
from plugins.module_utils._wait import DONE, Goal, Nudge, Verdict, Waiter, failed, waiting

QUERY = Query("tenants", "", "$key")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Platform:
    """What a platform would answer at each time: the transport is replaced, not our code."""

    def __init__(self, clock: Clock, rows: Callable[[float], list[Row]]) -> None:
        self.clock, self.rows = clock, rows
        self.reads: list[float] = []
        self.written: list[Write] = []

    def read(self, query: Query) -> list[Row]:
        self.reads.append(self.clock.now)
        return self.rows(self.clock.now)

    def write(self, write: Write) -> None:
        self.written.append(write)


def wait(rows: Callable[[float], list[Row]], goal: Goal, timeout: float = 60) -> tuple[Platform, list[str]]:
    clock = Clock()
    platform = Platform(clock, rows)
    waiter = Waiter(platform, clock, timeout)  # type: ignore[arg-type]
    return platform, waiter.until(goal)


def counted(rows: list[Row], waited: float) -> Verdict:
    return DONE if len(rows) > 1 else waiting(f"{len(rows)} rows")


def test_polls_grow_from_half_a_second_to_five() -> None:
    platform, told = wait(lambda now: [{}] * (2 if now > 30 else 1), Goal("two rows", QUERY, counted))
    gaps = [later - sooner for sooner, later in zip(platform.reads, platform.reads[1:])]
    assert gaps[0] == 0.5
    assert max(gaps) == 5
    assert gaps == sorted(gaps)


def test_a_wait_that_times_out_says_what_it_saw() -> None:
    with pytest.raises(VrgError, match=r"Timed out after 60 seconds waiting for two rows; last seen: 1 rows\."):
        wait(lambda now: [{}], Goal("two rows", QUERY, counted))


def test_a_wait_ends_at_once_when_it_cannot_be_reached() -> None:
    clock = Clock()
    platform = Platform(clock, lambda now: [])
    with pytest.raises(VrgError, match="Gave up waiting for a row: it was deleted"):
        Waiter(platform, clock, 60).until(Goal("a row", QUERY, lambda rows, waited: failed("it was deleted")))  # type: ignore[arg-type]
    assert platform.reads == [0.0]


def test_reads_without_an_answer_are_survived_but_a_refusal_is_not() -> None:
    def rows(now: float) -> list[Row]:
        if now < 20:
            raise VrgError("gone", outcome=Outcome.UNSENT)
        if now < 30:
            raise VrgError("bad gateway", outcome=Outcome.UNKNOWN, status=502)
        return [{}, {}]

    platform, told = wait(rows, Goal("two rows", QUERY, counted))
    assert platform.clock.now >= 30

    def refused(now: float) -> list[Row]:
        raise VrgError("no", outcome=Outcome.REFUSED, status=401)

    with pytest.raises(VrgError, match="no"):
        wait(refused, Goal("two rows", QUERY, counted))


def test_a_nudge_is_given_once_and_told() -> None:
    def push(api: Any, rows: list[Row]) -> list[str]:
        api.write(Write("POST", "vnet_actions"))
        return ["push it"]

    goal = Goal("two rows", QUERY, counted, (Nudge(10, lambda rows: len(rows) == 1, push),))
    platform, told = wait(lambda now: [{}] * (2 if now > 40 else 1), goal)
    assert told == ["push it"]
    assert len(platform.written) == 1


def node(status: str, host: str | None, tenant: str, **flags: Any) -> Row:
    row = {"name": "node1", "ram": 65536, "cpu_cores": 4, "enabled": True, "status": status, "host": host}
    row |= {"cluster": "prod", "max_ram": 65536, "max_cores": 16, "tenant_status": tenant}
    return {**row, "tenant_starting": False, "tenant_running": False, **flags}


def start_goal() -> Goal:
    return online(who_is({"name": "acme", "$key": 5, "uuid": "u"}))


def test_a_start_that_finds_no_host_ends_with_the_node_and_its_need() -> None:
    def rows(now: float) -> list[Row]:
        if now < 2:
            return [node("starting", None, "starting", tenant_starting=True)]
        return [node("stopped", None, "offline")]

    with pytest.raises(
        VrgError, match=r"fell back to offline; node 'node1' \(64 GB, 4 cores\) found no host"
    ) as caught:
        wait(rows, start_goal(), 300)
    assert "Timed out" not in str(caught.value)


def test_a_start_over_the_limit_of_the_cluster_names_the_limit() -> None:
    rows = [node("stopped", None, "offline") | {"ram": 131072}]
    with pytest.raises(VrgError, match=r"allows one machine 64 GB"):
        wait(lambda now: rows, start_goal(), 300)


def test_a_start_is_over_when_every_node_has_a_host() -> None:
    def rows(now: float) -> list[Row]:
        second = (
            node("running", "node2", "online", tenant_running=True) if now > 5 else node("starting", None, "online")
        )
        return [node("running", "node1", "online", tenant_running=True), second | {"name": "node2"}]

    platform, told = wait(rows, start_goal())
    assert platform.clock.now > 5
