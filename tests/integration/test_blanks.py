"""Every variable of every role, as null and as empty text: not given if it is optional, and refused by name before
anything is done if it is needed. The variables are those of the roles' argument specs.

A survey sends null or nothing for what was left blank, and cores differ in what they make of it; tools/matrix.py runs
this on them. All optional variables of a role are blank at the same time, or with VRG_BLANKS=each one after the other.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import BIN, HERE, environment
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

ROLES = {path.parts[-3]: path for path in sorted(HERE.parents[1].glob("roles/*/meta/argument_specs.yml"))}
#: What a role needs, beside blanks, to have something to do; ``{folder}`` is one of the test's own.
NEEDED: dict[str, dict[str, Any]] = {
    "estate_report": {"estate_report_folder": "{folder}/report"},
    "tenant_change_window": {
        "tenant_change_window_tenant": "acme",
        "tenant_change_window_id": "CHG-1",
        "tenant_change_window_tasks": "{folder}/tasks.yml",
    },
    "tenant_offboard": {"tenant_offboard_tenants": [{"name": "acme", "action": "suspend"}]},
    "tenant_onboard": {
        "tenant_onboard_tenants": [{"name": "a new one", "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2}]}]
    },
}
#: What a role is without blanks, before the others are compared with it.
PLAIN = "nothing blank"


@pytest.fixture(scope="module")
def sim() -> Iterator[Vergesim]:
    with Vergesim("lived", 0) as running:
        rows = running.rows("tenants")
        # Tests are for a tenant of a name that they know.
        assert rows, "the fixture has tenants"
        NEEDED["tenant_change_window"]["tenant_change_window_tenant"] = rows[0]["name"]
        NEEDED["tenant_offboard"]["tenant_offboard_tenants"][0]["name"] = rows[0]["name"]
        yield running


def blanks(options: dict[str, Any], needed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The variables that are blank in one case: all that are optional, and each of ``needed``."""
    optional = [name for name in options if name not in needed]
    together = [[name] for name in optional] if os.environ.get("VRG_BLANKS") == "each" else [optional]
    for value in (None, ""):
        for names in [*together, *([name] for name in needed)]:
            yield dict.fromkeys(names, value)


def case(role: str, label: str, variables: dict[str, Any]) -> dict[str, Any]:
    """Tasks that run the role and remember how it ended."""
    ended = "{{ outcomes | default({}) | combine({label: %s}) }}"
    keep = {"name": "How it ended", "ansible.builtin.set_fact": {"outcomes": ended}, "vars": {"label": label}}

    def remembered(what: str) -> dict[str, Any]:
        return {**keep, "ansible.builtin.set_fact": {"outcomes": ended % what}}

    run = {"name": label, "ansible.builtin.include_role": {"name": f"vergeio.vrg.{role}"}, "vars": variables}
    return {"block": [run, remembered("'done'")], "rescue": [remembered("ansible_failed_result.msg")]}


@pytest.mark.parametrize("role", ROLES)
def test_blank_variables_of_a_role(role: str, sim: Vergesim, tmp_path: Path) -> None:
    (tmp_path / "tasks.yml").write_text("- ansible.builtin.debug: {msg: the change}\n")
    options = yaml.safe_load(ROLES[role].read_text())["argument_specs"]["main"]["options"]
    needed = json.loads(json.dumps(NEEDED.get(role, {})).replace("{folder}", str(tmp_path)))
    assert {name for name, option in options.items() if option.get("required")} <= set(needed)
    cases = [case(role, PLAIN, needed)]
    cases += [case(role, json.dumps(blank), {**needed, **blank}) for blank in blanks(options, needed)]
    told = tmp_path / "outcomes"
    keep = {
        "ansible.builtin.copy": {"content": "{{ outcomes }}", "dest": str(told), "mode": "0600"},
        "check_mode": False,
    }
    play = {"hosts": "localhost", "gather_facts": False, "tasks": [*cases, keep]}
    (tmp_path / "playbook.yml").write_text(json.dumps([play]))
    sim.forget()
    ran = subprocess.run(
        [str(BIN / "ansible-playbook"), "--check", str(tmp_path / "playbook.yml")],
        # Nothing may be written where the command is started.
        cwd=tmp_path,
        env={**environment(), **sim.connection()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.exists(), ran.stdout[-6000:] + ran.stderr[-2000:]
    outcomes: dict[str, str] = json.loads(told.read_text())
    assert outcomes.pop(PLAIN) == "done"
    wrong = {}
    for label, outcome in outcomes.items():
        names = list(json.loads(label))
        if not (names[0] in outcome if names[0] in needed else outcome == "done"):
            wrong[label] = outcome
    assert wrong == {}
    assert sim.writes() == 0
