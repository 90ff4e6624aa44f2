# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where scratch may be made: what is named, and a system that it cannot disturb. Refusals come before any write."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._model.conditions import Row, quoted
from .._model.errors import VrgError
from .._system.raw import Raw

#: What two nodes of scratch take, and as much again that stays free, in MB.
_ROOM_MB = 2 * 2048 * 2
_ROOM_BYTES = 10 << 30
#: The smallest node that the platform takes.
NODE_MB = 2048


@dataclass(frozen=True)
class Place:
    """The rows that scratch may be made on."""

    cluster: Row
    tier: Row
    network: Optional[Row] = None


def find_place(raw: Raw, params: Mapping[str, Any]) -> Place:
    """The rows that the options name. Raises VrgError where one is missing, or where scratch could disturb."""
    cluster = _one(raw, "clusters", params["cluster"], _CLUSTER)
    tier = next(iter(raw.get("storage_tiers", filter=f"tier eq {params['tier']}", fields=_TIER).rows), None)
    if tier is None:
        raise VrgError(f"There is no storage tier {params['tier']}.", hint="Name one that exists, and not 0.")
    _check_hosts(raw, cluster)
    if tier["tier"] == 0 or tier["capacity"] - tier["used"] < _ROOM_BYTES:
        raise VrgError(
            f"Storage tier {params['tier']} has no 10 GiB free, or is tier 0.",
            hint="Name another one; nothing was made.",
        )
    if not params["network"]:
        return Place(cluster, tier)
    network = _one(raw, "vnets", params["network"], _NETWORK)
    _check_network(raw, network)
    return Place(cluster, tier, network)


_CLUSTER = (
    "$key,name,max_ram_per_vm,max_cores_per_vm,status#status as status,status#online_ram as online_ram,"
    "status#used_ram as used_ram"
)
_TIER = "$key,tier,capacity,used"
_NODE = "$key,cluster,maintenance,vm_ram,machine#status#status as status"
_NETWORK = (
    "$key,name,type,network,ipaddress,dmz_ipaddress,gateway,dhcp_enabled,dhcp_start,dhcp_stop,need_fw_apply,"
    "machine#status#status as status"
)


def check_confirmation(raw: Raw, confirm: Optional[str]) -> None:
    """Raises VrgError unless the system is called by its name."""
    name = raw.api.system["name"]
    if not name or confirm != name:
        raise VrgError(
            "Level scratch makes a tenant, and confirm is not the name of this system.",
            hint="Give the system's own name, as its user interface shows it; nothing was made.",
        )


def _one(raw: Raw, table: str, text: str, fields: str) -> Row:
    """The row with this name, or with this key where no row has the name."""
    rows = raw.get(table, filter=f"name eq {quoted(text)}", fields=fields).rows
    if not rows and text.isdecimal():
        rows = raw.get(table, filter=f"$key eq {int(text)}", fields=fields).rows
    if len(rows) != 1:
        kind = {"clusters": "cluster", "vnets": "network"}[table]
        raise VrgError(f"There is not one {kind} '{text}', but {len(rows)}.", hint="Name one; nothing was made.")
    return rows[0]


def _check_hosts(raw: Raw, cluster: Row) -> None:
    nodes = raw.get("nodes", fields=_NODE).rows
    if not nodes or any(node["maintenance"] or node["status"] != "running" for node in nodes):
        raise VrgError(
            "A host of this system is in maintenance, or does not run.", hint="Wait until all do; nothing was made."
        )
    hosts = [node["vm_ram"] for node in nodes if str(node["cluster"]) == str(cluster["$key"])]
    spare = cluster["online_ram"] - cluster["used_ram"] - (max(hosts) if len(hosts) > 1 else 0)
    if not hosts or cluster["status"] != "online" or spare < _ROOM_MB or cluster["max_ram_per_vm"] < NODE_MB:
        raise VrgError(
            f"Cluster '{cluster['name']}' is not online, or has not {_ROOM_MB // 1024} GB to spare if a host is lost.",
            hint="Make room, or name another cluster; nothing was made.",
        )


def _check_network(raw: Raw, network: Row) -> None:
    name = network["name"]
    if network["type"] not in ("internal", "external") or _is_of_a_tenant(raw, network):
        raise VrgError(f"Network '{name}' is one of the platform's or of a tenant.", hint="Name another one.")
    if network["status"] != "running" or network["need_fw_apply"]:
        raise VrgError(
            f"Network '{name}' does not run, or has rules that somebody else has not applied yet.",
            hint="Start it, and apply its rules; nothing was made.",
        )
    where = f"vnet eq {network['$key']}"
    addresses = raw.get("vnet_addresses", filter=where, fields="$key,ip,owner").rows
    others = [row for row in addresses if row.get("owner") or row.get("ip") != network["ipaddress"]]
    if others or raw.get("vnet_cidrs", filter=where, fields="$key,cidr").rows:
        raise VrgError(
            f"Network '{name}' has addresses or blocks of others.",
            hint="Name a network that nothing else is on, such as one that was made for this; nothing was made.",
        )


def _is_of_a_tenant(raw: Raw, network: Row) -> bool:
    return bool(raw.get("tenants", filter=f"vnet eq {network['$key']}", fields="$key,name").rows)


@dataclass(frozen=True)
class Addresses:
    """What to ask for on a network: addresses that nobody has, and those that somebody must not have."""

    free: tuple[str, ...]
    router: Optional[str]
    gateway: Optional[str]
    edge: Optional[str]
    leased: Optional[str]
    #: Documentation's own block (RFC 5737): no network of anybody's.
    outside: str = "203.0.113.200"
    block: str = "203.0.113.0/28"
    wider: str = "203.0.113.0/27"
    misaligned: str = "203.0.113.129/28"


def addresses_of(network: Row) -> Optional[Addresses]:
    """None where the network has no addresses to choose from, or is the one of the documentation."""
    try:
        whole = ipaddress.ip_network(network["network"], strict=False)
    except ValueError:
        return None
    if whole.version != 4 or whole.prefixlen > 28 or whole.overlaps(ipaddress.ip_network("203.0.113.0/24")):
        return None
    special = {network[column] for column in ("ipaddress", "dmz_ipaddress", "gateway")}
    low, high = (_address(network[column]) for column in ("dhcp_start", "dhcp_stop"))
    leases = bool(network["dhcp_enabled"] and low is not None and high is not None)
    last = int(whole.broadcast_address)
    free: list[str] = []
    for number in range(last - 1, max(int(whole.network_address), last - 4096), -1):
        text = str(ipaddress.ip_address(number))
        if text not in special and not (leases and low is not None and high is not None and low <= number <= high):
            free.append(text)
        if len(free) == 3:
            break
    if len(free) < 3:
        return None
    return Addresses(
        tuple(free),
        router=network["ipaddress"] or None,
        gateway=network["gateway"] if network["gateway"] != network["ipaddress"] and network["gateway"] else None,
        edge=str(whole.network_address),
        leased=network["dhcp_stop"] if leases and network["dhcp_stop"] not in special else None,
    )


def _address(text: Any) -> Optional[int]:
    try:
        return int(ipaddress.ip_address(text)) if text else None
    except ValueError:
        return None
