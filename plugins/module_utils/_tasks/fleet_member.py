# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One tenant of a list: the tasks that make it what its item says, and what they plan.

A list is as many single tenants: each part is planned by the task of its own module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Optional

from .._checks.drain import ALL_SETTLED
from .._model.conditions import Row
from .._model.errors import VrgError
from .._model.plan import Guard, Plan, Refusal, Step, Task
from .._model.query import Created, Query, Scratch
from .._model.resource import Access
from .._tables.tenant_networks import PARTS
from .._tables.tenant_nodes import TENANT_NODE
from .._tables.tenant_storage import TENANT_STORAGE
from .._tables.tenants import TENANT
from .firewall_rules import RulesOf, networks_to_apply, rules_of
from .fleet_items import Allowed
from .tenant import TenantTask
from .tenant_networks import TenantNetworksTask
from .tenant_node import TenantNodeTask
from .tenant_snapshot import TenantSnapshotTask
from .tenant_storage import TenantStorageTask

#: Options of an item that its tenant has from the beginning; the platform fills in the url with the first external IP.
_FIRST = (
    *("description", "note", "allow_branding", "help_url", "theme_access", "expose_cloud_snapshots", "uuid"),
    "require_password_change",
)
_LAST = ("url", "isolated")
#: Hosts are read beside nodes, and a maintenance may begin at any time.
_NO_DRAIN = Guard(
    ALL_SETTLED,
    "Host '{}' is in maintenance by now, and a tenant may have a node for that time only.",
    "Run the list again when the maintenance has ended.",
    shows="name",
)
#: What gets smaller only where that is allowed.
_SIZES = ("ram_gb", "cpu_cores", "provisioned_gb")


@dataclass
class Member:
    """A tenant of the list. ``row`` is the tenant as it was found; None for one that is to be made."""

    item: Mapping[str, Any]
    row: Optional[Row]
    password: Optional[str]
    allowed: Allowed
    stated: bool = True
    #: Whether a host may be in maintenance, when a tenant may have a node for that time only.
    drains: bool = False
    warnings: dict[str, None] = field(default_factory=dict)
    #: The key of the tenant, once it is made.
    made_key: Any = None
    _rules: tuple[list[RulesOf], list[str]] = ([], [])

    @property
    def name(self) -> str:
        return str(self.row["name"]) if self.row else str(self.item["name"])

    @property
    def text(self) -> str:
        """What the item calls it, a name or a uuid."""
        return str(self.item["name"])

    @property
    def secret(self) -> Optional[str]:
        """The password that is sent, if the tenant is to be made."""
        return self.password if self.row is None else None

    @property
    def key(self) -> Any:
        return self.row["$key"] if self.row else self.made_key or self.to_be_made

    @property
    def to_be_made(self) -> Created:
        return Created(f"tenant '{self.name}'")

    @property
    def state(self) -> str:
        """What its power is to be. Where its item does not say it, only a tenant that never ran is started."""
        ran = self.row is not None and bool(self.row["started"]) and not self.row["starting"]
        return "present" if ran and not self.stated else str(self.item["state"])

    @property
    def is_left(self) -> bool:
        """Whether it is off and stays so: somebody switched it off, and its item does not say that it is to run."""
        row = self.row
        off = row is not None and not row["running"] and not row["starting"]
        return off and self.item["state"] == "running" and self.state == "present"

    @property
    def rules(self) -> tuple[list[RulesOf], list[str]]:
        """The networks whose rules have to be applied, and what to say of them; known once the parts are planned."""
        return self._rules

    def parts(self, reader: Scratch) -> list[Plan]:
        """What is missing of the tenant and of what belongs to it, in order. Raises VrgError where it cannot be had."""
        plans = [self._planned(reader, self._tenant(**self._options(_FIRST), tenant_password=self.password))]
        if self.row is None and plans[0].steps:
            reader.pretend(TENANT, self.key, self._as_made(plans[0].steps[0]))
        rows = reader.read(Query(TENANT_NODE, TENANT_NODE["tenant_key"].eq(self.key)))
        for node in self.item.get("nodes", ()):
            plan = self._planned(reader, TenantNodeTask(_params(**node, tenant=self.text)))
            plans.append(plan)
            if not any(row["name"] == node["name"] for row in rows):
                made = Created(f"node '{node['name']}' of tenant '{self.name}'")
                reader.pretend(TENANT_NODE, made, {"name": node["name"], "tenant_key": self.key})
        plans += self._superfluous_nodes(reader, rows)
        plans += self._storage(reader)
        plans += self._networks(reader)
        return plans

    def _as_made(self, step: Step) -> dict[str, Any]:
        """The raw columns that the tenant is made with, by name."""
        body = step.write.body
        given = {
            column.name: body[column.written_to]
            for column in TENANT.columns
            if column.written_to in body and column.access is not Access.SECRET and not column.reference
        }
        off = {"status": "offline", "running": False, "starting": False, "stopping": False, "started": 0}
        return {**given, **off, "is_snapshot": False, "isolated": False}

    def stands(self, reader: Scratch, step: Step, key: Any) -> list[Plan]:
        """What is missing of what belongs to the tenant, now that ``step`` has made it and its key is known."""
        self.made_key = key
        reader.pretend(TENANT, key, self._as_made(step))
        return self.parts(reader)[1:]

    def view(self, reader: Scratch) -> Optional[dict[str, Any]]:
        """The tenant as it stands."""
        rows = reader.read(Query(TENANT, TENANT["$key"].eq(self.key)))
        return TENANT.view(rows[0]) if rows else None

    def rest(self, reader: Scratch) -> list[Plan]:
        """What comes once the parts stand: a first snapshot, its isolation, its power."""
        plans = []
        first = self.item.get("initial_snapshot")
        if first and not (self.row and self.row["started"]):
            plans.append(self._planned(reader, TenantSnapshotTask(_params(**first, tenant=self.text))))
        task = self._tenant(
            **self._options(_LAST), state=self.state, accept_reduced=self.allowed.reduced, wait=self.allowed.wait
        )
        plan = self._planned(reader, task)
        if plan.before.get("running") and not self.allowed.restart:
            raise VrgError(
                f"Tenant '{self.name}' is running, and the list has it stopped.",
                hint="Set allow_restart=true if that is meant.",
            )
        return [*plans, plan]

    def _options(self, names: Sequence[str]) -> dict[str, Any]:
        return {name: self.item[name] for name in names if name in self.item}

    def _tenant(self, **given: Any) -> TenantTask:
        return TenantTask(_params(**given, name=self.text))

    def _planned(self, reader: Scratch, task: Task) -> Plan:
        """The plan of one task. Raises VrgError for what speaks against it: nothing of the list comes before it."""
        return self._allowed(task.plan(reader))

    def _allowed(self, plan: Plan) -> Plan:
        for refusal in (*plan.refusals, *self._shrinking(plan)):
            raise refusal.error
        self.warnings.update(dict.fromkeys(plan.warnings))
        return plan

    def _shrinking(self, plan: Plan) -> Iterator[Refusal]:
        if self.row is None or self.allowed.shrink:
            return
        for name in _SIZES:
            before, after = plan.before.get(name), plan.after.get(name)
            if before is not None and after is not None and after < before:
                yield Refusal(
                    f"Tenant '{self.name}' would get smaller: {plan.steps[0].sentence}.",
                    "Set allow_shrink=true if that is meant.",
                )

    def _superfluous_nodes(self, reader: Scratch, rows: Sequence[Row]) -> Iterator[Plan]:
        """Nodes that are not listed, from the highest down; the lowest is the tenant's own, and never goes."""
        if "nodes" not in self.allowed.exclusive or "nodes" not in self.item:
            return
        listed = [node["name"] for node in self.item["nodes"]]
        others = sorted(rows, key=lambda row: int(row["node_id"]))[1:]
        gone = [row for row in others if row["name"] not in listed]
        if gone and self.drains:
            names = ", ".join(f"'{row['name']}'" for row in gone)
            self.warnings[
                f"Tenant '{self.name}' keeps {names}, which the list does not name: a host is in maintenance, and a "
                "tenant may have a node for that time only."
            ] = None
            return
        for row in reversed(gone):
            given = {"name": row["name"], "state": "absent", "allow_power_off": self.allowed.power_off}
            plan = self._planned(reader, TenantNodeTask(_params(tenant=self.text, **given)))
            # The next one is planned as if this one were gone: only the last node can be deleted.
            reader.drop(TENANT_NODE, row["$key"])
            yield replace(plan, steps=tuple(replace(step, guards=(*step.guards, _NO_DRAIN)) for step in plan.steps))

    def _storage(self, reader: Scratch) -> Iterator[Plan]:
        storage = self.item.get("storage")
        if storage is None:
            return
        loses = self.allowed.data_loss
        for entry in storage:
            task = TenantStorageTask(_params(**entry, tenant=self.text, allow_data_loss=loses))
            yield self._planned(reader, task)
        if "storage" in self.allowed.exclusive and self.row:
            listed = [int(entry["tier"]) for entry in storage]
            for row in reader.read(Query(TENANT_STORAGE, TENANT_STORAGE["tenant_key"].eq(self.key))):
                if int(row["tier"]) not in listed:
                    given = _params(tenant=self.text, tier=int(row["tier"]), state="absent", allow_data_loss=loses)
                    yield self._planned(reader, TenantStorageTask(given))

    def _networks(self, reader: Scratch) -> Iterator[Plan]:
        given = {part.option: self.item.get(part.option) for part in PARTS}
        if all(items is None for items in given.values()):
            return
        exclusive = {name for name in self.allowed.exclusive if given.get(name) is not None}
        task = TenantNetworksTask(
            _params(**given, tenant=self.text, exclusive=exclusive, allow_ui_loss=self.allowed.ui_loss)
        )
        # The list was judged as a whole.
        task.judges_addresses = False
        draft, plan = task.drafted(reader)
        own = rules_of(draft.tenant)
        wanted = networks_to_apply(self.allowed.apply_rules, draft.listed, draft.touched, own, self.allowed.wait)
        self._rules = wanted[0], wanted[2]
        yield self._allowed(plan)


def _params(**given: Any) -> Mapping[str, Any]:
    """A task's options: what is not given is null."""
    found: dict[str, Any] = defaultdict(lambda: None, state="present")
    found.update(given)
    return found
