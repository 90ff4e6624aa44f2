"""What is not known of a tenant's use is told as unknown, never as nothing; a window is that window and no more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils._resources.tenant_history import by_day, point, spread, summary
from plugins.module_utils._resources.tenant_stats import gather

#: Midnight in UTC.
DAY = 1_790_035_200
GIB = 1024**3


def row(time: int = DAY, tenant: str = "acme", **known: Any) -> dict[str, Any]:
    columns = ("total_cpu", "core_count", "ram_used", "ram_allocated", "ram_pct", "ip_count")
    tiers = {f"tier{tier}_{size}": 0 for tier in range(6) for size in ("provisioned", "used", "allocated")}
    who = {"tenant": tenant, "tenant_key": f"tenants/{tenant}"}
    return {**who, "timestamp": time, **dict.fromkeys(columns), **tiers, **known}


class Platform:
    """As much of it as the statistics ask: the tenants, and their history within a window."""

    def __init__(self, tenants: Sequence[str], history: Sequence[dict[str, Any]]) -> None:
        self.tenants, self.history = tenants, history

    def read(self, query: Any) -> list[dict[str, Any]]:
        if query.table == "tenant_stats":
            whose = ({"tenant": name, "tenant_key": f"/v4/tenants/{name}"} for name in self.tenants)
            return [{**own, "ram_used": 4096, "last_update": DAY} for own in whose]
        found = list(self.history)
        for how, time in re.findall(r"timestamp (ge|lt) (\d+)", query.filter):
            found = [row for row in found if (row["timestamp"] >= int(time)) == (how == "ge")]
        return found


def told(history: Sequence[dict[str, Any]], *tenants: str, **options: Any) -> Any:
    unset = dict.fromkeys(("tenant", "since", "until", "summary_until", "log_level"))
    usual = {"interval": "point", "resolution": "long", "history_limit": 1000, "log_limit": 0}
    platform: Any = Platform(tenants, history)
    return gather(platform, {**unset, **usual, **options})


def test_an_unknown_size_is_null() -> None:
    assert point(row())["ram_allocated_gb"] is None
    assert point(row(ram_allocated=4096))["ram_allocated_gb"] == 4.0
    assert point(row(tier1_used=GIB, tier1_provisioned=None))["tiers"] == [
        {"tier": 1, "provisioned_gb": None, "used_gb": 1.0, "allocated_gb": 0.0}
    ]


def test_percentiles_are_of_what_is_known() -> None:
    rows = [
        row(DAY + 7200, ram_allocated=4096, tier1_used=GIB),
        row(DAY + 3600, tier1_used=None),
        row(ram_allocated=8192),
    ]
    found = summary("acme", rows)
    assert found["points"] == 3
    assert found["ram_allocated_gb"] == {"p50": 4.0, "p95": 8.0, "max": 8.0, "points": 2}
    assert found["cpu_percent"] is None
    # One point knows nothing of the tier, and one that there was nothing.
    assert found["tiers"][0]["used_gb"] == {"p50": 0.0, "p95": 1.0, "max": 1.0, "points": 2}


@given(st.lists(st.integers(0, 1000), min_size=1))
def test_a_percentile_was_measured_and_at_least_95_of_100_are_not_above_it(values: list[int]) -> None:
    found = (spread(values, float) or {})["p95"]
    assert found in values
    assert sum(value <= found for value in values) >= 0.95 * len(values)
    assert sum(value < found for value in values) < 0.95 * len(values)


def test_a_summary_says_how_well_it_covers_its_time() -> None:
    hours = [0, 1, 2, 9, 10]
    found = summary("acme", [row(DAY + 3600 * hour) for hour in reversed(hours)])
    assert (found["step_seconds"], found["longest_gap_seconds"]) == (3600, 7 * 3600)
    assert summary("acme", [row()])["step_seconds"] is None
    assert summary("acme", [])["longest_gap_seconds"] is None


def test_a_day_is_the_average_of_what_is_known() -> None:
    known = [row(DAY + 3600 * hour, total_cpu=hour, ram_used=1024 * hour) for hour in (3, 2, 2)]
    rows = [row(DAY + 86_400), row(DAY + 4 * 3600), *known]
    later, day = by_day(rows)
    assert (later["time"], later["cpu_percent"], later["ram_used_gb"]) == ("2026-09-23T00:00:00Z", None, None)
    assert (day["time"], day["timestamp"]) == ("2026-09-22T00:00:00Z", DAY)
    assert (day["cpu_percent"], day["ram_used_gb"]) == (7 / 3, 7 / 3)
    assert day["ram_allocated_gb"] is None


HISTORY = [row(DAY + 3600 * hour, tenant, ram_allocated=1024) for hour in range(48) for tenant in ("b", "a")]


@pytest.mark.parametrize(
    ("options", "history", "summed"),
    [
        ({}, range(48), range(48)),
        ({"since": str(DAY + 3600)}, range(1, 48), range(1, 48)),
        ({"until": "2026-09-22T02:00:00Z"}, range(2), range(2)),
        ({"since": "2026-09-22", "summary_until": "2026-09-22T02:00:00+00:00"}, range(48), range(2)),
        ({"until": "2026-09-22T05:00:00Z", "summary_until": "2026-09-22T09:00:00Z"}, range(5), range(5)),
        ({"history_limit": 3}, range(45, 48), range(48)),
        ({"since": "2100-01-01"}, range(0), range(0)),
    ],
)
def test_windows(options: dict[str, Any], history: range, summed: range) -> None:
    # A point that comes twice counts once, in whatever order they come.
    found = told(HISTORY + HISTORY[:50], "b", "a", **options)
    assert [(own["tenant"], own["timestamp"]) for own in found["history"]] == [
        (tenant, DAY + 3600 * hour) for tenant in "ab" for hour in reversed(history)
    ]
    assert [own["points"] for own in found["summary"]] == [len(summed)] * 2
    assert [own["history_time"] for own in found["current"]] == [own["to"] for own in told(HISTORY, "b", "a", **{
        name: value for name, value in options.items() if name in ("since", "until")
    })["summary"]]  # fmt: skip


def test_days_are_limited_like_points() -> None:
    found = told(HISTORY, "a", "b", interval="day", history_limit=1)
    assert [(own["tenant"], own["timestamp"]) for own in found["history"]] == [("a", DAY + 86_400), ("b", DAY + 86_400)]
    assert told(HISTORY, "a", interval="day", history_limit=0)["history"] == []
