# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant`` plans: a tenant's existence, its properties, its isolation and its power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from ipaddress import ip_address
from typing import Any, Optional

from .._model.conditions import Row
from .._model.desired import plan_present
from .._model.errors import VrgError
from .._model.facts import every
from .._model.plan import Plan, Refusal, Step
from .._model.query import Created, Query, Reader, Write
from .._model.resource import Reference
from .._model.selectors import candidates, check_new_name, is_uuid, pick, pick_renamed, reference
from .._model.units import ADDRESS
from .._tables.nodes import NODE
from .._tables.tenant_networks import EXTERNAL_IP
from .._tables.tenant_nodes import STARTING_NODE
from .._tables.tenants import (
    TENANT,
    empty_uuid,
    find_tenant,
    no_such_uuid,
    no_tenant,
    owner_of,
    tenant_query,
    wrong_uuid,
)
from . import tenant_clone, tenant_delete
from .tenant_goals import who_will_be
from .tenant_power import Power

STATES = ["present", "absent", "running", "stopped", "restarted", "reset"]


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
        self.accept_reduced = bool(params["accept_reduced"])
        self.apply_rules: str = params["apply_rules"] or "changed"
        self.wanted = TENANT.wanted(params)
        secrets = ("tenant_password", "require_password_change")
        self.login = {name: self.wanted.pop(name) for name in secrets if name in self.wanted}
        self._check()

    def _check(self) -> None:
        check_new_name(TENANT, self.new_name, self.state == "absent")
        if self.uuid == "":
            raise empty_uuid()
        if self.force_after is not None and self.force_after < 0:
            raise VrgError("force_stop_after is below 0.", hint="Give seconds, or leave it out to never force a stop.")
        if self.wanted.get("ui_address"):
            try:
                self.wanted["ui_address"] = str(ip_address(self.wanted["ui_address"].strip()))
            except ValueError:
                raise VrgError(f"ui_address '{self.wanted['ui_address']}' is not an IP address.") from None
        if self.starts and self.clone_from and "network" in self.clone_without:
            raise VrgError(
                "A clone without its network cannot be started.",
                hint="Leave network out of clone_without, or use state=present.",
            )

    @property
    def starts(self) -> bool:
        return self.state in ("running", "restarted")

    @property
    def creates(self) -> bool:
        """Whether the task says that it makes the tenant, and not only that it takes one for granted."""
        return "tenant_password" in self.login or self.clone_from is not None

    def plan(self, reader: Reader) -> Plan:
        texts = [text for text in (self.selector, self.new_name, self.clone_from) if text]
        rows = reader.read(tenant_query(TENANT, *texts, *self._unfinished_names()))
        row = self._select(rows)
        if self.state == "absent":
            power = Power(force_after=self.force_after)
            return tenant_delete.plan(reader, row, power, self.apply_rules, self.wait)
        if row is None and self.clone_from:
            return self._cloned(reader, rows, self.clone_from)
        plan = self._properties(reader, row)
        if row is None:
            plan = self._checked_creation(reader, plan)
        return self._power(reader, self._isolation(plan, row), row, row)

    def _select(self, rows: Sequence[Row]) -> Optional[Row]:
        found = pick_renamed("tenant", rows, self.selector, self.new_name)
        error = wrong_uuid(found, self.selector, self.uuid) if found and self.uuid else None
        if error:
            raise error
        return found

    def _unfinished_names(self) -> Sequence[str]:
        return [tenant_clone.unfinished(self._name(None))] if self.clone_from and self.login else []

    def _cloned(self, reader: Reader, rows: Sequence[Row], text: str) -> Plan:
        """A clone, and what comes after it: its login before anything else."""
        name = self._name(None)
        source = pick("tenant", rows, text)
        refusals: list[Refusal] = [] if source else [no_tenant(reader, text)]
        address = self.wanted.get("ui_address")
        if address:
            # A clone has none of its source's addresses (docs/platform.md#4.5).
            refusals.append(self._no_address(name))
        wanted = {option: value for option, value in self.wanted.items() if option not in ("name", "ui_address")}
        begun = pick("tenant", rows, tenant_clone.unfinished(name)) if self.login else None
        plan = tenant_clone.plan(
            tenant_clone.Clone(name, source, text, begun, tuple(self.clone_without)),
            {**wanted, **self.login},
            waits=self.wait or self.starts or self.isolated is not None,
        )
        plan = self._isolation(plan.refused(*refusals), begun)
        return self._power(reader, plan, begun, begun or (source if "nodes" not in self.clone_without else None))

    def _no_address(self, name: str) -> Refusal:
        address = self.wanted["ui_address"]
        return Refusal(f"Tenant '{name}' has no external IP {address} that could be its ui_address.", liftable=True)

    def _checked_creation(self, reader: Reader, plan: Plan) -> Plan:
        if is_uuid(self.selector) or self.uuid:
            raise no_such_uuid(self.selector)
        if self.state in ("restarted", "reset"):
            missing = no_tenant(reader, self.selector)
            return plan.refused(replace(missing, hint=f"Use state=running to create and start one. {missing.hint}"))
        if not self.creates and (self.state == "stopped" or self.isolated):
            missing = no_tenant(reader, self.selector)
            return plan.refused(
                replace(missing, hint=f"To create it like that, give it a tenant_password. {missing.hint}")
            )
        return plan

    def _name(self, row: Optional[Row]) -> str:
        if self.new_name:
            return self.new_name
        return str(row["name"]) if row else self.selector

    def _made(self) -> Created:
        return Created(f"tenant '{self._name(None)}'")

    def _properties(self, reader: Reader, row: Optional[Row]) -> Plan:
        wanted = dict(self.wanted, name=self._name(row))
        if row is None or (self.always_password and "tenant_password" in self.login):
            wanted.update(self.login)
        refusals: tuple[Refusal, ...] = ()
        address = wanted.get("ui_address")
        if address and not (row and ADDRESS.decode(row["ui_address"]) == address):
            key = self._address_key(reader, row, address)
            wanted["ui_address"] = Reference(Created(f"external IP {address}") if key is None else key, address)
            refusals = () if key is not None else (self._no_address(wanted["name"]),)
        elif address and row:
            wanted["ui_address"] = Reference(row["ui_address_key"], row["ui_address"])
        subject = f"tenant '{row['name'] if row else wanted['name']}'"
        find = find_tenant(TENANT, wanted["name"])
        plan = plan_present(TENANT, subject, wanted, row, find=find, made=self._made()).refused(*refusals)
        if row is None and "tenant_password" not in self.login and self.state != "running":
            return plan.warned(
                f"Tenant '{wanted['name']}' is created without tenant_password: the platform makes one up that nobody "
                "will ever see. Set one, now or later with update_password=always."
            )
        return plan

    def _address_key(self, reader: Reader, row: Optional[Row], address: str) -> Any:
        """The key of the tenant's external IP; addresses are compared as such, and not as text."""
        if row is None:
            return None
        owned = EXTERNAL_IP.only("ip", "owner")
        rows = reader.read(Query(owned, owned["owner"].eq(owner_of(row["$key"]))))
        return next((one["$key"] for one in rows if ADDRESS.decode(one["ip"]) == address), None)

    def _isolation(self, plan: Plan, row: Optional[Row]) -> Plan:
        now = bool(row["isolated"]) if row else None if self.clone_from else False
        if self.isolated is None or self.isolated is now:
            return plan
        verb = "isolate" if self.isolated else "end the isolation of"
        name = self._name(row if not self.clone_from else None)
        action = "isolateon" if self.isolated else "isolateoff"
        step = Step(
            f"{verb} tenant '{name}'",
            Write("POST", "tenant_actions", body={"tenant": row["$key"] if row else self._made(), "action": action}),
            every(find_tenant(TENANT, name), TENANT["isolated"].eq(self.isolated)),
        )
        return plan.then(
            step,
            before={**plan.before, **({"isolated": now} if row else {})},
            after={**plan.after, "isolated": self.isolated},
            result={**plan.result, "isolated": self.isolated},
        )

    def _power(self, reader: Reader, plan: Plan, row: Optional[Row], powered: Optional[Row]) -> Plan:
        """The plan with power as it is wanted; ``powered`` is the tenant whose nodes the started one has."""
        if self.state == "present" or (row is None and not self.starts):
            return plan
        nodes, host = self._nodes(reader, powered), self._host(reader)
        power = Power(self.wait, host, self.force_after, self.accept_reduced, reader.now)
        if row is None:
            return power.new_running(plan, who_will_be(self._name(None), self._made()), bool(nodes))
        if self.state == "running":
            return power.running(plan, row, nodes)
        if self.state == "restarted":
            return power.restarted(plan, row, nodes)
        if self.state == "reset":
            return power.reset(plan, row)
        return power.stopped(plan, row)

    def _nodes(self, reader: Reader, powered: Optional[Row]) -> list[Row]:
        if not self.starts or powered is None:
            return []
        return reader.read(Query(STARTING_NODE, STARTING_NODE["tenant_key"].eq(powered["$key"])))

    def _host(self, reader: Reader) -> Optional[Reference]:
        if not self.host or not self.starts:
            return None
        resource = NODE.only("name")
        return reference(reader, resource, candidates(reader, resource, [self.host]), self.host)
