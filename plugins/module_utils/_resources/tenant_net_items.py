# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The items of the lists of ``vrg_tenant_net``: does one make sense, and which row does it mean?

Addresses and blocks are compared as networks, never as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any

from .._api import Row
from .._errors import VrgError
from .._references import pick
from .._units import Codec, row_key

Item = dict[str, Any]

_BLOCK_HINT = "Write it like 192.0.2.0/28."


def given(option: str, item: Mapping[str, Any]) -> Item:
    """An item without what it leaves out.

    Raises VrgError where what says which row it means is empty: by a variable without a value it would mean any.
    """
    found = {name: value for name, value in item.items() if value is not None}
    for name in ("network", "cidr", "ip"):
        if found.get(name) == "":
            raise VrgError(f"An item of {option} has an empty {name}.", hint=f"Give {name} a value.")
    return found


def check_block(item: Item) -> Item:
    """The item with its block as it will be read back. Raises VrgError where that is none."""
    cidr = item["cidr"]
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        raise VrgError(f"'{cidr}' is not a network block.", hint=_BLOCK_HINT) from None
    if "/" not in cidr:
        raise VrgError(f"Network block {cidr} has no size.", hint=_BLOCK_HINT)
    if network.network_address != ip_address(cidr.split("/")[0]):
        raise VrgError(
            f"Network block {cidr} does not start where a block of its size does; the platform would accept it and "
            "never apply it.",
            hint=f"Use {network}.",
        )
    return {**item, "cidr": str(network)}


def check_ip(item: Item) -> Item:
    """The item with its address as it will be read back. Raises VrgError where it could not be found again."""
    if "ip" not in item:
        if not item.get(_mark(item)):
            raise VrgError(
                "An external IP without ip needs hostname or description: by them it is found again on the next run.",
                hint="Add a hostname, or name the address in ip.",
            )
        return item
    try:
        return {**item, "ip": str(ip_address(item["ip"]))}
    except ValueError:
        raise VrgError(f"'{item['ip']}' is not an IP address.", hint="Write it like 198.51.100.10.") from None


def _plain_address(text: Any) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        return str(text or "")


def _plain_block(text: Any) -> str:
    """A block in its usual form; one with host bits is no block, and stays as it is."""
    try:
        return str(ip_network(text))
    except ValueError:
        return str(text or "")


ADDRESS = Codec("str", _plain_address, _plain_address)
BLOCK = Codec("str", _plain_block, _plain_block)


def means_block(item: Item, row: Mapping[str, Any]) -> bool:
    try:
        return ip_network(row["cidr"] or "", strict=False) == ip_network(item["cidr"])
    except ValueError:
        return False


def means_ip(item: Item, row: Mapping[str, Any]) -> bool:
    if "ip" in item:
        return bool(ADDRESS.decode(row.get("ip")) == item["ip"])
    return bool(row.get(_mark(item)) == item[_mark(item)])


def _mark(item: Item) -> str:
    """By what an address is found that the platform gave."""
    return "hostname" if "hostname" in item else "description"


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
    return bool((one["name"] if one else text) == (two["name"] if two else another))
