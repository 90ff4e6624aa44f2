"""One playbook for many systems: hosts of an inventory, in parallel or a few at a time, here or on another node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import environment
from vergesim_process import Vergesim

BIN = Path(sys.executable).parent
PLAYBOOKS = Path(__file__).parents[2] / "playbooks"
NAMES = ("cloud-a", "cloud-b")
TENANTS: list[dict[str, Any]] = [
    {"name": "acme", "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2}], "state": "stopped"}
]


@pytest.fixture
def systems() -> Iterator[dict[str, Vergesim]]:
    with Vergesim("lab", 0) as one, Vergesim("lab", 0) as other:
        yield dict(zip(NAMES, (one, other)))


def inventory(systems: dict[str, Vergesim]) -> dict[str, Any]:
    """The systems as hosts, each with its own connection."""
    options = ("host", "username", "password", "ca_path")
    hosts = {name: {f"vergeos_{option}": sim.ready[option] for option in options} for name, sim in systems.items()}
    return {"all": {"hosts": hosts}}


def variables(**more: Any) -> dict[str, Any]:
    passwords = {"acme": "long-enough"}
    return {
        "tenant_onboard_hosts": "all",
        "tenant_onboard_tenants": TENANTS,
        "tenant_onboard_passwords": passwords,
        **more,
    }


def play(folder: Path, playbook: str, hosts: dict[str, Any], given: dict[str, Any], **env: str) -> tuple[int, str]:
    """Runs one of the collection's playbooks for the hosts; its return code and what it told."""
    (folder / "systems.yml").write_text(yaml.safe_dump(hosts))
    (folder / "variables").write_text(json.dumps(given))
    command = [str(BIN / "ansible-playbook"), "-i", str(folder / "systems.yml"), f"vergeio.vrg.{playbook}"]
    told = subprocess.run(
        [*command, "-e", f"@{folder / 'variables'}"],
        env={**environment(), **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode, told.stdout + told.stderr


def assert_onboarded(systems: dict[str, Vergesim]) -> None:
    assert {name: [row["name"] for row in sim.rows("tenants")] for name, sim in systems.items()} == {
        name: ["acme"] for name in NAMES
    }


@pytest.mark.parametrize(("more", "plays"), [({}, 1), ({"tenant_onboard_serial": 1}, 2)], ids=["forks", "serial"])
def test_the_hosts_of_the_inventory_are_the_systems(
    systems: dict[str, Vergesim], tmp_path: Path, more: dict[str, Any], plays: int
) -> None:
    code, told = play(tmp_path, "tenant_onboard", inventory(systems), variables(**more))
    assert code == 0, told[-4000:]
    assert told.count("PLAY [Onboard tenants]") == plays
    assert_onboarded(systems)


#: What each playbook needs beside its systems.
GIVEN: dict[str, dict[str, Any]] = {
    "calibrate": {},
    "estate_report": {},
    "health_check": {},
    "node_maintenance": {},
    "tenant_change_window": {f"tenant_change_window_{name}": "acme" for name in ("tenant", "id", "tasks")},
    "tenant_offboard": {"tenant_offboard_tenants": [{"name": "acme", "action": "remove", "confirm": "acme"}]},
    "tenant_drift": {"tenant_drift_src": str(Path(__file__).with_name("estate.yml"))},
    "tenant_onboard": variables(),
    "tenant_plan": {"tenant_plan_src": str(Path(__file__).with_name("estate.yml"))},
    # It has the hosts of tenant_plan.
    "tenant_apply": {"tenant_plan_src": str(Path(__file__).with_name("estate.yml")), "tenant_plan_hosts": "all"},
}


def test_every_playbook_is_tried() -> None:
    # awx_setup has to do with a controller, and with no system.
    assert sorted([*GIVEN, "awx_setup"]) == sorted(path.stem for path in PLAYBOOKS.glob("*.yml"))


@pytest.mark.parametrize("playbook", GIVEN)
def test_a_host_that_names_no_system_never_takes_that_of_the_environment(playbook: str, tmp_path: Path) -> None:
    hosts = {"misspelt": {"vergeos_hots": "cloud-b"}, "empty": {"vergeos_host": ""}, "none": {"vergeos_host": None}}
    given = {**GIVEN[playbook], f"{playbook}_hosts": "all", "estate_report_folder": str(tmp_path)}
    with Vergesim("lab", 0) as sim:
        code, told = play(tmp_path, playbook, {"all": {"hosts": hosts}}, given, **sim.connection())
        assert (code, sim.requests()) == (2, {}), told[-4000:]
    assert [name for name in hosts if f"Host '{name}' has no vergeos_host" not in told] == []


def test_localhost_takes_the_system_of_the_environment(tmp_path: Path) -> None:
    with Vergesim("lab", 0) as sim:
        code, told = play(tmp_path, "node_maintenance", {"all": {"hosts": {"other": {}}}}, {}, **sim.connection())
        assert code == 0 and sim.requests()["GET nodes"] == 1, told[-4000:]


def test_a_report_without_one_of_its_systems_is_no_success_and_names_it(
    systems: dict[str, Vergesim], tmp_path: Path
) -> None:
    hosts = inventory(systems)
    hosts["all"]["hosts"]["cloud-c"] = {}
    given = {"estate_report_hosts": "all", "estate_report_folder": str(tmp_path)}
    code, told = play(tmp_path, "estate_report", hosts, given, **systems["cloud-a"].connection())
    assert code == 2 and "Host 'cloud-c' has no vergeos_host" in told, told[-4000:]
    report = json.loads((tmp_path / "estate.json").read_text())
    read = {system["name"]: system.get("error") for system in report["systems"]}
    assert set(read) == {*NAMES, "cloud-c"} and [name for name in read if read[name]] == ["cloud-c"]
    assert (report["totals"]["systems"], report["totals"]["systems_read"]) == (3, 2)


def test_another_node_runs_what_this_one_transmits(systems: dict[str, Vergesim], tmp_path: Path) -> None:
    """As automation meshes do it: only what is in the stream, and the collection, is there where it runs."""
    here, there, told = (tmp_path / name for name in ("here", "there", "told"))
    for folder in (here / "project", here / "inventory", here / "env", there, told):
        folder.mkdir(parents=True)
    (here / "inventory/systems.yml").write_text(yaml.safe_dump(inventory(systems)))
    (here / "env/extravars").write_text(json.dumps(variables()))
    kept = {**environment(), "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])}

    def runner(*arguments: str, given: bytes = b"") -> bytes:
        command = [str(BIN / "ansible-runner"), *arguments]
        return subprocess.run(command, env=kept, input=given, capture_output=True, check=True).stdout

    stream = runner("transmit", str(here), "-p", "vergeio.vrg.tenant_onboard", "-i", "sliced")
    shutil.rmtree(here)
    came_back = runner("worker", "--private-data-dir", str(there), given=stream)
    assert_onboarded(systems)
    runner("process", str(told), "-i", "sliced", given=came_back)
    assert (told / "artifacts/sliced/status").read_text() == "successful"
    assert (told / "artifacts/sliced/rc").read_text() == "0"
    events = [json.loads(path.read_text()) for path in (told / "artifacts/sliced/job_events").glob("*.json")]
    (end,) = [event["event_data"] for event in events if event["event"] == "playbook_on_stats"]
    assert set(end["changed"]) == set(NAMES) and not end["failures"]
