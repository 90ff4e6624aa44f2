# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Finding the one row that a user names: by name, by uuid, and by key only where no row has that name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Optional

from ._api import Api, Query, Row, all_of, any_of, equals
from ._errors import VrgError
from ._resource import Reference
from ._units import is_number

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

#: A list of tenants also holds their snapshots (API page 3.5).
NO_SNAPSHOTS = "is_snapshot eq false"


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def named(*texts: str, uuid: bool = False, key: bool = False) -> str:
    """A filter for the rows that the texts may mean; ``pick`` then decides."""
    terms = [equals("name", *texts)]
    if uuid:
        terms += [equals("uuid", text.lower()) for text in texts if is_uuid(text)]
    if key:
        terms += [equals("$key", int(text)) for text in texts if is_number(text)]
    return any_of(*terms)


def pick(kind: str, rows: Sequence[Row], text: str, *, key: bool = False) -> Optional[Row]:
    """The row that the text means, or None.

    Raises VrgError when two rows have that name: the first is never taken for the right one.
    """
    same_name = [row for row in rows if row.get("name") == text]
    if len(same_name) > 1:
        keys = ", ".join(str(row["$key"]) for row in same_name)
        raise VrgError(
            f"There are {len(same_name)} rows of the kind {kind} with the name '{text}' (keys {keys}).",
            hint="Rename all but one, or name it by its uuid or key where the option takes one.",
        )
    for row in same_name:
        return row
    for row in rows:
        if is_uuid(text) and str(row.get("uuid", "")).lower() == text.lower():
            return row
    return next((row for row in rows if key and is_number(text) and row["$key"] == int(text)), None)


def pick_renamed(kind: str, rows: Sequence[Row], name: str, new_name: Optional[str]) -> Optional[Row]:
    """Old name found: rename. Else the new name: nothing to rename. Both: nobody knows which is meant, VrgError."""
    row = pick(kind, rows, name)
    renamed = pick(kind, rows, new_name) if new_name else None
    if row and renamed and row is not renamed:
        raise VrgError(
            f"{kind.capitalize()} '{name}' cannot be renamed: there already is a {kind} '{new_name}'.",
            hint="Choose another new_name, or leave new_name out and manage one of them.",
        )
    return row or renamed


def refuse_new_name(kind: str, new_name: Optional[str], absent: bool) -> None:
    """Raises VrgError when something is to be renamed and deleted."""
    if new_name is not None and absent:
        raise VrgError("new_name cannot be used with state=absent.", hint=f"Name the {kind} to delete in name.")


def check_length(longest: int, **names: Optional[str]) -> None:
    """Raises VrgError when a name that is given, by its option, is empty or longer than the platform takes."""
    for option, text in names.items():
        if text is not None and not 1 <= len(text) <= longest:
            raise VrgError(f"{option} must have 1 to {longest} characters.", hint="Choose another name.")


def read_tenant(api: Api, text: str, *more: str, key: bool = False) -> Optional[Row]:
    """A tenant by name or uuid with ``$key``, ``name``, ``uuid`` and ``more`` projection entries."""
    condition = all_of(named(text, uuid=True, key=key), NO_SNAPSHOTS)
    rows = api.read(Query("tenants", condition, ",".join(("$key", "name", "uuid", *more))))
    return pick("tenant", rows, text, key=key)


def no_tenant(text: str) -> str:
    return f"There is no tenant '{text}'."


def read_named(api: Api, table: str, texts: Sequence[str], *more: str) -> list[Row]:
    """The rows of a table that the texts may mean, in one request; none for no text."""
    if not texts:
        return []
    return api.read(Query(table, named(*texts, key=True), ",".join(("$key", "name", *more))))


def reference(kind: str, rows: Sequence[Row], text: str, hint: str = "") -> Reference:
    """The row that an option names, as a reference. Raises VrgError when there is none."""
    row = pick(kind, rows, text, key=True)
    if row is None:
        raise VrgError(f"There is no {kind} '{text}'.", hint=hint)
    return Reference(row["$key"], str(row["name"]))
