"""Snapshot profiles and their periods (docs/platform.md#3.20)."""

from __future__ import annotations

from vergesim.refusal import not_permitted
from vergesim.rules.base import Rules
from vergesim.schema import Row
from vergesim.world import World

SECONDS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}


def estimate(period: Row) -> int:
    """How many snapshots a period keeps at a time."""
    every = SECONDS.get(period["frequency"], 86_400)
    kept: int = max(period["min_snapshots"], -(-period["retention"] // every))
    return kept


class PeriodRules(Rules):
    """Rows of `snapshot_profile_periods`."""

    def created(self, world: World, row: Row) -> None:
        world.change("snapshot_profile_periods", row, estimated_snapshot_count=estimate(row))

    def updated(self, world: World, row: Row, changes: Row) -> None:
        world.change("snapshot_profile_periods", row, estimated_snapshot_count=estimate(row))


class ProfileActions(Rules):
    """`snapshot_profile_actions`: a profile is deleted, unless something uses it."""

    def created(self, world: World, row: Row) -> None:
        profile = world.get("snapshot_profiles", row["snapshot_profile"])
        users = (("cloud_snapshots", "snapshot_profile"), ("tenant_snapshots", "profile"))
        if any(world.where(table, column, profile["$key"]) for table, column in users):
            raise not_permitted("Snapshot profile is in use")
        world.drop("snapshot_profiles", profile)
