# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant`` plans: a tenant's existence, its properties, its isolation and its power."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any, Optional

from .._api import Api, Query, Row, Write, all_of, equals
from .._errors import VrgError
from .._plan import CREATED, Plan, Step, nothing, plan_absent, plan_present
from .._references import (
    NO_SNAPSHOTS,
    check_length,
    is_uuid,
    named,
    no_tenant,
    pick,
    pick_renamed,
    read_named,
    reference,
    refuse_new_name,
)
from .._resource import Reference
from .._wait import Waiter
from . import tenant_power
from .tenant import LONGEST_NAME, TENANT
from .tenant_clone import find_tenant, plan_clone
from .tenant_net import remove_all
from .tenant_waits import Who, all_off, is_up, who_is, who_will_be

STATES = ["present", "absent", "running", "stopped", "restarted", "reset"]


@dataclass(frozen=True)
class TenantState:
    """What there is: the tenant's row, the one it would be cloned from, and what else had to be read."""

    row: Optional[Row] = None
    source: Optional[Row] = None
    has_nodes: bool = False
    host: Optional[Reference] = None
    addresses: tuple[Row, ...] = ()


class TenantTask:
    """One run of ``vrg_tenant``."""

    name = "tenant"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.selector: str = params["name"]
        self.new_name: Optional[str] = params["new_name"]
        self.state: str = params["state"]
        self.wait: bool = params["wait"]
        self.always_password = params["update_password"] == "always"
        self.isolated: Optional[bool] = params["isolated"]
        self.uuid: Optional[str] = params["uuid"]
        self.host: Optional[str] = params["preferred_node"]
        self.clone_from: Optional[str] = params["clone_from"]
        self.clone_without: list[str] = params["clone_without"] or []
        self.force_after: Optional[int] = params["force_stop_after"]
        self.wanted = TENANT.wanted(params)
        self.password = {name: self.wanted.pop(name, None) for name in ("tenant_password", "require_password_change")}
        self._check()

    def _check(self) -> None:
        refuse_new_name("tenant", self.new_name, self.state == "absent")
        check_length(LONGEST_NAME, name=self.selector, new_name=self.new_name)
        if self.uuid == "":
            raise VrgError("uuid is empty.", hint="It is a safeguard: give the tenant's uuid, or leave it out.")
        if self.force_after is not None and self.force_after < 0:
            raise VrgError("force_stop_after is below 0.", hint="Give seconds, or leave it out to never force a stop.")
        if self.wanted.get("ui_address"):
            try:
                self.wanted["ui_address"] = str(ip_address(self.wanted["ui_address"]))
            except ValueError:
                raise VrgError(f"ui_address '{self.wanted['ui_address']}' is not an IP address.") from None

    @property
    def starts(self) -> bool:
        return self.state in ("running", "restarted")

    def read(self, api: Api) -> TenantState:
        texts = [text for text in (self.selector, self.new_name, self.clone_from) if text]
        rows = api.read(TENANT.query(all_of(named(*texts, uuid=True), NO_SNAPSHOTS)))
        row = self._select(rows)
        source = pick("tenant", rows, self.clone_from) if self.clone_from and row is None else None
        state = TenantState(row, source)
        if self.state == "absent":
            return state
        powered = row or source
        if powered and self.starts and not (row and is_up(row) and self.state == "running"):
            nodes = api.read(Query("tenant_nodes", equals("tenant", powered["$key"]), "$key"))
            has_nodes = bool(nodes) and not (source and "nodes" in self.clone_without)
            state = replace(state, has_nodes=has_nodes, host=self._host(api))
        address = self.wanted.get("ui_address")
        if row and address and address != row["ui_address"]:
            condition = all_of(equals("owner", f"tenants/{row['$key']}"), equals("ip", address))
            state = replace(state, addresses=tuple(api.read(Query("vnet_addresses", condition, "$key,ip"))))
        return state

    def _host(self, api: Api) -> Optional[Reference]:
        return reference("node", read_named(api, "nodes", [self.host]), self.host) if self.host else None

    def _select(self, rows: list[Row]) -> Optional[Row]:
        found = pick_renamed("tenant", rows, self.selector, self.new_name)
        if found and self.uuid and str(found["uuid"]).lower() != self.uuid.lower():
            raise VrgError(
                f"Tenant '{found['name']}' has the uuid {found['uuid']}, not {self.uuid}.",
                hint="It is another tenant of that name; nothing was changed.",
            )
        return found

    def plan(self, state: TenantState, *, verifying: bool = False) -> Plan:
        row = state.row
        if self.state == "absent":
            return nothing() if row is None else self._absent(row)
        if row is None:
            self._check_creation()
        if row is None and self.clone_from:
            plan = self._clone(state.source, self.clone_from)
        else:
            plan = self._properties(state, verifying)
        plan = self._isolation(plan, row)
        if not verifying or (self.wait and self.state in ("running", "stopped")):
            plan = self._power(plan, state)
        return plan

    def _clone(self, source: Optional[Row], text: str) -> Plan:
        wanted = {option: value for option, value in self.wanted.items() if option not in ("name", "ui_address")}
        plan = plan_clone(
            self._name(None),
            source,
            text,
            self.clone_without,
            {**wanted, **self._new_password()},
            must_wait=self.wait or self.starts or self.isolated is not None,
        )
        address = self.wanted.get("ui_address")
        # A clone has none of its source's addresses (API page 4.5).
        return plan.then(blockers=(*plan.blockers, self._no_address(self._name(None)))) if address else plan

    def _no_address(self, name: str) -> str:
        return f"Tenant '{name}' has no external IP {self.wanted['ui_address']} that could be its ui_address."

    def _check_creation(self) -> None:
        if is_uuid(self.selector) or self.uuid:
            raise VrgError(
                no_tenant(self.selector), hint="A tenant that is named by its uuid must exist: uuids cannot be chosen."
            )
        if self.state in ("restarted", "reset"):
            raise VrgError(no_tenant(self.selector), hint="Use state=running to create and start one.")
        if self.starts and self.clone_from and "network" in self.clone_without:
            raise VrgError(
                "A clone without its network cannot be started.",
                hint="Leave network out of clone_without, or use state=present.",
            )

    def _name(self, row: Optional[Row]) -> str:
        if self.new_name:
            return self.new_name
        return str(row["name"]) if row else self.selector

    def _properties(self, state: TenantState, verifying: bool) -> Plan:
        row = state.row
        wanted = dict(self.wanted, name=self._name(row))
        if row is None or (self.always_password and self.password["tenant_password"] and not verifying):
            wanted.update(self._new_password())
        blockers: tuple[str, ...] = ()
        address = wanted.get("ui_address")
        if address and not (row and row["ui_address"] == address):
            wanted["ui_address"] = Reference(next((one["$key"] for one in state.addresses), CREATED), address)
            if not state.addresses:
                blockers = (self._no_address(wanted["name"]),)
        subject = f"tenant '{row['name'] if row else wanted['name']}'"
        plan = plan_present(TENANT, subject, wanted, row, find=find_tenant(wanted["name"]))
        warnings: tuple[str, ...] = ()
        if row is None and not self.password["tenant_password"] and self.state != "running":
            warnings = (
                f"Tenant '{wanted['name']}' is created without tenant_password: the platform makes one up that nobody "
                "will ever see. Set one, now or later with update_password=always.",
            )
        return replace(plan, blockers=blockers, warnings=warnings)

    def _new_password(self) -> dict[str, Any]:
        return {name: value for name, value in self.password.items() if value is not None}

    def _isolation(self, plan: Plan, row: Optional[Row]) -> Plan:
        now = bool(row["isolated"]) if row else None if self.clone_from else False
        if self.isolated is None or self.isolated is now:
            return plan
        verb = "isolate" if self.isolated else "end the isolation of"
        name = self._name(row)
        body = {
            "tenant": row["$key"] if row else CREATED,
            "action": "isolateon" if self.isolated else "isolateoff",
        }
        step = Step(
            f"{verb} tenant '{name}'",
            Write("POST", "tenant_actions", body=body),
            find_tenant(name),
            lambda rows: all(bool(found["isolated"]) is self.isolated for found in rows),
        )
        return plan.then(
            step,
            before={**plan.before, **({"isolated": now} if row else {})},
            after={**plan.after, "isolated": self.isolated},
            result={**plan.result, "isolated": self.isolated},
        )

    def _power(self, plan: Plan, state: TenantState) -> Plan:
        power = tenant_power.Power(self.wait, state.host, self.force_after)
        row = state.row
        if row is None:
            who: Who = who_will_be(self._name(None))
            return power.new_running(plan, who, state.has_nodes) if self.starts else plan
        if self.state == "running":
            return power.running(plan, row, state.has_nodes)
        if self.state == "restarted":
            return power.restarted(plan, row, state.has_nodes)
        if self.state == "reset":
            return power.reset(plan, row)
        return power.stopped(plan, row) if self.state == "stopped" else plan

    def _absent(self, row: Row) -> Plan:
        steps, ready = tenant_power.Power(force_after=self.force_after).gone(row)
        subject = f"tenant '{row['name']}'"

        def clear(waiter: Waiter) -> list[str]:
            """What may stand in the way: power that has come back, or networks that do not go with the tenant."""
            return waiter.until(all_off(who_is(row), self.force_after)) + remove_all(waiter, str(row["uuid"]))

        identity = {"uuid": row["uuid"]}
        return plan_absent(TENANT, subject, row, identity=identity, first=steps, before=ready, when_refused=clear)

    def read_back(self, api: Api, state: TenantState) -> Optional[TenantState]:
        if self.state == "absent" or (self.clone_from and state.row is None and not self.wait):
            return None
        return self.read(api)
