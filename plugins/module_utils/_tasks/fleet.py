# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_fleet`` plans: a whole list of tenants, judged as one and planned one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

from .._checks.capacity import capacity
from .._checks.drain import ALL_SETTLED
from .._checks.entries import refusal_of
from .._checks.estate import Estate, Thresholds, read_estate
from .._checks.names import look_alikes
from .._model.conditions import Condition
from .._model.errors import VrgError
from .._model.plan import Step
from .._model.query import Query, Reader
from .._model.resource import Access, Column, Resource
from .._tables.clusters import CLUSTER
from .._tables.networks import NETWORK
from .._tables.nodes import NODE
from .._tables.tenant_networks import EXTERNAL_IP, LAYER2_NETWORK, NETWORK_BLOCK
from .._tables.tenant_nodes import STARTING_NODE, TENANT_NODE
from .._tables.tenant_snapshots import TENANT_SNAPSHOT
from .._tables.tenant_storage import TENANT_STORAGE
from .._tables.tenants import IS_TENANT, TENANT, owner_of
from .._tables.tiers import STORAGE_TIER
from .firewall_rules import RulesOf, apply_steps
from .fleet_items import Allowed, complete
from .fleet_member import Member
from .fleet_plan import digest_of, drifted, refusal

#: What checks of addresses ask of the rows of others.
_ON_WHAT = (Column("network_type", "vnet#type", access=Access.HIDDEN),)
#: Everything that planning a list asks for.
_RESOURCES = (
    TENANT,
    TENANT_NODE,
    STARTING_NODE,
    TENANT_STORAGE,
    NETWORK_BLOCK,
    Resource("network block", NETWORK_BLOCK.table, _ON_WHAT),
    EXTERNAL_IP,
    Resource("external IP", EXTERNAL_IP.table, _ON_WHAT),
    LAYER2_NETWORK,
    NETWORK,
    CLUSTER.only(
        *("name", "enabled", "compute", "max_ram_per_vm_gb", "max_cores_per_vm"),
        *("target_ram_percent", "online_ram_gb", "used_ram_gb", "online_cores"),
    ),
    NODE.only("name", "cluster", "running", "maintenance", "status", "vm_ram_gb"),
    STORAGE_TIER.only("tier", "capacity_gb", "used_gb"),
)
_OF_TENANT = {
    TENANT.table: TENANT["$key"],
    TENANT_NODE.table: TENANT_NODE["tenant_key"],
    TENANT_STORAGE.table: TENANT_STORAGE["tenant_key"],
    NETWORK_BLOCK.table: NETWORK_BLOCK["owner"],
    EXTERNAL_IP.table: EXTERNAL_IP["owner"],
    LAYER2_NETWORK.table: LAYER2_NETWORK["tenant_key"],
    TENANT_SNAPSHOT.table: TENANT_SNAPSHOT["tenant_key"],
}
#: How many names a sentence lists.
_NAMED = 20
#: How many networks are waited for at once.
_NETWORKS_AT_ONCE = 20
THRESHOLDS = (
    "ram_target_percent",
    "ram_promised_percent",
    "cores_ratio",
    "provisioned_percent",
    "used_percent",
    "used_warn_percent",
)


class FleetTask:
    """One run of ``vrg_tenant_fleet``."""

    def __init__(self, params: Mapping[str, Any], tenants: Sequence[Mapping[str, Any]], passwords: Mapping[str, str]):
        self.items = complete(tenants, params["plans"] or {}, params["defaults"] or {})
        self.passwords = passwords
        self.unlisted: str = params["unlisted"]
        self.similar: bool = params["allow_similar"]
        self.allowed = Allowed(
            shrink=params["allow_shrink"],
            restart=params["allow_restart"],
            reduced=params["accept_reduced"],
            data_loss=params["allow_data_loss"],
            ui_loss=params["allow_ui_loss"],
            power_off=params["allow_power_off"],
            exclusive=frozenset(params["exclusive"] or ()),
            apply_rules=params["apply_rules"],
            wait=params["wait"],
        )
        given = {name: params[name] for name in THRESHOLDS if params[name] is not None}
        self.limits = Thresholds(
            policy=params["capacity"],
            n_minus_1=params["n_minus_1"],
            default_cluster=params["default_cluster"] or None,
            **given,
        )
        self.digest = digest_of(self.items.tenants, sorted(self.allowed.exclusive))
        #: A saved plan, and what becomes of tenants of which another change is planned now.
        self.plan: Optional[Mapping[str, Any]] = None
        self.on_drift: str = params["on_drift"]
        self._flaws = [*self.items.problems, *self._strange_passwords()]

    def _strange_passwords(self) -> Iterator[str]:
        unknown = sorted(set(self.passwords) - {str(item["name"]) for item in self.items.tenants})
        if unknown:
            yield f"passwords has names that are not listed: {_listed(unknown)}."
        for name, password in self.passwords.items():
            for error in TENANT.beyond({"tenant_password": password}):
                yield f"The password for tenant '{name}': {error.message}"

    def _refuse(self, problems: Sequence[str], **found: Any) -> None:
        if problems:
            error = VrgError(refusal_of(problems))
            error.found = found
            raise error

    @property
    def resources(self) -> Sequence[Resource]:
        """What will be asked for."""
        snapshots = any(item.get("initial_snapshot") for item in self.items.tenants)
        return (*_RESOURCES, TENANT_SNAPSHOT) if snapshots else _RESOURCES

    @property
    def where(self) -> Mapping[str, Condition]:
        """Which rows of a table count, where not all do."""
        return {TENANT.table: IS_TENANT}

    @property
    def of_tenant(self) -> Mapping[str, Column]:
        """The columns by which a tenant's rows are read again, by table."""
        return _OF_TENANT

    def value(self, column: Column, key: Any) -> Any:
        """What such a column has for the tenant with this key."""
        return owner_of(key) if column.name == "owner" else key

    def judged(self, reader: Reader) -> tuple[list[Member], dict[str, Any]]:
        """The members of the list, and what it takes. Raises VrgError if the list as a whole cannot be had."""
        estate = read_estate(reader)
        members = list(self._members(reader, estate))
        asked = [{**one.item, "state": one.state} for one in members]
        found = capacity(asked, estate, self.limits, self.items.stated)
        unlisted = sorted({str(row["name"]) for row in estate.tenants} - {one.name for one in members})
        refused = [*self._flaws, *found["problems"], *found["refused"]]
        if not self.similar:
            new = (one.name for one in members if one.row is None)
            refused += look_alikes(new, (str(row["name"]) for row in estate.tenants))
        if unlisted and self.unlisted == "fail":
            refused.append(f"These tenants are not listed: {_listed(unlisted)}.")
        table = {"table": found["table"], "lines": found["lines"]}
        self._refuse(refused, capacity=table)
        return members, {
            "capacity": table,
            "unlisted": [] if self.unlisted == "ignore" else unlisted,
            "warnings": found["warnings"],
        }

    def _members(self, reader: Reader, estate: Estate) -> Iterator[Member]:
        rows = {row["$key"]: row for row in reader.read(Query(TENANT, IS_TENANT))}
        drains = not ALL_SETTLED.holds(estate.hosts)
        for item in self.items.tenants:
            row = self._row(item, estate)
            stated = item["name"] in self.items.stated
            whole = rows[row["$key"]] if row else None
            yield Member(item, whole, self.passwords.get(str(item["name"])), self.allowed, stated, drains)

    def _row(self, item: Mapping[str, Any], estate: Estate) -> Optional[Mapping[str, Any]]:
        try:
            return estate.tenant(str(item["name"]))
        except VrgError:
            # Two have the name; the check of the list says so.
            return None

    def approve(self, works: Sequence[Any]) -> None:
        """Compare with a saved plan. Raises VrgError, or leaves tenants out, where another change is planned now."""
        changed = list(drifted(works, self.plan)) if self.plan is not None else []
        if changed and self.on_drift == "refuse":
            raise refusal(changed)
        for work in changed:
            work.halted = "another change is planned now than was approved"

    def rules(self, networks: Mapping[Any, RulesOf]) -> Iterator[Sequence[Step]]:
        """The steps that apply the rules of networks, in groups that are waited for together."""
        listed = list(networks.values())
        for first in range(0, len(listed), _NETWORKS_AT_ONCE):
            yield apply_steps(listed[first : first + _NETWORKS_AT_ONCE], self.allowed.wait)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"
