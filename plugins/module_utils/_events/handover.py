# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How events get from the source into ansible-rulebook's rule engine."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

from .._model.errors import VrgError
from .._reads.events import Event

#: Seconds between two looks at whether an event has been taken.
_LOOK = 0.02


class Handover:
    """Gives events to the rule engine, and returns when it has them."""

    def __init__(self, queue: Any, feedback: Optional[asyncio.Queue[Any]], timeout: float) -> None:
        """``feedback`` is the queue on which the engine confirms events, if it does, within ``timeout`` seconds."""
        self._queue = queue
        # Behind the filters of the rulebook, there is a queue with one place. Another kind of queue has what it took.
        self._is_empty = getattr(getattr(queue, "queue", queue), "empty", None)
        self._timeout = timeout
        self._turn = asyncio.Lock()
        self._awaited = ""
        self._confirmed = asyncio.Event()
        # All are taken, as the engine stands still where one is not: those of events that a filter has made, too.
        self._collector = asyncio.create_task(self._collect(feedback)) if feedback else None

    async def _collect(self, feedback: asyncio.Queue[Any]) -> None:
        while True:
            if (await feedback.get()).get("meta", {}).get("uuid") == self._awaited:
                self._confirmed.set()

    async def give(self, events: list[Event]) -> None:
        """Give a batch, and wait until the engine has it. Raises VrgError where it does not confirm one in time."""
        async with self._turn:
            for event in events:
                self._awaited = event["meta"]["uuid"]
                self._confirmed.clear()
                await self._queue.put(event)
                if self._collector:
                    await self._confirmation()
            # The engine takes an event off the queue and posts it to the rules without a break in between.
            while self._is_empty and not self._is_empty():
                await asyncio.sleep(_LOOK)

    async def _confirmation(self) -> None:
        if self._is_empty and self._is_empty():
            # A filter has dropped it: the engine cannot have taken it yet.
            return
        try:
            await asyncio.wait_for(self._confirmed.wait(), self._timeout)
        except asyncio.TimeoutError:
            raise VrgError(
                f"The rule engine has not confirmed an event within {self._timeout:g} seconds.",
                hint="Look at what its rules are busy with; feedback_timeout sets how long they may be.",
            ) from None

    def close(self) -> None:
        """Confirmations are not taken any more."""
        if self._collector:
            self._collector.cancel()
