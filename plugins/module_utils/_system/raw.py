# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests as they are, for calibration alone: what the platform answers to odd ones is what is to be seen.

TLS, login and proxies are those of the session; everything else of the engine stands between and is not wanted here.
tests/unit/test_house.py names who may use this (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._model.conditions import Row
from .._model.errors import Outcome, VrgError
from .api import Api

#: Statuses that say nothing about what was asked: the platform, or what stands between, was not able to.
_NO_ANSWER = (401, 403, 429)
_REFUSALS = (400, 404, 405, 409, 422)


@dataclass(frozen=True)
class Answer:
    """What came: the status, and the body as it was; an empty one is None."""

    status: int
    body: Any = None

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def is_refused(self) -> bool:
        return self.status in _REFUSALS

    @property
    def rows(self) -> list[Row]:
        """The rows of a list; none where the answer is something else."""
        if not self.is_accepted or not isinstance(self.body, list):
            return []
        return [row for row in self.body if isinstance(row, dict)]

    @property
    def row(self) -> Row:
        """The one row of a read by key; empty where the answer is something else."""
        return self.body if self.is_accepted and isinstance(self.body, dict) else {}

    def chosen(self, accepted: str, refused: str) -> Optional[str]:
        """One of two words, by whether it was accepted; None where it was neither."""
        return accepted if self.is_accepted else refused if self.is_refused else None

    def code(self, *codes: str) -> Optional[str]:
        """The status as a word, where it is one of these."""
        return str(self.status) if str(self.status) in codes else None


class Raw:
    """Sends requests over the session of an Api. A read is sent again like any other, a change never."""

    def __init__(self, api: Api, gap: float = 0.0) -> None:
        """``gap`` is the pause before each request, in seconds: above 50 a second, a session is cut off."""
        self.api = api
        self.gap = gap

    def get(self, path: str, **parameters: str) -> Answer:
        """The answer to a read. Raises VrgError where there is none."""
        return self.api.retried(lambda: self._exchange("GET", path, parameters, None))

    def send(self, method: str, path: str, body: Optional[Mapping[str, Any]] = None) -> Answer:
        """The answer to a change, sent once. Raises VrgError where there is none: it may have happened."""
        return self._exchange(method, path, {}, body)

    def _exchange(self, method: str, path: str, parameters: Mapping[str, str], body: Any) -> Answer:
        attempted = f"{method} {path}"
        if self.gap:
            self.api.clock.sleep(self.gap)
        with self.api.failures_are_told(method, path, attempted):
            status, content = self.api.exchange(method, path, parameters, body)
        if status >= 500 or (status in _NO_ANSWER and not (method == "GET" and status == 403)):
            raise VrgError(
                f"Could not {attempted}: the platform answered HTTP {status}.",
                hint="Calibration needs a login that may read every table, and make a tenant for level scratch.",
                outcome=Outcome.BUSY if status in (429, 503) else Outcome.UNKNOWN,
                status=status,
                api={"method": method, "path": f"/api/v4/{path}", "status": status},
            )
        return Answer(status, content)
