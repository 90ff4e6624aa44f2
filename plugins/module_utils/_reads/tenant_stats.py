# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Statistics and logs of tenants (docs/platform.md#3.15, docs/platform.md#3.16), of one or of all in the same number
of requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._model.conditions import ALL, Condition, Row, all_of
from .._model.errors import VrgError
from .._model.query import Query, Reader
from .._model.resource import Column, Resource
from .._model.selectors import owner_path
from .._model.units import TIME_FORMS, iso_utc, moment_of
from .._tables.tenant_logs import MICROSECONDS
from .._tables.tenant_stats import HISTORY, TENANT_LOGS, TENANT_STATS
from .._tables.tenants import known_tenants, read_tenant
from .tenant_billing import accounts, billed_history
from .tenant_history import by_day, by_tenant, point, summary


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """Current figures, history, its summary, and logs, by tenant."""
    for option in ("history_limit", "log_limit"):
        if params[option] < 0:
            raise VrgError(
                f"{option} {params[option]} is below 0.", hint="Give a number of entries; 0 leaves them out."
            )
    times = {option: _time(option, params[option], reader.now) for option in ("since", "until", "summary_until")}
    since, until, summary_until = times.values()
    for option in ("until", "summary_until"):
        end = times[option]
        if since is not None and end is not None and end <= since:
            raise VrgError(f"{option} '{params[option]}' is not after since '{params['since']}'.")
    tenant = _tenant(reader, params["tenant"])
    current = reader.read(Query(TENANT_STATS, _of(TENANT_STATS, tenant)))
    stats = sorted(current, key=lambda row: str(row["tenant"]))
    if params["reduce"]:
        return {**_reduced(reader, params, times, tenant, stats), "logs": _logs(reader, tenant, since, until, params)}
    resource = HISTORY[params["resolution"]]
    window = all_of(_of(resource, tenant), _within(resource["timestamp"], since, until))
    history = by_tenant(reader.read(Query(resource, window, "-timestamp")))
    own = [history.get(owner_path(row["tenant_key"]), []) for row in stats]
    return {
        "current": [_current(row, newest) for row, newest in zip(stats, own)],
        "history": [entry for rows in own for entry in _history(rows, params)],
        "summary": [summary(str(row["tenant"]), _before(summary_until, rows)) for row, rows in zip(stats, own)],
        "series": [],
        "logs": _logs(reader, tenant, since, until, params),
    }


def _reduced(
    reader: Reader,
    params: Mapping[str, Any],
    times: Mapping[str, Optional[int]],
    tenant: Optional[Any],
    stats: list[Row],
) -> dict[str, Any]:
    """The same, of the figures that are billed; the history is reduced while it arrives."""
    since, until = times["since"], times["until"]
    if since is None:
        raise VrgError("reduce needs since.", hint="Say from when on the history is read; a bill has a beginning.")
    resource = billed_history(params["resolution"])
    where = ALL if tenant is None else resource["tenant_key"].eq(tenant)
    window = since, reader.now + 1 if until is None else until
    keys = [row["tenant_key"] for row in stats]
    own = accounts(reader, resource, where, window, times["summary_until"], keys)
    named = [(str(row["tenant"]), account) for row, account in zip(stats, own)]
    return {
        "current": [_current(row, ()) for row in stats],
        "history": [],
        "summary": [account.summary(name) for name, account in named],
        "series": [account.series(name) for name, account in named],
    }


def _tenant(reader: Reader, text: Optional[str]) -> Optional[Any]:
    """The key of the tenant that the option names, if it names one."""
    if text is None:
        return None
    tenant = read_tenant(reader, text, key=True)
    if tenant is None:
        hint = f"{known_tenants(reader, text)} Leave tenant out for the figures of all of them."
        raise VrgError(f"There is no tenant '{text}'.", hint=hint.strip())
    return tenant["$key"]


def _of(resource: Resource, tenant: Optional[Any]) -> Condition:
    """The rows of one tenant, or of all that are not snapshots."""
    return resource["is_snapshot"].eq(False) if tenant is None else resource["tenant_key"].eq(tenant)


def _time(option: str, text: Optional[str], now: int) -> Optional[int]:
    """A time that an option gives, in seconds since 1970."""
    if text is None:
        return None
    try:
        return moment_of(text, now)
    except ValueError:
        raise VrgError(f"{option} '{text}' is not a time.", hint=f"Write it like {TIME_FORMS}.") from None


def _within(column: Column, since: Optional[int], until: Optional[int], unit: int = 1) -> Condition:
    """What lies between two times, in a column that counts ``unit`` a second."""
    return all_of(
        ALL if since is None else column.at_least(since * unit),
        ALL if until is None else column.below(until * unit),
    )


def _before(end: Optional[int], rows: list[Row]) -> list[Row]:
    return rows if end is None else [row for row in rows if int(row["timestamp"]) < end]


def _history(rows: list[Row], params: Mapping[str, Any]) -> list[dict[str, Any]]:
    if params["interval"] == "day":
        return by_day(rows)[: params["history_limit"]]
    return [point(row) for row in rows[: params["history_limit"]]]


def _current(row: Row, newest: Sequence[Row]) -> dict[str, Any]:
    """The platform's current figure is memory only; the rest is the newest point of the history."""
    last = point(newest[0]) if newest else {}
    shown = TENANT_STATS.view(row)
    return {
        **{name: shown[name] for name in ("tenant", "ram_used_gb", "measured")},
        **{name: last.get(name) for name in ("cpu_percent", "cpu_cores", "ram_allocated_gb")},
        "tiers": last.get("tiers", []),
        "history_time": last.get("time"),
    }


def _logs(
    reader: Reader, tenant: Optional[Any], since: Optional[int], until: Optional[int], params: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The newest entries first, if any are asked for."""
    if not params["log_limit"]:
        return []
    where = all_of(
        _of(TENANT_LOGS, tenant),
        _within(TENANT_LOGS["timestamp"], since, until, MICROSECONDS),
        TENANT_LOGS["level"].among(*params["log_level"]) if params["log_level"] else ALL,
    )
    rows = reader.read(Query(TENANT_LOGS, where, "-timestamp", params["log_limit"]))
    return [
        {
            "tenant": row["tenant"],
            "time": iso_utc(int(row["timestamp"]) // MICROSECONDS),
            "timestamp_us": int(row["timestamp"]),
            "level": row["level"],
            "text": row["text"],
            "user": row["user"],
        }
        for row in rows
    ]
