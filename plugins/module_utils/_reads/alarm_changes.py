# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alarms that were raised and lowered since they were looked at, those in between too (docs/platform.md#3.21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Optional

from .._model.conditions import Row
from .._model.query import MOST_TERMS, Query, Reader
from .._model.selectors import owner_path
from .._model.units import iso_utc
from .._tables.alarms import PAST_ALARM
from .._tables.watched import STANDING_ALARM, TENANT_NODE_STATE
from .events import LATE, Event, Origin

_SAID = ("level", "status", "type_name", "owner_name")


def begin(standing: Sequence[Row], since: Optional[int], initial: bool, now: int) -> dict[str, Any]:
    """What is known when reading begins: the alarms that stand, without those that are to be reported.

    These are the ones that were raised at or after ``since``, or all if ``initial`` says so. ``until`` is how far the
    history has been read, ``lowered`` which alarms have been reported as lowered, and when.
    """
    old = [] if initial else [row for row in standing if since is None or int(row["raised"] or 0) < since]
    start = now if since is None else since
    known = {_identity(row): _alarm(row, None) for row in old}
    return {"known": known, "from": start, "until": start, "lowered": {}}


def is_changed(standing: Sequence[Row], place: dict[str, Any]) -> bool:
    """Whether the alarms are others than those that are known."""
    return {_identity(row) for row in standing} != set(place["known"])


def changes(
    reader: Reader, origin: Origin, place: dict[str, Any], standing: Sequence[Row], past: Sequence[Row]
) -> Iterator[list[Event]]:
    """The events of one alarm after another; they count as handed over when more is asked for."""
    known, lowered = place["known"], place["lowered"]
    new = [row for row in standing if _identity(row) not in known]
    tenants = _tenants(reader, new)
    for row in new:
        alarm = _alarm(row, tenants.get(owner_path(row["owner"])))
        yield [_event(origin, alarm)]
        known[_identity(row)] = alarm
    for row in past:
        time, name = int(row["lowered"] or 0), _id(row)
        if time <= lowered.get(name, -1):
            continue
        same = [each for each in known if known[each]["alarm_id"] == name and known[each]["raised"] <= time]
        alarm = known[max(same, key=lambda each: int(known[each]["raised"]))] if same else _alarm(row, None)
        ended = _event(origin, alarm, lowered=time, by=row["lowered_by"])
        yield [ended] if same else [_event(origin, alarm), ended]
        lowered[name] = time
        for each in same:
            del known[each]
    there = {_identity(row) for row in standing}
    for each in [each for each in known if each not in there]:
        # The history does not have it, or cannot be read.
        yield [_event(origin, known[each], lowered=reader.now)]
        lowered[known.pop(each)["alarm_id"]] = reader.now
    newest = max((int(row["lowered"] or 0) for row in past), default=0)
    place["until"] = max(place["until"], min(newest, reader.now))
    place["lowered"] = {each: time for each, time in lowered.items() if time >= place["until"] - LATE}


def read_past(reader: Reader, place: dict[str, Any]) -> list[Row]:
    """The alarms that were lowered since the history was read, and some before them."""
    start = max(place["from"], place["until"] - LATE)
    return reader.read(Query(PAST_ALARM, PAST_ALARM["lowered"].at_least(start), "lowered"))


def _id(row: Row) -> str:
    return str(row["alarm_id"] or row["$key"])


def _identity(row: Row) -> str:
    """An alarm that is raised again is another one, whatever its id."""
    return f"{_id(row)}@{int(row['raised'] or 0)}"


def _alarm(row: Row, tenant: Optional[str]) -> dict[str, Any]:
    """What is remembered of an alarm, until it is lowered; ``raised`` is in seconds since 1970."""
    return {
        **{name: row[name] for name in _SAID},
        "key": row["$key"],
        "alarm_id": _id(row),
        "owner": owner_path(row.get("owner")) or None,
        "owner_type": row.get("owner_type"),
        "resolvable": row.get("resolvable"),
        "raised": int(row["raised"] or 0),
        "tenant": tenant,
    }


def _event(origin: Origin, alarm: dict[str, Any], *, lowered: Optional[int] = None, by: Optional[str] = None) -> Event:
    """An alarm that was raised, or lowered at a time."""
    old, new = ("lowered", "raised") if lowered is None else ("raised", "lowered")
    told = {name: value for name, value in alarm.items() if name not in ("key", "tenant", "raised")}
    times = {"raised": iso_utc(alarm["raised"]), "lowered": iso_utc(lowered)}
    return origin.event(
        "alarm",
        [STANDING_ALARM.table, alarm["alarm_id"], alarm["raised"], new],
        alarm["raised"] if lowered is None else lowered,
        name=alarm["owner_name"] or alarm["owner"],
        key=alarm["key"],
        tenant=alarm["tenant"],
        old=old,
        new=new,
        alarm={**told, **times, "lowered_by": by},
    )


def _tenants(reader: Reader, alarms: Sequence[Row]) -> dict[str, str]:
    """The tenant of each alarm that is about a tenant's node, by the node's reference."""
    keys = [owner_path(row["owner"]).split("/")[-1] for row in alarms if row["owner_type"] == "tenant_nodes"]
    if not keys:
        return {}
    resource = TENANT_NODE_STATE.only("tenant")
    query = Query(resource, resource["$key"].among(*map(int, keys))) if len(keys) <= MOST_TERMS else Query(resource)
    return {f"{resource.table}/{row['$key']}": str(row["tenant"]) for row in reader.read(query)}
