"""What somebody else does between a plan and its write: guards hold (F 7), and their rows are not ours (F 14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from changes import CHANGES
from disturbed import GIB, Bench, tells
from rewriting_proxy import afterwards, json_answer, preceded
from scenarios import ADDRESS, SECOND_ADDRESS

pytest_plugins = "proxied"

Before = list[tuple[str, dict[str, Any]]]


def after_plan(bench: Bench, hook: Callable[[], Any], reads: int = 2) -> None:
    """Let something happen when the plan's reads are done, before whatever comes next."""
    bench.proxy.rule(preceded(hook), nth=reads + 1, matching=lambda request: request.path != "system")


def overtaken(
    bench: Bench, task: str, given: dict[str, Any], hook: Callable[[], Any], before: Before | None = None
) -> Any:
    """The failure of a run whose guard no longer lets it through; nothing was written."""
    bench.start_again(before or [])
    after_plan(bench, hook)
    result, error = bench.ends(task, given)
    assert result is None, result
    assert bench.writes() == []
    assert error.changes == []
    return error


def test_F7_storage_that_got_data(bench: Bench) -> None:
    def fill() -> None:
        bench.control("PUT", "tables/tenant_storage/1", {"used": 3 * GIB})

    error = overtaken(bench, "tenant storage", {"tenant": "acme", "tier": 1, "state": "absent"}, fill)
    assert "allow_data_loss" in tells(error) and "3" in error.message
    assert CHANGES["storage delete"].stands(bench) == 0


def test_F7_storage_that_got_more_data_than_it_is_to_hold(bench: Bench) -> None:
    def fill() -> None:
        bench.control("PUT", "tables/tenant_storage/1", {"used": 8 * GIB})

    error = overtaken(bench, "tenant storage", {"tenant": "acme", "tier": 1, "provisioned_gb": 5}, fill)
    assert "allow_data_loss" in tells(error)


@pytest.mark.parametrize("given", [{"state": "absent", "external_ips": [ADDRESS]}, {"exclusive": True}])
def test_F7_an_address_that_became_the_one_of_the_ui(bench: Bench, given: dict[str, Any]) -> None:
    def use() -> None:
        rows = bench.rows("vnet_addresses")
        key = next(row["$key"] for row in rows if row["ip"] == ADDRESS["ip"])
        assert bench.raw.ask("PUT", "tenants/1", {"ui_address": key}).status_code == 200

    kept = {"external_ips": [{"ip": "198.51.100.10"}], **given}
    error = overtaken(bench, "tenant networks", {"tenant": "acme", **kept}, use, SECOND_ADDRESS)
    assert "allow_ui_loss" in tells(error) and ADDRESS["ip"] in error.message
    assert any(row["ip"] == ADDRESS["ip"] for row in bench.rows("vnet_addresses"))


def start(bench: Bench) -> Callable[[], Any]:
    return lambda: bench.raw.act("tenant_actions", tenant=1, action="poweron")


def runs(bench: Bench) -> bool:
    return any(row["running"] for row in bench.rows("tenant_status"))


def test_F7_a_node_that_was_started(bench: Bench) -> None:
    given = {"tenant": "acme", "name": "node1", "state": "absent"}
    error = overtaken(bench, "tenant node", given, start(bench))
    assert "allow_power_off" in tells(error)
    assert runs(bench)


def test_F7_a_tenant_that_was_started_is_not_restored(bench: Bench) -> None:
    bench.start_again()
    after_plan(bench, start(bench))
    given = {"tenant": "acme", "name": "nightly", "state": "restored", "confirm_overwrite": True}
    result, error = bench.ends("tenant snapshot", given, wait=10)
    assert result is None
    assert bench.writes() == []
    assert "acme" in error.message
    assert runs(bench)


#: The run, the table it creates in, and what somebody else creates there at the last moment, of another content.
TAKEN: dict[str, tuple[str, dict[str, Any], str, dict[str, Any]]] = {
    "cluster": ("cluster", {"name": "third", "description": "ours"}, "clusters", {"name": "third"}),
    "node": (
        "tenant node",
        {"tenant": "acme", "name": "node2", "cpu_cores": 2, "ram_gb": 4.0},
        "tenant_nodes",
        {"tenant": 1, "name": "node2", "cpu_cores": 1, "ram": 2048},
    ),
    "storage": (
        "tenant storage",
        {"tenant": "acme", "tier": 3, "provisioned_gb": 5},
        "tenant_storage",
        {"tenant": 1, "tier": 4, "provisioned": 7 * GIB},
    ),
}


def tenant_in_between(bench: Bench, **given: Any) -> tuple[dict[str, Any] | None, Any]:
    def take() -> None:
        bench.raw.create("tenants", name="new", note="theirs", password="their-password")

    bench.proxy.rule(preceded(take), "POST", "tenants")
    return bench.ends("tenant", {"name": "new", **given})


def test_F14_a_tenant_of_somebody_else_has_not_our_password(bench: Bench) -> None:
    result, error = tenant_in_between(bench, tenant_password="long-enough")
    assert result is None
    assert "password" in tells(error) and "'new'" in tells(error)
    assert error.changes == []
    assert bench.writes() == ["POST tenants"]


@pytest.mark.parametrize("given", [{}, {"note": "ours"}])
def test_F14_a_tenant_of_somebody_else_is_not_told_as_created(bench: Bench, given: dict[str, Any]) -> None:
    result, error = tenant_in_between(bench, **given)
    changes = result["changes"] if result else error.changes
    assert not any(sentence.startswith("create") for sentence in changes)
    if result:
        assert result["changed"] is bool(changes) is bool(given)
        assert {"note": "theirs", **given}["note"] == result["tenant"]["note"]


@pytest.mark.parametrize("name", TAKEN)
def test_F14_a_row_of_somebody_else_is_not_told_as_created(bench: Bench, name: str) -> None:
    task, given, table, theirs = TAKEN[name]
    bench.proxy.rule(preceded(lambda: bench.raw.create(table, **theirs), then=taken), "POST", table)
    result, error = bench.ends(task, given)
    changes = result["changes"] if result else error.changes
    assert not any(sentence.startswith("create") for sentence in changes)
    if result:
        assert changes, "theirs is not what was asked for"
    assert bench.writes()[0] == f"POST {table}"


def taken(request: Any, pass_on: Any) -> Any:
    """The platform's own refusal, whatever its status is by the switches."""
    answer = pass_on()
    assert answer.status == 409, answer
    return answer


@pytest.mark.parametrize("status", [409, 422])
def test_F14_our_own_row_whose_receipt_was_lost_is_ours(bench: Bench, status: int) -> None:
    """Of a second POST: the first one was carried out, its answer was lost, and the row is as it was asked for."""
    sent = {"err": "Row exists in 'tenant_storage'"}
    bench.proxy.rule(afterwards(json_answer({"err": "Internal error"}, 500)), "POST", "tenant_storage")
    bench.proxy.rule(afterwards(json_answer(sent, status)), "POST", "tenant_storage")
    assert bench.run("tenant storage", {"tenant": "acme", "tier": 3, "provisioned_gb": 5})["changed"]
    assert CHANGES["storage"].stands(bench) == 1
