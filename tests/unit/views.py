"""What info modules returned, as the rows that it was made of: a reader for checks that a filter asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Optional

from plugins.module_utils._checks.capacity import capacity
from plugins.module_utils._checks.estate import Thresholds, read_estate
from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.query import Query
from plugins.module_utils._model.resource import Resource
from plugins.module_utils._model.units import GIB, MB_PER_GB
from plugins.module_utils._tables.clusters import CLUSTER
from plugins.module_utils._tables.networks import ADDRESS_OF_NETWORK, BLOCK_OF_NETWORK, NETWORK
from plugins.module_utils._tables.nodes import NODE
from plugins.module_utils._tables.tenant_nodes import TENANT_NODE
from plugins.module_utils._tables.tenant_storage import TENANT_STORAGE
from plugins.module_utils._tables.tenants import TENANT
from plugins.module_utils._tables.tiers import STORAGE_TIER

Rows = Sequence[Mapping[str, Any]]

#: How much of the platform's unit makes one of the user's.
_SIZES = {"_mb": MB_PER_GB, "_bytes": GIB}


class Views:
    """Answers from what was returned, as far as that goes; what no module shows is null."""

    #: Nothing that is compared here depends on the time.
    now = 0

    def __init__(
        self, clusters: Rows, nodes: Rows, tiers: Rows, tenants: Rows, networks: Optional[Rows] = None
    ) -> None:
        keys = {network["name"]: network["key"] for network in networks or ()}
        self._rows: dict[str, list[Row]] = {
            "clusters": [_row(CLUSTER, view) for view in clusters],
            "nodes": [_row(NODE, view) for view in nodes],
            "storage_tiers": [_row(STORAGE_TIER, view) for view in tiers],
            "tenants": [
                _row(TENANT, view, is_snapshot=False, network_key=keys.get(view.get("network"))) for view in tenants
            ],
            "tenant_nodes": list(_rows_within(TENANT_NODE, tenants, "nodes")),
            "tenant_storage": list(_rows_within(TENANT_STORAGE, tenants, "storage")),
            "vnets": [_row(NETWORK, view) for view in networks or ()],
            "vnet_addresses": list(_rows_on(ADDRESS_OF_NETWORK, networks or (), "addresses")),
            "vnet_cidrs": list(_rows_on(BLOCK_OF_NETWORK, networks or (), "blocks")),
        }

    def read(self, query: Query) -> list[Row]:
        return [row for row in self._rows[query.table] if query.where.matches(row)]


def _rows_within(resource: Resource, tenants: Rows, option: str) -> Iterable[Row]:
    for tenant in tenants:
        for view in tenant.get(option) or ():
            yield _row(resource, view, tenant_key=tenant["key"])


def _rows_on(resource: Resource, networks: Rows, option: str) -> Iterable[Row]:
    for network in networks:
        there = {"network": network["name"], "network_key": network["key"], "network_type": network["type"]}
        for view in network.get(option) or ():
            yield _row(resource, view, **there)


def _row(resource: Resource, view: Mapping[str, Any], **more: Any) -> Row:
    """The row that a view was made of. Sizes are as exact as they were shown."""
    row: Row = {**dict.fromkeys(resource.entries), "$key": view.get("key"), **more}
    for column in resource.columns:
        value = view.get(column.name)
        size = _SIZES.get(column.codec.raw_unit)
        if column.name in view:
            row[column.key] = value if size is None or value is None else round(value * size)
    return row


def judge(
    asked: Rows,
    clusters: Rows,
    nodes: Rows,
    tiers: Rows,
    tenants: Rows,
    networks: Optional[Rows] = None,
    stated: Collection[str] = (),
    **limits: Any,
) -> dict[str, Any]:
    """What is said of a list on a system of which this was returned."""
    estate = read_estate(Views(clusters, nodes, tiers, tenants, networks), networks=networks is not None)
    found: dict[str, Any] = capacity(asked, estate, Thresholds(**limits), stated)
    return found
