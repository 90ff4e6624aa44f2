# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The platform's tables by name: read and write rows, with every failure mapped to one error type.

The transport is pyvergeos's ResourceManager for an endpoint; docs/decisions/0002 says why not its typed managers.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Callable, Optional, TypeVar

from .._model.conditions import NOTHING, Row
from .._model.errors import Outcome, VrgError
from .._model.query import Query, Write
from .._model.resource import Resource
from .._model.secrets import Secrets
from .._model.selectors import row_key
from .ahead import ahead
from .clock import Clock, SystemClock
from .failures import explain

T = TypeVar("T")

#: The longest pause before something is sent again, in seconds, whoever asks for it: an hour of silence says nothing.
_LONGEST_PAUSE = 60.0
_FIRST_PAUSE = 0.3
#: After what a read is sent again.
_RETRIED_STATUS = (429, 502, 503, 504)
#: The shortest time that a request gets, however near the end of a wait is.
_SHORTEST_TIMEOUT = 0.5
#: Requests in a second once a connection was dropped: a session that sends more than 50 is cut off
#: (docs/platform.md#1.6).
_PACE = 45


class Api:
    """The tables of one connected system; threads may share it.

    ``now`` is the platform's own time, in seconds since 1970, as its last answer told it. ``timeout`` is how long one
    answer may take, in seconds; ``retries`` is how often a read is sent again. ``clock`` paces that.
    """

    def __init__(
        self,
        client: Any,
        *,
        now: int,
        timeout: float = 30,
        retries: int = 3,
        secrets: Optional[Secrets] = None,
    ) -> None:
        self._client = client
        self.timeout, self.retries = timeout, retries
        self.secrets = secrets or Secrets(())
        self.clock: Clock = SystemClock()
        self.now = now
        self._heard, self._lock = threading.local(), threading.Lock()
        #: When the next request may be sent; None while nothing was dropped.
        self._next: Optional[float] = None
        self.sent = {"reads": 0, "writes": 0}

    @property
    def system(self) -> dict[str, Any]:
        """The name and the version of the system, as it said when it was logged in to."""
        return {"name": self._client.cloud_name, "version": self._client.version}

    @property
    def retry_after(self) -> Optional[float]:
        """What the last answer's Retry-After asked for, in seconds."""
        seconds: Optional[float] = getattr(self._heard, "retry_after", None)
        return seconds

    @retry_after.setter
    def retry_after(self, seconds: Optional[float]) -> None:
        self._heard.retry_after = seconds

    def read(self, query: Query, *, deadline: Optional[float] = None, retries: Optional[int] = None) -> list[Row]:
        """The rows that match; no rows is an empty list.

        ``deadline`` is the clock's time at which nobody waits any more. Raises VrgError; what is no answer (see
        ``_rows``) counts as none at all, and is asked for again like a broken connection.
        """
        if query.where == NOTHING:
            return []
        resource, parameters = query.resource, query.parameters
        attempted = f"read {resource.table.replace('_', ' ')}"

        def once() -> list[Row]:
            with self.failures_are_told("GET", resource.table, attempted):
                answer = _table(resource.table)(self._client).rows(parameters, self._time_left(deadline))
            return self._rows(resource, answer, attempted)

        return self.retried(once, deadline=deadline, retries=retries)

    def read_each(self, queries: Iterable[Query]) -> Iterator[list[Row]]:
        """The answers of many reads in their order, some of which are read ahead. Raises VrgError."""
        return ahead(self.read, queries)

    def retried(self, once: Callable[[], T], *, deadline: Optional[float] = None, retries: Optional[int] = None) -> T:
        """The result of a read, sent again where that may help and there is time."""
        left = self.retries if retries is None else retries
        pause = _FIRST_PAUSE
        while True:
            try:
                return once()
            except VrgError as error:
                seconds = self.pause(pause, error)
                late = deadline is not None and self.clock.monotonic() + seconds >= deadline
                if left <= 0 or late or not _may_pass(error):
                    raise
            self.clock.sleep(seconds)
            left, pause = left - 1, pause * 2

    def pause(self, seconds: float, error: VrgError) -> float:
        """How long to wait before something is sent again: what the platform asks for, within limits, or a bit more
        each time."""
        asked = self.retry_after if error.outcome is Outcome.BUSY else None
        if asked is not None:
            return min(max(asked, 0.0), _LONGEST_PAUSE)
        # Controllers that were cut off together must not come back together.
        return min(seconds, _LONGEST_PAUSE) * (1 + random.random() / 2)

    def _time_left(self, deadline: Optional[float]) -> float:
        if deadline is None:
            return self.timeout
        return min(self.timeout, max(deadline - self.clock.monotonic(), _SHORTEST_TIMEOUT))

    def _rows(self, resource: Resource, answer: Any, attempted: str) -> list[Row]:
        """An answer is a list of rows with every column that was asked for, or exactly ``{"$count": 0}``
        (docs/platform.md#2.3). Anything else proves nothing, least of all that there is no such row."""
        if answer == {"$count": 0} and isinstance(answer, dict) and answer["$count"] is not False:
            return []
        flaw = resource.flaw_of(answer) if isinstance(answer, list) else _said(answer)
        if flaw:
            says = f"the answer of table '{resource.table}' is none: {flaw}"
            raise self._no_answer("GET", resource.table, attempted, says)
        blank = resource.blank
        return [{**blank, **row, "$key": row_key(row["$key"])} for row in answer]

    def write(self, write: Write, *, deadline: Optional[float] = None) -> Optional[Any]:
        """Carry out one change, once; return the key of a row that it created.

        Raises VrgError, whose outcome says what is known about the change.
        """
        attempted = f"{write.method} {write.path}"
        with self.failures_are_told(write.method, write.path, attempted):
            answer = _table(write.table)(self._client).send(write, self._time_left(deadline))
        if write.method == "POST" and not write.is_action:
            receipt = isinstance(answer, dict) and isinstance(answer.get("$key"), (int, str)) and "err" not in answer
        else:
            receipt = answer is None or answer == {} or (isinstance(answer, dict) and "err" not in answer)
        if not receipt:
            raise self._no_answer(write.method, write.path, attempted, f"the answer is no receipt: {_said(answer)}")
        return row_key((answer or {}).get("$key"))

    def exchange(self, method: str, path: str, parameters: Mapping[str, str], body: Any) -> tuple[int, Any]:
        """Status and body of one request as it is, whatever the platform answers; for ``raw`` alone."""
        connection = self._client._connection
        url = f"{connection.api_base_url}/{path}"
        answer = connection.session.request(method, url, params=dict(parameters), json=body, timeout=self.timeout)
        try:
            return answer.status_code, answer.json() if answer.content else None
        except ValueError:
            # A page of something that stands between, say.
            return answer.status_code, ""

    def _no_answer(self, method: str, path: str, attempted: str, sentence: str) -> VrgError:
        sentence = f"{self.secrets.scrub(sentence)[:500]}."
        return VrgError(
            f"Could not {attempted}: {sentence}",
            hint="The system answers, but not as VergeOS does: look at it, and at what stands between.",
            outcome=Outcome.UNKNOWN,
            status=200,
            api={"method": method, "path": f"/api/v4/{path}", "status": 200},
            sentence=sentence,
        )

    @contextmanager
    def failures_are_told(self, method: str, path: str, attempted: str) -> Iterator[None]:
        api = {"method": method, "path": f"/api/v4/{path}", "status": None}
        self.retry_after = None
        self._begin("reads" if method == "GET" else "writes")
        try:
            yield
        except VrgError:
            raise
        except Exception as error:
            told = explain(error, attempted, api, self.secrets)
            if told.status is None and told.outcome is Outcome.UNKNOWN:
                with self._lock:
                    self._next = self._next or self.clock.monotonic()
            raise told from error

    def _begin(self, kind: str) -> None:
        """Count a request, and wait for its turn where the platform has cut one off."""
        with self._lock:
            self.sent[kind] += 1
            if self._next is None:
                return
            now = self.clock.monotonic()
            turn = max(self._next, now)
            self._next = turn + 1 / _PACE
        self.clock.sleep(turn - now)


def _may_pass(error: VrgError) -> bool:
    """Whether the same read may get an answer a little later."""
    if error.outcome is Outcome.UNSENT:
        return not error.permanent
    if error.status is None or error.status == 200:
        return error.outcome is Outcome.UNKNOWN
    return error.status in _RETRIED_STATUS


def _said(answer: Any) -> str:
    """What an answer is instead, in short: the platform's own sentence, if it has one."""
    if isinstance(answer, dict):
        told = next((answer[name] for name in ("err", "error", "message") if isinstance(answer.get(name), str)), None)
        return f"it says '{told}'" if told else "it is an object, not a list of rows"
    return "it is empty" if answer is None else f"it is {type(answer).__name__}"


@cache
def _table(name: str) -> Any:
    """The SDK's manager for any endpoint, with the requests that it would otherwise dress up.

    Its own ``list`` cannot sort, its ``create`` takes an empty body for a failure, its ``update`` reads the row again
    after one, and its ``delete`` drops the answer. Imported here, so that the engine loads where the SDK is missing.
    """
    from pyvergeos.resources.base import ResourceManager

    class Table(ResourceManager):  # type: ignore[type-arg]
        _endpoint = name

        # The SDK hands timeout on to requests, which takes parts of a second.
        def rows(self, parameters: Mapping[str, Any], timeout: Any) -> Any:
            return self._client._request("GET", self._endpoint, params=dict(parameters), timeout=timeout)

        def send(self, write: Write, timeout: Any) -> Any:
            body = None if write.method == "DELETE" else dict(write.body)
            return self._client._request(write.method, write.path, json_data=body, timeout=timeout)

    return Table
