# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files where a module runs, for what it is asked to write down."""

from __future__ import annotations

import errno
import os

from ._model.errors import VrgError


def path_in(folder: str, path: str) -> str:
    """A path as a shell would take it; a relative one begins in ``folder``."""
    return os.path.join(folder, os.path.expanduser(path))


def is_other(path: str, text: str) -> bool:
    """Whether a file is not there, or holds something else."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read() != text
    except (OSError, ValueError):
        return True


def check_writable(path: str) -> None:
    """Raises VrgError for a file that cannot be written, as far as that is known before anything else is done."""
    folder = os.path.dirname(path)
    while folder and not os.path.exists(folder):
        folder = os.path.dirname(folder)
    if os.path.isdir(path):
        raise _unwritable(path, os.strerror(errno.EISDIR))
    if not os.path.isdir(folder or "."):
        raise _unwritable(path, os.strerror(errno.ENOTDIR))
    if not os.access(folder or ".", os.W_OK | os.X_OK):
        raise _unwritable(path, os.strerror(errno.EACCES))


def write_file(path: str, text: str, private: bool = False) -> None:
    """All of it, or what was there before; what is ``private`` nobody else may read. Raises VrgError."""
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with os.fdopen(os.open(f"{path}.new", flags, 0o600 if private else 0o666), "w", encoding="utf-8") as file:
            file.writelines([text])
            file.flush()
            # Else a power cut could leave the new name with nothing in it.
            os.fsync(file.fileno())
        os.replace(f"{path}.new", path)
    except OSError as error:
        raise _unwritable(path, str(error.strerror)) from None


def _unwritable(path: str, why: str) -> VrgError:
    return VrgError(f"'{path}' cannot be written: {why}.", hint="Choose another place.")
