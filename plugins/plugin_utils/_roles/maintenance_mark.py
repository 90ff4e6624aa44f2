# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mark of a rolling maintenance at the end of a node's description (docs/decisions/0010).

It says when the round began, by the controller's clock, and which nodes it has done already: those that came up after
``since``, by the platform's own clock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Optional

from .moments import iso, moment

#: For how long after its beginning a round is taken up. Later, somebody else may have drained the node since.
_LASTS = timedelta(days=7)
#: How far the controller's clocks may differ.
_SKEW = timedelta(days=1)
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
_MARK = re.compile(rf"\s*\[node_maintenance: round of ({_TIME}), since ({_TIME})\]", re.ASCII)
#: What the platform takes for a node's description (docs/platform.md#3.3).
_LONGEST = 2048


class Mark(NamedTuple):
    """A round of rolling maintenance, by its beginning and the time after which its nodes came up anew."""

    begun: datetime
    since: datetime

    @property
    def text(self) -> str:
        return f"[node_maintenance: round of {iso(self.begun)}, since {iso(self.since)}]"


def marked(description: Any, mark: str = "") -> str:
    """The description with this mark at its end, and no other one; without any for no mark."""
    plain = _MARK.sub("", str(description or ""))
    return f"{plain} {mark}".strip() if mark else plain


def has_room(description: Any, mark: str) -> bool:
    """Whether the platform takes the description with the mark."""
    return len(marked(description, mark)) <= _LONGEST


def is_marked(node: Mapping[str, Any]) -> bool:
    """Whether a node has a mark, however old."""
    return bool(_MARK.search(str(node.get("description") or "")))


def own_mark(node: Mapping[str, Any], now: datetime) -> Optional[Mark]:
    """The mark of a round that began within the last days; None without one."""
    found = _MARK.findall(str(node.get("description") or ""))
    for begun_text, since_text in reversed(found):
        try:
            begun, since = moment(begun_text), moment(since_text)
        except ValueError:
            continue
        if begun and since and -_SKEW <= now - begun <= _LASTS:
            return Mark(begun, since)
    return None
