# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_fleet_info`` shows: the tenants that stand, as the list that ``vrg_tenant_fleet`` takes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from .._checks.drain import ALL_SETTLED
from .._checks.estate import grouped
from .._model.conditions import Row
from .._model.query import Query, Reader
from .._model.resource import Access, Resource
from .._model.selectors import pick
from .._tables.tenant_networks import PARTS, NetworkPart
from .._tables.tenant_nodes import STARTING_NODE, TENANT_NODE
from .._tables.tenant_storage import TENANT_STORAGE
from .._tables.tenants import IS_OFF, IS_TENANT, IS_UP, TENANT, owner_of
from .tenants import is_given, owner_in

#: Options of a tenant that its item says, if they are not empty; its address comes with its external IPs.
_OWN = ("description", "url", "note", "help_url", "theme_access", "allow_branding", "expose_cloud_snapshots")
#: What equal shapes are made of.
_SHAPE = ("nodes", "storage")


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """The list, by name; with ``plans: fold``, equal shapes are plans. Nothing of it is a secret.

    A tenant's state is ``running`` only if it is online with all of its nodes, ``stopped`` only if it is offline, and
    otherwise not said.
    """
    tenants = sorted(reader.read(Query(TENANT, IS_TENANT)), key=lambda row: str(row["name"]))
    if params["names"] is not None:
        found = [pick("tenant", tenants, name) for name in dict.fromkeys(params["names"])]
        tenants = [row for row in found if row]
    rows = {kind: _by_tenant(reader, resource) for kind, resource in _KINDS.items()} if tenants else {}
    parts = {part.option: _by_owner(reader, part) for part in PARTS} if tenants else {}
    items = [_item(tenant, rows, parts) for tenant in tenants]
    plans = _folded(items) if params["plans"] == "fold" else {}
    warnings = []
    if tenants and not ALL_SETTLED.holds(reader.read(ALL_SETTLED.query)):
        warnings.append("A host is in maintenance: a tenant may have a node in this list for that time only.")
    return {"tenants": items, "plans": plans, "warnings": warnings}


_KINDS = {"nodes": TENANT_NODE, "power": STARTING_NODE, "storage": TENANT_STORAGE}
_Grouped = Mapping[Any, Sequence[Row]]


def _by_tenant(reader: Reader, resource: Resource) -> _Grouped:
    return grouped((row["tenant_key"], row) for row in reader.read(Query(resource)))


def _by_owner(reader: Reader, part: NetworkPart) -> _Grouped:
    return grouped((owner_in(part, row), row) for row in reader.read(Query(part.resource)) if is_given(row))


def _item(tenant: Row, rows: Mapping[str, _Grouped], parts: Mapping[str, _Grouped]) -> dict[str, Any]:
    view = TENANT.view(tenant)
    item = {"name": view["name"], **{name: view[name] for name in _OWN if view[name] not in (None, "")}}
    if view["isolated"]:
        item["isolated"] = True
    power = rows["power"].get(tenant["$key"], ())
    if IS_UP.matches(tenant) and view["status"] == "online" and power and all(row["running"] for row in power):
        item["state"] = "running"
    elif IS_OFF.matches(tenant) and view["status"] == "offline":
        item["state"] = "stopped"
    nodes = sorted(rows["nodes"].get(tenant["$key"], ()), key=lambda row: int(row["node_id"]))
    storage = sorted(rows["storage"].get(tenant["$key"], ()), key=lambda row: int(row["tier"]))
    item["nodes"] = [_options(TENANT_NODE, row) for row in nodes]
    item["storage"] = [{"tier": int(row["tier"]), **_options(TENANT_STORAGE, row)} for row in storage]
    for part in PARTS:
        owned = [_options(part.resource, row) for row in parts[part.option].get(owner_of(tenant["$key"]), ())]
        if owned:
            item[part.option] = sorted(owned, key=lambda one: json.dumps(one, sort_keys=True))
    return item


def _options(resource: Resource, row: Row) -> dict[str, Any]:
    """What an entry of the list says of a row: its options that are not empty."""
    shown = {column.name: column.shown(row) for column in resource.columns if column.access in _SET}
    return {name: value for name, value in shown.items() if value not in (None, "")}


_SET = (Access.WRITE, Access.CREATE)


def _folded(items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Plans for the shapes that more than one tenant has, the most frequent first; the items name them instead."""
    shapes = Counter(_shape(item) for item in items)
    frequent = sorted((shape for shape, count in shapes.items() if count > 1), key=lambda one: (-shapes[one], one))
    names = {shape: f"plan{number}" for number, shape in enumerate(frequent, 1)}
    for item in items:
        name = names.get(_shape(item))
        if name:
            for kind in _SHAPE:
                del item[kind]
            item["plan"] = name
    return {name: json.loads(shape) for shape, name in names.items()}


def _shape(item: Mapping[str, Any]) -> str:
    return json.dumps({kind: item[kind] for kind in _SHAPE}, sort_keys=True)
