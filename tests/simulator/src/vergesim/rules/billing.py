"""Billing: a report of the system's figures over a time (docs/platform.md#3.20)."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from vergesim.rules.base import Rules
from vergesim.schema import Row
from vergesim.world import World

SUMMED = (
    "used_cores",
    "total_cores",
    "online_cores",
    "total_nodes",
    "online_nodes",
    "running_machines",
    "used_ram",
    "total_ram",
    "online_ram",
    "phys_ram_used",
    "phys_vram_used",
)


def beginning(world: World, moment: int) -> int:
    """When the period in which a moment lies began."""
    day = datetime.fromtimestamp(moment, timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((day.replace(day=1) if world.switches["billing_period"] == "month" else day).timestamp())


def before(world: World, start: int) -> int:
    """When the period before the one that begins at `start` began."""
    return beginning(world, start - int(timedelta(hours=1).total_seconds()))


def report(world: World, start: int, end: int, description: str = "") -> Row:
    """One row of `billing`, with the figures of now."""
    clusters = list(world.table("cluster_status"))
    figures: Row = {name: sum(each[name] for each in clusters) for name in SUMMED}
    for tier in world.table("storage_tiers"):
        figures[f"tier_{tier['tier']}_used"] = tier["used"]
        figures[f"tier_{tier['tier']}_total"] = tier["capacity"]
    points = max(0, end - start) // 300
    times = {"created": end, "from": start, "to": end, "description": description}
    return world.insert(
        "billing", {**figures, **times, "workload_datapoints": points, "storage_datapoints": points}
    )


class BillingActions(Rules):
    """`billing_actions`: a report from the end of the last one until now."""

    def created(self, world: World, row: Row) -> None:
        last = max((each["to"] for each in world.table("billing")), default=beginning(world, world.now))
        report(world, last, world.now)
