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

from test_targets import environment
from vergesim_process import Vergesim

BIN = Path(sys.executable).parent
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


def assert_onboarded(systems: dict[str, Vergesim]) -> None:
    assert {name: [row["name"] for row in sim.rows("tenants")] for name, sim in systems.items()} == {
        name: ["acme"] for name in NAMES
    }


@pytest.mark.parametrize(("more", "plays"), [({}, 1), ({"tenant_onboard_serial": 1}, 2)], ids=["forks", "serial"])
def test_the_hosts_of_the_inventory_are_the_systems(
    systems: dict[str, Vergesim], tmp_path: Path, more: dict[str, Any], plays: int
) -> None:
    (tmp_path / "systems.yml").write_text(yaml.safe_dump(inventory(systems)))
    (tmp_path / "variables").write_text(json.dumps(variables(**more)))
    command = [str(BIN / "ansible-playbook"), "-i", str(tmp_path / "systems.yml"), "vergeio.vrg.tenant_onboard"]
    told = subprocess.run(
        [*command, "-e", f"@{tmp_path / 'variables'}"], env=environment(), capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-1000:]
    assert told.stdout.count("PLAY [Onboard tenants]") == plays
    assert_onboarded(systems)


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
