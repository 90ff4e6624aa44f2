"""The command, its ready line, its certificates."""

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
        (["--release", "25.4"], "invalid choice: '25.4'"),
        (["--switches", "/nosuch/file"], "--switches cannot read '/nosuch/file'"),
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
    assert all(
        each["alternatives"] and each["section"] and each["tables"] and each["meaning"] for each in listed
    )
    table = vergesim("--list-switches").stdout
    assert all(name in table for name in names)
    measured = {each["name"]: each["measured"] for each in listed}
    assert measured["clone_status"] == "VRG-26.0" and measured["patch"] == ""
    assert "VRG-26.0" in next(line for line in table.splitlines() if line.startswith("clone_status "))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "is none"),
        ("[]", 'an object with "switches" and "unknown"'),
        ('{"switch": {}}', 'an object with "switches" and "unknown"'),
        ('{"switches": []}', '"switches" is an object and "unknown" a list'),
        ('{"switches": {"nosuch": "1"}}', "no switch named 'nosuch'"),
        ('{"switches": {"patch": 405}}', "switch 'patch' knows 405, put, not '405'"),
        ('{"unknown": ["nosuch"]}', "names no switch 'nosuch'"),
        ('{"unknown": [["patch"]]}', "names no switch"),
        ('{"switches": {"patch": "put"}, "unknown": ["patch"]}', "patch cannot be set and unknown"),
    ],
)
def test_a_wrong_file_of_switches_is_refused(content: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "switches.json"
    path.write_text(content)
    done = vergesim("--switches", str(path))
    assert done.returncode == 2 and sentence in done.stderr and "Traceback" not in done.stderr


def test_set_wins_over_a_file_and_a_file_over_the_release(tmp_path: Path) -> None:
    path = tmp_path / "switches.json"
    path.write_text('{"switches": {"duplicate_code": "409", "patch": "put"}, "unknown": ["put_body"]}')
    options = (
        "--release",
        "26.0",
        "--switches",
        str(path),
        "--set",
        "patch=405",
        "--set",
        "row_order=reverse",
    )
    with serve(*options, "--fixture", "empty", folder=tmp_path) as server:
        for _ in range(2):
            switches = server.sim("GET", "switches").json()
            assert switches["l2_delete_enabled"] == "accept"  # by the release
            assert switches["duplicate_code"] == "409"  # by the file, against the release
            assert switches["patch"] == "405"  # by --set, against the file
            assert (switches["put_body"], switches["row_order"]) == ("empty", "reverse")
            assert server.sim("POST", "reset").status_code == 200
        assert server.new_session().get(server.ready["url"] + "/version.json").json() == {
            "version": "26.0.2.1"
        }


def test_version_and_unknown_paths(server: Server) -> None:
    session = server.new_session()
    assert session.get(server.ready["url"] + "/version.json").json() == {"version": "26.1.8"}
    for path in ("/", "/nosuch", "/sim/nosuch"):
        answer = session.get(server.ready["url"] + path)
        assert answer.status_code == 404 and "err" in answer.json()
    assert session.get(server.ready["url"] + "/api/v4/system").status_code == 401


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
    assert server.api("GET", "tenants", params={"filter": "name eq '" + "a" * 20_000 + "'"}).json() == []
    seen = server.sim("GET", "requests").json()
    assert seen["errors"] == 0 and "/api/v4/tenants/%FF" in [entry["path"] for entry in seen["log"]]


def test_what_is_no_http_is_refused(server: Server) -> None:
    host, port = server.ready["host"].split(":")
    context = ssl.create_default_context(cafile=server.ready["ca_path"])
    with (
        socket.create_connection((host, int(port)), timeout=5) as raw,
        context.wrap_socket(raw, server_hostname=host) as connection,
    ):
        connection.sendall(b"NONSENSE\x00\r\n\r\n")
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 400 ") and b'{"err":' in answer
    assert server.api("GET", "system").status_code == 200


def test_latency(tmp_path: Path) -> None:
    with serve("--latency", "150", "--fixture", "empty", folder=tmp_path) as server:
        begin = time.monotonic()
        server.api("GET", "system")
        assert time.monotonic() - begin >= 0.15


def test_it_ends_while_a_request_is_held(tmp_path: Path) -> None:
    with serve("--fixture", "empty", folder=tmp_path) as server, ThreadPoolExecutor() as pool:
        server.sim("POST", "faults", json={"kind": "stall", "seconds": 60})
        held = pool.submit(server.api, "GET", "system")
        time.sleep(0.3)
        begin = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(timeout=10) == 0 and time.monotonic() - begin < 3
        assert isinstance(held.exception(), requests.exceptions.ConnectionError)
    assert "Traceback" not in (tmp_path / "stderr").read_text()
