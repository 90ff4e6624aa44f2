"""Over real HTTPS: the command, certificates, faults, control (DESIGN 7)."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from cryptography import x509
from driver import Server, serve


def vergesim(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vergesim", *options], capture_output=True, text=True, timeout=30, check=False
    )


def test_ready_line_and_end(tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with serve("--fixture", "empty", folder=tmp_path) as server:
            ready = server.ready
            assert set(ready) == {"url", "host", "ca_path", "username", "password", "api_key"}
            assert ready["url"] == f"https://{ready['host']}" and ready["username"] == "admin"
            assert server.api("GET", "system").status_code == 200
            begin = time.monotonic()
            server.process.send_signal(number)
            out, _ = server.process.communicate(timeout=10)
            assert (server.process.returncode, out, (tmp_path / "stderr").read_text()) == (0, "", "")
            assert time.monotonic() - begin < 3


def test_certificates_stand_strict_verification(server: Server) -> None:
    context = ssl.create_default_context(cafile=server.ready["ca_path"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    host, port = server.ready["host"].split(":")
    for name in (host, "localhost"):
        with (
            socket.create_connection((host, int(port)), timeout=5) as raw,
            context.wrap_socket(raw, server_hostname=name) as connection,
        ):
            assert connection.version() == "TLSv1.3"
            der = connection.getpeercert(binary_form=True)
    leaf = x509.load_der_x509_certificate(der or b"")
    leaf.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    ca = x509.load_pem_x509_certificate(Path(server.ready["ca_path"]).read_bytes())
    constraints = ca.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical and constraints.value.ca
    assert ca.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--set", "nosuch=1"], "no switch named 'nosuch'"),
        (["--set", "patch=maybe"], "switch 'patch' knows 405, put"),
        (["--set", "patch"], "--set takes NAME=VALUE"),
        (["--fixture", "moon"], "no fixture 'moon'"),
        (["--fixture", "msp:0"], "no fixture"),
        (["--listen", "here"], "--listen takes HOST:PORT"),
        (["--step", "-1"], "numbers from 0 on"),
        (["--listen", "203.0.113.1:1"], "Cannot assign"),
    ],
)
def test_wrong_options_end_with_a_sentence(options: list[str], sentence: str) -> None:
    done = vergesim(*options)
    assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == ""


def test_list_switches() -> None:
    listed = json.loads(vergesim("--list-switches", "--json").stdout)
    names = {each["name"] for each in listed}
    assert {"l2_delete_enabled", "phantom_tier", "crash_cart_recipe"} <= names
    assert all(each["alternatives"] and each["section"] and each["tables"] and each["meaning"] for each in listed)
    table = vergesim("--list-switches").stdout
    assert all(name in table for name in names)


def test_version_and_unknown_paths(server: Server) -> None:
    session = server.new_session()
    assert session.get(server.ready["url"] + "/version.json").json() == {"version": "26.1.8"}
    for path in ("/", "/nosuch", "/sim/nosuch"):
        answer = session.get(server.ready["url"] + path)
        assert answer.status_code == 404 and "err" in answer.json()
    assert session.get(server.ready["url"] + "/api/v4/system").status_code == 401


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
    server.sim("DELETE", "requests")
    assert server.sim("GET", "requests").json() == {"counts": {}, "log": [], "errors": 0}


def test_a_create_whose_answer_is_lost_makes_one_row(server: Server) -> None:
    server.sim("POST", "faults", json={"kind": "drop", "when": "after", "method": "POST", "table": "tenants"})
    server.sim("POST", "faults", json={"kind": "drop", "when": "before", "method": "POST", "table": "tenants"})
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
    assert [each["fired"] for each in shown] == [1, 1, 1, 1] and [each["id"] for each in shown] == [1, 2, 3, 4]
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
    server.sim("POST", "faults", json={"kind": "stall", "seconds": 0.1, "then": "drop", "when": "after", "nth": 2})
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
    server.sim("POST", "faults", json={"kind": "status", "method": "get", "table": "tenants", "key": 1, "nth": 2})
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


def test_large_and_odd_requests(server: Server) -> None:
    assert server.api("POST", "tenants", data=b"x" * (5 << 20)).status_code == 413
    for body in (b"{", b"[1]", b'"x"', b"\xff\xfe", b'{"name": "\\ud800"}', b"[" * 100_000, b'{"a":' * 5000):
        assert server.api("POST", "tenants", data=body).status_code == 400
    deep = b'{"name": "x", "meta": ' + b"[" * 500 + b"]" * 500 + b"}"
    assert server.api("POST", "tenants", data=deep).status_code == 400
    for path in ("tenants/%FF", "tenants/%00", "%E2%82%AC", "tenants/1/2/3/4", "tenants/" + "9" * 5000):
        answer = server.api("GET", path)
        assert answer.status_code == 404 and answer.json()["err"]
    answer = server.api("GET", "tenants?filter=%FF%FE&fields=%00")
    assert answer.status_code == 422
    assert server.sim("GET", "requests").json()["errors"] == 0
