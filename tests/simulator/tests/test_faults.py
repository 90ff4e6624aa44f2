"""Faults over real HTTPS."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from driver import Server


def test_a_create_whose_answer_is_lost_makes_one_row(server: Server) -> None:
    server.sim("POST", "faults", json={"kind": "drop", "when": "after", "method": "POST", "table": "tenants"})
    server.sim(
        "POST", "faults", json={"kind": "drop", "when": "before", "method": "POST", "table": "tenants"}
    )
    for name in ("made", "lost"):
        with pytest.raises(requests.exceptions.ConnectionError):
            server.api("POST", "tenants", json={"name": name})
    assert server.api("GET", "tenants", params={"fields": "name"}).json() == [{"name": "made"}]
    log = server.sim("GET", "requests").json()["log"]
    assert [entry["status"] for entry in log] == [None, None, 200]


def test_faults_that_answer(server: Server) -> None:
    def fault(**more: object) -> None:
        assert server.sim("POST", "faults", json=more).status_code == 201

    fault(kind="status", status=502, when="after", method="PUT")
    fault(kind="html", method="GET")
    fault(kind="rate_limit", seconds=7)
    fault(kind="expired_key")
    server.api("POST", "tenants", json={"name": "x"})  # the rate limit strikes
    html = server.api("GET", "tenants")
    assert (html.status_code, html.headers["content-type"]) == (502, "text/html")
    assert server.api("GET", "tenants").json() == {"err": "Login failed"}
    server.api("POST", "tenants", json={"name": "x"})
    assert server.api("PUT", "tenants/1", json={"note": "made"}).status_code == 502
    assert server.api("GET", "tenants/1", params={"fields": "note"}).json() == {"note": "made"}
    shown = server.sim("GET", "faults").json()
    assert [each["fired"] for each in shown] == [1, 1, 1, 1] and [each["id"] for each in shown] == [
        1,
        2,
        3,
        4,
    ]
    server.sim("DELETE", "faults/2")
    assert [each["id"] for each in server.sim("GET", "faults").json()] == [1, 3, 4]
    assert server.sim("DELETE", "faults/2").status_code == 404
    server.sim("DELETE", "faults")
    assert server.sim("GET", "faults").json() == []


def test_rate_limit_tells_when_to_come_back(server: Server) -> None:
    server.sim("POST", "faults", json={"kind": "rate_limit", "seconds": 7})
    answer = server.api("GET", "tenants")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")


def test_truncated_bodies(server: Server) -> None:
    server.sim("POST", "faults", json={"kind": "truncate"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        server.api("GET", "nodes")
    assert server.api("GET", "nodes").status_code == 200


def test_a_stall_holds_nobody_else(server: Server) -> None:
    server.sim("POST", "faults", json={"kind": "stall", "seconds": 0.5, "table": "tenants"})
    server.sim(
        "POST", "faults", json={"kind": "stall", "seconds": 0.1, "then": "drop", "when": "after", "nth": 2}
    )
    with ThreadPoolExecutor() as pool:
        begin = time.monotonic()
        slow = pool.submit(server.new_session().get, server.ready["url"] + "/api/v4/tenants")
        time.sleep(0.1)
        assert server.api("GET", "nodes").status_code == 200
        assert time.monotonic() - begin < 0.45
        assert slow.result().status_code == 401 and time.monotonic() - begin >= 0.5
    with pytest.raises(requests.exceptions.ConnectionError):
        server.api("GET", "nodes")


def test_chaos_can_be_repeated(server: Server) -> None:
    def run() -> list[int]:
        server.sim("POST", "reset")
        server.sim("POST", "faults", json={"kind": "status", "probability": 0.4, "seed": 7})
        return [server.api("GET", "system").status_code for _ in range(20)]

    first = run()
    assert first == run() and set(first) == {200, 503}


def test_faults_match_by_action_and_key(server: Server) -> None:
    server.api("POST", "tenants", json={"name": "x"})
    server.sim("POST", "faults", json={"kind": "status", "table": "tenant_actions", "action": "poweroff"})
    server.sim("POST", "faults", json={"kind": "status", "table": "nodes", "action": "maintenance_reboot"})
    server.sim(
        "POST", "faults", json={"kind": "status", "method": "get", "table": "tenants", "key": 1, "nth": 2}
    )
    assert server.api("POST", "tenant_actions", json={"tenant": 1, "action": "isolateon"}).status_code == 201
    assert server.api("POST", "tenant_actions", json={"tenant": 1, "action": "poweroff"}).status_code == 503
    assert server.api("POST", "nodes/1/maintenance_reboot", json={}).status_code == 503
    statuses = [server.api("GET", "tenants/1").status_code for _ in range(3)]
    assert statuses == [200, 503, 200] and server.api("GET", "tenants").status_code == 200


def test_faults_of_the_system(server: Server) -> None:
    server.sim("POST", "faults", json={"kind": "unplaceable", "tenant": "x", "times": 1})
    server.sim("POST", "faults", json={"kind": "stuck_drain", "node": 1})
    server.api("POST", "tenants", json={"name": "x"})
    server.api("POST", "tenant_nodes", json={"tenant": 1})
    states = []
    for _ in range(2):
        server.api("POST", "tenant_actions", json={"tenant": 1, "action": "poweron"})
        states.append(server.api("GET", "tenants/1", params={"fields": "status#status as s"}).json()["s"])
    assert states == ["offline", "online"]
    server.api("POST", "nodes/1/enable_maintenance", json={})
    row = server.api("GET", "nodes/1", params={"fields": "machine#status#status as s"}).json()
    assert row == {"s": "migrating"}
    assert server.sim("GET", "faults").json()[1]["fired"] > 0


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"kind": "flood"},
        {"kind": "status", "status": 99},
        {"kind": "status", "colour": "red"},
        {"kind": "stall", "seconds": -1},
        {"kind": "stall", "seconds": "1"},
        {"kind": "drop", "when": "during"},
        {"kind": "drop", "nth": 0},
        {"kind": "drop", "probability": 2},
        {"kind": "drop", "times": True},
        {"kind": "drop", "then": "dance"},
    ],
)
def test_wrong_faults_are_refused(server: Server, fault: dict[str, object]) -> None:
    answer = server.sim("POST", "faults", json=fault)
    assert answer.status_code == 400 and answer.json()["err"]
