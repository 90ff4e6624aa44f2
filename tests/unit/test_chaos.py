"""The judge of `make chaos`: it finds what must not be, and nothing where all is well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tools.chaos import expect, guards, lists
from tools.chaos.desired import Desired
from tools.chaos.guards import Happened
from tools.chaos.places import places
from tools.chaos.tables import GIB, PARTS, Holding
from tools.chaos.wire import Sent
from tools.chaos.work import Asked, Work

PLACE = places(1)[0][0][0]


def sent(method: str, path: str, status: int | None = 200, body: Any = None) -> Sent:
    table, _slash, key = path.partition("/")
    return Sent(method, table, key, body, 0.0, status)


def holding(**parts: list[dict[str, Any]]) -> Holding:
    row = {"$key": 1, "name": "1", "uuid": "u", "isolate": False, "note": "", "ui_address": 7}
    return Holding([row], {"running": True}, {table: parts.get(table, []) for table in PARTS})


def storage(used: int, provisioned: int = 10) -> dict[str, Any]:
    return {"$key": 3, "tier": 1, "used": used * GIB, "provisioned": provisioned * GIB}


def address(key: int, ip: str, hostname: str = "") -> dict[str, Any]:
    return {"$key": key, "ip": ip, "hostname": hostname, "network": "External"}


def asked(module: str, **params: Any) -> Asked:
    return Asked(module, params, PLACE)


READ, DELETE = sent("GET", "tenant_storage"), sent("DELETE", "tenant_storage/3")
SHRINK = asked("vrg_tenant_storage", tenant="1", tier=1, state="absent", allow_data_loss=False)


def figures(findings: Any) -> list[str]:
    return [finding.figure for finding in findings]


@pytest.mark.parametrize(
    ("used", "wire", "after", "found"),
    [
        (0, [READ, DELETE], None, []),
        (3, [READ, DELETE], None, [guards.GUARD]),
        # Written after the only look, with another read in between that does not show it.
        (0, [READ, sent("GET", "tenants"), DELETE], 1, []),
        # Written before a look that shows it, or before a delete that was sent again without a look.
        (0, [READ, READ, DELETE], 1, [guards.GUARD]),
        (0, [READ, sent("DELETE", "tenant_storage/3", 503), DELETE], 2, [guards.GUARD]),
    ],
)
def test_data_that_goes_without_the_second_option(
    used: int, wire: list[Sent], after: int | None, found: list[str]
) -> None:
    row = storage(used)
    somebody = Happened(after, "fill", {**row, "used": 3 * GIB}) if after else None
    judged = guards.of_rows(SHRINK, holding(tenant_storage=[row]), holding(), wire, somebody)
    assert figures(judged) == found


def test_the_address_of_the_user_interface() -> None:
    task = asked("vrg_tenant_net", tenant="1", state="absent", external_ips=[{"ip": "a"}], allow_ui_loss=False)
    before, wire = holding(vnet_addresses=[address(7, "a")]), [sent("DELETE", "vnet_addresses/7")]
    assert figures(guards.of_rows(task, before, holding(), wire, None)) == [guards.GUARD]
    task.params["allow_ui_loss"] = True
    assert figures(guards.of_rows(task, before, holding(), wire, None)) == []


def test_rows_that_nobody_asked_to_remove_and_rows_of_others() -> None:
    task = asked("vrg_tenant_net", tenant="1", state="absent", external_ips=[{"ip": "a"}], allow_ui_loss=True)
    before = holding(vnet_addresses=[address(8, "a"), address(9, "b")])
    wire = [sent("DELETE", "vnet_addresses/8"), sent("DELETE", "vnet_addresses/5")]
    assert figures(guards.of_rows(task, before, holding(), wire, None)) == [guards.GUARD, guards.LOST]


@pytest.mark.parametrize(
    ("task", "changed", "wire", "found"),
    [
        (asked("vrg_tenant", name="1"), True, [sent("POST", "tenants", 409)], [guards.GUARD]),
        (asked("vrg_tenant", name="1"), True, [sent("POST", "tenants", None)], []),
        # Refused, but nobody could read it: the client saw that the answer broke off, and the tenant.
        (asked("vrg_tenant", name="1"), True, [replace(sent("POST", "tenants", 409), cut=True)], []),
        (asked("vrg_tenant", name="1", note="n"), True, [sent("PUT", "tenants/1", 422)], [guards.UNTRUE]),
        (asked("vrg_tenant", name="1", note="n"), False, [sent("PUT", "tenants/1")], [guards.UNTRUE]),
        (asked("vrg_tenant", name="1", uuid="@neighbour"), None, [sent("PUT", "tenants/1")], [guards.GUARD]),
        (Asked("vrg_tenant", {"name": "1"}, PLACE, check=True), True, [sent("POST", "tenants", 503)], [guards.GUARD]),
    ],
)
def test_what_a_run_says_against_what_it_sent(
    task: Asked, changed: bool | None, wire: list[Sent], found: list[str]
) -> None:
    assert figures(guards.of_words(task, changed, wire)) == found


@pytest.mark.parametrize(("first", "found"), [(503, [guards.DUPLICATE]), (None, [guards.DUPLICATE]), (405, [])])
def test_a_restore_that_is_sent_again(first: int | None, found: list[str]) -> None:
    task = asked("vrg_tenant_snapshot", tenant="1", name="first", state="restored", confirm_overwrite=True)
    wire = [sent("POST", "tenant_actions", status, {"action": "restore"}) for status in (first, 201)]
    assert figures(guards.of_words(task, True, wire)) == found


def test_a_report_that_the_tables_contradict() -> None:
    params = {"tenant": "1", "tier": 1, "provisioned_gb": 10}
    tables: Any = None

    def judge(after: Holding) -> list[str]:
        return expect.missing("vrg_tenant_storage", params, holding(), after, tables)

    assert judge(holding(tenant_storage=[storage(0)])) == []
    assert judge(holding()) == ["storage on tier 1 is not there"]
    assert len(judge(holding(tenant_storage=[storage(0, 5)]))) == 1
    twice = holding(vnet_addresses=[address(1, "a", "vpn"), address(2, "b", "vpn")])
    assert expect.held_twice(twice) == ["2 addresses for vpn"]


def test_the_same_seed_asks_for_the_same() -> None:
    own, shared = places(2)

    def tasks(seed: str) -> list[Asked]:
        work = Work(seed, own[0], shared, hosts=True)
        return [work.next() for _number in range(300)]

    assert tasks("1/0") == tasks("1/0") != tasks("2/0")
    assert len({task.module for task in tasks("1/0")}) == 9


def test_what_was_meant_is_asked_for_again() -> None:
    meant = Desired()
    meant.note("vrg_tenant", {"name": "1", "tenant_password": "p", "note": "n", "state": "present"}, PLACE)
    meant.note("vrg_tenant", {"name": "1", "new_name": "1 (moved)"}, PLACE)
    meant.note("vrg_tenant_storage", {"tenant": "1 (moved)", "tier": 1, "provisioned_gb": 4}, PLACE)
    meant.note("vrg_tenant_storage", {"tenant": "1 (moved)", "tier": 1, "state": "absent"}, PLACE)
    tasks = [params for _module, params, _place in meant.tasks()]
    assert tasks[0] == {"name": "1", "new_name": "1 (moved)", "tenant_password": "p", "note": "n"}
    assert tasks[1] == {"tenant": "1 (moved)", "tier": 1, "state": "absent"}
    meant.note("vrg_tenant", {"name": "1 (moved)", "state": "absent"}, PLACE)
    assert [params["state"] for _module, params, _place in meant.tasks()] == ["absent", "absent"]


#: One tenant of a list, as the tables show it.
ROWS: dict[str, list[dict[str, Any]]] = {
    "tenants": [{"$key": 7, "name": "fleet-000", "description": "version 0", "is_snapshot": False}],
    "tenant_nodes": [{"tenant": 7, "name": "node1", "cpu_cores": 1, "ram": 2048}],
    "tenant_storage": [{"tenant": 7, "tier": 4, "provisioned": GIB}],
    "tenant_layer2_vnets": [{"tenant": 7, "vnet": 4}],
    "vnet_addresses": [{"owner": "tenants/7", "ip": "192.0.2.1"}],
    "tenant_status": [{"tenant": 7, "running": True}],
}


class Shown:
    def __init__(self, **tables: list[dict[str, Any]]) -> None:
        self.rows = {**ROWS, **tables}.__getitem__

    def fixed(self, table: str, column: str) -> dict[int, int]:
        return {4: 1}


@pytest.mark.parametrize(
    ("tables", "found"),
    [
        ({}, []),
        ({"tenants": []}, ["the tenant is not there"]),
        ({"tenant_nodes": []}, ["nodes"]),
        ({"tenant_storage": [*ROWS["tenant_storage"], *ROWS["tenant_storage"]]}, ["storage"]),
        ({"vnet_addresses": [{"owner": "tenants/7", "ip": "192.0.2.2"}]}, ["addresses"]),
        ({"tenant_layer2_vnets": []}, ["layer-2 networks"]),
        ({"tenant_status": [{"tenant": 7, "running": False}]}, ["running"]),
    ],
)
def test_a_list_that_the_tables_contradict(tables: dict[str, Any], found: list[str]) -> None:
    shown: Any = Shown(**tables)
    told = lists.Contradictions(shown).of(lists.tenants(1, 0, "192.0.2.1")[0])
    assert [text.partition(":")[0] for text in told] == found
