# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant's network blocks, external IPs and layer-2 networks, and what ``vrg_tenant_net`` plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from .._api import Api, Query, Row, all_of, equals
from .._converge import Converge
from .._errors import VrgError
from .._plan import Plan, Step, plan_absent, plan_present
from .._references import no_tenant, pick, read_named, read_tenant
from .._resource import Reference
from .._units import is_number, row_key
from .._wait import Waiter
from .network_rules import Network, apply_steps, choose, network_behind, network_of
from .tenant_net_items import Item, given
from .tenant_net_kinds import KINDS, Kind, disable_step, free_ui_address

_TENANT = (
    "ui_address",
    "vnet as network_key",
    "vnet#name as network",
    "vnet#need_fw_apply as pending",
    "vnet#machine#status#running as network_running",
)
_NETWORK = ("type", "need_fw_apply as pending", "machine#status#running as network_running")
#: Networks that belong to the platform itself and never carry workloads (API page 3.10).
_RESERVED = ("core", "dmz")


@dataclass(frozen=True)
class NetState:
    """The tenant, the rows of each kind that was given, and the networks that had to be looked up."""

    tenant: Optional[Row] = None
    rows: Mapping[str, list[Row]] = field(default_factory=dict)
    networks: tuple[Row, ...] = ()


@dataclass
class _Draft:
    """A plan while it grows over the kinds."""

    removals: list[Step] = field(default_factory=list)
    additions: list[Step] = field(default_factory=list)
    before: dict[str, list[Any]] = field(default_factory=dict)
    after: dict[str, list[Any]] = field(default_factory=dict)
    standing: dict[str, Any] = field(default_factory=dict)
    touched: dict[Any, Network] = field(default_factory=dict)
    listed: dict[Any, Network] = field(default_factory=dict)


class TenantNetTask:
    """``vrg_tenant_net``: present, absent."""

    name = "tenant_net"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.absent = params["state"] == "absent"
        self.exclusive: bool = params["exclusive"]
        self.apply_rules: str = params["apply_rules"]
        self.allow_ui_loss: bool = params["allow_ui_loss"]
        self.wait: bool = params["wait"]
        self.kinds = [kind for kind in KINDS if params[kind.option] is not None]
        if self.absent and self.exclusive:
            raise VrgError("exclusive cannot be used with state=absent.", hint="List what to remove.")
        if self.absent and not self.kinds:
            raise VrgError(f"state=absent needs at least one of {', '.join(kind.option for kind in KINDS)}.")
        self.items = {
            kind.option: [kind.check(given(kind.option, item)) for item in params[kind.option]] for kind in self.kinds
        }

    def read(self, api: Api) -> NetState:
        tenant = read_tenant(api, self.tenant, *_TENANT)
        rows = {kind.option: api.read(kind.query(tenant, self.items[kind.option])) for kind in self.kinds if tenant}
        networks = sorted(set(self._unknown(tenant, rows)))
        return NetState(tenant, rows, tuple(read_named(api, "vnets", networks, *_NETWORK)))

    def _unknown(self, tenant: Optional[Row], rows: Mapping[str, list[Row]]) -> Iterator[str]:
        """Networks to look up: a number may be a key, and of what is not there nothing else tells the network."""
        for kind in self.kinds:
            own = kind.own(tenant, rows[kind.option]) if tenant else []
            for item in self.items[kind.option]:
                text = item.get("network")
                asks = kind.needs_rules or not self.absent
                if text is not None and (is_number(text) or asks and not kind.find(item, own, ())):
                    yield text

    def plan(self, state: NetState, *, verifying: bool = False) -> Plan:
        draft = _Draft()
        for kind in self.kinds:
            kind.refuse_doubles(self.items[kind.option], state.networks)
            self._plan_kind(kind, state, draft)
        steps = draft.removals + draft.additions
        own = network_of(state.tenant) if state.tenant else None
        policy = "never" if self.absent and not (draft.listed or draft.touched) else self.apply_rules
        applied, pending, warnings = choose(policy, draft.listed, draft.touched, own, self.wait)
        if not verifying:
            steps += apply_steps(applied, self.wait)
        result = {
            "tenant": state.tenant["name"] if state.tenant else self.tenant,
            **{kind.option: draft.standing.get(kind.option) for kind in KINDS},
            "rules_pending": pending,
        }
        return Plan(
            result=result,
            steps=tuple(steps),
            before=draft.before,
            after=draft.after,
            blockers=() if state.tenant or self.absent else (no_tenant(self.tenant),),
            warnings=() if verifying else tuple(warnings),
        )

    def _plan_kind(self, kind: Kind, state: NetState, draft: _Draft) -> None:
        rows = state.rows.get(kind.option, [])
        own = kind.own(state.tenant, rows) if state.tenant else []
        kept = list(own)
        shown = []
        for item in self.items[kind.option]:
            row = kind.find(item, own, state.networks)
            if row is not None:
                if row not in kept:
                    raise kind.doubled(row, item)
                kept.remove(row)
            if not self.absent:
                shown.append(self._ensure(kind, item, row, state, draft))
            elif row is not None:
                self._remove(kind, row, state, draft)
                shown.append(kind.resource.view(row))
            elif kind.needs_rules:
                self._list(pick("network", state.networks, item.get("network", ""), key=True), draft)
        if self.exclusive:
            for row in kept:
                self._remove(kind, row, state, draft)
        rest = [] if self.exclusive or self.absent else [kind.resource.view(row) for row in kept]
        draft.standing[kind.option] = shown + rest

    def _ensure(self, kind: Kind, item: Item, row: Optional[Row], state: NetState, draft: _Draft) -> dict[str, Any]:
        wanted = dict(item)
        label = f"{kind.label(item)} of tenant '{self.tenant}'"
        target: Optional[Row] = None
        if row is None:
            if not wanted.get("network"):
                raise VrgError(f"Creating {label} needs a network.", hint="Add network to the item.")
            target = self._network(state, str(wanted["network"]))
            wanted["network"] = Reference(target["$key"], str(target["name"]))
            kind.refuse_taken(item, target, state.rows.get(kind.option, []), state.tenant)
        else:
            wanted.pop("network", None)
        tenant = state.tenant or {"$key": 0}
        plan = plan_present(
            kind.resource, label, wanted, row, find=self._find(kind, item, tenant, target), fixed=kind.owned(tenant)
        )
        self._note(kind, item, plan, row, target, draft)
        return dict(plan.result)

    def _find(self, kind: Kind, item: Item, tenant: Row, target: Optional[Row]) -> Query:
        owned = [equals(column, value) for column, value in kind.owned(tenant).items()]
        marks = [equals(name, item[name]) for name in ("cidr", "ip") if item.get(name)]
        if not marks and kind.option == "external_ips":
            marks = [equals(name, item[name]) for name in ("hostname", "description") if item.get(name)]
        where = [equals("vnet", target["$key"])] if target else []
        return kind.resource.query(all_of(*owned, *marks, *where))

    def _note(
        self, kind: Kind, item: Item, plan: Plan, row: Optional[Row], target: Optional[Row], draft: _Draft
    ) -> None:
        network = self._list(row or target, draft) if kind.needs_rules else None
        if not plan.steps:
            return
        # The platform picks the next free address: sent a second time, it would pick a second one.
        resend = kind.option != "external_ips" or bool(item.get("ip"))
        draft.additions += [replace(step, resend=resend) for step in plan.steps]
        if plan.before:
            draft.before.setdefault(kind.option, []).append(dict(plan.before))
        draft.after.setdefault(kind.option, []).append(dict(plan.after))
        if network:
            draft.touched[network.key] = network

    def _list(self, row: Optional[Row], draft: _Draft) -> Optional[Network]:
        network = network_behind(row)
        if network:
            draft.listed[network.key] = network
        return network

    def _remove(self, kind: Kind, row: Row, state: NetState, draft: _Draft) -> None:
        label = f"{kind.label(row)} of tenant '{self.tenant}'"
        seen_at = state.tenant if kind.option == "external_ips" else None
        ui_tenant = seen_at if seen_at and row_key(seen_at["ui_address"]) == row["$key"] else None
        if ui_tenant and not self.allow_ui_loss:
            raise VrgError(
                f"The {label} is the address of its user interface; without it nobody reaches the tenant from outside.",
                hint="Set allow_ui_loss=true if that is meant, or give the tenant another ui_address first.",
            )
        network = network_of(row) if kind.needs_rules else None
        identity: dict[str, Any] = {name: row[name] for name in ("owner", "tenant_key", "network_key") if name in row}
        if kind.option == "layer2_networks" and row["enabled"]:
            draft.removals.append(disable_step(kind, label, row))
        free = free_ui_address(ui_tenant) if ui_tenant else None
        plan = plan_absent(kind.resource, label, row, identity=identity, when_refused=free)
        draft.removals += plan.steps
        draft.before.setdefault(kind.option, []).append(dict(plan.before))
        if network:
            draft.touched[network.key] = network

    def _network(self, state: NetState, text: str) -> Row:
        row = pick("network", state.networks, text, key=True)
        if row is None:
            raise VrgError(f"There is no network '{text}'.", hint="Use the name of one of the host's networks.")
        if row["type"] in _RESERVED:
            raise VrgError(
                f"Network '{row['name']}' is reserved for the platform itself.", hint="Use an external or internal one."
            )
        return row

    def read_back(self, api: Api, state: NetState) -> Optional[NetState]:
        if state.tenant is None or self.absent:
            return None
        tenant = state.tenant
        rows = {kind.option: api.read(kind.query(tenant, self.items[kind.option])) for kind in self.kinds}
        return replace(state, rows=rows)


def remove_all(waiter: Waiter, tenant: str) -> list[str]:
    """Take away every network that a tenant has; returns what was done, in sentences."""
    everything: dict[str, Any] = {kind.option: [] for kind in KINDS}
    how = {"exclusive": True, "allow_ui_loss": True, "apply_rules": "changed", "wait": True}
    task = TenantNetTask({"tenant": tenant, "state": "present", **everything, **how})
    return list(Converge[NetState](waiter.api, waiter).run(task)["changes"])
