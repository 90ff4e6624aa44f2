# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Snapshots of a tenant (API page 3.14), and what ``vrg_tenant_snapshot`` plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from .._api import Api, Query, Row, Write, all_of, equals
from .._errors import VrgError
from .._plan import Plan, Step, nothing, plan_absent, plan_present
from .._references import no_tenant, pick, read_tenant
from .._resource import Access, Column, Resource
from .._units import EPOCH, KEY, TIME
from .._wait import DONE, Goal, Verdict, failed, waiting
from .tenant_power import Power
from .tenant_waits import is_off

TENANT_SNAPSHOT = Resource(
    kind="tenant snapshot",
    table="tenant_snapshots",
    columns=(
        Column("name", access=Access.CREATE, spec={"required": True}),
        Column("tenant", "tenant#name", access=Access.READ),
        Column("description"),
        Column("created", codec=TIME, access=Access.READ),
        # 0 means never (API page 3.14); a time that never comes is shown as null.
        Column("expires", codec=EPOCH, access=Access.RULED),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    ),
)

#: Seconds by which an expiry may differ from created + retention: the create is a moment older than its request.
_TOLERANCE = 60
_LONGEST_RETENTION = 100 * 365 * 86400
_POWER = (
    "status#running as running",
    "status#starting as starting",
    "status#stopping as stopping",
    "status#status as status",
)


@dataclass(frozen=True)
class SnapshotState:
    """The tenant with its power, the snapshot of that name, and the platform's own time (seconds since 1970)."""

    tenant: Optional[Row] = None
    row: Optional[Row] = None
    now: int = 0


class TenantSnapshotTask:
    """``vrg_tenant_snapshot``: present, absent, restored."""

    name = "tenant_snapshot"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.snapshot: str = params["name"]
        self.state: str = params["state"]
        self.retention: Optional[int] = params["retention"]
        self.confirmed: bool = params["confirm_overwrite"]
        self.stop_tenant: bool = params["stop_tenant"]
        self.wanted = TENANT_SNAPSHOT.wanted(params)
        if not self.snapshot:
            raise VrgError("name is empty.", hint="The platform would make one up that no later run would find.")
        if self.retention is not None and not 0 <= self.retention <= _LONGEST_RETENTION:
            raise VrgError(
                f"retention {self.retention} is not between 0 and {_LONGEST_RETENTION} (100 years).",
                hint="Give seconds; 0 keeps the snapshot for ever.",
            )
        if self.state == "restored" and not self.confirmed:
            raise VrgError(
                f"Restoring {self.subject} overwrites the tenant: everything that it has written since is lost.",
                hint="Set confirm_overwrite=true if that is meant.",
            )

    @property
    def subject(self) -> str:
        return f"snapshot '{self.snapshot}' of tenant '{self.tenant}'"

    def read(self, api: Api) -> SnapshotState:
        tenant = read_tenant(api, self.tenant, *_POWER)
        row = self._read_row(api, tenant["$key"]) if tenant else None
        return SnapshotState(tenant, row, api.now)

    def _query(self, tenant: Any) -> Query:
        return TENANT_SNAPSHOT.query(all_of(equals("tenant", tenant), equals("name", self.snapshot)))

    def _read_row(self, api: Api, tenant: Any) -> Optional[Row]:
        return pick("tenant snapshot", api.read(self._query(tenant)), self.snapshot)

    def plan(self, state: SnapshotState, *, verifying: bool = False) -> Plan:
        if self.state == "absent":
            row = state.row
            return plan_absent(TENANT_SNAPSHOT, self.subject, row, identity=self._identity(row)) if row else nothing()
        if self.state == "restored":
            return nothing(state.row and TENANT_SNAPSHOT.view(state.row)) if verifying else self._restored(state)
        tenant = state.tenant["$key"] if state.tenant else 0
        plan = plan_present(
            TENANT_SNAPSHOT,
            self.subject,
            {**self.wanted, **self._expiry(state)},
            state.row,
            find=self._query(tenant),
            fixed={"tenant": tenant},
        )
        shown = {**plan.result, "tenant": state.tenant["name"] if state.tenant else self.tenant}
        return replace(plan, result=shown, blockers=() if state.tenant else (no_tenant(self.tenant),))

    def _identity(self, row: Row) -> dict[str, Any]:
        return {"tenant_key": row["tenant_key"], "name": row["name"]}

    def _expiry(self, state: SnapshotState) -> dict[str, int]:
        """What ``expires`` has to be set to, where it is not right already. Never the platform's choice: 0 is sent."""
        if self.retention is None:
            return {}
        if state.row is None:
            return {"expires": state.now + self.retention if self.retention else 0}
        expires = int(state.row["expires"] or 0)
        wanted = int(state.row["created"]) + self.retention if self.retention else 0
        if wanted and expires:
            return {} if abs(expires - wanted) <= _TOLERANCE else {"expires": wanted}
        return {} if expires == wanted else {"expires": wanted}

    def _restored(self, state: SnapshotState) -> Plan:
        tenant, row = state.tenant, state.row
        if tenant is None or row is None:
            missing = f"There is no {self.subject}." if tenant else no_tenant(self.tenant)
            return Plan(None, (self._restore({}, {}),), blockers=(missing,))
        plan = Plan(result=TENANT_SNAPSHOT.view(row))
        if not is_off(tenant):
            if not self.stop_tenant:
                raise VrgError(
                    f"Tenant '{tenant['name']}' is {tenant['status']}, and only one that is offline can be restored.",
                    hint="Stop it first, or set stop_tenant=true.",
                )
            plan = Power(wait=False).stopped(plan, tenant)
        step = replace(self._restore(tenant, row), before=self._restorable(row))
        return replace(plan.then(step), result=TENANT_SNAPSHOT.view(row), before={}, after={})

    def _restore(self, tenant: Row, row: Row) -> Step:
        """The step itself; without rows, what a dry run can say of it."""
        name, key = tenant.get("name", self.tenant), tenant.get("$key")
        body = {"tenant": key, "action": "restore", "params": {"snapshot": row.get("$key")}}
        return Step(
            f"restore tenant '{name}' from snapshot '{self.snapshot}', for its next start",
            Write("POST", "tenant_actions", body=body),
            self._query(key),
            lambda rows: False,
            # Whether it has happened cannot be seen; a second one could overwrite what came after.
            resend=False,
        )

    def _restorable(self, row: Row) -> Goal:
        """The tenant is off, and the key that is sent still is this snapshot's: keys are used again (API page 1.5)."""
        power = ",".join(f"tenant#{entry}" for entry in _POWER)
        query = replace(self._query(row["tenant_key"]), fields=f"$key,created,{power}")

        def judge(rows: list[Row], waited: float) -> Verdict:
            same = [found for found in rows if found["$key"] == row["$key"] and found["created"] == row["created"]]
            if not same:
                return failed("it was deleted in the meantime")
            return DONE if is_off(same[0]) else waiting(f"the tenant is {same[0]['status']}")

        return Goal(f"{self.subject} to be restorable", query, judge)

    def read_back(self, api: Api, state: SnapshotState) -> Optional[SnapshotState]:
        if self.state == "absent" or state.tenant is None:
            return None
        return replace(state, row=self._read_row(api, state.tenant["$key"]))
