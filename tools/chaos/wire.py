"""What a run sends, attempt by attempt, seen below every retry; and the place where somebody else, or a kill, comes in.

urllib3's connections are watched, so that it does not matter which client or session sends.
"""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse

API = "/api/v4/"


@dataclass
class Sent:
    """One request: ``status`` is None while there is no answer, or for ever when the connection was cut."""

    method: str
    table: str
    key: str
    body: Any
    at: float
    status: int | None = None
    answered: float = 0.0
    #: Whether the answer broke off: a client that cannot read it does not know what it was.
    cut: bool = False

    @property
    def is_write(self) -> bool:
        return self.method != "GET"

    @property
    def accepted(self) -> bool:
        """The platform said that it was done."""
        return self.status is not None and self.status < 300

    @property
    def refused(self) -> bool:
        """The platform said no: for all other answers, it may have been done."""
        return self.status is not None and 400 <= self.status < 500 and self.status != 429 and not self.cut


@dataclass
class Wire:
    """What was sent since ``listen``; ``answered`` is called with the number of answers, also of broken ones."""

    sent: list[Sent] = field(default_factory=list)
    answered: Callable[[int], None] | None = None
    _end_at: int = 0
    _end_before: bool = False
    _end_by: signal.Signals = signal.SIGKILL

    def listen(self, answered: Callable[[int], None] | None = None) -> list[Sent]:
        """Start a new list."""
        self.sent, self.answered = [], answered
        return self.sent

    def end_at(self, number: int, *, before: bool, by: signal.Signals = signal.SIGKILL) -> None:
        """Send this process a signal at a request: before it leaves, or once it is answered. Where threads send, it
        is the first of which this is true from that number on."""
        self._end_at, self._end_before, self._end_by = number, before, by

    def install(self) -> None:
        """Watch every connection that this process makes from now on."""
        request, getresponse, read = HTTPConnection.request, HTTPConnection.getresponse, HTTPResponse.read

        def watched_request(connection: Any, method: str, url: str, body: Any = None, *rest: Any, **more: Any) -> Any:
            connection.sent_by_chaos = mine = _read(method, url, body)
            self.sent.append(mine)
            self._end(before=True)
            return request(connection, method, url, body, *rest, **more)

        def watched_response(connection: Any, *rest: Any, **more: Any) -> Any:
            mine: Sent = connection.sent_by_chaos
            try:
                answer: Any = getresponse(connection, *rest, **more)
                mine.status = answer.status
                answer.sent_by_chaos = mine
                return answer
            finally:
                mine.answered = time.time()
                self._end(before=False)
                if self.answered is not None:
                    self.answered(len(self.sent))

        def watched_read(answer: Any, *rest: Any, **more: Any) -> Any:
            try:
                return read(answer, *rest, **more)
            except HTTPError:
                answer.sent_by_chaos.cut = True
                raise

        HTTPResponse.read = watched_read  # type: ignore
        HTTPConnection.request = watched_request  # type: ignore
        HTTPConnection.getresponse = watched_response  # type: ignore

    def _end(self, *, before: bool) -> None:
        if 0 < self._end_at <= len(self.sent) and before is self._end_before:
            self._end_at = 0
            os.kill(os.getpid(), self._end_by)


def _read(method: str, url: str, body: Any) -> Sent:
    path = urlsplit(url).path
    table, _slash, key = path.removeprefix(API).partition("/")
    text = body.decode() if isinstance(body, bytes) else body
    try:
        content = json.loads(text) if text else None
    except ValueError:
        content = text
    return Sent(method, table, key, content, time.time())
