"""Tenants: create, delete and its preconditions (docs/platform.md#3.5, 4.6)."""

from __future__ import annotations

from vergesim.refusal import Refusal, no_such_reference, not_permitted
from vergesim.rules import vnets
from vergesim.rules.base import Rules, taken
from vergesim.rules.tenant_power import set_tenant, status_row
from vergesim.schema import Key, Row
from vergesim.world import ON_DROP, World

# A tenant's key comes back later than others (about 30 s, docs/platform.md#1.5).
KEY_HOLD_STEPS = 5.0
VNET_GONE_STEPS = 2.0


def add_tenant(world: World, values: Row, key: Key | None = None, network: bool = True) -> Row:
    """A stopped tenant with its network, status and stats rows."""
    generated = {"uuid": world.new_uuid(), "created": world.now, "creator": world.actor}
    row = world.insert("tenants", {**generated, **values}, key)
    equip(world, row, network)
    return row


def equip(world: World, row: Row, network: bool = True, cluster: Key | None = None) -> None:
    """What every tenant has: a status row, a stats row, a network of its own."""
    status = world.insert("tenant_status", {"tenant": row["$key"], "last_update": world.now})
    stats = world.insert("tenant_stats", {"tenant": row["$key"]})
    vnet = None
    if network:
        values = {
            "name": _network_name(world, row),
            "type": world.switches["tenant_network_type"],
            "network": vnets.TENANT_NETWORK,
            "mtu": vnets.INTERNAL_MTU,
            "cluster": cluster,
        }
        vnet = vnets.add_vnet(world, values)["$key"]
    world.change("tenants", row, status=status["$key"], stats=stats["$key"], vnet=vnet)


def _network_name(world: World, tenant: Row) -> str:
    """Names of networks are unique, and that of a tenant that is gone or renamed may still have its own."""
    name = f"tenant_{tenant['name']}"
    return f"{name}_{tenant['uuid'][:8]}" if world.where("vnets", "name", name) else name


def name_taken(world: World, name: object, but: Key | None = None) -> bool:
    """Whether a tenant that is no snapshot has the name."""
    return any(not row["is_snapshot"] and row["$key"] != but for row in world.where("tenants", "name", name))


def tenant_of_owner(world: World, owner: object) -> Row | None:
    """The tenant that an `owner` value names."""
    if not isinstance(owner, str) or not owner.startswith("tenants/"):
        return None
    key = owner.partition("/")[2]
    return world.find("tenants", int(key)) if key.isdecimal() else None


class TenantRules(Rules):
    """Rows of `tenants`."""

    def tenant(self, world: World, row: Row) -> Key:
        return row["$key"]  # type: ignore[no-any-return]

    def creating(self, world: World, values: Row) -> None:
        if not values.get("is_snapshot") and name_taken(world, values["name"]):
            raise taken(world, f"A tenant named '{values['name']}' already exists")
        values.update(uuid=world.new_uuid(), created=world.now, creator=world.actor)

    def created(self, world: World, row: Row) -> None:
        equip(world, row)
        if world.switches["tenant_create_network"] == "running":
            vnets.power_on(world, world.get("vnets", row["vnet"]))
        if world.switches["tenant_create_status"] == "provisioning":
            provision(world, row)

    def updating(self, world: World, row: Row, changes: Row) -> None:
        name = changes.get("name", row["name"])
        if changes.get("help_url") == "" and world.switches["help_url_blank"] == "404":
            raise no_such_reference("help_url")
        if name == row["name"]:
            return
        if not row["is_snapshot"] and name_taken(world, name, row["$key"]):
            raise taken(world, f"A tenant named '{name}' already exists")
        if world.switches["rename_shows"] == "late":
            _rename_later(world, row, changes.pop("name"))

    def updated(self, world: World, row: Row, changes: Row) -> None:
        address = world.find("vnet_addresses", changes.get("ui_address"))
        if address is not None:
            vnets.pending_for(world, row, address["vnet"])  # Moving it rewrites rules (docs/platform.md#3.5).

    def deleting(self, world: World, row: Row) -> None:
        if status_row(world, row)["status"] not in ("offline", "provisioning"):
            code = int(world.switches["tenant_delete_running"])
            raise Refusal(code, "Tenant must be powered off to delete")
        vnet = world.find("vnets", row["vnet"])
        if vnet is not None and vnets.is_running(world, vnet):
            raise not_permitted("Tenant network must be powered off to delete tenant")
        if world.switches["tenant_delete_cart"] == "refuse" and _has_cart(world, row):
            raise not_permitted("Tenant has a crash cart")
        snapshots = world.where("tenant_snapshots", "tenant", row["$key"])
        if snapshots and world.switches["tenant_delete_snapshots"] == "405":
            raise not_permitted("Tenant has snapshots")
        owned = [
            r
            for t in ("vnet_addresses", "vnet_cidrs")
            for r in world.where(t, "owner", f"tenants/{row['$key']}")
        ]
        owned += world.where("tenant_layer2_vnets", "tenant", row["$key"])
        if owned and world.switches["tenant_delete_children"] == "refuse":
            raise not_permitted("Tenant still has network resources assigned")


def _dropped(world: World, tenant: Row) -> None:
    key = tenant["$key"]
    world.timeline.cancel(("tenant_jobs", key))
    world.pending_restores.pop(key, None)
    world.drop_all("vnet_proxy_tenants", world.where("vnet_proxy_tenants", "tenant", key))
    for table in ("vnet_addresses", "vnet_cidrs"):
        for owned in world.where(table, "owner", f"tenants/{key}"):
            vnets.pending(world, owned["vnet"])
            world.drop(table, owned)
    vnet = world.find("vnets", tenant["vnet"])
    if vnet is not None:
        # The row is gone at once, its network may linger (docs/platform.md#4.1, measured).
        vnets.drop_later(world, vnet, VNET_GONE_STEPS)
    hold = (VNET_GONE_STEPS + KEY_HOLD_STEPS) * world.timeline.step
    world.table("tenants").hold(key, world.timeline.now + hold)


ON_DROP["tenants"] = _dropped


def _rename_later(world: World, tenant: Row, name: str) -> None:
    def rename() -> None:
        if not name_taken(world, name):
            world.change("tenants", tenant, name=name)

    world.timeline.after(1, ("tenant_jobs", tenant["$key"]), rename)


def _has_cart(world: World, tenant: Row) -> bool:
    carts = (row["answers"] for row in world.table("vm_recipe_instances"))
    return any(isinstance(each, dict) and str(each.get("tenant")) == str(tenant["$key"]) for each in carts)


def provision(world: World, tenant: Row) -> None:
    """A tenant is provisioning for a step, then offline."""
    set_tenant(world, tenant, "provisioning")
    world.after(1, "tenants", tenant, lambda: set_tenant(world, tenant, "offline"))
