# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The mark of a suspension: a line of a tenant's note, with the date and the tenant's uuid.

A clone copies the note (docs/platform.md#4.5), so a mark counts for the tenant only whose uuid it has. One without a
uuid is of an earlier release. A mark counts only while the tenant is isolated and off: whoever is in use again is not
suspended any more, however it came to be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from .._model.units import epoch_of

Row = Mapping[str, Any]

_MARK = re.compile(
    r"^Suspended on (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)(?:, uuid ([0-9A-Fa-f-]{1,64}))?[ \t\r]*$",
    re.MULTILINE | re.ASCII,
)


class Mark(NamedTuple):
    """When a tenant was suspended, as ISO 8601 in UTC, and whose the mark is: a uuid, or empty text."""

    since: str
    uuid: str


def own_mark(note: Any, uuid: Any) -> Optional[Mark]:
    """The mark in a note that is this tenant's, the one with its uuid before one without; None if there is none."""
    marks = [mark for mark in all_marks(note) if mark.uuid in ("", str(uuid).lower())]
    return next((mark for mark in marks if mark.uuid), marks[0] if marks else None)


def all_marks(note: Any) -> list[Mark]:
    """Every mark in a note whose date is one, whosever it is."""
    found = [Mark(since, uuid.lower()) for since, uuid in _MARK.findall(str(note or ""))]
    return [mark for mark in found if _is_time(mark.since)]


def _is_time(text: str) -> bool:
    try:
        epoch_of(text)
    except ValueError:
        return False
    return True


def marked(note: Any, since: str, uuid: Any) -> str:
    """The note with this mark as its last line, and no other one."""
    said = unmarked(note)
    return "\n".join([*([said] if said else []), f"Suspended on {since}, uuid {str(uuid).lower()}"])


def unmarked(note: Any) -> str:
    """The note without any mark."""
    return _MARK.sub("", str(note or "")).strip("\r\n")


def is_in_use(row: Row) -> bool:
    """Whether a tenant runs or starts; one that is stopping does not."""
    return row["status"] == "starting" or bool(row["running"] and row["status"] != "stopping")


def suspended_since(row: Row) -> Optional[str]:
    """Since when a tenant is suspended; None where no mark counts."""
    mark = own_mark(row["note"], row["uuid"])
    return mark.since if mark and row["isolated"] and not is_in_use(row) else None
