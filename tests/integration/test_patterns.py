"""The patterns for AWX, as the controller runs them: by ansible-runner, with the answers of a survey."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import AWX_KEEPS, BIN, environment
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
PATTERNS = ROOT / "extensions/patterns"
#: A name as a customer's register has it: quotes, a template, other letters.
AWKWARD = 'O\'Brien "{{ 7 * 7 }}" Zoë'


@pytest.fixture(scope="module")
def running() -> Iterator[Vergesim]:
    with Vergesim("lab", 0) as sim:
        yield sim


@pytest.fixture
def sim(running: Vergesim) -> Vergesim:
    running.control("POST", "/sim/reset")
    running.forget()
    return running


class Unsafe(str):
    """A text that the controller got from people, and marks as no template."""


class Dumper(yaml.SafeDumper):
    """What the controller writes its variables with."""


Dumper.add_representer(Unsafe, lambda dumper, value: dumper.represent_scalar("!unsafe", str(value), style='"'))


def survey(pattern: str, playbook: str) -> list[dict[str, Any]]:
    """The questions of a template, as the controller has them."""
    definition = json.loads((PATTERNS / pattern / "meta/pattern.json").read_text())
    (template,) = (
        one for one in definition["aap_resources"]["controller_job_templates"] if one["playbook"] == playbook
    )
    questions: list[dict[str, Any]] = template["survey"]["spec"]
    return questions


def answered(pattern: str, playbook: str, answers: dict[str, Any]) -> dict[str, Any]:
    """Extra variables of a job: each answer as text, the default of what nobody touched, null for what is blank."""
    questions = survey(pattern, playbook)
    assert set(answers) <= {one["variable"] for one in questions}
    given = {one["variable"]: answers.get(one["variable"], one["default"]) or None for one in questions}
    return {name: Unsafe(value) if isinstance(value, str) else value for name, value in given.items()}


class Job:
    """A job that has ended: its code, what it printed, its events and its artifacts."""

    def __init__(
        self, folder: Path, connection: dict[str, str], playbook: Path, variables: dict[str, Any], cmdline: str = ""
    ) -> None:
        (folder / "env").mkdir(parents=True)
        (folder / "project").symlink_to(PATTERNS)
        (folder / "env/extravars").write_text(yaml.dump(variables, Dumper=Dumper, allow_unicode=True))
        command = [str(BIN / "ansible-runner"), "run", str(folder), "-p", str(playbook), "-i", "job"]
        told = subprocess.run(
            [*command, *([f"--cmdline={cmdline}"] if cmdline else [])],
            env={**environment(), **connection, "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])},
            capture_output=True,
            text=True,
            check=False,
        )
        self.code, self.printed = told.returncode, told.stdout + told.stderr
        paths = (folder / "artifacts/job/job_events").glob("*.json")
        self.events = [json.loads(path.read_text()) for path in paths]
        assert self.events and "Traceback" not in self.printed, self.printed[-4000:]
        results = [one["event_data"]["res"] for one in self.events if "res" in one["event_data"]]
        assert {} not in results and max(len(json.dumps(one)) for one in results) < AWX_KEEPS

    @property
    def artifacts(self) -> dict[str, Any]:
        (end,) = (one["event_data"] for one in self.events if one["event"] == "playbook_on_stats")
        return dict(end.get("artifact_data") or {})


def launch(
    sim: Vergesim, folder: Path, pattern: str, playbook: str, more: Any = None, cmdline: str = "", **answers: Any
) -> Job:
    """A job of a template with these answers; ``more`` are variables that the controller adds."""
    variables = {**answered(pattern, playbook, answers), **(more or {})}
    number = len(list(folder.glob("job*")))
    return Job(folder / f"job{number}", sim.connection(), Path(pattern, "playbooks", playbook), variables, cmdline)


def test_a_tenant_comes_from_a_survey_and_goes_by_one(sim: Vergesim, tmp_path: Path) -> None:
    asked = {
        "onboard_name": AWKWARD,
        "onboard_cpu_cores": "2",
        "onboard_ram_gb": "4",
        "onboard_tier": "1",
        "onboard_storage_gb": "50",
        "onboard_external_network": "External",
        "onboard_network_block": "192.0.2.0/28",
        "onboard_layer2_network": "Internal",
    }
    first = launch(sim, tmp_path, "onboard", "onboard.yml", **asked)
    assert first.code == 0, first.printed[-4000:]
    (tenant,) = (row for row in sim.rows("tenants") if not row["is_snapshot"])
    assert tenant["name"] == AWKWARD
    (node,) = sim.rows("tenant_nodes")
    assert (node["cpu_cores"], node["ram"]) == (2, 4096)
    assert [row["provisioned"] for row in sim.rows("tenant_storage")] == [50 * 2**30]
    assert len(sim.rows("vnet_cidrs")) == 1 and sim.rows("tenant_layer2_vnets")

    sim.forget()
    again = launch(sim, tmp_path, "onboard", "onboard.yml", **asked)
    assert (again.code, sim.writes()) == (0, 0), again.printed[-4000:]

    unconfirmed = launch(sim, tmp_path, "offboard", "offboard.yml", offboard_name=AWKWARD, offboard_action="remove")
    assert (unconfirmed.code, sim.writes()) == (2, 0), unconfirmed.printed[-4000:]
    suspended = {"offboard_name": AWKWARD, "offboard_action": "suspend", "offboard_snapshot_retention": "0"}
    done = launch(sim, tmp_path, "offboard", "offboard.yml", **suspended)
    assert done.code == 0, done.printed[-4000:]
    assert len(sim.rows("tenant_snapshots")) == 1
    gone = {"offboard_name": AWKWARD, "offboard_action": "remove", "offboard_confirm": AWKWARD}
    done = launch(sim, tmp_path, "offboard", "offboard.yml", **gone)
    assert done.code == 0, done.printed[-4000:]
    assert [row for row in sim.rows("tenants") if not row["is_snapshot"]] == []


@pytest.mark.parametrize(
    ("pattern", "playbook", "blank"),
    [
        ("onboard", "onboard.yml", "onboard_name"),
        ("offboard", "offboard.yml", "offboard_action"),
        ("drift", "apply.yml", "tenant_plan_src"),
    ],
)
def test_what_must_be_answered_and_is_blank_is_refused(
    sim: Vergesim, tmp_path: Path, pattern: str, playbook: str, blank: str
) -> None:
    others = {"offboard_name": "acme"} if pattern == "offboard" else {}
    job = launch(sim, tmp_path, pattern, playbook, **{**others, blank: None})
    assert (job.code, sim.writes()) == (2, 0), job.printed[-4000:]
    assert blank.rpartition("_")[2] in job.printed


def test_a_name_of_digits_is_never_another_one(sim: Vergesim, tmp_path: Path) -> None:
    """ansible-core from 2.19 on makes the number 1 of it, which is the name of somebody else."""
    # A limit skips what runs on the controller itself.
    system = {"vergeos_hosts": "all", "vergeos_host": sim.ready["host"]}
    limit = "-i cloud-a, --limit cloud-a"
    bare = launch(sim, tmp_path, "onboard", "onboard.yml", more=system, cmdline=limit, onboard_name="0001")
    names = [row["name"] for row in sim.rows("tenants")]
    assert names == (["0001"] if bare.code == 0 else []), bare.printed[-4000:]
    quoted = launch(sim, tmp_path, "onboard", "onboard.yml", onboard_name='"0001"')
    assert quoted.code == 0, quoted.printed[-4000:]
    assert [row["name"] for row in sim.rows("tenants")] == ["0001"]


def test_nodes_are_lines(sim: Vergesim, tmp_path: Path) -> None:
    untouched = launch(sim, tmp_path, "maintenance", "maintenance.yml", maintenance_nodes=None)
    assert untouched.code == 0 and "No node is to be restarted." in untouched.printed, untouched.printed[-4000:]
    lines = {"maintenance_nodes": " node2 \n\nnode1\n"}
    listed = launch(sim, tmp_path, "maintenance", "maintenance.yml", cmdline="--check", **lines)
    assert listed.code == 0, listed.printed[-4000:]
    assert 0 < listed.printed.index("node2") < listed.printed.index("node1")
    unknown = launch(sim, tmp_path, "maintenance", "maintenance.yml", maintenance_nodes="node9")
    assert unknown.code == 2 and "node9" in unknown.printed, unknown.printed[-4000:]
    assert sim.writes() == 0


def test_a_report_is_where_the_survey_says(sim: Vergesim, tmp_path: Path) -> None:
    job = launch(sim, tmp_path, "report", "report.yml", estate_report_folder=str(tmp_path / "reports"))
    assert job.code == 0, job.printed[-4000:]
    assert list((tmp_path / "reports").rglob("estate.html"))


def listed(folder: Path, **changes: Any) -> dict[str, Any]:
    """A list of one tenant, and the answer that names it."""
    node = {"name": "node1", "cpu_cores": 1, "ram_gb": 2}
    tenant = {"name": AWKWARD, "nodes": [node], **changes}
    (folder / "tenants.yml").write_text(yaml.safe_dump({"tenants": [tenant]}))
    return {"tenant_plan_src": str(folder / "tenants.yml")}


@pytest.mark.parametrize("mounted", [False, True], ids=["artifact", "folder"])
def test_what_was_approved_is_carried_out(sim: Vergesim, tmp_path: Path, mounted: bool) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "passwords.yml").write_text(json.dumps({AWKWARD: "long-enough"}))
    folder = {"tenant_plan_folder": str(tmp_path / "plans")} if mounted else {}
    given = {**listed(tmp_path), **folder}
    planned = launch(sim, tmp_path, "drift", "plan.yml", **given)
    assert (planned.code, sim.writes()) == (0, 0), planned.printed[-4000:]
    assert mounted == bool(list((tmp_path / "plans").iterdir())) != bool(planned.artifacts)
    if not mounted:
        saved = json.loads(base64.b64decode(planned.artifacts["tenant_plan_artifact"]["localhost"]))
        assert AWKWARD in json.dumps(saved, ensure_ascii=False).replace('\\"', '"')

    given["tenant_apply_passwords_src"] = str(tmp_path / "passwords.yml")
    applied = launch(sim, tmp_path, "drift", "apply.yml", more=planned.artifacts, **given)
    assert applied.code == 0 and "1 created" in applied.printed, applied.printed[-4000:]
    assert [row["name"] for row in sim.rows("tenants")] == [AWKWARD]


def test_what_was_not_approved_is_refused(sim: Vergesim, tmp_path: Path) -> None:
    """A plan that nobody made, and one of another list; the list itself is drift as long as it is not carried out."""
    given = listed(tmp_path)
    none = launch(sim, tmp_path, "drift", "apply.yml", **given)
    assert none.code == 2 and "There is no plan for 'localhost'" in none.printed, none.printed[-4000:]
    planned = launch(sim, tmp_path, "drift", "plan.yml", **given)
    other = launch(sim, tmp_path, "drift", "apply.yml", more=planned.artifacts, **listed(tmp_path, note="more"))
    assert other.code == 2 and "another list" in other.printed, other.printed[-4000:]
    found = launch(sim, tmp_path, "drift", "drift.yml", tenant_drift_src=given["tenant_plan_src"])
    assert found.code == 2 and found.artifacts["tenant_drift_summary"]["created"] == 1, found.printed[-4000:]
    assert sim.writes() == 0


def test_a_secret_that_a_file_holds_is_in_no_artifact(sim: Vergesim, tmp_path: Path) -> None:
    """What is in the environment is in artifacts/<id>/command: the guide says what to do instead."""
    (tmp_path / "secret").write_text(sim.ready["password"])
    lookup = f"{{{{ lookup('ansible.builtin.file', '{tmp_path / 'secret'}') }}}}"
    variables = {**answered("maintenance", "maintenance.yml", {}), "vergeos_password": lookup}
    connection = {name: value for name, value in sim.connection().items() if name != "VERGEOS_PASSWORD"}
    job = Job(tmp_path / "job", connection, Path("maintenance/playbooks/maintenance.yml"), variables)
    assert job.code == 0, job.printed[-4000:]
    files = [path.read_bytes() for path in (tmp_path / "job").rglob("*") if path.is_file()]
    assert files and not any(sim.ready["password"].encode() in content for content in files)
