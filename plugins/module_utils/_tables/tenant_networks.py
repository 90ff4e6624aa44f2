# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The three kinds of row that connect a tenant to its host's networks (docs/platform.md#3.11 to 3.13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import combinations
from typing import Any, Callable, Optional

from .._model.conditions import Condition, Row, all_of, any_of
from .._model.errors import VrgError
from .._model.query import Query
from .._model.resource import Access, Column, Resource
from .._model.selectors import owner_path, pick, row_key
from .._model.units import ADDRESS, BLOCK, FLAG, HOSTNAME, KEY, OWNER, plain_hostname
from .networks import ON_NETWORK
from .tenants import owner_of

Item = dict[str, Any]

_OWNED = (
    Column("owner", codec=OWNER, access=Access.HIDDEN),
    Column("owner_name", "owner#$display", access=Access.HIDDEN, omitted=True),
    *ON_NETWORK,
)
_NETWORK = Column(
    "network",
    "vnet#name",
    access=Access.CREATE,
    reference="vnet",
    target="vnet",
    says="Name of the host's network that the {kind} comes from.",
    sample="External",
)

NETWORK_BLOCK = Resource(
    "network block",
    "vnet_cidrs",
    (
        Column(
            "cidr",
            codec=BLOCK,
            access=Access.CREATE,
            spec={"required": True},
            says="Addresses of the block.",
            sample="192.0.2.0/28",
        ),
        _NETWORK,
        # There is no way to update a block.
        Column(
            "description",
            access=Access.CREATE,
            limits=(0, 2048),
            says="Description of the block.",
            sample="Servers of acme",
        ),
        *_OWNED,
    ),
)
EXTERNAL_IP = Resource(
    "external IP",
    "vnet_addresses",
    (
        Column("ip", codec=ADDRESS, access=Access.CREATE, says="IP address.", sample="198.51.100.10"),
        _NETWORK,
        Column("hostname", codec=HOSTNAME, limits=(0, 255), says="Host name of the address.", sample="a.example.com"),
        Column("description", limits=(0, 2048), says="Description of the address.", sample="User interface of acme"),
        *_OWNED,
        Column("type", access=Access.HIDDEN),
    ),
)
LAYER2_NETWORK = Resource(
    "layer-2 network",
    "tenant_layer2_vnets",
    (
        Column(
            "network",
            "vnet#name",
            access=Access.CREATE,
            reference="vnet",
            target="vnet",
            spec={"required": True},
            says="Name of the host's network that is passed through.",
            sample="VLAN 200",
        ),
        Column("enabled", codec=FLAG, says="Whether the network is passed through now.", sample=True),
        Column(
            "network_type",
            "vnet#type",
            access=Access.READ,
            says="Type of the host's network that is passed through.",
            sample="internal",
        ),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    ),
)


@dataclass(frozen=True)
class NetworkPart:
    """One list option: its rows, which of them an item means, and how either is named in sentences.

    ``address`` is the column that names a row wherever it is, ``marks`` the ones that name it on its network.
    ``needs_rules`` says that the network's firewall has to learn of a change.
    """

    option: str
    resource: Resource
    address: str = ""
    marks: tuple[str, ...] = ()
    needs_rules: bool = True
    #: Options of an item that are no columns: what speaks against giving it away, and may be meant.
    allows: tuple[str, ...] = ()

    def options(self) -> dict[str, dict[str, Any]]:
        """The Ansible options of an item."""
        return self.resource.options(**{name: {"type": "bool", "default": False} for name in self.allows})

    def owned(self, tenant: Any) -> dict[str, Any]:
        """What a create sends to say whose it is; ``tenant`` is its key."""
        if self.resource is LAYER2_NETWORK:
            return {"tenant": tenant}
        return {"owner": owner_of(tenant), **({"type": "virtual"} if self.resource is EXTERNAL_IP else {})}

    def is_of(self, tenant: Any) -> Condition:
        """The condition for rows of the tenant with this key."""
        if self.resource is LAYER2_NETWORK:
            return LAYER2_NETWORK["tenant_key"].eq(tenant)
        return self.resource["owner"].eq(owner_of(tenant))

    def query(self, tenant: Any, items: Sequence[Item] = ()) -> Query:
        """The tenant's rows, and in the same request whoever has what the items name."""
        taken = [item[self.address] for item in items if item.get(self.address)]
        named = self.resource[self.address].among(*taken) if taken else None
        return Query(self.resource, any_of(self.is_of(tenant), *((named,) if named else ())))

    def own(self, tenant: Any, rows: Sequence[Row]) -> list[Row]:
        """The rows that are this tenant's; a query may bring those of others, to see whom an address belongs to."""
        if self.resource is LAYER2_NETWORK:
            return list(rows)
        owner = owner_of(tenant)
        return [
            row for row in rows if owner_path(row["owner"]) == owner and row.get("type", "virtual") in (None, "virtual")
        ]

    def label(self, item: Mapping[str, Any]) -> str:
        if self.resource is LAYER2_NETWORK:
            return f"layer-2 network '{item['network']}'"
        named = item.get(self.address) or f"for {item.get('hostname') or item.get('description')}"
        return f"{self.resource.kind} {named}"

    def identity(self, item: Mapping[str, Any]) -> Optional[tuple[str, Any]]:
        """The column by which an item names its row, and the value there in its usual form; None for the network."""
        name = next((name for name in (self.address, *self.marks) if name and item.get(name)), None)
        return None if name is None else (name, _SPELLINGS[name](item[name]))

    def means(self, item: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
        """Whether an item names the row, leaving out where the row is."""
        named = self.identity(item)
        return named is None or _SPELLINGS[named[0]](row.get(named[0])) == named[1]

    def is_found_by(self, item: Item) -> Condition:
        """The condition for what an item names, as it is read back after it was made."""
        named = self.identity(item)
        return all_of() if named is None else self.resource[named[0]].eq(item[named[0]])

    def find(self, item: Item, rows: Sequence[Row], networks: Sequence[Row]) -> Optional[Row]:
        """The row that an item means. Raises VrgError if it can mean two: the first is never taken for the right."""
        found = [row for row in rows if self.means(item, row) and on_network(item, row, networks)]
        if len(found) > 1:
            rows_named = ", ".join(f"{self.label(row)} on network '{row['network']}'" for row in found)
            raise VrgError(
                f"{self.option}: {self.label(item)} can mean {len(found)} rows: {rows_named}.",
                hint="Name the one that is meant by its ip or its network.",
            )
        return found[0] if found else None

    def doubles(self, items: Sequence[Item], networks: Sequence[Row]) -> Iterator[VrgError]:
        """Two items that mean the same row, or would after the first run.

        What is named by its address is somewhere once; what is named by anything else is another on each network.
        """
        for item, other in combinations(items, 2):
            fixed = bool(self.address and item.get(self.address) and other.get(self.address))
            same = self.means(item, other) or self.means(other, item)
            if same and (fixed or may_meet(item, other, networks)):
                yield self.doubled(item, other)

    def doubled(self, item: Mapping[str, Any], other: Mapping[str, Any]) -> VrgError:
        labels = dict.fromkeys((self.label(item), self.label(other)))
        return VrgError(
            f"{self.option} lists {', also as '.join(labels)} twice.", hint="List it once, or tell the two apart."
        )


def _meant_block(text: Any) -> str:
    """The block that a text means, though it may not start where a block of its size does (docs/platform.md#3.12)."""
    try:
        return str(ip_network(text, strict=False))
    except ValueError:
        return str(text or "")


_SPELLINGS: dict[str, Callable[[Any], Any]] = {
    "cidr": _meant_block,
    "ip": ADDRESS.decode,
    "hostname": plain_hostname,
    "description": str,
}

PARTS = (
    NetworkPart("network_blocks", NETWORK_BLOCK, address="cidr", allows=("allow_overlap",)),
    NetworkPart(
        "external_ips",
        EXTERNAL_IP,
        address="ip",
        marks=("hostname", "description"),
        allows=("allow_outside", "allow_overlap"),
    ),
    NetworkPart("layer2_networks", LAYER2_NETWORK, needs_rules=False),
)


def on_network(item: Item, row: Row, networks: Sequence[Row]) -> bool:
    """Whether a row is on the network that an item names, if it names one.

    ``networks`` are those that were looked up; a number is a key only where none of them has it for a name.
    """
    text = item.get("network")
    if text is None:
        return True
    meant = pick("network", networks, text, key=True)
    return bool(row["network"] == text if meant is None else row_key(row["network_key"]) == meant["$key"])


def may_meet(item: Item, other: Item, networks: Sequence[Row]) -> bool:
    """Whether two items can be about the same network."""
    text, another = item.get("network"), other.get("network")
    if text is None or another is None:
        return True
    one, two = (pick("network", networks, each, key=True) for each in (text, another))
    if one and two:
        return bool(one["$key"] == two["$key"])
    return bool(text == another)
