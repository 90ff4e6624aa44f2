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
        Column("name", access=Access.READ),
        Column("description", access=Access.READ),
        Column("type", access=Access.READ),
        Column("subnet", "network", NAME, Access.READ),
        Column("router", "ipaddress", NAME, Access.READ),
        Column("gateway", codec=NAME, access=Access.READ),
        Column("dhcp_enabled", codec=FLAG, access=Access.READ),
        Column("dhcp_start", codec=NAME, access=Access.READ),
        Column("dhcp_stop", codec=NAME, access=Access.READ),
        Column("layer2_type", codec=NAME, access=Access.READ),
        Column("layer2_id", codec=INTEGER, access=Access.READ),
        Column("mtu", codec=INTEGER, access=Access.READ),
        Column("running", "machine#status#running", FLAG, Access.READ, null=True),
        Column("rules_pending", "need_fw_apply", FLAG, Access.READ),
        # The block that the network is built on.
        Column("block", "cidr#cidr", NAME, Access.READ, omitted=True),
        Column("block_key", "cidr", KEY, Access.READ, null=True, omitted=True),
        # Left out of an answer by a platform that does not have it.
        Column("dmz_address", "dmz_ipaddress", NAME, Access.READ, omitted=True),
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
    Column("owner", codec=OWNER, access=Access.READ),
    Column("owner_name", "owner#$display", NAME, Access.READ, omitted=True),
    Column("network_key", "vnet", KEY, Access.HIDDEN),
)
#: Every address on a network, whoever has it (docs/platform.md#3.11).
ADDRESS_OF_NETWORK = Resource(
    kind="address",
    table="vnet_addresses",
    columns=(
        Column("ip", codec=ADDRESS, access=Access.READ),
        Column("type", access=Access.READ),
        Column("hostname", access=Access.READ),
        Column("description", access=Access.READ),
        Column("mac", access=Access.READ),
        Column("expires", "expiration", TIME, Access.READ),
        *_OWNED,
    ),
)
#: Every block on a network (docs/platform.md#3.12).
BLOCK_OF_NETWORK = Resource(
    kind="network block",
    table="vnet_cidrs",
    columns=(
        Column("cidr", codec=BLOCK, access=Access.READ),
        Column("description", access=Access.READ),
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
