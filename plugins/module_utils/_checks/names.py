# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of new tenants that a person would take for one that there is, or for another of the list."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator


def look_alikes(new: Iterable[str], standing: Iterable[str]) -> Iterator[str]:
    """A sentence for each new name that differs from another one only in case, blanks or the form of its letters."""
    seen: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in standing:
        seen[_look(name)].append((name, "which there is"))
    for name in new:
        for other, which in seen[_look(name)]:
            if other != name:
                yield (
                    f"Tenant '{name}' would be new, and looks like '{other}', {which}. Write it in the same way, or "
                    "set allow_similar=true if both are meant."
                )
        seen[_look(name)].append((name, "which is listed too"))


def _look(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
