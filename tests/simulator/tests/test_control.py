"""Control over real HTTPS: requests, clock, switches, tables, reset."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import requests

from driver import Server, serve


def test_requests_are_counted(server: Server) -> None:
    headers = {"User-Agent": "test (module)"}
    server.api("GET", "tenants", params={"fields": "name", "filter": "name eq 'x'"}, headers=headers)
    server.api("POST", "tenants", json={"name": "acme", "password": "geheim"})
    server.api("GET", "tenants/1")
    server.api("POST", "nodes/1/enable_maintenance", json={})
    server.new_session().get(server.ready["url"] + "/api/v4/system")
    seen = server.sim("GET", "requests").json()
    assert seen["counts"] == {"GET tenants": 2, "POST tenants": 1, "POST nodes": 1, "GET system": 1}
    assert seen["errors"] == 0 and "geheim" not in str(seen)
    first, *_, last = seen["log"]
    assert (first["method"], first["path"], first["status"]) == ("GET", "/api/v4/tenants", 200)
    assert first["query"] == "fields=name&filter=name+eq+%27x%27" and first["user_agent"] == "test (module)"
    assert seen["log"][1]["body_size"] > 10 and last["status"] == 401
    assert server.sim("GET", "requests?log=0").json() == {"counts": seen["counts"], "errors": 0}
    server.sim("DELETE", "requests")
    assert server.sim("GET", "requests").json() == {"counts": {}, "log": [], "errors": 0}


def test_switches_live(server: Server) -> None:
    assert server.sim("GET", "switches").json()["patch"] == "405"
    assert server.sim("PUT", "switches", json={"patch": "put"}).json()["patch"] == "put"
    refused = server.sim("PUT", "switches", json={"patch": "405", "nosuch": "x"})
    assert refused.status_code == 404 and "nosuch" in refused.json()["err"]
    assert server.sim("PUT", "switches", json={"patch": "x"}).status_code == 422
    assert server.sim("PUT", "switches", data="[1]").status_code == 400
    assert server.sim("GET", "switches").json()["patch"] == "put"
    server.sim("POST", "reset")
    assert server.sim("GET", "switches").json()["patch"] == "405"


def test_clock(server: Server) -> None:
    before = server.sim("POST", "clock", json={"mode": "manual", "step": 60}).json()
    server.api("POST", "tenants", json={"name": "x"})
    server.api("POST", "tenant_nodes", json={"tenant": 1})
    server.api("POST", "tenant_actions", json={"tenant": 1, "action": "poweron"})

    def status() -> str:
        return str(server.api("GET", "tenants/1", params={"fields": "status#status as s"}).json()["s"])

    assert status() == "starting"
    after = server.sim("POST", "clock", json={"advance": 119}).json()
    assert after["now"] == pytest.approx(before["now"] + 119, abs=0.01) and status() == "starting"
    server.sim("POST", "clock", json={"advance": 1})
    assert status() == "online"
    assert server.sim("POST", "clock", json={"mode": "real"}).json()["mode"] == "real"
    for wrong in ({"advance": -1}, {"advance": "x"}, {"mode": "odd"}, {"rewind": 1}):
        assert server.sim("POST", "clock", json=wrong).status_code == 400


def test_requests_move_the_clock(tmp_path: Path) -> None:
    with serve("--clock", "requests", "--step", "2", folder=tmp_path) as server:
        start = server.sim("GET", "clock").json()
        # 2026-11-01 12:00 UTC, whenever it is run.
        assert (start["now"], start["mode"]) == (1_793_534_400, "requests")
        server.api("POST", "tenants", json={"name": "x"})
        server.api("POST", "tenant_nodes", json={"tenant": 1})
        server.api("POST", "tenant_actions", json={"tenant": 1, "action": "poweron"})

        def status() -> str:
            return str(server.api("GET", "tenants/1", params={"fields": "status#status as s"}).json()["s"])

        for _ in range(5):
            server.api("GET", "system")
            server.sim("GET", "tables/tenants")
        assert [status() for _ in range(4)] == ["starting", "starting", "starting", "online"]
        assert server.sim("GET", "clock").json()["now"] == start["now"] + 7


def test_the_date_is_the_platforms(server: Server) -> None:
    from email.utils import parsedate_to_datetime

    server.sim("POST", "clock", json={"advance": 86_400 * 10})
    date = parsedate_to_datetime(server.api("GET", "system").headers["date"]).timestamp()
    assert date - time.time() == pytest.approx(86_400 * 10, abs=5)


def test_tables_and_reset(server: Server) -> None:
    rows = server.sim("GET", "tables/users").json()
    assert [row["name"] for row in rows] == ["admin", "viewer"] and "password" not in rows[0]
    server.api("POST", "tenants", json={"name": "x"})
    assert server.sim("PUT", "tables/tenants/1", json={"isolate": True}).status_code == 200
    assert server.sim("GET", "tables/tenants").json()[0]["isolate"] is True
    assert server.sim("PUT", "tables/tenants/1", json={"nosuch": 1}).status_code == 400
    assert server.sim("PUT", "tables/tenants/9", json={}).status_code == 404
    assert server.sim("GET", "tables/nosuch").status_code == 404
    assert server.sim("POST", "reset", json={"fixture": "msp:10"}).json() == {"fixture": "msp:10"}
    assert len(server.sim("GET", "tables/tenants").json()) == 10
    assert server.sim("POST", "reset", json={"fixture": "moon"}).status_code == 422
    server.sim("POST", "reset")
    assert server.sim("GET", "tables/tenants").json() == []
    assert server.api("GET", "system").status_code == 200


def test_rows_past_every_rule(server: Server) -> None:
    """What no client can make: a drive, an alarm; text keys too."""
    made = server.sim("POST", "tables/machine_drives", json={"machine": 1, "name": "nvme0"})
    assert (made.status_code, made.json()) == (201, {"$key": 1})
    drive = {"$key": 7, "parent_drive": 1, "serial": "X", "vsan_read_errors": 3}
    assert server.sim("POST", "tables/machine_drive_phys", json=drive).json() == {"$key": 7}
    fields = {"fields": "serial,vsan_read_errors,temp,parent_drive#machine#name as node"}
    shown = server.api("GET", "machine_drive_phys", params=fields).json()
    assert shown == [{"serial": "X", "vsan_read_errors": 3, "temp": 0, "node": "node1"}]
    assert server.sim("PUT", "tables/settings/cloud_name", json={"value": "x"}).status_code == 200
    assert server.api("GET", "settings/cloud_name", params={"fields": "value"}).json() == {"value": "x"}
    assert server.sim("POST", "tables/alarm_types", json={"key": "odd", "name": "Odd"}).status_code == 201
    assert server.sim("DELETE", "tables/alarm_types/odd").status_code == 200
    assert server.sim("DELETE", "tables/alarm_types/odd").status_code == 404
    assert server.sim("POST", "tables/machine_drive_phys", json=drive).status_code == 409
    for table, wrong in (
        ("alarms", {"nosuch": 1}),
        ("alarms", {"owner": ["nodes/1"]}),
        ("alarm_types", {"name": "no key"}),
        ("alarms", {"$key": "text"}),
        ("dashboard", {}),
    ):
        assert server.sim("POST", f"tables/{table}", json=wrong).status_code == 400, (table, wrong)


def test_rate_limit_switches(server: Server) -> None:
    server.sim("PUT", "switches", json={"rate_limit": "drop"})
    with pytest.raises(requests.exceptions.ConnectionError):
        for _ in range(60):
            server.api("GET", "system")
    server.sim("PUT", "switches", json={"rate_limit": "429"})
    key = {"Authorization": f"Bearer {server.ready['api_key']}"}
    session = server.new_session()
    url = server.ready["url"] + "/api/v4/system"
    statuses = [session.get(url, headers=key).status_code for _ in range(1001)]
    assert statuses[:1000] == [200] * 1000 and statuses[1000] == 429


def test_a_drain_can_cut_the_api(server: Server) -> None:
    """It is on External, which leaves node 2 (measured on a live system)."""
    server.sim("PUT", "switches", json={"drain_cuts_api": "on"})
    server.sim("POST", "clock", json={"mode": "manual", "step": 1})
    assert server.api("POST", "nodes/2/enable_maintenance", json={}).status_code == 200
    with pytest.raises(requests.exceptions.ConnectionError):
        server.api("GET", "system")
    server.sim("POST", "clock", json={"advance": 2})
    assert server.api("GET", "system").status_code == 200
