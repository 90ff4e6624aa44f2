from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from test_tenant_stats import GIB, found_in, row

from plugins.filter.estate_report import estate_report
from plugins.filter.estate_system import estate_system
from plugins.plugin_utils._report import page as page_of_all
from plugins.plugin_utils._report.billing import billing_period, epoch, label
from plugins.plugin_utils._report.csv import capacity_csv, lines_csv, tenants_csv
from plugins.plugin_utils._report.estate import NOT_READ, estate, line, newer
from plugins.plugin_utils._report.figures import system_figures, unreadable_system
from plugins.plugin_utils._report.files import files
from plugins.plugin_utils._report.page import page as view_of
from plugins.plugin_utils._report.prices import months, price_lists
from plugins.plugin_utils._report.shapes import gauge, points
from plugins.plugin_utils._report.trends import forecast, trend
from plugins.plugin_utils._report.words import last_day, money, size

NOW = "2026-11-24T08:00:00Z"
PERIOD = {"begin": "2026-10-01T00:00:00Z", "end": "2026-11-01T00:00:00Z"}
AWKWARD = "<b>&\"' {{ 7 * 7 }} =Zoë"


def point(tenant: str, time: str, ram: float = 8.0, tiers: tuple[tuple[int, float], ...] = ((1, 100.0),)) -> Any:
    """A point of the history as the platform has it."""
    stores = {f"tier{tier}_{size}_bytes": int(gib * GIB) for tier, given in tiers
              for size, gib in (("provisioned", given), ("used", given / 2))}  # fmt: skip
    return row(epoch(time), tenant, ram_allocated_mb=int(1024 * ram), ram_used_mb=int(512 * ram), **stores)


def tenant(name: str, **differs: Any) -> Any:
    node = {"tenant": name, "name": "node1", "cluster": "prod", "cpu_cores": 4, "ram_gb": 8.0}
    row = {
        **{"name": name, "uuid": f"uuid of {name}", "status": "online", "state": "online", "running": True},
        **{"isolated": False, "created": "2026-01-01T00:00:00Z", "nodes": [node]},
        "storage": [{"tier": 1, "provisioned_gb": 100, "used_gb": 50.0}],
    }
    return {**row, **differs}


def reads(*tenants: Any, history: Any = None, measured: Any = None, **differs: Any) -> Any:
    """What the modules tell; statistics are those of the tenants that are ``measured``, usually all."""
    names = list(dict.fromkeys(row["name"] for row in tenants))
    times = [f"2026-{month}-{day:02}T00:00:00Z" for month, days in ((10, 31), (11, 24)) for day in range(1, days + 1)]
    cluster = {
        **{"name": "prod", "status": "online", "state": "online", "total_nodes": 2, "online_nodes": 2},
        **{"online_ram_gb": 128.0, "used_ram_gb": 32.0, "online_cores": 64, "used_cores": 8},
        "tiers": [{"tier": 1, "redundant": True}],
    }
    node = {"name": "node1", "cluster": "prod", "running": True, "maintenance": False, "vm_ram_gb": 64.0}
    if history is None:
        history = [point(name, time) for name in names for time in reversed(times)]
    window = {"since": PERIOD["begin"], "summary_until": PERIOD["end"], "until": "2026-12-01"}
    return {
        "clusters": {"clusters": [cluster]},
        "nodes": {"nodes": [node, {**node, "name": "node2"}]},
        "tiers": {"tiers": [{"tier": 1, "capacity_gb": 1000.0, "used_gb": 400.0}]},
        "tenants": {"tenants": list(tenants)},
        "statistics": found_in(history, *(names if measured is None else measured), reduce=True, **window),
        "health": {"verdict": "green", "problems": [], "checks": {"tenant": "ok"}},
        **differs,
    }


def alone(read: Any, prices: Any = None, now: str = NOW, earlier: Any = (), period: Any = None) -> Any:
    """The report of one system, and nothing that JSON would not keep."""
    period = period or PERIOD
    report = estate({"a": system_figures("a", read, period)}, period, now, price_lists(prices), earlier)
    assert json.loads(json.dumps(report)) == report
    return report


def system(*tenants: Any, **differs: Any) -> Any:
    return alone(reads(*tenants, **differs))["systems"][0]


def page(report: Any) -> Any:
    view = view_of(report, {})
    return {**view, "tenants": list(view["tenants"])}


def test_a_tenant_of_the_page_has_its_figures_and_sorts_by_them() -> None:
    (shown,) = page(alone(reads(tenant("a"))))["tenants"]
    half = {"text": "50 %", "within": 50.0, "beyond": 0.0, "level": "used"}
    assert shown["ram"] == {"used": "4 GiB", "given": "8 GiB", **half}
    assert shown["storage"] == {"used": "50 GiB", "given": "100 GiB", **half}
    assert (shown["nodes"], shown["cores"]) == ("1 node", "4 cores")
    assert shown["sort"] == {"ram": 8.0, "storage": 100, "filled": 50.0, "amount": 0.0}
    (bare,) = page(alone(reads(tenant("a", nodes=[], storage=[]))))["tenants"]
    assert bare["sort"] == {"ram": 0, "storage": 0, "filled": 0, "amount": 0.0}


# The period


@pytest.mark.parametrize(
    ("given_period", "now", "begin", "end"),
    [
        ({}, NOW, "2026-10-01", "2026-11-01"),
        ({}, "2026-01-01T00:00:00Z", "2025-12-01", "2026-01-01"),
        ({"begin": "2026-10-15", "end": "2026-11-15"}, NOW, "2026-10-15", "2026-11-15"),
        ({"begin": "2026-10-15T02:00:00+02:00", "end": "2026-11-15"}, NOW, "2026-10-15", "2026-11-15"),
    ],
)
def test_periods(given_period: dict[str, str], now: str, begin: str, end: str) -> None:
    assert billing_period(given_period, now) == {"begin": f"{begin}T00:00:00Z", "end": f"{end}T00:00:00Z"}


@pytest.mark.parametrize(
    ("given_period", "says"),
    [
        ({"begin": "2026-10-01"}, "both begin and end, or neither"),
        ("2026-10", "is a dictionary with begin and end, not '2026-10'"),
        ({"begin": "October", "end": "2026-11-01"}, "begin 'October' of the billing period is no date"),
        ({"begin": "2026-11-01", "end": "2026-11-01"}, "which is not before its end"),
    ],
)
def test_periods_that_are_none(given_period: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        billing_period(given_period, NOW)


# What is billed


def test_only_what_lies_in_the_period_is_billed_and_a_time_counts_once() -> None:
    hours = [point("acme", f"2026-10-31T{hour:02}:00:00Z", 8.0) for hour in range(20)]
    outside = [point("acme", time, 999.0) for time in ("2026-09-30T23:59:59Z", "2026-11-01T00:00:00Z")]
    again = [point("acme", "2026-10-31T00:00:00Z", 999.0)] * 5
    billed = system(tenant("acme"), history=hours + outside + again)["tenants"][0]["p95"]
    assert (billed["points"], billed["ram_allocated_gb"]) == (20, 8.0)
    assert (billed["from"], billed["to"]) == ("2026-10-31T00:00:00Z", "2026-10-31T19:00:00Z")


def test_a_peak_of_a_twentieth_of_the_time_is_free() -> None:
    hours = [point("acme", f"2026-10-02T{hour:02}:00:00Z", 64.0 if hour < 1 else 8.0) for hour in range(20)]
    assert system(tenant("acme"), history=hours)["tenants"][0]["p95"]["ram_allocated_gb"] == 8.0
    hours[1] = point("acme", "2026-10-02T01:00:00Z", 64.0)
    assert system(tenant("acme"), history=hours)["tenants"][0]["p95"]["ram_allocated_gb"] == 64.0


def test_a_tier_that_a_point_does_not_name_had_nothing() -> None:
    hours = [point("acme", f"2026-10-02T{hour:02}:00:00Z", tiers=((1, 10.0), (3, 50.0))) for hour in range(2)]
    hours += [point("acme", f"2026-10-03T{hour % 24:02}:{hour // 24:02}:00Z", tiers=((1, 10.0),)) for hour in range(48)]
    assert system(tenant("acme"), history=hours)["tenants"][0]["p95"]["tiers"] == [
        {"tier": 1, "provisioned_gb": 10.0},
        {"tier": 3, "provisioned_gb": 0.0},
    ]


OCTOBER = range(1, 32)


@pytest.mark.parametrize(
    ("created", "days", "missing", "says"),
    [
        ("2026-01-01", OCTOBER, [], ""),
        ("2026-01-01", range(10, 32), ["begin"],
         "The billing period begins on 2026-10-01 00:00 UTC, but for 1 of 1 tenants there is no history before"
         " 2026-10-10 00:00 UTC."),
        # It was not there before.
        ("2026-10-10", range(10, 32), [], ""),
        ("2026-10-05", range(10, 32), ["begin"], "no history before 2026-10-10 00:00 UTC."),
        # The period has not ended, or the history has.
        ("2026-01-01", range(1, 25), ["end"],
         "The billing period lasts until 2026-11-01 00:00 UTC, but for 1 of 1 tenants there is no history after"
         " 2026-10-24 00:00 UTC."),
        ("2026-01-01", range(1, 31), [], ""),
        ("2026-01-01", [*range(1, 11), *range(14, 32)], ["hole"],
         "For 1 of 1 tenants there is no history in between for up to 96 hours."),
        # One point that is left out is none.
        ("2026-01-01", [*range(1, 11), *range(12, 32)], [], ""),
        ("2026-10-05", [8, 9, 10, 20], ["begin", "hole", "end"], "no history in between for up to 240 hours."),
    ],
)  # fmt: skip
def test_a_history_that_covers_a_part_of_the_period_is_told(
    created: str, days: Any, missing: list[str], says: str
) -> None:
    history = [point("acme", f"2026-10-{day:02}T00:00:00Z") for day in days]
    figures = system(tenant("acme", created=f"{created}T00:00:00Z"), history=history)
    (own,) = figures["tenants"]
    assert (own["p95"]["missing"], own["p95_partial"]) == (missing, bool(missing))
    assert len(figures["warnings"]) == len(missing)
    assert says in " ".join(figures["warnings"])
    assert figures["totals"]["p95"]["partial"] == bool(missing)


def test_csv_and_page_tell_what_is_covered_and_who_is_new() -> None:
    days = {"short": [10, 11, 12, 20, 21, 22], "new": range(5, 32), "whole": OCTOBER}
    report = estate(
        {
            "a": system(
                tenant("short"), tenant("new", created="2026-10-05T00:00:00Z"), tenant("whole"),
                history=[point(name, f"2026-10-{day:02}T00:00:00Z") for name in days for day in days[name]],
            )
        },
        PERIOD,
        NOW,
    )  # fmt: skip
    notes = {row["tenant"]: row["note"] for row in csv.DictReader(io.StringIO(tenants_csv(report)))}
    assert notes == {
        "short": "covers a part of the period: no history before 2026-10-10T00:00:00Z, no history for 192 hours in"
        " between, no history after 2026-10-22T00:00:00Z",
        "new": "created in the period, on 2026-10-05T00:00:00Z",
        "whole": "",
    }
    shown = page(report)
    told_of = {row["name"]: (row["created"], row["partial"]) for row in shown["tenants"]}
    in_part = ["no history before 10 Oct 2026", "no history for 192 hours in between", "no history after 22 Oct 2026"]
    assert told_of == {"short": (None, in_part), "new": ("created 5 Oct 2026", []), "whole": (None, [])}
    assert shown["systems"][0]["billed_tenants"] == "95th percentile, 3 of 3 tenants, 1 in part"


# What is not known


def without(figure: str, *days: int) -> list[Any]:
    """The history of October, with a figure that is not known on some days."""
    return [
        {**point("acme", f"2026-10-{day:02}T00:00:00Z", float(day)), **({figure: None} if day in days else {})}
        for day in OCTOBER
    ]


@pytest.mark.parametrize("figure", ["ram_used_mb", "ram_allocated_mb", "tier1_provisioned_bytes"])
def test_a_point_with_an_unknown_figure_is_no_zero(figure: str) -> None:
    figures = system(tenant("acme"), history=without(figure, 31))
    (own,) = figures["tenants"]
    assert own["problems"] == [] and own["p95"]["missing"] == []
    assert own["p95"]["ram_allocated_gb"] == (29.0 if figure == "ram_allocated_mb" else 30.0)
    assert own["p95"]["tiers"] == [{"tier": 1, "provisioned_gb": 100.0}]
    # A day on which one figure is not known is a hole in the trend.
    assert figures["trend"]["days"][-1] == "2026-10-30"
    assert min(figures["trend"]["ram_allocated_gb"]) == 1.0


def test_many_points_with_an_unknown_figure_are_told() -> None:
    figures = system(tenant("acme"), history=without("ram_allocated_mb", *range(1, 16)))
    assert figures["tenants"][0]["p95"]["missing"] == ["figures"]
    assert "for 1 of 1 tenants the history has points without all figures" in figures["warnings"][0].lower()
    shown = page(estate({"a": figures}, PERIOD, NOW))["tenants"][0]
    assert shown["partial"] == ["15 of 31 points without all figures"]


@pytest.mark.parametrize(
    ("figure", "problem"),
    [
        ("ram_allocated_mb", "it has no history in the billing period"),
        ("ram_used_mb", "its history has no day for which all is known"),
        ("tier1_provisioned_bytes", "its storage on tier 1 is not known in the billing period"),
    ],
)
def test_a_figure_that_is_never_known_is_named(figure: str, problem: str) -> None:
    figures = system(tenant("acme"), tenant("globex"), history=without(figure, *OCTOBER) + [
        point("globex", f"2026-10-{day:02}T00:00:00Z") for day in OCTOBER
    ])  # fmt: skip
    report = estate({"a": figures}, PERIOD, NOW)
    assert problem in figures["tenants"][0]["problems"]
    assert {found["tenant"] for found in report["unreadable"]} == {"acme"}
    rows = list(csv.DictReader(io.StringIO(tenants_csv(report))))
    assert page(report)["tenants"][0]["problems"] == figures["tenants"][0]["problems"]
    if figure != "ram_used_mb":
        cell = next(row for row in rows if row["resource"] == ("RAM" if figure == "ram_allocated_mb" else "tier 1"))
        assert cell["p95"] == "" and problem in cell["note"]
        assert figures["totals"]["p95"]["tiers"] == [{"tier": 1, "provisioned_gb": 100.0}]


def test_F80_a_tier_that_is_billed_and_gone_has_nothing_now() -> None:
    """And one that is there and was never billed has no percentile but 0."""
    now = [{"tier": 2, "provisioned_gb": 7, "used_gb": 3.0}]
    report = estate({"a": system_figures("a", reads(tenant("acme", storage=now)), PERIOD)}, PERIOD, NOW)
    rows = {row["resource"]: row for row in csv.DictReader(io.StringIO(tenants_csv(report)))}
    cells = {name: (row["allocated"], row["used"], row["p95"]) for name, row in rows.items() if name != "RAM"}
    assert cells == {"tier 1": ("0", "0", "100.0"), "tier 2": ("7", "3.0", "0")}


def test_what_cannot_be_read_is_named_and_not_zero() -> None:
    figures = system(
        tenant("blind", nodes=[]), tenant("mute"), tenant("twin"), tenant("twin"), tenant("young", created=NOW),
        measured=["blind", "twin", "young"],
        history=[point("blind", "2026-10-02T00:00:00Z")],
    )  # fmt: skip
    by_name = {row["name"]: row for row in figures["tenants"]}
    assert by_name["blind"]["ram_gb"] is None and by_name["blind"]["problems"] == [
        "it runs, but its nodes cannot be read"
    ]
    assert by_name["mute"]["p95"] is None and by_name["mute"]["problems"] == ["its statistics cannot be read"]
    assert by_name["twin"]["p95"] is None and "cannot be told apart" in by_name["twin"]["problems"][0]
    assert by_name["young"]["p95"] is None and by_name["young"]["problems"] == []
    assert figures["totals"]["p95"]["tenants"] == 1
    assert figures["totals"]["tenants_unreadable"] == 4
    assert [found["tenant"] for found in figures["unreadable"]] == ["blind", "mute", "twin", "twin"]


def test_no_history_in_the_period_is_a_problem() -> None:
    figures = system(tenant("acme"), history=[])
    assert figures["tenants"][0]["problems"] == ["it has no history in the billing period"]
    assert figures["trend"] is None


def test_systems_that_were_not_read_are_in_no_sum() -> None:
    figures = system(tenant("acme"))
    report = estate({"a": figures, "b": unreadable_system("b", "refused"), "c": {}}, PERIOD, NOW)
    assert (report["totals"]["systems"], report["totals"]["systems_read"]) == (3, 1)
    assert report["totals"]["ram"] == figures["totals"]["ram"]
    assert [(found["system"], found["reason"]) for found in report["unreadable"]] == [("b", "refused"), ("c", NOT_READ)]


# Capacity


def test_promised_memory_counts_what_is_switched_off() -> None:
    figures = system(tenant("acme"), tenant("globex", running=False, status="offline"))
    ram, cores = figures["clusters"][0]["ram"], figures["clusters"][0]["cores"]
    assert (ram["promised_gb"], ram["promised_percent"], ram["used_percent"]) == (16.0, 12.5, 25.0)
    assert ram["without_largest_node_gb"] == 64.0
    assert (cores["promised"], cores["promised_percent"]) == (8, 12.5)
    assert (figures["tiers"][0]["promised_gb"], figures["tiers"][0]["promised_percent"]) == (200, 20.0)


def test_what_is_wrong_with_the_system_is_told() -> None:
    row = reads(tenant("acme"))
    row["clusters"]["clusters"][0].update(online_nodes=1, tiers=[{"tier": 1, "redundant": False}])
    row["nodes"]["nodes"][0]["maintenance"] = True
    row["tenants"]["tenants"][0]["nodes"][0]["cluster"] = "gone"
    assert alone(row)["systems"][0]["warnings"] == [
        "Cluster prod: 1 of 2 nodes are online.",
        "Cluster prod: node node1 is in maintenance.",
        "Tier 1 is not redundant.",
        "No cluster of the system counts these tenant nodes: acme/node1.",
    ]


# Trends


def test_a_day_that_one_tenant_misses_makes_no_dip() -> None:
    times = {"a": (1, 2, 3, 4), "b": (2, 4)}
    whole, holed = (
        found_in(
            [point(name, f"2026-10-{day:02}T00:00:00Z") for day in days],
            name,
            since="2026-10-01",
            until="2026-11-01",
            reduce=True,
        )["series"][0]
        for name, days in times.items()
    )
    empty = {"days": [], "ram_used_gb": [], "ram_allocated_gb": [], "tiers": []}
    course = trend([(whole, 1.0), (holed, 1.0), (empty, 1.0)])
    assert course is not None
    # On the first day, b was not there yet.
    assert course["days"] == ["2026-10-01", "2026-10-02", "2026-10-04"]
    assert course["ram_allocated_gb"] == [8.0, 16.0, 16.0]
    assert course["tiers"] == [{"tier": 1, "used_gb": [50.0, 100.0, 100.0], "provisioned_gb": [100.0, 200.0, 200.0]}]


@pytest.mark.parametrize(
    ("values", "top", "drawn"),
    [
        ([0, 5, 10], 10, "0.0,48.0 120.0,24.0 240.0,0.0"),
        ([5], 10, "0.0,24.0 240,24.0"),
        ([0, 0], 0, "0.0,48.0 240.0,48.0"),
    ],
)
def test_lines(values: list[float], top: float, drawn: str) -> None:
    assert points(values, top) == drawn


# The date


def test_the_date_stays_while_nothing_else_differs() -> None:
    first = alone(reads(tenant("acme")))
    later = "2026-11-25T08:00:00Z"
    assert alone(reads(tenant("acme")), now=later, earlier=[None, first]) == first
    assert alone(reads(tenant("globex")), now=later, earlier=[first])["generated"] == later
    for broken in ([1], 3, {}, {"form": 1}):
        assert alone(reads(tenant("acme")), now=later, earlier=[broken])["generated"] == later


# Parts that fail alone, and what stood before


FAILED = {"msg": "Could not read it: no answer came in time.", "failed": True}


@pytest.mark.parametrize("part", ["clusters", "nodes", "tiers", "tenants", "statistics", "health"])
def test_F34_a_part_that_is_not_read_costs_no_other_and_keeps_what_was(part: str) -> None:
    good = alone(reads(tenant("acme"), tenant("globex")))
    (alone_failed,) = alone(reads(tenant("acme"), tenant("globex"), **{part: FAILED}))["systems"]
    assert alone_failed["error"] is None
    assert [found["text"] for found in alone_failed["unreadable"]] == [f"{part}: {FAILED['msg']}"]
    again = alone(reads(tenant("acme"), tenant("globex"), **{part: FAILED}), earlier=[good])
    (kept,) = again["systems"]
    assert again["totals"]["p95"] == good["totals"]["p95"] and again["totals"]["ram"] == good["totals"]["ram"]
    figures = ("clusters", "tiers", "trend", "attention", "verdict", "gone")
    assert [kept[name] for name in figures] == [good["systems"][0][name] for name in figures]
    # What is old says so, and says so the next time as well.
    marked = json.dumps([kept["old"], *(row["old"] for row in kept["tenants"])])
    assert NOW in marked
    third = alone(
        reads(tenant("acme"), tenant("globex"), **{part: FAILED}), now="2026-11-25T08:00:00Z", earlier=[again]
    )
    assert third == again


def test_F33_a_system_that_is_not_reached_or_not_asked_keeps_its_figures() -> None:
    good = alone(reads(tenant("acme")))
    lost = estate({"a": unreadable_system("a", "refused")}, PERIOD, "2026-11-25T00:00:00Z", (), [good])
    assert lost["systems"][0]["tenants"] == good["systems"][0]["tenants"]
    assert (lost["systems"][0]["error"], lost["systems"][0]["old"]["tenants"]) == ("refused", NOW)
    assert (lost["totals"]["systems"], lost["totals"]["systems_read"], lost["totals"]["tenants"]) == (1, 0, 1)
    # As with --limit: another system alone.
    other = estate({"b": system_figures("b", reads(tenant("x")), PERIOD)}, PERIOD, NOW, (), [good])
    assert {one["name"]: len(one["tenants"]) for one in other["systems"]} == {"b": 1, "a": 1}
    assert "not part of the last run" in other["systems"][1]["error"]


def test_a_history_that_is_dropped_later_does_not_shorten_a_bill() -> None:
    good = alone(reads(tenant("acme")))
    late = [point("acme", f"2026-10-{day:02}T00:00:00Z", 99.0) for day in range(20, 32)]
    again = alone(reads(tenant("acme"), history=late), now="2026-12-10T00:00:00Z", earlier=[good])
    (own,) = again["systems"][0]["tenants"]
    assert own["p95"] == good["systems"][0]["tenants"][0]["p95"] and own["old"] == {"p95": NOW, "p95_partial": NOW}


def test_a_tenant_that_is_gone_is_named_and_billed_by_what_is_known_of_it() -> None:
    prices = {"currency": "EUR", "ram_gb": 1}
    good = alone(reads(tenant("acme"), tenant("globex")), prices)
    after = alone(reads(tenant("acme")), prices, "2026-11-25T00:00:00Z", [good])
    (gone,) = after["systems"][0]["gone"]
    assert (gone["name"], gone["last_seen"], gone["p95"]["ram_allocated_gb"]) == ("globex", NOW, 8.0)
    assert after["invoice"]["amounts"] == good["invoice"]["amounts"] == {"EUR": "16.00"}
    assert after["totals"]["tenants"] == 1 and after["totals"]["p95"]["tenants"] == 2
    # The month after has no history of it any more: by what it was last given, until it was last seen.
    period = {"begin": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"}
    later = alone(reads(tenant("acme")), prices, "2026-12-02T00:00:00Z", [None, after], period)
    (line,) = [one for one in later["invoice"]["lines"] if one["tenant"] == "globex"]
    assert (line["to"], line["hours"], line["amount"]) == ("2026-11-24T08:00:00Z", "560", "6.22")
    assert "its history is gone" in line["note"]
    # And the one after that has nothing to do with it.
    period = {"begin": "2026-12-01T00:00:00Z", "end": "2027-01-01T00:00:00Z"}
    assert (
        alone(reads(tenant("acme")), prices, "2027-01-02T00:00:00Z", [None, later], period)["systems"][0]["gone"] == []
    )


def test_the_page_of_many_tenants_draws_none_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    report = alone(reads(tenant("acme"), tenant("globex")))
    assert [len(row["charts"]) for row in page(report)["tenants"]] == [2, 2]
    monkeypatch.setattr(page_of_all, "MOST_DRAWN", 1)
    assert [len(row["charts"]) for row in page(report)["tenants"]] == [0, 0]
    html = next(one["content"] for one in files(report, TEMPLATES, False, newest=False) if "html" in one["path"])
    assert html.count("Its course is in estate.json") == 2


def test_the_json_is_the_report_and_keeps_a_series_on_a_line() -> None:
    report = alone(reads(tenant("a  b [ 1,  2 ]"), tenant("12")))
    text = [one["content"] for one in files(report, TEMPLATES, False, newest=False)][-1]
    assert json.loads(text) == report
    assert '"days": ["2026-10-01", "2026-10-02"' in text and '"ram_allocated_gb": [8.0, 8.0' in text


def test_the_newest_period_stands_in_the_folder_itself() -> None:
    report = alone(reads(tenant("acme")))
    assert newer(report, None) and newer(report, report) and newer(report, {"form": 1})
    assert not newer(report, {"period": {"begin": "2026-11-01T00:00:00Z", "end": "2026-12-01T00:00:00Z"}})
    paths = [one["path"] for one in files(report, TEMPLATES, False, newest=True)]
    names = ["estate.html", "estate_capacity.csv", "estate_tenants.csv", "estate.json"]
    assert paths == [f"2026-10/{name}" for name in names] + names
    assert [one["path"] for one in files(report, TEMPLATES, False, newest=False)] == paths[:4]


@pytest.mark.parametrize(
    ("begin", "end", "name"),
    [
        ("2026-10-01", "2026-11-01", "2026-10"),
        ("2026-12-01", "2027-01-01", "2026-12"),
        ("2026-10-15", "2026-11-15", "2026-10-15_2026-11-15"),
        ("2026-10-01T06:00:00Z", "2026-11-01", "2026-10-01T060000Z_2026-11-01"),
    ],
)
def test_folders(begin: str, end: str, name: str) -> None:
    assert label(billing_period({"begin": begin, "end": end}, NOW)) == name


def test_a_page_for_nobody_is_told() -> None:
    """A misspelt name would otherwise leave a customer without a page, and nobody would know."""
    given = {"a": estate_system(reads(tenant("acme")), "a", PERIOD)}
    told = estate_report(given, PERIOD, NOW, pages_of="acme\nacmme")
    assert told["summary"]["no_page_for"] == ["acmme"]
    assert told["line"].endswith("; no page for 'acmme': no tenant has that name")
    for everybody in (True, False, ["acme"]):
        told = estate_report(given, PERIOD, NOW, pages_of=everybody)
        assert told["summary"]["no_page_for"] == [] and "no page" not in told["line"]


def test_what_a_survey_leaves_blank_is_not_given() -> None:
    assert billing_period({"begin": None, "end": ""}, NOW) == PERIOD


# Money


@pytest.mark.parametrize(
    ("begin", "end", "count"),
    [
        ("2026-10-01", "2026-11-01", 1),
        ("2028-02-01", "2028-03-01", 1),
        ("2028-02-29", "2028-03-01", 1 / 29),
        ("2027-02-28", "2027-03-02", 1 / 28 + 1 / 31),
        ("2026-12-31T12:00:00Z", "2027-01-01T12:00:00Z", 1 / 62 + 1 / 62),
        ("2026-01-01", "2027-01-01", 12),
    ],
)
def test_months(begin: str, end: str, count: float) -> None:
    assert float(months(epoch(begin), epoch(end))) == pytest.approx(count, abs=1e-15)


LIST = {"currency": "EUR", "ram_gb": "4.50", "core": 2.25, "address": "3", "tiers": {1: 0.1, "3": "0.03"}}


def test_lines_are_quantity_times_price_times_the_share_of_the_month() -> None:
    history = [
        {**point(name, f"2026-10-{day:02}T00:00:00Z"), "cpu_cores": 4, "ip_count": 2}
        for name in ("old", "new")
        for day in OCTOBER
    ]
    report = alone(reads(tenant("old"), tenant("new", created="2026-10-16T12:30:00Z"), history=history), LIST)
    bill = report["invoice"]
    lines = {(one["tenant"], one["resource"]): one for one in bill["lines"]}
    assert {name: one["amount"] for name, one in lines.items()} == {
        **{("old", "RAM"): "36.00", ("old", "cores"): "9.00", ("old", "addresses"): "6.00", ("old", "tier 1"): "10.00"},
        # 372 hours of 744, the one that has begun included.
        **{("new", "RAM"): "18.00", ("new", "cores"): "4.50", ("new", "addresses"): "3.00", ("new", "tier 1"): "5.00"},
    }
    assert (lines["new", "RAM"]["hours"], lines["new", "RAM"]["months"]) == ("372", "0.5")
    assert bill["amounts"] == {"EUR": "91.50"} and len(bill["tenants"]) == 2 and bill["unbilled"] == []
    cells = list(csv.DictReader(io.StringIO(lines_csv(report))))
    assert cells == [{**one} for one in bill["lines"]]
    shown = {row["name"]: row["amounts"] for row in page(report)["tenants"]}
    assert shown == {"old": "EUR 61.00", "new": "EUR 30.50"} and page(report)["bill"]["amounts"] == "EUR 91.50"


def test_prices_that_change_within_the_period_are_two_lines() -> None:
    dear = {"currency": "CHF", "ram_gb": "9", "valid_from": "2026-10-16T12:00:00Z", "decimals": 0}
    bill = alone(reads(tenant("acme")), [dear, {"currency": "EUR", "ram_gb": "4.5"}])["invoice"]
    assert [(one["currency"], one["hours"], one["amount"]) for one in bill["lines"]] == [
        ("EUR", "372", "18.00"),
        ("CHF", "372", "36"),
    ]
    assert bill["amounts"] == {"EUR": "18.00", "CHF": "36"}
    assert (
        alone(reads(tenant("acme")), {"currency": "EUR", "core": 1, "valid_from": "2027-01-01"})["invoice"]["lines"]
        == []
    )


def test_who_cannot_be_billed_is_named() -> None:
    bill = alone(reads(tenant("mute"), measured=[], history=[]), LIST)["invoice"]
    assert bill["lines"] == [] and bill["unbilled"][0]["reason"] == "its statistics cannot be read"
    report = alone(reads(tenant("acme"), history=without("tier1_provisioned_bytes", *OCTOBER)), LIST)
    # Neither cores nor addresses are known to this history, and a tier that held something is not.
    reasons = [one["reason"] for one in report["invoice"]["unbilled"]]
    assert reasons == [f"its {what} in the period is not known" for what in ("cores", "addresses", "tier 1")]
    assert "is not known" in lines_csv(report)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("4.50", "is a price list, or a list of them"),
        (["x"], "is a dictionary, not 'x'"),
        ({"ram_gb": 1}, "names its currency"),
        ({"currency": "EUR", "ram": 1}, "not ram"),
        ({"currency": "EUR", "ram_gb": "4,50"}, "'4,50', which is not a number"),
        ({"currency": "EUR", "ram_gb": -1}, "is not a number"),
        ({"currency": "EUR", "ram_gb": True}, "is not a number"),
        ({"currency": "EUR", "ram_gb": float("nan")}, "is not a number"),
        ({"currency": "EUR", "tiers": {"one": 1}}, "'one' is not the number of a tier"),
        ({"currency": "EUR", "tiers": [1]}, "are a dictionary"),
        ({"currency": "EUR", "valid_from": "May"}, "valid_from 'May' of a price list is no date"),
        ({"currency": "EUR", "decimals": 9}, "not a number from 0 to 4"),
        ([{"currency": "EUR"}, {"currency": "CHF"}], "valid from the same time"),
    ],
)
def test_prices_that_are_none(given: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        price_lists(given)


def test_a_tenant_that_does_not_say_when_it_was_created_was_always_there() -> None:
    report = alone(reads(tenant("acme", created=None)), {"currency": "EUR", "ram_gb": 1})
    assert report["invoice"]["amounts"] == {"EUR": "8.00"} and page(report)["tenants"][0]["created"] is None


@pytest.mark.parametrize("blank", [None, "", [], {}])
def test_without_prices_there_is_no_invoice(blank: Any) -> None:
    report = alone(reads(tenant("acme")), blank)
    assert report["invoice"] is None and "to bill" not in line(report)


def test_amounts_are_shown_as_they_are() -> None:
    assert [money("EUR", one) for one in ("1234567.80", "36", "0.005")] == ["EUR 1,234,567.80", "EUR 36", "EUR 0.005"]


# What is ahead


def ahead(values: list[float], used: float = 90.0, there: float = 100.0) -> Any:
    days = [f"2026-10-{day:02}" for day in range(1, len(values) + 1)]
    return forecast(days, values, used, there)


def test_a_line_that_grows_ends() -> None:
    found = ahead([float(day) for day in range(30)])
    assert (found["full_on"], found["earliest"], found["latest"]) == ("2026-11-09",) * 3
    assert (found["per_day_gb"], found["explained_percent"], found["sure"]) == (1.0, 100, "high")


def test_what_is_less_sure_has_a_wider_span_and_says_so() -> None:
    uneven = ahead([float(day + 8 * (day % 2)) for day in range(20)])
    assert uneven["earliest"] < uneven["full_on"] < uneven["latest"] and uneven["sure"] == "fair"
    assert ahead([float(day % 3) for day in range(20)])["sure"] == "low"


@pytest.mark.parametrize("values", [[5.0] * 30, [30.0 - day for day in range(30)], [day / 1000 for day in range(30)]])
def test_what_does_not_grow_has_no_end(values: list[float]) -> None:
    assert ahead(values)["full_on"] is None


def test_what_is_full_is_full_today_and_little_history_says_nothing() -> None:
    assert ahead([float(day) for day in range(10)], used=100.0)["full_on"] == "2026-10-10"
    assert ahead([1.0, 2.0, 3.0]) is None
    assert ahead([1.0] * 10, there=0.0) is None


# CSV and page


def test_csv_keeps_every_cell_and_no_formula() -> None:
    report = estate({"a": system(tenant("=1+1"), tenant('x,"y"\nz'), tenant("mute")), "-b": {}}, PERIOD, NOW)
    rows = list(csv.DictReader(io.StringIO(tenants_csv(report))))
    assert [row["tenant"] for row in rows] == ["'=1+1"] * 2 + ['x,"y"\nz'] * 2 + ["mute"] * 2 + [""]
    assert [(row["resource"], row["allocated"], row["p95"]) for row in rows[:2]] == [
        ("RAM", "8.0", "8.0"),
        ("tier 1", "100", "100.0"),
    ]
    assert (rows[-1]["system"], rows[-1]["note"]) == ("'-b", NOT_READ)
    there = list(csv.DictReader(io.StringIO(capacity_csv(report))))
    assert [(row["kind"], row["resource"], row["promised"]) for row in there] == [
        ("cluster", "RAM", "24.0"), ("cluster", "cores", "12"), ("tier", "storage", "300"), ("", "", ""),
    ]  # fmt: skip
    assert there[-1]["note"] == NOT_READ


def test_what_is_not_known_is_an_empty_cell() -> None:
    report = estate({"a": system(tenant("mute", nodes=[]), measured=[], history=[])}, PERIOD, NOW)
    row = next(csv.DictReader(io.StringIO(tenants_csv(report))))
    assert [row[name] for name in ("allocated", "used", "p95", "p95_points")] == ["", "", "", ""]
    assert "its statistics cannot be read" in row["note"]


TEMPLATES = str(Path(__file__).parents[2] / "roles/estate_report/templates")


def test_the_page_is_safe_for_html() -> None:
    problem = {"level": "red", "kind": "tenant", "object": AWKWARD, "sentence": AWKWARD, "since": None}
    health = {"verdict": "red", "problems": [problem], "checks": {}}
    found = {AWKWARD: system(tenant(AWKWARD), health=health), "b": unreadable_system("b", AWKWARD)}
    report = estate(found, PERIOD, NOW, price_lists({"currency": AWKWARD, "core": 1}))
    texts = {one["path"]: one["content"] for one in files(report, TEMPLATES, True, newest=True)}
    pages = [text for path, text in texts.items() if path.endswith(".html")]
    assert len(pages) == 3
    for text in pages:
        assert "&lt;b&gt;&amp;&#34;&#39; {{ 7 * 7 }} =Zo" in text and "<b>&" not in text
        assert text.count("<script") == (0 if 'class="own"' in text else 1)


@pytest.mark.parametrize(
    ("gib", "text"),
    [(None, "not known"), (0, "0 GiB"), (7.5, "7.5 GiB"), (1058.4, "1,058 GiB"), (130945.0, "127.9 TiB")],
)
def test_sizes(gib: float | None, text: str) -> None:
    assert size(gib) == text


def test_bars() -> None:
    assert gauge(62.0, "filled") == {"text": "62 %", "within": 62.0, "beyond": 0.0, "level": "used"}
    assert gauge(150.0, "given") == {"text": "150 %", "within": 66.67, "beyond": 33.33, "level": "given"}
    assert [gauge(share, "filled")["level"] for share in (69.9, 70.0, 90.0)] == ["used", "high", "critical"]
    assert gauge(None, "used")["text"] == "not known"


def test_the_last_day_is_named() -> None:
    assert last_day("2026-11-01T00:00:00Z") == "31 Oct 2026"
    assert last_day("2026-11-01T12:30:00Z") == "1 Nov 2026, 12:30 UTC"
