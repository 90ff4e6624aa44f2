# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks of the host (docs/platform.md#3.10), and how far their firewall rules are."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import ADDRESS, BLOCK, FLAG, INTEGER, KEY, NAME, OWNER, TIME

NETWORK = Resource(
    kind="network",
    table="vnets",
    columns=(
        Column("name", access=Access.READ, says="Name of the network.", sample="External"),
        Column("description", access=Access.READ, says="Description of the network.", sample="Public addresses"),
        Column(
            "type",
            access=Access.READ,
            says="Type of the network, such as V(internal), V(external), V(core) or V(dmz). The networks V(core) and "
            "V(dmz) belong to the platform and never carry workloads.",
            sample="external",
        ),
        Column(
            "subnet",
            "network",
            NAME,
            Access.READ,
            says="Addresses of the network as a block; null if the network has none, or if they are not known.",
            sample="198.51.100.0/24",
        ),
        Column(
            "router",
            "ipaddress",
            NAME,
            Access.READ,
            says="Address of the network's own router; null if there is none.",
            sample="198.51.100.2",
        ),
        Column(
            "gateway",
            codec=NAME,
            access=Access.READ,
            says="Address of the gateway; null if there is none.",
            sample="198.51.100.1",
        ),
        Column(
            "dhcp_enabled",
            codec=FLAG,
            access=Access.READ,
            says="Whether addresses are given out by DHCP.",
            sample=False,
        ),
        Column(
            "dhcp_start",
            codec=NAME,
            access=Access.READ,
            says="First address that is given out by DHCP; null if there is none.",
            sample="198.51.100.200",
        ),
        Column(
            "dhcp_stop",
            codec=NAME,
            access=Access.READ,
            says="Last address that is given out by DHCP; null if there is none.",
            sample="198.51.100.249",
        ),
        Column(
            "layer2_type",
            codec=NAME,
            access=Access.READ,
            says="Kind of the network's layer 2, such as V(vlan), V(vxlan) or V(none).",
            sample="vlan",
        ),
        Column("layer2_id", codec=INTEGER, access=Access.READ, says="Number of the VLAN or VXLAN.", sample=200),
        Column("mtu", codec=INTEGER, access=Access.READ, says="Largest size of a packet, in bytes.", sample=1500),
        Column(
            "running",
            "machine#status#running",
            FLAG,
            Access.READ,
            null=True,
            says="Whether the network is running; null if the network has no machine.",
            sample=True,
        ),
        Column(
            "rules_pending",
            "need_fw_apply",
            FLAG,
            Access.READ,
            says="Whether firewall rules wait to be applied. Always false for a network that is not running, whose "
            "rules are loaded when it starts.",
            sample=False,
        ),
        Column(
            "block",
            "cidr#cidr",
            NAME,
            Access.READ,
            says="Network block that the network is built on; null if it is built on none. Such a block cannot be "
            "taken away.",
            sample="198.51.100.0/24",
        ),
        Column(
            "block_key",
            "cidr",
            KEY,
            Access.READ,
            null=True,
            says="Key of the network block that the network is built on; null if it is built on none.",
            sample=7,
        ),
        # Left out of an answer by a platform that does not have it.
        Column(
            "dmz_address",
            "dmz_ipaddress",
            NAME,
            Access.READ,
            omitted=True,
            says="Address of the network's router on the DMZ network; null if the platform does not report it.",
            sample="100.96.0.7",
        ),
    ),
)
#: What says whether rules have to be applied.
RULES = NETWORK.only("name", "type", "running", "rules_pending")

#: Networks that belong to the platform itself and never carry workloads.
RESERVED = ("core", "dmz")

#: What a row of an address or block says of its network.
ON_NETWORK = (
    Column("rules_pending", "vnet#need_fw_apply", FLAG, Access.HIDDEN, null=True),
    Column("network_running", "vnet#machine#status#running", FLAG, Access.HIDDEN, null=True),
)

#: Whose an address or block is: a row of any table, such as a tenant.
_OWNED = (
    Column(
        "owner",
        codec=OWNER,
        access=Access.READ,
        says="Table and key of the row that has the {kind}; null if nobody has it.",
        sample="tenants/5",
    ),
    Column(
        "owner_name",
        "owner#$display",
        NAME,
        Access.READ,
        omitted=True,
        says="Name of the owner; null if nobody has the {kind}.",
        sample="acme",
    ),
    Column("network_key", "vnet", KEY, Access.HIDDEN),
)
#: Every address on a network, whoever has it (docs/platform.md#3.11).
ADDRESS_OF_NETWORK = Resource(
    kind="address",
    table="vnet_addresses",
    columns=(
        Column("ip", codec=ADDRESS, access=Access.READ, says="IP address.", sample="198.51.100.10"),
        Column(
            "type",
            access=Access.READ,
            says="Type of the address; V(virtual) for the external IP of a tenant, V(dynamic) for a lease of DHCP, or "
            "V(static), V(ipalias) or V(proxy).",
            sample="virtual",
        ),
        Column("hostname", access=Access.READ, says="Host name of the address.", sample="acme.example.com"),
        Column("description", access=Access.READ, says="Description of the address.", sample="User interface of acme"),
        Column(
            "mac",
            access=Access.READ,
            says="MAC address of the machine that has the address; empty if none is known.",
            sample="f0:db:30:00:00:0c",
        ),
        Column(
            "expires",
            "expiration",
            TIME,
            Access.READ,
            says="When the lease ends, as ISO 8601 in UTC; null if never.",
            sample="2026-11-05T09:30:00Z",
        ),
        *_OWNED,
    ),
)
#: Every block on a network (docs/platform.md#3.12).
BLOCK_OF_NETWORK = Resource(
    kind="network block",
    table="vnet_cidrs",
    columns=(
        Column("cidr", codec=BLOCK, access=Access.READ, says="Addresses of the block.", sample="192.0.2.0/28"),
        Column("description", access=Access.READ, says="Description of the block.", sample="Servers of acme"),
        *_OWNED,
    ),
)

#: The platform's log, which is the only place that says why rules cannot be applied.
LOG = Resource(
    kind="log entry",
    table="logs",
    columns=(
        Column("level", access=Access.READ),
        Column("text", access=Access.READ),
        Column("object_name", access=Access.READ),
        Column("timestamp", codec=INTEGER, access=Access.READ),
    ),
)
