"""Each guide followed from top to bottom: its files written, its tasks run, its commands pasted into one shell."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import BIN, environment
from vergesim_process import ANSIBLE, Vergesim

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs/docsite/rst"
_BLOCK = re.compile(r"^( *)\.\. code-block:: ([\w+]+)\n((?:\1   :.*\n)*)\n((?:\1   .*\n|\n)+)", re.MULTILINE)

#: Commands that are run elsewhere, or need what there is not here, by how they begin.
NOT_HERE = {
    "ansible-galaxy collection install": "make package installs the artifact",
    "pip install": "make package installs what it needs",
    "python3 -m pip install": "make env installs it",
    "export VERGEOS_HOST=": "the connection is that of the simulator",
    "export VERGEOS_USERNAME=": "the same",
    "export VERGEOS_CA_PATH=": "the same",
    "read -rs VERGEOS_PASSWORD": "the same",
    "mkdir -p extensions": "make awx has the patterns in its project",
    "export CONTROLLER_HOST=": "make awx",
    "ansible-playbook vergeio.vrg.awx_setup": "make awx",
    "ansible-builder": "there are no images here",
    "ansible-navigator": "there are no images here",
    "ansible-runner": "there is no second machine here",
    "ansible-rulebook": "tests/integration/test_events.py",
    "value()": "the connection is that of the simulator",
    "vergesim": "tests/integration/test_guides.py and the simulator's own tests",
    "until [": "the same",
}
#: Blocks that are no tasks, plays, inventories or variables of a role, by the page and the first line.
NO_PLAY = {
    ("authentication", "- name: All tenants, through a proxy"): "there is no proxy here",
    ("awx", "awx_setup_scm_url: https://git.example.com/vergeos.git"): "make awx",
    ("awx", "awx_setup_schedules:"): "make awx",
    ("awx", "fields:"): "make awx",
    ("awx", "file:"): "make awx",
    ("awx", "version: 3"): "ansible-builder",
    ("events", "- name: Tickets"): "a rulebook",
    ("events", "- name: A ticket"): "the playbook of a rulebook, with an event",
    ("events", "vergeio.vrg.vrg_events:"): "options of the source",
    ("events", "version: 3"): "ansible-builder",
    ("events", "- name: Two sites"): "options of the source",
    ("getting_started", "profile: production"): "read by ansible-lint below it",
    ("moving_from_vergeos", "- name: A tenant, and a virtual machine beside it"): "needs vergeio.vergeos",
    ("playbooks", "- name: In the next job of the workflow"): "needs the artifacts of a job",
    ("playbooks", "localhost:"): "an artifact of a job",
}
ACME: list[dict[str, Any]] = [
    {"vergeio.vrg.vrg_tenant": {"name": "acme", "tenant_password": "long-enough"}},
    {"vergeio.vrg.vrg_tenant_node": {"tenant": "acme", "name": "node1", "cpu_cores": 2, "ram_gb": 8}},
    {"vergeio.vrg.vrg_tenant_storage": {"tenant": "acme", "tier": 1, "provisioned_gb": 100}},
    {"vergeio.vrg.vrg_tenant": {"name": "acme", "state": "running"}},
]
GLOBEX: list[dict[str, Any]] = [
    {"vergeio.vrg.vrg_tenant": {"name": "globex", "tenant_password": "long-enough"}},
]
#: What a page takes for granted.
ESTATE = {
    "day_two": [*ACME, *GLOBEX],
    "estate_from_data": ACME,
    "inventories": ACME,
    "moving_from_vrg": ACME,
    "performance": ACME,
    "porting": ACME[:3],
}
#: What a page leaves where its commands are run.
LEFT = {
    "awx": ["plans/localhost.plan.json"],
    "estate_from_data": ["estate.yml", "plan.json", "drift/localhost.json", "drift/localhost.xml"],
}
PLAY = {"hosts": "localhost", "gather_facts": False}
PLAYBOOKS = Path(ANSIBLE["ANSIBLE_COLLECTIONS_PATH"], "ansible_collections/vergeio/vrg/playbooks")


@dataclass(frozen=True)
class Block:
    """A block of code: what it is called, if it is a file, and its text."""

    language: str
    caption: str
    text: str

    @property
    def first(self) -> str:
        return self.text.splitlines()[0]


def blocks(page: str) -> Iterator[Block]:
    for found in _BLOCK.finditer((GUIDES / f"{page}.rst").read_text()):
        caption = re.search(r":caption: (\S+)", found[3])
        yield Block(found[2].partition("+")[0], caption[1] if caption else "", textwrap.dedent(found[4]).strip() + "\n")


def commands(text: str) -> list[str]:
    """What stands behind ``$``, with the lines that go on after a backslash."""
    return re.findall(r"^\$ ((?:.*\\\n)*.*)$", text, re.MULTILINE)


def script(page: str, folder: Path, sim: Vergesim) -> list[str]:
    """The page as lines of a shell; its files are written."""
    meant = {
        **{f"{name}.example.com": sim.ready["host"] for name in ("cloud-a", "cloud-b", "mars", "venus", "vergeos")},
        "username: automation": f"username: {sim.ready['username']}",
        # The simulator is logged in to by password.
        "vergeos_api_key: ": "vergeos_password: ",
        "api_key: ": "password: ",
        "/etc/ssl/vergeos-ca.pem": sim.ready["ca_path"],
        ": ca.pem": f": {sim.ready['ca_path']}",
        "ACME_PASSWORD=...": "ACME_PASSWORD=long-enough",
        "=prod": "=conundrum-lab",
        "/srv/reports": str(folder / "reports"),
    }

    def here(text: str) -> str:
        for written, stands_for in meant.items():
            text = text.replace(written, stands_for)
        return text

    lines = []
    for number, block in enumerate(blocks(page)):
        if block.language == "console":
            for command in commands(block.text):
                # Environment variables may stand before a command.
                if not re.sub(r"^([A-Z_]+=\S+ )+", "", command).startswith(tuple(NOT_HERE)):
                    lines.append(here(command))
        if block.language != "yaml":
            continue
        content, text = yaml.safe_load(block.text), here(block.text)
        if block.caption:
            path = folder / block.caption
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if block.caption.startswith("changes/") or (page, block.first) in NO_PLAY:
            continue
        lines += how_to_run(content, text, block, folder / (block.caption or f"block{number}.yml"))
    return lines


def how_to_run(content: Any, text: str, block: Block, path: Path) -> list[str]:
    """The command for a block of YAML; none for a file that a command of the page names."""
    if isinstance(content, dict) and str(content.get("plugin", "")).startswith("vergeio.vrg."):
        source = path.with_name(f"{path.stem.removesuffix('.vrg')}.vrg.yml")
        source.write_text(text)
        return [f"ansible-inventory -i {source.name} --list > /dev/null"]
    if isinstance(content, dict) and "all" in content:
        path.write_text(text)
        return [f"ansible-inventory -i {path.name} --list > /dev/null"]
    if isinstance(content, dict):
        if block.caption:
            return []
        path.write_text(text)
        # The variables of a role begin with its name, which is two words.
        role = "_".join(next(iter(content)).split("_")[:2])
        more = f" -e {role}_folder=$PWD/{path.stem}" if role == "estate_report" else ""
        return [f"ansible-playbook vergeio.vrg.{role} -e @{path.name}{more}"]
    plays = "hosts" in content[0] or "import_playbook" in content[0]
    if not block.caption:
        path.write_text(text if plays else yaml.safe_dump([{**PLAY, "tasks": content}], sort_keys=False))
    inventory = " -i my.vrg.yml" if plays and content[0].get("hosts", "").startswith("vrg_") else ""
    inventory = " -i systems.yml" if plays and content[0].get("hosts") == "all" else inventory
    return [f"ansible-playbook{inventory} {path.name}"]


PAGES = sorted(path.stem for path in GUIDES.glob("*.rst") if _BLOCK.search(path.read_text()))


@pytest.mark.parametrize("page", PAGES)
def test_a_guide_can_be_followed(page: str, tmp_path: Path) -> None:
    shipped = set(PLAYBOOKS.rglob("*"))
    assert PLAYBOOKS / "tenant_plan.yml" in shipped
    with Vergesim("lab", 0.05) as sim:
        names = re.findall(r"\bvault_\w+", " ".join(block.text for name in PAGES for block in blocks(name)))
        secrets = {name: sim.ready["password"] for name in names}
        (tmp_path / "group_vars").mkdir()
        (tmp_path / "group_vars/all.yml").write_text(json.dumps(secrets))
        (tmp_path / "passwords.yml").write_text("acme: long-enough")
        # A guide may go on with a file of another one; its own are written last.
        for other in PAGES:
            script(other, tmp_path, sim)
        lines = script(page, tmp_path, sim)
        (tmp_path / "host_vars").mkdir()
        for host in ("cloud-a", "cloud-b", "mars", "venus"):
            shutil.copy(tmp_path / "my_tenants.yml", tmp_path / f"host_vars/{host}.yml")
        (tmp_path / "tenants.yml").write_text(json.dumps([{"name": "acme"}]))
        if page in ESTATE:
            (tmp_path / "estate_before.yml").write_text(yaml.safe_dump([{**PLAY, "tasks": ESTATE[page]}]))
            lines.insert(0, "ansible-playbook estate_before.yml")
        (tmp_path / "guide.sh").write_text("\n".join(["set -eux", *lines, ""]))
        done = subprocess.run(
            ["bash", "guide.sh"],
            cwd=tmp_path,
            env={
                **environment(),
                **sim.connection(),
                "PATH": f"{BIN}:/usr/bin:/bin",
                "ACME_PASSWORD": "long-enough",
                "CLOUDS_PASSWORD": sim.ready["password"],
                "CLOUD_B_KEY": sim.ready["password"],
                "TENANT_PASSWORDS": json.dumps(dict.fromkeys(("acme", "globex", "initech"), "long-enough")),
            },
            capture_output=True,
            text=True,
            check=False,
        )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-6000:]
    assert "Traceback" not in said
    assert [name for name in LEFT.get(page, ()) if not (tmp_path / name).is_file()] == []
    # A playbook of the collection writes where it was started, not where it is installed.
    assert set(PLAYBOOKS.rglob("*")) == shipped


def test_what_is_left_out_is_there() -> None:
    """A reason for something that no guide has any more is no reason."""
    told = [command for page in PAGES for block in blocks(page) for command in commands(block.text)]
    assert [start for start in NOT_HERE if not any(command.startswith(start) for command in told)] == []
    first = {(page, block.first) for page in PAGES for block in blocks(page) if block.language == "yaml"}
    assert set(NO_PLAY) - first == set()
    print(f"{len(told)} commands, {len(first)} blocks of YAML on {len(PAGES)} pages", file=sys.stderr)
