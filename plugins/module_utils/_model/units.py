# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Codecs between what people write and what the platform's columns hold, and the one way to write a time.

RAM is kept in MB, storage in bytes, times in seconds since 1970: docs/platform.md#1.4 and docs/platform.md#3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any, Callable, Optional

MB_PER_GB = 1024
GIB = 1024**3
#: No number of the platform is beyond 64 bits; what JSON calls NaN or Infinity is not a number.
_LARGEST = 2**64
#: What a bare number of seconds since 1970 can be: from 2001 on, and not in milliseconds. 20261125 is a date.
_PLAUSIBLE = range(10**9, 10**11)
#: The forms that every Python reads alike.
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{3}|\.\d{6})?)?(Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_DURATION = re.compile(r"([0-9]{1,9})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
#: How a time is written, for hints.
TIME_FORMS = "2026-11-01, 2026-11-01T12:00:00Z, 1793534400 (seconds since 1970), or 3d or 12h (so long ago)"


def is_blank(value: Any) -> bool:
    """Whether it means that nothing was given: null, or text without a character in it."""
    return value is None or (isinstance(value, str) and not value.strip())


def _is_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST


def _is_time(value: Any) -> bool:
    return value is None or _is_number(value)


def _is_key(value: Any) -> bool:
    return value is None or (isinstance(value, (int, str)) and not isinstance(value, bool))


def _is_anything(value: Any) -> bool:
    return True


@dataclass(frozen=True)
class Codec:
    """How one kind of value is written by people (``encode``) and read back (``decode``).

    ``option_type`` is the type of the Ansible option that carries it, ``result_type`` that of the result where it is
    another. ``accepts`` says whether the platform can mean a value of the column by what it answered, and ``form``
    names what it can. ``unit`` is the ending that a result key has in the user's unit, ``raw_unit`` the one that the
    row key has in the platform's.
    """

    option_type: str
    decode: Callable[[Any], Any]
    encode: Callable[[Any], Any]
    accepts: Callable[[Any], bool] = _is_text
    form: str = "text"
    unit: str = ""
    raw_unit: str = ""
    #: What a number counts, in sentences.
    measure: str = ""
    #: Brings the spellings of one raw value together, where there is more than one.
    spelling: Optional[Callable[[Any], Any]] = None
    result_type: str = ""

    def row_key(self, name: str) -> str:
        """The key of a raw value in a row: its unit is the platform's."""
        return name[: -len(self.unit)] + self.raw_unit if self.unit and name.endswith(self.unit) else name


def iso_utc(epoch: Optional[int]) -> Optional[str]:
    """Seconds since 1970 as ISO 8601 in UTC; 0 and null mean that it never happened, and beyond 9999 is never, too."""
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return None


def epoch_of(text: str) -> int:
    """Seconds since 1970 of a time in ISO 8601, which is UTC where it names no zone. Raises ValueError for others."""
    plain = text.strip()
    if not _ISO.fullmatch(plain):
        raise ValueError(f"'{text}' is not a time")
    moment = datetime.fromisoformat(plain.replace("Z", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def seconds_of(text: str) -> int:
    """Seconds of a duration like 3d, 12h, 90m, 30s or 2w. Raises ValueError for others."""
    found = _DURATION.fullmatch(text.strip())
    if not found:
        raise ValueError(f"'{text}' is not a duration")
    return int(found[1]) * _SECONDS[found[2]]


def moment_of(text: str, now: int) -> int:
    """Seconds since 1970 of a moment: in ISO 8601, as such seconds, or as a duration before ``now``.

    Raises ValueError for others, and for a number that is none of a moment (20261125 is meant as a date).
    """
    plain = text.strip()
    if plain.isascii() and plain.isdecimal():
        if len(plain) > 11 or int(plain) not in _PLAUSIBLE:
            raise ValueError(f"'{text}' is not a time")
        return int(plain)
    if _DURATION.fullmatch(plain):
        return max(now - seconds_of(plain), 0)
    return epoch_of(plain)


def gib(size: Any, digits: int = 2) -> float:
    """Bytes as GiB, rounded for reading."""
    return round(int(size or 0) / GIB, digits)


def gb(megabytes: Any) -> float:
    """MB as GB, rounded for reading."""
    return round(int(megabytes or 0) / MB_PER_GB, 2)


def percent(part: Any, whole: Any) -> float:
    """Part of whole, in percent; nothing of nothing is 0."""
    return round(100 * int(part or 0) / int(whole), 1) if whole and int(whole) else 0.0


def figure(value: Any) -> str:
    """A size for reading, with one digit after the point where it needs one."""
    return "-" if value is None else f"{float(value):.1f}".removesuffix(".0")


def _ram_gb(megabytes: Any) -> Optional[float]:
    return None if megabytes is None else int(megabytes) / MB_PER_GB


def _shown_gb(megabytes: Any) -> Optional[float]:
    return None if megabytes is None else gb(megabytes)


def _whole(value: Any) -> Optional[int]:
    return None if value is None else int(value)


def _same(value: Any) -> Any:
    return value


def _plain_address(text: Any) -> str:
    return _parsed_address(text) if isinstance(text, str) else str(text or "")


# A list of tenants is compared with the same thousands of addresses again and again.
@lru_cache(maxsize=1 << 15)
def _parsed_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return text


def _plain_block(text: Any) -> str:
    """A block in its usual form; text with host bits is not a block, and stays as it is."""
    try:
        return str(ip_network(text))
    except ValueError:
        return str(text or "")


def plain_hostname(text: Any) -> str:
    """A host name without what makes no difference: case, blanks at the ends, the dot of the root."""
    return str(text or "").strip().rstrip(".").lower()


def _answered_tenant(value: Any) -> Any:
    """The tenant that a recipe was answered with: its key, which may come as text; null where there is none."""
    return _row_key(str(value.get("tenant"))) if isinstance(value, dict) else value


def _row_key(value: Any) -> Any:
    """A key as a number where it is one: only in its canonical digits, since 0001 is another text than 1."""
    is_number = isinstance(value, str) and value.isdecimal() and len(value) <= 18 and str(int(value)) == value
    return int(value) if is_number else value


def _owner_path(value: Any) -> Any:
    return "/".join(value.split("/")[-2:]) if isinstance(value, str) else value


TEXT = Codec("str", lambda value: "" if value is None else str(value), str)
#: The name of a row that is referred to: null where nothing is.
NAME = Codec("str", lambda value: None if value in (None, "") else str(value), str)
FLAG = Codec("bool", bool, bool, _is_flag, "true or false")
INTEGER = Codec("int", _whole, int, _is_number, "a number")
PERCENT = Codec("int", _whole, int, _is_number, "a number", "_percent", "_pct", "percent")
RAM_GB = Codec("float", _ram_gb, lambda size: round(size * MB_PER_GB), _is_number, "a number of MB", "_gb", "_mb", "GB")
#: RAM that is only shown, rounded for reading.
USED_RAM_GB = Codec("float", _shown_gb, _same, _is_number, "a number of MB", "_gb", "_mb")
#: The platform floors what is provisioned to whole GiB (docs/platform.md#3.9).
WHOLE_GIB = Codec(
    "int", lambda size: int(size or 0) // GIB, lambda number: number * GIB, _is_number, "bytes", "_gb", "_bytes", "GiB"
)
USED_GIB = Codec("float", gib, _same, _is_number, "bytes", "_gb", "_bytes")
TIME = Codec("str", iso_utc, _same, _is_time, "a time")
#: A time that can be set, in seconds since 1970.
EPOCH = Codec("int", iso_utc, int, _is_time, "a time", result_type="str")
KEY = Codec("int", _row_key, _same, _is_key, "a key", spelling=_row_key)
#: A reference to a row of any table, ``tenants/5``; some writers put ``/v4/`` before it (docs/platform.md#2.4).
OWNER = Codec("str", _owner_path, _same, spelling=_owner_path)
ANSWERED_TENANT = Codec("int", _answered_tenant, _same, _is_anything, "answers", spelling=_answered_tenant)
ADDRESS = Codec("str", _plain_address, _plain_address)
BLOCK = Codec("str", _plain_block, _plain_block)
HOSTNAME = Codec("str", TEXT.decode, str, spelling=plain_hostname)
ANYTHING = Codec("raw", _same, _same, _is_anything, "anything")
