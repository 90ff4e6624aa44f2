# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants with what belongs to them, one request a table however many tenants there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._api import Api, Row, all_of, equals
from .._references import NO_SNAPSHOTS, named, pick
from .._resource import Resource
from .._units import owner_path
from .tenant import TENANT
from .tenant_net_kinds import KINDS
from .tenant_node import TENANT_NODE
from .tenant_snapshot import TENANT_SNAPSHOT
from .tenant_storage import TENANT_STORAGE

#: What ``gather`` may name, with the result key, the table's resource and the column that orders the rows.
_TABLES: dict[str, tuple[str, Resource, str]] = {
    "nodes": ("nodes", TENANT_NODE, "node_id"),
    "storage": ("storage", TENANT_STORAGE, "tier"),
    "snapshots": ("snapshots", TENANT_SNAPSHOT, "$key"),
}
GATHER = ["nodes", "storage", "network", "snapshots"]


def gather(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The tenants, by name, each with the kinds that ``gather`` names."""
    rows = _tenants(api, params["name"])
    tenants = [TENANT.view(row) for row in sorted(rows, key=lambda row: str(row["name"]))]
    for kind in dict.fromkeys(params["gather"]) if tenants else ():
        if kind == "network":
            _add_networks(api, tenants)
        else:
            _add_rows(api, tenants, *_TABLES[kind])
    return {"tenants": tenants}


def _tenants(api: Api, text: Any) -> list[Row]:
    if text is None:
        return api.read(TENANT.query(NO_SNAPSHOTS))
    rows = api.read(TENANT.query(all_of(named(text, uuid=True, key=True), NO_SNAPSHOTS)))
    found = pick("tenant", rows, text, key=True)
    return [found] if found else []


def _add_rows(api: Api, tenants: Sequence[dict[str, Any]], name: str, resource: Resource, order: str) -> None:
    rows = api.read(resource.query(equals("tenant", tenants[0]["key"]) if len(tenants) == 1 else ""))
    _share_out(tenants, name, resource, sorted(rows, key=lambda row: int(row[order])), "tenant_key", "{key}")


def _add_networks(api: Api, tenants: Sequence[dict[str, Any]]) -> None:
    for kind in KINDS:
        if len(tenants) == 1:
            rows = api.read(kind.query({"$key": tenants[0]["key"]}, []))
        else:
            rows = api.read(kind.resource.query("" if kind.option == "layer2_networks" else "owner bw 'tenants/'"))
        owner = ("tenant_key", "{key}") if kind.option == "layer2_networks" else ("owner", "tenants/{key}")
        virtual = [row for row in rows if row.get("type") in (None, "virtual")]
        _share_out(tenants, kind.option, kind.resource, virtual, *owner)


def _share_out(
    tenants: Sequence[dict[str, Any]], name: str, resource: Resource, rows: Sequence[Row], column: str, owner: str
) -> None:
    """Give every tenant its rows under ``name``."""
    by_owner: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_owner.setdefault(owner_path(row[column]), []).append(resource.view(row))
    for tenant in tenants:
        tenant[name] = by_owner.get(owner.format(key=tenant["key"]), [])
