"""What an estate report bills, recomputed from raw tables of a system whose allocations change during the period:
tenants that grow, shrink, come, go and are off, over the end of a month and a leap day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from raw import Raw

from conftest import options, told
from plugins.module_utils._reads import clusters, nodes, storage, tenant_stats, tenants
from plugins.plugin_utils._report.csv import LINES, lines_csv
from plugins.plugin_utils._report.estate import estate
from plugins.plugin_utils._report.figures import system_figures
from plugins.plugin_utils._report.prices import price_lists
from vergesim_process import Vergesim

GIB = 1024**3
PRICES = {"currency": "EUR", "ram_gb": "4.53", "core": "2.17", "address": "1.01", "tiers": {"1": "0.101"}}
#: A price of each resource of a line, and how it is read from a raw point.
RAW = {
    "RAM": (Decimal("4.53"), "ram_allocated", 1024),
    "cores": (Decimal("2.17"), "core_count", 1),
    "addresses": (Decimal("1.01"), "ip_count", 1),
    "tier 1": (Decimal("0.101"), "tier1_provisioned", GIB),
}


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


def until(sim: Vergesim, text: str) -> None:
    sim.control("POST", "/sim/clock", {"advance": at(text) - float(sim.control("GET", "/sim/clock")["now"])})


def report(sim: Vergesim, begin: str, end: str, now: str, earlier: Any = ()) -> Any:
    def read(reads: Any, **given: Any) -> Any:
        return told(sim, reads, options(**given))

    period = {"begin": f"{begin}T00:00:00Z", "end": f"{end}T00:00:00Z"}
    window = {"since": begin, "summary_until": end, "reduce": True, "resolution": "long"}
    others = {"tenant": None, "until": None, "interval": "day", "history_limit": 0, "log_limit": 0, "log_level": None}
    reads = {
        "clusters": read(clusters.gather, name=None, include_tiers=True),
        "nodes": read(nodes.gather, name=None, cluster=None, gather=[]),
        "tiers": read(storage.gather, tier=None, key=None),
        "tenants": read(tenants.gather, name=None, gather=["nodes", "storage"]),
        "statistics": read(tenant_stats.gather, **window, **others),
    }
    return estate({"a": system_figures("a", reads, period)}, period, now, price_lists(PRICES), earlier)


def points(raw: Raw, tenant: int, begin: str, end: str) -> list[dict[str, Any]]:
    where = f"tenant eq {tenant} and timestamp ge {at(begin)} and timestamp lt {at(end)}"
    rows: list[dict[str, Any]] = raw.read("tenant_stats_history_long", where, "all")
    return rows


def share(begin: int, end: int, months: list[tuple[str, str]]) -> Fraction:
    """How many months a time is, each by its own hours."""
    parts = [(max(begin, at(first)), min(end, at(last)), at(last) - at(first)) for first, last in months]
    return sum((Fraction(last - first, whole) for first, last, whole in parts if first < last), Fraction(0))


def amounts(rows: list[dict[str, Any]], months: Fraction) -> dict[str, str]:
    """What is billed for raw points: the 95th percentile by nearest rank, its price, its part of the months."""
    found = {}
    for resource, (price, column, unit) in RAW.items():
        ordered = sorted(row[column] for row in rows)
        quantity = Decimal(ordered[ceil(0.95 * len(ordered)) - 1]) / unit
        exact = quantity.quantize(Decimal("0.01"), ROUND_HALF_UP) * price * months.numerator / months.denominator
        if quantity:
            found[resource] = str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return found


def billed(told_of: Any) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for line in told_of["invoice"]["lines"]:
        found.setdefault(line["tenant"], {})[line["resource"]] = line["amount"]
    return found


@pytest.fixture
def driven() -> Iterator[Vergesim]:
    with Vergesim("lab", 0, "--clock", "manual") as sim:
        until(sim, "2028-01-20T00:00:00")
        yield sim


def test_lines_are_those_of_the_raw_tables_however_allocations_changed(driven: Vergesim) -> None:
    import requests

    with requests.Session() as session:
        raw = Raw(driven, session)

        def tenant(name: str, ram: int = 8192) -> dict[str, int]:
            key = raw.create("tenants", name=name)
            node = raw.create("tenant_nodes", tenant=key, cpu_cores=4, ram=ram)
            store = raw.create("tenant_storage", tenant=key, tier=2, provisioned=100 * GIB)
            raw.create("vnet_addresses", vnet=3, type="virtual", owner=f"tenants/{key}", ip=f"203.0.113.{50 + key}")
            raw.act("tenant_actions", tenant=key, action="poweron")
            return {"key": key, "node": node, "store": store}

        there = {name: tenant(name) for name in ("steady", "grows", "shrinks", "off", "goes")}
        until(driven, "2028-02-10T06:00:00")
        raw.ask("PUT", f"tenant_nodes/{there['grows']['node']}", {"ram": 16384, "cpu_cores": 8})
        raw.ask("PUT", f"tenant_storage/{there['grows']['store']}", {"provisioned": 250 * GIB})
        until(driven, "2028-02-12T00:00:00")
        raw.act("tenant_actions", tenant=there["off"]["key"], action="poweroff")
        until(driven, "2028-02-15T12:30:00")
        there["comes"] = tenant("comes", 4096)
        until(driven, "2028-02-16T00:00:00")
        # What is there for less than a twentieth of the time is not billed.
        raw.ask("PUT", f"tenant_nodes/{there['shrinks']['node']}", {"ram": 65536})
        until(driven, "2028-02-17T00:00:00")
        raw.ask("PUT", f"tenant_nodes/{there['shrinks']['node']}", {"ram": 2048})

        begin, end, month = "2028-02-01", "2028-03-01", [("2028-02-01T00:00:00", "2028-03-01T00:00:00")]
        seen = "2028-02-20T09:15:00"
        until(driven, seen)
        first = report(driven, begin, end, f"{seen}Z")
        goes = points(raw, there["goes"]["key"], f"{begin}T00:00:00", seen)
        raw.act("tenant_actions", tenant=there["goes"]["key"], action="poweroff")
        for row in raw.read("vnet_addresses", f"owner eq 'tenants/{there['goes']['key']}'"):
            raw.ask("DELETE", f"vnet_addresses/{row['$key']}")
        assert raw.ask("DELETE", f"tenants/{there['goes']['key']}").status_code == 200
        until(driven, "2028-03-02T00:00:00")
        whole = report(driven, begin, end, "2028-03-02T00:00:00Z", [first])

        def of(name: str, months: Fraction) -> dict[str, str]:
            return amounts(points(raw, there[name]["key"], f"{begin}T00:00:00", f"{end}T00:00:00"), months)

        expected = {name: of(name, Fraction(1)) for name in ("steady", "grows", "shrinks", "off")}
        expected["comes"] = of("comes", share(at("2028-02-15T12:00:00"), at("2028-03-01T00:00:00"), month))
        # It was there until it was last seen, the hour that had begun included.
        expected["goes"] = amounts(goes, share(at("2028-02-01T00:00:00"), at("2028-02-20T10:00:00"), month))
        assert billed(whole) == expected
        assert expected["steady"]["RAM"] == "36.24" and expected["grows"]["RAM"] == "72.48"
        assert expected["comes"]["RAM"] == "9.06" and expected["goes"]["RAM"] == "24.26"
        assert {one["tenant"]: one["hours"] for one in whole["invoice"]["lines"]}["comes"] == "348"
        assert lines_csv(whole).splitlines()[0] == ",".join(LINES)
        total = sum((Decimal(amount) for own in expected.values() for amount in own.values()), Decimal(0))
        assert whole["invoice"]["amounts"] == {"EUR": str(total)}

        # A period over the end of a month: each part by the hours of its own month.
        both = [*month, ("2028-03-01T00:00:00", "2028-04-01T00:00:00")]
        until(driven, "2028-03-11T00:00:00")
        over = report(driven, "2028-02-25", "2028-03-06", "2028-03-11T00:00:00Z")
        months = share(at("2028-02-25T00:00:00"), at("2028-03-06T00:00:00"), both)
        rows = points(raw, there["steady"]["key"], "2028-02-25T00:00:00", "2028-03-06T00:00:00")
        assert billed(over)["steady"] == amounts(rows, months) and months == Fraction(5, 29) + Fraction(5, 31)
