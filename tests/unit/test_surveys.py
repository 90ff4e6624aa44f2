"""The patterns for AWX: they ask what the argument specs say, and are defined as their schema asks for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import patterns

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = sorted(path for path in (ROOT / "extensions/patterns").iterdir() if path.is_dir())
DECLARED = yaml.safe_load((ROOT / "tools/patterns.yml").read_text())["patterns"]


def templates(folder: Path) -> list[dict[str, Any]]:
    definition = json.loads((folder / "meta/pattern.json").read_text())
    found: list[dict[str, Any]] = definition["aap_resources"]["controller_job_templates"]
    return found


def test_what_is_generated_is_up_to_date() -> None:
    """``make patterns`` has been run since an argument spec changed."""
    stale = [str(path) for path, text in patterns.files().items() if not path.exists() or path.read_text() != text]
    assert stale == []
    assert {folder.name for folder in FOLDERS} == set(DECLARED)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_definition_is_what_the_schema_of_patterns_asks_for(folder: Path) -> None:
    """Version 3.0.0 of the schema of the pattern service: names, lengths, and which types there are."""
    definition = json.loads((folder / "meta/pattern.json").read_text())
    assert definition["name"] == folder.name and re.fullmatch(r"[a-z0-9_]{1,64}", folder.name)
    assert 0 < len(definition["title"]) <= 64 and not definition["short_description"].endswith(".")
    assert definition["description"] and len(set(definition["tags"])) == len(definition["tags"]) > 0
    resources = definition["aap_resources"]
    assert {"name", "description"} <= set(resources["controller_project"])
    assert {"name", "description", "image_name"} <= set(resources["controller_execution_environment"])
    assert [one["primary"] for one in templates(folder)].count(True) == 1
    for template in templates(folder):
        assert len(template["name"]) <= 200 and template["description"]
        assert set(template["labels"]) <= set(resources["controller_labels"])
        assert template["execution_environment"] == resources["controller_execution_environment"]["name"]
        assert (folder / "playbooks" / template["playbook"]).is_file()
        assert {"name", "description", "spec"} == set(template["survey"])
        for question in template["survey"]["spec"]:
            assert_is_a_question(question)


def assert_is_a_question(question: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9_]{1,64}", question["variable"])
    assert question["question_name"] and question["question_description"] and isinstance(question["required"], bool)
    # Secrets come by credentials.
    assert question["type"] in {"text", "textarea", "integer", "float", "multiplechoice", "multiselect"}
    assert question["type"].startswith("multi") == ("choices" in question)
    assert isinstance(question["default"], str)
    assert all(isinstance(choice, str) for choice in question.get("choices", []))
    assert not re.search(r"\b[A-Z]+\(", question["question_description"])


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_answer_is_used_and_nothing_else_is(folder: Path) -> None:
    """A variable of a survey is an option of the role or playbook that runs, or the pattern's playbook passes it on."""
    for declared, template in zip(DECLARED[folder.name]["templates"], templates(folder)):
        asked = {one["variable"] for one in template["survey"]["spec"]}
        playbook = (folder / "playbooks" / template["playbook"]).read_text()
        assert f"import_playbook: ../../../../playbooks/{declared['runs']}.yml\n" in playbook
        own = {name for name in asked if name.startswith(f"{folder.name}_")}
        assert own == set(re.findall(rf"\b{folder.name}_\w+", playbook))
        run = (ROOT / f"playbooks/{declared['runs']}.yml").read_text()
        role = ROOT / f"roles/{declared['runs']}/meta/argument_specs.yml"
        options = run + (role.read_text() if role.exists() else "")
        assert [name for name in asked - own if not re.search(rf"\b{name}\b", options)] == []


def test_no_secret_is_asked_for() -> None:
    asked = [one for pattern in DECLARED.values() for template in pattern["templates"] for one in template["questions"]]
    options = [patterns.option_of(one["of"]) for one in asked if "of" in one]
    assert options and not any(option.get("no_log") for option in options)
