"""The clusters' tiers while a node is down and when it is back (docs/platform.md#4.3)."""

from __future__ import annotations

from typing import Any

from vergesim.rules.placement import is_running
from vergesim.schema import Key, Row
from vergesim.world import World

REPAIRS = 42


def tiers_degrade(world: World, cluster: Key) -> None:
    """A node of the cluster is down: its tiers are not redundant."""
    for tier in world.where("cluster_tiers", "cluster", cluster):
        _set_tier(world, tier, "noredundant", "warning", redundant=False, repairs=0)
        world.change("cluster_tiers", tier, nodes_online=max(0, tier["nodes_online"] - 1))


def tiers_recover(world: World, cluster: Key) -> None:
    """All nodes are back: the tiers repair for a step."""
    if not all(is_running(world, node) for node in world.where("nodes", "cluster", cluster)):
        return
    for tier in world.where("cluster_tiers", "cluster", cluster):
        if world.get("cluster_tier_status", tier["status"])["redundant"]:
            continue
        _set_tier(world, tier, "repairing", "warning", redundant=False, repairs=REPAIRS)
        world.change("cluster_tiers", tier, nodes_online=len(world.where("nodes", "cluster", cluster)))
        world.after(1, "cluster_tiers", tier, lambda tier=tier: _repaired(world, tier))  # type: ignore[misc]


def _repaired(world: World, tier: Row) -> None:
    nodes = world.where("nodes", "cluster", tier["cluster"])
    if all(is_running(world, node) for node in nodes):
        _set_tier(world, tier, "online", "online", redundant=True, repairs=0)


def _set_tier(world: World, tier: Row, status: str, state: str, **changes: Any) -> None:
    row = world.get("cluster_tier_status", tier["status"])
    world.change("cluster_tier_status", row, status=status, state=state, state_timestamp=world.now, **changes)
