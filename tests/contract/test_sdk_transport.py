"""How the real SDK meets trouble on the way (section 1.6): what it sends again, and what its caller is told."""

from __future__ import annotations

from typing import Any

import certifi
import pytest
import requests
from pyvergeos import VergeClient
from pyvergeos.exceptions import (
    AuthenticationError,
    ConflictError,
    NotFoundError,
    ValidationError,
    VergeConnectionError,
)
from raw import Raw

from vergesim_process import Vergesim


def trouble(sim: Vergesim, method: str = "POST", times: int = 0, **fault: Any) -> None:
    sim.control("POST", "/sim/faults", {"method": method, "table": "tenants", "times": times, **fault})
    sim.forget()


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_write_is_sent_four_times_and_its_error_is_lost(client: VergeClient, sim: Vergesim, status: int) -> None:
    trouble(sim, kind="status", status=status)
    with pytest.raises(requests.exceptions.RetryError):
        client.tenants.create("acme")
    assert sim.requests() == {"POST tenants": 4}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_so_is_every_other_method(client: VergeClient, sim: Vergesim, acme: None, method: str) -> None:
    trouble(sim, method, kind="status", status=503)
    with pytest.raises(requests.exceptions.RetryError):
        client._request(method, "tenants/1", json_data={"note": "n"} if method == "PUT" else None)
    assert sim.requests() == {f"{method} tenants": 4}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_connection(client: VergeClient, sim: Vergesim, when: str) -> None:
    trouble(sim, kind="drop", when=when)
    with pytest.raises(VergeConnectionError):
        client.tenants.create("acme")
    assert sim.requests() == {"POST tenants": 4}
    assert len(sim.rows("tenants")) == (1 if when == "after" else 0)


def test_a_success_that_is_answered_502_is_reported_as_a_conflict(client: VergeClient, sim: Vergesim) -> None:
    trouble(sim, times=1, kind="status", status=502, when="after")
    with pytest.raises(ConflictError):
        client.tenants.create("acme")
    assert sim.requests() == {"POST tenants": 2}
    assert [row["name"] for row in sim.rows("tenants")] == ["acme"]


def test_or_is_made_twice(client: VergeClient, sim: Vergesim, acme: None) -> None:
    sim.control("POST", "/sim/faults", {"table": "tenant_nodes", "kind": "status", "status": 502, "when": "after"})
    client.tenants.get(1).nodes.create(name="")
    assert [row["name"] for row in sim.rows("tenant_nodes") if row["tenant"] == 1] == ["node1", "node2", "node3"]


def test_without_retries_a_write_is_sent_once(sim: Vergesim, client: VergeClient) -> None:
    ready = sim.ready
    with VergeClient(ready["host"], username=ready["username"], password=ready["password"], retry_total=0) as once:
        trouble(sim, kind="status", status=503)
        with pytest.raises(requests.exceptions.RequestException):
            once.tenants.create("acme")
    assert sim.requests() == {"POST tenants": 1}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AuthenticationError),
        (403, AuthenticationError),
        (404, NotFoundError),
        (409, ConflictError),
        (422, ValidationError),
    ],
)
def test_a_refusal_is_met_once(client: VergeClient, sim: Vergesim, status: int, error: type[Exception]) -> None:
    trouble(sim, kind="status", status=status)
    with pytest.raises(error, match=f"Injected status {status}") as caught:
        client.tenants.create("acme")
    assert sim.requests() == {"POST tenants": 1}
    assert getattr(caught.value, "status_code", None) == status


def test_the_certificate_is_checked_unless_told_otherwise(
    sim: Vergesim, client: VergeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    ready = sim.ready
    login = {"username": ready["username"], "password": ready["password"]}
    with pytest.raises(VergeConnectionError):
        VergeClient(ready["host"], **login)
    with VergeClient(ready["host"], verify_ssl=False, **login) as connected:
        assert connected.version == "26.1.8"


def test_a_bundle_in_the_environment_overrides_verify_ssl(
    sim: Vergesim, client: VergeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", certifi.where())
    ready = sim.ready
    with pytest.raises(VergeConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        VergeClient(ready["host"], username=ready["username"], password=ready["password"], verify_ssl=False)


def test_an_api_key_is_preferred_to_a_password(sim: Vergesim, client: VergeClient) -> None:
    ready = sim.ready
    with VergeClient(ready["host"], username="admin", password="wrong", token=ready["api_key"]) as connected:
        assert connected.tenants.list() == []


def test_a_wrong_password_is_tried_once(sim: Vergesim, client: VergeClient) -> None:
    sim.forget()
    with pytest.raises(AuthenticationError):
        VergeClient(sim.ready["host"], username="admin", password="wrong")
    assert sim.requests() == {"GET system": 1}


def test_a_session_token_works_as_a_header(raw: Raw, sim: Vergesim) -> None:
    session = raw._session
    receipt = session.post(f"{raw.url}/api/sys/tokens", json={}, timeout=30).json()
    assert receipt["location"] == f"/sys/tokens/{receipt['$key']}"
    session.auth = None
    session.headers["x-yottabyte-token"] = receipt["$key"]
    assert raw.read("tenants", fields="$key,name") == []
    assert session.delete(f"{raw.url}/api{receipt['location']}", timeout=30).status_code == 200
    assert raw.refused("GET", "tenants")[0] == 401
