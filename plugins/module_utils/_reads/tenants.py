# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants with what belongs to them, one request a table however many tenants there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._model.conditions import ALL, Row
from .._model.query import Query, Reader
from .._model.resource import Resource
from .._model.selectors import owner_path, pick
from .._tables.shared_objects import SHARED_OBJECT
from .._tables.tenant_networks import PARTS, NetworkPart
from .._tables.tenant_nodes import TENANT_NODE
from .._tables.tenant_snapshots import TENANT_SNAPSHOT
from .._tables.tenant_storage import TENANT_STORAGE
from .._tables.tenants import IS_TENANT, TENANT, owner_of, tenant_query

#: What ``gather`` may name beside the networks: the table's resource, and the row key that orders its rows.
_TABLES: dict[str, tuple[Resource, str]] = {
    "nodes": (TENANT_NODE, "node_id"),
    "storage": (TENANT_STORAGE, "tier"),
    "snapshots": (TENANT_SNAPSHOT, "$key"),
    "shared_objects": (SHARED_OBJECT, "$key"),
}
GATHER = ["nodes", "storage", "network", "snapshots", "shared_objects"]


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """The tenants, by name, each with the kinds that ``gather`` names."""
    return {"tenants": views(reader, _tenants(reader, params["name"]), params["gather"])}


def views(reader: Reader, rows: Sequence[Row], kinds: Sequence[str]) -> list[dict[str, Any]]:
    """Tenants that were read, by name, each with what ``kinds`` names of ``GATHER``."""
    tenants = [TENANT.view(row) for row in sorted(rows, key=lambda row: str(row["name"]))]
    for kind in dict.fromkeys(kinds) if tenants else ():
        if kind == "network":
            _add_networks(reader, tenants)
        else:
            _add_rows(reader, tenants, kind, *_TABLES[kind])
    return tenants


def _tenants(reader: Reader, text: Optional[str]) -> list[Row]:
    if text is None:
        return reader.read(Query(TENANT, IS_TENANT))
    found = pick("tenant", reader.read(tenant_query(TENANT, text, key=True)), text, key=True)
    return [found] if found else []


def _add_rows(reader: Reader, tenants: Sequence[dict[str, Any]], kind: str, resource: Resource, order: str) -> None:
    where = resource["tenant_key"].eq(tenants[0]["key"]) if len(tenants) == 1 else ALL
    rows = sorted(reader.read(Query(resource, where)), key=lambda row: int(row[order] or 0))
    _share_out(tenants, kind, resource, [(owner_of(owner_path(row["tenant_key"])), row) for row in rows])


def _add_networks(reader: Reader, tenants: Sequence[dict[str, Any]]) -> None:
    for part in PARTS:
        rows = reader.read(part.query(tenants[0]["key"]) if len(tenants) == 1 else _of_tenants(part))
        _share_out(tenants, part.option, part.resource, [(owner_in(part, row), row) for row in rows if is_given(row)])


def _of_tenants(part: NetworkPart) -> Query:
    """What is any tenant's."""
    owned = "owner" in part.resource.entries
    return Query(part.resource, part.resource["owner"].begins(owner_of("")) if owned else ALL)


def owner_in(part: NetworkPart, row: Row) -> str:
    """Whose a row of the part is, as ``table/key``."""
    return owner_path(row["owner"]) if "owner" in part.resource.entries else owner_of(owner_path(row["tenant_key"]))


def is_given(row: Row) -> bool:
    """Whether a row is one that a tenant was given: its own leases are addresses of another type."""
    return row.get("type") in (None, "virtual")


def _share_out(
    tenants: Sequence[dict[str, Any]], name: str, resource: Resource, owned: Sequence[tuple[str, Row]]
) -> None:
    """Give every tenant its rows under ``name``."""
    by_owner: dict[str, list[dict[str, Any]]] = {}
    for owner, row in owned:
        by_owner.setdefault(owner, []).append(resource.view(row))
    for tenant in tenants:
        tenant[name] = by_owner.get(owner_of(tenant["key"]), [])
