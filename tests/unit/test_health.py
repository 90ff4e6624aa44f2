"""Health, judged from rows alone: what the simulator has no way to be, and what is at the edges."""

from __future__ import annotations

import math
from typing import Any

import pytest

from plugins.module_utils._checks.health import Limit, Limits, Problem, System, in_words, limits_of, span, verdict_of
from plugins.module_utils._checks.health_hosts import clusters, drives, nodes, tiers, versions
from plugins.module_utils._checks.health_services import alarms, rules, snapshots, tenants
from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.resource import Resource
from plugins.module_utils._model.units import GIB
from plugins.module_utils._tables.alarms import ALARM
from plugins.module_utils._tables.drives import DRIVE
from plugins.module_utils._tables.nodes import NODE, VERSIONS
from plugins.module_utils._tables.system_snapshots import SYSTEM_SNAPSHOT

NOW, HOUR, DAY = 1_800_000_000, 3600, 86_400
LIMITS = Limits(
    Limit(80, 90), Limit(200, None), Limit(90, 100), Limit(1, 100), Limit(26 * HOUR, 3 * DAY), 300, "downloaded"
)
#: What the options are by default.
GIVEN: dict[str, Any] = {
    **{f"{name}_{level}": 1.0 for name in ("tier_used", "drive_wear", "drive_errors") for level in ("amber", "red")},
    **{"tier_provisioned_amber": 1.0, "tier_provisioned_red": None, "updates": "ignore"},
    **{"snapshot_age_amber": "26h", "snapshot_age_red": "3d", "snapshot_overdue": "5m"},
}


def row(resource: Resource, **columns: Any) -> Row:
    return {**dict.fromkeys(resource.entries), "$key": 1, **columns}


def told(judge: Any, limits: Limits = LIMITS, **tables: list[Row]) -> list[tuple[str, str, str]]:
    return [(one.level, one.object, one.sentence) for one in judge(System(NOW, tables), limits)]


def levels(judge: Any, limits: Limits = LIMITS, **tables: list[Row]) -> list[tuple[str, str]]:
    return [(level, name) for level, name, _sentence in told(judge, limits, **tables)]


def node(**columns: Any) -> Row:
    known = {"name": "n1", "maintenance": False, "running": True, "status": "running", "state": "online"}
    return row(NODE, **{**known, "vsan_connected": True, "need_restart": False, **columns})


@pytest.mark.parametrize(
    ("columns", "level", "says"),
    [
        ({}, None, ""),
        ({"state": None, "vsan_connected": None}, None, ""),
        ({"running": False, "status": "stopped", "state": "offline"}, "red", "does not run: its status is stopped"),
        ({"running": False, "status": "", "state": "offline"}, "red", "its status is not known"),
        ({"maintenance": True, "status": "maintenance"}, "amber", "is in maintenance"),
        ({"maintenance": True, "running": False, "status": "stopped"}, "amber", "is in maintenance, and stopped"),
        ({"maintenance": True, "status": "leavingmaintenance"}, "amber", "is leaving maintenance"),
        ({"status": "unresponsive", "state": "warning"}, "amber", "is unresponsive (state warning)"),
        ({"status": "error", "state": "error"}, "red", "is error."),
        ({"state": "a word of 27.0"}, "amber", "is running (state a word of 27.0)"),
        ({"status": "unlicensed"}, "amber", "is unlicensed"),
        ({"vsan_connected": False}, "red", "is not connected to the vSAN"),
    ],
)
def test_a_node(columns: dict[str, Any], level: str | None, says: str) -> None:
    found = told(nodes, nodes=[node(**columns)])
    assert [(one[0], one[1]) for one in found] == ([(level, "n1")] if level else [])
    assert not level or f"Node n1 {says}".rstrip(".") in found[0][2] or says in found[0][2]


def cluster(**columns: Any) -> Row:
    known = {"name": "c", "enabled": True, "status": "online", "state": "online", "total_nodes": 2, "online_nodes": 2}
    return {"$key": 1, **known, "tiers": [], **columns}


def vsan(**columns: Any) -> Row:
    known = {"tier": 1, "status": "online", "state": "online", "redundant": True, "bad_drives": 0, "since": NOW}
    return {"$key": 1, **known, **columns}


@pytest.mark.parametrize(
    ("columns", "level"),
    [
        ({}, None),
        ({"tiers": None}, None),
        ({"state": "offline", "status": "offline", "online_nodes": 0}, "red"),
        ({"state": "warning", "status": "reduced"}, "amber"),
        ({"status": "updating"}, "amber"),
        # Switched off, or without anything that could be up.
        ({"state": "offline", "status": "offline", "enabled": False}, None),
        ({"state": "offline", "status": "offline", "total_nodes": 0, "online_nodes": 0}, None),
        ({"tiers": [vsan(status="outofspace", state="warning")]}, "red"),
        ({"tiers": [vsan(status="repairing", state="warning")]}, "amber"),
        ({"tiers": [vsan(bad_drives=1)]}, "amber"),
        ({"tiers": [vsan(state=None, redundant=None, bad_drives=None)]}, None),
        # A tier that only the cluster lists.
        ({"tiers": [vsan(tier=5, state="error", status="offline")]}, None),
    ],
)
def test_a_cluster(columns: dict[str, Any], level: str | None) -> None:
    tiers_of_system = [{"$key": 9, "tier": 1}]
    found = levels(clusters, clusters=[cluster(**columns)], storage_tiers=tiers_of_system)
    assert found == ([(level, "c")] if level else [])


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"bad_drives": 2}, "is online, has 2 bad drives"),
        ({"bad_drives": 1, "redundant": None}, "is online, has a bad drive"),
        ({"redundant": False}, "is online, is not redundant"),
        (
            {"status": "repairing", "state": "warning", "redundant": False},
            "is repairing (state warning), is not redundant",
        ),
    ],
)
def test_what_ails_a_tier_of_the_vsan_is_said_and_nothing_else(columns: dict[str, Any], says: str) -> None:
    tables = {"clusters": [cluster(tiers=[vsan(**columns)])], "storage_tiers": [{"$key": 9, "tier": 1}]}
    assert [one[2] for one in told(clusters, **tables)] == [f"The vSAN tier 1 of cluster c {says}."]


def storage(tier: int = 1, used: float = 0, capacity: float = 100) -> Row:
    return {"$key": tier, "tier": tier, "used_bytes": int(used * GIB), "capacity_bytes": int(capacity * GIB)}


def test_a_tier_is_judged_by_what_is_and_not_by_what_is_shown() -> None:
    almost = storage(used=79.99)
    assert told(tiers, storage_tiers=[almost]) == []
    exact = told(tiers, storage_tiers=[storage(used=80)])
    assert exact == [("amber", "tier 1", "Storage tier 1 is at 80 %: 80 of 100 GiB are used.")]
    # A system so large that a figure in the usual notation would have an exponent.
    (large,) = told(tiers, storage_tiers=[storage(used=18_000_000.5, capacity=20_000_000)])
    assert large == ("red", "tier 1", "Storage tier 1 is at 90 %: 18000000.5 of 20000000 GiB are used.")


def test_a_tier_without_capacity_is_offline_where_it_holds_something() -> None:
    assert levels(tiers, storage_tiers=[storage(capacity=0)]) == []
    assert levels(tiers, storage_tiers=[storage(used=1, capacity=0)]) == [("red", "tier 1")]


def test_what_is_promised_counts_tenants_alone() -> None:
    given = [
        {"$key": 1, "tier": 1, "provisioned_bytes": 150 * GIB, "tenant_key": 1},
        {"$key": 2, "tier": 1, "provisioned_bytes": 150 * GIB, "tenant_key": "2"},
    ]
    both = {"storage_tiers": [storage()], "tenant_storage": given}
    assert levels(tiers, **both, tenants=[{"$key": 1}]) == []
    assert levels(tiers, **both, tenants=[{"$key": 1}, {"$key": 2}]) == [("amber", "tier 1")]
    # Who is a tenant is not known.
    assert levels(tiers, **both) == [("amber", "tier 1")]


def drive(**columns: Any) -> Row:
    known = {"node": "n1", "location": "nvme0", "serial": "S1", "status": "online", "vsan_tier": 1}
    return row(DRIVE, **{**known, **columns})


@pytest.mark.parametrize(
    ("columns", "level", "says"),
    [
        ({}, None, ""),
        ({"status": None}, None, ""),
        ({"status": "offline"}, "red", "it is offline"),
        ({"status": "a new word"}, "amber", "it is a new word"),
        ({"vsan_tier": -1, "status": "offline"}, None, ""),
        ({"vsan_tier": -1, "status": "missing"}, "amber", "it is missing"),
        ({"vsan_tier": -1, "vsan_write_errors": 10**6}, None, ""),
        ({"vsan_tier": -1, "wear_level_warn": True, "wear_level": 97}, "amber", "wear 97 %"),
        ({"vsan_read_errors": 100}, "red", "100 read errors and 0 write errors"),
        ({"wear_level": 100}, "red", "wear 100 %"),
        ({"wear_level": 12, "wear_level_warn": True}, "amber", "wear 12 %"),
        ({"temp_warn": True}, "amber", "temperature beyond the limit"),
        ({"vsan_repairing": 5}, "amber", "5 blocks are being repaired"),
    ],
)
def test_a_drive(columns: dict[str, Any], level: str | None, says: str) -> None:
    found = told(drives, machine_drive_phys=[drive(**columns)])
    assert found == ([(level, "n1/nvme0", f"Drive n1/nvme0 (serial S1): {says}.")] if level else [])


def test_a_drive_that_says_little_of_itself() -> None:
    found = told(drives, machine_drive_phys=[drive(node=None, location=None, serial=None, status="missing")])
    assert found == [("red", "drive 1", "Drive 1: it is missing.")]


def test_a_node_behind_the_others_is_found_by_numbers_and_not_by_letters() -> None:
    same = dict.fromkeys(VERSIONS, "26.1.10")
    old = {**same, "name": "n2", "yb_version": "26.1.9", "kernel_version": ""}
    found = told(versions, nodes=[node(**same), node(**old), node(**same, name="n3")])
    assert found == [("amber", "n2", "Node n2 has yb_version 26.1.9, and others 26.1.10.")]
    assert told(versions, nodes=[node(**same)]) == []


@pytest.mark.parametrize(
    ("older", "newer"), [("26.1.4", "26.1.4-hotfix"), ("26.1.4.1", "26.1.4-hotfix"), ("26.1.4-a", "26.1.4-b")]
)
def test_a_word_in_a_version_comes_after_numbers(older: str, newer: str) -> None:
    nodes = [node(**dict.fromkeys(VERSIONS, version), name=version) for version in (newer, older)]
    assert [one[1] for one in told(versions, nodes=nodes)] == [older]


def offered(name: str, version: str, **columns: Any) -> Row:
    return {"name": name, "version": version, "downloaded": True, "source_key": 2, "branch_key": 2, **columns}


@pytest.mark.parametrize(
    ("package", "waits"),
    [
        (offered("yb", "26.1.10"), True),
        (offered("yb", "26.1.9"), False),
        (offered("yb", "26.1.8"), False),
        (offered("yb", "26.1.10", downloaded=False), False),
        # Of a branch or source that the system does not follow, and what is not installed.
        (offered("yb", "27.0", branch_key=3), False),
        (offered("yb", "27.0", source_key="9"), False),
        (offered("gpu", "1.0"), False),
    ],
)
def test_what_waits_to_be_installed(package: Row, waits: bool) -> None:
    settings = {"reboot_required": False, "applying_updates": False, "source_key": "2", "branch_key": 2}
    installed = [{"name": "yb", "version": "26.1.9"}]
    found = levels(versions, update_settings=[settings], update_source_packages=[package], update_packages=installed)
    assert found == ([("amber", "system")] if waits else [])


def alarm(**columns: Any) -> Row:
    known = {"owner": "vms/1", "owner_name": "web", "level": "error", "status": "It is down", "snooze": 0, "raised": 5}
    return row(ALARM, **{**known, **columns})


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({}, [("red", "web", "It is down")]),
        ({"level": "warning", "snooze": None}, [("amber", "web", "It is down")]),
        ({"level": "panic"}, [("amber", "web", "It is down")]),
        ({"level": "debug"}, []),
        ({"snooze": NOW + 1}, []),
        ({"snooze": NOW}, [("red", "web", "It is down")]),
        ({"owner_name": None}, [("red", "vms/1", "It is down")]),
        ({"owner": None, "owner_name": None}, [("red", "system", "It is down")]),
        ({"owner": "/v4/tenant_nodes/7", "owner_name": "node1"}, [("red", "acme/node1", "It is down")]),
        ({"owner": "tenant_nodes/8", "owner_name": "node1"}, [("red", "node1", "It is down")]),
        ({"status": None, "type_name": "Disk Full"}, [("red", "web", "Disk Full")]),
        ({"status": ""}, [("red", "web", "An alarm of the level error is raised.")]),
    ],
)
def test_an_alarm(columns: dict[str, Any], found: list[tuple[str, str, str]]) -> None:
    of_acme = {"$key": 7, "tenant": "acme", "name": "node1"}
    assert told(alarms, alarms=[alarm(**columns)], tenant_nodes=[of_acme]) == found


@pytest.mark.parametrize(
    ("status", "state", "level"),
    [
        *((status, "warning", None) for status in ("online", "starting", "provisioning", "migrating", "offline")),
        ("reduced", "warning", "amber"),
        ("errormigrating", "online", "amber"),
        ("nodesoffline", None, "red"),
        ("a word of 27.0", "online", None),
        ("a word of 27.0", "error", "red"),
        (None, "warning", "amber"),
    ],
)
def test_a_tenant(status: str | None, state: str | None, level: str | None) -> None:
    tenant = {"$key": 1, "name": "acme", "status": status, "state": state}
    down = [
        {"tenant_key": "1", "name": "node2", "enabled": True, "running": False},
        {"tenant_key": 1, "name": "node3", "enabled": False, "running": False},
        {"tenant_key": 2, "name": "node4", "enabled": True, "running": False},
    ]
    found = told(tenants, tenants=[tenant], tenant_nodes=down)
    assert [(one[0], one[1]) for one in found] == ([(level, "acme")] if level else [])
    assert all(one[2].endswith(": node2 does not run.") for one in found)


@pytest.mark.parametrize(
    ("running", "pending", "waits"), [(True, True, True), (None, True, True), (False, True, False)]
)
def test_rules_of_a_network_that_does_not_run_do_not_wait(running: Any, pending: bool, waits: bool) -> None:
    network = {"name": "External", "running": running, "rules_pending": pending}
    assert levels(rules, vnets=[network]) == ([("amber", "External")] if waits else [])


def system_snapshot(key: int, age: float, **columns: Any) -> Row:
    known = {"name": f"s{key}", "created": NOW - int(age), "expires": 0, "status": "normal", "type": "full"}
    return row(SYSTEM_SNAPSHOT, **{**known, "$key": key, **columns})


def tenant(number: int = 1, age: float = 90 * DAY) -> Row:
    return {"$key": number, "name": f"t{number}", "uuid": f"UUID-{number}", "created": NOW - int(age)}


def held(*rows: Row, of: tuple[Row, ...] = (), people: tuple[Row, ...] = (tenant(),)) -> list[tuple[str, str]]:
    copies = [{"snapshot_key": one["$key"], "uuid": "uuid-1"} for one in (of or rows)]
    tables = {"cloud_snapshots": list(rows), "cloud_snapshot_tenants": copies, "tenants": list(people)}
    return levels(snapshots, **tables)


def test_the_last_system_snapshot_of_a_tenant() -> None:
    late, never = [("amber", "t1")], [("red", "t1")]
    assert held(system_snapshot(1, 25 * HOUR)) == []
    assert held(system_snapshot(1, 26 * HOUR)) == late
    assert held(system_snapshot(1, 3 * DAY)) == never
    assert held(system_snapshot(1, 9 * DAY), system_snapshot(2, HOUR)) == []
    # Not there yet, of another system, or without this tenant.
    assert held(system_snapshot(1, HOUR, status="building")) == never
    assert held(system_snapshot(1, HOUR, incoming_sync=True)) == never
    partial = system_snapshot(1, 2 * HOUR, type="partial_include")
    assert held(partial, of=(system_snapshot(7, 0),)) == never
    assert held(partial) == []
    # One of these is too young to say who is in it; the tenant is too young to be in one.
    assert held(system_snapshot(1, HOUR / 2), of=(system_snapshot(7, 0),)) == []
    assert held(system_snapshot(1, 2 * HOUR), of=(system_snapshot(7, 0),)) == never
    assert held(system_snapshot(1, HOUR / 2), of=(system_snapshot(7, 0),), people=(tenant(age=60),)) == []
    assert held(people=(tenant(age=2 * DAY),)) == late
    assert held() == never


def test_many_that_are_late_are_told_one_by_one_unless_it_is_all_of_them() -> None:
    people = tuple(tenant(number) for number in range(2, 14))
    assert held(people=people) == [("red", "system")]
    well = {"snapshot_key": 1, "uuid": "UUID-99"}
    tables = {"cloud_snapshots": [system_snapshot(1, HOUR)], "cloud_snapshot_tenants": [well]}
    assert len(levels(snapshots, **tables, tenants=[*people, tenant(99)])) == 12


def test_a_system_snapshot_past_its_expiry() -> None:
    def judged(**columns: Any) -> list[tuple[str, str]]:
        return levels(snapshots, cloud_snapshots=[system_snapshot(1, DAY, **columns)])

    assert judged(expires=0) == judged(expires=None) == judged(expires=NOW + 1) == judged(expires=NOW - 300) == []
    assert judged(expires=NOW - 301) == [("amber", "s1")]
    lock = {"immutable_status": "locked", "immutable_lock_expires": NOW + DAY}
    assert judged(expires=NOW - DAY, **lock) == []
    assert judged(expires=NOW - DAY, **{**lock, "immutable_status": "unlocked"}) == [("amber", "s1")]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *(("tier_used_amber", value) for value in (-1.0, math.nan, math.inf, 1e300)),
        *(("snapshot_age_red", value) for value in ("soon", "-1", "1e3", "3 d", "٣d", "9" * 40, "999999999w")),
        ("snapshot_overdue", "5min"),
    ],
)
def test_what_is_no_limit_is_refused_by_its_name(option: str, value: Any) -> None:
    with pytest.raises(VrgError, match=option):
        limits_of({**GIVEN, option: value})


def test_limits_are_numbers_and_durations() -> None:
    limits = limits_of({**GIVEN, "snapshot_age_amber": "3600", "snapshot_age_red": None, "snapshot_overdue": " "})
    assert limits.snapshot_age == Limit(3600, None) and limits.snapshot_overdue == 0
    assert limits.tier_provisioned == Limit(1.0, None) and Limit(None, None).is_off
    assert [Limit(80, 70).level(value) for value in (69, 70, 80)] == [None, "red", "red"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 seconds"), (119, "119 seconds"), (120, "2 minutes"), (7200, "2 hours"), (2 * DAY, "2 days")],
)
def test_a_span_is_in_its_largest_unit(seconds: int, text: str) -> None:
    assert span(seconds) == text


def test_what_is_said_of_a_system_is_short() -> None:
    problems = [Problem("red", "alarm", "a", "It is\ndown")] + [Problem("amber", "node", "b", "It is ill.")] * 4
    assert verdict_of(problems) == "red" and verdict_of([]) == "green"
    said = (
        "The system is red: 1 red and 4 amber problems. It is down. It is ill. It is ill. And 2 more. Not known: drive."
    )
    assert in_words(problems, {"drive": "why"}) == said
    assert in_words(problems[:1], {}) == "The system is red: 1 red and 0 amber problems. It is down."
