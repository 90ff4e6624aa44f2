"""What docs/platform.md#5.2 says beside its table: what the SDK checks, and what it leaves to the platform."""

from __future__ import annotations

from typing import Any

import pytest
from pyvergeos import VergeClient
from pyvergeos.exceptions import APIError, FieldNotProjectedError, NotFoundError, ValidationError
from wire import TENANT, Case, Entries, Wire, delete, get, post

from vergesim_process import Vergesim

pytestmark = pytest.mark.usefixtures("acme")
CART = "Crash Cart - acme"


def recipes(sim: Vergesim) -> dict[str, str]:
    return {row["name"]: row["id"] for row in sim.rows("vm_recipes")}


def test_deleting_checks_nothing(client: VergeClient, wire: Wire, sim: Vergesim) -> None:
    Case(lambda client: client.tenants.delete(1), [delete("tenants/1")], leaves={("tenants", 1): None}).check(
        client, wire, sim
    )


def test_a_running_tenant_is_kept_by_the_platform(client: VergeClient, sim: Vergesim) -> None:
    client.tenants.power_on(1)
    with pytest.raises(APIError, match="Tenant must be powered off to delete") as caught:
        client.tenants.delete(1)
    assert caught.value.status_code == 405
    assert len(sim.rows("tenants")) == 2


def test_the_network_outlasts_its_tenant(client: VergeClient, sim: Vergesim) -> None:
    sim.control("POST", "/sim/clock", {"mode": "manual", "step": 1})
    client.tenants.power_on(1)
    sim.control("POST", "/sim/clock", {"advance": 10})
    client.tenants.power_off(1)
    sim.control("POST", "/sim/clock", {"advance": 1})
    assert client.tenants.get(1).status == "offline"
    with pytest.raises(APIError, match="Tenant network must be powered off to delete tenant") as caught:
        client.tenants.delete(1)
    assert caught.value.status_code == 405
    client.networks.get(client.tenants.get(1)["vnet"]).power_off(force=True)
    client.tenants.delete(1)
    assert [row["name"] for row in sim.rows("tenants")] == ["other"]


def test_a_crash_cart_comes_and_goes(client: VergeClient, wire: Wire, sim: Vergesim) -> None:
    made = Case(
        lambda client: client.tenants.create_crash_cart(1),
        [
            get("tenants/1", TENANT),
            get("vm_recipes", "id,name", filter="name eq 'Crash Cart'"),
            post("vm_recipe_instances", {"recipe": recipes(sim)["Crash Cart"], "name": CART, "answers": {"tenant": 1}}),
        ],
        lambda answer: [row["name"] for row in sim.rows("vms") if str(row["$key"]) == str(answer["response"]["vm"])],
        [CART],
    )
    made.check(client, wire, sim)
    (key,) = (row["$key"] for row in sim.rows("vms") if row["name"] == CART)
    Case(
        lambda client: client.tenants.delete_crash_cart(1),
        [
            get("tenants/1", TENANT),
            get("vms", Entries(23), filter=f"(name eq '{CART}') and is_snapshot eq false", limit="1"),
            delete(f"vms/{key}"),
        ],
        leaves={("vms", key): None},
    ).check(client, wire, sim)


def test_a_crash_cart_of_another_name_is_not_found(client: VergeClient) -> None:
    client.tenants.create_crash_cart(1, name="rescue")
    with pytest.raises(NotFoundError):
        client.tenants.delete_crash_cart(1)
    client.tenants.delete_crash_cart(1, name="rescue")


def test_without_the_short_recipe_there_is_no_crash_cart(monkeypatch: pytest.MonkeyPatch) -> None:
    with Vergesim("lab", 0, "--set", "crash_cart_recipe=long") as sim:
        ready = sim.ready
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", ready["ca_path"])
        assert "Tenant Crash Cart" in recipes(sim)
        with VergeClient(ready["host"], username=ready["username"], password=ready["password"]) as client:
            client.tenants.create("acme")
            with pytest.raises(NotFoundError, match="Crash Cart recipe not found"):
                client.tenants.create_crash_cart(1)


def test_isolation_of_the_object_goes_by_what_it_remembers(client: VergeClient, wire: Wire, sim: Vergesim) -> None:
    tenant = client.tenants.get(1)
    tenant.enable_isolation()
    wire.forget()
    tenant.enable_isolation()
    assert wire.sent() == [post("tenant_actions", {"tenant": 1, "action": "isolateon"})]
    wire.forget()
    with pytest.raises(ValueError, match="already in isolation"):
        client.tenants.get(1).enable_isolation()
    with pytest.raises(ValueError, match="not in isolation"):
        tenant.disable_isolation()
    assert wire.sent() == [get("tenants/1", TENANT)]


@pytest.mark.parametrize("method", ["power_on", "power_off", "reset", "clone", "enable_isolation"])
def test_a_snapshot_has_no_power(client: VergeClient, wire: Wire, sim: Vergesim, method: str) -> None:
    sim.control("PUT", "/sim/tables/tenants/2", {"is_snapshot": True})
    snapshot = client.tenants.get(2)
    wire.forget()
    with pytest.raises(ValueError, match="snapshot"):
        getattr(snapshot, method)()
    assert wire.sent() == []
    assert [row.name for row in client.tenants.list()] == ["acme"]


def test_a_snapshot_of_the_same_name_is_passed_over(client: VergeClient, sim: Vergesim) -> None:
    sim.control("PUT", "/sim/tables/tenants/1", {"is_snapshot": True, "name": "other"})
    assert client.tenants.get(name="other").key == 2
    with pytest.raises(NotFoundError):
        client.tenants.get(name="acme")


@pytest.mark.parametrize(
    ("call", "error", "status", "says"),
    [
        (lambda tenants: tenants.get(77), NotFoundError, 404, "not found"),
        (lambda tenants: tenants.power_on(77), NotFoundError, 404, "error setting field"),
        (lambda tenants: tenants.power_off(1), ValidationError, 422, "Tenant must be in running state to poweroff"),
        (lambda tenants: tenants.send_file(1, 77), NotFoundError, 404, "error setting field"),
    ],
    ids=["no such tenant", "power of no tenant", "power off what is off", "no such file"],
)
def test_refusals(client: VergeClient, call: Any, error: type[APIError], status: int, says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        call(client.tenants)
    assert caught.value.status_code == status
    assert caught.value.response_body["err"] in str(caught.value)


def test_what_was_not_asked_for_is_no_false(client: VergeClient) -> None:
    tenant = client.tenants.get(1, fields=["$key", "name"])
    with pytest.raises(FieldNotProjectedError):
        tenant.is_running  # noqa: B018
    with pytest.raises(FieldNotProjectedError):
        tenant.status  # noqa: B018


def test_all_is_completed_by_the_client(client: VergeClient, wire: Wire) -> None:
    wire.forget()
    tenant = client.tenants.get(1, fields=["all"])
    (request,) = wire.sent()
    assert request.params["fields"].startswith("all,$key,status#started as started_ts,")
    assert (tenant.status, tenant.is_running, tenant["theme_access"]) == ("offline", False, "host_only")


def test_a_count_instead_of_a_list_looks_like_a_row(client: VergeClient) -> None:
    (row,) = client.tenants.list(name="nobody", fields=["nonsense"])
    assert dict(row) == {"$count": 0}


SHAPES = [
    {},
    {"action_body": "empty"},
    {"delete_body": "empty"},
    {"delete_body": "no_content"},
    {"put_body": "key"},
    {"system_shape": "object"},
    {"key_in_rows": "string"},
    {"default_projection": "all"},
    {"row_order": "reverse"},
    {"empty_result": "list"},
]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_sdk_takes_every_shape_of_an_answer(
    client: VergeClient, sim: Vergesim, acme: None, shape: dict[str, str]
) -> None:
    sim.control("PUT", "/sim/switches", shape)
    client.connect()
    answer = client.tenants.power_on(1)
    assert (answer is None) == (shape == {"action_body": "empty"})
    client.tenants.power_off(1)
    assert client.tenants.update(1, note="n")["note"] == "n"
    assert client.tenants.list(name="nobody") == []
    client.tenants.delete(1)
    assert [row.name for row in client.tenants.list()] == ["other"]


@pytest.mark.parametrize("on", [False, True])
def test_a_tenant_without_power_or_address_is_not_connected_to(client: VergeClient, on: bool) -> None:
    if on:
        client.tenants.get(1).external_ips.delete(1)
        client.tenants.power_on(1)
    with pytest.raises(ValueError, match="no UI address" if on else "not running"):
        client.tenants.get(1).connect("admin", "secret")


def test_the_dashboard_is_one_object_of_plain_counts(client: VergeClient, wire: Wire) -> None:
    wire.forget()
    dashboard = client.tenant_dashboard.get()
    assert wire.sent() == [get("tenant_dashboard")]
    assert (dashboard.tenants_count, dashboard.tenants_online, dashboard.nodes_count) == (2, 0, 2)
