"""A run of the onboarding playbook that is killed anywhere is finished by the next, with nothing twice."""

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

from support import environment
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
#: One with everything, whose first address the platform chooses, and one that is cut off before it is started.
TENANTS: list[dict[str, Any]] = [
    {
        "name": "acme",
        "url": "https://acme.example.com",
        "nodes": [{"name": name, "cpu_cores": 2, "ram_gb": 4} for name in ("node1", "node2")],
        "storage": [{"tier": tier, "provisioned_gb": 50} for tier in (1, 3)],
        "external_ips": [
            {"network": "External", "hostname": "acme.example.com"},
            {"network": "External", "ip": "198.51.100.50"},
        ],
        "network_blocks": [{"cidr": "192.0.2.0/28", "network": "External"}],
        "layer2_networks": [{"network": "Internal"}],
        "initial_snapshot": {"name": "as-made", "retention": 86400},
    },
    {
        "name": "globex",
        "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2}],
        "storage": [{"tier": 1, "provisioned_gb": 10}],
        "isolated": True,
    },
]
#: One that takes more than half of the memory that may be in use: counted twice, it would not fit.
LARGE: list[dict[str, Any]] = [
    {
        "name": "acme",
        "nodes": [
            {"name": "node1", "cpu_cores": 2, "ram_gb": 40},
            {"name": "node2", "cpu_cores": 2, "ram_gb": 20},
        ],
    }
]
#: What has to be there once, as often as the list names it.
ROWS = {
    "tenants": 2,
    "tenant_nodes": 3,
    "tenant_storage": 3,
    "vnet_cidrs": 1,
    "tenant_layer2_vnets": 1,
    "tenant_snapshots": 1,
}
#: What an unbroken run writes: it is killed after its first, before its last, and at places between.
WRITES = 18
KILLED_AFTER = (1, 5, 9, 13, 17)


def command(folder: Path, tenants: list[dict[str, Any]], *options: str) -> list[str]:
    variables = folder / "variables"
    passwords = {tenant["name"]: "long-enough" for tenant in tenants}
    variables.write_text(json.dumps({"tenant_onboard_tenants": tenants, "tenant_onboard_passwords": passwords}))
    ansible = Path(sys.executable).with_name("ansible-playbook")
    return [str(ansible), str(ROOT / "playbooks/tenant_onboard.yml"), "-e", f"@{variables}", *options]


def surroundings(sim: Vergesim) -> dict[str, str]:
    return {**environment(), **sim.connection()}


def run(sim: Vergesim, folder: Path, tenants: list[dict[str, Any]] | None = None, *options: str) -> str:
    line = command(folder, tenants or TENANTS, *options)
    told = subprocess.run(line, env=surroundings(sim), capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    return told.stdout


def run_and_kill(sim: Vergesim, folder: Path, writes: int, tenants: list[dict[str, Any]] | None = None) -> bool:
    """Start the playbook, and kill everything of it as soon as the simulator has seen so many writes; False where it
    had ended before."""
    with (folder / "killed").open("w") as told:
        process = subprocess.Popen(
            command(folder, tenants or TENANTS),
            env=surroundings(sim),
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            while process.poll() is None and sim.writes() < writes:
                time.sleep(0.002)
        finally:
            kill(process)
    assert process.returncode in (0, -signal.SIGKILL), (folder / "killed").read_text()[-3000:]
    return process.returncode != 0


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to its group, and to those of its workers, which newer cores start in sessions of their own."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGSTOP)
        for group in {process.pid, *workers(process.pid)}:
            os.killpg(group, signal.SIGKILL)
    process.wait()


def workers(parent: int) -> set[int]:
    """The process groups of a process's descendants."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,pgid="], capture_output=True, text=True, check=True).stdout
    table = [[int(number) for number in line.split()] for line in listed.splitlines()]
    family = {parent}
    while grown := {pid for pid, above, _group in table if above in family} - family:
        family |= grown
    return {group for pid, _above, group in table if pid in family}


def standing(sim: Vergesim) -> dict[str, list[dict[str, Any]]]:
    tables = {table: sim.rows(table) for table in ROWS}
    owned = [row for row in sim.rows("vnet_addresses") if "tenants/" in str(row["owner"])]
    return {**tables, "vnet_addresses": owned}


def assert_complete(sim: Vergesim) -> None:
    rows = standing(sim)
    assert {table: len(found) for table, found in rows.items()} == {**ROWS, "vnet_addresses": 2}
    assert sorted(row["ip"] for row in rows["vnet_addresses"]) == ["198.51.100.3", "198.51.100.50"]
    tenants = {row["name"]: row for row in rows["tenants"]}
    assert tenants["acme"]["url"] == "https://acme.example.com"
    assert [tenants[name]["isolate"] for name in ("acme", "globex")] == [False, True]
    statuses = {row["tenant"]: row["status"] for row in sim.rows("tenant_status")}
    assert [statuses[tenants[name]["$key"]] for name in ("acme", "globex")] == ["online", "online"]
    assert not any(row["need_fw_apply"] for row in sim.rows("vnets") if row["name"] == "External")


def assert_finished(sim: Vergesim, folder: Path) -> None:
    """The next run completes it, and the one after that finds nothing to do."""
    run(sim, folder)
    assert_complete(sim)
    before = standing(sim)
    sim.forget()
    assert "changed=0 " in run(sim, folder)
    assert sim.writes() == 0
    assert standing(sim) == before


def test_an_unbroken_run(tmp_path: Path) -> None:
    with Vergesim("lab", 0.05) as sim:
        run(sim, tmp_path)
        assert sim.writes() == WRITES
        assert_complete(sim)


@pytest.mark.parametrize("writes", KILLED_AFTER)
def test_a_run_that_was_killed_is_finished_by_the_next(writes: int, tmp_path: Path) -> None:
    # Tenants are worked on at a time: each answer takes its time, so that not all is done when the kill comes.
    with Vergesim("lab", 0.05, "--latency", "100") as sim:
        assert run_and_kill(sim, tmp_path, writes)
        assert writes <= sim.writes() <= WRITES
        assert_finished(sim, tmp_path)


def test_a_run_that_is_killed_again_and_again_still_gets_on(tmp_path: Path) -> None:
    with Vergesim("lab", 0.05, "--latency", "100") as sim:
        kills = 0
        for _try in range(4):
            sim.forget()
            # The last one may have nothing left to be killed in.
            kills += run_and_kill(sim, tmp_path, 3)
        assert kills >= 2
        assert_finished(sim, tmp_path)


@pytest.mark.parametrize(("elapsed", "placed"), [(0.5, False), (1.5, True)])
def test_a_run_that_was_killed_while_a_tenant_starts(elapsed: float, placed: bool, tmp_path: Path) -> None:
    """Its nodes do not run yet, whether they hold their memory already or not, which counts once in either case."""
    with Vergesim("lab", 1, "--clock", "manual") as sim:
        assert run_and_kill(sim, tmp_path, 4, LARGE)
        sim.control("POST", "/sim/clock", {"advance": elapsed})
        assert [row["status"] for row in sim.rows("tenant_status")] == ["starting"]
        assert any(row["used_ram"] > 60 * 1024 for row in sim.rows("cluster_status")) is placed
        run(sim, tmp_path, LARGE, "--check")
        sim.control("POST", "/sim/clock", {"mode": "real"})
        run(sim, tmp_path, LARGE)
        assert [row["status"] for row in sim.rows("tenant_status")] == ["online"]
        assert sim.writes() == 4
