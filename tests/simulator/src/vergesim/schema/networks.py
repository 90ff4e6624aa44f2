"""Tables of the networks (docs/platform.md#3.10 to 3.12)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    Column,
    Table,
    choice,
    epoch,
    flag,
    flags,
    integer,
    integers,
    owner,
    ref,
    table,
    text,
    texts,
)
from vergesim.schema.compute import POWER_LOSS
from vergesim.schema.tenants import actions

VNET_TYPES = "internal external physical core dmz maintenance bgp vpn tenant"

TABLES: tuple[Table, ...] = (
    table(
        "vnets",
        text("name", 128, low=1, required=True),
        text("description"),
        flag("enabled", True),
        choice("type", VNET_TYPES),
        choice("layer2_type", "vxlan vlan none bond tenant"),
        integer("layer2_id"),
        texts("network ipaddress gateway", "rw"),
        integer("mtu", 1500),
        flag("dhcp_enabled"),
        texts("dhcp_start dhcp_stop", "rw"),
        text("dns", default="disabled"),
        texts("dnslist domain", "rw"),
        flags("need_fw_apply need_dns_apply need_proxy_apply need_restart"),
        choice("on_power_loss", POWER_LOSS),
        ref("interface_vnet", "vnets"),
        flag("proxy_enabled"),
        ref("cluster", "clusters"),
        integer("rate_limit"),
        choice("rate_limit_type", "mbytes/second mbits/second kbytes/second"),
        ref("machine", "machines", RO),
        epoch("created"),
        epoch("modified"),
        methods="POST PUT DELETE",
        indexes=("name", "machine"),
    ),
    actions(
        "vnet_actions",
        ref("vnet", "vnets", CREATE, required=True),
        "poweron poweroff reset kill refresh migrate execute clear_statistics",
    ),
    table(
        "vnet_addresses",
        ref("vnet", "vnets", CREATE, required=True),
        text("mac", 32),
        text("ip", 64),
        Column(
            "type", "text", None, required=True, choices=("dynamic", "static", "ipalias", "proxy", "virtual")
        ),
        text("hostname", 255),
        epoch("expiration", access="rw"),
        owner(),
        text("vendor"),
        text("description"),
        methods="POST PUT DELETE",
        unique=(("vnet", "ip"),),
        parent="vnet",
        indexes=("owner", "ip"),
        display="ip",
    ),
    table(
        "vnet_cidrs",
        ref("vnet", "vnets", CREATE, required=True),
        text("cidr", 64, required=True, access=CREATE),
        text("description", access=CREATE),
        owner(access=CREATE),
        methods="POST DELETE",
        parent="vnet",
        indexes=("owner",),
        display="cidr",
    ),
    table(
        "vnet_rules",
        ref("vnet", "vnets", CREATE, required=True),
        text("name", 128, required=True),
        text("description"),
        flag("enabled", True),
        integer("orderid"),
        choice("pin", "no top bottom"),
        choice("direction", "incoming outgoing"),
        choice("action", "accept drop reject translate route"),
        text("protocol", default="any"),
        text("interface", default="auto"),
        texts(
            "source_ip source_ports destination_ip destination_ports target_ip target_ports ct_state", "rw"
        ),
        flags("statistics log trace", "rw"),
        texts("throttle drop_throttle", "rw"),
        integers("packets bytes"),
        flag("system_rule", access=RO),
        epoch("modified"),
        methods="POST PUT DELETE",
        parent="vnet",
    ),
    table("vnet_proxy_tenants", ref("tenant", "tenants", RO), texts("fqdn"), display="fqdn"),
)
