"""Columns that are computed when they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from vergesim.schema import Row
from vergesim.world import World


def _share(part: str, whole: str) -> Callable[[World, Row], int]:
    """A percentage of two columns of the row; zero of nothing."""

    def compute(world: World, row: Row) -> int:
        return round(100 * row[part] / row[whole]) if row[whole] else 0

    return compute


def tenant_ram_used(world: World, row: Row) -> int:
    """RAM in use by the tenant's running nodes, in MB: three fifths of what they hold."""
    running = [node["ram"] for node in running_nodes(world, row["tenant"])]
    used: int = sum(running) * 3 // 5
    return used


def running_nodes(world: World, tenant: Any) -> list[Row]:
    """The tenant's nodes whose machines run."""
    found = []
    for node in world.where("tenant_nodes", "tenant", tenant):
        machine = world.find("machines", node["machine"])
        if machine and world.get("machine_status", machine["status"])["running"]:
            found.append(node)
    return found


def _alarm_type(world: World, row: Row) -> Any:
    """An alarm's type: its key, or the row reference of it (docs/platform.md#3.21)."""
    kind = row["alarm_type"]
    prefixed = kind is not None and world.switches["alarm_type_ref"] == "table_key"
    return f"alarm_types/{kind}" if prefixed else kind


DERIVED: dict[tuple[str, str], Callable[[World, Row], Any]] = {
    ("storage_tiers", "used_pct"): _share("used", "capacity"),
    ("cluster_tier_status", "used_pct"): _share("used", "capacity"),
    ("tenant_storage", "used_pct"): _share("used", "provisioned"),
    ("files", "used_pct"): _share("used_bytes", "filesize"),
    ("tenant_stats", "ram_used"): tenant_ram_used,
    # A key as text, alone among references (docs/platform.md#3.20).
    ("users", "identity"): lambda world, row: None if row["identity"] is None else str(row["identity"]),
    ("alarms", "alarm_type"): _alarm_type,
    ("tenant_recipes", "count"): lambda world, row: len(
        world.where("tenant_recipe_instances", "recipe", row["$key"])
    ),
    # Live figures refresh every five seconds (docs/platform.md#3.15).
    ("tenant_stats", "last_update"): lambda world, row: world.now // 5 * 5,
}
