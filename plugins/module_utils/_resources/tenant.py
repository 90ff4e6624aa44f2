# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants (API page 3.5): their columns, and what ``vrg_tenant`` plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any, Optional

from .._api import Api, Query, Row, Write, all_of, equals
from .._errors import VrgError
from .._plan import CREATED, Plan, Step, delete_step, nothing, plan_present
from .._references import NO_SNAPSHOTS, is_uuid, named, no_tenant, pick, read_named, reference
from .._resource import Access, Column, Reference, Resource
from .._units import FLAG, KEY, NAME, TIME
from . import tenant_power

TENANT = Resource(
    kind="tenant",
    table="tenants",
    columns=(
        Column("name", spec={"required": True}),
        Column("description"),
        Column("url"),
        Column("note"),
        Column("expose_cloud_snapshots", codec=FLAG),
        Column("allow_branding", codec=FLAG),
        Column("help_url"),
        Column("theme_access", spec={"choices": ["specified", "host_only", "local_only", "both"]}),
        Column("require_password_change", "change_password", FLAG, spec={"no_log": False}),
        Column("tenant_password", target="password", access=Access.SECRET, spec={"no_log": True}),
        Column("ui_address", "ui_address#ip", reference="ui_address", target="ui_address"),
        Column("isolated", "isolate", FLAG, Access.READ),
        Column("uuid", access=Access.READ),
        Column("status", "status#status", access=Access.READ),
        Column("state", "status#state", access=Access.READ),
        Column("running", "status#running", FLAG, Access.READ),
        Column("network", "vnet#name", NAME, Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        Column("creator", access=Access.READ),
        Column("started", "status#started", TIME, Access.READ),
        Column("stopped", "status#stopped", TIME, Access.READ),
        Column("starting", "status#starting", FLAG, Access.HIDDEN),
        Column("stopping", "status#stopping", FLAG, Access.HIDDEN),
        Column("network_key", "vnet", KEY, Access.HIDDEN),
        Column("network_running", "vnet#machine#status#running", FLAG, Access.HIDDEN),
    ),
)


@dataclass(frozen=True)
class TenantState:
    """What there is: the tenant's row, and what the options refer to as far as it had to be read."""

    row: Optional[Row] = None
    nodes: Optional[list[Row]] = None
    host: Optional[Reference] = None
    addresses: tuple[Row, ...] = ()


class TenantTask:
    """``vrg_tenant``: present, absent, running, stopped."""

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
        self.wanted = TENANT.wanted(params)
        self.password = {name: self.wanted.pop(name, None) for name in ("tenant_password", "require_password_change")}
        self._check()

    def _check(self) -> None:
        if self.new_name and self.state == "absent":
            raise VrgError("new_name cannot be used with state=absent.", hint="Name the tenant to delete in name.")
        for option, text, longest in (("name", self.selector, 120), ("new_name", self.new_name, 120)):
            if text is not None and not 1 <= len(text) <= longest:
                raise VrgError(f"{option} must have 1 to {longest} characters.")
        if self.wanted.get("ui_address"):
            try:
                self.wanted["ui_address"] = str(ip_address(self.wanted["ui_address"]))
            except ValueError:
                raise VrgError(f"ui_address '{self.wanted['ui_address']}' is not an IP address.") from None

    def read(self, api: Api) -> TenantState:
        texts = [self.selector, self.new_name] if self.new_name else [self.selector]
        rows = api.read(TENANT.query(all_of(named(*texts, uuid=True), NO_SNAPSHOTS)))
        row = self._select(rows)
        state = TenantState(row)
        if row is None or self.state == "absent":
            return state
        if self.state == "running" and not tenant_power.is_up(row):
            state = replace(
                state,
                nodes=api.read(tenant_power.nodes_query(row["$key"])),
                host=self._host(api),
            )
        if self.wanted.get("ui_address") and self.wanted["ui_address"] != row["ui_address"]:
            condition = all_of(equals("owner", f"tenants/{row['$key']}"), equals("ip", self.wanted["ui_address"]))
            state = replace(state, addresses=tuple(api.read(Query("vnet_addresses", condition, "$key,ip"))))
        return state

    def _host(self, api: Api) -> Optional[Reference]:
        return reference("node", read_named(api, "nodes", [self.host]), self.host) if self.host else None

    def _select(self, rows: list[Row]) -> Optional[Row]:
        """Old name found: rename. Else the new name: nothing to rename. Both: nobody knows which is meant."""
        row = pick("tenant", rows, self.selector)
        renamed = pick("tenant", rows, self.new_name) if self.new_name else None
        if row and renamed and row is not renamed:
            raise VrgError(
                f"Tenant '{self.selector}' cannot be renamed: there already is a tenant '{self.new_name}'.",
                hint="Choose another new_name, or leave new_name out and manage one of them.",
            )
        found = row or renamed
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
        if row is None and (is_uuid(self.selector) or self.uuid):
            raise VrgError(
                no_tenant(self.selector), hint="A tenant that is named by its uuid must exist: uuids cannot be chosen."
            )
        plan = self._properties(state, verifying)
        if self.isolated is not None and self.isolated is not bool(row and row["isolated"]):
            plan = self._isolation(plan, row)
        if self.state in ("running", "stopped") and not (verifying and not self.wait):
            plan = self._power(plan, state)
        return plan

    def _properties(self, state: TenantState, verifying: bool) -> Plan:
        row = state.row
        wanted = dict(self.wanted, name=self._name(row))
        if row is None or (self.always_password and self.password["tenant_password"] and not verifying):
            wanted.update({name: value for name, value in self.password.items() if value is not None})
        blockers: tuple[str, ...] = ()
        address = wanted.get("ui_address")
        if address and not (row and row["ui_address"] == address):
            wanted["ui_address"] = next((Reference(one["$key"], address) for one in state.addresses), None)
            if wanted["ui_address"] is None:
                del wanted["ui_address"]
                blockers = (f"Tenant '{wanted['name']}' has no external IP {address} that could be its ui_address.",)
        subject = f"tenant '{row['name'] if row else wanted['name']}'"
        find = TENANT.query(all_of(equals("name", wanted["name"]), NO_SNAPSHOTS))
        plan = plan_present(TENANT, subject, wanted, row, find=find)
        warnings: tuple[str, ...] = ()
        if row is None and not self.password["tenant_password"] and self.state != "running":
            warnings = (
                f"Tenant '{wanted['name']}' is created without tenant_password: the platform makes one up that nobody "
                "will ever see. Set one, now or later with update_password=always.",
            )
        return replace(plan, blockers=blockers, warnings=warnings)

    def _name(self, row: Optional[Row]) -> str:
        if self.new_name:
            return self.new_name
        return str(row["name"]) if row else self.selector

    def _isolation(self, plan: Plan, row: Optional[Row]) -> Plan:
        verb = "isolate" if self.isolated else "end the isolation of"
        name = self._name(row)
        body = {
            "tenant": row["$key"] if row else CREATED,
            "action": "isolateon" if self.isolated else "isolateoff",
        }
        step = Step(
            f"{verb} tenant '{name}'",
            Write("POST", "tenant_actions", body=body),
            TENANT.query(all_of(equals("name", name), NO_SNAPSHOTS)),
            lambda rows: all(bool(found["isolated"]) is self.isolated for found in rows),
        )
        return plan.then(
            step,
            before={**plan.before, **({"isolated": bool(row["isolated"])} if row else {})},
            after={**plan.after, "isolated": self.isolated},
            result={**plan.result, "isolated": self.isolated},
        )

    def _power(self, plan: Plan, state: TenantState) -> Plan:
        row = state.row
        if row is None:
            if self.state == "stopped":
                return plan
            blocker = tenant_power.NO_NODES.format(name=self._name(row))
            return plan.then(blockers=(*plan.blockers, blocker), after={**plan.after, "running": True})
        if self.state == "running":
            return tenant_power.start(plan, row, state.nodes or [], state.host, self.wait)
        return tenant_power.stop(plan, row, self.wait)

    def _absent(self, row: Row) -> Plan:
        subject = f"tenant '{row['name']}'"
        steps: tuple[Step, ...] = ()
        if tenant_power.needs_stop(row):
            steps = (tenant_power.stop_step(row),)
        ready = None if tenant_power.is_off(row) and not row["network_running"] else tenant_power.may_be_deleted(row)
        steps += (delete_step(TENANT, subject, row, identity={"uuid": row["uuid"]}, before=ready),)
        view = TENANT.view(row)
        return Plan(result=view, steps=steps, before=view)

    def read_back(self, api: Api, state: TenantState) -> Optional[TenantState]:
        return None if self.state == "absent" else self.read(api)
