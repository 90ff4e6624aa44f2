# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks of the host with what is on them, one request a table however many networks there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_network
from typing import Any, Optional

from .._model.conditions import ALL, Row
from .._model.query import Query, Reader
from .._model.resource import Resource
from .._model.selectors import named, pick, row_key
from .._tables.networks import ADDRESS_OF_NETWORK, BLOCK_OF_NETWORK, NETWORK

#: What ``gather`` may name: the table's resource, and the row key that orders its rows.
_TABLES: dict[str, tuple[Resource, str]] = {
    "addresses": (ADDRESS_OF_NETWORK, "ip"),
    "blocks": (BLOCK_OF_NETWORK, "cidr"),
}
GATHER = list(_TABLES)


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """The networks, by name, each with the kinds that ``gather`` names."""
    rows = _networks(reader, params["name"])
    networks = [NETWORK.view(row) for row in sorted(rows, key=lambda row: str(row["name"]))]
    for kind in dict.fromkeys(params["gather"]) if networks else ():
        _add_rows(reader, networks, kind, *_TABLES[kind])
    return {"networks": networks}


def _networks(reader: Reader, text: Optional[str]) -> list[Row]:
    if text is None:
        return reader.read(Query(NETWORK))
    found = pick("network", reader.read(Query(NETWORK, named(NETWORK, text, key=True))), text, key=True)
    return [found] if found else []


def _add_rows(reader: Reader, networks: Sequence[dict[str, Any]], kind: str, resource: Resource, order: str) -> None:
    where = resource["network_key"].eq(networks[0]["key"]) if len(networks) == 1 else ALL
    by_network: dict[Any, list[dict[str, Any]]] = {}
    for row in sorted(reader.read(Query(resource, where)), key=lambda row: _position(row[order])):
        by_network.setdefault(row_key(row["network_key"]), []).append(resource.view(row))
    for network in networks:
        network[kind] = by_network.get(network["key"], [])


def _position(text: Any) -> tuple[int, int, int, str]:
    """Where an address or block comes among others: by number, and what is neither before all."""
    try:
        block = ip_network(text or "", strict=False)
    except ValueError:
        return (0, 0, 0, str(text))
    return (block.version, int(block.network_address), block.prefixlen, str(text))
