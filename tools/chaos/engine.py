"""The one place that knows the collection's engine: how a module's task is run in this process.

Everything else of this folder judges by what went over the wire and by the simulator's tables.
"""

from __future__ import annotations

import ast
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests/contract")]

from tasks import TASKS, VrgError  # noqa: E402

from plugins.module_utils._options import Settings  # noqa: E402
from plugins.module_utils._system.api import Api  # noqa: E402
from plugins.module_utils._system.apply import Apply  # noqa: E402
from plugins.module_utils._system.crew import Pace  # noqa: E402
from plugins.module_utils._system.fleet import ApplyFleet  # noqa: E402
from plugins.module_utils._system.session import connect  # noqa: E402
from plugins.module_utils._system.wait import Waiter  # noqa: E402
from plugins.module_utils._tasks.fleet import FleetTask  # noqa: E402
from plugins.module_utils._tasks.fleet_result import outcome  # noqa: E402

__all__ = ["MODULES", "VrgError", "fleet", "run"]

#: A module's task by the name that tests/contract/tasks.py has for it.
_TASKS = {
    "vrg_cluster": "cluster",
    "vrg_node": "node",
    "vrg_tenant": "tenant",
    "vrg_tenant_crash_cart": "crash cart",
    "vrg_tenant_file": "tenant file",
    "vrg_tenant_net": "tenant networks",
    "vrg_tenant_node": "tenant node",
    "vrg_tenant_snapshot": "tenant snapshot",
    "vrg_tenant_storage": "tenant storage",
}
MODULES = tuple(_TASKS)
#: Seconds of the engine for one second: waits are as quick as the simulator, and a look-up still outlasts a stall.
SPEED = 5
#: Seconds that the engine waits for one answer.
TIMEOUT = 1


class QuickClock:
    """Time as the engine sleeps and waits in it."""

    def monotonic(self) -> float:
        return time.monotonic() * SPEED

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds / SPEED)


def run(ready: Mapping[str, str], module: str, params: Mapping[str, Any], *, wait: int, check: bool) -> dict[str, Any]:
    """One run of a module in this process, on a session of its own; ``wait`` is its wait_timeout in the engine's time.

    Raises VrgError when the run fails as it should. Anything else that it raises is a traceback.
    """
    with _connected(ready) as api:
        task = TASKS[_TASKS[module]](complete(module, params))
        result: dict[str, Any] = Apply(api, Waiter(api, api.clock, wait), check).run(task)
        return result


def fleet(ready: Mapping[str, str], tenants: Sequence[Mapping[str, Any]], *, wait: int) -> list[dict[str, Any]]:
    """What one run of a list says of each tenant; in this process, with its workers, on a session of its own."""
    with _connected(ready) as api:
        task = FleetTask(complete("vrg_tenant_fleet", {"capacity": "ignore", "n_minus_1": "ignore"}), tenants, {})
        applied = ApplyFleet(api, Waiter(api, api.clock, wait), Pace(), False)
        applied.run(task)
        # As a report_file has it: a result leaves out what did not change.
        return [outcome(work, False) for work in applied.works]


@contextmanager
def _connected(ready: Mapping[str, str]) -> Iterator[Api]:
    settings = Settings(ready["host"], ready["username"], ready["password"], ca_path=ready["ca_path"], timeout=TIMEOUT)
    with connect(settings, "chaos") as api:
        api.clock = QuickClock()
        yield api


class _Given(dict[str, Any]):
    """What Ansible hands over: None for what a task leaves out."""

    def __missing__(self, name: str) -> None:
        return None

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


def complete(module: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
    """The parameters with the defaults of the module's documentation, those of list items too."""
    return _filled(_options(module), {"wait": True, **params})


def _filled(options: Mapping[str, Any], params: Mapping[str, Any]) -> _Given:
    filled = _Given({name: option.get("default") for name, option in options.items()})
    for name, value in params.items():
        inner = options.get(name, {}).get("suboptions")
        filled[name] = [_filled(inner, item) for item in value] if inner and value is not None else value
    return filled


@cache
def _options(module: str) -> dict[str, Any]:
    tree = ast.parse((ROOT / "plugins/modules" / f"{module}.py").read_text())
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and getattr(statement.targets[0], "id", "") == "DOCUMENTATION":
            found: dict[str, Any] = yaml.safe_load(ast.literal_eval(statement.value))["options"]
            return found
    raise LookupError(f"{module} has no DOCUMENTATION.")
