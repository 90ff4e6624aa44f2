"""Fixtures for runs through the rewriting proxy: a plugin, named in ``pytest_plugins`` of the files that use it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
import requests
from disturbed import Bench
from rewriting_proxy import RewritingProxy

from vergesim_process import Vergesim

_PAUSE = time.sleep


@pytest.fixture(scope="session")
def standing_proxy(running: Vergesim) -> Iterator[RewritingProxy]:
    with RewritingProxy(running) as proxy:
        yield proxy


@pytest.fixture
def proxy(sim: Vergesim, standing_proxy: RewritingProxy, monkeypatch: pytest.MonkeyPatch) -> RewritingProxy:
    """A proxy without rules before a simulator as after its start; whoever pauses, pauses a fiftieth of the time."""
    standing_proxy.forget()

    def nap(seconds: float) -> None:
        _PAUSE(seconds / 50)

    monkeypatch.setattr(time, "sleep", nap)
    return standing_proxy


@pytest.fixture
def bench(sim: Vergesim, proxy: RewritingProxy) -> Iterator[Bench]:
    with requests.Session() as session:
        ready = Bench(sim, proxy, session)
        ready.start_again()
        yield ready
