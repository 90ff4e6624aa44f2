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
    """RAM in use by the tenant's running nodes, in MB: three fifths of what they hold, once they were seen
    at a refresh (docs/platform.md#3.15, measured)."""
    seen = [
        node["ram"] for node in running_nodes(world, row["tenant"]) if _started(world, node) < _refresh(world)
    ]
    used: int = sum(seen) * 3 // 5
    return used


def _refresh(world: World) -> int:
    """When live figures were last taken: they are every five seconds (docs/platform.md#3.15)."""
    return world.now // 5 * 5


def _started(world: World, row: Row) -> int:
    started: int = world.get("machine_status", world.get("machines", row["machine"])["status"])["started"]
    return started


def running_nodes(world: World, tenant: Any) -> list[Row]:
    """The tenant's nodes whose machines run."""
    return [node for node in world.where("tenant_nodes", "tenant", tenant) if runs(world, node)]


def runs(world: World, row: Row) -> bool:
    """Whether the machine of a row runs."""
    machine = world.find("machines", row["machine"])
    return machine is not None and bool(world.get("machine_status", machine["status"])["running"])


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
    # Where a network does not run, rules are staged and nothing is pending (docs/platform.md#3.10, measured).
    ("vnets", "need_fw_apply"): lambda world, row: row["need_fw_apply"] and runs(world, row),
    ("vnets", "powerstate"): runs,
    ("tenant_nodes", "powerstate"): runs,
    ("tenant_stats", "ram_used"): tenant_ram_used,
    # A key as text, alone among references (docs/platform.md#3.20).
    ("users", "identity"): lambda world, row: None if row["identity"] is None else str(row["identity"]),
    ("alarms", "alarm_type"): _alarm_type,
    ("tenant_recipes", "count"): lambda world, row: len(
        world.where("tenant_recipe_instances", "recipe", row["$key"])
    ),
    ("tenant_stats", "last_update"): lambda world, row: _refresh(world),
}
