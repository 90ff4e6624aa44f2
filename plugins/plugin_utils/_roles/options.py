# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a role as they are meant, whoever wrote them: YAML, a command line, or a survey.

A survey sends text, and null or nothing for a field that was left blank; a command line sends text. Ansible's own check
of a role's arguments takes ``true`` for the number 1 and null for the text ``None``, differently from core to core, and
refuses blanks. So the roles declare their variables here, and Ansible only documents them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Callable

from ...module_utils._model.units import is_blank, seconds_of

_FLAGS = {
    **dict.fromkeys(("true", "yes", "on", "y", "t", "1"), True),
    **dict.fromkeys(("false", "no", "off", "n", "f", "0"), False),
}
_WHOLE = re.compile(r"[0-9]{1,18}")
#: The most that a number of a role can be, if nothing else is said: seconds of some three years, as for the modules.
_LONGEST = 100_000_000
#: A sentence shows so much of a value.
_SHOWN = 60


def role_options(options: Mapping[str, Mapping[str, Any]], role: str) -> dict[str, Any]:
    """The value of each option by its name, and under ``problems`` a sentence for each that makes no sense.

    Each of ``options`` has ``given``, what the role's variable holds; ``kind``, one of ``KINDS``, or the list of words
    that it can be; and ``default``, which counts if the variable is null or blank, or ``required``. A number may have
    ``least`` (0) and ``most``. What has a problem has its default.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for name, option in options.items():
        value, variable = option.get("given"), f"{role}_{name}"
        values[name] = option.get("default")
        if is_blank(value) and option.get("required"):
            problems.append(f"{variable} is empty, and is needed.")
        rules = {rule: option[rule] for rule in ("least", "most") if rule in option}
        try:
            values[name] = given(value, values[name], kind=option["kind"], name=variable, **rules)
        except ValueError as error:
            problems.append(f"{error}.")
    return {**values, "problems": problems}


def given(
    value: Any, default: Any = None, *, kind: Any = "anything", name: str, least: float = 0, most: float = _LONGEST
) -> Any:
    """The value as its kind has it, or the default if it is null or blank.

    Raises ValueError with a sentence about ``name`` for a value of another kind.
    """
    if is_blank(value):
        return default
    try:
        found = _read(kind, value)
        if kind != "anything" and isinstance(found, (int, float)):
            _check_range(found, least, most)
        return found
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"{name} is {_shown(value)}, which is not {error}") from None


def _check_range(number: float, least: float, most: float) -> None:
    if not least <= number <= most:
        raise ValueError(f"between {least} and {most}")


def _read(kind: Any, value: Any) -> Any:
    if isinstance(kind, str):
        read, form = KINDS[kind]
        try:
            return read(value)
        except (ValueError, TypeError, OverflowError):
            raise ValueError(form) from None
    # YAML reads words such as off as flags.
    if isinstance(value, str) and value.strip() in kind:
        return value.strip()
    raise ValueError(f"one of {', '.join(kind)}")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) or not isinstance(value, (Mapping, Sequence)):
        text = str(value)
        return f"'{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}'"
    return "a dictionary" if isinstance(value, Mapping) else "a list"


def _text(value: Any) -> str:
    """Text; a number is taken as it is written, but a word that YAML reads as true is not what was written."""
    if isinstance(value, (bool, Mapping, list, tuple)):
        raise ValueError
    return str(value)


def _flag(value: Any) -> bool:
    found = value if isinstance(value, bool) else _FLAGS.get(_text(value).strip().lower())
    if found is None:
        raise ValueError
    return found


def _whole(value: Any) -> int:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = _text(value).strip()
    if not _WHOLE.fullmatch(text):
        raise ValueError
    return int(text)


def _number(value: Any) -> float:
    number = float(_text(value))
    if not math.isfinite(number) or number < 0:
        raise ValueError
    return number


def _duration(value: Any) -> int:
    try:
        return _whole(value)
    except ValueError:
        return seconds_of(_text(value))


def _names(value: Any) -> list[str]:
    """Names; a survey can send them only as one text, by commas or lines."""
    if isinstance(value, str):
        return [name.strip() for name in re.split(r"[,\n]", value) if name.strip()]
    if not isinstance(value, (list, tuple)) or any(is_blank(name) for name in value):
        raise ValueError
    return [_text(name) for name in value]


def _dictionary(value: Any) -> dict[Any, Any]:
    if not isinstance(value, Mapping):
        raise ValueError
    return dict(value)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise ValueError
    return list(value)


def _same(value: Any) -> Any:
    return value


#: What reads a kind of value, and what it is called.
KINDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "anything": (_same, "anything"),
    "text": (_text, "text; write a word such as yes or no in quotes"),
    "flag": (_flag, "true or false"),
    "whole": (_whole, "a whole number from 0 up"),
    "number": (_number, "a number from 0 up"),
    "seconds": (_duration, "a time in seconds or like 90s, 30m, 12h or 3d"),
    "names": (_names, "a list of names, without blanks"),
    "dictionary": (_dictionary, "a dictionary"),
    "list": (_list, "a list"),
}
