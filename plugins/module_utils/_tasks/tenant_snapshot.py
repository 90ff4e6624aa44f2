# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_snapshot`` plans (docs/platform.md#3.14, docs/platform.md#4.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Optional

from .._model.conditions import Condition, Row, all_of
from .._model.desired import by_key, plan_absent, plan_present, under
from .._model.errors import VrgError
from .._model.facts import every, some
from .._model.plan import Goal, Guard, Plan, Refusal, Step, Until, nothing
from .._model.query import Query, Reader, Write
from .._model.selectors import known, pick
from .._tables.tenant_snapshots import RESTORABLE, TENANT_SNAPSHOT, retention_of
from .._tables.tenants import IS_OFF, POWER, no_tenant, read_tenant, tenant_query
from .tenant_power import Power

#: Seconds by which an expiry may differ from created + retention: the create is a moment older than its request.
_TOLERANCE = 60


class TenantSnapshotTask:
    """``vrg_tenant_snapshot``: present, absent, restored."""

    name = "tenant_snapshot"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.snapshot: str = params["name"]
        self.state: str = params["state"]
        self.retention = None if params["retention"] is None else retention_of(params["retention"])
        self.stop_tenant: bool = params["stop_tenant"]
        if not self.snapshot:
            raise VrgError("name is empty.", hint="The platform would make one up that no later run would find.")
        self.wanted = TENANT_SNAPSHOT.wanted(params)
        if self.state == "restored" and not params["confirm_overwrite"]:
            raise VrgError(
                f"Restoring {self.subject} overwrites the tenant: everything that it has written since is lost.",
                hint="Set confirm_overwrite=true if that is meant.",
            )

    @property
    def subject(self) -> str:
        return f"snapshot '{self.snapshot}' of tenant '{self.tenant}'"

    def plan(self, reader: Reader) -> Plan:
        if self.state == "restored":
            return self._restored(reader)
        tenant = read_tenant(reader, self.tenant)
        find = Query(TENANT_SNAPSHOT, self._is_this(tenant["$key"] if tenant else 0))
        row = pick("tenant snapshot", reader.read(find), self.snapshot) if tenant else None
        if self.state == "absent":
            return plan_absent(TENANT_SNAPSHOT, self.subject, row, identity=("tenant_key", "name", "created"))
        plan = plan_present(
            TENANT_SNAPSHOT,
            self.subject,
            {**self.wanted, **self._expiry(row, reader.now)},
            row,
            find=find,
            fixed={"tenant": tenant["$key"] if tenant else 0},
        )
        return under(plan, "tenant", self.tenant, tenant, None if tenant else no_tenant(reader, self.tenant))

    def _is_this(self, tenant: Any) -> Condition:
        return all_of(TENANT_SNAPSHOT["tenant_key"].eq(tenant), TENANT_SNAPSHOT["name"].eq(self.snapshot))

    def _expiry(self, row: Optional[Row], now: int) -> dict[str, int]:
        """What ``expires`` has to be set to, where it is not right already. Never the platform's choice: 0 is sent."""
        if self.retention is None:
            return {}
        if row is None:
            return {"expires": now + self.retention if self.retention else 0}
        expires = int(row["expires"] or 0)
        wanted = int(row["created"] or 0) + self.retention if self.retention else 0
        if wanted and expires:
            return {} if abs(expires - wanted) <= _TOLERANCE else {"expires": wanted}
        return {} if expires == wanted else {"expires": wanted}

    def _restored(self, reader: Reader) -> Plan:
        tenant = pick("tenant", reader.read(tenant_query(POWER, self.tenant)), self.tenant)
        if tenant is None:
            return self._not_yet(self.tenant, no_tenant(reader, self.tenant))
        rows = reader.read(Query(RESTORABLE, self._is_this(tenant["$key"])))
        row = pick("tenant snapshot", rows, self.snapshot)
        if row is None:
            names = known(reader, TENANT_SNAPSHOT, self.snapshot, TENANT_SNAPSHOT["tenant_key"].eq(tenant["$key"]))
            return self._not_yet(tenant["name"], Refusal(f"There is no {self.subject}.", names, liftable=True))
        plan = nothing(TENANT_SNAPSHOT.view(row))
        off = self._is_off(tenant, row)
        if self.stop_tenant:
            # Its end is waited for right before the restore.
            plan = replace(Power(wait=False).stopped(plan, tenant), result=plan.result, before={}, after={})
        else:
            plan = plan.refused(off.refusal([row]))
        return plan.then(self._restore(tenant, row, off))

    def _not_yet(self, tenant: str, missing: Refusal) -> Plan:
        """What a dry run can say of a snapshot or a tenant that an earlier task may make."""
        return Plan(None, (self._step(tenant, None, None),), refusals=(missing,))

    def _is_off(self, tenant: Row, row: Row) -> Guard:
        return Guard(
            every(by_key(RESTORABLE, row), IS_OFF),
            f"Tenant '{tenant['name']}' is {{}}, and only one that is offline can be restored.",
            "Stop it first, or set stop_tenant=true.",
            shows="status",
            liftable=True,
        )

    def _restore(self, tenant: Row, row: Row, off: Guard) -> Step:
        """The step with what must hold right before: keys are used again (docs/platform.md#1.5)."""
        same = all_of(self._is_this(tenant["$key"]), RESTORABLE["created"].eq(row["created"]))
        is_this = Guard(
            some(by_key(RESTORABLE, row), same),
            f"The {self.subject} was deleted in the meantime; nothing was restored.",
        )
        goal = Goal(f"tenant '{tenant['name']}' to be offline", by_key(RESTORABLE, row), Until(IS_OFF))
        waits = (goal,) if self.stop_tenant and not IS_OFF.matches(tenant) else ()
        step = self._step(tenant["name"], tenant["$key"], row["$key"])
        return replace(step, guards=(*waits, is_this, off))

    def _step(self, name: str, tenant: Any, snapshot: Any) -> Step:
        body = {"tenant": tenant, "action": "restore", "params": {"snapshot": snapshot}}
        return Step(
            f"restore tenant '{name}' from snapshot '{self.snapshot}', for its next start",
            Write("POST", "tenant_actions", body=body),
            # Whether it has happened cannot be seen; a second one could overwrite what came after.
            once=True,
            verb=True,
        )
