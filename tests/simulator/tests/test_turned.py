"""What switches change of a fixture."""

from __future__ import annotations

import pytest

from driver import Driver


@pytest.mark.parametrize("fixture", ["lab", "msp:5"])
def test_a_system_without_tier_0(fixture: str) -> None:
    """A fresh 26.1.3 had none (measured)."""
    sim = Driver(fixture, tier0_row="off")
    for table in ("storage_tiers", "cluster_tiers"):
        assert {row["tier"] for row in sim.get(table, fields="tier,$key")} == {1, 3}
    assert len(sim.get("cluster_tier_status", fields="status")) == 2
    sim.call("POST", "nodes/1/maintenance_reboot", {})
    sim.wait(10)
    assert {row["status"] for row in sim.get("cluster_tier_status", fields="status")} == {"online"}


def test_dedupe_ratio_as_a_live_system_had_it() -> None:
    ratios = {"x100": [100, 150, 100], "raw14": [14, 14, 14]}
    for value, expected in ratios.items():
        rows = Driver(dedupe_unit=value).get("storage_tiers", fields="dedupe_ratio")
        assert [row["dedupe_ratio"] for row in rows] == expected


def test_rows_on_a_fresh_external_network() -> None:
    assert Driver().get("vnet_addresses", fields="ip") == []
    sim = Driver(external_rows="router")
    assert sim.get("vnet_addresses", fields="vnet,ip,type,owner") == [
        {"vnet": 3, "ip": "198.51.100.2", "type": "static", "owner": None}
    ]


def test_a_year_of_history() -> None:
    counts = {"45d": 1080, "1y": 8760}
    for value, expected in counts.items():
        sim = Driver("msp:1", history_retention=value)
        sim.world.change("tenants", sim.world.get("tenants", 1), created=0)
        read = {"filter": "tenant eq 1", "fields": "timestamp"}
        assert len(sim.get("tenant_stats_history_long", **read)) == expected
        assert len(sim.get("tenant_stats_history_short", **read)) == 288


def test_the_name_of_the_system_is_a_setting() -> None:
    row = Driver().get("settings/cloud_name", fields="key,value,default_value")
    assert row == {"key": "cloud_name", "value": "conundrum-lab", "default_value": "conundrum-lab"}
