# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calibration: every probe of a level, in order, and what was seen; scratch is gone afterwards, whatever happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .._model.errors import VrgError
from .._system.raw import Raw
from . import reads_language, reads_rows, states_end, states_network, states_running, states_stopped
from .place import Place, check_confirmation, find_place
from .probe import READ, SCRATCH, Probe, Sightings
from .removal import remove_leftovers
from .tenant import Looking, make_tenant
from .walk import State, Walk

READS: tuple[Probe[Raw], ...] = (*reads_language.PROBES, *reads_rows.PROBES)
STATES: tuple[State, ...] = (
    states_stopped.MADE,
    states_stopped.STOPPED,
    states_network.NETWORKED,
    states_network.STRIPPED,
    states_stopped.SNAPSHOT,
    states_running.RESTORED,
    states_running.RUNNING,
    states_running.ONE_NODE,
    states_running.NO_NODE,
    states_end.LINGERING,
    states_end.TOO_MANY_CORES,
    states_end.CLONED,
)
_APPLIED = {"need_fw_apply": False}
#: Every probe with its level.
PROBES: tuple[tuple[str, Probe[Any]], ...] = (
    *((READ, probe) for probe in READS),
    *((SCRATCH, probe) for state in STATES for probe in state.probes),
)


@dataclass
class Calibration:
    """One run: what was seen, and what a reader has to know beside it."""

    raw: Raw
    looking: Looking
    params: Mapping[str, Any]
    sightings: Sightings = field(default_factory=lambda: Sightings(probe for _level, probe in PROBES))
    warnings: list[str] = field(default_factory=list)

    def run(self, may_write: bool) -> None:
        """Look. Raises VrgError where scratch is refused, or could not be removed.

        Without ``may_write``, level scratch refuses what it would refuse, and then only reads.
        """
        scratch = self.params["level"] == SCRATCH
        place = self._place(may_write) if scratch else None
        for probe in READS:
            self.sightings.note(probe, probe.look(self.raw), READ)
        if place is None:
            return
        if not may_write:
            self.warnings.append("In check mode no tenant is made: what only level scratch sees is unknown.")
            return
        try:
            self._walk(place)
        finally:
            remove_leftovers(self.raw, self.looking)
        if place.network and self.raw.get(f"vnets/{place.network['$key']}", fields="need_fw_apply").row != _APPLIED:
            name = place.network["name"]
            self.warnings.append(f"Network '{name}' says that rules wait, though they were applied: look at it.")

    def _place(self, may_write: bool) -> Place:
        check_confirmation(self.raw, self.params["confirm"])
        # What a run that was killed has left would be in the way.
        if may_write and remove_leftovers(self.raw, self.looking):
            self.warnings.append("An earlier calibration had left scratch, which was removed.")
        return find_place(self.raw, self.params)

    def _walk(self, place: Place) -> None:
        """Every state in turn. Where the platform does what nobody has thought of, the rest stays unknown."""
        state = None
        try:
            walk = Walk(self.raw, place, self.looking, make_tenant(self.raw, place.network))
            for state in STATES:
                state.enter(walk)
                for probe in state.probes:
                    self.sightings.note(probe, probe.look(walk), SCRATCH)
        except VrgError as error:
            reached = f"state '{state.name}'" if state else "its beginning"
            self.warnings.append(f"The walk ended in {reached}, and what comes after it is unknown: {error.message}")
