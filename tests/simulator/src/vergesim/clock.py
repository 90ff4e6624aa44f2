"""Time: a clock that runs, stands until it is told, or moves with each request; and what is due on it."""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

Subject = tuple[str, int | str]
MODES = ("real", "manual", "requests")
# 2026-11-01 12:00 UTC: time that requests move begins here, so that the same requests see the same times.
BEGINNING = 1_793_534_400.0


class Clock:
    """Unix time: real, driven, or moved by requests. `advance` moves any kind forward."""

    def __init__(self, mode: str = "real") -> None:
        self.mode = mode
        self._offset = 0.0
        self._stopped_at = {"real": None, "manual": time.time(), "requests": BEGINNING}[mode]

    def now(self) -> float:
        """Seconds since the epoch."""
        base = time.time() if self._stopped_at is None else self._stopped_at
        return base + self._offset

    def advance(self, seconds: float) -> None:
        """Move the time forward."""
        self._offset += seconds

    def count_request(self) -> None:
        """A request takes a second, where it is requests that move the time."""
        if self.mode == "requests":
            self.advance(1)

    def set_mode(self, mode: str) -> None:
        """Let the time go on in another way from where it stands."""
        now = self.now()
        self.mode = mode
        self._stopped_at = None if mode == "real" else now
        self._offset = now - time.time() if mode == "real" else 0.0


@dataclass(order=True)
class Event:
    """Something that happens at a time to a subject."""

    at: float
    order: int
    subject: Subject = field(compare=False)
    happen: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)


class Timeline:
    """Events in the order of their time; they happen when somebody looks (`settle`), each at its own moment.

    Nothing runs in the background, so a state is right whenever it is read, and a driven clock and a real
    one cannot differ.
    """

    def __init__(self, clock: Clock, step: float) -> None:
        self.clock = clock
        self.step = step
        self.now = clock.now()
        self._heap: list[Event] = []
        self._by_subject: dict[Subject, list[Event]] = {}
        self._order = itertools.count()

    def after(self, steps: float, subject: Subject, happen: Callable[[], None]) -> None:
        """Let something happen `steps` transitions from this moment."""
        event = Event(self.now + steps * self.step, next(self._order), subject, happen)
        heapq.heappush(self._heap, event)
        self._by_subject.setdefault(subject, []).append(event)

    def cancel(self, subject: Subject) -> None:
        """Forget what was to happen to a subject."""
        for event in self._by_subject.pop(subject, ()):
            event.cancelled = True

    def pending(self, subject: Subject) -> bool:
        """Whether something is still to happen to a subject."""
        return bool(self._by_subject.get(subject))

    def has_due(self) -> bool:
        """Whether something is due that has not happened yet."""
        until = self.clock.now()
        return any(event.at <= until and not event.cancelled for event in self._heap)

    def settle(self) -> None:
        """Let everything happen that is due by now."""
        until = self.clock.now()
        while self._heap and self._heap[0].at <= until:
            event = heapq.heappop(self._heap)
            if event.cancelled:
                continue
            waiting = self._by_subject[event.subject]
            waiting.remove(event)
            if not waiting:
                del self._by_subject[event.subject]
            self.now = max(self.now, event.at)
            event.happen()
        self.now = max(self.now, until)
