# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Figures and times of an estate report in words, as its page shows them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Optional

UNKNOWN = "not known"
_TIB = 1024
#: Ansible sets the locale of the environment; the page is in English.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(value: Optional[float], digits: int = 0) -> str:
    return UNKNOWN if value is None else f"{value:,.{digits}f}"


def size(gib: Optional[float]) -> str:
    """A size in the unit that leaves it readable: 7.5 GiB, 1,058 GiB, 127.9 TiB."""
    if gib is None:
        return UNKNOWN
    return f"{gib / _TIB:,.1f} TiB" if gib >= 10 * _TIB else exact(round(gib, 1) if gib < 100 else round(gib))


def exact(gib: Optional[float]) -> str:
    """A size as it is billed."""
    return UNKNOWN if gib is None else f"{gib:,.2f}".rstrip("0").rstrip(".") + " GiB"


def percent(value: Optional[float]) -> str:
    return UNKNOWN if value is None else f"{value:,.0f} %"


def day(text: str) -> str:
    """A date as people write it, such as 1 Oct 2026."""
    date = datetime.fromisoformat(text[:10])
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def last_day(end: str) -> str:
    """The last day before the end of a period; the time itself, where that is not midnight."""
    if not end.endswith("T00:00:00Z"):
        return moment(end)
    return day((datetime.fromisoformat(end[:10]) - timedelta(days=1)).isoformat())


def moment(text: str) -> str:
    return f"{day(text)}, {text[11:16]} UTC"


def money(currency: str, amount: str) -> str:
    """An amount as a page shows it: EUR 1,234.50, with the digits that it has."""
    whole, point, part = amount.partition(".")
    return f"{currency} {int(whole):,}{point}{part}"
