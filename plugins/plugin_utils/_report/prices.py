# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Price lists, and the part of a month that a price is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any, Optional

from ...module_utils._model.units import is_blank
from .billing import epoch

#: What a price is for, as a price list names it and as a line does: resource, unit.
PRICED = {"ram_gb": ("RAM", "GB"), "core": ("cores", "core"), "address": ("addresses", "address")}
_KEYS = ("currency", "valid_from", "decimals", "tiers", *PRICED)
#: Prices are of calendar months in UTC.
_HOUR = 3600


@dataclass(frozen=True)
class Prices:
    """One price list: prices of a unit and a calendar month, from a time on, in seconds since 1970."""

    currency: str
    valid_from: int
    #: By resource as a line names it.
    each: Mapping[str, Decimal]
    #: Digits after the point of an amount.
    decimals: int


def price_lists(given: Any) -> list[Prices]:
    """The price lists that a variable gives, in order of time. Raises ValueError with what is wrong."""
    lists = [given] if isinstance(given, Mapping) and given else given or []
    if isinstance(lists, (str, Mapping)) or not isinstance(lists, Sequence):
        raise ValueError("estate_report_prices is a price list, or a list of them.")
    found = sorted((_prices(one) for one in lists), key=lambda prices: prices.valid_from)
    times = [prices.valid_from for prices in found]
    if len(set(times)) < len(times):
        raise ValueError("Two price lists of estate_report_prices are valid from the same time.")
    return found


def _prices(given: Any) -> Prices:
    if not isinstance(given, Mapping):
        raise ValueError(f"A price list of estate_report_prices is a dictionary, not '{given}'.")
    unknown = sorted(str(name) for name in given if name not in _KEYS)
    if unknown:
        raise ValueError(f"A price list has {', '.join(_KEYS)}; not {', '.join(unknown)}.")
    currency = str(given.get("currency") or "").strip()
    if not currency:
        raise ValueError("A price list of estate_report_prices names its currency.")
    tiers = given.get("tiers") or {}
    if not isinstance(tiers, Mapping):
        raise ValueError("The tiers of a price list are a dictionary: the number of a tier, and its price.")
    each = {PRICED[name][0]: _price(name, given.get(name)) for name in PRICED}
    each.update({f"tier {_tier(number)}": _price(f"tier {number}", price) for number, price in tiers.items()})
    return Prices(
        currency,
        _valid_from(given.get("valid_from")),
        {name: price for name, price in each.items() if price is not None},
        _decimals(given.get("decimals")),
    )


def _price(name: str, given: Any) -> Optional[Decimal]:
    if is_blank(given):
        return None
    try:
        # By its text: the number 0.1 of a file is meant as 0.1.
        price = Decimal(str(given).strip())
    except InvalidOperation:
        price = Decimal("NaN")
    if isinstance(given, bool) or not price.is_finite() or price < 0:
        raise ValueError(f"The price of {name} is '{given}', which is not a number like 4.50.")
    return price


def _tier(number: Any) -> int:
    text = str(number).strip()
    if not (text.isascii() and text.isdecimal()):
        raise ValueError(f"'{number}' is not the number of a tier.")
    return int(text)


def _decimals(given: Any) -> int:
    text = "2" if given in (None, "") else str(given)
    if text not in ("0", "1", "2", "3", "4"):
        raise ValueError(f"decimals of a price list is '{given}', which is not a number from 0 to 4.")
    return int(text)


def _valid_from(given: Any) -> int:
    if given in (None, ""):
        return 0
    try:
        return epoch(str(given))
    except ValueError:
        raise ValueError(f"valid_from '{given}' of a price list is no date or time in ISO 8601.") from None


def valid(lists: Sequence[Prices], begin: int, end: int) -> Iterator[tuple[Prices, int, int]]:
    """The price lists that are valid between two times, each with its part of them."""
    ends = [*(prices.valid_from for prices in lists[1:]), end]
    for prices, until in zip(lists, ends):
        first, last = max(begin, prices.valid_from), min(end, until)
        if first < last:
            yield prices, first, last


def months(begin: int, end: int) -> Decimal:
    """How many calendar months lie between two times: of each, the share of its hours. February 2028 has 696."""
    found = Decimal(0)
    while begin < end:
        moment = datetime.fromtimestamp(begin, timezone.utc)
        first = datetime(moment.year, moment.month, 1, tzinfo=timezone.utc)
        following = datetime(moment.year + moment.month // 12, moment.month % 12 + 1, 1, tzinfo=timezone.utc)
        until = min(end, int(following.timestamp()))
        found += Decimal(until - begin) / Decimal(int(following.timestamp() - first.timestamp()))
        begin = until
    return found


def whole_hours(begin: int, end: int) -> tuple[int, int]:
    """The same time in whole hours: one that has begun counts."""
    return begin // _HOUR * _HOUR, -(-end // _HOUR) * _HOUR
