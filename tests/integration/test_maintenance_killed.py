"""A rolling maintenance that is killed is finished by the next run: no node is forgotten, none restarted twice.

``VRG_KILLS=all`` kills at each request of the round; otherwise at a few, spread over it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from test_onboard_killed import ROOT, kill

from support import environment
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

#: What an unbroken round asks for, about; waits make it more.
REQUESTS = 75
POINTS = range(1, REQUESTS + 1) if os.environ.get("VRG_KILLS") == "all" else (31, 47, 64)
SETTINGS: dict[str, Any] = {
    "node_maintenance_wait_timeout": 60,
    "node_maintenance_repair_timeout": 60,
    "node_maintenance_poll_interval": 1,
}


def command(folder: Path, nodes: list[str]) -> list[str]:
    """The playbook for a list of nodes: what needs no restart does not say whether it had one."""
    variables = folder / "variables"
    variables.write_text(json.dumps({**SETTINGS, "node_maintenance_nodes": nodes}))
    ansible = Path(sys.executable).with_name("ansible-playbook")
    return [str(ansible), str(ROOT / "playbooks/node_maintenance.yml"), "-e", f"@{variables}"]


def asked(sim: Vergesim, action: str) -> list[str]:
    """Which nodes were asked for it, by key."""
    log = sim.control("GET", "/sim/requests")["log"]
    return [entry["path"].split("/")[-2] for entry in log if entry["path"].endswith(f"/{action}")]


def remembered(sim: Vergesim) -> bool:
    """Whether a node has the mark of a round."""
    return any("node_maintenance" in row["description"] for row in sim.rows("nodes"))


def run_and_kill(sim: Vergesim, folder: Path, nodes: list[str], requests: int) -> None:
    """Start the playbook, and kill it as soon as the simulator has seen so many requests."""
    with (folder / "killed").open("w") as told:
        process = subprocess.Popen(
            command(folder, nodes),
            env={**environment(), **sim.connection()},
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while process.poll() is None and sum(sim.requests().values()) < requests:
                time.sleep(0.002)
        finally:
            kill(process)
    assert process.returncode in (0, -signal.SIGKILL), (folder / "killed").read_text()[-3000:]


def run(sim: Vergesim, folder: Path, nodes: list[str]) -> str:
    told = subprocess.run(
        command(folder, nodes), env={**environment(), **sim.connection()}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    return told.stdout


@pytest.mark.parametrize("requests", POINTS)
def test_a_round_that_was_killed_is_finished_by_the_next_run(requests: int, tmp_path: Path) -> None:
    with Vergesim("msp:4", 0.1, "--latency", "10") as sim:
        nodes = {row["name"]: str(row["$key"]) for row in sim.rows("nodes")[:3]}
        run_and_kill(sim, tmp_path, list(nodes), requests)
        # Where all is done and forgotten, the next run begins a round of its own.
        finished = len(asked(sim, "maintenance_reboot")) == len(nodes) and not remembered(sim)
        told = run(sim, tmp_path, list(nodes))
        assert sorted(asked(sim, "maintenance_reboot")) == sorted([*nodes.values()] * (2 if finished else 1)), told
        assert not any(row["maintenance"] for row in sim.rows("nodes")) and not remembered(sim)
        assert "3 nodes: " in told
