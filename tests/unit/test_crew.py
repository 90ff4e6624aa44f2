"""Workers of a list: how much of it they are given at a time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._system.crew import Crew, Pace, Work


class Counting(ThreadPoolExecutor):
    """Knows how many were given to it and have not ended."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.open: set[Future[Any]] = set()
        self.most = 0

    def submit(self, *given: Any, **more: Any) -> Future[Any]:
        future: Future[Any] = super().submit(*given, **more)
        self.open = {one for one in self.open if not one.done()} | {future}
        self.most = max(self.most, len(self.open))
        return future


def crew(executor: ThreadPoolExecutor, workers: int, told: list[str]) -> Crew:
    clock = SimpleNamespace(monotonic=lambda: 0.0)
    waiter: Any = SimpleNamespace(clock=clock, progress=lambda text, seconds: told.append(text))
    api: Any = SimpleNamespace(sent={})
    return Crew(api, waiter, Pace(workers), executor)


def works(count: int) -> list[Work]:
    nothing: Any = None
    return [Work(nothing, nothing) for _number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 5, 300])
def test_each_is_done_once_and_few_are_given_at_a_time(count: int) -> None:
    listed, done, told = works(count), [], []
    with Counting(3) as executor:
        crew(executor, 3, told).each(listed, lambda work: done.append(id(work)))
        assert executor.most <= 6
    assert sorted(done) == sorted(map(id, listed))
    assert not count or told[-1].startswith(f"{count} of {count} tenants, 0 failed")


def test_one_that_fails_is_one_of_those_that_are_done() -> None:
    listed, told = works(20), []

    def do(work: Work) -> None:
        if work is listed[0] or work is listed[7]:
            raise VrgError("Taken.")

    with Counting(2) as executor:
        crew(executor, 2, told).each(listed, do)
    assert told[-1].startswith("20 of 20 tenants, 2 failed")
    assert [work.error is not None for work in listed].count(True) == 2
