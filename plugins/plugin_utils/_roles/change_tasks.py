# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a file of tasks from being run within a change window, found before the window begins.

A file that is not YAML, and a ``meta`` that ends the role, the host or the play, end a run past every ``rescue``:
nothing of the role comes after, neither its check nor its rollback.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

import yaml

#: What ``meta`` may do. The others end more than a task, or bring back hosts that have failed.
_HARMLESS = {"flush_handlers", "noop", "refresh_inventory", "clear_facts", "reset_connection"}
_PREFIXES = ("", "ansible.builtin.", "ansible.legacy.")
_BLOCKS = ("block", "rescue", "always")
_VAULT = "$ANSIBLE_VAULT"


class _Loader(yaml.SafeLoader):
    """YAML of which only the structure counts: what a tag such as ``!vault`` stands for is not looked at."""


def _unread(loader: Any, suffix: str, node: Any) -> None:
    return None


_Loader.add_multi_constructor("!", _unread)


def change_window_tasks(texts: Sequence[str], paths: Sequence[str]) -> list[str]:
    """A sentence for each reason not to run the tasks of these files; empty if there is none.

    ``texts`` are what they hold, decrypted. Files of tasks that they name outright are read too, unless those are
    encrypted; what templates and roles bring in cannot be known before.
    """
    seen = {os.path.realpath(path) for path in paths}
    return [flaw for text, path in zip(texts, paths) for flaw in _flaws(text, path, seen)]


def _flaws(text: str, path: str, seen: set[str]) -> Iterator[str]:
    try:
        tasks = yaml.load(text, _Loader)
    except yaml.MarkedYAMLError as error:
        where = error.problem_mark or error.context_mark
        yield f"{path} is not YAML{f' in line {where.line + 1}' if where else ''}."
        return
    except (yaml.YAMLError, ValueError, RecursionError):
        yield f"{path} is not YAML."
        return
    if not isinstance(tasks, list) or not tasks:
        yield f"{path} holds no list of tasks."
        return
    for number, task in enumerate(tasks, 1):
        if not isinstance(task, Mapping):
            yield f"Entry {number} of {path} is not a task."
            continue
        yield from _of_task(task, path, seen)


def _of_task(task: Mapping[Any, Any], path: str, seen: set[str]) -> Iterator[str]:
    for part in _BLOCKS:
        for inner in task[part] if isinstance(task.get(part), list) else ():
            if isinstance(inner, Mapping):
                yield from _of_task(inner, path, seen)
    word = _argument(task, "meta", ("free_form", "_raw_params"))
    if word is not None and word not in _HARMLESS:
        yield (
            f"{path} holds 'meta: {word}', a way out past the check and the rollback. Let a task fail instead, and "
            "leave tasks out with 'when'."
        )
    for action in ("include_tasks", "import_tasks"):
        named = _argument(task, action, ("file", "_raw_params"))
        found = _file(named, path) if named else None
        if found and os.path.realpath(found) not in seen:
            seen.add(os.path.realpath(found))
            yield from _of_file(found, seen)


def _of_file(path: str, seen: set[str]) -> Iterator[str]:
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError):
        yield f"{path} cannot be read."
        return
    if not text.startswith(_VAULT):
        yield from _flaws(text, path, seen)


def _argument(task: Mapping[Any, Any], action: str, names: tuple[str, ...]) -> Optional[str]:
    """What an action is given first, however it is written; None if the task has another action."""
    for prefix in _PREFIXES:
        name = prefix + action
        if name in task:
            return _first(task[name], names)
        for way in ("action", "local_action"):
            given = task.get(way)
            if isinstance(given, str) and given.split()[:1] == [name]:
                return _first(given.split(None, 1)[1] if len(given.split()) > 1 else "", names)
            if isinstance(given, Mapping) and given.get("module") == name:
                return _first(given, names)
    return None


def _first(given: Any, names: tuple[str, ...]) -> str:
    if isinstance(given, Mapping):
        given = next((given[name] for name in names if name in given), "")
    words = str(given or "").split()
    return words[0].removeprefix("file=") if words else ""


def _file(named: str, path: str) -> Optional[str]:
    """The file that an including one names, beside it; None if a template names it, or it is searched elsewhere."""
    folder = os.path.dirname(path)
    places = (os.path.join(folder, named), os.path.join(folder, "tasks", named))
    return None if "{{" in named else next((place for place in places if os.path.isfile(place)), None)
