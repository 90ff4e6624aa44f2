"""Addresses of a network: which are refused, which is the next free one (docs/platform.md#3.11)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from vergesim.refusal import Refusal, invalid, invalid_field
from vergesim.schema import Row
from vergesim.world import World

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address_of(text: str | None) -> Address | None:
    """The address that a text says, if it says one; a length of prefix behind it is left aside."""
    try:
        return ipaddress.ip_interface(text).ip if text else None
    except ValueError:
        return None


def network_of(text: str | None) -> Network | None:
    """The network that a text says, if it says one."""
    try:
        return ipaddress.ip_network(text, strict=False) if text else None
    except ValueError:
        return None


def refuse_by(world: World, name: str, sentence: str) -> None:
    """Refuse with the status that a switch says, or accept."""
    if world.switches[name] != "accept":
        raise Refusal(int(world.switches[name]), sentence)


def check_address(world: World, vnet: Row, values: Row) -> None:
    """The platform protects nothing here; where it is not known to, a switch says what it does."""
    address = ipaddress.ip_address(values["ip"])
    for name, what in _what_it_is(vnet, address, leased=values["type"] == "dynamic"):
        refuse_by(world, name, f"{address} is {what}")
    network = network_of(vnet["network"])
    outside = network is not None and address not in network
    if outside and world.switches["address_outside_range"] != "accept":
        raise invalid_field("ip", "is outside of the network")


def _what_it_is(vnet: Row, address: Address, leased: bool) -> Iterator[tuple[str, str]]:
    """The switches that an address meets."""
    if address in _addresses(vnet, "ipaddress", "dmz_ipaddress"):
        yield "address_is_router", "the address of the router"
    if address in _addresses(vnet, "gateway"):
        yield "address_is_gateway", "the address of the gateway"
    network = network_of(vnet["network"])
    if network is not None and address in (network.network_address, network.broadcast_address):
        yield "address_is_edge", "the address of the network itself, or its broadcast address"
    if not leased and _in_dhcp(vnet, address):
        yield "address_in_dhcp", "within the DHCP range"


def _addresses(vnet: Row, *columns: str) -> set[Address]:
    found = (address_of(vnet[column]) for column in columns)
    return {address for address in found if address is not None}


def _in_dhcp(vnet: Row, address: Address) -> bool:
    low, high = address_of(vnet["dhcp_start"]), address_of(vnet["dhcp_stop"])
    if not vnet["dhcp_enabled"] or low is None or high is None:
        return False
    return int(low) <= int(address) <= int(high)


def next_free(world: World, vnet: Row) -> str:
    """The address that a row without one gets (docs/platform.md#3.11)."""
    network = network_of(vnet["network"])
    if network is None:
        raise invalid_field("ip", "required field")
    used = {row["ip"] for row in world.where("vnet_addresses", "vnet", vnet["$key"])}
    used |= {str(each) for each in _addresses(vnet, "ipaddress", "dmz_ipaddress", "gateway")}
    for address in network.hosts():
        if str(address) not in used and not _in_dhcp(vnet, address):
            return str(address)
    raise invalid("No free address on the network")
