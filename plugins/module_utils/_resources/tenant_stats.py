# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statistics and logs of tenants (API page 3.15, 3.16), of one or of all in the same number of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any, Optional

from .._api import Api, Query, Row, all_of, equals
from .._errors import VrgError
from .._references import no_tenant, read_tenant
from .._units import is_number, iso_utc, owner_path
from .tenant_history import COLUMNS, by_day, by_tenant, gb, point, summary

LEVELS = ["audit", "message", "warning", "error", "critical", "summary", "debug"]
_OF = "tenant as tenant_key,tenant#name as tenant"
_CURRENT = f"$key,{_OF},ram_used,last_update"
_HISTORY = f"$key,{_OF},{','.join(COLUMNS)}"
_LOGS = f"$key,{_OF},level,text,user,timestamp"
_MICROSECONDS = 1_000_000


def gather(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """Current figures, history, its summary, and logs, by tenant."""
    for option in ("history_limit", "log_limit"):
        if params[option] < 0:
            raise VrgError(
                f"{option} {params[option]} is below 0.", hint="Give a number of entries; 0 leaves them out."
            )
    since, until, summary_until = (_time(option, params[option]) for option in ("since", "until", "summary_until"))
    for option, end in (("until", until), ("summary_until", summary_until)):
        if since is not None and end is not None and end <= since:
            raise VrgError(f"{option} '{params[option]}' is not after since '{params['since']}'.")
    whose = _whose(api, params["tenant"])
    stats = sorted(api.read(Query("tenant_stats", whose, _CURRENT)), key=lambda row: str(row["tenant"]))
    window = _window(whose, since, until)
    history = by_tenant(api.read(Query(f"tenant_stats_history_{params['resolution']}", window, _HISTORY, "-timestamp")))
    own = [history.get(owner_path(row["tenant_key"]), []) for row in stats]
    return {
        "current": [_current(row, newest) for row, newest in zip(stats, own)],
        "history": [told for rows in own for told in _history(rows, params)],
        "summary": [summary(str(row["tenant"]), _before(summary_until, rows)) for row, rows in zip(stats, own)],
        "logs": _logs(api, _window(whose, since, until, _MICROSECONDS), params) if params["log_limit"] else [],
    }


def _whose(api: Api, text: Optional[str]) -> str:
    """A filter for the rows of one tenant, or of all that are not snapshots."""
    if text is None:
        return "tenant#is_snapshot eq false"
    tenant = read_tenant(api, text, key=True)
    if tenant is None:
        raise VrgError(no_tenant(text), hint="Leave tenant out for the figures of all of them.")
    return equals("tenant", tenant["$key"])


def _time(option: str, text: Optional[str]) -> Optional[int]:
    """A time that an option gives, in seconds since 1970."""
    if text is None:
        return None
    if is_number(text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise VrgError(
            f"{option} '{text}' is not a time.", hint="Write it like 2026-11-01, 2026-11-01T12:00:00Z or 1793534400."
        ) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def _window(whose: str, since: Optional[int], until: Optional[int], unit: int = 1) -> str:
    """A filter for what lies between two times, in a table that counts ``unit`` a second."""
    return all_of(
        whose,
        "" if since is None else f"timestamp ge {since * unit}",
        "" if until is None else f"timestamp lt {until * unit}",
    )


def _before(end: Optional[int], rows: list[Row]) -> list[Row]:
    return rows if end is None else [row for row in rows if int(row["timestamp"]) < end]


def _history(rows: list[Row], params: Mapping[str, Any]) -> list[dict[str, Any]]:
    if params["interval"] == "day":
        return by_day(rows)[: params["history_limit"]]
    return [point(row) for row in rows[: params["history_limit"]]]


def _current(row: Row, newest: Sequence[Row]) -> dict[str, Any]:
    """The platform's current figure is memory only; the rest is the newest point of the history (API page 3.15)."""
    last = point(newest[0]) if newest else {}
    return {
        "tenant": row["tenant"],
        "ram_used_gb": None if row["ram_used"] is None else gb(int(row["ram_used"])),
        "measured": iso_utc(row["last_update"]),
        "cpu_percent": last.get("cpu_percent"),
        "cpu_cores": last.get("cpu_cores"),
        "ram_allocated_gb": last.get("ram_allocated_gb"),
        "tiers": last.get("tiers", []),
        "history_time": last.get("time"),
    }


def _logs(api: Api, window: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The newest entries first."""
    condition = all_of(window, equals("level", *params["log_level"]) if params["log_level"] else "")
    rows = api.read(Query("tenant_logs", condition, _LOGS, "-timestamp", params["log_limit"]))
    return [
        {
            "tenant": row["tenant"],
            # The only times of the platform that are microseconds (API page 1.4).
            "time": iso_utc(int(row["timestamp"]) // _MICROSECONDS),
            "timestamp_us": int(row["timestamp"]),
            "level": row["level"],
            "text": row["text"],
            "user": row["user"],
        }
        for row in rows
    ]
