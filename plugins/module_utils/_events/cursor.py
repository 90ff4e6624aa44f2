# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file that remembers what has been handed over, so that nothing is lost when the source is started again."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from .._files import write_file
from .._model.errors import VrgError

_VERSION = 1


class Cursor:
    """What has been handed over of each system, in a file; without a path, as long as this lasts."""

    def __init__(self, path: str, places: dict[str, str]) -> None:
        self._path = path
        #: As text: a place goes on changing while another system's is written.
        self._places = places
        self._lock = threading.Lock()

    def place(self, system: str) -> dict[str, Any]:
        """What has been handed over of a system; empty at first."""
        place: dict[str, Any] = json.loads(self._places.get(system, "{}"))
        return place

    def save(self, system: str, place: dict[str, Any]) -> None:
        """Remember a place, whole or not at all. Raises VrgError where the file cannot be written."""
        text = json.dumps(place)
        with self._lock:
            if self._places.get(system) == text:
                return
            places = {**self._places, system: text}
            if self._path:
                _write(self._path, places)
            self._places = places


@contextmanager
def open_cursor(path: str) -> Iterator[Cursor]:
    """The cursor of a file, which nobody else may use meanwhile.

    Raises VrgError where the file is another's, is no cursor, or cannot be written: events would be lost.
    """
    if not path:
        yield Cursor("", {})
        return
    path = os.path.abspath(os.path.expanduser(path))
    with ExitStack() as stack:
        try:
            lock = stack.enter_context(open(f"{path}.lock", "a", encoding="utf-8"))
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            places = _read(path)
            _write(path, places)
        except BlockingIOError:
            raise VrgError(f"cursor '{path}' is in use.", hint="Give each source a file of its own.") from None
        except OSError as error:
            raise VrgError(
                f"cursor '{path}' cannot be used: {error.strerror}.",
                hint="Name a file in a folder that can be written.",
            ) from None
        yield Cursor(path, places)


def _read(path: str) -> dict[str, str]:
    try:
        with open(path, encoding="utf-8") as file:
            held = json.load(file)
        if held["version"] != _VERSION:
            raise ValueError("another version")
        return {name: json.dumps(place) for name, place in dict(held["systems"]).items()}
    except FileNotFoundError:
        return {}
    except (KeyError, TypeError, ValueError):
        # To begin anew would lose what was to be remembered.
        raise VrgError(
            f"cursor '{path}' is not a file of vrg_events.", hint="Name another file, or remove it to begin anew."
        ) from None


def _write(path: str, places: dict[str, str]) -> None:
    held = {"version": _VERSION, "systems": {name: json.loads(place) for name, place in places.items()}}
    # Names of tenants and texts of alarms are nobody else's business.
    write_file(path, json.dumps(held), private=True)
