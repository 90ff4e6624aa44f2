# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The three kinds of row that connect a tenant to its host's networks (API page 3.11 to 3.13).

Addresses and blocks are compared as networks, never as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any, Callable, Optional

from .._api import Query, Row, Write, all_of, any_of, equals
from .._errors import VrgError
from .._plan import Step
from .._resource import Access, Column, Resource
from .._units import FLAG, KEY, owner_path
from .._wait import Waiter

Item = dict[str, Any]

_NETWORK = Column("network", "vnet#name", access=Access.CREATE, reference="vnet", target="vnet")
_RULES = (
    Column("owner", access=Access.HIDDEN),
    Column("owner_name", "owner#$display", access=Access.HIDDEN),
    Column("pending", "vnet#need_fw_apply", FLAG, Access.HIDDEN),
    Column("network_running", "vnet#machine#status#running", FLAG, Access.HIDDEN),
)

NETWORK_BLOCK = Resource(
    "network block",
    "vnet_cidrs",
    (
        Column("cidr", access=Access.CREATE, spec={"required": True}),
        _NETWORK,
        # There is no way to update a block (API page 3.12).
        Column("description", access=Access.CREATE),
        *_RULES,
    ),
)
EXTERNAL_IP = Resource(
    "external IP",
    "vnet_addresses",
    (
        Column("ip", access=Access.CREATE),
        _NETWORK,
        Column("hostname"),
        Column("description"),
        *_RULES,
        Column("type", access=Access.HIDDEN),
    ),
)
LAYER2_NETWORK = Resource(
    "layer-2 network",
    "tenant_layer2_vnets",
    (
        Column("network", "vnet#name", access=Access.CREATE, reference="vnet", target="vnet", spec={"required": True}),
        Column("enabled", codec=FLAG),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    ),
)


@dataclass(frozen=True)
class Kind:
    """One list option: its rows, how an item is checked, found among the rows, and named in sentences.

    ``needs_rules`` says that the network's firewall has to learn of a change.
    """

    option: str
    resource: Resource
    owned: Callable[[Row], dict[str, Any]]
    query: Callable[[Row, Sequence[Item]], Query]
    check: Callable[[Item], Item]
    find: Callable[[Item, Sequence[Row]], Optional[Row]]
    label: Callable[[Mapping[str, Any]], str]
    required: tuple[str, ...]
    needs_rules: bool = True

    def own(self, tenant: Row, rows: Sequence[Row]) -> list[Row]:
        """The rows that are this tenant's; a query may bring those of others, to see whom an address belongs to."""
        wanted = self.owned(tenant)
        if "tenant" in wanted:
            return list(rows)
        return [
            row for row in rows if owner_path(row["owner"]) == wanted["owner"] and row.get("type") in (None, "virtual")
        ]


def _owner(tenant: Row) -> str:
    return f"tenants/{tenant['$key']}"


def _check_block(item: Item) -> Item:
    try:
        network = ip_network(item["cidr"], strict=False)
    except ValueError:
        raise VrgError(f"'{item['cidr']}' is not a network block.", hint="Write it like 192.0.2.0/28.") from None
    if "/" not in item["cidr"] or str(network.network_address) != _address(item["cidr"].split("/")[0]):
        raise VrgError(
            f"Network block {item['cidr']} does not start where a block of its size does; the platform would accept "
            "it and never apply it.",
            hint=f"Use {network}.",
        )
    return {**item, "cidr": str(network)}


def _check_ip(item: Item) -> Item:
    if item.get("ip") is None:
        if not item.get("hostname") and not item.get("description"):
            raise VrgError(
                "An external IP without ip needs hostname or description: by them it is found again on the next run.",
                hint="Add a hostname, or name the address in ip.",
            )
        return item
    try:
        return {**item, "ip": _address(item["ip"])}
    except ValueError:
        raise VrgError(f"'{item['ip']}' is not an IP address.", hint="Write it like 198.51.100.10.") from None


def _address(text: str) -> str:
    return str(ip_address(text))


def _same_network(text: str, other: str) -> bool:
    try:
        return ip_network(text, strict=False) == ip_network(other, strict=False)
    except ValueError:
        return text == other


def _find_block(item: Item, rows: Sequence[Row]) -> Optional[Row]:
    return _preferring_network(item, [row for row in rows if _same_network(row["cidr"] or "", item["cidr"])])


def _find_ip(item: Item, rows: Sequence[Row]) -> Optional[Row]:
    if item.get("ip"):
        return _preferring_network(item, [row for row in rows if _same_network(row["ip"] or "", item["ip"])])
    mark = "hostname" if item.get("hostname") else "description"
    same = [row for row in rows if row[mark] == item[mark]]
    if item.get("network"):
        same = [row for row in same if row["network"] == item["network"]]
    if len(same) > 1:
        raise VrgError(
            f"{len(same)} external IPs have the {mark} '{item[mark]}': {', '.join(row['ip'] for row in same)}.",
            hint="Name the one that is meant by its ip.",
        )
    return same[0] if same else None


def _find_layer2(item: Item, rows: Sequence[Row]) -> Optional[Row]:
    return next((row for row in rows if item["network"] in (row["network"], str(row["network_key"]))), None)


def _preferring_network(item: Item, rows: list[Row]) -> Optional[Row]:
    on_it = [row for row in rows if row["network"] == item.get("network")]
    return next(iter(on_it or rows), None)


def _owned_rows(resource: Resource, column: str) -> Callable[[Row, Sequence[Item]], Query]:
    """The tenant's rows, and in the same request whoever has what the items name."""

    def query(tenant: Row, items: Sequence[Item]) -> Query:
        texts = [item[column] for item in items if item.get(column)]
        taken = [equals(column, text) for text in texts]
        return resource.query(any_of(equals("owner", _owner(tenant)), *taken))

    return query


KINDS = (
    Kind(
        "network_blocks",
        NETWORK_BLOCK,
        owned=lambda tenant: {"owner": _owner(tenant)},
        query=_owned_rows(NETWORK_BLOCK, "cidr"),
        check=_check_block,
        find=_find_block,
        label=lambda item: f"network block {item['cidr']}",
        required=("network",),
    ),
    Kind(
        "external_ips",
        EXTERNAL_IP,
        owned=lambda tenant: {"owner": _owner(tenant), "type": "virtual"},
        query=_owned_rows(EXTERNAL_IP, "ip"),
        check=_check_ip,
        find=_find_ip,
        label=lambda item: f"external IP {item.get('ip') or 'for ' + str(item.get('hostname') or item['description'])}",
        required=("network",),
    ),
    Kind(
        "layer2_networks",
        LAYER2_NETWORK,
        owned=lambda tenant: {"tenant": tenant["$key"]},
        query=lambda tenant, items: LAYER2_NETWORK.query(all_of(equals("tenant", tenant["$key"]))),
        check=lambda item: item,
        find=_find_layer2,
        label=lambda item: f"layer-2 network '{item['network']}'",
        required=(),
        needs_rules=False,
    ),
)


def given(item: Mapping[str, Any]) -> Item:
    """An item without what it leaves out."""
    return {name: value for name, value in item.items() if value is not None}


def refuse_doubles(kind: Kind, items: Sequence[Item]) -> None:
    """Raises VrgError where a list names the same thing twice."""
    labels = [kind.label(item) for item in items]
    for label in labels:
        if labels.count(label) > 1:
            raise VrgError(f"{kind.option} lists {label} twice.", hint="List it once.")


def disable_step(kind: Kind, label: str, row: Row) -> Step:
    """The platform refuses to delete an enabled assignment (API page 8, row 6)."""
    return Step(
        f"disable {label}",
        Write("PUT", kind.resource.table, row["$key"], {"enabled": False}),
        kind.resource.query(equals("$key", row["$key"])),
        lambda rows: not any(found["enabled"] for found in rows),
    )


def free_ui_address(tenant: Row) -> Callable[[Waiter], list[str]]:
    """What helps where the platform refuses to delete the address behind it (API page 8, row 25)."""

    def clear(waiter: Waiter) -> list[str]:
        waiter.api.write(Write("PUT", "tenants", tenant["$key"], {"ui_address": None}))
        return [f"clear ui_address of tenant '{tenant['name']}'"]

    return clear
