# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_health_info`` returns: the health of a system, each table read once, and each judged for itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Callable, Optional

from .._checks import health_hosts as hosts
from .._checks import health_services as services
from .._checks.health import AMBER, CHECKS, Limits, Problem, System, in_words, limits_of, verdict_of
from .._model.conditions import ALL, Condition, Row
from .._model.errors import Outcome, VrgError
from .._model.query import MOST_TERMS, Query, Reader
from .._model.resource import Resource
from .._model.selectors import owner_path, row_key
from .._tables.alarms import ALARM
from .._tables.clusters import CLUSTER, CLUSTER_WITH_VSAN
from .._tables.drives import DRIVE
from .._tables.networks import RULES
from .._tables.nodes import NODE, VERSIONS
from .._tables.system_snapshots import SNAPSHOT_TENANT, SYSTEM_SNAPSHOT
from .._tables.tenant_nodes import TENANT_NODE
from .._tables.tenant_storage import TENANT_STORAGE
from .._tables.tenants import IS_TENANT, TENANT
from .._tables.tiers import STORAGE_TIER
from .._tables.updates import OFFERED_PACKAGE, PACKAGE, UPDATE_SETTINGS

FAIL_ON = ["red", "amber", *CHECKS]
UPDATES = ["ignore", "downloaded", "available"]
_NODE = NODE.only(
    *("name", "maintenance", "running", "status", "state", "vsan_connected"),
    *("need_restart", "restart_reason", "reload_drivers_required", *VERSIONS),
)
_TENANT = TENANT.only("name", "uuid", "status", "state", "created", "is_snapshot")
_TENANT_NODE = TENANT_NODE.only("name", "tenant", "enabled", "running", "tenant_key")
_ALARM = ALARM.only("owner", "owner_type", "owner_name", "type_name", "level", "status", "raised", "snooze")
_STORAGE = TENANT_STORAGE.only("tier", "provisioned_gb", "tenant_key")
#: What each check reads, and what judges it. What two checks read is read once; what the first reads is named by it.
_CHECKS: dict[str, tuple[Callable[[System, Limits], Iterator[Problem]], tuple[Resource, ...]]] = {
    "tenant": (services.tenants, (_TENANT, _TENANT_NODE)),
    "cluster": (hosts.clusters, (CLUSTER_WITH_VSAN,)),
    "node": (hosts.nodes, (_NODE,)),
    "tier": (hosts.tiers, (STORAGE_TIER.only("tier", "capacity_gb", "used_gb"), _STORAGE)),
    "drive": (hosts.drives, (DRIVE,)),
    "snapshot": (services.snapshots, (SYSTEM_SNAPSHOT, SNAPSHOT_TENANT, _TENANT)),
    "alarm": (services.alarms, (_ALARM,)),
    "version": (hosts.versions, (_NODE, UPDATE_SETTINGS, OFFERED_PACKAGE, PACKAGE)),
    "rules": (services.rules, (RULES,)),
}
#: Every system has these: an empty answer is that of a login that may not see them.
_NEVER_EMPTY = (CLUSTER.table, NODE.table, STORAGE_TIER.table, RULES.table)


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """Verdict, problems and checks; at most one request a table, whatever the number of rows.

    Raises VrgError if the system cannot be asked at all; a table that cannot be read is a problem of its own.
    """
    limits, tables = limits_of(params), _Tables(reader)
    skipped = {_STORAGE.table} if limits.tier_provisioned.is_off else set()
    skipped |= {OFFERED_PACKAGE.table, PACKAGE.table} if limits.updates == "ignore" else set()
    for _judge, resources in _CHECKS.values():
        for resource in resources:
            if resource.table not in (_TENANT_NODE.table, *skipped):
                tables.read(resource, IS_TENANT if resource is _TENANT else ALL)
    tables.read_nodes_in_question()
    system = System(reader.now, tables.rows)
    unknown = {name: why for name in CHECKS if (why := tables.gap(name))}
    problems = [problem for judge, _resources in _CHECKS.values() for problem in judge(system, limits)]
    problems += tables.blind
    fail_on = params["fail_on"] or []
    named = [name for name in unknown if name in fail_on and not any(one.kind == name for one in tables.blind)]
    problems += [Problem(AMBER, name, "system", f"The check {name} is not known: {unknown[name]}") for name in named]
    return _result(sorted(problems, key=lambda one: one.rank), unknown, fail_on)


def _result(problems: Sequence[Problem], unknown: Mapping[str, str], fail_on: Sequence[str]) -> dict[str, Any]:
    verdict, found = verdict_of(problems), {problem.kind for problem in problems}
    checks = {name: "unknown" if name in unknown else "problems" if name in found else "ok" for name in CHECKS}
    result: dict[str, Any] = {
        "verdict": verdict,
        "problems": [problem.view() for problem in problems],
        "checks": checks,
        "unknown": dict(unknown),
    }
    fails = verdict in fail_on or (verdict == "red" and AMBER in fail_on) or any(name in fail_on for name in unknown)
    return {**result, "failed": True, "msg": in_words(problems, unknown)} if fails else result


class _Tables:
    """The rows of the tables that can be read, and why the others cannot."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.rows: dict[str, list[Row]] = {}
        #: Why a table was not read, in a sentence.
        self.lacking: dict[str, str] = {}
        #: What it says of the login, or of the system, that a table was not read.
        self.blind: list[Problem] = []
        #: Whether one has brought no answer at all.
        self._silent = False

    def read(self, resource: Resource, where: Condition = ALL) -> None:
        table = resource.table
        if table in self.rows or table in self.lacking:
            return
        try:
            rows = self._reader.read(Query(resource, where))
        except VrgError as error:
            self._failed(resource, error)
            return
        if rows or table not in _NEVER_EMPTY:
            self.rows[table] = rows
        else:
            self._cannot(resource, f"The system shows no {resource.kind}; the login may not be allowed to see any.")

    def _failed(self, resource: Resource, error: VrgError) -> None:
        if error.status == 404 and resource.table not in _NEVER_EMPTY:
            # Not a word about the system's health: other releases have it.
            self.lacking[resource.table] = f"This release has no table {resource.table}."
        elif self._is_lost(error):
            raise error
        else:
            self._cannot(resource, f"The table {resource.table} cannot be read: {error.sentence or error.message}")

    def _is_lost(self, error: VrgError) -> bool:
        """Whether to ask for no other table: the system is not there, refuses the login, wants to be left alone, or has
        given no answer for the second time."""
        silent, self._silent = self._silent, self._silent or error.status is None
        return error.outcome is Outcome.UNSENT or error.status in (401, 429, 503) or (silent and error.status is None)

    def _cannot(self, resource: Resource, why: str) -> None:
        self.lacking[resource.table] = why
        kind = next(name for name, (_judge, resources) in _CHECKS.items() if resource in resources)
        self.blind.append(Problem(AMBER, kind, resource.table, why))

    def read_nodes_in_question(self) -> None:
        """The tenants' nodes that an alarm is about, or whose tenant is not well."""
        owners = [owner_path(row["owner"]).partition("/") for row in self.rows.get(ALARM.table, ())]
        keys = [row_key(key) for table, _slash, key in owners if table == _TENANT_NODE.table]
        ill = [row["$key"] for row in self.rows.get(_TENANT.table, ()) if not services.is_well(row)]
        if keys or ill:
            where = _TENANT_NODE["$key"].among(*keys) | _TENANT_NODE["tenant_key"].among(*ill)
            self.read(_TENANT_NODE, where if len(keys) + len(ill) <= MOST_TERMS else ALL)

    def gap(self, check: str) -> Optional[str]:
        """What a check does not know; None if it knows all that it reads."""
        _judge, resources = _CHECKS[check]
        found = [self.lacking[resource.table] for resource in resources if resource.table in self.lacking]
        if check == "drive" and not found and not self.rows[DRIVE.table] and self._has_storage():
            found = ["The system shows no drive, and has tiers; the login may not be allowed to see any."]
        return " ".join(found) or None

    def _has_storage(self) -> bool:
        return any(int(row["capacity_bytes"]) > 0 for row in self.rows.get(STORAGE_TIER.table, ()))
