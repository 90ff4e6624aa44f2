"""Recipes that build tenants, catalogs and repositories (docs/platform.md#3.20)."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver


@pytest.fixture
def lived() -> Driver:
    return Driver("lived")


def recipe(sim: Driver) -> str:
    return str(sim.get("tenant_recipes", fields="id")[0]["id"])


ANSWERS = {"YB_USER_PASSWORD": "secret", "YB_NODE_1_RAM": 4096, "YB_EXPOSE_CLOUD_SNAPSHOTS": "Yes"}


def deploy(sim: Driver, **more: Any) -> int:
    body = {"recipe": recipe(sim), "name": "built", "answers": ANSWERS, **more}
    return sim.make("tenant_recipe_instances", **body)


def test_a_recipe_row(lived: Driver) -> None:
    key = recipe(lived)
    assert len(key) == 40 and lived.get(f"tenant_recipes/{key}", fields="id") == {"id": key}
    fields = "name,downloaded,tenant#name as t,tenant_snapshot#is_snapshot as s,count(instances) as n"
    (row,) = lived.get("tenant_recipes", filter=f"id eq '{key}'", fields=fields)
    assert row == {"name": "Standard Tenant", "downloaded": True, "t": "globex", "s": True, "n": 0}
    assert "globex" in [r["name"] for r in lived.get("tenants", filter="is_snapshot eq true", fields="name")]


def test_a_tenant_must_have_run_and_be_off(lived: Driver) -> None:
    catalog = lived.get("catalogs", fields="$key,name")[0]["$key"]
    body = {"name": "r", "catalog": catalog, "version": "1.0.0"}
    never = lived.tenant("never")
    code, sentence = lived.refused("POST", "tenant_recipes", {**body, "tenant": never})
    assert code == 405 and "never been started" in sentence
    assert lived.refused("POST", "tenant_recipes", {**body, "tenant": 1})[0] == 405
    lived.act(1, "poweroff")
    lived.wait(1)
    assert lived.status(1) == "offline"
    assert lived.refused("POST", "tenant_recipes", {**body, "tenant": 1})[0] == 405  # Its network runs on.
    lived.wait(3)
    key = lived.make("tenant_recipes", **body, tenant=1)
    assert lived.get(f"tenant_recipes/{key}", fields="version") == {"version": "1.0.0"}
    assert lived.refused("POST", "tenant_recipes", {**body, "tenant": 1})[0] == 409
    assert lived.call("DELETE", f"tenant_recipes/{key}")[0] == 200


@pytest.mark.parametrize("rule", ["late", "at_once"])
def test_an_instance_builds_a_tenant(lived: Driver, rule: str) -> None:
    lived.set(recipe_tenant_link=rule)
    key = deploy(lived)
    path = f"tenant_recipe_instances/{key}"
    (tenant,) = lived.get("tenants", filter="name eq 'built'", fields="$key,status#status as s")
    assert tenant["s"] == "provisioning"
    linked = lived.get(path, fields="tenant")["tenant"]
    assert linked == (None if rule == "late" else tenant["$key"])
    lived.wait(1)
    assert lived.get(path, fields="tenant") == {"tenant": tenant["$key"]}
    assert lived.status(tenant["$key"]) == "offline"
    nodes = lived.get("tenant_nodes", filter=f"tenant eq {tenant['$key']}", fields="ram,cpu_cores")
    assert nodes == [{"ram": 4096, "cpu_cores": 4}]
    assert lived.get(f"tenants/{tenant['$key']}", fields="recipe_instance") == {"recipe_instance": key}
    lived.act(tenant["$key"], "poweron")
    lived.wait(3)
    assert lived.status(tenant["$key"]) == "online"


def test_answers(lived: Driver) -> None:
    key = deploy(lived)
    kept = lived.get(f"tenant_recipe_instances/{key}", fields="answers")["answers"]
    # A password does not come back, and a boolean is what it can be read as.
    assert kept == {"YB_NODE_1_RAM": 4096, "YB_EXPOSE_CLOUD_SNAPSHOTS": True}
    body = {"recipe": recipe(lived), "name": "other"}
    assert lived.refused("POST", "tenant_recipe_instances", body)[0] == 422
    lived.set(missing_answer_code="400")
    assert lived.refused("POST", "tenant_recipe_instances", body)[0] == 400
    assert lived.refused("POST", "tenant_recipe_instances", {**body, "answers": "x"})[0] == 422
    taken = {**body, "name": "acme", "answers": ANSWERS}
    assert lived.refused("POST", "tenant_recipe_instances", taken)[0] == 409


def test_what_stays_and_what_goes(lived: Driver) -> None:
    key = deploy(lived)
    lived.wait(2)
    assert lived.refused("DELETE", f"tenant_recipes/{recipe(lived)}")[0] == 405
    lived.change(f"tenant_recipe_instances/{key}", name="renamed")
    assert lived.call("DELETE", f"tenant_recipe_instances/{key}")[0] == 200
    (tenant,) = lived.get("tenants", filter="name eq 'built'", fields="name,recipe_instance")
    assert tenant["recipe_instance"] is None
    snapshots = len(lived.get("tenants", filter="is_snapshot eq true", fields="name"))
    assert lived.call("DELETE", f"tenant_recipes/{recipe(lived)}")[0] == 200
    assert len(lived.get("tenants", filter="is_snapshot eq true", fields="name")) == snapshots - 1


def test_download_is_a_query_action(lived: Driver) -> None:
    key = recipe(lived)
    row = lived.world.get("tenant_recipes", key)
    lived.world.change("tenant_recipes", row, downloaded=False)
    assert lived.call("PUT", f"tenant_recipes/{key}", {}, action="nosuch") == (200, {})
    assert lived.get(f"tenant_recipes/{key}", fields="downloaded") == {"downloaded": False}
    assert lived.call("PUT", f"tenant_recipes/{key}", {}, action="download") == (200, {})
    assert lived.get(f"tenant_recipes/{key}", fields="downloaded") == {"downloaded": True}


def test_repositories_and_catalogs(sim: Driver) -> None:
    key = sim.make("catalog_repositories", name="mine", type="local", password="x")
    row = sim.get(f"catalog_repositories/{key}", fields="name,password,status#state as s")
    assert row == {"name": "mine", "s": "online"}
    sim.make("catalog_repository_actions", repository=key, action="refresh")
    status = f"catalog_repositories/{key}"
    assert sim.get(status, fields="status#status as s") == {"s": "refreshing"}
    sim.wait(1)
    fields = "status#status as s,last_refreshed"
    assert sim.get(status, fields=fields) == {"s": "online", "last_refreshed": sim.world.now}
    catalog = sim.make("catalogs", repository=key, name="own")
    assert sim.get(f"catalogs/{catalog}", fields="id,repository#name as r") == {"id": catalog, "r": "mine"}
    assert sim.refused("DELETE", status)[0] == 405
    assert sim.call("DELETE", f"catalogs/{catalog}")[0] == 200
    assert sim.call("DELETE", status)[0] == 200
