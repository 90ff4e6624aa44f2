# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One system, followed: logged in to, looked at, and asked again later where it does not answer."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Optional

from .._model.errors import Outcome, VrgError
from .._model.secrets import Secrets
from .._options import Settings
from .._reads.events import Event
from .._reads.watch import Watch
from .._system.api import Api
from .._system.session import log_in, open_session
from .cursor import Cursor

logger = logging.getLogger("vergeio.vrg.vrg_events")

#: The longest pause between two tries of a system that does not answer, in seconds.
_LONGEST_PAUSE = 300.0
#: The first one.
_FIRST_PAUSE = 5.0


class Follower:
    """Hands out batches of one system's events, and says when to look again. One thread at a time."""

    def __init__(self, watch: Watch, connection: Settings, cursor: Cursor) -> None:
        self.watch = watch
        self._connection = connection
        self._cursor = cursor
        self._secrets = Secrets(connection.secrets)
        self._session: Any = None
        self._api: Optional[Api] = None
        self._batches: Optional[Iterator[list[Event]]] = None
        #: Whether it has ever answered, and how often it has not since it did.
        self._answered = False
        self._failures = 0
        self._refused = 0
        watch.place = cursor.place(watch.origin.name)

    def next_batch(self) -> Optional[list[Event]]:
        """The next events of this look, none at its end. Those before are remembered as handed over.

        Raises VrgError where the system does not answer.
        """
        try:
            if self._batches is None:
                self._batches = self.watch.look(self._connected())
            batch = next(self._batches, None)
        except VrgError:
            self._batches = None
            raise
        finally:
            self._remember()
        if batch is None:
            self._batches = None
            self._answered, self._failures, self._refused = True, 0, 0
            return None
        clean: list[Event] = self._secrets.scrub(batch)
        return clean

    def _remember(self) -> None:
        try:
            self._cursor.save(self.watch.origin.name, self.watch.place)
        except VrgError as error:
            # To send it again some day is better than not to send what comes.
            logger.error("Events may come again, as the cursor is not written: %s", error)

    def pause_after(self, error: VrgError, interval: float) -> Optional[float]:
        """Seconds until it may be asked again; None if that is of no use."""
        self._failures += 1
        if error.status == 401:
            # A login may have ended. Another one is tried once: accounts lock.
            self._refused += 1
            self.close()
            return 0.0 if self._answered and self._refused == 1 else None
        if error.outcome is Outcome.LOCAL:
            return None
        if not self._answered and (error.permanent or error.outcome is Outcome.REFUSED):
            return None
        first = min(_FIRST_PAUSE, interval)
        return float(min(first * 2 ** min(self._failures - 1, 16), max(_LONGEST_PAUSE, interval)))

    def close(self) -> None:
        """Log out; the next look logs in again."""
        if self._session is not None:
            with suppress(Exception):
                self._session.close()
        self._session, self._api, self._batches = None, None, None

    def _connected(self) -> Api:
        if self._api is None:
            if self._connection.insecure:
                warnings.filterwarnings("ignore", message="Unverified HTTPS request")
            self._session = open_session(self._connection, "events")
            try:
                self._api = log_in(self._connection, self._session, self._secrets)
            except VrgError:
                self.close()
                raise
        return self._api
