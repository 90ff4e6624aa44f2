# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one error of the engine, and what a failed request proves about its outcome."""

from __future__ import annotations

from enum import Enum
from typing import Any, Optional


class Outcome(Enum):
    """What a failure proves about the request that was made."""

    LOCAL = "nothing was asked for: the input makes no sense, or what is there speaks against it"
    REFUSED = "the platform answered no"
    BUSY = "the platform put the request off (429, 503)"
    UNSENT = "the request never reached the platform"
    UNKNOWN = "the request may have been carried out, or its answer was none"


class VrgError(Exception):
    """A failure in the user's words.

    ``message`` is one sentence; ``hint`` says what to do about it; ``api`` is the request that failed as
    ``{"method", "path", "status"}``; ``status`` is its HTTP status where the platform answered.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        outcome: Outcome = Outcome.LOCAL,
        status: Optional[int] = None,
        api: Optional[dict[str, Any]] = None,
        sentence: str = "",
        permanent: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.outcome = outcome
        self.status = status
        self.api = api
        #: The platform's own sentence, without what was attempted.
        self.sentence = sentence
        #: Asking again cannot help: a certificate stays what it is.
        self.permanent = permanent
        #: What had been done before it failed, in sentences.
        self.changes: list[str] = []
        #: What is returned beside it.
        self.found: dict[str, Any] = {}

    def during(self, attempted: str) -> VrgError:
        """The same failure, said of what was attempted ("create tenant 'acme'")."""
        sentence = self.sentence or self.message
        return VrgError(
            f"Could not {attempted}: {sentence}",
            hint=self.hint,
            outcome=self.outcome,
            status=self.status,
            api=self.api,
            sentence=sentence,
            permanent=self.permanent,
        )
