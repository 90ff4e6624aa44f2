"""The views that count what there is (docs/platform.md#3.17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vergesim.schema import Row
from vergesim.virtual import VIRTUAL, Scope
from vergesim.world import World

# A row's state, and the count of a dashboard that it adds to.
STATES = {"online": "online", "warning": "warn", "error": "error"}


def _machine_states(world: World, table: str) -> Iterable[str]:
    for row in world.table(table):
        if not row.get("is_snapshot"):
            yield world.get("machine_status", world.get("machines", row["machine"])["status"])["state"]


def _states(world: World, table: str, status: str) -> Iterable[str]:
    for row in world.table(table):
        if not row.get("is_snapshot"):
            yield world.get(status, row["status"])["state"]


def _counted(kind: str, states: Iterable[str]) -> Row:
    """Plain counts: `<kind>_count`, `_online`, `_warn`, `_error`."""
    found = list(states)
    by_state = Counter(STATES.get(each) for each in found)
    return {
        f"{kind}_count": len(found),
        **{f"{kind}_{part}": by_state[part] for part in ("online", "warn", "error")},
    }


def _system(world: World, scope: Scope) -> list[Row]:
    alarms = Counter(row["level"] for row in world.table("alarms"))
    figures = {
        **_counted("machines", _machine_states(world, "vms")),
        **_counted("tenants", _states(world, "tenants", "tenant_status")),
        **_counted("vnets", _machine_states(world, "vnets")),
        **_counted("nodes", _machine_states(world, "nodes")),
        **_counted("clusters", _states(world, "clusters", "cluster_status")),
        **_counted("cluster_tiers", _states(world, "cluster_tiers", "cluster_tier_status")),
        **_counted("repos", _states(world, "catalog_repositories", "catalog_repository_status")),
        **_counted("sites", ()),
        # A sibling of plain counts, in the platform's other form (inferred from the SDK).
        "storage_tiers_count": {"$count": len(world.table("storage_tiers"))},
        "users_count": len(world.table("users")),
        "users_online": sum(1 for row in world.table("users") if row["enabled"]),
        "groups_count": 0,
        "groups_online": 0,
        "alarms_count": len(world.table("alarms")),
        "alarms_warning": alarms["warning"],
        "alarms_error": alarms["error"] + alarms["critical"],
        "resource_instance_count": 0,
        "resource_instance_max": 0,
    }
    return [world.store.blank("dashboard", 1, figures)]


def _networks(world: World, scope: Scope) -> list[Row]:
    states: dict[str, list[str]] = {kind: [] for kind in ("vnets", "ext", "int", "ten", "vpn")}
    for vnet in world.table("vnets"):
        state = world.get("machine_status", world.get("machines", vnet["machine"])["status"])["state"]
        own = "ten" if world.where("tenants", "vnet", vnet["$key"]) else str(vnet["type"])[:3]
        for kind in ("vnets", own):
            states.get(kind, []).append(state)
    figures: Row = {"wireguards_count": 0, **_counted("nics", ())}
    for kind, found in states.items():
        figures.update(_counted(kind, found))
    for name in ("running_ext_vnets", "running_int_vnets", "running_tenant_vnets", "nics_rate", "logs"):
        figures[name] = []
    return [world.store.blank("vnet_dashboard", 1, figures)]


VIRTUAL["dashboard"] = _system
VIRTUAL["vnet_dashboard"] = _networks
