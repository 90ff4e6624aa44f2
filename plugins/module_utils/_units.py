# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Codecs between what people write and what the platform's columns hold.

Units are those of the API page, sections 1.4 and 3: RAM in MB, storage in bytes, times in seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, Callable, Optional

MB_PER_GB = 1024
GIB = 1024**3
#: Digits of the largest number that fits into 64 bits, less one.
_LONGEST_NUMBER = 18


@dataclass(frozen=True)
class Codec:
    """How one kind of value is written by people (``encode``) and read back (``decode``).

    ``option_type`` is the type of the Ansible option that carries it.
    """

    option_type: str
    decode: Callable[[Any], Any]
    encode: Callable[[Any], Any]


def is_number(text: str) -> bool:
    """Whether a text can be a row's key. Some digits are no number to int(), and some numbers are too long for it."""
    return text.isdecimal() and len(text) <= _LONGEST_NUMBER


def row_key(value: Any) -> Any:
    """A row's key as one type: keys arrive as strings or integers, by table (API page 1.4)."""
    if isinstance(value, str) and is_number(value):
        return int(value)
    return value


def owner_path(value: Any) -> str:
    """A reference to a row of any table as ``table/key``: some writers put ``/v4/`` before it (API page 2.4)."""
    return "/".join(str(value or "").split("/")[-2:])


def iso_utc(epoch: Optional[int]) -> Optional[str]:
    """Seconds since 1970 as ISO 8601 in UTC; 0 and null mean that it never happened, and beyond 9999 is never, too."""
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError):
        return None


def gib(size: Any, digits: int = 2) -> float:
    """Bytes as GiB, rounded for reading."""
    return round(int(size or 0) / GIB, digits)


def _ram_gb(megabytes: Any) -> Optional[float]:
    return None if megabytes is None else int(megabytes) / MB_PER_GB


def _same(value: Any) -> Any:
    return value


TEXT = Codec("str", lambda value: "" if value is None else str(value), str)
#: The name of a row that is referred to: null where nothing is.
NAME = Codec("str", lambda value: None if value in (None, "") else str(value), str)
FLAG = Codec("bool", bool, bool)
INTEGER = Codec("int", lambda value: None if value is None else int(value), int)
RAM_GB = Codec("float", _ram_gb, lambda gigabytes: round(gigabytes * MB_PER_GB))
#: The platform floors what is provisioned to whole GiB (API page 3.9).
WHOLE_GIB = Codec("int", lambda size: int(size or 0) // GIB, lambda number: number * GIB)
USED_GIB = Codec("float", gib, _same)
#: The platform holds a ratio times one hundred (API page 3.4).
RATIO = Codec("float", lambda value: int(value or 0) / 100, _same)
TIME = Codec("str", iso_utc, _same)
#: A time that can be set, in seconds since 1970.
EPOCH = Codec("int", iso_utc, int)
KEY = Codec("int", row_key, _same)
