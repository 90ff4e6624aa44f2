"""The read-only page at `/sim/` and the figures that it shows."""

from __future__ import annotations

from datetime import datetime, timezone
from importlib import resources
from itertools import islice
from typing import Any
from urllib.parse import unquote_plus

from vergesim.rules.placement import free_ram, guests
from vergesim.schema import Row
from vergesim.schema.columns import GB
from vergesim.simulator import Simulator
from vergesim.world import World

TENANTS, REQUESTS = 200, 50


def page() -> str:
    """The page; all that it loads is the overview."""
    return resources.files("vergesim.http").joinpath("page.html").read_text(encoding="utf-8")


def overview(simulator: Simulator) -> dict[str, Any]:
    """What the page shows: the first tenants, all nodes and tiers, the newest requests."""
    world = simulator.world
    tenants = [row for row in world.table("tenants") if not row["is_snapshot"]]
    log = simulator.log
    return {
        "fixture": simulator.fixture,
        "cloud_name": world.get("system", 1)["cloud_name"],
        "now": world.timeline.clock.now(),
        "tenants_count": len(tenants),
        "tenants": [_tenant(world, row) for row in tenants[:TENANTS]],
        "nodes": [_node(world, row) for row in world.table("nodes")],
        "tiers": [_tier(row) for row in world.table("storage_tiers")],
        "requests_count": sum(log.counts.values()),
        "requests": [_request(entry) for entry in islice(reversed(log.entries), REQUESTS)],
    }


def _tenant(world: World, row: Row) -> Row:
    nodes = world.where("tenant_nodes", "tenant", row["$key"])
    storage = world.where("tenant_storage", "tenant", row["$key"])
    address = world.find("vnet_addresses", row["ui_address"])
    return {
        "key": row["$key"],
        "name": row["name"],
        "status": world.get("tenant_status", row["status"])["status"],
        "address": address["ip"] if address else None,
        "nodes": len(nodes),
        "cores": sum(node["cpu_cores"] for node in nodes),
        "ram_gb": round(sum(node["ram"] for node in nodes) / 1024, 1),
        "storage_gb": sum(each["provisioned"] for each in storage) // GB,
    }


def _node(world: World, row: Row) -> Row:
    status = world.get("machine_status", world.get("machines", row["machine"])["status"])
    return {
        "key": row["$key"],
        "name": row["name"],
        "cluster": world.get("clusters", row["cluster"])["name"],
        "status": status["status"],
        "machines": len(guests(world, row)),
        "ram_gb": round(row["vm_ram"] / 1024, 1),
        "ram_used_gb": round((row["vm_ram"] - free_ram(world, row)) / 1024, 1),
    }


def _tier(row: Row) -> Row:
    return {
        "tier": row["tier"],
        "capacity_gb": row["capacity"] // GB,
        "used_gb": row["used"] // GB,
        "used_pct": round(100 * row["used"] / row["capacity"]) if row["capacity"] else 0,
    }


def _request(entry: dict[str, Any]) -> dict[str, Any]:
    moment = datetime.fromtimestamp(entry["time"], timezone.utc)
    return {**entry, "time": moment.strftime("%H:%M:%S"), "query": unquote_plus(entry["query"])}
