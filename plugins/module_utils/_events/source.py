# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source itself: every system is followed beside the others, on threads, as the SDK waits for answers."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from typing import Any

from .._model.errors import VrgError
from .._reads.events import Origin
from .._reads.watch import Watch
from .arguments import Arguments, System, read
from .bell import Bell, doorbell
from .cursor import Cursor, open_cursor
from .follower import Follower
from .handover import Handover

logger = logging.getLogger("vergeio.vrg.vrg_events")


async def send_events(queue: Any, args: Mapping[str, Any]) -> None:
    """Put events into the queue until it is cancelled.

    Raises VrgError where an argument makes no sense, and where no system is left that asking again could help with.
    """
    try:
        given = read(args, os.environ)
        with open_cursor(given.cursor) as cursor:
            async with doorbell(given.wake) as bell:
                await _follow_all(given, cursor, bell, queue, args.get("eda_feedback_queue"))
    except VrgError as error:
        # ansible-rulebook shows no more than this.
        raise VrgError(f"{error.message} {error.hint}".strip()) from None


async def _follow_all(given: Arguments, cursor: Cursor, bell: Bell, queue: Any, feedback: Any) -> None:
    handover = Handover(queue, feedback, given.feedback_timeout)
    followers = [Follower(_watch(given, system), system.connection, cursor) for system in given.systems]
    tasks = {asyncio.create_task(_follow(one, handover, bell, given.interval)) for one in followers}
    try:
        while tasks:
            done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                error = task.exception()
                if error and not (tasks and isinstance(error, VrgError)):
                    raise error
    finally:
        for task in tasks:
            task.cancel()
        handover.close()
        for one in followers:
            one.close()


def _watch(given: Arguments, system: System) -> Watch:
    origin = Origin(system.name, system.connection.host)
    return Watch(origin, given.kinds, given.levels, given.tenants, given.since, given.initial)


async def _follow(follower: Follower, handover: Handover, bell: Bell, interval: float) -> None:
    """Look at a system again and again. Raises VrgError where asking again cannot help."""
    name = follower.watch.origin.name
    silent = False
    refused: dict[str, str] = {}
    while True:
        try:
            await _look(follower, handover)
        except VrgError as error:
            pause = follower.pause_after(error, interval)
            if pause is None:
                logger.error("%s is not followed any more: %s %s", name, error, error.hint)
                raise
            if not silent:
                logger.warning("%s does not answer, and is asked again: %s", name, error)
            silent = True
            await asyncio.sleep(pause)
            continue
        if silent:
            logger.warning("%s answers again.", name)
        silent, before = False, refused
        refused = {kind: str(error) for kind, error in follower.watch.refused.items()}
        for kind in refused.keys() - before.keys():
            logger.warning("%s: no events come of %s: %s", name, kind, refused[kind])
        await bell.wait(interval)


async def _look(follower: Follower, handover: Handover) -> None:
    while True:
        events = await asyncio.to_thread(follower.next_batch)
        if events is None:
            return
        await handover.give(events)
