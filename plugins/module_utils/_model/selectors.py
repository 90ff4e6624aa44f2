# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which row a text means: by name, by uuid, and by key only where no row has that name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, Optional

from .conditions import ALL, Condition, Row, any_of
from .errors import VrgError
from .query import Query, Reader
from .resource import Reference, Resource
from .units import KEY, OWNER

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: Digits of the largest number that fits into 64 bits, less one.
_LONGEST_NUMBER = 18
#: How many names a sentence lists.
_LISTED = 12


def is_uuid(text: str) -> bool:
    return _UUID.fullmatch(text) is not None


def is_key(text: str) -> bool:
    """Whether a text can be a row's key: its canonical digits only, since customers are numbered 0001 as well."""
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER and str(int(text)) == text


def row_key(value: Any) -> Any:
    """A row's key as one type: keys arrive as strings or integers, by table (docs/platform.md#1.4)."""
    return KEY.decode(value)


def owner_path(value: Any) -> str:
    """A reference to a row of any table as ``table/key``: some writers put ``/v4/`` before it
    (docs/platform.md#2.4)."""
    return str(OWNER.decode(value) or "")


def named(resource: Resource, *texts: str, uuid: bool = False, key: bool = False) -> Condition:
    """A condition for the rows that the texts may mean; ``pick`` then decides."""
    terms = [resource["name"].among(*texts)]
    if uuid:
        terms.append(resource["uuid"].among(*(text.lower() for text in texts if is_uuid(text))))
    if key:
        terms.append(resource["$key"].among(*(int(text) for text in texts if is_key(text))))
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
    return next((row for row in rows if key and is_key(text) and row["$key"] == int(text)), None)


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


def check_new_name(resource: Resource, new_name: Optional[str], absent: bool) -> None:
    """Raises VrgError when a row is to be renamed and deleted, or renamed to what is no name."""
    if new_name is not None and absent:
        raise VrgError(
            "new_name cannot be used with state=absent.", hint=f"Name the {resource.kind} to delete in name."
        )
    replace(resource["name"], name="new_name").check(resource.kind, new_name)


def candidates(reader: Reader, resource: Resource, texts: Sequence[str]) -> list[Row]:
    """The rows of a table that the texts may mean, in one request; none for no text."""
    return reader.read(Query(resource, named(resource, *texts, key=True))) if texts else []


def reference(reader: Reader, resource: Resource, rows: Sequence[Row], text: str, hint: str = "") -> Reference:
    """The row that an option names, as a reference. Raises VrgError when there is none, with names that there are."""
    row = pick(resource.kind, rows, text, key=True)
    if row is None:
        raise VrgError(
            f"There is no {resource.kind} '{text}'.", hint=" ".join(filter(None, (hint, known(reader, resource, text))))
        )
    return Reference(row["$key"], str(row["name"]))


def known(reader: Reader, resource: Resource, text: str, where: Condition = ALL) -> str:
    """Which names there are, in a sentence: those that come near the text, else the first of all; one request."""
    try:
        rows = reader.read(Query(resource.only("name", *(where.keys - {"name", "$key"})), where))
    except VrgError:
        # It was to help; what is wrong has been found out already.
        return ""
    names = sorted({str(row["name"]) for row in rows})
    return near(text, names) or (f"There is: {_listed(names)}." if names else "There is none at all.")


def near(text: str, names: Sequence[str]) -> str:
    """Which of some names come near to a text, in a sentence; empty if none does."""
    same = [name for name in names if name.strip().casefold() == text.strip().casefold()]
    found = dict.fromkeys([*same, *get_close_matches(text, names, n=3)])
    return f"Near to it: {_listed(list(found))}." if found else ""


def _listed(names: Sequence[str]) -> str:
    listed = ", ".join(f"'{name}'" for name in names[:_LISTED])
    return listed if len(names) <= _LISTED else f"{listed} and {len(names) - _LISTED} more"
