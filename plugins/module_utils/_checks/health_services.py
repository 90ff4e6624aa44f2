# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with what a system serves: tenants, their snapshots, networks, and what it raised an alarm for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Optional

from .._model.conditions import Row, all_of
from .._model.selectors import owner_path, row_key
from .._model.units import iso_utc
from .._tables.networks import RULES
from .health import AMBER, RED, Limits, Problem, System, span

#: Status of a tenant: what it is by itself, and how bad that is; all others are on the way to something, or rest.
_TENANTS = {
    "error": (RED, "is in error"),
    "nodesoffline": (RED, "has no node that runs"),
    "reduced": (AMBER, "runs reduced"),
    "errormigrating": (AMBER, "could not be migrated"),
}
_WELL = ("online", "offline", "starting", "stopping", "restarting", "provisioning", "migrating")
_STATES = {"error": RED, "warning": AMBER}
_LEVELS = {"critical": RED, "error": RED}
#: Alarms that only inform.
_QUIET = ("audit", "message", "summary", "debug")
#: The list of what is in a system snapshot may take a while to be there (docs/platform.md#3.20).
_LISTED_AFTER = 3600
#: From how many tenants on that have one reason in common, the reason is told once.
_MANY = 10
#: The platform has rules for a network that does not run, and loads them when it starts (docs/platform.md#3.10).
_PENDING = all_of(RULES["rules_pending"].eq(True), RULES["running"].ne(False))


def tenants(system: System, limits: Limits) -> Iterator[Problem]:
    """Tenants that do not run as they should."""
    idle: dict[Any, list[str]] = {}
    for node in system["tenant_nodes"]:
        if node["enabled"] and not node["running"]:
            idle.setdefault(row_key(node["tenant_key"]), []).append(str(node["name"]))
    for row in system["tenants"]:
        status = str(row["status"] or "")
        level, says = _TENANTS.get(status, (None, f"is {status or 'in no known state'}"))
        if level is None and status not in _WELL:
            level = _STATES.get(row["state"])
        if level:
            down = idle.get(row["$key"], [])
            nodes = f": {', '.join(sorted(down))} {'does' if len(down) == 1 else 'do'} not run" if down else ""
            yield Problem(level, "tenant", str(row["name"]), f"Tenant {row['name']} {says}{nodes}.")


def is_well(row: Row) -> bool:
    """Whether a tenant's status asks for no look at its nodes."""
    return row["status"] in _WELL


def alarms(system: System, limits: Limits) -> Iterator[Problem]:
    """Alarms that nobody has put off and that are more than a message."""
    nodes = {row["$key"]: row for row in system["tenant_nodes"]}
    for row in system["alarms"]:
        if row["level"] in _QUIET or int(row["snooze"] or 0) > system.now:
            continue
        table, found, key = owner_path(row["owner"]).partition("/")
        of_tenant = nodes.get(row_key(key)) if table == "tenant_nodes" else None
        name = row["owner_name"] or (f"{table}/{key}" if found and table != "system" else "system")
        # Tenants name their nodes alike.
        name = f"{of_tenant['tenant']}/{name}" if of_tenant else str(name)
        says = row["status"] or row["type_name"] or f"An alarm of the level {row['level']} is raised."
        yield Problem(_LEVELS.get(row["level"], AMBER), "alarm", name, str(says), row["raised"])


def rules(system: System, limits: Limits) -> Iterator[Problem]:
    """Networks whose firewall rules wait to be applied."""
    for row in system["vnets"]:
        if _PENDING.matches(row):
            yield Problem(AMBER, "rules", str(row["name"]), f"Rules of network {row['name']} wait to be applied.")


def snapshots(system: System, limits: Limits) -> Iterator[Problem]:
    """System snapshots that outlast their expiry, and tenants that are in none that is young enough."""
    for row in system["cloud_snapshots"]:
        expires, locked = int(row["expires"] or 0), row["immutable_status"] == "locked"
        until = max(expires, int(row["immutable_lock_expires"] or 0)) if locked else expires
        if expires and system.now - until > limits.snapshot_overdue:
            late = f"expired {span(system.now - until)} ago, and is still there"
            yield Problem(AMBER, "snapshot", str(row["name"]), f"System snapshot {row['name']} {late}.", expires)
    if system.has("cloud_snapshots", "cloud_snapshot_tenants", "tenants"):
        yield from _late(system, limits)


def _late(system: System, limits: Limits) -> Iterator[Problem]:
    made = {row["$key"]: int(row["created"] or 0) for row in system["cloud_snapshots"] if _counts(row)}
    last, listed = _last(system, made)
    # Everybody is in a full one that is too young to say who.
    fresh = [
        int(row["created"])
        for row in system["cloud_snapshots"]
        if row["$key"] in made and row["type"] in (None, "", "full") and row["$key"] not in listed
        if system.now - int(row["created"] or 0) < _LISTED_AFTER
    ]
    late = []
    for row in system["tenants"]:
        times = [last.get(str(row["uuid"]).lower(), 0), *(time for time in fresh if time >= int(row["created"] or 0))]
        newest = max(times)
        level = limits.snapshot_age.level(system.now - (newest or int(row["created"] or 0)))
        if level:
            late.append((level, row, newest))
    if len(late) > _MANY and len(late) == len(system["tenants"]):
        level, newest = (RED if any(one[0] == RED for one in late) else AMBER), max(one[2] for one in late)
        yield Problem(
            level, "snapshot", "system", f"All {len(late)} tenants: {_ago(newest, system.now, 'them')}.", newest or None
        )
        return
    for level, row, newest in late:
        told = f"Tenant {row['name']}: {_ago(newest, system.now)}."
        yield Problem(level, "snapshot", str(row["name"]), told, newest or int(row["created"] or 0) or None)


def _ago(newest: int, now: int, who: str = "it") -> str:
    if not newest:
        return f"no system snapshot holds {who}"
    return f"the last system snapshot is of {iso_utc(newest)}, {span(now - newest)} ago"


def _counts(row: Row) -> bool:
    """Whether what is in a snapshot can be had again from it."""
    return row["status"] in ("normal", "held") and not row["incoming_sync"]


def _last(system: System, made: Mapping[Any, int]) -> tuple[dict[str, int], set[Any]]:
    """When each tenant, by uuid, was last in a snapshot, and the snapshots that say who is in them."""
    last: dict[str, int] = {}
    listed: set[Any] = set()
    for row in system["cloud_snapshot_tenants"]:
        snapshot: Optional[Any] = row_key(row["snapshot_key"])
        if snapshot in made and row["uuid"]:
            listed.add(snapshot)
            uuid = str(row["uuid"]).lower()
            last[uuid] = max(last.get(uuid, 0), made[snapshot])
    return last, listed
