"""playbooks/awx_setup.yml with the real awx.awx, against a double of the controller."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2.sandbox
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(ROOT / "tests"), str(ROOT / "tests/integration")]

from awx_modules import collections  # noqa: E402
from controller import Controller, Served  # noqa: E402
from support import BIN, environment  # noqa: E402
from vergesim_process import Vergesim  # noqa: E402

PASSWORD = secrets.token_urlsafe(12)
GIVEN: dict[str, Any] = {
    "awx_setup_scm_url": "https://git.example.com/vergeos.git",
    "awx_setup_image": "registry.example.com/vrg-ee:latest",
    "awx_setup_inventory_path": "systems.vrg.yml",
    "awx_setup_credential": "cloud-a",
    "awx_setup_credential_inputs": {"host": "cloud-a.example.com", "username": "admin", "password": PASSWORD},
    "awx_setup_extra_vars": {"tenant_onboard_plans": {"small": {"storage": [{"tier": 1, "provisioned_gb": 50}]}}},
    "awx_setup_notification": {
        "notification_type": "webhook",
        "notification_configuration": {"url": "https://chat.example.com/hook", "http_method": "POST", "headers": {}},
    },
    "awx_setup_schedules": [
        {
            "name": "Drift, every night",
            "template": "VergeOS - find drift",
            "rrule": "DTSTART:20260101T020000Z RRULE:FREQ=DAILY;INTERVAL=1",
        },
        {
            "name": "Report, every month",
            "template": "VergeOS - report",
            "rrule": "DTSTART:20260101T040000Z RRULE:FREQ=MONTHLY;INTERVAL=1",
            "extra_data": {"estate_report_folder": "/srv/bills"},
        },
    ],
}
#: The whole of it makes some 50 tasks, and the pattern with the workflow has one of each kind.
EVERYTHING = os.environ.get("VRG_AWX") == "all"
if not EVERYTHING:
    GIVEN["awx_setup_patterns"] = ["drift"]
    GIVEN["awx_setup_schedules"].pop()
#: Of what nobody fills in, an extra variable comes as null.
LITTLE: dict[str, Any] = {
    **{name: GIVEN[name] for name in ("awx_setup_scm_url", "awx_setup_image")},
    **dict.fromkeys(("awx_setup_organization", "awx_setup_patterns", "awx_setup_credential", "awx_setup_schedules")),
}


@pytest.fixture
def served() -> Iterator[Served]:
    with Served(ROOT, secrets.token_urlsafe(12)) as running:
        yield running


def set_up(served: Served, folder: Path, given: dict[str, Any], *arguments: str) -> tuple[int, int, str]:
    """The code of the run, how many tasks changed something, and what it printed."""
    (folder / "given.json").write_text(json.dumps(given))
    told = subprocess.run(
        [str(BIN / "ansible-playbook"), "vergeio.vrg.awx_setup", "-e", f"@{folder / 'given.json'}", *arguments],
        env={
            **environment(),
            "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(
                [environment()["ANSIBLE_COLLECTIONS_PATH"], str(collections())]
            ),
            "CONTROLLER_HOST": served.url,
            "CONTROLLER_OAUTH_TOKEN": served.token,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    printed = told.stdout + told.stderr
    recap = re.search(r"changed=(\d+)", printed)
    assert recap and served.token not in printed and PASSWORD not in printed, printed[-4000:]
    return told.returncode, int(recap[1]), printed[-6000:]


def test_everything_is_loaded_and_the_second_run_changes_nothing(served: Served, tmp_path: Path) -> None:
    code, changed, printed = set_up(served, tmp_path, GIVEN)
    assert code == 0 and changed > 0, printed
    controller = served.controller
    templates = controller.rows["job_templates"].values()
    assert len(templates) == (7 if EVERYTHING else 3)
    for template in templates:
        assert controller.surveys["job_templates", template["id"]]["spec"]
        assert controller.related["job_templates", template["id"], "notification_templates_error"]
        (credential,) = controller.related["job_templates", template["id"], "credentials"]
        assert controller.rows["credentials"][credential]["name"] == "cloud-a"
        assert json.loads(template["extra_vars"])["vergeos_hosts"] == "all"
    assert [row["source_path"] for row in controller.rows["inventory_sources"].values()] == ["systems.vrg.yml"]
    assert len(controller.rows["schedules"]) == len(GIVEN["awx_setup_schedules"])
    assert_the_approval_stands_between(controller)

    controller.writes.clear()
    code, changed, printed = set_up(served, tmp_path, GIVEN)
    assert (code, changed, controller.writes) == (0, 0, []), printed


def assert_the_approval_stands_between(controller: Controller) -> None:
    (workflow,) = controller.rows["workflow_job_templates"].values()
    nodes = {row["identifier"]: row for row in controller.rows["workflow_job_template_nodes"].values()}
    after = {
        name: [
            controller.rows["workflow_job_template_nodes"][key]["identifier"]
            for key in controller.related.get(("workflow_job_template_nodes", row["id"], "success_nodes"), [])
        ]
        for name, row in nodes.items()
    }
    assert after == {"plan": ["approve"], "approve": ["apply"], "apply": []}
    assert nodes["approve"]["unified_job_template"] in controller.rows["approvals"]
    jobs = {name: controller.rows["job_templates"][nodes[name]["unified_job_template"]] for name in ("plan", "apply")}
    assert [job["playbook"].rpartition("/")[2] for job in jobs.values()] == ["plan.yml", "apply.yml"]
    # What the workflow asks reaches both jobs, each question once.
    asked = {one["variable"] for one in controller.surveys["workflow_job_templates", workflow["id"]]["spec"]}
    for job in jobs.values():
        assert {one["variable"] for one in controller.surveys["job_templates", job["id"]]["spec"]} <= asked


def test_the_least_that_can_be_given(served: Served, tmp_path: Path) -> None:
    """And its credential type reaches a system, by each login."""
    code, changed, printed = set_up(served, tmp_path, LITTLE | {"awx_setup_patterns": ["maintenance"]})
    assert code == 0 and changed > 0, printed
    controller = served.controller
    (template,) = controller.rows["job_templates"].values()
    assert not controller.rows["workflow_job_templates"] and not controller.rows["inventory_sources"]
    assert json.loads(template["extra_vars"]) == {"vergeos_hosts": "localhost"}

    kind = controller.named("credential_types", "VergeOS")
    with Vergesim("lab", 0) as sim:
        system = {"host": sim.ready["host"], "ca": Path(sim.ready["ca_path"]).read_text(), "username": ""}
        for login in (("username", "password"), ("api_key",)):
            variables = injected(kind, {**system, **{one: sim.ready[one] for one in login}}, tmp_path)
            told = subprocess.run(
                [str(BIN / "ansible"), "localhost", "-m", "vergeio.vrg.vrg_node_info"],
                env={**environment(), **variables},
                capture_output=True,
                text=True,
                check=False,
            )
            assert told.returncode == 0 and '"node1"' in told.stdout, told.stdout + told.stderr


def test_without_a_project_nothing_is_done(served: Served, tmp_path: Path) -> None:
    code, _changed, printed = set_up(served, tmp_path, {**LITTLE, "awx_setup_scm_url": ""})
    assert code == 2 and "awx_setup_scm_url names no project" in printed, printed
    assert served.controller.writes == []


def injected(kind: dict[str, Any], inputs: dict[str, Any], folder: Path) -> dict[str, str]:
    """The environment that the controller makes of a credential: blank inputs are not there, switches are false."""
    sandbox = jinja2.sandbox.ImmutableSandboxedEnvironment()
    values = {field["id"]: False for field in kind["inputs"]["fields"] if field["type"] == "boolean"}
    values |= {name: value for name, value in inputs.items() if value != ""}
    names = {}
    for name, text in kind["injectors"].get("file", {}).items():
        path = folder / name
        path.write_text(sandbox.from_string(text).render(values))
        names[name.partition(".")[2]] = str(path)
    values["tower"] = {"filename": names}
    return {name: sandbox.from_string(text).render(values) for name, text in kind["injectors"]["env"].items()}
