"""System snapshots, their profiles, and billing (docs/platform.md#3.20)."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from driver import Driver


@pytest.fixture
def lived() -> Driver:
    return Driver("lived")


def inside(sim: Driver, key: int, kind: str = "tenants") -> list[dict[str, Any]]:
    fields = "$key,name,uuid,original_key,nodes,cpu_cores,ram,status,status_info"
    rows: list[dict[str, Any]] = sim.get(
        f"cloud_snapshot_{kind}", filter=f"cloud_snapshot eq {key}", fields=fields
    )
    return rows


def test_building_and_then_listing(lived: Driver) -> None:
    """The list of what a snapshot holds comes later than the snapshot."""
    key = lived.make("cloud_snapshots", name="now", expires=0, expires_type="never", min_snapshots=1)
    assert lived.get(f"cloud_snapshots/{key}", fields="status,task,type") == {
        "status": "building",
        "task": None,
        "type": "full",
    }
    lived.wait(1)
    assert lived.get(f"cloud_snapshots/{key}", fields="status") == {"status": "normal"}
    assert inside(lived, key) == []
    lived.wait(1)
    rows = inside(lived, key)
    uuid = lived.get("tenants/1", fields="uuid")["uuid"]
    assert [(row["name"], row["nodes"], row["cpu_cores"], row["ram"]) for row in rows] == [
        ("acme", 2, 8, 16384),
        ("globex", 1, 4, 8192),
    ]
    assert (rows[0]["uuid"], rows[0]["original_key"]) == (uuid, 1)
    assert [row["name"] for row in inside(lived, key, "vms")] == ["test"]
    lived.call("DELETE", f"cloud_snapshots/{key}")
    assert inside(lived, key) == []


def test_columns(lived: Driver) -> None:
    now = lived.world.now
    key = lived.make("cloud_snapshots", name="x", expires=now + 60, expires_type="date", immutable=True)
    row = lived.get(f"cloud_snapshots/{key}", fields="all")
    assert "expires_type" not in row and row["immutable_status"] == "locked"
    assert lived.refused("DELETE", f"cloud_snapshots/{key}")[0] == 405
    assert lived.refused("PUT", f"cloud_snapshots/{key}", {"expires": 0})[0] == 405
    assert lived.refused("POST", "cloud_snapshots", {"name": "x"})[0] == 409
    assert lived.refused("POST", "cloud_snapshots", {"name": "y", "type": "partial_include"})[0] == 422
    lived.change("cloud_snapshots/1", expires=now + 99, description="kept")
    assert lived.refused("PUT", "cloud_snapshots/1", {"name": "z"})[0] == 422


@pytest.mark.parametrize(("kind", "names"), [("partial_include", ["acme"]), ("partial_exclude", ["globex"])])
def test_partial_ones_go_by_tags(lived: Driver, kind: str, names: list[str]) -> None:
    key = lived.make("cloud_snapshots", name="p", type=kind, partial_tags="1, 3")
    lived.wait(2)
    assert [row["name"] for row in inside(lived, key)] == names


def test_recovering_a_tenant_makes_another(lived: Driver) -> None:
    copy = inside(lived, 1)[1]
    body = {"action": "recover", "params": {"rows": [copy["$key"]]}}
    lived.make("cloud_snapshot_tenant_actions", **body)
    assert inside(lived, 1)[1]["status"] == "importing"
    lived.wait(1)
    again = inside(lived, 1)[1]
    assert (again["status"], again["status_info"]) == ("complete", "Restored to: globex (1)")
    (row,) = lived.get("tenants", filter="name eq 'globex (1)'", fields="$key,uuid,status#status as s")
    assert row["s"] == "provisioning" and row["uuid"] != copy["uuid"]
    lived.wait(1)
    assert lived.status(row["$key"]) == "offline"
    nodes = lived.get("tenant_nodes", filter=f"tenant eq {row['$key']}", fields="cpu_cores,ram")
    assert nodes == [{"cpu_cores": 4, "ram": 8192}]
    assert len(lived.get("tenant_storage", filter=f"tenant eq {row['$key']}", fields="tier")) == 2
    assert lived.get("tag_members", filter=f"member eq 'tenants/{row['$key']}'", fields="tag") == []


def test_recovering_what_was_deleted(lived: Driver) -> None:
    copy = inside(lived, 1)[1]["$key"]
    assert lived.call("DELETE", "tenants/2")[0] == 200
    params = {"rows": [copy], "name": "back"}
    lived.make("cloud_snapshot_tenant_actions", action="recover", params=params)
    lived.wait(2)
    assert len(lived.get("tenants", filter="name eq 'back'", fields="name")) == 1
    vm = inside(lived, 1, "vms")[0]["$key"]
    lived.make("cloud_snapshot_vm_actions", action="recover", params={"rows": [vm]})
    lived.wait(1)
    assert [row["name"] for row in lived.get("vms", fields="name")] == ["test", "test (1)"]


def test_wrong_recoveries(lived: Driver) -> None:
    def status(**body: Any) -> int:
        return lived.refused("POST", "cloud_snapshot_tenant_actions", body)[0]

    assert status(params={"rows": [1]}) == 422
    for params in (None, {}, {"rows": []}, {"rows": 1}, "x", {"rows": [1], "name": ""}):
        assert status(action="recover", params=params) == 422, params
    assert status(action="recover", params={"rows": [99]}) == 404
    assert status(action="recover", params={"rows": [{}]}) == 404


def test_profiles_and_periods(sim: Driver) -> None:
    names = [row["name"] for row in sim.get("snapshot_profiles", fields="name")]
    assert names[0] == "System Snapshots"
    periods = sim.get("snapshot_profile_periods", filter="profile eq 1", fields="frequency,hour,retention")
    assert [tuple(row.values()) for row in periods] == [
        ("hourly", 0, 10_800),
        ("daily", 0, 259_200),
        ("daily", 12, 86_400),
    ]
    key = sim.make("snapshot_profiles", name="mine")
    period = {"profile": key, "name": "p", "frequency": "daily", "retention": 5 * 86_400, "max_tier": "1"}
    made = sim.make("snapshot_profile_periods", **period)
    path = f"snapshot_profile_periods/{made}"
    assert sim.get(path, fields="estimated_snapshot_count") == {"estimated_snapshot_count": 5}
    for wrong in ({"frequency": "often"}, {"max_tier": 1}, {"hour": 24}, {"name": ""}):
        assert sim.refused("POST", "snapshot_profile_periods", {**period, **wrong})[0] == 422, wrong
    sim.change(path, skip_missed=True, hour=3)
    assert "skip_missed" not in sim.get(path, fields="all")
    assert sim.refused("DELETE", f"snapshot_profiles/{key}")[0] == 405
    sim.make("snapshot_profile_actions", snapshot_profile=key, action="delete")
    assert sim.refused("GET", path)[0] == 404


def test_a_profile_in_use_stays(lived: Driver) -> None:
    body = {"snapshot_profile": 1, "action": "delete"}
    assert lived.refused("POST", "snapshot_profile_actions", body)[0] == 405
    assert lived.get("snapshot_profiles/1", fields="name") == {"name": "System Snapshots"}


def test_an_empty_body_makes_a_report(lived: Driver) -> None:
    before = lived.get("billing", fields="to,created", sort="-created")
    lived.wait(360)
    for body in ({}, {"action": "generate"}):
        assert lived.call("POST", "billing_actions", body)[0] == 201
        lived.wait(1)
    rows = lived.get("billing", fields="from,to,used_ram,total_cores,tier_1_used", sort="-created")
    assert len(rows) == len(before) + 2
    assert rows[1]["from"] == before[0]["to"] and rows[0]["from"] == rows[1]["to"]
    status = lived.get("cluster_status", fields="used_ram,total_cores")[0]
    assert {name: rows[0][name] for name in status} == status and rows[0]["tier_1_used"] == 1649267441664
    assert lived.refused("POST", "billing_actions", {"action": "bill"})[0] == 422
    assert lived.refused("POST", "billing", {})[0] == 405


@pytest.mark.parametrize(("period", "days"), [("month", (28, 31)), ("day", (1, 1))])
def test_periods_of_the_billing(period: str, days: tuple[int, int]) -> None:
    sim = Driver("lived", billing_period=period)
    rows = sim.get("billing", fields="from,to,total_cores,used_ram", sort="+from")
    assert len(rows) == 12 and all(row["total_cores"] == 64 and row["used_ram"] > 16384 for row in rows)
    for earlier, later in zip(rows, rows[1:], strict=False):
        assert earlier["to"] == later["from"]
    for row in rows:
        assert days[0] <= (row["to"] - row["from"]) / 86_400 <= days[1]
        assert datetime.fromtimestamp(row["from"], timezone.utc).hour == 0


def test_actions_on_a_system_snapshot_are_unknown(lived: Driver) -> None:
    """The table asks for an action (measured), and takes none that anybody has seen."""
    required = "field 'cloud_snapshot_actions.action' is required"
    assert lived.refused("POST", "cloud_snapshot_actions", {}) == (422, required)
    assert lived.refused("POST", "cloud_snapshot_actions", {"action": "restore"})[0] == 422
