"""The functions of a projection (docs/platform.md#2.3)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any


def _numbers(value: Any) -> list[float]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, (int, float)) and not isinstance(each, bool)]


def _count(value: Any) -> int:
    return len(value) if isinstance(value, list) else int(value is not None)


def _average(value: Any) -> float:
    numbers = _numbers(value)
    return sum(numbers) / len(numbers) if numbers else 0


def _datetime(value: Any) -> str:
    numbers = _numbers(value)
    try:
        moment = datetime.fromtimestamp(numbers[0] if numbers else 0, timezone.utc)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _diskspace(value: Any) -> str:
    size = float(next(iter(_numbers(value)), 0))
    units = ["PB", "TB", "GB", "MB", "KB", "B"]
    while abs(size) >= 1024 and len(units) > 1:
        size /= 1024
        units.pop()
    return f"{size:.2f} {units[-1]}"


def _hexadecimal(value: Any) -> str:
    return f"{int(next(iter(_numbers(value)), 0)):x}"


def _display(value: Any) -> Any:
    """Display text of an enumeration: its value with a capital, as the platform's own words are unknown."""
    return value.capitalize() if isinstance(value, str) else value


FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "count": _count,
    "sum": lambda value: sum(_numbers(value)),
    "avg": _average,
    "min": lambda value: min(_numbers(value), default=0),
    "max": lambda value: max(_numbers(value), default=0),
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
    "datetime": _datetime,
    "collapse": lambda value: ", ".join(map(str, value)) if isinstance(value, list) else value,
    "diskspace": _diskspace,
    "display": _display,
    "hex": _hexadecimal,
    "sha1": lambda value: hashlib.sha1(str(value).encode(), usedforsecurity=False).hexdigest(),
}
