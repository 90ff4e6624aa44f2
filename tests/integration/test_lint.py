"""What ansible-lint says of tasks with our modules, with its rule ``args`` turned on as the guide tells users to."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from test_examples import examples

from support import BIN, MODULES, environment

pytestmark = pytest.mark.journey

#: As the guide says it.
SETTINGS = {"profile": "production", "offline": True, "strict": True, "enable_list": ["args"]}


def tasks(**more: Any) -> list[dict[str, Any]]:
    """The first example of each module, with more options."""
    found = []
    for module in MODULES:
        name = f"vergeio.vrg.{module}"
        example = next(task for task in examples(module) if name in task)
        found.append({"name": f"Task of {module}", name: {**(example[name] or {}), **more}})
    return found


def objections(folder: Path, written: list[dict[str, Any]]) -> list[str]:
    """What the rule objects to in a play of these tasks."""
    (folder / ".ansible-lint").write_text(yaml.safe_dump(SETTINGS))
    play = [{"name": "All modules", "hosts": "localhost", "gather_facts": False, "tasks": written}]
    (folder / "play.yml").write_text("---\n" + yaml.safe_dump(play, sort_keys=False))
    told = subprocess.run(
        [BIN / "ansible-lint", "--format", "json", "play.yml"],
        cwd=folder,
        env={**environment(), "PATH": f"{BIN}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.stdout.startswith("["), told.stderr
    return [one["description"] for one in json.loads(told.stdout) if one["check_name"].startswith("args")]


def test_a_wrong_option_of_any_module_is_reported_and_nothing_else_is(tmp_path: Path) -> None:
    wrong = objections(tmp_path, [*tasks(cpu_core=8), *tasks()])
    assert len(wrong) == len(MODULES)
    assert all("cpu_core" in one for one in wrong)
