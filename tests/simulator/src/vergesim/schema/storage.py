"""Tables of the vSAN: storage tiers and the clusters' tiers (docs/platform.md#3.2, 3.4, 8.2)."""

from __future__ import annotations

from vergesim.schema.columns import (
    Column,
    Table,
    choice,
    epoch,
    flags,
    integer,
    integers,
    number,
    ref,
    table,
    text,
)
from vergesim.schema.compute import STATES

COUNTERS = "reads writes read_bytes write_bytes"
RATES = "rops wops rbps wbps"


def _history(name: str, measures: str) -> Table:
    """History rows of a cluster tier; computed on read (docs/platform.md#8.2)."""
    return table(
        name,
        ref("tier", "cluster_tiers", "ro"),
        epoch("timestamp"),
        integers(f"{COUNTERS} {measures} capacity used"),
        parent="tier",
        display="timestamp",
    )


def _stats(name: str, target: str) -> Table:
    columns: list[Column] = [
        ref("tier", target, "ro"),
        epoch("last_update"),
        *integers(f"{COUNTERS} {RATES}"),
    ]
    return table(name, *columns, parent="tier", display="$key")


TABLES: tuple[Table, ...] = (
    table(
        "storage_tiers",
        integer("tier", access="ro"),
        text("description", access="ro"),
        integers("capacity used allocated used_inflated used_pct"),
        integer("dedupe_ratio", 100, access="ro"),
        epoch("modified"),
        ref("stats", "storage_tier_stats", "ro"),
        all_key=False,
        display="tier",
        indexes=("tier",),
    ),
    _stats("storage_tier_stats", "storage_tiers"),
    table(
        "cluster_tiers",
        ref("cluster", "clusters", "ro"),
        integer("tier", access="ro"),
        text("description"),
        number("cost_per_gb", access="rw"),
        number("price_per_gb", access="rw"),
        ref("status", "cluster_tier_status", "ro"),
        ref("stats", "cluster_tier_stats", "ro"),
        integers("nodes_online drives_online"),
        text("dashboard", access="ro", default=None),
        parent="cluster",
        display="tier",
        methods="PUT",
    ),
    table(
        "cluster_tier_status",
        ref("tier", "cluster_tiers", "ro"),
        choice(
            "status", "offline online repairing initializing verifying noredundant outofspace", access="ro"
        ),
        choice("state", STATES, access="ro"),
        integers("capacity used used_pct"),
        flags("redundant encrypted working fullwalk"),
        integers(
            "last_walk_time_ms last_fullwalk_time_ms transaction repairs bad_drives progress index_unique "
            "cur_space_throttle_ms"
        ),
        epoch("state_timestamp"),
        epoch("transaction_start_stamp"),
        parent="tier",
        display="status",
        short=("$key",),
    ),
    _stats("cluster_tier_stats", "cluster_tiers"),
    _history("cluster_tier_stats_history_short", RATES),
    _history(
        "cluster_tier_stats_history_long",
        " ".join(f"{measure}_{kind}" for measure in RATES.split() for kind in ("peak", "avg")),
    ),
)
