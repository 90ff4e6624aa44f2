# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to bill for a period: the 95th percentiles of allocated memory and of provisioned storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Optional

Row = Mapping[str, Any]

#: With one point only, the usual time between two is not known; a day is as much as any would be.
_DAY = 86_400


def iso(moment: datetime) -> str:
    """A time as the modules of this collection write it."""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_of(seconds: int) -> str:
    """Seconds since 1970 as the modules of this collection write a time."""
    return iso(datetime.fromtimestamp(seconds, timezone.utc))


def epoch(text: str) -> int:
    """Seconds since 1970 of a date or time in ISO 8601, UTC if it names no zone. Raises ValueError."""
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def billing_period(given: Row, now: str) -> dict[str, str]:
    """Beginning and end of the period that is billed; the last full calendar month unless both are given."""
    if not isinstance(given, Mapping):
        raise ValueError(f"A billing period is a dictionary with begin and end, not '{given}'.")
    # What a survey leaves blank is not given.
    begin, end = (str(given.get(name) or "").strip() for name in ("begin", "end"))
    if bool(begin) != bool(end):
        raise ValueError("A billing period has both begin and end, or neither.")
    if not begin:
        this_month = datetime.fromtimestamp(epoch(now), timezone.utc).replace(
            day=1, hour=0, minute=0, second=0, microsecond=0
        )
        return {"begin": iso((this_month - timedelta(days=1)).replace(day=1)), "end": iso(this_month)}
    period = {}
    for name, value in (("begin", begin), ("end", end)):
        try:
            period[name] = iso_of(epoch(value))
        except (ValueError, OverflowError):
            raise ValueError(f"{name} '{value}' of the billing period is no date or time in ISO 8601.") from None
    if period["begin"] >= period["end"]:
        raise ValueError(f"The billing period begins {period['begin']}, which is not before its end {period['end']}.")
    return period


def label(period: Row) -> str:
    """A name for the period that a folder can have: 2026-10 for a calendar month, else its first and last moment."""
    begin, end = str(period["begin"]), str(period["end"])
    month = datetime.fromtimestamp(epoch(begin), timezone.utc)
    following = month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1, day=1)
    if begin.endswith("-01T00:00:00Z") and end == iso(following):
        return begin[:7]
    short = [moment.removesuffix("T00:00:00Z").replace(":", "") for moment in (begin, end)]
    return "_".join(short)


def previous_label(period: Row) -> str:
    """The same of the month before that in which the period begins."""
    first = datetime.fromtimestamp(epoch(period["begin"]), timezone.utc).replace(day=1)
    return (first - timedelta(days=1)).strftime("%Y-%m")


def all_tenants(system: Row) -> list[Row]:
    """The tenants of a system that are there, and those that are gone and billed all the same."""
    return [*(system["tenants"] or ()), *system["gone"]]


def born(row: Row) -> int:
    """When a tenant was created, in seconds since 1970. One that does not say so has always been there."""
    return epoch(row["created"]) if row["created"] else 0


def billed(row: Row, summary: Optional[Row], period: Row) -> Optional[dict[str, Any]]:
    """The 95th percentiles of what a tenant was allocated in the period; None where that is not known.

    ``missing`` names the parts of the period that the tenant was there for and the history does not cover.
    """
    if summary is None or summary["ram_allocated_gb"] is None:
        return None
    figures = [summary["ram_allocated_gb"], *(tier["provisioned_gb"] for tier in summary["tiers"])]
    unknown = summary["points"] - min(figure["points"] for figure in figures if figure)
    return {
        "points": summary["points"],
        "unknown_points": unknown,
        "from": summary["from"],
        "to": summary["to"],
        "longest_gap_seconds": summary["longest_gap_seconds"],
        "ram_allocated_gb": summary["ram_allocated_gb"]["p95"],
        **{name: summary[name] and summary[name]["p95"] for name in ("cpu_cores", "ip_count")},
        "tiers": [
            {"tier": tier["tier"], "provisioned_gb": tier["provisioned_gb"] and tier["provisioned_gb"]["p95"]}
            for tier in summary["tiers"]
        ],
        "created": row["created"] if born(row) > epoch(period["begin"]) else None,
        "missing": _missing(row, summary, unknown, period),
    }


def _missing(row: Row, summary: Row, unknown: int, period: Row) -> list[str]:
    begin = max(epoch(period["begin"]), born(row))
    step = summary["step_seconds"] or _DAY
    uncovered_seconds = {
        "begin": epoch(summary["from"]) - begin,
        "hole": summary["longest_gap_seconds"] or 0,
        "figures": unknown * step,
        "end": epoch(period["end"]) - epoch(summary["to"]),
    }
    return [part for part, seconds in uncovered_seconds.items() if seconds > 2 * step]


def uncovered(p95: Row, write: Callable[[str], str] = str) -> list[str]:
    """The parts of the period that the history does not cover, in words; ``write`` puts a time into words."""
    words = {
        "begin": f"no history before {write(p95['from'])}",
        "hole": f"no history for {_hours(p95['longest_gap_seconds'])} in between",
        "figures": f"{p95['unknown_points']} of {p95['points']} points without all figures",
        "end": f"no history after {write(p95['to'])}",
    }
    return [words[part] for part in p95["missing"]]


def uncovered_in_all(bills: Sequence[Optional[Row]], period: Row) -> list[str]:
    """The same of all tenants, one sentence for each part of the period."""
    begin, hole, figures, end = (
        [p95 for p95 in bills if p95 and part in p95["missing"]] for part in ("begin", "hole", "figures", "end")
    )
    found = []
    if begin:
        found.append(
            f"The billing period begins on {_minute(period['begin'])}, but for {len(begin)} of {len(bills)} tenants"
            f" there is no history before {_minute(min(p95['from'] for p95 in begin))}."
        )
    if hole:
        found.append(
            f"For {len(hole)} of {len(bills)} tenants there is no history in between for up to"
            f" {_hours(max(p95['longest_gap_seconds'] for p95 in hole))}."
        )
    if figures:
        found.append(f"For {len(figures)} of {len(bills)} tenants the history has points without all figures.")
    if end:
        found.append(
            f"The billing period lasts until {_minute(period['end'])}, but for {len(end)} of {len(bills)} tenants"
            f" there is no history after {_minute(max(p95['to'] for p95 in end))}."
        )
    return [f"{text} Their 95th percentiles are those of what there is." for text in found]


def _hours(seconds: Optional[int]) -> str:
    return f"{(seconds or 0) / 3600:,.1f} hours".replace(".0 ", " ")


def _minute(time: str) -> str:
    return f"{time[:10]} {time[11:16]} UTC"
