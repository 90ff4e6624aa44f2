"""What must agree between files that nobody compares by hand."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.module_utils._options import CONNECTION
from plugins.module_utils._version import VERSION

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(ROOT.glob("plugins/modules/vrg_*.py"))


def documentation(module: Path, name: str) -> Any:
    for node in ast.parse(module.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    raise AssertionError(f"{module.name} has no {name}")


def test_there_are_modules() -> None:
    assert len(MODULES) >= 6


def test_the_version_is_that_of_the_manifest() -> None:
    assert yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"] == VERSION


def test_every_module_is_in_the_action_group() -> None:
    group = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())["action_groups"]["all"]
    assert group == [module.stem for module in MODULES]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_is_in_the_readme_and_has_its_documentation(module: Path) -> None:
    assert f"`{module.stem}`" in (ROOT / "README.md").read_text()
    assert documentation(module, "DOCUMENTATION")["module"] == module.stem
    assert documentation(module, "EXAMPLES") and documentation(module, "RETURN")


#: What certification asks of a README, in this order.
SECTIONS = [
    "Description",
    "Requirements",
    "Installation",
    "Use cases",
    "Testing",
    "Contributing",
    "Support",
    "Release notes and roadmap",
    "Related information",
    "License",
]


def test_the_readme_can_be_read_anywhere() -> None:
    """It is shown on pages that have none of the files beside it."""
    text = (ROOT / "README.md").read_text()
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == SECTIONS
    links = re.findall(r"\]\(([^)]*)\)", text)
    assert links and [link for link in links if not link.startswith("https://")] == []


def test_there_is_one_address() -> None:
    """No public one is known yet; when there is, this is the place that tells where it stands."""
    home = yaml.safe_load((ROOT / "galaxy.yml").read_text())["repository"]
    told = {
        url
        for name in ("galaxy.yml", "README.md")
        for url in re.findall(r"https://vrg[^\s)>]*", (ROOT / name).read_text())
    }
    assert told and all(url == home or url.startswith(f"{home}/") for url in told)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_option_is_named_like_one_of_the_connection(module: Path) -> None:
    """module_defaults of the group would hand the host's login to it."""
    assert not set(documentation(module, "DOCUMENTATION")["options"]) & set(CONNECTION)


def test_the_connection_is_documented() -> None:
    fragment = ast.parse((ROOT / "plugins/doc_fragments/connection.py").read_text())
    text = next(node.value for node in ast.walk(fragment) if isinstance(node, ast.Assign))
    assert set(yaml.safe_load(ast.literal_eval(text))["options"]) == set(CONNECTION)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_stays_short(module: Path) -> None:
    tree = ast.parse(module.read_text())
    told = {
        number
        for node in tree.body
        if isinstance(node, ast.Assign)
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    code = [
        line
        for number, line in enumerate(module.read_text().splitlines(), 1)
        if number not in told and line.strip() and not line.startswith("#")
    ]
    assert len(code) <= 40
    assert not [line for line in code if "check_mode" in line or "fail_json" in line]


def test_every_module_has_its_action_and_no_redirect_leads_to_one() -> None:
    """A redirect would give all modules one resolved name, and module_defaults of one would reach them all."""
    actions = sorted(ROOT.glob("plugins/action/*.py"))
    assert [action.name for action in actions] == [module.name for module in MODULES]
    assert len({action.read_text() for action in actions}) == 1
    assert "plugin_routing" not in yaml.safe_load((ROOT / "meta/runtime.yml").read_text())


@pytest.mark.parametrize("path", sorted(ROOT.glob("plugins/module_utils/**/*.py")), ids=lambda path: path.name)
def test_a_file_of_the_engine_stays_readable(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


ROLES = sorted(path.parent.name for path in ROOT.glob("roles/*/tasks"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_has_all_its_parts(role: str) -> None:
    """Molecule itself passes where a playbook of a scenario is missing."""
    parts = ["defaults/main.yml", "meta/main.yml", "meta/argument_specs.yml", "README.md"]
    scenario = ["molecule.yml", "converge.yml", "verify.yml", "side_effect.yml", "cleanup.yml"]
    wanted = [f"roles/{role}/{part}" for part in parts] + [f"extensions/molecule/{role}/{part}" for part in scenario]
    assert [path for path in (*wanted, f"playbooks/{role}.yml") if not (ROOT / path).exists()] == []
    assert f"`{role}`" in (ROOT / "README.md").read_text()
    defaults = yaml.safe_load((ROOT / f"roles/{role}/defaults/main.yml").read_text())
    options = yaml.safe_load((ROOT / f"roles/{role}/meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    assert set(defaults) <= set(options["options"])
    assert all(name.startswith(f"{role}_") for name in options["options"])
