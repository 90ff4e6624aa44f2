"""Status codes, error bodies, receipts and keys, as they are on the wire (docs/platform.md#1.3 to 1.5)."""

from __future__ import annotations

from typing import Any

import pytest
from raw import Raw

from vergesim_process import Vergesim

#: Method, path, body, status and sentence. Tenants 1 and 2 exist and are stopped.
REFUSALS: dict[str, tuple[str, str, Any, int, str]] = {
    "validation": (
        "POST",
        "tenant_nodes",
        {"tenant": 1, "ram": 1024},
        422,
        "Validation error on field: 'ram' - 'fails validation test'",
    ),
    "a value outside an enum": (
        "POST",
        "vnet_actions",
        {"vnet": 3, "action": "killpower"},
        422,
        "value 'killpower' is not in list for field 'action'",
    ),
    "a tenant's action that is none": (
        "POST",
        "tenant_actions",
        {"tenant": 1, "action": "kill"},
        422,
        "value 'kill' is not in list for field 'action'",
    ),
    "a read-only column": ("PUT", "tenants/1", {"uuid": "x"}, 422, "field 'uuid' is readonly"),
    "isolation as a column": ("PUT", "tenants/1", {"isolate": True}, 422, "field 'isolate' is readonly"),
    "a missing parameter": ("POST", "tenant_actions", {"tenant": 1, "action": "give_file"}, 422, "required parameter"),
    "a reference to no row": (
        "POST",
        "tenant_nodes",
        {"tenant": 99},
        404,
        "error setting field 'tenant': No such file or directory",
    ),
    "a row that is none": ("GET", "tenants/99", None, 404, "Resource '/v4/tenants/99' not found during get"),
    "a table that is none": ("GET", "nothing", None, 404, "Resource '/v4/nothing' not found during get"),
    "an update of no row": ("PUT", "tenants/99", {"note": "n"}, 404, "/v4/tenants/99"),
    "a delete of no row": ("DELETE", "tenants/99", None, 404, "/v4/tenants/99"),
    "an action of the other spelling": (
        "POST",
        "node_actions/leavemaintenance",
        {"node": 1, "action": "leavemaintenance"},
        404,
        "node_actions",
    ),
    **{
        f"{table} without its object": ("POST", table, {}, 422, f"field '{table}.{column}' is required")
        for table, column in (
            ("tenant_actions", "tenant"),
            ("tenant_node_actions", "tenant_node"),
            ("tenant_snapshot_actions", "tenant"),
            ("vnet_actions", "vnet"),
            ("node_actions", "node"),
        )
    },
    "a power action refused by state": (
        "POST",
        "tenant_actions",
        {"tenant": 1, "action": "poweroff"},
        422,
        "Tenant must be in running state to poweroff",
    ),
    "and of a node": (
        "POST",
        "tenant_node_actions",
        {"tenant_node": 1, "action": "poweroff"},
        422,
        "Tenant node must be in running state to poweroff",
    ),
    "a duplicate": ("POST", "tenants", {"name": "acme"}, 409, "acme"),
    "a delete refused by state": ("DELETE", "tenant_layer2_vnets/1", None, 405, ""),
    "a physical node": ("DELETE", "nodes/2", None, 405, ""),
    "a write to what only reads": ("POST", "storage_tiers", {"tier": 5}, 405, ""),
    "PATCH": ("PATCH", "tenants/1", {"note": "n"}, 405, "PATCH"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal(raw: Raw, acme: None, name: str) -> None:
    method, path, body, status, sentence = REFUSALS[name]
    answered, said = raw.refused(method, path, body)
    assert answered == status
    assert sentence in said


def test_a_recipe_that_is_only_tried_is_a_405_with_a_response(raw: Raw, sim: Vergesim, acme: None) -> None:
    recipe = next(row["$key"] for row in sim.rows("vm_recipes") if row["name"] == "Crash Cart")
    body = {"recipe": recipe, "name": "cart", "answers": {"tenant": 1}, "simulate": True}
    answer = raw.ask("POST", "vm_recipe_instances", body)
    assert answer.status_code == 405
    assert answer.json()["err"] == "Simulation complete"
    assert answer.json()["response"].keys() == {"cloudinit_files", "logs", "answers"}
    assert sim.rows("vm_recipe_instances") == []


def test_what_a_recipe_built_is_in_the_receipt(raw: Raw, sim: Vergesim, acme: None) -> None:
    recipe = next(row["$key"] for row in sim.rows("vm_recipes") if row["name"] == "Crash Cart")
    body = {"recipe": recipe, "name": "cart", "answers": {"tenant": 1}}
    vm = raw.ask("POST", "vm_recipe_instances", body).json()["response"]["vm"]
    assert raw.read(f"vms/{vm}", fields="name") == {"name": "cart"}


def test_an_unknown_column_is_dropped(raw: Raw, sim: Vergesim, acme: None) -> None:
    assert raw.ask("PUT", "tenants/1", {"nonsense": 1, "note": "kept"}).status_code == 200
    key = raw.create("tenants", name="third", nonsense=1)
    assert all("nonsense" not in row for row in sim.rows("tenants"))
    assert raw.read("tenants/1", fields="note") == {"note": "kept"}
    assert raw.read(f"tenants/{key}", fields="all").get("nonsense") is None


def test_an_action_in_the_query_may_do_nothing(raw: Raw, sim: Vergesim, acme: None) -> None:
    before = sim.rows("tenants")
    answer = raw.ask("PUT", "tenants/1", {}, action="apply_universal_vars")
    assert answer.status_code == 200
    assert sim.rows("tenants") == before


@pytest.mark.parametrize("login", [("admin", "wrong"), ("nobody", "wrong"), None], ids=["password", "user", "none"])
def test_without_a_login_there_is_a_401(raw: Raw, login: tuple[str, str] | None) -> None:
    raw._session.auth = login
    status, said = raw.refused("GET", "tenants", fields="$key,name")
    assert status == 401
    assert said != ""


def test_who_may_only_read_gets_a_403_on_writing(raw: Raw, sim: Vergesim) -> None:
    viewer = next(row["$key"] for row in sim.rows("users") if row["name"] == "viewer")
    key = raw.ask("POST", "user_api_keys", {"user": viewer, "name": "reader", "expires_type": "never"}).json()
    raw._session.auth = None
    raw._session.headers["Authorization"] = f"Bearer {key['response']['private_key']}"
    assert raw.refused("POST", "tenants", {"name": "acme"})[0] == 403
    # Only the networks that the viewer may see, and no refusal.
    assert raw.read("vnets", fields="name") == [{"name": "External"}]
    assert sim.rows("tenants") == []


def test_malformed_json_is_a_400(raw: Raw) -> None:
    answer = raw._session.post(f"{raw.url}/api/v4/tenants", data=b"{", timeout=30)
    assert answer.status_code == 400
    assert answer.json().keys() == {"err"}


def test_an_error_is_an_object_with_a_sentence(raw: Raw) -> None:
    answer = raw.ask("GET", "tenants/99")
    assert answer.headers["content-type"].startswith("application/json")
    assert list(answer.json()) == ["err"]


CREATES: dict[str, dict[str, Any]] = {
    "clusters": {"name": "edge"},
    "tenants": {"name": "new"},
    "tenant_nodes": {"tenant": 1},
    "tenant_storage": {"tenant": 1, "tier": 4, "provisioned": 1024**3},
    "vnet_cidrs": {"vnet": 3, "cidr": "192.0.2.128/28", "owner": "tenants/1"},
    "vnet_addresses": {"vnet": 3, "ip": "198.51.100.99", "type": "virtual", "owner": "tenants/1"},
    "tenant_layer2_vnets": {"tenant": 1, "vnet": 3},
    "tenant_snapshots": {"tenant": 1, "name": "now"},
    "tenant_actions": {"tenant": 1, "action": "isolateon"},
}


@pytest.mark.parametrize("table", CREATES)
def test_a_receipt_carries_no_columns(raw: Raw, acme: None, table: str) -> None:
    answer = raw.ask("POST", table, CREATES[table])
    receipt = answer.json()
    assert answer.status_code == 201
    assert receipt.keys() - {"response"} == {"location", "dbpath", "$row", "$key"}
    assert isinstance(receipt["$row"], int)
    assert receipt["$key"] == str(receipt["$row"])
    assert receipt["dbpath"] == f"{table}/{receipt['$key']}"
    assert receipt["location"] == f"/v4/{receipt['dbpath']}"


def test_a_key_is_an_integer_once_it_is_read_back(raw: Raw, acme: None) -> None:
    assert raw.read("tenants", fields="$key,name")[0]["$key"] == 1
    assert raw.read("tenants/1", fields="$key,name")["$key"] == 1


def test_an_update_answers_an_empty_object(raw: Raw, acme: None) -> None:
    answer = raw.ask("PUT", "tenants/1", {"note": "n"})
    assert (answer.status_code, answer.json()) == (200, {})


def test_a_delete_answers_200(raw: Raw, acme: None) -> None:
    answer = raw.ask("DELETE", "tenants/1")
    assert (answer.status_code, answer.text) in ((200, "{}"), (200, ""))
    assert raw.refused("GET", "tenants/1")[0] == 404


def test_a_row_action_answers_200_or_201(raw: Raw) -> None:
    assert raw.ask("POST", "nodes/1/enable_maintenance", {}).status_code in (200, 201)


def test_numbers_and_booleans_are_never_null(raw: Raw, acme: None) -> None:
    for table in (
        "clusters",
        "cluster_status",
        "nodes",
        "storage_tiers",
        "tenants",
        "tenant_status",
        "tenant_storage",
        "tenant_stats",
    ):
        declared = {column["name"]: column for column in raw.read(f"{table}/$table")["fields"]}
        for row in raw.read(table, fields="all"):
            null = [name for name, value in row.items() if value is None]
            assert [name for name in null if declared[name]["type"] in ("bool", "int", "number")] == []


def test_times_are_seconds_but_of_logs_microseconds(raw: Raw, sim: Vergesim, acme: None) -> None:
    now = sim.control("GET", "/sim/clock")["now"]
    assert abs(raw.read("tenants/1", fields="created")["created"] - now) < 60
    for table in ("tenant_logs", "logs"):
        assert abs(raw.read(table, fields="$key,timestamp", sort="-timestamp")[0]["timestamp"] - now * 1e6) < 60e6


def test_a_deleted_key_is_given_again(raw: Raw, acme: None) -> None:
    before = raw.read("tenants/1", fields="uuid")["uuid"]
    raw.ask("DELETE", "tenants/1")
    assert raw.create("tenants", name="acme") == 1
    assert raw.read("tenants/1", fields="uuid")["uuid"] != before


def test_a_receipt_tells_a_key_that_is_given_again(raw: Raw, acme: None) -> None:
    raw.ask("DELETE", "tenant_nodes/1")
    receipt = raw.ask("POST", "tenant_nodes", {"tenant": 1}).json()
    assert (receipt["$row"], receipt["$key"], receipt["dbpath"]) == (1, "1", "tenant_nodes/1")


def test_a_deleted_storage_key_is_given_again(raw: Raw, acme: None) -> None:
    raw.ask("DELETE", "tenant_storage/2")
    assert raw.create("tenant_storage", tenant=2, tier=4, provisioned=1024**3) == 2


def test_a_deleted_key_belongs_to_whom_it_is_given(raw: Raw, acme: None) -> None:
    raw.ask("DELETE", "tenant_nodes/1")
    assert raw.create("tenant_nodes", tenant=2) == 1
    assert raw.read("tenant_nodes/1", fields="tenant") == {"tenant": 2}
