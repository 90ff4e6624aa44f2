"""The simulator's raw tables, and what of them belongs to one tenant. Nothing here goes through the collection."""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

Row = dict[str, Any]

GIB = 1024**3
#: The parts that a tenant has, by what identifies one among them.
PARTS = {
    "tenant_nodes": "name",
    "tenant_storage": "tier",
    "vnet_addresses": "ip",
    "vnet_cidrs": "cidr",
    "tenant_layer2_vnets": "network",
    "tenant_snapshots": "name",
    "vms": "name",
}


class Tables:
    """Requests to ``/sim`` over one connection that no client of the collection shares."""

    def __init__(self, ready: Mapping[str, str]) -> None:
        self._host = urlsplit(ready["url"]).netloc
        self._tls = ssl.create_default_context(cafile=ready["ca_path"])
        self._connection: http.client.HTTPSConnection | None = None
        self._fixed: dict[str, dict[Any, Any]] = {}

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the simulator's control, with its JSON answer."""
        for last in (False, True):
            try:
                return self._ask(method, path, body)
            except (http.client.HTTPException, OSError):
                # A kept connection may have been closed meanwhile.
                self._connection = None
                if last:
                    raise
        return None

    def _ask(self, method: str, path: str, body: Any) -> Any:
        if self._connection is None:
            self._connection = http.client.HTTPSConnection(self._host, context=self._tls, timeout=60)
        data = None if body is None else json.dumps(body)
        self._connection.request(method, path, data, {"Content-Type": "application/json"})
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()[:300]}")
        return json.loads(text) if text else None

    def rows(self, table: str) -> list[Row]:
        """All rows of a table."""
        found: list[Row] = self.control("GET", f"/sim/tables/{table}")
        return found

    def by_key(self, table: str) -> dict[Any, Row]:
        """A table by key."""
        return {row["$key"]: row for row in self.rows(table)}

    def put(self, table: str, key: Any, **columns: Any) -> None:
        """Change columns past every rule, as somebody else."""
        self.control("PUT", f"/sim/tables/{table}/{key}", columns)

    def make_room(self, megabytes: int) -> None:
        """RAM for machines on every host, so that no start fails for want of it."""
        for node in self.rows("nodes"):
            self.put("nodes", node["$key"], vm_ram=megabytes)

    def create(self, ready: Mapping[str, str], table: str, body: Row) -> bool:
        """Make a row by the API, as somebody else does; whether the platform took it."""
        login = base64.b64encode(f"{ready['username']}:{ready['password']}".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
        for _attempt in range(20):
            connection = http.client.HTTPSConnection(self._host, context=self._tls, timeout=5)
            try:
                connection.request("POST", f"/api/v4/{table}", json.dumps(body), headers)
                status = connection.getresponse().status
            except (http.client.HTTPException, OSError):
                continue
            finally:
                connection.close()
            if status in (201, 409, 422):
                return status == 201
        return False

    def fixed(self, table: str, column: str) -> dict[Any, Any]:
        """A column of a table that nobody changes, by key; read once."""
        if table not in self._fixed:
            self._fixed[table] = {row["$key"]: row[column] for row in self.rows(table)}
        return self._fixed[table]

    def tenant(self, *names: str) -> Holding:
        """What there is of the tenant that has one of these names."""
        found = [row for row in self.rows("tenants") if not row["is_snapshot"] and row["name"] in names]
        if not found:
            return Holding([], {}, {table: [] for table in PARTS})
        tenant, key = found[0], found[0]["$key"]
        parts: dict[str, list[Row]] = {"vms": self._carts(tenant)}
        for table in ("tenant_nodes", "tenant_storage", "tenant_layer2_vnets", "tenant_snapshots"):
            parts[table] = [row for row in self.rows(table) if row["tenant"] == key]
        for table in ("vnet_addresses", "vnet_cidrs"):
            parts[table] = [row for row in self.rows(table) if row["owner"] == f"tenants/{key}"]
        tiers, networks = self.fixed("storage_tiers", "tier"), self.fixed("vnets", "name")
        machines = self.rows("machine_status") if parts["tenant_nodes"] else []
        for row in parts["tenant_nodes"]:
            row["running"] = any(one["running"] for one in machines if one["machine"] == row["machine"])
        for row in parts["tenant_storage"]:
            row["tier"] = tiers[row["tier"]]
        for table in ("vnet_addresses", "vnet_cidrs", "tenant_layer2_vnets"):
            for row in parts[table]:
                row["network"] = networks.get(row["vnet"])
        status = next((row for row in self.rows("tenant_status") if row["tenant"] == key), {})
        return Holding(found, status, parts)

    def _carts(self, tenant: Row) -> list[Row]:
        """Its crash carts: machines that were made for it, since it is there (keys are given again)."""
        made = [
            row["vm"]
            for row in self.rows("vm_recipe_instances")
            if str((row["answers"] or {}).get("tenant")) == str(tenant["$key"]) and row["created"] >= tenant["created"]
        ]
        return [row for row in self.rows("vms") if row["$key"] in made and not row["is_snapshot"]] if made else []


class Holding:
    """A tenant as the tables show it: its rows (one, if all is well), its status, and its parts by table."""

    def __init__(self, tenants: list[Row], status: Row, parts: dict[str, list[Row]]) -> None:
        self.tenants = tenants
        self.status = status
        self.parts = parts

    @property
    def row(self) -> Row | None:
        return self.tenants[0] if self.tenants else None

    @property
    def running(self) -> bool:
        return bool(self.status.get("running"))

    def part(self, table: str, name: Any) -> Row | None:
        """The part of that identity."""
        return next((row for row in self.parts[table] if row[PARTS[table]] == name), None)

    def keys(self) -> set[tuple[str, str]]:
        """Every row of it, as table and key."""
        found = {("tenants", str(row["$key"])) for row in self.tenants}
        return found | {(table, str(row["$key"])) for table, rows in self.parts.items() for row in rows}
