"""What ``ansible-doc`` prints as JSON, which editors and agents read: whole, and clean, for every plugin and role."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import BIN, environment

ROOT = Path(__file__).resolve().parents[2]
#: Kinds of plugins that users name, by the folder that they are in.
FOLDERS = {path.name for path in (ROOT / "plugins").iterdir() if path.is_dir()} - {
    *("action", "doc_fragments", "module_utils", "plugin_utils", "__pycache__")
}
#: Markup that no reader has resolved.
BROKEN = ("ERROR", "{{kind}}", "{kind}", "RV(.")


@pytest.fixture(scope="module")
def dumped() -> dict[str, dict[str, Any]]:
    """By kind and name, without the collection's."""
    told = subprocess.run(
        [BIN / "ansible-doc", "--metadata-dump", "--no-fail-on-errors", "vergeio.vrg"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0 and told.stderr == "", told.stderr
    everything: dict[str, Any] = json.loads(told.stdout)["all"]
    return {
        kind: {name.removeprefix("vergeio.vrg."): entry for name, entry in entries.items()}
        for kind, entries in everything.items()
        # Keywords of playbooks are Ansible's, whichever collection is asked for.
        if entries and kind != "keyword"
    }


def test_everything_that_users_name_has_its_entry(dumped: dict[str, dict[str, Any]]) -> None:
    files = {"module" if folder == "modules" else folder: folder for folder in FOLDERS}
    expected = {
        kind: {path.stem for path in (ROOT / "plugins" / folder).glob("*.py")} for kind, folder in files.items()
    }
    expected["role"] = {path.parent.name for path in ROOT.glob("roles/*/tasks")}
    assert {kind: set(entries) for kind, entries in dumped.items()} == {k: v for k, v in expected.items() if v}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(one)


def options(described: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, option in described.items():
        yield f"{path}{name}", option
        yield from options(option.get("suboptions") or option.get("options") or {}, f"{path}{name}.")


def documents(dumped: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """The name of each plugin and entry point, its entry, and what describes its options."""
    for kind, entries in dumped.items():
        for name, entry in entries.items():
            if kind == "role":
                yield from ((f"role {name}", entry, point) for point in entry["entry_points"].values())
            else:
                yield f"{kind} {name}", entry, entry["doc"]


def test_no_entry_has_an_error_or_lacks_its_words(dumped: dict[str, dict[str, Any]]) -> None:
    wrong = []
    for name, entry, described in documents(dumped):
        if "error" in entry:
            wrong.append(f"{name}: {entry['error']}")
        wrong += [f"{name}: {text[:80]}" for text in strings(entry) if any(mark in text for mark in BROKEN)]
        wrong += [f"{name} has no {word}" for word in ("short_description", "description") if not described.get(word)]
        for path, option in options(described.get("options") or {}):
            # Options that ansible-core's own fragment describes are as it has them.
            words = ("description",) if path.startswith("cache") else ("description", "type")
            wrong += [f"{name}.{path} has no {word}" for word in words if not option.get(word)]
    assert wrong == []


def test_examples_and_results_are_read_as_what_they_are(dumped: dict[str, dict[str, Any]]) -> None:
    for name, entry, _described in documents(dumped):
        if name.startswith("role "):
            continue
        read = yaml.safe_load(entry["examples"])
        assert read and all(isinstance(one, dict) for one in (read if isinstance(read, list) else [read])), name
        if name.startswith("module "):
            assert entry["return"] and any(f"vergeio.vrg.{name.split()[1]}" in task for task in read), name
