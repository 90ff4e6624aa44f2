# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The three kinds of row that connect a tenant to its host's networks (API page 3.11 to 3.13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Callable, Optional

from .._api import Query, Row, Write, all_of, any_of, equals
from .._errors import VrgError
from .._plan import Step
from .._resource import Access, Column, Resource
from .._units import FLAG, KEY, owner_path
from .._wait import Waiter
from .tenant_net_items import (
    ADDRESS,
    BLOCK,
    Item,
    check_block,
    check_ip,
    may_meet,
    means_block,
    means_ip,
    on_network,
)

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
        Column("cidr", codec=BLOCK, access=Access.CREATE, spec={"required": True}),
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
        Column("ip", codec=ADDRESS, access=Access.CREATE),
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
    """One list option: its rows, how an item is checked and named in sentences, and which rows it can mean.

    ``means`` leaves out where a row is. ``needs_rules`` says that the network's firewall has to learn of a change.
    """

    option: str
    resource: Resource
    owned: Callable[[Row], dict[str, Any]]
    query: Callable[[Row, Sequence[Item]], Query]
    check: Callable[[Item], Item]
    means: Callable[[Item, Mapping[str, Any]], bool]
    label: Callable[[Mapping[str, Any]], str]
    needs_rules: bool = True

    def own(self, tenant: Row, rows: Sequence[Row]) -> list[Row]:
        """The rows that are this tenant's; a query may bring those of others, to see whom an address belongs to."""
        wanted = self.owned(tenant)
        if "tenant" in wanted:
            return list(rows)
        return [
            row for row in rows if owner_path(row["owner"]) == wanted["owner"] and row.get("type") in (None, "virtual")
        ]

    def find(self, item: Item, rows: Sequence[Row], networks: Sequence[Row]) -> Optional[Row]:
        """The row that an item means. Raises VrgError where it can mean two: the first is never taken for the right."""
        found = [row for row in rows if self.means(item, row) and on_network(item, row, networks)]
        if len(found) > 1:
            told = ", ".join(f"{self.label(row)} on network '{row['network']}'" for row in found)
            raise VrgError(
                f"{self.option}: {self.label(item)} can mean {len(found)} rows: {told}.",
                hint="Name the one that is meant by its ip or its network.",
            )
        return found[0] if found else None

    def refuse_doubles(self, items: Sequence[Item], networks: Sequence[Row]) -> None:
        """Raises VrgError where two items mean the same row, or would after the first run.

        What is named by its address is somewhere once; what is named by anything else is another on each network.
        """
        for item, other in combinations(items, 2):
            fixed = any(name in item and name in other for name in ("cidr", "ip"))
            same = self.means(item, other) or self.means(other, item)
            if same and (fixed or may_meet(item, other, networks)):
                raise self.doubled(item, other)

    def refuse_taken(self, item: Item, network: Row, rows: Sequence[Row], tenant: Optional[Row]) -> None:
        """Raises VrgError where somebody has an address or block of the network, or the tenant has it of another."""
        for row in rows:
            if not (self.means(item, row) and ("ip" in item or "cidr" in item)):
                continue
            if row["network_key"] == network["$key"]:
                whose = row.get("owner_name") or row["owner"] or "the network itself"
                raise VrgError(
                    f"The {self.label(item)} on network '{network['name']}' already belongs to {whose}.",
                    hint="Choose another one, or remove it there first.",
                )
            if tenant and self.own(tenant, [row]):
                raise VrgError(
                    f"The {self.label(item)} of tenant '{tenant['name']}' is on network '{row['network']}', not on "
                    f"'{network['name']}'.",
                    hint="Remove it there first.",
                )

    def doubled(self, item: Mapping[str, Any], other: Mapping[str, Any]) -> VrgError:
        labels = dict.fromkeys((self.label(item), self.label(other)))
        return VrgError(
            f"{self.option} lists {', also as '.join(labels)} twice.", hint="List it once, or tell the two apart."
        )


def _owner(tenant: Row) -> str:
    return f"tenants/{tenant['$key']}"


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
        check=check_block,
        means=means_block,
        label=lambda item: f"network block {item['cidr']}",
    ),
    Kind(
        "external_ips",
        EXTERNAL_IP,
        owned=lambda tenant: {"owner": _owner(tenant), "type": "virtual"},
        query=_owned_rows(EXTERNAL_IP, "ip"),
        check=check_ip,
        means=means_ip,
        label=lambda item: f"external IP {item.get('ip') or 'for ' + str(item.get('hostname') or item['description'])}",
    ),
    Kind(
        "layer2_networks",
        LAYER2_NETWORK,
        owned=lambda tenant: {"tenant": tenant["$key"]},
        query=lambda tenant, items: LAYER2_NETWORK.query(all_of(equals("tenant", tenant["$key"]))),
        check=lambda item: item,
        means=lambda item, row: True,
        label=lambda item: f"layer-2 network '{item['network']}'",
        needs_rules=False,
    ),
)


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
