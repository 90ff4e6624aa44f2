"""What the tests here run a target, or a module by itself, with: the real commands, and the simulator beside them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from vergesim_process import ANSIBLE, Vergesim  # noqa: E402

BIN = Path(sys.executable).parent
MODULES = sorted(path.stem for path in (HERE.parents[1] / "plugins/modules").glob("vrg_*.py"))
#: The two ways in which a task reaches the platform, as the User-Agent of its requests names them.
IN_PROCESS, MODULE = "in-process", "module"
#: Of an event whose result is longer as text, ansible-runner's callback for AWX keeps nothing.
AWX_KEEPS = 700_000


def environment(*, measured: bool = False) -> dict[str, str]:
    """What the machine has set, less what would connect the modules to some other system.

    ``measured`` keeps what coverage has set for the processes that a test starts. That makes them three times as slow,
    so it is for the few tests that reach what nothing but a playbook reaches; VRG_MEASURED asks for it everywhere.
    """
    kept = measured or "VRG_MEASURED" in os.environ
    unwanted = ("VERGE", "ANSIBLE_") if kept else ("VERGE", "ANSIBLE_", "COVERAGE_")
    return {**{name: value for name, value in os.environ.items() if not name.startswith(unwanted)}, **ANSIBLE}


def run_target(target: str, sim: Vergesim, folder: Path, way: str = IN_PROCESS) -> None:
    """Run one target as a role, as ansible-test would; the results of our modules go to ``folder/results``."""
    playbook = folder / "playbook.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "roles": [target]}]))
    switches = sim.control("GET", "/sim/switches")
    variables = {**{f"vrg_{name}": value for name, value in sim.ready.items()}, "vrg_switches": switches}
    variables["vrg_in_process"] = way == IN_PROCESS
    (folder / "variables").write_text(json.dumps(variables))
    told = subprocess.run(
        [str(BIN / "ansible-playbook"), str(playbook), "-e", f"@{folder / 'variables'}"],
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
    printed = told.stdout[-6000:] + told.stderr[-2000:]
    assert told.returncode == 0, printed
    assert "Traceback" not in told.stdout + told.stderr, printed


def ways(sim: Vergesim) -> set[str]:
    """How the requests that the simulator remembers were sent, by their User-Agent."""
    agents = {str(entry["user_agent"]) for entry in sim.control("GET", "/sim/requests")["log"]}
    return {agent.rpartition("(")[2].rstrip(")") for agent in agents if agent.startswith("vergeio.vrg/")}


def ad_hoc(
    sim: Vergesim, module: str = "vrg_tenant_info", *, arguments: Any = None, variables: Any = None, **changes: str
) -> dict[str, Any]:
    """``ansible localhost -m`` with the connection in the environment; ``changes`` replace variables of it."""
    command = [str(BIN / "ansible"), "localhost", "-m", f"vergeio.vrg.{module}", "-e", json.dumps(variables or {})]
    told = subprocess.run(
        [*command, *(["-a", json.dumps(arguments)] if arguments else [])],
        env={**environment(measured=True), **sim.connection(), **changes},
        capture_output=True,
        text=True,
        check=False,
    )
    printed = told.stdout + told.stderr
    assert "Traceback" not in printed, printed
    return dict(json.loads(told.stdout.split("=> ", 1)[1]), printed=printed)
