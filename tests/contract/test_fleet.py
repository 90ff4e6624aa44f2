"""A list of tenants against the simulator: what it costs, what it writes, and what it does when things go wrong."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from disturbed import Bench
from fleets import DEFAULTS, SMALL, Run, item, listed, login, one_by_one, standing
from raw import Raw
from rewriting_proxy import instead, json_answer
from tasks import TASKS

from conftest import options
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._system.api import Api
from plugins.module_utils._system.clock import SystemClock
from plugins.module_utils._system.crew import Pace
from plugins.module_utils._system.fleet import ApplyFleet
from plugins.module_utils._system.snapshot import Snapshot
from plugins.module_utils._system.wait import Waiter
from plugins.module_utils._tasks.fleet import FleetTask
from plugins.module_utils._tasks.fleet_plan import check, drifted, saved
from vergesim_process import Vergesim

pytest_plugins = "proxied"


def doubles(sim: Vergesim) -> list[Any]:
    """Rows that are there twice."""
    marks = {
        "tenants": ("name", "is_snapshot"),
        "tenant_nodes": ("tenant", "name"),
        "tenant_storage": ("tenant", "tier"),
        "vnet_addresses": ("vnet", "ip"),
        "vnet_cidrs": ("vnet", "cidr"),
        "tenant_layer2_vnets": ("tenant", "vnet"),
    }
    found: list[Any] = []
    for table, columns in marks.items():
        counted = Counter(tuple(str(row[column]) for column in columns) for row in sim.rows(table))
        found += [(table, row) for row, count in counted.items() if count > 1]
    return found


# Rules that are never applied.


@pytest.fixture
def stuck(sim: Vergesim, raw: Raw) -> None:
    """The platform takes a block with bits of a host, and never applies the rules (docs/platform.md#3.12)."""
    Run(sim, [{"name": "other", **SMALL}])
    key = next(row["$key"] for row in sim.rows("tenants") if row["name"] == "other")
    raw.create("vnet_cidrs", vnet=3, cidr="192.0.2.5/28", owner=f"tenants/{key}")


def test_rules_that_are_not_applied_hold_up_nobody_and_are_told_of_those_they_are_about(
    sim: Vergesim, stuck: None
) -> None:
    inside = {"name": "inside", "state": "running", **SMALL}
    told = Run(sim, [item(1, state="running", network_blocks=[]), inside])
    assert told.summary["failed"] == 1 and told.summary["created"] == 1
    assert "rules of External are still pending" in told.of("t001")["msg"]
    assert told.of("inside")["result"] == "created"
    states = {one["name"]: one["state"] for one in standing(sim)}
    assert states["t001"] == states["inside"] == "running"


def test_nothing_is_asked_once_a_run_was_interrupted_while_it_waits(sim: Vergesim, stuck: None) -> None:
    """Rules that are never applied are waited for by a worker, a start by the thread that is interrupted."""
    sim.forget()

    def interrupt(text: str, seconds: float) -> None:
        if {"POST tenant_actions", "POST vnet_actions"} <= set(sim.requests()):
            raise KeyboardInterrupt

    with login(sim) as api:
        applied = ApplyFleet(api, Waiter(api, SystemClock(), 60, interrupt))
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            applied.run(FleetTask(DEFAULTS, [item(1, state="running", network_blocks=[])], {}))
        assert time.monotonic() - start < 30, "the rules were waited for"
        asked = sim.requests()
        time.sleep(1.5)
        assert sim.requests() == asked


# It is the same as one by one.


@pytest.fixture
def loaded(sim: Vergesim, acme: None) -> Iterator[tuple[Api, Snapshot]]:
    with login(sim) as api, ThreadPoolExecutor(4) as executor:
        task = FleetTask(DEFAULTS, [{"name": "acme", "initial_snapshot": {"name": "s", "retention": "0"}}], {})
        snapshot = Snapshot(api, task.resources, task.where)
        snapshot.load(executor)
        yield api, snapshot


ASKED: list[tuple[str, dict[str, Any]]] = [
    *(("tenant", {"name": name}) for name in ("acme", "other", "nobody", "1", "ACME", "O'Brien {x}", "")),
    ("tenant", {"name": "acme", "description": "d", "note": "n", "isolated": True}),
    ("tenant", {"name": "acme", "state": "running"}),
    ("tenant", {"name": "acme", "new_name": "other"}),
    *(
        ("tenant node", {"tenant": tenant, "name": name, "cpu_cores": cores, "ram_gb": 4.0, **more})
        for tenant in ("acme", "other", "nobody")
        for name in ("node1", "new")
        for cores in (1, 2)
        for more in ({}, {"cluster": "1"}, {"cluster": "conundrum-lab"}, {"cluster": "nowhere"}, {"ram_gb": 9.0})
    ),
    *(
        ("tenant storage", {"tenant": tenant, "tier": tier, "provisioned_gb": size})
        for tenant in ("acme", "nobody")
        for tier in (1, 2, 3, 9)
        for size in (1, 10, 20)
    ),
    *(
        ("tenant networks", {"tenant": tenant, "exclusive": exclusive, "allow_ui_loss": loss, **lists})
        for tenant in ("acme", "other", "nobody")
        for exclusive in (False, True)
        for loss in (False, True)
        for lists in (
            {"external_ips": [{"ip": "198.51.100.10", "network": "External"}]},
            {"external_ips": [{"ip": "198.51.100.99", "network": "3", "description": "x"}]},
            {"external_ips": [{"hostname": "a", "network": "External"}]},
            {"external_ips": []},
            {"network_blocks": [{"cidr": "192.0.2.16/28", "network": "External"}]},
            {"network_blocks": [{"cidr": "192.0.2.24/29", "network": "External"}]},
            {"layer2_networks": [{"network": "Internal", "enabled": False}]},
            {"layer2_networks": [{"network": "nowhere"}]},
        )
    ),
    *(("tenant snapshot", {"tenant": "acme", "name": name, "retention": "3d"}) for name in ("nightly", "new")),
]


def planned(reader: Any, name: str, given: Mapping[str, Any]) -> Any:
    try:
        plan = TASKS[name](options(**given)).plan(reader)
    except VrgError as error:
        return error.message, error.hint
    # An expiry that is so long from now is from another second.
    sentences = [re.sub(r"\d{10}", "TIME", step.sentence) for step in plan.steps]
    return sentences, plan.before, plan.after, plan.refusals, plan.warnings, plan.result


def test_plans_over_the_snapshot_are_those_over_the_platform(loaded: tuple[Api, Snapshot]) -> None:
    api, snapshot = loaded
    for name, given in ASKED:
        over_api = planned(api, name, given)
        assert repr(planned(snapshot, name, given)) == repr(over_api), (name, given)
    # What a hint lists is asked of the platform; it is in the snapshot all the same.
    assert snapshot.live == []


def test_a_list_makes_the_rows_that_single_tasks_make(sim: Vergesim) -> None:
    tenants = [item(number) for number in range(3)]
    for tenant in tenants:
        one_by_one(sim, tenant)
    singly = standing(sim)
    assert Run(sim, tenants).result["changes"] == [], "what single tasks have made is no change"
    sim.control("POST", "/sim/reset")
    Run(sim, tenants, passwords={tenant["name"]: "long-enough" for tenant in tenants})
    assert standing(sim) == singly


def test_a_dry_run_says_what_the_run_does(sim: Vergesim) -> None:
    tenants = [item(number, url=f"https://t{number}", isolated=True) for number in range(2)]
    dry = Run(sim, tenants, check=True)
    assert sim.writes() == 0
    wet = Run(sim, tenants)
    plain = [re.sub("url '.*' ->", "url ->", sentence) for sentence in wet.result["changes"]]
    assert plain == [re.sub("url '.*' ->", "url ->", sentence) for sentence in dry.result["changes"]]


# What goes wrong.


def test_a_list_that_cannot_be_had_writes_nothing(sim: Vergesim) -> None:
    wrong = [item(1), item(2, external_ips=[{"ip": "198.51.100.21", "network": "External"}])]
    with pytest.raises(VrgError, match=r"Nothing was changed.*listed for tenant 't001'"):
        Run(sim, wrong)
    with pytest.raises(VrgError, match=r"Nothing was changed.*tier 1, provisioned"):
        Run(sim, [item(1, storage=[{"tier": 1, "provisioned_gb": 900_000}])])
    assert sim.writes() == 0


def test_one_that_fails_stops_only_itself(sim: Vergesim) -> None:
    sim.control("POST", "/sim/faults", {"kind": "status", "status": 422, "method": "POST", "table": "tenant_storage"})
    made = Run(sim, [item(number) for number in range(4)], pace=Pace(workers=1))
    assert (made.summary["created"], made.summary["failed"]) == (3, 1)
    assert made.of("t000")["changes"] == ["create tenant 't000'", "create node 'node1' of tenant 't000'"]
    assert made.of("t000")["api"]["path"] == "/api/v4/tenant_storage"
    again = Run(sim, [item(number) for number in range(4)])
    assert again.summary["failed"] == 0 and again.summary["unchanged"] == 3
    assert Run(sim, [item(number) for number in range(4)]).result["changes"] == []


@pytest.mark.parametrize(
    ("pace", "why"),
    [
        (Pace(workers=1, stops_on_error=True), "another tenant failed"),
        (Pace(workers=1, max_failed=0), "more than 0 tenants failed"),
        (Pace(workers=1, request_budget=17), "the budget of 17 requests"),
        (Pace(workers=1, deadline=0.001), "the deadline of 0.001 seconds"),
    ],
)
def test_nothing_more_is_begun(sim: Vergesim, pace: Pace, why: str) -> None:
    sim.control("POST", "/sim/faults", {"kind": "status", "status": 422, "method": "POST", "table": "tenant_storage"})
    tenants = [item(number) for number in range(6)]
    made = Run(sim, tenants, pace=pace)
    left = [one for one in made.result["tenants"] if one["result"] == "left"]
    assert left and all(why in one["msg"] for one in left)
    sim.control("DELETE", "/sim/faults")
    assert Run(sim, tenants).summary["failed"] == 0
    assert Run(sim, tenants).result["changes"] == []
    assert doubles(sim) == []


FAULTS = [
    {"kind": "drop", "when": "after"},
    {"kind": "drop", "when": "before"},
    {"kind": "status", "status": 503, "when": "before"},
    {"kind": "status", "status": 500, "when": "after"},
    {"kind": "truncate", "when": "after"},
]


@pytest.mark.parametrize("seed", range(3))
def test_faults_make_no_row_twice_and_lose_none(sim: Vergesim, seed: int) -> None:
    tenants = [item(number) for number in range(10)]
    for number, fault in enumerate(FAULTS):
        more = {"probability": 0.03, "seed": 10 * seed + number, "times": 0, "method": "*"}
        sim.control("POST", "/sim/faults", {**fault, **more})
    for _run in range(15):
        try:
            made = Run(sim, tenants)
        except VrgError:
            continue
        if not made.summary["failed"] and not made.result["changes"]:
            break
    sim.control("DELETE", "/sim/faults")
    last = Run(sim, tenants)
    assert last.summary["failed"] == 0
    assert Run(sim, tenants).result["changes"] == []
    assert doubles(sim) == []
    assert [row["name"] for row in standing(sim)] == [tenant["name"] for tenant in tenants]


def test_a_login_that_goes_bad_is_not_tried_by_every_worker(sim: Vergesim) -> None:
    fault = {"kind": "status", "status": 401, "method": "POST", "table": "tenants", "nth": 2, "times": 0}
    sim.control("POST", "/sim/faults", fault)
    made = Run(sim, [item(number) for number in range(12)], pace=Pace(workers=2))
    assert sim.requests()["POST tenants"] <= 4
    assert made.summary["left"] >= 8


def test_a_password_that_the_platform_echoes_is_blotted_out(bench: Bench) -> None:
    echo = json_answer({"err": "'pass=w0rd & more' is too simple, as is pass%3Dw0rd%20%26%20more"}, 422)
    bench.proxy.rule(instead(echo), "POST", "tenants", times=0)
    made = Run(bench.proxy, [item(8)], passwords={"t008": "pass=w0rd & more"})  # type: ignore[arg-type]
    told = json.dumps(made.result)
    assert made.summary["failed"] == 1 and "too simple" in told
    assert "w0rd" not in told


@pytest.mark.parametrize(
    "wanted", [{"description": "new"}, {"url": "t001.example.com"}], ids=lambda one: next(iter(one))
)
def test_what_was_accepted_and_not_kept_fails_for_that_tenant(bench: Bench, wanted: dict[str, str]) -> None:
    """What comes first and what comes last of a tenant, both read back; the other one is none the worse."""
    bare = {"network_blocks": [], "external_ips": []}
    Run(bench.proxy, [item(1, **bare), item(2, **bare)])  # type: ignore[arg-type]
    bench.proxy.rule(instead(json_answer({})), "PUT", "tenants", times=1)
    both = [item(1, **bare, **wanted), item(2, **bare, **{name: f"2.{value}" for name, value in wanted.items()})]
    told = Run(bench.proxy, both, pace=Pace(workers=1))  # type: ignore[arg-type]
    assert (told.summary["failed"], told.summary["changed"]) == (1, 1)
    assert "accepted the change, but this is still missing: update tenant 't001'" in told.of("t001")["msg"]
    assert not told.of("t001")["changes"] and len(told.of("t002")["changes"]) == 1


# A plan that is saved.


def test_a_saved_plan_is_carried_out_as_it_was_approved(sim: Vergesim, raw: Raw) -> None:
    tenants = [item(number, initial_snapshot={"name": "s", "retention": "3d"}) for number in range(3)]
    dry = Run(sim, tenants, check=True)
    plan = json.loads(json.dumps(saved(dry.applied.works, dry.task.digest, dry.system, dry.now, 60)))
    assert "long-enough" not in json.dumps(plan)
    raw.create("tenants", name="t001")
    with pytest.raises(VrgError, match=r"Nothing was changed.*'t001'.*not what was approved"):
        Run(sim, tenants, plan=plan)
    made = Run(sim, tenants, plan=plan, on_drift="skip")
    assert (made.summary["created"], made.summary["left"]) == (2, 1)
    assert made.of("t001")["changes"] == []
    assert Run(sim, [tenants[0], tenants[2]]).result["changes"] == []


def test_a_saved_plan_is_of_one_list_one_system_and_one_time(sim: Vergesim) -> None:
    dry = Run(sim, [item(1)], check=True)
    plan = saved(dry.applied.works, dry.task.digest, dry.system, dry.now, 60)
    check(plan, dry.task.digest, dry.system, dry.now)
    with pytest.raises(VrgError, match="another list"):
        check(plan, Run(sim, [item(2)], check=True).task.digest, dry.system, dry.now)
    with pytest.raises(VrgError, match="this is 'elsewhere'"):
        check(plan, dry.task.digest, {"name": "elsewhere"}, dry.now)
    with pytest.raises(VrgError, match="has expired"):
        check(plan, dry.task.digest, dry.system, dry.now + 61)
    with pytest.raises(VrgError, match="no saved plan"):
        check([], dry.task.digest, dry.system, dry.now)


def damaged(value: Any, other: Any) -> Iterator[Any]:
    """The value with ``other`` at each place within it, or without that place."""
    yield other
    if isinstance(value, dict):
        for name, inner in value.items():
            yield {key: one for key, one in value.items() if key != name}
            yield from ({**value, name: one} for one in damaged(inner, other))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from ([*value[:number], one, *value[number + 1 :]] for one in damaged(inner, other))


@pytest.mark.parametrize("other", [None, 5, "x", [], {}, ["x"], {"x": 1}, True], ids=repr)
def test_a_plan_that_is_damaged_is_refused_or_is_another(sim: Vergesim, other: Any) -> None:
    dry = Run(sim, [item(1), item(2)], check=True)
    plan = json.loads(json.dumps(saved(dry.applied.works, dry.task.digest, dry.system, dry.now, 60)))
    refused = 0
    for broken in damaged(plan, other):
        try:
            check(broken, dry.task.digest, dry.system, dry.now)
            is_other = bool(list(drifted(dry.applied.works, broken)))
        except VrgError:
            refused += 1
        else:
            assert is_other == (json.dumps(broken["tenants"]) != json.dumps(plan["tenants"])), broken
    assert refused > 8


# Lists that are complete.


def test_what_is_not_listed_goes_where_the_list_is_complete(sim: Vergesim) -> None:
    two = [{"name": f"node{number}", "cpu_cores": 1, "ram_gb": 2.0} for number in (1, 2, 3)]
    Run(sim, [item(1, nodes=two, state="present")])
    kinds = ["nodes", "storage", "external_ips", "network_blocks", "layer2_networks"]
    named = {"name": "t001", "nodes": two[:1], "storage": [], "external_ips": [], "state": "present"}
    emptied = Run(sim, [named], exclusive=kinds, allow_ui_loss=True)
    assert emptied.result["changes"] == [
        "delete node 'node3' of tenant 't001'",
        "delete node 'node2' of tenant 't001'",
        "delete tier 1 storage of tenant 't001'",
        "delete external IP 198.51.100.21 of tenant 't001'",
        "apply the rules of network 'External'",
    ], emptied.result
    (row,) = standing(sim)
    assert [len(row.get(kind, [])) for kind in kinds] == [1, 0, 0, 1, 1], "kinds that are not named stay"


def test_no_node_goes_while_a_host_is_in_maintenance(sim: Vergesim, raw: Raw) -> None:
    two = [{"name": f"node{number}", "cpu_cores": 1, "ram_gb": 2.0} for number in (1, 2)]
    Run(sim, [item(1, nodes=two, state="present")])
    raw.ask("POST", "nodes/2/enable_maintenance", {})
    kept = Run(sim, [{"name": "t001", "nodes": two[:1], "state": "present"}], exclusive=["nodes"])
    assert kept.result["changes"] == []
    assert any("a host is in maintenance" in warning for warning in kept.result["warnings"])


@pytest.mark.parametrize("clears", ["at_once", "after"])
def test_a_node_for_the_time_of_a_maintenance_stays(clears: str) -> None:
    """From the moment that a host is to be left until everything is back (docs/platform.md#3.8)."""
    given = ("--set", "migration_temp_node=on", "--set", f"maintenance_clears={clears}")
    tenants = [{"name": "one", **SMALL}, {"name": "two", **SMALL}]
    with Vergesim("lab", 0.05, *given) as sim, requests.Session() as session:
        raw = Raw(sim, session)
        Run(sim, tenants)
        sim.control("POST", "/sim/clock", {"mode": "manual", "step": 10})
        machine = next(row["machine"] for row in sim.rows("tenant_nodes"))
        host = next(row["node"] for row in sim.rows("machine_status") if row["machine"] == machine)
        of_host = next(row["machine"] for row in sim.rows("nodes") if row["$key"] == host)
        seen = []
        for action in ("enable_maintenance", "disable_maintenance"):
            raw.ask("POST", f"nodes/{host}/{action}", {})
            for _step in range(4):
                told = Run(sim, tenants, exclusive=["nodes"], allow_power_off=True)
                assert told.result["changes"] == [] and told.summary["failed"] == 0
                status = next(row["status"] for row in sim.rows("machine_status") if row["machine"] == of_host)
                nodes = len(sim.rows("tenant_nodes"))
                assert any("a host is in maintenance" in warning for warning in told.result["warnings"]) == (nodes > 2)
                assert bool(told_of_the_list(sim)) == (nodes > 2)
                seen.append((status, nodes))
                sim.control("POST", "/sim/clock", {"advance": 10})
        assert {"migrating", "maintenance", "leavingmaintenance"} == {status for status, nodes in seen if nodes > 2}
        assert seen[-1] == ("running", 2)


def told_of_the_list(sim: Vergesim) -> list[str]:
    """What a list of what stands warns of."""
    warnings: list[str] = listed(sim)["warnings"]
    return [warning for warning in warnings if "in maintenance" in warning]


def test_a_maintenance_that_begins_after_the_plan_lets_no_node_go(sim: Vergesim, raw: Raw) -> None:
    two = [{"name": f"node{number}", "cpu_cores": 1, "ram_gb": 2.0} for number in (1, 2)]
    Run(sim, [item(1, nodes=two, state="present")])

    class Late(FleetTask):
        def approve(self, works: Any) -> None:
            raw.ask("POST", "nodes/2/enable_maintenance", {})

    with login(sim) as api:
        applied = ApplyFleet(api, Waiter(api, SystemClock(), 60))
        task = Late({**DEFAULTS, "exclusive": ["nodes"]}, [{"name": "t001", "nodes": two[:1], "state": "present"}], {})
        sim.forget()
        applied.run(task)
    assert sim.writes() == 1, "the maintenance itself"
    assert "Host 'node2' is in maintenance by now" in str(applied.works[0].error)
