"""The targets that a release can change, on a simulator of another release than the one that all run on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_targets import CLOCK, STEP

from support import run_target
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

#: Whose tables a release is known to treat in another way (docs/platform.md).
CHANGED = {
    "26.0": (
        *("vrg_tenant", "vrg_tenant_net", "vrg_tenant_snapshot", "vrg_tenant_crash_cart", "vrg_tenant_fleet"),
        *("vrg_cluster", "vrg_network_info"),
    ),
    "26.2": (
        *("vrg_tenant", "vrg_tenant_node", "vrg_tenant_file", "vrg_tenant_snapshot", "vrg_tenant_fleet"),
        *("vrg_tenant_crash_cart", "vrg_cluster"),
    ),
}
#: What `make ci` takes of them; `make releases` takes all.
SAMPLE = {("26.0", "vrg_tenant_snapshot"), ("26.2", "vrg_tenant_file")}
EVERY = [(release, target) for release, targets in CHANGED.items() for target in targets]
WANTED = EVERY if os.environ.get("VRG_RELEASES") == "all" else sorted(SAMPLE)


def test_the_sample_is_of_them() -> None:
    assert set(EVERY) >= SAMPLE


@pytest.mark.parametrize(("release", "target"), WANTED)
def test_it_holds_on(release: str, target: str, tmp_path: Path) -> None:
    with Vergesim("lab", STEP, *CLOCK, release=release) as sim:
        run_target(target, sim, tmp_path)
