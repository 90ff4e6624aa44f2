# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What has been tried with one write, and what is said of it where it does not succeed."""

from __future__ import annotations

from dataclasses import dataclass, field

from .._model.errors import Outcome, VrgError
from .._model.plan import Step


@dataclass
class Tries:
    """What has been tried with one write."""

    may_have_arrived: bool = False
    again: bool = False
    unsent: int = 0
    busy: int = 0
    #: Whether nothing was seen of what it was refused for.
    looked: bool = False
    #: Which remedies helped, by their number.
    remedies: list[int] = field(default_factory=list)

    def ended(self, step: Step, error: VrgError) -> VrgError:
        """The last failure, said of the step; an earlier try may have arrived all the same."""
        return unknown(step, error) if self.may_have_arrived else error.during(step.sentence)


def unknown(step: Step, error: VrgError) -> VrgError:
    """Nobody can tell whether the step has happened."""
    where = f"Look at {step.proof.query.table} where {step.proof.query.where.render()}" if step.proof else "Look at it"
    return VrgError(
        f"It is not known whether this has happened: {step.sentence}. {error.sentence}",
        hint=f"{where}, then run the task again.",
        outcome=Outcome.UNKNOWN,
        status=error.status,
        api=error.api,
    )


def not_kept(sentence: str) -> VrgError:
    """The failure of a change that was accepted and cannot be seen."""
    return VrgError(
        f"The platform accepted the change, but this is still missing: {sentence}.",
        hint="Somebody else may be changing it at the same time; run the task again and compare.",
    )
