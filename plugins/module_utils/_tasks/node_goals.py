# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a node's maintenance and restart are waited for by, and the requests for them (docs/platform.md#4.3).

Times are in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from .._model.conditions import Condition, Row, all_of, any_of
from .._model.desired import by_key
from .._model.facts import some
from .._model.plan import DONE, Goal, Judge, Remedy, Step, Until, Verdict, failed, waiting
from .._model.query import Write
from .._tables.machines import machine_name
from .._tables.nodes import HAS_LEFT, IN_MAINTENANCE, NODE, SERVES, is_drained, machines_on

#: Time without any change after which a drain that moves nothing is stuck.
_STUCK_AFTER = 300.0
#: The same while something is on its way: the platform itself power-cycles what does not answer after 1800 s.
_SLOW_AFTER = 2400.0
#: Time in which an accepted request may not show yet; less than one is usual.
_GRACE = 30.0

_ON_THE_WAY = ("initmigrate", "startmigrate", "migrating", "migratecomplete")
_DOWN = ("stopping", "stopped", "initializing", "starting")
_RUNS_IN_MAINTENANCE = all_of(NODE["status"].eq("running"), NODE["maintenance"].eq(True))


def enable(row: Row) -> Write:
    return _act(row, "enable_maintenance")


def disable(row: Row) -> Write:
    return _act(row, "disable_maintenance")


def reboot(row: Row) -> Write:
    return _act(row, "maintenance_reboot")


def _act(row: Row, action: str) -> Write:
    return Write("POST", f"nodes/{row['$key']}/{action}")


def has_gone_down(row: Row) -> Condition:
    """That a node is down, or came up later than the row says."""
    return any_of(NODE["running"].eq(False), _came_up_after(row))


def _came_up_after(row: Row) -> Condition:
    return NODE["started"].above(row["started"] or 0)


def _goal(row: Row, text: str, judge: Judge, *remedies: Remedy) -> Goal:
    return Goal(f"node '{row['name']}' {text}", by_key(NODE, row), judge, remedies)


def drained(row: Row) -> Goal:
    """In maintenance, and without a single machine."""
    return _goal(row, "to be drained", _Drain())


def left(row: Row) -> Goal:
    """Done with leaving maintenance, so that it can be asked to enter it."""
    return _goal(row, "to finish leaving maintenance", Until(HAS_LEFT))


def serving(row: Row) -> Goal:
    """Up, out of maintenance, and taking machines."""
    flagged = ((_RUNS_IN_MAINTENANCE, "it is running, in maintenance"),)
    return _goal(row, "to serve again", Until(SERVES, words=flagged))


def restarted(row: Row, maintenance: bool) -> Goal:
    """Down and up again; back in maintenance if it is to stay there, whatever the platform makes of it."""
    judge = _Restart(row["started"], maintenance)
    # Nobody has measured whether a restart leaves maintenance as it was (docs/platform.md#8).
    remedies = (_put_back(row),) if maintenance else ()
    return _goal(row, "to come back from its restart", judge, *remedies)


def _put_back(row: Row) -> Remedy:
    """Maintenance again for a node that came up without it."""

    def steps(found: Row) -> tuple[Step, ...]:
        proof = some(by_key(NODE, found), IN_MAINTENANCE)
        return (Step(f"put node '{found['name']}' back into maintenance", enable(found), proof),)

    without = all_of(SERVES, _came_up_after(row))
    return Remedy(by_key(NODE, row), without, steps, stuck=without)


def _seen(row: Row) -> str:
    flagged = row["maintenance"] and row["status"] != "maintenance"
    return f"it is {row['status']}" + (", in maintenance" if flagged else "")


@dataclass
class _Drain:
    """Judges a drain. A platform that cannot finish one says nothing and stays at ``migrating``."""

    accepted: bool = False
    since: float = 0.0
    last: Optional[Sequence[Any]] = None

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        if not rows:
            return failed("the node is gone")
        row, machines = rows[0], machines_on(rows[0])
        if is_drained(row):
            return DONE
        if not IN_MAINTENANCE.matches(row):
            if self.accepted:
                return failed("it was taken out of maintenance again meanwhile")
            return waiting(_seen(row)) if waited < _GRACE else failed(f"it has not gone into maintenance; {_seen(row)}")
        self.accepted = True
        now = sorted((str(one["$key"]), str(one["status"]), str(one["destination"])) for one in machines)
        if now != self.last:
            self.last, self.since = now, waited
        moving = any(one["destination"] or one["status"] in _ON_THE_WAY for one in machines)
        still = waited - self.since
        if machines and still >= (_SLOW_AFTER if moving else _STUCK_AFTER):
            return failed(
                f"nothing has changed for {still:.0f} seconds; {_remaining(machines)}; free memory on the other nodes "
                "of its cluster or power these off and run the task again, or give up with maintenance=false"
            )
        return waiting(_remaining(machines) if machines else _seen(row))


def _remaining(machines: list[Row]) -> str:
    """Which machines are still on a node, by name."""
    names = sorted(f"{machine_name(one)}{'' if one['migratable'] else ' (cannot be migrated)'}" for one in machines)
    return f"still on it: {', '.join(names)}"


@dataclass
class _Restart:
    """Judges a restart by what is seen of it: down at some poll, or started later than before."""

    started: Any
    maintenance: bool
    was_down: bool = False

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        if not rows:
            return waiting("the platform does not list it")
        row = rows[0]
        if not row["running"] or row["status"] in _DOWN:
            self.was_down = True
            return waiting(_seen(row))
        if not self.was_down and (row["started"] or 0) <= (self.started or 0):
            return waiting(f"it has not gone down yet, {_seen(row)}")
        if not row["yb_version"]:
            return waiting("it is up, but does not report its version yet")
        self.was_down = True
        if self.maintenance:
            return DONE if is_drained(row) else waiting(_seen(row))
        return DONE if row["status"] in ("running", "maintenance") else waiting(_seen(row))
