# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one tenant that level scratch makes: every change of it goes through here, and is checked right before."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Callable, Optional

from .._model.conditions import Row, quoted
from .._model.errors import VrgError
from .._system.clock import Clock
from .._system.raw import Answer, Raw

PREFIX = "vrg-calibration-"
#: With what a note begins that marks a tenant as scratch. The key of the network follows.
MARK = "Scratch of a calibration by vergeio.vrg; it may be deleted. Network:"
NAME = re.compile(PREFIX + "[0-9a-f]{8}(-renamed|-clone)?$")
#: How often somebody looks before something counts as not happening.
PATIENCE = 20
_FIRST_PAUSE, _GROWTH = 0.05, 1.5
#: What is looked at right after a tenant was made or cloned, before it can change.
FIRST_LOOK = "created,status#status as status,vnet#machine#status#status as network,theme_access"
#: How soon that has to be, in seconds of the platform's clock.
_SOON = 2
#: Tables whose rows belong to a tenant by their column ``tenant``, and by ``owner``.
_PARTS = ("tenant_nodes", "tenant_storage", "tenant_layer2_vnets", "tenant_snapshots")
_OWNED = ("vnet_addresses", "vnet_cidrs")


@dataclass
class Looking:
    """Looks again and again, soon at first; ``interval`` is the longest pause, ``timeout`` the longest wait."""

    clock: Clock
    interval: float
    timeout: float
    progress: Callable[[str, float], None] = lambda text, seconds: None

    def times(self, seen: Callable[[], Any], times: int = PATIENCE) -> Any:
        """What is seen first, or None if it is not seen within so many looks."""
        pause = _FIRST_PAUSE
        for _look in range(times):
            found = seen()
            if found:
                return found
            self.clock.sleep(min(pause, self.interval))
            pause *= _GROWTH
        return None

    def until(self, seen: Callable[[], Any], what: str) -> Any:
        """What is seen in time. Raises VrgError if it is not."""
        start, pause = self.clock.monotonic(), _FIRST_PAUSE
        while True:
            found = seen()
            if found:
                return found
            waited = self.clock.monotonic() - start
            if waited >= self.timeout:
                raise VrgError(
                    f"{what} was waited for in vain for {self.timeout:g} seconds.", hint="Raise wait_timeout."
                )
            self.progress(what, waited)
            self.clock.sleep(min(pause, self.interval))
            pause *= _GROWTH


@dataclass
class Tenant:
    """A tenant of ours, by key and uuid. Keys are given again, so the uuid is read before each change."""

    raw: Raw
    key: str
    uuid: str
    name: str
    note: str
    vnet: Optional[str] = None
    #: As it was right after it appeared.
    first: Row = field(default_factory=dict)

    def row(self, fields: str) -> Row:
        """The columns of this very tenant; empty if it is gone."""
        row = self.raw.get(f"tenants/{self.key}", fields=f"$key,uuid,name,vnet,{fields}").row
        return row if row.get("uuid") == self.uuid else {}

    def parts(self, table: str, fields: str) -> list[Row]:
        """Its rows in a table, by ascending key."""
        where = f"owner eq 'tenants/{self.key}'" if table in _OWNED else f"tenant eq {self.key}"
        rows = self.raw.get(table, filter=where, fields=f"$key,{fields}", sort="+$key").rows
        return rows if self.row("name") else []

    def change(self, method: str, body: Optional[Mapping[str, Any]] = None) -> Answer:
        """Change the tenant's own row."""
        self._check()
        return self._send(method, f"tenants/{self.key}", body)

    def act(self, action: str, **params: Any) -> Answer:
        """An action of the tenant."""
        self._check()
        return self._send("POST", "tenant_actions", {"tenant": int(self.key), "action": action, "params": params})

    def act_on_node(self, node: Any, action: str) -> Answer:
        """An action of one of its nodes."""
        self._check_part("tenant_nodes", node)
        return self._send("POST", "tenant_node_actions", {"tenant_node": int(node), "action": action})

    def act_on_network(self, action: str) -> Answer:
        """An action of its own network."""
        self._check()
        if self.vnet is None:
            raise VrgError("The scratch tenant has no network of its own.")
        return self._send("POST", "vnet_actions", {"vnet": int(self.vnet), "action": action})

    def add(self, table: str, **values: Any) -> Answer:
        """Make a row that belongs to it."""
        self._check()
        mine = {"owner": f"tenants/{self.key}"} if table in _OWNED else {"tenant": int(self.key)}
        return self._send("POST", table, {**mine, **values})

    def change_part(self, table: str, key: Any, method: str, body: Optional[Mapping[str, Any]] = None) -> Answer:
        """Change or delete a row that belongs to it."""
        self._check_part(table, key)
        return self._send(method, f"{table}/{key}", body)

    def _send(self, method: str, path: str, body: Optional[Mapping[str, Any]]) -> Answer:
        return self.raw.send(method, path, body)

    def _check(self) -> None:
        row = self.row("note")
        if not row or not NAME.match(str(row.get("name"))):
            raise VrgError(
                "The scratch tenant is gone, or another tenant has its key.",
                hint="Nothing was written to it. Run the calibration again: what is left is removed first.",
            )
        self.vnet = None if row.get("vnet") is None else str(row["vnet"])

    def _check_part(self, table: str, key: Any) -> None:
        self._check()
        column = "owner" if table in _OWNED else "tenant"
        row = self.raw.get(f"{table}/{key}", fields=f"$key,{column}").row
        # An owner may be written with what stands before the table (docs/platform.md#2.4).
        whose = "/" + str(row.get(column)) if table in _OWNED else f"/tenants/{row.get(column)}"
        if not whose.endswith(f"/tenants/{self.key}") or table not in (*_PARTS, *_OWNED):
            raise VrgError(f"A row of {table} belongs to somebody else by now; nothing was written to it.")


def began(row: Row, now: int) -> Optional[str]:
    """The status that a tenant began with; None where nobody looked soon enough to say that it had no other before."""
    status, is_soon = row.get("status"), now - int(row.get("created") or 0) <= _SOON
    return "provisioning" if status == "provisioning" else "offline" if status == "offline" and is_soon else None


def own_key(answer: Answer) -> Optional[str]:
    """The key in the receipt of a create."""
    key = answer.row.get("$key")
    return None if key is None else str(key)


def make_tenant(raw: Raw, network: Optional[Row]) -> Tenant:
    """A tenant with a name that nobody has, marked as scratch by its note."""
    name = PREFIX + secrets.token_hex(4)
    if raw.get("tenants", filter=f"name eq {quoted(name)}", fields="$key,name").rows:
        raise VrgError("A tenant has the random name that scratch was to get.", hint="Run it again.")
    note = f"{MARK} {network['$key'] if network else 'none'}"
    body = {"name": name, "note": note, "description": "first", "theme_access": "both"}
    # Nobody is to log in to it; a tenant without a password has a well-known one.
    made = raw.send("POST", "tenants", {**body, "password": secrets.token_urlsafe(24)})
    key = own_key(made)
    if not made.is_accepted or key is None:
        raise VrgError(f"The platform made no tenant: HTTP {made.status}.", status=made.status)
    row = raw.get(f"tenants/{key}", fields=f"$key,name,uuid,note,vnet,{FIRST_LOOK}").row
    if row.get("name") != name or not row.get("uuid"):
        raise VrgError("The tenant that was made is not under the key of its receipt.", hint="Run it again.")
    return Tenant(raw, key, str(row["uuid"]), name, note, first={**row, "began": began(row, raw.api.now)})
