# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statistics and logs of tenants (API page 3.15, 3.16), of one or of all in the same number of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from math import ceil
from typing import Any, Optional

from .._api import Api, Query, Row, all_of, equals
from .._errors import VrgError
from .._references import no_tenant, read_tenant
from .._units import MB_PER_GB, gib, iso_utc, owner_path

LEVELS = ["audit", "message", "warning", "error", "critical", "summary", "debug"]
_TIERS = range(6)
_SIZES = ("provisioned", "used", "allocated")
_OF = "tenant as tenant_key,tenant#name as tenant"
_CURRENT = f"$key,{_OF},ram_used,last_update"
_HISTORY = ",".join(
    [
        f"$key,{_OF},timestamp,total_cpu,core_count,ram_used,ram_allocated,ram_pct,ip_count",
        *(f"tier{tier}_{size}" for tier in _TIERS for size in _SIZES),
    ]
)
_LOGS = f"$key,{_OF},level,text,user,timestamp"
_PERCENTILES = (50, 95)
_MICROSECONDS = 1_000_000


def gather(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """Current figures, history, its summary, and logs, by tenant."""
    since = _since(params["since"])
    whose = _whose(api, params["tenant"])
    stats = api.read(Query("tenant_stats", whose, _CURRENT))
    window = all_of(whose, f"timestamp ge {since}" if since else "")
    history = api.read(Query(f"tenant_stats_history_{params['resolution']}", window, _HISTORY, "-timestamp"))
    by_tenant: dict[str, list[Row]] = {}
    for row in history:
        by_tenant.setdefault(owner_path(row["tenant_key"]), []).append(row)
    stats = sorted(stats, key=lambda row: str(row["tenant"]))
    points = [by_tenant.get(owner_path(row["tenant_key"]), []) for row in stats]
    return {
        "current": [_current(row, newest) for row, newest in zip(stats, points)],
        "history": [_point(row) for rows in points for row in rows[: params["history_limit"]]],
        "summary": [_summary(str(row["tenant"]), rows) for row, rows in zip(stats, points)],
        "logs": _logs(api, whose, params) if params["log_limit"] else [],
    }


def _whose(api: Api, text: Optional[str]) -> str:
    """A filter for the rows of one tenant, or of all that are not snapshots."""
    if text is None:
        return "tenant#is_snapshot eq false"
    tenant = read_tenant(api, text, key=True)
    if tenant is None:
        raise VrgError(no_tenant(text), hint="Leave tenant out for the figures of all of them.")
    return equals("tenant", tenant["$key"])


def _since(text: Optional[str]) -> int:
    """The beginning of the window, in seconds since 1970; 0 where none is given."""
    if text is None:
        return 0
    if text.isdecimal():
        return int(text)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise VrgError(
            f"since '{text}' is not a time.", hint="Write it like 2026-11-01, 2026-11-01T12:00:00Z or 1793534400."
        ) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp())


def _gb(megabytes: Any) -> Optional[float]:
    """What is not known is not nothing: somebody may bill by it."""
    return None if megabytes is None else round(int(megabytes) / MB_PER_GB, 2)


def _tiers(row: Row) -> list[dict[str, Any]]:
    """The tiers that hold or promise anything."""
    found = []
    for tier in _TIERS:
        sizes = {f"{size}_gb": gib(row.get(f"tier{tier}_{size}")) for size in _SIZES}
        if any(sizes.values()):
            found.append({"tier": tier, **sizes})
    return found


def _current(row: Row, newest: Sequence[Row]) -> dict[str, Any]:
    """The platform's current figure is memory only; the rest is the newest point of the history (API page 3.15)."""
    point = _point(newest[0]) if newest else {}
    return {
        "tenant": row["tenant"],
        "ram_used_gb": _gb(row["ram_used"]),
        "measured": iso_utc(row["last_update"]),
        "cpu_percent": point.get("cpu_percent"),
        "cpu_cores": point.get("cpu_cores"),
        "ram_allocated_gb": point.get("ram_allocated_gb"),
        "tiers": point.get("tiers", []),
        "history_time": point.get("time"),
    }


def _point(row: Row) -> dict[str, Any]:
    return {
        "tenant": row["tenant"],
        "time": iso_utc(row["timestamp"]),
        "timestamp": int(row["timestamp"]),
        "cpu_percent": row["total_cpu"],
        "cpu_cores": row["core_count"],
        "ram_used_gb": _gb(row["ram_used"]),
        "ram_allocated_gb": _gb(row["ram_allocated"]),
        "ram_percent": row["ram_pct"],
        "ip_count": row["ip_count"],
        "tiers": _tiers(row),
    }


def percentile(values: Sequence[float], rank: int) -> float:
    """The nearest-rank percentile: a value that was really measured, as billing by the 95th asks for."""
    ordered = sorted(values)
    return ordered[max(ceil(rank / 100 * len(ordered)), 1) - 1]


def _spread(values: Sequence[Optional[float]]) -> Optional[dict[str, float]]:
    """Of the values that are known; None where none is."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return {**{f"p{rank}": percentile(known, rank) for rank in _PERCENTILES}, "max": max(known)}


def _summary(tenant: str, rows: Sequence[Row]) -> dict[str, Any]:
    points = [_point(row) for row in rows]
    if not points:
        empty = dict.fromkeys(("cpu_percent", "cpu_cores", "ram_used_gb", "ram_allocated_gb"))
        return {"tenant": tenant, "points": 0, "from": None, "to": None, **empty, "tiers": []}
    figures = ("cpu_percent", "cpu_cores", "ram_used_gb", "ram_allocated_gb")
    return {
        "tenant": tenant,
        "points": len(points),
        "from": points[-1]["time"],
        "to": points[0]["time"],
        **{name: _spread([point[name] for point in points]) for name in figures},
        "tiers": _tier_spreads(points),
    }


def _tier_spreads(points: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Spreads of each tier; a point that knows nothing of a tier counts as nothing there."""
    by_tier = [{tier["tier"]: tier for tier in point["tiers"]} for point in points]
    found = []
    for number in sorted({tier for tiers in by_tier for tier in tiers}):
        spreads = {}
        for size in (f"{size}_gb" for size in _SIZES):
            spreads[size] = _spread([tiers.get(number, {}).get(size, 0.0) for tiers in by_tier])
        found.append({"tier": number, **spreads})
    return found


def _logs(api: Api, whose: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The newest entries first."""
    since = _since(params["since"])
    condition = all_of(
        whose,
        equals("level", *params["log_level"]) if params["log_level"] else "",
        f"timestamp ge {since * _MICROSECONDS}" if since else "",
    )
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
