# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rulebook says of the event source: checked before anything is sent.

Arguments come as YAML has them or, through a variable of the rulebook, as text. Null and blanks mean "not given".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._model.errors import VrgError
from .._model.units import TIME_FORMS, is_blank, moment_of, seconds_of
from .._options import CONNECTION, Settings, beside, flag, settings
from .._reads.watch import KINDS

LEVELS = ("audit", "message", "warning", "error", "critical", "summary", "debug")
#: What may be given beside the connection.
OPTIONS = (
    "systems",
    "kinds",
    "levels",
    "tenants",
    "interval",
    "since",
    "initial",
    "cursor",
    "wake",
    "feedback",
    "feedback_timeout",
)
#: What ansible-rulebook adds.
_HANDED_IN = ("eda_feedback_queue",)
_INTERVAL = 60.0
#: ansible-rulebook itself lets events wait for their turn for an hour.
_FEEDBACK_TIMEOUT = 3900.0
#: Any time does: it is only looked whether it is one.
_SOME_DAY = 1_800_000_000


@dataclass(frozen=True)
class System:
    """A system and what it is called."""

    name: str
    connection: Settings


@dataclass(frozen=True)
class Arguments:
    """The arguments, complete and checked. Times are in seconds; ``wake`` is an address and a port."""

    systems: tuple[System, ...]
    kinds: tuple[str, ...]
    levels: tuple[str, ...]
    tenants: tuple[str, ...]
    interval: float
    since: str
    initial: bool
    cursor: str
    wake: Optional[tuple[str, int]]
    feedback_timeout: float


def read(args: Mapping[str, Any], environ: Mapping[str, str]) -> Arguments:
    """The arguments of a source. Raises VrgError for those that are unknown or make no sense."""
    _refuse_unknown(args, (*CONNECTION, *OPTIONS, *_HANDED_IN), "vrg_events")
    given = {name: value for name, value in args.items() if not is_blank(value)}
    since = str(given.get("since", "")).strip()
    try:
        moment_of(since or "1s", _SOME_DAY)
    except ValueError:
        raise VrgError(f"since '{since}' is not a time.", hint=f"Write it like {TIME_FORMS}.") from None
    return Arguments(
        systems=_systems(given, environ),
        kinds=_words("kinds", given, KINDS) or KINDS,
        levels=_words("levels", given, LEVELS),
        tenants=_words("tenants", given),
        interval=_seconds("interval", given.get("interval", _INTERVAL)),
        since=since,
        initial=_flag("initial", given.get("initial", False)),
        cursor=str(given.get("cursor", "")),
        wake=_address(given.get("wake")),
        feedback_timeout=_seconds("feedback_timeout", given.get("feedback_timeout", _FEEDBACK_TIMEOUT)),
    )


def _refuse_unknown(args: Mapping[str, Any], known: tuple[str, ...], whose: str) -> None:
    unknown = sorted(str(name) for name in args if name not in known)
    if unknown:
        raise VrgError(f"{whose} has no {', '.join(unknown)}.", hint=f"There is: {', '.join(known)}.")


def _systems(given: Mapping[str, Any], environ: Mapping[str, str]) -> tuple[System, ...]:
    """The systems of ``systems``, each with the connection beside it where it says nothing else, or that one."""
    listed = given.get("systems", [{}])
    if not isinstance(listed, list) or not listed or not all(isinstance(one, Mapping) for one in listed):
        raise VrgError("systems is not a list of systems.", hint="Give each as a host and, where it differs, a login.")
    shared = {name: given[name] for name in CONNECTION if name in given}
    found = []
    for one in listed:
        _refuse_unknown(one, ("name", *CONNECTION), "A system")
        own = {name: value for name, value in one.items() if not is_blank(value)}
        if listed != [{}] and "host" not in own:
            raise VrgError("A system of systems has no host.", hint="Name the host of each.")
        connection = settings(_typed(beside(own, shared)), environ)
        found.append(System(str(own.get("name", connection.host)), connection))
    names = [system.name for system in found]
    double = sorted({name for name in names if names.count(name) > 1})
    if double:
        raise VrgError(f"systems lists {', '.join(double)} more than once.", hint="Give each a name of its own.")
    return tuple(found)


def _typed(connection: Mapping[str, Any]) -> dict[str, Any]:
    """The connection with the types that Ansible would have given it."""
    typed: dict[str, Any] = {}
    for name, value in connection.items():
        kind = CONNECTION[name]["type"] if name in CONNECTION else "str"
        if kind == "bool":
            typed[name] = _flag(name, value)
        elif kind == "int":
            typed[name] = int(_number(name, value))
        else:
            typed[name] = str(value)
    return typed


def _flag(option: str, value: Any) -> bool:
    return value if isinstance(value, bool) else flag(option, str(value))


def _number(option: str, value: Any) -> float:
    try:
        number = float("nan" if isinstance(value, bool) else value)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0 <= number <= 10**8:
        raise VrgError(f"{option} '{value}' is not a number.", hint="Give a number from 0 up.")
    return number


def _seconds(option: str, value: Any) -> float:
    """More than none; 90, 90s or 2m."""
    if isinstance(value, str) and re.fullmatch(r"\s*\d+[smhdw]\s*", value, re.ASCII):
        value = seconds_of(value)
    seconds = _number(option, value)
    if seconds <= 0:
        raise VrgError(f"{option} must be more than 0 seconds.", hint="60 is once a minute.")
    return seconds


def _words(option: str, given: Mapping[str, Any], known: tuple[str, ...] = ()) -> tuple[str, ...]:
    """A list, which may be given as text with commas or lines."""
    value = given.get(option, [])
    listed = re.split(r"[,\n]", value) if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, (str, int)) for one in listed):
        raise VrgError(f"{option} is not a list of words.", hint="Write it like [one, another].")
    words = tuple(dict.fromkeys(str(one).strip() for one in listed if str(one).strip()))
    unknown = [word for word in words if known and word not in known]
    if unknown:
        raise VrgError(f"{option} has no {', '.join(unknown)}.", hint=f"There is: {', '.join(known)}.")
    return words


def _address(value: Any) -> Optional[tuple[str, int]]:
    """A port on all addresses, or address:port."""
    if value is None:
        return None
    host, colon, port = str(value).strip().rpartition(":")
    if not port.isascii() or not port.isdecimal() or not 1 <= int(port) <= 65535 or (colon and not host):
        raise VrgError(f"wake '{value}' is not a port, or address:port.", hint="Write it like 5000 or 127.0.0.1:5000.")
    return host.strip("[]") or "0.0.0.0", int(port)
