# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_net`` plans: a tenant's network blocks, external IPs and layer-2 networks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from .._checks import addresses
from .._checks.placing import elsewhere, placed, target
from .._model.conditions import Row, all_of
from .._model.desired import plan_present
from .._model.errors import VrgError
from .._model.plan import Guard, Plan, Refusal, Step
from .._model.query import Query, Reader
from .._model.resource import Reference
from .._model.selectors import candidates, is_key, pick
from .._tables.networks import NETWORK
from .._tables.tenant_networks import EXTERNAL_IP, PARTS, Item, NetworkPart
from .._tables.tenants import no_tenant, owner_of, read_tenant
from .firewall_rules import RulesOf, apply_steps, networks_to_apply, rules_of
from .network_rows import keeps_ui, removal

_TENANT = ("ui_address", "network", "network_key", "network_running", "pending")
#: A tenant that an earlier task may make: it has no row yet.
_NO_ROW: Row = {"$key": 0, "network_key": None}


@dataclass
class Draft:
    """A plan while it grows over the parts."""

    tenant: Row
    networks: tuple[Row, ...]
    own: Optional[RulesOf]
    removals: list[Step] = field(default_factory=list)
    additions: list[Step] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    before: dict[str, list[Any]] = field(default_factory=dict)
    after: dict[str, list[Any]] = field(default_factory=dict)
    standing: dict[str, Any] = field(default_factory=dict)
    touched: dict[Any, RulesOf] = field(default_factory=dict)
    listed: dict[Any, RulesOf] = field(default_factory=dict)
    #: Items to be made, with their network, whose addresses have to be judged.
    made: list[tuple[NetworkPart, Item, Row]] = field(default_factory=list)

    def list_rules(self, row: Optional[Row]) -> Optional[RulesOf]:
        network = rules_of(row)
        if network:
            self.listed[network.key] = network
        return network

    def touch(self, network: Optional[RulesOf]) -> None:
        if network:
            self.touched[network.key] = network


class TenantNetworksTask:
    """``vrg_tenant_net``: present, absent."""

    name = "tenant_net"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.absent = params["state"] == "absent"
        exclusive = params["exclusive"]
        self.apply_rules: str = params["apply_rules"]
        self.allow_ui_loss: bool = params["allow_ui_loss"]
        self.wait: bool = params["wait"]
        self.parts = [part for part in PARTS if params[part.option] is not None]
        #: The lists that are complete; a list of tenants says that of each kind.
        self.exclusive = {part.option for part in self.parts} if exclusive is True else set(exclusive or ())
        #: Whether addresses are judged here; a list of tenants is judged as a whole.
        self.judges_addresses: bool = True
        if self.absent and exclusive:
            raise VrgError("exclusive cannot be used with state=absent.", hint="List what to remove.")
        if self.absent and not self.parts:
            raise VrgError(f"state=absent needs at least one of {', '.join(part.option for part in PARTS)}.")
        self.items = {
            part.option: [addresses.checked(part, item) for item in params[part.option]] for part in self.parts
        }
        if not self.absent:
            for error in addresses.overlapping(self.items.get("network_blocks", ())):
                raise error

    def plan(self, reader: Reader) -> Plan:
        draft, plan = self.drafted(reader)
        policy = "never" if self.absent and not (draft.listed or draft.touched) else self.apply_rules
        applied, pending, warnings = networks_to_apply(policy, draft.listed, draft.touched, draft.own, self.wait)
        result = {**plan.result, "rules_pending": pending}
        return plan.then(*apply_steps(applied, self.wait), result=result, warnings=tuple(warnings))

    def drafted(self, reader: Reader) -> tuple[Draft, Plan]:
        """The plan without what applies rules, and the networks concerned."""
        tenant = read_tenant(reader, self.tenant, *_TENANT)
        rows = {part.option: self._rows(reader, part, tenant) for part in self.parts}
        networks = self._networks(reader, tenant, rows)
        draft = Draft(tenant or {**_NO_ROW, "name": self.tenant}, networks, rules_of(tenant))
        for part in self.parts:
            for error in part.doubles(self.items[part.option], draft.networks):
                raise error
            self._plan_part(reader, part, rows[part.option], draft)
        if self.judges_addresses:
            draft.refusals += self._address_objections(reader, draft)
        standing = {part.option: draft.standing.get(part.option) for part in PARTS}
        plan = Plan(
            result={"tenant": draft.tenant["name"], **standing},
            steps=(*draft.removals, *draft.additions),
            before=draft.before,
            after=draft.after,
            is_final=self.absent,
            subject=f"networks of tenant '{draft.tenant['name']}'",
        )
        missing = None if tenant or self.absent else no_tenant(reader, self.tenant)
        return draft, plan.refused(missing, *draft.refusals)

    def _rows(self, reader: Reader, part: NetworkPart, tenant: Optional[Row]) -> list[Row]:
        return reader.read(part.query(tenant["$key"], self.items[part.option])) if tenant else []

    def _networks(self, reader: Reader, tenant: Optional[Row], rows: Mapping[str, list[Row]]) -> tuple[Row, ...]:
        texts = sorted(set(self._unknown(tenant, rows)))
        return tuple(candidates(reader, NETWORK, texts))

    def _unknown(self, tenant: Optional[Row], rows: Mapping[str, list[Row]]) -> Iterator[str]:
        """Networks to look up: a number may be a key, and of what is not there nothing else says the network."""
        for part in self.parts:
            own = part.own(tenant["$key"], rows[part.option]) if tenant else []
            for item in self.items[part.option]:
                text = item.get("network")
                asks = part.needs_rules or not self.absent
                if text is not None and (is_key(text) or (asks and not part.find(item, own, ()))):
                    yield text

    def _plan_part(self, reader: Reader, part: NetworkPart, rows: list[Row], draft: Draft) -> None:
        own = part.own(draft.tenant["$key"], rows)
        kept = list(own)
        shown = []
        for item, row in placed(part, self.items[part.option], own, draft.networks):
            if row is not None:
                kept.remove(row)
            if not self.absent:
                shown.append(self._ensure(reader, part, item, row, own, draft))
            elif row is not None:
                self._remove(part, row, draft)
                shown.append(part.resource.view(row))
            elif part.needs_rules:
                draft.list_rules(pick("network", draft.networks, item.get("network", ""), key=True))
        if part.option in self.exclusive:
            for row in kept:
                self._remove(part, row, draft)
        rest = [] if part.option in self.exclusive or self.absent else [part.resource.view(row) for row in kept]
        draft.standing[part.option] = shown + rest

    def _ensure(
        self, reader: Reader, part: NetworkPart, item: Item, row: Optional[Row], own: Sequence[Row], draft: Draft
    ) -> dict[str, Any]:
        wanted = {name: value for name, value in item.items() if name not in ("allow_outside", "allow_overlap")}
        label = f"{part.label(item)} of tenant '{draft.tenant['name']}'"
        network: Optional[Row] = None
        if row is None:
            network = target(reader, part, item, draft.tenant, draft.networks)
            wanted["network"] = Reference(network["$key"], str(network["name"]))
            has_it = list(elsewhere(part, item, network, draft.tenant, own))
            draft.refusals += has_it
            draft.made += [] if has_it else [(part, item, network)]
        else:
            wanted.pop("network", None)
        key = draft.tenant["$key"]
        found = Query(part.resource, all_of(part.is_of(key), part.is_found_by(item), *self._there(part, network)))
        plan = plan_present(part.resource, label, wanted, row, find=found, fixed=part.owned(key))
        self._note(part, item, plan, row, network, draft)
        return dict(plan.result)

    def _there(self, part: NetworkPart, network: Optional[Row]) -> list[Any]:
        return [part.resource["network_key"].eq(network["$key"])] if network else []

    def _address_objections(self, reader: Reader, draft: Draft) -> list[Refusal]:
        judged = [
            (part, item, network) for part, item, network in draft.made if part.address and item.get(part.address)
        ]
        if not judged:
            return []
        claims = addresses.read_claims(reader, sorted({network["$key"] for _part, _item, network in judged}))
        owner = owner_of(draft.tenant["$key"])
        return [
            refusal
            for part, item, network in judged
            for refusal in addresses.objections(part, item, network, claims, owner)
        ]

    def _note(
        self, part: NetworkPart, item: Item, plan: Plan, row: Optional[Row], made_on: Optional[Row], draft: Draft
    ) -> None:
        network = draft.list_rules(row or made_on) if part.needs_rules else None
        if not plan.steps:
            return
        # The platform picks the next free address: sent a second time, it would pick a second one.
        once = part.resource is EXTERNAL_IP and row is None and not item.get("ip")
        draft.additions += [replace(step, once=once) for step in plan.steps]
        if plan.before:
            draft.before.setdefault(part.option, []).append(dict(plan.before))
        draft.after.setdefault(part.option, []).append(dict(plan.after))
        draft.touch(network)

    def _remove(self, part: NetworkPart, row: Row, draft: Draft) -> None:
        guards: tuple[Guard, ...] = ()
        if part.resource is EXTERNAL_IP and not self.allow_ui_loss:
            guard = keeps_ui(draft.tenant, row)
            refusal = guard.refusal([draft.tenant])
            draft.refusals += [refusal] if refusal else []
            guards = (guard,)
        draft.removals += removal(part, draft.tenant, row, guards)
        draft.before.setdefault(part.option, []).append(part.resource.view(row))
        draft.touch(rules_of(row) if part.needs_rules else None)
