# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The log of a system, read on from where it was read to, so that no row is lost (docs/platform.md#3.16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from .._model.conditions import Row
from .._model.query import Query, Reader
from .._tables.tenant_logs import MICROSECONDS
from .._tables.watched import LOG
from .events import LATE, Event, Origin, in_batches

#: Rows in a request.
_PAGE = 500


def begin(reader: Reader, since: Optional[int]) -> dict[str, Any]:
    """Where reading begins: at ``since``, in seconds since 1970, or behind the newest row.

    ``from`` is the time before which nothing is of interest, ``last`` how far it has been read, both in microseconds;
    ``seen`` has the times of the rows that were handed over, by key.
    """
    if since is not None:
        return {"from": since * MICROSECONDS, "last": since * MICROSECONDS, "seen": {}}
    newest = max(map(_time, reader.read(Query(LOG, order="-timestamp", limit=1))), default=0)
    # A row of a clock that is ahead must not hide those that come until then.
    moment = min(newest, reader.now * MICROSECONDS)
    there = reader.read(Query(LOG, LOG["timestamp"].at_least(moment)))
    seen = {str(row["$key"]): _time(row) for row in there if _time(row) <= newest}
    return {"from": moment, "last": moment, "seen": seen}


def unseen(reader: Reader, place: dict[str, Any]) -> Iterator[list[Row]]:
    """Rows that were not handed over yet, the oldest first. They count as handed over when more is asked for.

    Never by offset, as the table is cut at its old end, and never by key, which a later row may get again.
    """
    at, limit = max(place["from"], place["last"] - LATE * MICROSECONDS), _PAGE
    while True:
        rows = sorted(reader.read(Query(LOG, LOG["timestamp"].at_least(at), "timestamp", limit)), key=_time)
        seen = place["seen"]
        new = [row for row in rows if seen.get(str(row["$key"])) != _time(row)]
        for batch in in_batches(new):
            yield list(batch)
            seen.update((str(row["$key"]), _time(row)) for row in batch)
            place["last"] = max(place["last"], min(_time(batch[-1]), reader.now * MICROSECONDS))
        oldest = place["last"] - LATE * MICROSECONDS
        place["seen"] = {key: time for key, time in seen.items() if time >= oldest}
        if len(rows) < limit:
            return
        # A page of one moment would be the same page again.
        limit = 2 * limit if _time(rows[-1]) == at else _PAGE
        at = _time(rows[-1])


def log_event(origin: Origin, row: Row) -> Event:
    """A row of the log as an event."""
    log = {name: row[name] for name in ("level", "text", "user", "object_type", "object_name")}
    return origin.event(
        "log",
        [LOG.table, row["$key"], _time(row)],
        _time(row) // MICROSECONDS,
        key=row["$key"],
        name=row["object_name"],
        tenant=row["object_name"] if row["object_type"] == "tenant" else None,
        log={**log, "timestamp_us": _time(row)},
    )


def _time(row: Row) -> int:
    return int(row["timestamp"])
