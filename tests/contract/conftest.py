"""Engine and clients against a simulator over HTTPS, in this process: what is under test is what is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from vergesim_process import Vergesim  # noqa: E402

from plugins.module_utils._converge import Converge, Task  # noqa: E402
from plugins.module_utils._options import Settings  # noqa: E402
from plugins.module_utils._session import connect  # noqa: E402
from plugins.module_utils._wait import SystemClock, Waiter  # noqa: E402


class QuickClock(SystemClock):
    """Real time, but the engine's pauses are cut short: the simulator is as far after a moment as after a second."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / 50)


@pytest.fixture(scope="session")
def running() -> Iterator[Vergesim]:
    with Vergesim("lab", 0) as sim:
        yield sim


@pytest.fixture
def sim(running: Vergesim) -> Vergesim:
    """A simulator as after its start."""
    running.control("POST", "/sim/reset")
    running.control("DELETE", "/sim/faults")
    running.forget()
    return running


def options(**given: Any) -> dict[str, Any]:
    """A module's parameters: what Ansible hands over, with None for what the task leaves out."""

    class Params(dict[str, Any]):
        def __missing__(self, name: str) -> None:
            return None

        def get(self, name: str, default: Any = None) -> Any:
            return self[name]

    return Params({"state": "present", "wait": True, "apply_rules": "changed", "update_password": "on_create", **given})


def run(sim: Vergesim, task: Task[Any], *, timeout: int = 5, check: bool = False) -> dict[str, Any]:
    """One module run, without Ansible around it."""
    ready = sim.ready
    settings = Settings(ready["host"], ready["username"], ready["password"], ca_path=ready["ca_path"], timeout=timeout)
    with connect(settings) as api:
        return Converge[Any](api, Waiter(api, QuickClock(), 20), check).run(task)
