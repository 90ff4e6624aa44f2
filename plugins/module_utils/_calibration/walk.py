# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the probes of level scratch share: the tenant, its parts, and how it gets from one state to another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from .._model.conditions import Row, quoted
from .._model.errors import VrgError
from .._system.raw import Answer, Raw
from .place import NODE_MB, Addresses, Place, addresses_of
from .probe import Probe
from .removal import network_is_up, status_of, stop
from .tenant import FIRST_LOOK, Looking, Tenant, began, own_key

GIB = 1 << 30
_UP = ("online", "reduced")


@dataclass
class Walk:
    """A scratch tenant on its way through the states."""

    raw: Raw
    place: Place
    looking: Looking
    tenant: Tenant
    clone: Optional[Tenant] = None
    #: What probes found out on their way, for others.
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def addresses(self) -> Optional[Addresses]:
        return addresses_of(self.place.network) if self.place.network else None

    @property
    def nodes(self) -> list[Any]:
        """The keys of its two nodes; a restore may give them others."""
        return [row["$key"] for row in self.tenant.parts("tenant_nodes", "nodeid")]

    def node_status(self, position: int) -> str:
        """The status of a node's machine, by position."""
        rows = self.tenant.parts("tenant_nodes", "nodeid,machine#status#status as status")
        return str(rows[position].get("status")) if len(rows) > position else ""

    def is_up(self) -> bool:
        return status_of(self.tenant) in _UP

    def power_on(self) -> None:
        """Until the tenant and every enabled node of it runs."""
        if status_of(self.tenant) == "offline":
            demand(self.tenant.act("poweron"), "power-on")
        self.await_power_on()

    def await_power_on(self) -> None:
        """A start without room falls back without a word (docs/platform.md#4.2)."""
        seen: set[Optional[str]] = set()

        def has_arrived() -> bool:
            status = status_of(self.tenant)
            if status == "offline" and "starting" in seen:
                raise VrgError("The scratch tenant was started and fell back: no host had room for it.")
            seen.add(status)
            return status in _UP

        self.looking.until(has_arrived, "The scratch tenant's power-on")

    def start_nodes(self) -> None:
        """Until both nodes run."""
        self.power_on()
        for position, node in enumerate(self.nodes):
            self.tenant.change_part("tenant_nodes", node, "PUT", {"enabled": True})
            if self.node_status(position) == "stopped":
                demand(self.tenant.act_on_node(node, "poweron"), "power-on of a node")
            self.await_node(position, "running")
        self.looking.until(lambda: status_of(self.tenant) == "online", "The scratch tenant with all nodes")

    def await_node(self, position: int, status: str) -> None:
        self.looking.until(lambda: self.node_status(position) == status, f"A node that is {status}")

    def power_off(self) -> None:
        """Until tenant and network are off."""
        stop(self.tenant, self.looking)

    def add(self, table: str, **values: Any) -> str:
        """Make a row of its own that has to be there; its key."""
        answer = self.tenant.add(table, **values)
        key = own_key(answer)
        demand(answer, f"row of {table}")
        if key is None:
            raise VrgError(f"A row of {table} was made, and nobody says under which key.")
        return key

    def add_node(self, position: int, enabled: bool) -> str:
        """The smallest node that there can be."""
        size = {"cpu_cores": 1, "ram": NODE_MB, "cluster": self.place.cluster["$key"]}
        return self.add("tenant_nodes", name=f"node{position}", enabled=enabled, **size)

    def add_storage(self) -> str:
        return self.add("tenant_storage", tier=self.place.tier["$key"], provisioned=GIB)

    def storage(self) -> Optional[Row]:
        return next(iter(self.tenant.parts("tenant_storage", "provisioned")), None)

    def copy(self) -> Answer:
        """Clone the tenant, and note what the clone looks like when it appears."""
        name = f"{self.tenant.name}-clone"
        answer = self.tenant.act("clone", name=name)
        if not answer.is_accepted:
            return answer
        where, fields = f"name eq {quoted(name)}", f"$key,name,uuid,note,vnet,{FIRST_LOOK}"
        rows = self.looking.until(
            lambda: self.raw.get("tenants", filter=where, fields=fields).rows, "The clone of the scratch tenant"
        )
        row, first = rows[0], {**rows[0], "began": began(rows[0], self.raw.api.now)}
        self.clone = Tenant(self.raw, str(row["$key"]), str(row["uuid"]), name, self.tenant.note, first=first)
        if row.get("note") != self.tenant.note:
            self.clone.change("PUT", {"note": self.tenant.note})
        return answer


def demand(answer: Answer, what: str) -> None:
    """Raises VrgError where the walk cannot go on."""
    if not answer.is_accepted:
        raise VrgError(f"The platform refused the scratch tenant's {what}: HTTP {answer.status}.", status=answer.status)


@dataclass(frozen=True)
class State:
    """Where a tenant is brought, and what can be seen there, in this order."""

    name: str
    enter: Callable[[Walk], None]
    probes: tuple[Probe[Walk], ...]


__all__ = ["GIB", "State", "Walk", "demand", "network_is_up", "status_of"]
