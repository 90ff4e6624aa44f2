"""What is not known of a tenant's use is shown as unknown, never as nothing; a window is that window and no more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._reads import tenant_billing
from plugins.module_utils._reads.tenant_history import by_day, point, spread, summary
from plugins.module_utils._reads.tenant_stats import gather
from plugins.module_utils._tables.tenant_stats import HISTORY, TENANT_LOGS, TENANT_STATS
from support import Tables

#: Midnight in UTC.
DAY = 1_790_035_200
GIB = 1024**3
#: The platform's time: noon of that day.
NOW = DAY + 43_200


def row(time: int = DAY, tenant: str = "acme", **known: Any) -> dict[str, Any]:
    figures = ("cpu_pct", "cpu_cores", "ram_used_mb", "ram_allocated_mb", "ram_pct", "ip_count")
    tiers = {f"tier{tier}_{size}_bytes": 0 for tier in range(6) for size in ("provisioned", "used", "allocated")}
    who = {"$key": 1, "tenant": tenant, "tenant_key": f"tenants/{tenant}", "is_snapshot": False}
    return {**who, "timestamp": time, **dict.fromkeys(figures), **tiers, **known}


def current(tenant: str, **changes: Any) -> dict[str, Any]:
    who = {"$key": 1, "tenant": tenant, "tenant_key": f"/v4/tenants/{tenant}", "is_snapshot": False}
    return {**who, "ram_used_mb": 4096, "measured": DAY, **changes}


UNSET = dict.fromkeys(("tenant", "since", "until", "summary_until", "log_level"))

USUAL = {**UNSET, "reduce": False, "interval": "point", "resolution": "long", "history_limit": 1000, "log_limit": 0}


def found_in(history: Sequence[dict[str, Any]], *tenants: str, **options: Any) -> Any:
    rows = {"tenant_stats": [current(name) for name in tenants], "tenant_stats_history_long": list(history)}
    return gather(Tables(now=NOW, **rows), {**USUAL, **options})


def test_an_unknown_size_is_null() -> None:
    assert point(row())["ram_allocated_gb"] is None
    assert point(row(ram_allocated_mb=4096))["ram_allocated_gb"] == 4.0
    assert point(row(tier1_used_bytes=GIB, tier1_provisioned_bytes=None))["tiers"] == [
        {"tier": 1, "provisioned_gb": None, "used_gb": 1.0, "allocated_gb": 0.0}
    ]


def test_percentiles_are_of_what_is_known() -> None:
    rows = [
        row(DAY + 7200, ram_allocated_mb=4096, tier1_used_bytes=GIB),
        row(DAY + 3600, tier1_used_bytes=None),
        row(ram_allocated_mb=8192),
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
    known = [row(DAY + 3600 * hour, cpu_pct=hour, ram_used_mb=1024 * hour) for hour in (3, 2, 2)]
    rows = [row(DAY + 86_400), row(DAY + 4 * 3600), *known]
    later, day = by_day(rows)
    assert (later["time"], later["cpu_percent"], later["ram_used_gb"]) == ("2026-09-23T00:00:00Z", None, None)
    assert (day["time"], day["timestamp"]) == ("2026-09-22T00:00:00Z", DAY)
    assert (day["cpu_percent"], day["ram_used_gb"]) == (7 / 3, 7 / 3)
    assert day["ram_allocated_gb"] is None


HISTORY_ROWS = [row(DAY + 3600 * hour, tenant, ram_allocated_mb=1024) for hour in range(48) for tenant in ("b", "a")]


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
    found = found_in(HISTORY_ROWS + HISTORY_ROWS[:50], "b", "a", **options)
    assert [(own["tenant"], own["timestamp"]) for own in found["history"]] == [
        (tenant, DAY + 3600 * hour) for tenant in "ab" for hour in reversed(history)
    ]
    assert [own["points"] for own in found["summary"]] == [len(summed)] * 2
    window = {name: options[name] for name in ("since", "until") if name in options}
    newest = [own["to"] for own in found_in(HISTORY_ROWS, "b", "a", **window)["summary"]]
    assert [own["history_time"] for own in found["current"]] == newest


def test_days_are_limited_like_points() -> None:
    found = found_in(HISTORY_ROWS, "a", "b", interval="day", history_limit=1)
    assert [(own["tenant"], own["timestamp"]) for own in found["history"]] == [("a", DAY + 86_400), ("b", DAY + 86_400)]
    assert found_in(HISTORY_ROWS, "a", interval="day", history_limit=0)["history"] == []


def test_a_snapshot_of_a_tenant_is_no_tenant() -> None:
    rows = {
        "tenant_stats": [current("a"), current("copy", is_snapshot=True)],
        "tenant_stats_history_short": [row(tenant="a"), row(tenant="copy", is_snapshot=True)],
        "tenant_logs": [log("a", DAY), log("copy", DAY, is_snapshot=True)],
    }
    found = gather(Tables(now=NOW, **rows), {**USUAL, "resolution": "short", "log_limit": 9})
    assert {entry["tenant"] for kind in found for entry in found[kind]} == {"a"}


def log(tenant: str, time: int, **changes: Any) -> dict[str, Any]:
    who = {"$key": 1, "tenant": tenant, "tenant_key": 1, "is_snapshot": False, "user": "admin"}
    return {**who, "level": "error", "text": "no", "timestamp": time * 1_000_000, **changes}


def test_logs_are_those_of_the_window_and_of_the_levels() -> None:
    logs = [log("a", DAY + hour * 3600, level=level) for hour in range(9) for level in ("error", "audit")]
    tables = Tables(now=NOW, tenant_logs=logs, tenant_stats=[current("a")])
    asked = {"since": "11h", "until": "2026-09-22T03:00:00Z", "log_limit": 9, "log_level": ["error", "critical"]}
    found = gather(tables, {**USUAL, **asked})
    assert [(entry["time"], entry["level"]) for entry in found["logs"]] == [
        ("2026-09-22T01:00:00Z", "error"),
        ("2026-09-22T02:00:00Z", "error"),
    ]
    assert (tables.asked[-1].order, tables.asked[-1].limit) == ("-timestamp", 9)


@pytest.mark.parametrize(
    ("text", "hours"),
    [("12h", range(48)), ("11h", range(1, 48)), ("3d", range(48)), ("600m", range(2, 48)), (str(NOW), range(12, 48))],
)
def test_F47_a_duration_is_so_long_ago_by_the_time_of_the_platform(text: str, hours: range) -> None:
    found = found_in(HISTORY_ROWS, "a", since=text)
    assert found["summary"][0]["points"] == len(hours)


@pytest.mark.parametrize("option", ["since", "until", "summary_until"])
@pytest.mark.parametrize(
    "text", ["20261125", "0", "999999999", "1793534400000", "-1", "inf", "nan", "1e9", "", "yesterday", "3 days", "3y"]
)
def test_F47_what_is_no_time_is_refused_with_the_forms_that_are(option: str, text: str) -> None:
    tables = Tables(now=NOW)
    with pytest.raises(VrgError, match=f"^{option} '{text}' is not a time") as caught:
        gather(tables, {**USUAL, option: text})
    assert "2026-11-01" in caught.value.hint and "3d" in caught.value.hint
    assert tables.asked == []


@pytest.mark.parametrize("option", ["until", "summary_until"])
def test_a_window_that_ends_before_it_begins_is_refused(option: str) -> None:
    with pytest.raises(VrgError, match=f"{option} '3d' is not after since '2d'"):
        gather(Tables(now=NOW), {**USUAL, "since": "2d", option: "3d"})


def test_an_unknown_tenant_is_refused_with_the_names_that_there_are() -> None:
    tenants = [{"$key": 1, "name": "acme", "uuid": "u", "is_snapshot": False}]
    with pytest.raises(VrgError, match="There is no tenant 'acne'") as caught:
        gather(Tables(now=NOW, tenants=tenants), {**USUAL, "tenant": "acne"})
    assert "'acme'" in caught.value.hint


ROWS = [
    (HISTORY["long"], {**dict.fromkeys(HISTORY["long"].entries, 1), "tenant": "a", "is_snapshot": False}),
    (TENANT_STATS, current("a")),
    (TENANT_LOGS, log("a", DAY)),
]


@pytest.mark.parametrize(("resource", "whole"), ROWS, ids=lambda value: getattr(value, "table", ""))
def test_F28_a_row_of_another_shape_is_no_row(resource: Any, whole: dict[str, Any]) -> None:
    assert resource.flaw(whole) is None
    for key in resource.entries:
        flaw = resource.flaw({name: value for name, value in whole.items() if name != key})
        assert flaw and (key == "$key" or "is missing" in flaw)
    numbers = [column for column in resource.columns if column.codec.form not in ("text", "a key", "a time")]
    assert numbers
    for column in numbers:
        for nonsense in (None, "abc", "5", [None], {}, float("nan"), float("inf"), 10**400):
            flaw = resource.flaw({**whole, column.key: nonsense})
            assert flaw == f"column '{column.read_from}' is not {column.codec.form}"


# Reduced: the same figures, whatever the parts that they were read in


def two_months(*tenants: str) -> list[dict[str, Any]]:
    """Points every four hours that are not all alike, some without a figure, one of them twice."""
    rows = [
        row(
            DAY + 14_400 * number,
            tenant,
            cpu_cores=4 + number // 100,
            ram_used_mb=None if number % 13 == 0 else 1024 + 8 * number,
            ram_allocated_mb=None if number % 17 == 0 else 4096 * (1 + number // 200),
            ip_count=number % 3,
            tier1_provisioned_bytes=GIB * (10 + number // 50),
            tier1_used_bytes=GIB * number // 100,
        )
        for tenant in tenants
        for number in range(360)
    ]
    return rows + [{**rows[5], "ram_allocated_mb": 999_999}]


def reduced(rows: list[dict[str, Any]], *tenants: str, **options: Any) -> tuple[Any, Tables]:
    stats = [current(name) for name in tenants]
    reader = Tables(now=DAY + 60 * 86_400, tenant_stats=stats, tenant_stats_history_long=list(reversed(rows)))
    given = {**USUAL, "reduce": True, "since": "2026-09-22", "summary_until": "2026-11-01", **options}
    return gather(reader, given), reader


def test_what_is_reduced_are_the_same_figures() -> None:
    rows = two_months("acme", "globex")
    found, reader = reduced(rows, "acme", "globex", "none")
    usual = found_in(
        list(reversed(rows)), "acme", "globex", "none", since="2026-09-22", summary_until="2026-11-01", interval="day"
    )
    assert len(reader.asked) == 2 and found["history"] == [] and usual["series"] == []
    for own, summed in zip(found["summary"], usual["summary"]):
        names = (
            "tenant",
            "points",
            "from",
            "to",
            "step_seconds",
            "longest_gap_seconds",
            "cpu_cores",
            "ram_allocated_gb",
        )
        assert {name: own[name] for name in names} == {name: summed[name] for name in names}
        tiers = [{name: tier[name] for name in ("tier", "provisioned_gb")} for tier in summed["tiers"]]
        assert own["tiers"] == tiers
    for own in found["series"]:
        days = [day for day in reversed(usual["history"]) if day["tenant"] == own["tenant"]]
        assert own["days"] == [day["time"][:10] for day in days]
        for name in ("ram_used_gb", "ram_allocated_gb"):
            assert own[name] == pytest.approx([day[name] for day in days], abs=0.01)
        stored = [tier["used_gb"] for tier in own["tiers"]]
        assert stored == ([pytest.approx([day["tiers"][0]["used_gb"] for day in days], abs=0.01)] if days else [])
    assert found["series"][2] == {"tenant": "none", "days": [], "ram_used_gb": [], "ram_allocated_gb": [], "tiers": []}
    assert found["summary"][2]["ram_allocated_gb"] is None and found["summary"][2]["points"] == 0


@pytest.mark.parametrize("points", [1, 7, 100])
def test_parts_make_no_difference(monkeypatch: pytest.MonkeyPatch, points: int) -> None:
    rows = two_months("acme", "globex")
    whole, _reader = reduced(rows, "acme", "globex", since="2025-01-01")
    monkeypatch.setattr(tenant_billing, "_POINTS", points * 20)
    parts, reader = reduced(rows, "acme", "globex", since="2025-01-01")
    assert parts == whole
    # Twenty months without any are passed over by the month, and no part is larger than it should be by much.
    asked = [query for query in reader.asked if query.table == "tenant_stats_history_long"]
    assert 20 < len(asked) < 25 + 60 * 24 // points
    assert max(len(reader.read(query)) for query in asked if not query.limit) <= points * 20 * 2


def test_reducing_needs_a_beginning() -> None:
    with pytest.raises(VrgError, match="reduce needs since"):
        reduced([], "acme", since=None)


def test_a_day_without_a_figure_is_in_no_series() -> None:
    rows = [row(DAY + 3600 * hour, ram_used_mb=1, ram_allocated_mb=None if hour < 24 else 2048) for hour in range(48)]
    found, _reader = reduced(rows, "acme")
    assert found["series"][0]["days"] == ["2026-09-23"] and found["series"][0]["ram_allocated_gb"] == [2.0]
