"""Crash carts, VMs, shared objects, tasks, files (docs/platform.md#3.18 to 3.20, 8.2)."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver


def recipe(sim: Driver, name: str = "Tenant Crash Cart") -> str:
    return str(sim.get("vm_recipes", filter=f"name eq '{name}'", fields="id,name")[0]["id"])


def test_a_crash_cart(sim: Driver) -> None:
    key = sim.tenant()
    body: dict[str, Any] = {"recipe": recipe(sim), "name": "Crash Cart - acme", "answers": {"tenant": key}}
    status, receipt = sim.call("POST", "vm_recipe_instances", body)
    assert status == 201
    vm = receipt["response"]["vm"]
    fields = "name,note,machine#status#running as running,running as own"
    row = sim.get(f"vms/{vm}", fields=fields)
    assert row["name"] == "Crash Cart - acme" and "Login" in row["note"]
    assert row["running"] is False and row["own"] is None
    sim.make("vm_actions", vm=vm, action="poweron")
    sim.wait(1)
    assert sim.refused("DELETE", f"vms/{vm}") == (405, "Virtual Machine must be stopped to delete")
    assert sim.refused("POST", "vm_actions", {"vm": vm, "action": "poweron"})[0] == 422
    sim.make("vm_actions", vm=vm, action="reset")
    sim.wait(1)
    sim.make("vm_actions", vm=vm, action="poweroff")
    sim.wait(1)
    assert sim.refused("POST", "vm_actions", {"vm": vm, "action": "poweroff"})[0] == 422
    assert sim.refused("POST", "vm_actions", {"vm": vm, "action": "reset"})[0] == 422
    assert sim.call("DELETE", f"vms/{vm}") == (200, {})
    assert sim.get("vm_recipe_instances", fields="name") == []


def test_answers(sim: Driver) -> None:
    key = sim.tenant()
    base = {"recipe": recipe(sim), "name": "x"}
    assert sim.refused("POST", "vm_recipe_instances", base) == (422, "Tenant is a required parameter")
    assert sim.refused("POST", "vm_recipe_instances", {**base, "answers": {"tenant": 99}})[0] == 404
    assert sim.refused("POST", "vm_recipe_instances", {**base, "answers": [1]})[0] == 422
    assert sim.refused("POST", "vm_recipe_instances", {"recipe": "f" * 40, "name": "x"})[0] == 404
    sim.set(missing_answer_code="400")
    assert sim.refused("POST", "vm_recipe_instances", base)[0] == 400
    status, payload = sim.call(
        "POST", "vm_recipe_instances", {**base, "answers": {"tenant": key}, "simulate": True}
    )
    assert status == 405 and payload["err"] == "Simulation complete"
    assert set(payload["response"]) == {"cloudinit_files", "logs", "answers"}
    assert len(sim.get("vms", fields="name")) == 1
    sim.make("vm_recipe_instances", recipe=recipe(sim, "Debian 13"), name="plain")
    assert sim.get("vms", filter="name eq 'plain'", fields="note,name")[0]["note"] == ""


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("both", ["Crash Cart", "Debian 13", "Tenant Crash Cart"]),
        ("short", ["Crash Cart", "Debian 13"]),
        ("long", ["Debian 13", "Tenant Crash Cart"]),
        ("twice", ["Crash Cart", "Crash Cart", "Debian 13", "Tenant Crash Cart"]),
        ("none", ["Debian 13"]),
    ],
)
def test_which_crash_cart_recipes_there_are(value: str, names: list[str]) -> None:
    sim = Driver(crash_cart_recipe=value)
    rows = sim.get("vm_recipes", fields="name,catalog#name as c,count(instances) as n", sort="name")
    assert [row["name"] for row in rows] == names
    catalogs = {"Services (Marketplace)", "Local"} if value == "twice" else {"Services (Marketplace)"}
    assert {row["c"] for row in rows} == catalogs and {row["n"] for row in rows} == {0}
    assert len({(row["name"], row["c"]) for row in rows}) == len(rows)


def test_recipes_without_fields(sim: Driver) -> None:
    assert all(len(row["$key"]) == 40 for row in sim.get("vm_recipes"))


def test_vms(sim: Driver) -> None:
    key = sim.make("vms", name="v", ram=2048, cpu_cores=2)
    sim.change(f"vms/{key}", ram=4096)
    sim.make("vm_actions", vm=key, action="poweron")
    sim.wait(1)
    fields = "machine#status#running_ram as r,machine#status#node#name as n,machine#cluster as c"
    assert sim.get(f"vms/{key}", fields=fields) == {"r": 4096, "n": "node2", "c": 1}
    sim.make("vm_actions", vm=key, action="kill")
    sim.set(vm_delete_running="422")
    assert sim.call("DELETE", f"vms/{key}") == (200, {})


def test_shared_objects(sim: Driver) -> None:
    tenant = sim.tenant()
    snapshot = sim.make("machine_snapshots", machine=6, name="s", expires_type="never", created_manually=True)
    key = sim.make(
        "shared_objects", recipient=tenant, type="vm", name="o", snapshot=f"machine_snapshots/{snapshot}"
    )
    row = sim.get("shared_objects", filter=f"recipient eq {tenant}", fields="all,recipient#name as r")[0]
    assert (row["r"], row["inbox"], len(row["id"])) == ("acme", False, 40)
    for action in ("import", "refresh"):
        sim.make("shared_object_actions", shared_object=key, action=action)
    assert sim.call("DELETE", f"shared_objects/{key}") == (200, {})
    assert sim.call("DELETE", f"machine_snapshots/{snapshot}") == (200, {})


def test_tasks(sim: Driver) -> None:
    key = sim.make("tasks", name="t")
    for action, column, value in (("disable", "enabled", False), ("enable", "enabled", True)):
        assert sim.call("POST", f"tasks/{key}/{action}", {}) == (200, None)
        assert sim.get(f"tasks/{key}", fields=column) == {column: value}
    assert sim.call("POST", f"tasks/{key}/execute", {})[1] == {"task": key}
    assert sim.get(f"tasks/{key}", fields="status") == {"status": "running"}
    sim.wait(1)
    assert sim.get(f"tasks/{key}", fields="status,creator#$display as c") == {"status": "idle", "c": "admin"}


def test_files(sim: Driver) -> None:
    assert [row["name"] for row in sim.get("files", fields="name")].count("tools.iso") == 2
    key = sim.make("files", name="x.iso", type="iso", url="https://example.com/x.iso")
    assert sim.refused("PUT", f"files/{key}", {"url": "y"})[0] == 422
    sim.change(f"files/{key}", description="d", preferred_tier="2")
    assert sim.refused("PUT", f"files/{key}", {"preferred_tier": 2})[0] == 422
