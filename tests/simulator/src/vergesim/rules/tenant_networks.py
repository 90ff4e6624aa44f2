"""What a tenant gets of the host's networks: addresses, blocks, layer 2 (docs/platform.md#3.11 to 3.13)."""

from __future__ import annotations

import ipaddress

from vergesim.refusal import Refusal, invalid, invalid_field, no_such_reference, not_permitted
from vergesim.rules.addresses import check_address, next_free, refuse_by
from vergesim.rules.base import Rules, taken
from vergesim.rules.tenants import tenant_of_owner
from vergesim.rules.vnets import pending, pending_for
from vergesim.schema import Key, Row
from vergesim.world import World

# NICs of a tenant node that no layer-2 network can have (docs/platform.md#3.13).
OTHER_NICS = 3
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
    """Rows that a tenant may own: they make rules wait when they come and when they go."""

    def created(self, world: World, row: Row) -> None:
        self._rules_wait(world, row)

    def deleted(self, world: World, row: Row) -> None:
        self._rules_wait(world, row)

    @staticmethod
    def _rules_wait(world: World, row: Row) -> None:
        tenant = tenant_of_owner(world, row["owner"])
        if tenant is not None:
            pending_for(world, tenant, row["vnet"])
        elif row["owner"]:
            pending(world, row["vnet"])

    def tenant(self, world: World, row: Row) -> Key | None:
        owner = tenant_of_owner(world, row.get("owner"))
        return owner["$key"] if owner else None


class AddressRules(_Owned):
    """Rows of `vnet_addresses`."""

    def creating(self, world: World, values: Row) -> None:
        _check_owner(world, values)
        vnet = world.get("vnets", values["vnet"])
        owned = tenant_of_owner(world, values.get("owner")) is not None
        if owned and vnet["type"] == "internal" and world.switches["internal_virtual"] == "refuse":
            raise invalid_field("vnet", "is an internal network")
        if values["type"] == "static" and not values.get("owner"):
            values["owner"] = self._stray_owner(world)
        values["ip"] = self._address(values["ip"]) if values.get("ip") else next_free(world, vnet)
        check_address(world, vnet, values)

    @staticmethod
    def _stray_owner(world: World) -> str | None:
        """Releases before 26.1.4 could make any tenant the owner (docs/platform.md#3.11)."""
        tenant = next(iter(world.table("tenants")), None)
        stray = tenant is not None and world.switches["static_owner"] == "random"
        return f"tenants/{tenant['$key']}" if tenant and stray else None

    def created(self, world: World, row: Row) -> None:
        super().created(world, row)
        tenant = tenant_of_owner(world, row["owner"])
        if tenant is not None and row["type"] == "virtual" and tenant["ui_address"] is None:
            # The first one becomes the address of the tenant's user interface (measured).
            world.change("tenants", tenant, ui_address=row["$key"], url=tenant["url"] or row["ip"])

    def updating(self, world: World, row: Row, changes: Row) -> None:
        if world.switches["address_update"] == "refuse":
            raise not_permitted("Addresses cannot be changed")
        _check_owner(world, changes)
        if "ip" in changes:
            changes["ip"] = self._address(changes["ip"])
            check_address(world, world.get("vnets", row["vnet"]), {**row, **changes})

    def updated(self, world: World, row: Row, changes: Row) -> None:
        pending(world, row["vnet"])
        self._rules_wait(world, row)

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

    @staticmethod
    def _address(text: str) -> str:
        try:
            return str(ipaddress.ip_address(text))
        except ValueError:
            raise invalid_field("ip") from None


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
        blocks = world.where("vnet_cidrs", "vnet", values["vnet"])
        if any(ipaddress.ip_network(other["cidr"], strict=False) == block for other in blocks):
            raise taken(world, f"{values['cidr']} already exists")
        others = [other["cidr"] for other in blocks]
        others += [address["ip"] for address in world.where("vnet_addresses", "vnet", values["vnet"])]
        for other in others:
            there = ipaddress.ip_network(other, strict=False)
            if there.version == block.version and there.overlaps(block):
                refuse_by(world, "cidr_overlap", f"{values['cidr']} overlaps {other}")

    def deleting(self, world: World, row: Row) -> None:
        _check_rules(world, row["vnet"], row["cidr"])
        if world.switches["cidr_delete"] == "in_use":
            raise not_permitted(f"Network block {row['cidr']} is in use by a network of the tenant")


class Layer2Rules(Rules):
    """Rows of `tenant_layer2_vnets`."""

    def creating(self, world: World, values: Row) -> None:
        if world.get("vnets", values["vnet"])["type"] not in LAYER2_TYPES:
            raise invalid_field("vnet")
        most = int(world.switches["tenant_nics"]) - OTHER_NICS
        if len(world.where("tenant_layer2_vnets", "tenant", values["tenant"])) >= most:
            raise invalid(f"A tenant can have at most {most} layer 2 networks")

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
