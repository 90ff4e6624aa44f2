"""Every integration target, as a play of its own: real ansible-playbook, real pyvergeos, HTTPS to a fresh vergesim."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from documented import differences  # noqa: E402
from vergesim_process import Vergesim  # noqa: E402

MODULES = sorted(path.stem for path in (HERE.parents[1] / "plugins/modules").glob("vrg_*.py"))
TARGETS = sorted(path.parents[1].name for path in HERE.glob("targets/*/tasks/main.yml"))


@pytest.mark.parametrize("target", [target for target in TARGETS if not target.startswith("setup_")])
def test_target(target: str, tmp_path: Path) -> None:
    with Vergesim("lab", 0.05) as sim:
        run_target(target, sim, tmp_path)
    if target in MODULES:
        assert differences(target, tmp_path / "results") == []


def test_every_module_has_a_target() -> None:
    assert MODULES and set(MODULES) <= set(TARGETS)


def run_target(target: str, sim: Vergesim, folder: Path) -> None:
    """Run one target as a role, as ansible-test would; the results of our modules go to ``folder/results``."""
    playbook = folder / "playbook.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "roles": [target]}]))
    switches = sim.control("GET", "/sim/switches")
    variables = {**{f"vrg_{name}": value for name, value in sim.ready.items()}, "vrg_switches": switches}
    (folder / "variables").write_text(json.dumps(variables))
    told = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook), "-e", f"@{folder / 'variables'}"],
        env={
            **environment(),
            "ANSIBLE_ROLES_PATH": str(HERE / "targets"),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "vrg_results",
            "VRG_RESULTS": str(folder / "results"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert "Traceback" not in told.stdout + told.stderr


def environment() -> dict[str, str]:
    """What the machine has set, less what would connect the modules to some other system."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VERGE", "ANSIBLE_"))}
    return {**kept, "ANSIBLE_LOCALHOST_WARNING": "false", "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
