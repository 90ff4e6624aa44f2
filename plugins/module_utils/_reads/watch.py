# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One system, looked at again and again: what is read when, and the events that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Optional

from .._model.conditions import Row
from .._model.errors import Outcome, VrgError
from .._model.query import Query, Reader
from .._model.units import TIME_FORMS, moment_of
from .._tables.watched import STANDING_ALARM
from . import alarm_changes, log_tail
from .events import Event, Origin
from .state_changes import STATES, Watched, begin, is_answer, items, transitions

KINDS = ("logs", "alarms", *STATES)
#: Every how many looks everything is read, though log and alarms show nothing new.
SWEEP = 10
#: What says that the system cannot be asked now, not that one table cannot be read.
_OF_THE_SYSTEM = (None, 401, 429, 502, 503, 504)


@dataclass
class Watch:
    """What is watched of one system.

    ``place`` is what has been handed over so far, in plain data; it changes as batches are asked for. ``since`` and
    ``initial`` count only where ``place`` has nothing yet. ``refused`` has the kinds that cannot be read, and why.
    """

    origin: Origin
    kinds: tuple[str, ...] = KINDS
    levels: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    since: str = ""
    initial: bool = False
    place: dict[str, Any] = field(default_factory=dict)
    refused: dict[str, VrgError] = field(default_factory=dict)
    _looks: int = 0
    _said: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def look(self, reader: Reader) -> Iterator[list[Event]]:
        """Batches of events; each counts as handed over when the next one is asked for.

        The log and the alarms are read each time. Where they show something new, and every tenth time, everything
        else is. Raises VrgError where the system cannot be asked; then everything is read the next time.
        """
        looks, self._looks = self._looks, 0
        quick = [kind for kind in ("logs", "alarms") if kind in self.kinds]
        news = looks == 0 or not quick
        standing: list[Row] = []
        if "alarms" in self.kinds:
            for rows in self._guarded("alarms", self._standing(reader)):
                standing = rows
                news = news or alarm_changes.is_changed(standing, self.place["alarms"])
        if "logs" in self.kinds:
            for events in self._guarded("logs", self._logs(reader)):
                news = True
                yield from self._wanted(events)
        if news:
            for kind in STATES:
                if kind in self.kinds:
                    yield from self._all_wanted(kind, self._states(reader, STATES[kind]))
            if "alarms" in self.kinds and "alarms" not in self.refused:
                yield from self._all_wanted("alarms", self._alarms(reader, standing))
            self._said = {}
        self._looks = (looks + 1) % SWEEP

    def _all_wanted(self, kind: str, batches: Iterator[list[Event]]) -> Iterator[list[Event]]:
        for events in self._guarded(kind, batches):
            yield from self._wanted(events)

    def _guarded(self, kind: str, batches: Iterator[Any]) -> Iterator[Any]:
        """The batches; where the platform does not have or give this kind, there are none, and others go on."""
        try:
            yield from batches
        except VrgError as error:
            if error.outcome is Outcome.LOCAL or error.status in _OF_THE_SYSTEM:
                raise
            self.refused[kind] = error
        else:
            self.refused.pop(kind, None)

    def _wanted(self, events: list[Event]) -> Iterator[list[Event]]:
        """The events that levels and tenants let through, if there are any."""
        wanted = [event for event in events if self._is_wanted(event)]
        if wanted:
            yield wanted

    def _is_wanted(self, event: Event) -> bool:
        level = (event["log"] if event["kind"] == "log" else event["alarm"] or {}).get("level")
        if self.levels and level is not None and level not in self.levels:
            return False
        return not self.tenants or event["tenant"] is None or event["tenant"] in self.tenants

    def _since(self, reader: Reader) -> Optional[int]:
        try:
            return moment_of(self.since, reader.now) if self.since else None
        except ValueError:
            raise VrgError(f"since '{self.since}' is not a time.", hint=f"Write it like {TIME_FORMS}.") from None

    def _logs(self, reader: Reader) -> Iterator[list[Event]]:
        if "logs" not in self.place:
            self.place["logs"] = log_tail.begin(reader, self._since(reader))
        for rows in log_tail.unseen(reader, self.place["logs"]):
            events = [log_tail.log_event(self.origin, row) for row in rows]
            self._said.update(
                ((row["object_type"], row["object_name"]), event["log"]) for row, event in zip(rows, events)
            )
            yield events

    def _standing(self, reader: Reader) -> Iterator[list[Row]]:
        rows = reader.read(Query(STANDING_ALARM))
        if "alarms" not in self.place:
            self.place["alarms"] = alarm_changes.begin(rows, self._since(reader), self.initial, reader.now)
        yield rows

    def _alarms(self, reader: Reader, standing: list[Row]) -> Iterator[list[Event]]:
        past: list[Row] = []
        for rows in self._guarded("alarm_history", self._past(reader)):
            past = rows
        yield from alarm_changes.changes(reader, self.origin, self.place["alarms"], standing, past)

    def _past(self, reader: Reader) -> Iterator[list[Row]]:
        yield alarm_changes.read_past(reader, self.place["alarms"])

    def _states(self, reader: Reader, kinds: tuple[Watched, ...]) -> Iterator[list[Event]]:
        states = self.place.setdefault("states", {})
        for watched in kinds:
            found = items(watched, reader.read(watched.query))
            if watched.kind not in states:
                states[watched.kind] = begin(found, self.initial, reader.now)
            known = states[watched.kind]
            if not is_answer(found, watched, known):
                table = watched.resource.table
                raise VrgError(
                    f"Table {table} is empty, which it cannot be.", outcome=Outcome.UNKNOWN, status=200, api={}
                )
            yield from transitions(self.origin, watched, known, found, reader.now, self._said)
