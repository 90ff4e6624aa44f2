# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a node's maintenance and restart are waited for by (API page 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from .._api import Api, Row, Write, equals
from .._wait import DONE, Goal, Nudge, Verdict, failed, waiting
from .node import in_maintenance, is_drained, is_leaving, machine_name, machines_on, node_query, serves

#: Seconds without any change after which a drain that moves nothing is stuck.
_STUCK_AFTER = 300.0
#: The same while something is on its way: the platform itself power-cycles what does not answer after 1800 s.
_SLOW_AFTER = 2400.0
#: Seconds in which an accepted request may not show yet (API page 4.3: under one is usual).
_GRACE = 30.0

_ON_THE_WAY = ("initmigrate", "startmigrate", "migrating", "migratecomplete")
_DOWN = ("stopping", "stopped", "initializing", "starting")


def enable(row: Row) -> Write:
    return _act(row, "enable_maintenance")


def disable(row: Row) -> Write:
    return _act(row, "disable_maintenance")


def reboot(row: Row) -> Write:
    return _act(row, "maintenance_reboot")


def _act(row: Row, action: str) -> Write:
    return Write("POST", f"nodes/{row['$key']}/{action}")


def _goal(row: Row, text: str, judge: Any, *nudges: Nudge) -> Goal:
    return Goal(f"node '{row['name']}' {text}", node_query(equals("$key", row["$key"])), judge, tuple(nudges))


def drained(row: Row) -> Goal:
    """In maintenance, and without a single machine."""
    return _goal(row, "to be drained", _Drain())


def left(row: Row) -> Goal:
    """Done with leaving maintenance, so that it can be asked to enter it."""

    def judge(rows: list[Row], waited: float) -> Verdict:
        return waiting("it is leavingmaintenance") if any(is_leaving(found) for found in rows) else DONE

    return _goal(row, "to finish leaving maintenance", judge)


def serving(row: Row) -> Goal:
    """Up, out of maintenance, and taking machines."""

    def judge(rows: list[Row], waited: float) -> Verdict:
        return DONE if all(serves(found) for found in rows) else waiting(_seen(rows[0]))

    return _goal(row, "to serve again", judge)


def restarted(row: Row, maintenance: bool) -> Goal:
    """Down and up again; back in maintenance if it is to stay there, whatever the platform makes of it."""
    judge = _Restart(started=row["started"], maintenance=maintenance)
    if not maintenance:
        return _goal(row, "to come back from its restart", judge)

    def stuck(rows: list[Row]) -> bool:
        return judge.is_back and bool(rows) and rows[0]["status"] == "running" and not rows[0]["maintenance"]

    def put_back(api: Api, rows: list[Row]) -> list[str]:
        api.write(enable(row))
        return [f"put node '{row['name']}' back into maintenance"]

    # API page 8 #13: nobody has measured whether a restart leaves maintenance as it was.
    return _goal(row, "to come back from its restart", judge, Nudge(0.0, stuck, put_back))


def _seen(row: Row) -> str:
    return f"it is {row['status']}" + (", in maintenance" if row["maintenance"] else "")


@dataclass
class _Drain:
    """Judges a drain. A platform that cannot finish one says nothing and stays at ``migrating`` (API page 4.3)."""

    accepted: bool = False
    since: float = 0.0
    last: Optional[Sequence[Any]] = None

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        if not rows:
            return failed("the node is gone")
        row, machines = rows[0], machines_on(rows[0])
        if is_drained(row):
            return DONE
        if not in_maintenance(row):
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
    told = sorted(f"{machine_name(one)}{'' if one['migratable'] else ' (cannot be migrated)'}" for one in machines)
    return f"still on it: {', '.join(told)}"


@dataclass
class _Restart:
    """Judges a restart by what is seen of it: down at some poll, or started later than before."""

    started: Any
    maintenance: bool
    is_back: bool = False
    was_down: bool = False

    def __call__(self, rows: list[Row], waited: float) -> Verdict:
        if not rows:
            return waiting("the platform does not list it")
        row = rows[0]
        if not row["running"] or row["status"] in _DOWN:
            self.was_down, self.is_back = True, False
            return waiting(_seen(row))
        if not self.was_down and (row["started"] or 0) <= (self.started or 0):
            return waiting(f"it has not gone down yet, {_seen(row)}")
        if not row["yb_version"]:
            return waiting("it is up, but does not tell its version yet")
        self.was_down = self.is_back = True
        if self.maintenance:
            return DONE if is_drained(row) else waiting(_seen(row))
        return DONE if row["status"] in ("running", "maintenance") else waiting(_seen(row))
