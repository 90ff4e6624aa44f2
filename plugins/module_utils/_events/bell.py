# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A doorbell: what rings it has the systems asked at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Optional

from .._model.errors import VrgError

#: Rings that follow one another within so many seconds count as one: each one costs requests.
_RINGS = 5.0


class Bell:
    """Nobody has to trust who rings: nothing is taken from it but that it rang."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, seconds: float) -> None:
        """Return after so many seconds, or sooner when it rings."""
        loop = asyncio.get_running_loop()
        start, rung = loop.time(), self._rung
        try:
            await asyncio.wait_for(rung.wait(), seconds)
        except asyncio.TimeoutError:
            return
        await asyncio.sleep(max(0.0, min(_RINGS, seconds) - (loop.time() - start)))


@asynccontextmanager
async def doorbell(address: Optional[tuple[str, int]]) -> AsyncIterator[Bell]:
    """A bell that any POST to the address rings; without an address, it is never rung."""
    bell = Bell()
    if address is None:
        yield bell
        return
    # ansible-rulebook brings it along.
    from aiohttp import web

    async def ring(request: web.Request) -> web.Response:
        bell.ring()
        return web.Response(status=204)

    application = web.Application()
    application.router.add_post("/{path:.*}", ring)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            raise VrgError(
                f"wake {address[0]}:{address[1]} cannot be listened on: {error.strerror}.",
                hint="Choose a port that nobody else uses.",
            ) from None
        yield bell
    finally:
        await runner.cleanup()
