"""What an editor offers and explains in playbooks that use our modules, against what ansible-doc has.

The language server does not ask Ansible: it reads modules and doc fragments by patterns of its own, and passes over
what it does not understand.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from antsibull_docs_parser.md import to_md
from antsibull_docs_parser.parser import Context, parse
from collection import MODULES, documentation
from editor import Editor

TASKS = "- hosts: localhost\n  tasks:\n"


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with Editor(tmp_path_factory.mktemp("playbooks")) as opened:
        yield opened


def mappings(module: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each mapping that options go into: a playbook up to there, and the documentation of the options."""
    options = documentation()[module]["options"]
    task = f"{TASKS}    - vergeio.vrg.{module}:\n        "
    yield task, options
    for name, option in options.items():
        if "suboptions" in option:
            yield f"{task}{name}:\n          - ", option["suboptions"]


def detail(option: dict[str, Any]) -> str:
    """How an editor marks an option: whether it is required, and its type."""
    elements = f"({option['elements']})" if option["type"] == "list" else ""
    return ("(required) " if option.get("required") else "") + option["type"] + elements


def unexplained(description: str | list[str], markdown: str) -> list[str]:
    """The paragraphs of a description that an editor does not show."""
    paragraphs = [description] if isinstance(description, str) else description
    return [paragraph for paragraph in paragraphs if to_md(parse(paragraph, Context())) not in markdown]


def test_names_of_modules_are_completed(editor: Editor) -> None:
    offered = editor.completions(f"{TASKS}    - vergeio.vrg.|")
    ours = [f"vergeio.vrg.{module}" for module in MODULES]
    assert sorted(name for name in offered if name.startswith("vergeio.vrg.")) == ours


@pytest.mark.parametrize("module", MODULES)
def test_options_are_completed(editor: Editor, module: str) -> None:
    for task, options in mappings(module):
        offered = {name: item.detail for name, item in editor.completions(f"{task}|").items()}
        assert offered == {name: detail(option) for name, option in options.items()}


def test_choices_are_completed(editor: Editor) -> None:
    """Those of a list are not: the server offers none."""
    expected, offered = {}, {}
    for module in MODULES:
        for task, options in mappings(module):
            for name, option in options.items():
                if "choices" in option and option["type"] != "list":
                    found = editor.completions(f"{task}{name}: |")
                    offered[module, name] = [(value, item.detail) for value, item in found.items()]
                    expected[module, name] = [
                        (str(choice), "default" if choice == option.get("default") else None)
                        for choice in option["choices"]
                    ]
    assert offered == expected
    assert ("vrg_tenant", "state") in offered


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_options_are_explained(editor: Editor, module: str) -> None:
    about = documentation()[module]
    paragraphs = [about["short_description"], *about["description"], *about["requirements"], *about["notes"]]
    assert unexplained(paragraphs, editor.hover(f"{TASKS}    - vergeio.vrg.|{module}:\n")) == []
    for task, options in mappings(module):
        for name, option in options.items():
            assert unexplained(option["description"], editor.hover(f"{task}|{name}:\n")) == [], name


def test_a_misspelt_module_is_marked(editor: Editor) -> None:
    """And none of the others, which stand before it: it is the first that does not exist."""
    names = [*MODULES, "vrg_tenat"]
    (error,) = editor.errors(TASKS + "".join(f"    - vergeio.vrg.{name}:\n" for name in names))
    assert "couldn't resolve module/action 'vergeio.vrg.vrg_tenat'" in error.message
