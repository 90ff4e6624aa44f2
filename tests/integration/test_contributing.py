"""The recipes of CONTRIBUTING.md, followed to the letter on a copy of the sources.

A block of a recipe is a file, an addition to one, or commands; the text before it says which.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from support import environment

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: The end of the text before a block: the file that it is about, and where in it.
_PLACE = re.compile(r"`([\w/.]+\.\w+)`(?:, (above|instead of) `([^`]+)`|, (at its end))?\s*$")


class Block(NamedTuple):
    """A fenced block with its language, and the end of the text before it."""

    language: str
    content: str
    before: str


def recipes() -> Iterator[Block]:
    """The blocks of the recipes, in their order."""
    text = (ROOT / "CONTRIBUTING.md").read_text().partition("\n## Recipes\n")[2].partition("\n## ")[0]
    end = 0
    for found in _BLOCK.finditer(text):
        yield Block(found[1], found[2], text[end : found.start()])
        end = found.end()


def follow(block: Block, copy: Path) -> None:
    """Do what a block says in a copy of the sources."""
    if block.language == "sh":
        for command in block.content.splitlines():
            run(command, copy)
        return
    place = _PLACE.search(block.before)
    assert place, f"no file is named before the block that begins: {block.content[:80]}"
    path, how, line = copy / place[1], place[2] or place[4], place[3]
    if how in ("above", "instead of"):
        path.write_text(edited(path.read_text(), line, block.content, keep=how == "above"))
    elif how == "at its end" or path.exists():
        path.write_text(path.read_text() + block.content)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.content)


def edited(text: str, mark: str, content: str, *, keep: bool) -> str:
    """The text with the content at the only line that has the mark: above it, or instead of it.

    A mark that is indented is the beginning of its line.
    """
    lines = text.splitlines(keepends=True)
    has = str.startswith if mark.startswith(" ") else str.__contains__
    at = [number for number, line in enumerate(lines) if has(line, mark)]
    assert len(at) == 1, f"{len(at)} lines have {mark}"
    return "".join([*lines[: at[0]], content, *lines[at[0] + (0 if keep else 1) :]])


def run(command: str, copy: Path) -> None:
    # The copy, and not the checkout that is linked into this environment.
    env = {**environment(), "ANSIBLE_COLLECTIONS_PATH": str(copy.parents[2]), "VRG_TEST_WAYS": "in-process"}
    done = subprocess.run(command, shell=True, cwd=copy, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout[-6000:]}{done.stderr[-3000:]}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources as a collection of their own, with this environment; times are kept, or make would build it anew."""
    folder = tmp_path / "ansible_collections/vergeio/vrg"
    kept = shutil.ignore_patterns(".venv", ".git", "build", "output", "__pycache__", ".*_cache", ".ansible")
    shutil.copytree(ROOT, folder, ignore=kept, symlinks=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def test_the_recipes_work_as_they_stand(copy: Path) -> None:
    for block in recipes():
        follow(block, copy)
    (module,) = [line for line in (copy / "README.md").read_text().splitlines() if "`vrg_user`" in line]
    assert module.endswith("| Users of a VergeOS system |")
    assert "physical_access" in (copy / "plugins/modules/vrg_user.py").read_text().partition("RETURN")[2]


def test_recipes_name_what_there_is() -> None:
    """What the text around the recipes speaks of: files of the sources, targets of make, names of the engine.

    What commands leave in ``build`` is no file of the sources: it is there or not, by what ran before.
    """
    text = _BLOCK.sub("", (ROOT / "CONTRIBUTING.md").read_text())
    engine = ROOT / "plugins/module_utils"
    named = {name for name in re.findall(r"`((?!build/)[\w./]+)`", text) if "/" in name or name.endswith(".py")}
    new = {place[1] for block in recipes() if (place := _PLACE.search(block.before))}
    anywhere = {path.name for path in (ROOT / "tests").rglob("*.py")}
    missing = [
        name
        for name in sorted(named - new - anywhere)
        if not any((folder / name).exists() for folder in (ROOT, engine, ROOT / "plugins"))
    ]
    assert named and missing == []
    rooms = set(re.findall(r"`(_\w+)`", text))
    assert rooms and [name for name in sorted(rooms) if not list(engine.glob(f"{name}*"))] == []
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    told = set(re.findall(r"`make ([a-z-]+)`", text))
    assert told and told <= targets


def test_an_edit_needs_its_line() -> None:
    assert edited("a\nb\nc\n", "b", "x\n", keep=True) == "a\nx\nb\nc\n"
    assert edited("a\nb\nc\n", "b", "x\n", keep=False) == "a\nx\nc\n"
    with pytest.raises(AssertionError, match="2 lines have b"):
        edited("b\nb\n", "b", "x\n", keep=True)
