"""Every integration target, as a play of its own: real ansible-playbook, real pyvergeos, HTTPS to a fresh vergesim.

Each runs both ways, inside the controller's worker and as a process of its own, and the results are compared.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from documented import differences
from support import HERE, IN_PROCESS, MODULE, MODULES, run_target, ways
from vergesim_process import Vergesim

TARGETS = sorted(path.parents[1].name for path in HERE.glob("targets/*/tasks/main.yml"))
#: Where time is short, VRG_TEST_WAYS=in-process leaves the comparison to a run on another ansible-core.
WAYS = os.environ.get("VRG_TEST_WAYS", f"{IN_PROCESS},{MODULE}").split(",")
#: What differs from one run to the next by nature: identities and times.
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_EPOCH = 1_500_000_000
#: Tasks that look at something under way: what they see depends on when they come.
_RACES = ("It comes back by itself", "Two at once, one asking while the other's request is under way")


@pytest.mark.parametrize("target", [target for target in TARGETS if not target.startswith("setup_")])
def test_target(target: str, tmp_path: Path) -> None:
    told = {}
    for way in WAYS:
        folder = tmp_path / way
        folder.mkdir()
        with Vergesim("lab", 0.05) as sim:
            run_target(target, sim, folder, way)
            assert ways(sim) == {way}
            told[way] = list(results(folder / "results", sim))
    assert [pair for pair in zip_longest(*told.values()) if pair[0] != pair[-1]] == []
    if target in MODULES:
        assert differences(target, tmp_path / IN_PROCESS / "results") == []


def results(path: Path, sim: Vergesim) -> Iterator[Any]:
    """Each result in turn, without what no two runs have in common."""
    for line in path.read_text().splitlines():
        result = json.loads(line.replace(sim.ready["host"], "HOST").replace(sim.ready["ca_path"], "CA"))
        if not result["task"].endswith(_RACES):
            yield comparable(result)


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: comparable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [comparable(one) for one in value]
    if isinstance(value, str):
        return _TIME.sub("TIME", _UUID.sub("UUID", value))
    return "EPOCH" if isinstance(value, int) and value > _EPOCH else value


def test_every_module_has_a_target() -> None:
    assert MODULES and set(MODULES) <= set(TARGETS)
