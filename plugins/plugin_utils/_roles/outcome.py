# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a role ends: what became of what it was about, counted, and as one line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def closing(
    thing: str, whole: int, parts: Sequence[str], nothing: str, names: Mapping[str, Sequence[str]], **facts: bool
) -> dict[str, Any]:
    """The line, and the counts beside the ``facts``, of which ``check_mode`` is one.

    ``thing`` is what it was about, ``whole`` how many, ``parts`` what the line says of them, ``nothing`` the line if
    there are none; ``names`` are those with each result.
    """
    line = f"{whole} {thing}{'' if whole == 1 else 's'}: {', '.join(parts)}." if whole else nothing
    counts = {result.replace(" ", "_"): len(found) for result, found in names.items()}
    return {
        "line": f"Check mode, nothing was written. {line}" if facts["check_mode"] else line,
        "summary": {f"{thing}s": whole, **facts, **counts},
    }
