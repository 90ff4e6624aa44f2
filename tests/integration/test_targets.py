"""Every integration target, as a play of its own: real ansible-playbook, real pyvergeos, HTTPS to a fresh vergesim.

Each runs inside the controller's worker and, the long ones only where that is asked for, as a process of its own too,
and the results are compared.
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

#: They take minutes the ordinary way, where each task starts an interpreter, and are the first to be begun.
LONG = (
    *("vrg_tenant", "vrg_node", "vrg_tenant_net", "vrg_cluster", "vrg_tenant_node", "vrg_tenant_snapshot"),
    *("vrg_tenant_crash_cart", "vrg_tenant_storage"),
)
TARGETS = sorted(
    (path.parents[1].name for path in HERE.glob("targets/*/tasks/main.yml")), key=lambda name: (name not in LONG, name)
)
#: Where time is short, VRG_TEST_WAYS=in-process leaves the comparison to a run on another ansible-core; ``both`` makes
#: it for the long ones too, as ``make matrix`` does. Without either they run in process only.
WAYS = os.environ.get("VRG_TEST_WAYS")


def ways_of(target: str) -> tuple[str, ...]:
    both = WAYS == "both" or (WAYS is None and target not in LONG)
    return (IN_PROCESS, MODULE) if both else (IN_PROCESS,)


#: What a clock decides is never compared. Tasks that do not wait, and tasks that come while something is under way, are
#: told of a moment; so the simulator's time moves by requests, of which both ways send the same, and by nothing else.
#: With a second for each request and half of one for each transition, waits are short and such moments are seen.
CLOCK = ("--clock", "requests")
STEP = 0.5
#: Points in time may differ all the same: how often a wait looks until its timeout, the machine decides.
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_EPOCH = 1_500_000_000


@pytest.mark.parametrize("target", [target for target in TARGETS if not target.startswith("setup_")])
def test_target(target: str, tmp_path: Path) -> None:
    told = {}
    for way in ways_of(target):
        folder = tmp_path / way
        folder.mkdir()
        with Vergesim("lab", STEP, *CLOCK) as sim:
            run_target(target, sim, folder, way)
            assert ways(sim) == {way}
            told[way] = list(results(folder / "results", sim))
    assert [pair for pair in zip_longest(*told.values()) if pair[0] != pair[-1]] == []
    if target in MODULES:
        assert differences(target, tmp_path / IN_PROCESS / "results") == []


def results(path: Path, sim: Vergesim) -> Iterator[Any]:
    """Each result in turn, without what no two runs have in common."""
    different = {sim.ready["host"]: "HOST", sim.ready["ca_path"]: "CA", str(path.parent): "FOLDER"}
    for line in path.read_text().splitlines():
        for told, name in different.items():
            line = line.replace(told, name)
        yield comparable(json.loads(line))


def comparable(value: Any) -> Any:
    if isinstance(value, dict):
        # A list of tenants is waited for beside the work on it: how often, the machine decides.
        return {name: "READS" if name == "reads" else comparable(one) for name, one in value.items()}
    if isinstance(value, list):
        return [comparable(one) for one in value]
    if isinstance(value, str):
        return _TIME.sub("TIME", value)
    return "EPOCH" if isinstance(value, int) and value > _EPOCH else value


def test_every_module_has_a_target() -> None:
    assert MODULES and set(MODULES) <= set(TARGETS)
