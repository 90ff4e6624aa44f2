# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an address or a block can be had: what is wrong with it in itself, and who has it already.

The platform protects nothing here (docs/platform.md#3.11, 3.12): it accepts a router's own address, or a block over
another customer's. Only what a run would make is judged; what stands is left as it was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv6Address,
    ip_address,
    ip_network,
    summarize_address_range,
)
from typing import Any, Optional, Union

from .._model.conditions import Row, any_of
from .._model.errors import VrgError
from .._model.plan import Refusal
from .._model.query import Query, Reader
from .._model.resource import Access, Column
from .._model.selectors import owner_path
from .._tables.tenant_networks import EXTERNAL_IP, NETWORK_BLOCK, Item, NetworkPart
from .claims import Block, Claim, Claims

_BLOCK_HINT = "Write it like 192.0.2.0/28."
_OVERLAP = "Choose another one, or set allow_overlap=true at the item if that is meant."
_TYPE = Column("network_type", "vnet#type", access=Access.HIDDEN)
_HELD = ("network", "owner", "owner_name")
_WHOLE = "the whole subnet {}"


def checked(part: NetworkPart, item: Mapping[str, Any]) -> Item:
    """An item without what it leaves out, spelled as it will be read back. Raises VrgError where it makes no sense."""
    found = {name: value for name, value in item.items() if value is not None}
    for name in ("network", "cidr", "ip"):
        if str(found.get(name, "-")).strip() == "":
            # A variable without a value would mean any.
            raise VrgError(f"An item of {part.option} has an empty {name}.", hint=f"Give {name} a value.")
    if found.get("hostname"):
        found["hostname"] = found["hostname"].strip()
    for error in part.resource.beyond(found):
        raise VrgError(f"An item of {part.option}: {error.message}", hint=error.hint)
    if part.resource is NETWORK_BLOCK:
        return _checked_block(found)
    if part.resource is EXTERNAL_IP:
        return _checked_ip(found)
    if "network" not in found:
        raise VrgError(f"An item of {part.option} has no network.", hint="Give network a value.")
    return found


def _checked_block(item: Item) -> Item:
    cidr = str(item.get("cidr") or "").strip()
    if not cidr:
        raise VrgError("An item of network_blocks has no cidr.", hint=_BLOCK_HINT)
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        raise VrgError(f"'{cidr}' is not a network block.", hint=_BLOCK_HINT) from None
    if "/" not in cidr:
        raise VrgError(f"Network block {cidr} has no size.", hint=_BLOCK_HINT)
    if network.network_address != ip_address(cidr.partition("/")[0]):
        raise VrgError(
            f"Network block {cidr} does not start where a block of its size does; the platform would accept it and "
            "never apply it.",
            hint=f"Use {network}.",
        )
    return {**item, "cidr": str(network)}


def _checked_ip(item: Item) -> Item:
    if "ip" not in item:
        # An empty hostname is one: found by its description, another address might be meant.
        if not item.get("hostname", item.get("description")):
            raise VrgError(
                "An external IP without ip needs hostname or description: by them it is found again on the next run.",
                hint="Add a hostname, or name the address in ip.",
            )
        return item
    try:
        return {**item, "ip": str(ip_address(str(item["ip"]).strip()))}
    except ValueError:
        raise VrgError(f"'{item['ip']}' is not an IP address.", hint="Write it like 198.51.100.10.") from None


def overlapping(items: Sequence[Item]) -> Iterator[VrgError]:
    """Blocks of one list of which only one can be had."""
    blocks = [ip_network(item["cidr"]) for item in items if item.get("cidr") and not item.get("allow_overlap")]
    for number, block in enumerate(blocks):
        for other in blocks[:number]:
            if block != other and _overlap(block, other):
                yield VrgError(f"network_blocks lists {other} and {block}, which overlap.", hint=_OVERLAP)


def read_claims(reader: Reader, networks: Sequence[Any]) -> Claims:
    """Who has what on these networks, given by key, and on all that lead outside; two requests."""
    claims = Claims()
    for resource, column in ((NETWORK_BLOCK, "cidr"), (EXTERNAL_IP, "ip")):
        held = resource.only(column, *_HELD)
        held = type(held)(held.kind, held.table, (*held.columns, _TYPE))
        where = any_of(held["network_key"].among(*networks), held["network_type"].eq("external"))
        for row in reader.read(Query(held, where)):
            claim = _claim(row, column)
            if claim is not None:
                claims.add(claim)
    return claims


def _claim(row: Row, column: str) -> Optional[Claim]:
    try:
        block = ip_network(row[column] or "", strict=False)
    except ValueError:
        return None
    owner = owner_path(row["owner"])
    whose = row.get("owner_name") or row["owner"] or "the network itself"
    label = f"block {block}" if column == "cidr" else f"address {row[column]}"
    is_external = row["network_type"] == "external"
    return Claim(block, row["network_key"], is_external, label, owner, f"belongs to {whose}")


def claim_of(part: NetworkPart, item: Item, network: Row, owner: str, tenant: str) -> Optional[Claim]:
    """What an item of a list claims for its tenant, given by name; None for what the platform has yet to choose."""
    text = item.get(part.address) if part.address else None
    if text is None:
        return None
    label = f"{'block' if part.resource is NETWORK_BLOCK else 'address'} {text}"
    says = f"is listed for tenant '{tenant}'"
    return Claim(ip_network(text), network["$key"], network["type"] == "external", label, owner, says)


def objections(part: NetworkPart, item: Item, network: Row, claims: Claims, owner: str) -> Iterator[Refusal]:
    """What speaks against making the item on the network, for its owner (``table/key``).

    A network without a subnet, and an address of another family than it, cannot be judged and are accepted.
    """
    text = item.get(part.address) if part.address else None
    if text is None:
        return
    wanted, label = ip_network(text), part.label(item)
    where = f"network '{network['name']}'"
    subnet = _subnet(network)
    judges_place = part.resource is EXTERNAL_IP and not item.get("allow_outside")
    if judges_place and subnet and subnet.version == wanted.version and not _overlap(subnet, wanted):
        yield Refusal(
            f"The {label} is outside of {subnet}, the subnet of {where}.",
            "Choose one of the subnet, or set allow_outside=true at the item if it is routed there.",
        )
    if item.get("allow_overlap"):
        return
    for block, what in _taken_by_network(network, subnet, wanted):
        if _overlap(block, wanted):
            yield Refusal(f"The {label} cannot be given away: it is, or holds, {what} of {where}.", _OVERLAP)
            return
    for claim in claims.overlapping(wanted):
        same = claim.network == network["$key"]
        other = claim.is_external and network["type"] == "external"
        if (same or other) and claim.owner != owner:
            if claim.block == wanted and same:
                yield Refusal(f"The {label} on {where} already {claim.belongs}.", _OVERLAP)
            else:
                yield Refusal(f"The {label} on {where} overlaps the {claim.label}, which {claim.belongs}.", _OVERLAP)
            return


def _taken_by_network(network: Row, subnet: Optional[Block], wanted: Block) -> Iterator[tuple[Block, str]]:
    """What a network needs for itself, each with its name."""
    texts = (network.get(column) for column in ("router", "dmz_address", "gateway"))
    dhcp = ("dhcp_start", "dhcp_stop") if network.get("dhcp_enabled") else ()
    for block, what in _needs(subnet, *texts, *(network.get(column) for column in dhcp)):
        # A block may be part of the subnet, but not all of it.
        if what != _WHOLE.format(block) or block == wanted:
            yield block, what


@lru_cache(maxsize=512)
def _needs(
    subnet: Optional[Block], router: Any, dmz: Any, gateway: Any, first: Any = None, last: Any = None
) -> tuple[tuple[Block, str], ...]:
    """What a network with these addresses needs for itself: a list of thousands asks for the same few networks."""
    named = ((router, "the router's address"), (dmz, "the DMZ address"), (gateway, "the gateway"))
    found: list[tuple[Block, str]] = []
    for text, what in named:
        address = _address(text)
        if address is not None:
            found.append((ip_network(address), f"{what} {address}"))
    if subnet is not None and subnet.num_addresses > 1:
        found.append((subnet, _WHOLE.format(subnet)))
    if subnet is not None and subnet.version == 4 and subnet.prefixlen <= 30:
        found.append((ip_network(subnet.network_address), f"the network's own address {subnet.network_address}"))
        found.append((ip_network(subnet.broadcast_address), f"the broadcast address {subnet.broadcast_address}"))
    for block in _range(_address(first), _address(last)):
        found.append((block, f"an address of the DHCP range {first} to {last}"))
    return tuple(found)


def _range(first: Any, last: Any) -> Iterator[Block]:
    """The blocks that a range of addresses comes to; none where it makes no sense."""
    if first is not None and last is not None and first.version == last.version and first <= last:
        yield from summarize_address_range(first, last)


def _subnet(network: Row) -> Optional[Block]:
    try:
        return ip_network(network["subnet"] or "", strict=False)
    except ValueError:
        return None


def _address(text: Any) -> Optional[Union[IPv4Address, IPv6Address]]:
    try:
        return ip_address(str(text or "").strip())
    except ValueError:
        return None


def _overlap(one: Block, other: Block) -> bool:
    return one.version == other.version and one.overlaps(other)
