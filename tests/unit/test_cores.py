"""Which cores run modules in process."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.plugin_utils import _in_process
from plugins.plugin_utils._in_process import InProcess

sys.path.append(str(Path(__file__).resolve().parents[2] / "tools"))

from matrix import CORES

NEWEST, OLDEST = (tuple(map(int, core.split("."))) for core, _python in (CORES[-1], CORES[0]))


@pytest.mark.parametrize(
    ("core", "runs"),
    [(OLDEST, True), (NEWEST, True), ((NEWEST[0], NEWEST[1] + 1), False), ((NEWEST[0] + 1, 0), False)],
    ids=str,
)
def test_F83_the_newest_core_that_is_tried_runs_in_process_and_a_newer_one_does_not(
    core: Any, runs: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_in_process, "CORE", core)
    action: Any = SimpleNamespace(
        _templar=SimpleNamespace(template=lambda value: value),
        _of_the_host=lambda variables: variables,
        _task=SimpleNamespace(async_val=0),
        _connection=SimpleNamespace(become=None),
    )
    assert InProcess._may_run_here(action, sys.executable, {}, {}) is runs
