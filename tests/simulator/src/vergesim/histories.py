"""Histories of tenants and tiers, computed when they are read (docs/platform.md#3.15, 8.2)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from vergesim.derived import runs
from vergesim.past import Life
from vergesim.schema import Key, Row
from vergesim.virtual import VIRTUAL, Scope
from vergesim.world import World

SHORT, LONG = 300, 3600
LENGTHS = {"full": {SHORT: 288, LONG: 1080}, "few": {SHORT: 12, LONG: 24}}
YEAR = 8760
_MASK = (1 << 64) - 1

Maker = Callable[[int], Row | None]


def noise(*parts: int) -> float:
    """A number from 0 to 1 that looks random and is the same for the same parts (splitmix64)."""
    state = 0
    for part in parts:
        state = (state + part * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & _MASK
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & _MASK
        state ^= state >> 31
    return state / _MASK


def _times(world: World, scope: Scope, interval: int) -> list[int]:
    """The points of a history within a scope, in the order that is asked for."""
    last = world.now // interval * interval
    rule = world.switches["history_rows"]
    long = rule == "full" and interval == LONG and world.switches["history_retention"] == "1y"
    first = last - ((YEAR if long else LENGTHS[rule][interval]) - 1) * interval
    low = max(first, -(-scope.low // interval) * interval)
    high = min(last, scope.high // interval * interval)
    points = range(low, high + 1, interval)
    return list(reversed(points)) if scope.newest_first else list(points)


def _rows(
    world: World, scope: Scope, interval: int, parents: Iterable[Row], make: Callable[[World, Row], Maker]
) -> Iterator[Row]:
    points = _times(world, scope, interval)
    if not points:
        return
    makers = [make(world, parent) for parent in parents]
    for point in points:
        for maker in makers:
            row = maker(point)
            if row is not None:
                yield row


def _row_key(parent: Key, time: int) -> int:
    """A key of its own for every point of every parent."""
    return (time // SHORT) * 100_000 + int(parent)


def _parents(world: World, table: str, scope: Scope) -> Iterable[Row]:
    if scope.parent is None:
        return list(world.table(table))
    row = world.find(table, scope.parent)
    return [] if row is None else [row]


def _rows_at(world: World, lives: list[Life], table: str, key: Key, time: int) -> list[Row]:
    """The rows of a tenant in a table as they were at a time."""
    changed = [life for life in lives if life.table == table]
    kept = [row for row in world.where(table, "tenant", key) if all(life.row is not row for life in changed)]
    return kept + [row for life in changed if (row := life.at(time)) is not None]


def _tenant_maker(world: World, tenant: Row) -> Maker:
    """What a tenant used at a time: what it was given then, moved by noise, from its first start on."""
    lives = world.past.of(tenant["$key"]) if world.past else []
    makers: dict[int, Maker] = {}
    moments = sorted({moment for life in lives for moment in life.until})

    def make(time: int) -> Row | None:
        part = bisect_right(moments, time)
        if part not in makers:
            makers[part] = _steady_maker(world, tenant, lives, time)
        return makers[part](time)

    return make if moments else _steady_maker(world, tenant, [], world.now)


def _steady_maker(world: World, tenant: Row, lives: list[Life], moment: int) -> Maker:
    """The same for a time in which nothing changed; ``moment`` lies in it."""
    key = tenant["$key"]
    status = world.get("tenant_status", tenant["status"])
    nodes = _rows_at(world, lives, "tenant_nodes", key, moment)
    power = next((life.at(moment) for life in lives if life.table == "tenant_status"), None)
    ram, cores = sum(node["ram"] for node in nodes), sum(node["cpu_cores"] for node in nodes)
    addresses = len(world.where("vnet_addresses", "owner", f"tenants/{key}"))
    storage = []
    for row in _rows_at(world, lives, "tenant_storage", key, moment):
        tier = f"tier{world.get('storage_tiers', row['tier'])['tier']}_"
        names = [f"{tier}{name}" for name in ("provisioned", "used", "allocated", "pct")]
        storage.append((row["provisioned"], row["used"], *names))
    seed = int(tenant["uuid"].replace("-", "")[:15], 16)
    blank = world.store.blank("tenant_stats_history_short", 0, {"tenant": key})
    now = world.now

    def make(time: int) -> Row | None:
        if time < tenant["created"]:
            return None
        up = (
            bool(power["running"])
            if power and power is not status
            else (
                bool(status["started"])
                and status["started"] <= time
                and (status["running"] or time < status["stopped"])
            )
        )
        level = noise(seed, time)
        row = {**blank, "$key": _row_key(key, time), "timestamp": time, "ip_count": addresses}
        for provisioned, used, promised, held, allocated, percent in storage:
            # What is used grew to its present size: a little less for every hour back.
            then = max(0, used - used * max(0, now - time) // (LONG * 10_000))
            row[promised] = provisioned
            row[held] = row[allocated] = then
            row[percent] = round(100 * then / provisioned) if provisioned else 0
        if up:
            row["core_count"], row["ram_allocated"] = cores, ram
            row["total_cpu"] = round(5 + 60 * level)
            row["ram_used"] = round(ram * (0.4 + 0.4 * level))
            row["ram_pct"] = round(100 * (0.4 + 0.4 * level)) if ram else 0
        return row

    return make


def _tier_maker(world: World, tier: Row, interval: int) -> Maker:
    stats = world.get("cluster_tier_stats", tier["stats"])
    status = world.get("cluster_tier_status", tier["status"])
    counters = ("reads", "writes", "read_bytes", "write_bytes")

    def make(time: int) -> Row | None:
        level = 0.5 + noise(tier["$key"], time)
        row: Row = {"$key": _row_key(tier["$key"], time), "tier": tier["$key"], "timestamp": time}
        row.update({name: stats[name] for name in counters}, capacity=status["capacity"], used=status["used"])
        for name in ("rops", "wops", "rbps", "wbps"):
            value = round(stats[name] * level)
            if interval == SHORT:
                row[name] = value
            else:
                row[f"{name}_peak"], row[f"{name}_avg"] = value * 2, value
        return row

    return make


def _tenant_history(interval: int) -> Callable[[World, Scope], Iterable[Row]]:
    def provide(world: World, scope: Scope) -> Iterable[Row]:
        tenants = [row for row in _parents(world, "tenants", scope) if not row["is_snapshot"]]
        return _rows(world, scope, interval, tenants, _tenant_maker)

    return provide


def _tier_history(interval: int) -> Callable[[World, Scope], Iterable[Row]]:
    def provide(world: World, scope: Scope) -> Iterable[Row]:
        def make(world: World, tier: Row) -> Maker:
            return _tier_maker(world, tier, interval)

        return _rows(world, scope, interval, _parents(world, "cluster_tiers", scope), make)

    return provide


VIRTUAL.update(
    tenant_stats_history_short=_tenant_history(SHORT),
    tenant_stats_history_long=_tenant_history(LONG),
    cluster_tier_stats_history_short=_tier_history(SHORT),
    cluster_tier_stats_history_long=_tier_history(LONG),
)


def _dashboard(world: World, scope: Scope) -> Iterable[Row]:
    """`tenant_dashboard`, with plain integers (docs/platform.md#3.17)."""
    tenants = [row for row in world.table("tenants") if not row["is_snapshot"]]
    states = [world.get("tenant_status", row["status"])["state"] for row in tenants]
    nodes = list(world.table("tenant_nodes"))
    running = [node for node in nodes if runs(world, node)]
    lost = sum(1 for node in nodes if node["machine"] in world.lost_machines)
    top = sorted(running, key=lambda node: -int(node["cpu_cores"]))[:10]
    figures: dict[str, Any] = {
        "tenants_count": len(tenants),
        "tenants_online": states.count("online"),
        "tenants_warn": states.count("warning"),
        "tenants_error": states.count("error"),
        "storage_count": len(world.table("tenant_storage")),
        "snapshots_count": len(world.table("tenant_snapshots")),
        "cloud_snapshots_count": len(world.table("cloud_snapshots")),
        "nodes_count": len(nodes),
        "nodes_online": len(running),
        "nodes_warn": 0,
        "nodes_error": lost,
        "running_tenants_cores": [{"$key": node["tenant"], "cores": node["cpu_cores"]} for node in top],
        "tenant_storage": [
            {name: row[name] for name in ("$key", "tenant", "provisioned", "used")}
            for row in sorted(world.table("tenant_storage"), key=lambda row: -int(row["used"]))[:10]
        ],
        "running_nodes_cpu": [{"$key": node["$key"], "name": node["name"]} for node in top],
        "running_nodes_ram": [
            {"$key": node["$key"], "name": node["name"], "ram": node["ram"]} for node in top
        ],
        "running_nodes_nic": [],
        "logs": list(world.table("tenant_logs"))[-10:],
        "tenant_snapshots": list(world.table("tenant_snapshots"))[-10:],
    }
    return [world.store.blank("tenant_dashboard", 1, figures)]


VIRTUAL["tenant_dashboard"] = _dashboard
