# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of a role's variables: what null and blanks mean, and numbers that surveys send as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Optional

_WORDS = {**dict.fromkeys(("true", "yes", "on", "1"), True), **dict.fromkeys(("false", "no", "off", "0"), False)}


def is_given(value: Any) -> bool:
    """Whether a variable says something: null and blank text do not."""
    return value is not None and not (isinstance(value, str) and not value.strip())


def given(
    value: Any,
    default: Any = None,
    *,
    name: str = "the value",
    kind: str = "any",
    choices: Sequence[str] = (),
    least: int = 0,
) -> Any:
    """The value as ``kind`` (any, text, int, bool, list), or the default where it is null or blank.

    ``name`` is the variable's, for sentences. Raises ValueError for a value of another kind.
    """
    if not is_given(value):
        return default
    if choices:
        return _chosen(value, name, choices)
    if kind == "int":
        return _whole(value, name, least)
    if kind == "bool":
        return _truth(value, name)
    if kind == "text":
        return _text(value, name)
    return _list(value, name) if kind == "list" else value


def _chosen(value: Any, name: str, choices: Sequence[str]) -> str:
    if value not in choices:
        raise ValueError(f"{name} is '{value}'; it takes {', '.join(choices)}")
    return str(value)


def _whole(value: Any, name: str, least: int) -> int:
    number = int(value) if re.fullmatch(r"\s*[+-]?[0-9]{1,12}\s*", _plain(value)) else None
    if number is None or number < least:
        raise ValueError(f"{name} is '{value}'; it takes a whole number, at least {least}")
    return number


def _plain(value: Any) -> str:
    """A whole number or a text as text; nothing else that only looks like a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number or isinstance(value, str) else ""


def _truth(value: Any, name: str) -> bool:
    found: Optional[bool] = _WORDS.get(str(value).strip().lower())
    if found is None:
        raise ValueError(f"{name} is '{value}'; it takes true or false")
    return found


def _text(value: Any, name: str) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError(f"{name} is {type(value).__name__}; it takes a text")
    return str(value)


def _list(value: Any, name: str) -> list[Any]:
    """A list; text is one entry a line, as surveys send it."""
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    if isinstance(value, (list, tuple)):
        return [one for one in value if is_given(one)]
    if isinstance(value, int) and not isinstance(value, bool):
        return [value]
    raise ValueError(f"{name} is {type(value).__name__}; it takes a list")
