"""What the modules return of clusters and storage tiers, from rows alone."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.units import GIB
from plugins.module_utils._reads import clusters, storage
from plugins.module_utils._tables.clusters import CLUSTER
from support import Tables


def tier(number: int, **changes: Any) -> Row:
    row: Row = {"$key": 10 + number, "tier": number, "status": "online", "state": "online", "redundant": True}
    row |= {"capacity_bytes": 100 * GIB, "used_bytes": 25 * GIB, "repairs": 0, "bad_drives": 0, "cluster_key": 1}
    return {**row, **changes}


def cluster(*tiers: Row, **changes: Any) -> Row:
    row: Row = {**dict.fromkeys(CLUSTER.entries), "$key": 1, "name": "prod", "state": "online", "ram_per_unit_mb": 4096}
    row |= {"cores_per_unit": 2, "used_ram_mb": 1365, "online_ram_mb": 4096, "used_cores": 1, "online_cores": 3}
    return {**row, "tiers": list(tiers), **changes}


def asked_for(tables: Tables, name: str | None = None, include_tiers: bool = True) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = clusters.gather(tables, {"name": name, "include_tiers": include_tiers})["clusters"]
    return found


def system(*rows: Row, tiers: tuple[int, ...] = (0, 1)) -> Tables:
    return Tables(clusters=list(rows), storage_tiers=[{"$key": 90 + number, "tier": number} for number in tiers])


def test_F25_the_figures_of_a_cluster_are_rounded_shares() -> None:
    (found,) = asked_for(system(cluster()), include_tiers=False)
    assert (found["ram_used_percent"], found["core_used_percent"]) == (33.3, 33.3)
    assert (found["ram_per_unit_gb"], found["cores_per_unit"], found["used_ram_gb"]) == (4.0, 2, 1.33)
    assert "tiers" not in found and "health" not in found
    (empty,) = asked_for(system(cluster(online_ram_mb=0, online_cores=0, used_ram_mb=0)), include_tiers=False)
    assert (empty["ram_used_percent"], empty["core_used_percent"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "health"),
    [
        ({}, "healthy"),
        ({"redundant": False}, "degraded"),
        ({"status": "repairing"}, "degraded"),
        ({"bad_drives": 1}, "degraded"),
        ({"state": "warning"}, "degraded"),
        ({"status": "outofspace", "state": "warning"}, "critical"),
        ({"state": "error"}, "critical"),
        ({"state": "offline", "redundant": False}, "offline"),
        ({"redundant": None, "bad_drives": None, "state": None, "status": None}, "healthy"),
    ],
)
def test_F25_the_health_of_a_vsan_is_that_of_its_worst_tier(changes: dict[str, Any], health: str) -> None:
    (found,) = asked_for(system(cluster(tier(0), tier(1, **changes))))
    assert found["health"] == health


@pytest.mark.parametrize(
    ("state", "health"), [("online", "healthy"), ("warning", "degraded"), ("offline", "offline"), (None, None)]
)
def test_F25_a_cluster_without_tiers_has_the_health_of_its_state(state: str | None, health: str | None) -> None:
    (found,) = asked_for(system(cluster(state=state)))
    assert (found["health"], found["tiers"]) == (health, [])


def test_tiers_that_the_system_does_not_have_are_left_out() -> None:
    tables = system(
        cluster(tier(4, state="error", redundant=False), tier(1), tier(0)), cluster(name="compute", tiers=None)
    )
    compute, prod = asked_for(tables)
    assert [one["tier"] for one in prod["tiers"]] == [0, 1]
    assert (prod["health"], compute["tiers"]) == ("healthy", [])
    assert prod["tiers"][1]["used_percent"] == 25.0
    assert [query.table for query in tables.asked] == ["clusters", "storage_tiers"]


def test_a_name_wins_over_a_key_and_without_a_match_nothing_more_is_asked() -> None:
    rows = cluster(), cluster(**{"$key": 2}, name="1")
    assert [one["key"] for one in asked_for(system(*rows), "1")] == [2]
    assert [one["key"] for one in asked_for(system(*rows), "prod")] == [1]
    tables = system(*rows)
    assert asked_for(tables, "nobody") == []
    assert [query.table for query in tables.asked] == ["clusters"]


def storage_tier(number: int, used: int, inflated: int, capacity: int = 100) -> Row:
    row = {"$key": 20 + number, "tier": number, "used_bytes": used * GIB, "used_inflated_bytes": inflated * GIB}
    return {**row, "capacity_bytes": capacity * GIB, "allocated_bytes": 10 * GIB}


def tiers_of(*rows: Row, **options: Any) -> dict[str, Any]:
    return storage.gather(Tables(storage_tiers=list(rows)), {"tier": None, "key": None, **options})


@pytest.mark.parametrize(
    ("used", "inflated", "ratio", "savings"),
    [(50, 100, 2.0, 50.0), (20, 30, 1.5, 33.3), (10, 10, 1.0, 0.0), (100, 14, 1.0, 0.0), (0, 0, None, None)],
)
def test_F24_deduplication_is_the_same_data_before_and_after_it_and_never_negative(
    used: int, inflated: int, ratio: float | None, savings: float | None
) -> None:
    (found,) = tiers_of(storage_tier(1, used, inflated))["tiers"]
    assert (found["dedupe_ratio"], found["dedupe_savings_percent"]) == (ratio, savings)


def test_totals_are_those_of_what_is_returned() -> None:
    rows = storage_tier(3, 20, 20), storage_tier(1, 40, 60, capacity=300)
    found = tiers_of(*rows)
    assert [one["tier"] for one in found["tiers"]] == [1, 3]
    assert found["totals"] == {
        "capacity_gb": 400.0,
        "used_gb": 60.0,
        "allocated_gb": 20.0,
        "free_gb": 340.0,
        "used_percent": 15.0,
    }
    assert [one["key"] for one in tiers_of(*rows, tier=3)["tiers"]] == [23]
    assert [one["key"] for one in tiers_of(*rows, key=21)["tiers"]] == [21]
    assert tiers_of(*rows, tier=1, key=23) == {"tiers": [], "totals": dict.fromkeys(found["totals"], 0.0)}
