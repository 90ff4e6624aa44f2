"""Logins and rights (docs/platform.md#1.2, 8 #26), tokens, users, keys."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver, basic
from vergesim.http.api import Call, handle


def ask(sim: Driver, headers: dict[str, str], path: str = "/api/v4/system", **more: Any) -> tuple[int, Any]:
    answer = handle(sim.world, Call(more.pop("method", "GET"), path, {}, headers, **more))
    return answer.status, answer.payload


def test_basic(sim: Driver) -> None:
    assert ask(sim, sim.headers)[0] == 200
    assert ask(sim, {}) == (401, {"err": "Login required"})
    for value in (
        "Basic",
        "Basic !!!",
        "Basic YQ==",
        "Basic /////w==",
        basic("nobody", "x"),
        "Digest x",
        "Bearer ",
    ):
        assert ask(sim, {"authorization": value})[0] == 401


def test_an_account_is_locked_after_wrong_passwords(sim: Driver) -> None:
    wrong = {"authorization": basic("admin", "wrong")}
    for _ in range(9):
        ask(sim, wrong)
    assert ask(sim, sim.headers)[0] == 200  # the lock is off by default (documented)
    sim.set(account_lock="5")
    for _ in range(4):
        assert ask(sim, wrong) == (401, {"err": "Login failed"})
    assert ask(sim, sim.headers)[0] == 200  # a right one starts the count again
    for _ in range(5):
        ask(sim, wrong)
    assert ask(sim, sim.headers) == (401, {"err": "Account is locked"})
    user = sim.world.get("users", 1)
    assert user["failed_attempts"] == 5 and user["account_locked"] == sim.world.now
    assert ask(sim, {"authorization": f"Bearer {sim.world.credentials.api_key}"})[0] == 200
    sim.set(account_lock="off")
    assert ask(sim, sim.headers)[0] == 200
    sim.set(account_lock="3")
    for _ in range(3):
        ask(sim, wrong)
    assert ask(sim, sim.headers)[0] == 401


def test_api_keys(sim: Driver) -> None:
    credentials = sim.world.credentials
    assert ask(sim, {"authorization": f"Bearer {credentials.api_key}"})[0] == 200
    for wrong in (credentials.expired_key, credentials.restricted_key, "nonsense"):
        assert ask(sim, {"authorization": f"Bearer {wrong}"})[0] == 401
    allowed = Call(
        "GET",
        "/api/v4/system",
        {},
        {"authorization": f"Bearer {credentials.restricted_key}"},
        client="192.0.2.9",
    )
    assert handle(sim.world, allowed).status == 200
    shown = str(sim.get("user_api_keys", fields="all")) + str(sim.simulator.raw_rows("user_api_keys"))
    assert credentials.api_key not in shown
    assert sim.get("user_api_keys/1", fields="lastlogin_ip,user#name as u") == {
        "lastlogin_ip": "127.0.0.1",
        "u": "admin",
    }


def test_a_key_is_told_once_and_expires(sim: Driver) -> None:
    body = {"user": 1, "name": "mine", "expires_type": "date", "expires": sim.world.now + 60}
    status, receipt = sim.call("POST", "user_api_keys", body)
    secret = receipt["response"]["private_key"]
    bearer = {"authorization": f"Bearer {secret}"}
    assert status == 201 and ask(sim, bearer)[0] == 200
    sim.wait(7)
    assert ask(sim, bearer)[0] == 401
    sim.change(f"user_api_keys/{receipt['$key']}", expires_type="never", ip_deny_list="127.0.0.0/8")
    assert ask(sim, bearer)[0] == 401
    sim.change(f"user_api_keys/{receipt['$key']}", ip_deny_list="10.0.0.1,nonsense")
    assert ask(sim, bearer)[0] == 200
    sim.call("DELETE", f"user_api_keys/{receipt['$key']}")
    assert ask(sim, bearer)[0] == 401


def test_session_tokens(sim: Driver) -> None:
    status, receipt = ask(sim, sim.headers, "/api/sys/tokens", method="POST")
    token = receipt["$key"]
    assert status == 201
    assert receipt["location"] == f"/sys/tokens/{token}" and receipt["dbpath"] == f"tokens/{token}"
    assert ask(sim, {"x-yottabyte-token": token})[0] == 200
    assert ask(sim, {"authorization": f"Bearer {token}"})[0] == 200
    sim.set(token_as_bearer="reject")
    assert ask(sim, {"authorization": f"Bearer {token}"})[0] == 401
    assert ask(sim, {"x-yottabyte-token": token}, f"/api/sys/tokens/{token}", method="DELETE") == (200, {})
    assert ask(sim, {"x-yottabyte-token": token})[0] == 401
    login = f'{{"login": "admin", "password": "{sim.world.credentials.password}"}}'.encode()
    assert ask(sim, {}, "/api/sys/tokens", method="POST", body=login)[0] == 201
    assert ask(sim, {}, "/api/sys/tokens", method="POST", body=b'{"login": 1}')[0] == 401
    assert ask(sim, sim.headers, "/api/sys/tokens")[0] == 405
    assert ask(sim, sim.headers, "/api/sys/nosuch", method="POST")[0] == 404
    assert ask(sim, sim.headers, "/api/sys/tokens/nosuch", method="DELETE")[0] == 404


def test_the_restricted_user(sim: Driver) -> None:
    """Filtered lists, 403 on write (assumed, 8 #26)."""
    sim.tenant()
    sim.as_viewer()
    assert [row["name"] for row in sim.get("vnets", fields="name")] == ["External"]
    assert [row["name"] for row in sim.get("tenants", fields="name")] == ["acme"]
    assert len(sim.get("tenant_nodes", fields="tenant,name")) == 1  # inherited from the tenant
    assert sim.get("users", fields="name") == [] == sim.get("logs", fields="text")
    assert sim.get("vnets/3", fields="name") == {"name": "External"}
    assert sim.refused("GET", "vnets/1") == (403, "Permission denied")
    for method, path, body in (
        ("POST", "tenants", {"name": "x"}),
        ("POST", "tenant_nodes", {"tenant": 1}),
        ("POST", "tenant_nodes", {}),
        ("POST", "tenant_actions", {"tenant": 1, "action": "poweron"}),
        ("POST", "tenant_actions", {}),
        ("POST", "nodes/1/enable_maintenance", {}),
        ("PUT", "tenants/1", {"note": "x"}),
        ("PUT", "tenants/1?action=x", {"note": "x"}),
        ("DELETE", "tenants/1", None),
        ("DELETE", "vnets/1", None),
        ("GET", "tenants/$table", None),
    ):
        status, _ = sim.refused(
            method, path.partition("?")[0], body, **({"action": "x"} if "?" in path else {})
        )
        assert status == 403, (method, path)
    sim.set(hidden_row="404", restricted_list="refuse")
    assert sim.refused("GET", "vnets/1")[0] == 404
    assert sim.refused("GET", "users")[0] == 403


def test_rights_on_one_tenant(sim: Driver) -> None:
    for name in ("a", "b"):
        sim.tenant(name)
    for row in sim.get("permissions", filter="table eq 'tenants'", fields="$key,table"):
        sim.call("DELETE", f"permissions/{row['$key']}")
    rights = {"list": True, "read": True, "create": True, "modify": True}
    assert sim.call("POST", "permissions", {"identity": 2, "table": "tenants", "row": 2, **rights})[0] == 201
    sim.as_viewer()
    assert [row["name"] for row in sim.get("tenants", fields="name")] == ["b"]
    assert [row["tenant"] for row in sim.get("tenant_nodes", fields="tenant")] == [2]
    sim.make("tenant_nodes", tenant=2)
    assert sim.refused("POST", "tenant_nodes", {"tenant": 1})[0] == 403
    sim.act(2, "isolateon")
    assert sim.refused("POST", "tenant_actions", {"tenant": 1, "action": "isolateon"})[0] == 403


def test_users(sim: Driver) -> None:
    key = sim.make("users", name="bob", password="secret")
    assert ask(sim, {"authorization": basic("bob", "secret")})[0] == 200
    assert sim.refused("POST", "users", {"name": "bob", "password": "x"})[0] == 409
    assert sim.refused("POST", "users", {"name": "eve"})[0] == 422
    sim.change(f"users/{key}", enabled=False)
    assert ask(sim, {"authorization": basic("bob", "secret")})[0] == 401
    assert sim.call("DELETE", f"users/{key}") == (200, {})
    assert sim.refused("DELETE", "users/1")[0] == 405


def test_index_and_schema(sim: Driver) -> None:
    assert {"name": "tenant_dashboard", "type": "view"} in sim.get("")
    schema = sim.get("tenants/$table")
    names = {field["name"]: field for field in schema["fields"]}
    assert (
        names["uuid"]["readonly"]
        and names["name"]["required"]
        and names["ui_address"]["table"] == "vnet_addresses"
    )
    assert ask(sim, sim.headers, "/api/v3/tenants")[0] == 404
    assert sim.refused("POST", "")[0] == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW"])
def test_wrong_methods(sim: Driver, method: str) -> None:
    for path in ("", "tenants", "system", "tenants/$table", "tenant_dashboard"):
        assert sim.refused(method, path)[0] in (404, 405)
