"""Every example of every module, and of the README, as a user would run it."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import MODULES, environment
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
VARIABLES = {
    **{f"vault_{tenant}_password": "long-enough" for tenant in ("acme", "globex", "initech")},
    "vault_vergeos_password": "replaced below",
}

#: What the examples take for granted: a tenant with compute, and a second cluster.
ESTATE: list[dict[str, Any]] = [
    {"vergeio.vrg.vrg_cluster": {"name": "compute-b"}},
    {"vergeio.vrg.vrg_tenant": {"name": "acme", "tenant_password": "long-enough"}},
    {"vergeio.vrg.vrg_tenant_node": {"tenant": "acme", "name": "node1", "cpu_cores": 2, "ram_gb": 4}},
]


def examples(module: str) -> list[dict[str, Any]]:
    for node in ast.parse((ROOT / f"plugins/modules/{module}.py").read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES":
            tasks: list[dict[str, Any]] = yaml.safe_load(ast.literal_eval(node.value))
            return tasks
    raise AssertionError(f"{module} has no examples")


def play(sim: Vergesim, tmp_path: Path, plays: list[dict[str, Any]]) -> None:
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(yaml.safe_dump(plays))
    variables = {**VARIABLES, "vault_vergeos_password": sim.ready["password"]}
    (tmp_path / "variables").write_text(json.dumps(variables))
    told = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook), "-e", f"@{tmp_path / 'variables'}"],
        env={**environment(), **sim.connection()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-1000:]


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_run(module: str, tmp_path: Path) -> None:
    tasks = examples(module)
    assert any(f"vergeio.vrg.{module}" in task for task in tasks)
    with Vergesim("lab", 0.05) as sim:
        play(sim, tmp_path, [{"hosts": "localhost", "gather_facts": False, "tasks": ESTATE + tasks}])


#: The examples of each module as 1.0.0 documented them.
OF_1_0_0 = json.loads((Path(__file__).resolve().parent / "examples_1_0_0.json").read_text())


def test_no_module_of_1_0_0_is_gone() -> None:
    assert len(OF_1_0_0) == 14 and set(OF_1_0_0) <= set(MODULES)


@pytest.mark.parametrize("module", OF_1_0_0)
def test_the_examples_of_1_0_0_run_as_they_are(module: str, tmp_path: Path) -> None:
    """What the porting page does not list goes on unchanged. An example that is documented still has run already."""
    if OF_1_0_0[module] == examples(module):
        return
    with Vergesim("lab", 0.05) as sim:
        play(sim, tmp_path, [{"hosts": "localhost", "gather_facts": False, "tasks": ESTATE + OF_1_0_0[module]}])


def test_the_readme_runs(tmp_path: Path) -> None:
    """The README's play, against the simulator instead of the system that it names."""
    block = re.search(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block
    with Vergesim("lab", 0.05) as sim:
        plays = yaml.safe_load(block.group(1))
        defaults = plays[0]["module_defaults"]["group/vergeio.vrg.all"]
        assert defaults["password"] == "{{ vault_vergeos_password }}"
        ready = sim.ready
        defaults.update(host=ready["host"], username=ready["username"], ca_path=ready["ca_path"])
        play(sim, tmp_path, plays)
        assert [row["name"] for row in sim.rows("tenants")] == ["acme"]
