"""What a tenant gets of the host's networks: addresses, blocks, layer 2 (docs/platform.md#3.11 to 3.13)."""

from __future__ import annotations

import ipaddress

from vergesim.refusal import Refusal, invalid, invalid_field, no_such_reference, not_permitted
from vergesim.rules.base import Rules, taken
from vergesim.rules.tenants import tenant_of_owner
from vergesim.rules.vnets import pending
from vergesim.schema import Key, Row
from vergesim.world import World

MAX_LAYER2 = 28
LAYER2_TYPES = ("internal", "external", "bgp", "vpn", "physical")


def _check_owner(world: World, values: Row) -> None:
    if values.get("owner") and tenant_of_owner(world, values["owner"]) is None:
        raise no_such_reference("owner")


def _check_rules(world: World, vnet: Key, text: str) -> None:
    """What a firewall rule names stays (docs/platform.md#4.6, code assumed)."""
    for rule in world.where("vnet_rules", "vnet", vnet):
        if text and text in (rule["source_ip"], rule["destination_ip"], rule["target_ip"]):
            code = int(world.switches["rule_reference_code"])
            raise Refusal(code, f"{text} is in use by rule '{rule['name']}'")


class _Owned(Rules):
    def tenant(self, world: World, row: Row) -> Key | None:
        owner = tenant_of_owner(world, row.get("owner"))
        return owner["$key"] if owner else None


class AddressRules(_Owned):
    """Rows of `vnet_addresses`."""

    def creating(self, world: World, values: Row) -> None:
        _check_owner(world, values)
        vnet = world.get("vnets", values["vnet"])
        values["ip"] = self._address(values["ip"]) if values.get("ip") else self._next_free(world, vnet)
        self._check_range(world, vnet, values)

    def created(self, world: World, row: Row) -> None:
        tenant = tenant_of_owner(world, row["owner"])
        if tenant is None:
            return
        pending(world, row["vnet"])
        if row["type"] == "virtual" and tenant["ui_address"] is None:
            # The first one becomes the address of the tenant's user interface (measured).
            world.change("tenants", tenant, ui_address=row["$key"], url=tenant["url"] or row["ip"])

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if world.switches["address_update"] == "refuse":
            raise not_permitted("Addresses cannot be changed")
        _check_owner(world, changes)
        if "ip" in changes:
            changes["ip"] = self._address(changes["ip"])
            self._check_range(world, world.get("vnets", row["vnet"]), {**row, **changes})

    def updated(self, world: World, row: Row, changes: Row) -> None:
        pending(world, row["vnet"])

    def deleting(self, world: World, row: Row) -> None:
        _check_rules(world, row["vnet"], row["ip"])
        if (
            world.where("tenants", "ui_address", row["$key"])
            and world.switches["ui_address_on_delete"] == "refuse"
        ):
            raise not_permitted("Address is in use as UI address of a tenant")
        if world.switches["ui_address_on_delete"] == "next":
            for tenant in world.where("tenants", "ui_address", row["$key"]):
                others = world.where("vnet_addresses", "owner", f"tenants/{tenant['$key']}")
                follow = next((each["$key"] for each in others if each is not row), None)
                world.change("tenants", tenant, ui_address=follow)

    def deleted(self, world: World, row: Row) -> None:
        if row["owner"]:
            pending(world, row["vnet"])

    @staticmethod
    def _address(text: str) -> str:
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            raise invalid_field("ip") from None

    @staticmethod
    def _check_range(world: World, vnet: Row, values: Row) -> None:
        if world.switches["address_outside_range"] == "accept" or not vnet["network"]:
            return
        if ipaddress.ip_address(values["ip"]) not in ipaddress.ip_network(vnet["network"], strict=False):
            raise invalid_field("ip", "is outside of the network")

    @staticmethod
    def _next_free(world: World, vnet: Row) -> str:
        if not vnet["network"]:
            raise invalid_field("ip", "required field")
        used = {row["ip"] for row in world.where("vnet_addresses", "vnet", vnet["$key"])}
        used |= {vnet["ipaddress"], vnet["gateway"]}
        low, high = vnet["dhcp_start"], vnet["dhcp_stop"]
        for address in ipaddress.ip_network(vnet["network"], strict=False).hosts():
            if str(address) in used:
                continue
            if vnet["dhcp_enabled"] and low and high and _between(address, low, high):
                continue
            return str(address)
        raise invalid("No free address on the network")


def _between(address: ipaddress.IPv4Address | ipaddress.IPv6Address, low: str, high: str) -> bool:
    try:
        return int(ipaddress.ip_address(low)) <= int(address) <= int(ipaddress.ip_address(high))
    except ValueError:
        return False


class CidrRules(_Owned):
    """Rows of `vnet_cidrs`."""

    def creating(self, world: World, values: Row) -> None:
        _check_owner(world, values)
        try:
            block = ipaddress.ip_network(values["cidr"], strict=False)
        except ValueError:
            raise invalid_field("cidr") from None
        aligned = str(block) == values["cidr"]
        if not aligned and world.switches["cidr_misaligned"] == "422":
            raise invalid_field("cidr")
        for other in world.where("vnet_cidrs", "vnet", values["vnet"]):
            there = ipaddress.ip_network(other["cidr"], strict=False)
            if there.version == block.version and there.overlaps(block):
                raise taken(world, f"{values['cidr']} overlaps {other['cidr']}")

    def created(self, world: World, row: Row) -> None:
        if row["owner"]:
            pending(world, row["vnet"])

    def deleting(self, world: World, row: Row) -> None:
        _check_rules(world, row["vnet"], row["cidr"])
        if world.switches["cidr_delete"] == "in_use":
            raise not_permitted(f"Network block {row['cidr']} is in use by a network of the tenant")

    def deleted(self, world: World, row: Row) -> None:
        if row["owner"]:
            pending(world, row["vnet"])


class Layer2Rules(Rules):
    """Rows of `tenant_layer2_vnets`."""

    def creating(self, world: World, values: Row) -> None:
        if world.get("vnets", values["vnet"])["type"] not in LAYER2_TYPES:
            raise invalid_field("vnet")
        if len(world.where("tenant_layer2_vnets", "tenant", values["tenant"])) >= MAX_LAYER2:
            raise invalid(f"A tenant can have at most {MAX_LAYER2} layer 2 networks")

    def deleting(self, world: World, row: Row) -> None:
        if row["enabled"] and world.switches["l2_delete_enabled"] == "reject":
            raise not_permitted("Layer 2 network must be disabled before it is deleted")


class FirewallRules(Rules):
    """Rows of `vnet_rules`."""

    def created(self, world: World, row: Row) -> None:
        pending(world, row["vnet"])

    def updated(self, world: World, row: Row, changes: Row) -> None:
        pending(world, row["vnet"])

    def deleted(self, world: World, row: Row) -> None:
        pending(world, row["vnet"])
