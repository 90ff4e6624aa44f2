"""The health of a system, by its real tables: what is wrong is found with its object, and nothing else is."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from raw import Raw

from conftest import options, told
from plugins.module_utils._checks.health import CHECKS
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._options import Settings
from plugins.module_utils._reads.health import FAIL_ON, gather
from plugins.module_utils._system.session import connect
from vergesim_process import Vergesim

MODULE = Path(__file__).resolve().parents[2] / "plugins/modules/vrg_health_info.py"
#: What the task has that gives nothing, by the documentation.
DEFAULTS = {
    name: option.get("default")
    for name, option in yaml.safe_load(MODULE.read_text().split('r"""')[1].split('"""')[0])["options"].items()
}
DAY = 86_400
#: Level, kind and object.
Found = tuple[str, str, str]


def health(sim: Vergesim, **given: Any) -> dict[str, Any]:
    return told(sim, gather, options(**{**DEFAULTS, **given}))


def found(result: dict[str, Any]) -> list[Found]:
    return [(one["level"], one["kind"], one["object"]) for one in result["problems"]]


def change(sim: Vergesim, table: str, by: str, value: Any, /, **columns: Any) -> None:
    """Past every rule, the row whose column has that value."""
    (key,) = [row["$key"] for row in sim.rows(table) if row[by] == value]
    sim.control("PUT", f"/sim/tables/{table}/{key}", columns)


def now(sim: Vergesim) -> int:
    return int(sim.control("GET", "/sim/clock")["now"])


def tier_at(sim: Vergesim, number: int, percent: int, column: str = "used") -> None:
    (row,) = [row for row in sim.rows("storage_tiers") if row["tier"] == number]
    change(sim, "storage_tiers", "tier", number, **{column: row["capacity"] * percent // 100})


def tenant_is(status: str, state: str) -> Any:
    return lambda sim: change(sim, "tenant_status", "tenant", 1, status=status, state=state)


def alarm(level: str, **columns: Any) -> Any:
    values = {"owner": "nodes/2", "owner_type": "nodes", "alarm_type": "fabric_path", "level": level}
    return lambda sim: sim.control("POST", "/sim/tables/alarms", {**values, "status": "No path", **columns})


def drive(**columns: Any) -> Any:
    return lambda sim: change(sim, "machine_drive_phys", "serial", "2533EAED016B", **columns)


def snapshot(**columns: Any) -> Any:
    return lambda sim: change(sim, "cloud_snapshots", "name", "Midnight_2", **columns)


def nothing_since(days: int) -> Any:
    def age(sim: Vergesim) -> None:
        for row in sim.rows("cloud_snapshots"):
            times = {"created": now(sim) - days * DAY, "expires": 0}
            sim.control("PUT", f"/sim/tables/cloud_snapshots/{row['$key']}", times)

    return age


#: What is wrong with it from the start. Nodes of tenants have the names of others, and of the system's.
BEFORE = [
    *(("amber", "drive", name) for name in ("node1/nvme1", "node1/nvme2")),
    *(("amber", "alarm", name) for name in ("acme/node2", "node1", "test")),
]
#: What is done to the system, and what it is found by. Beside it, the system is as it was.
FAULTS: dict[str, tuple[Any, list[Found]]] = {
    "a tenant in error": (tenant_is("error", "error"), [("red", "tenant", "acme")]),
    "a tenant without nodes": (tenant_is("nodesoffline", "error"), [("red", "tenant", "acme")]),
    "a reduced tenant": (tenant_is("reduced", "warning"), [("amber", "tenant", "acme")]),
    "a tenant that stops": (tenant_is("stopping", "online"), []),
    "a tier at 81 %": (lambda sim: tier_at(sim, 3, 81), [("amber", "tier", "tier 3")]),
    "a tier at 79 %": (lambda sim: tier_at(sim, 3, 79), []),
    "a tier at 90 %": (lambda sim: tier_at(sim, 3, 90), [("red", "tier", "tier 3")]),
    "an alarm": (alarm("warning"), [("amber", "alarm", "node2")]),
    "a critical alarm": (alarm("critical"), [("red", "alarm", "node2")]),
    "an alarm that only informs": (alarm("audit"), []),
    "a snoozed alarm": (alarm("critical", snooze=2**31 - 1), []),
    "an alarm whose snooze is over": (alarm("error", snooze=1_800_000), [("red", "alarm", "node2")]),
    "an alarm of the system": (
        alarm("error", owner="system/1", owner_type="system"),
        [("red", "alarm", "system")],
    ),
    "a drive with errors": (drive(vsan_write_errors=1), [("amber", "drive", "node2/nvme0")]),
    "a drive with many": (drive(vsan_read_errors=99, vsan_write_errors=1), [("red", "drive", "node2/nvme0")]),
    "a worn drive": (drive(wear_level=90), [("amber", "drive", "node2/nvme0")]),
    # What the platform warns of is an alarm as well; hours alone are none of the drive's troubles.
    "a drive that is warned of": (
        drive(offline_uncorrectable_warn=True),
        [("amber", "drive", "node2/nvme0"), ("amber", "alarm", "node2")],
    ),
    "an old drive": (drive(hours=99_999, hours_warn=True), [("amber", "alarm", "node2")]),
    "errors outside of the vSAN": (drive(vsan_tier=-1, vsan_read_errors=500, vsan_repairing=3), []),
    "a drive that is gone": (
        lambda sim: change(sim, "machine_drive_status", "$key", 4, status="missing"),
        [("red", "drive", "node2/nvme0"), ("red", "alarm", "node2")],
    ),
    "a snapshot past its expiry": (
        lambda sim: snapshot(expires=now(sim) - 3600)(sim),
        [("amber", "snapshot", "Midnight_2")],
    ),
    "a snapshot that is locked past it": (
        lambda sim: snapshot(expires=now(sim) - 3600, immutable_status="locked", immutable_lock_expires=2**31)(sim),
        [],
    ),
    "no snapshot for two days": (
        nothing_since(2),
        [("amber", "snapshot", "acme"), ("amber", "snapshot", "globex")],
    ),
    "no snapshot for a week": (nothing_since(7), [("red", "snapshot", "acme"), ("red", "snapshot", "globex")]),
    "a vSAN tier that is not redundant": (
        lambda sim: change(sim, "cluster_tier_status", "tier", 13, redundant=False),
        [("amber", "cluster", "conundrum-lab")],
    ),
    "a vSAN tier in error": (
        lambda sim: change(sim, "cluster_tier_status", "tier", 13, status="offline", state="error"),
        [("red", "cluster", "conundrum-lab")],
    ),
    "a node off the vSAN": (
        lambda sim: change(sim, "nodes", "name", "node2", vsan_connected=False),
        [("red", "node", "node2")],
    ),
    "a node behind the others": (
        lambda sim: change(sim, "nodes", "name", "node2", yb_version="26.0.9", os_version="26.0.9"),
        [("amber", "version", "node2")],
    ),
    "a restart of a node": (
        # The platform raises an alarm for it, too.
        lambda sim: change(sim, "nodes", "name", "node2", need_restart=True),
        [("amber", "alarm", "node2"), ("amber", "version", "node2")],
    ),
    "a restart of the system": (
        lambda sim: change(sim, "update_settings", "$key", 1, reboot_required=True),
        [("amber", "version", "system")],
    ),
    "an update that waits": (
        lambda sim: change(sim, "update_source_packages", "$key", 1, downloaded=True),
        [("amber", "version", "system")],
    ),
    "rules that wait": (
        lambda sim: change(sim, "vnets", "name", "External", need_fw_apply=True),
        [("amber", "alarm", "External"), ("amber", "rules", "External")],
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_with_its_object_and_nothing_else_is(lived: Vergesim, fault: str) -> None:
    cause, expected = FAULTS[fault]
    cause(lived)
    after = health(lived)
    assert [one for one in found(after) if one not in BEFORE] == expected
    assert [one for one in BEFORE if one not in found(after)] == []
    assert {name for name in CHECKS if after["checks"][name] == "problems"} == {
        kind for _level, kind, _name in found(after)
    }
    assert after["verdict"] == ("red" if any(level == "red" for level, _kind, _name in expected) else "amber")


def test_what_has_lived_is_amber_for_its_drives_and_alarms_and_green_else(lived: Vergesim) -> None:
    result = health(lived)
    assert result["checks"] == {**dict.fromkeys(CHECKS, "ok"), "drive": "problems", "alarm": "problems"}
    assert found(result) == BEFORE
    assert [one["since"] is not None for one in result["problems"]] == [True] * 5
    assert "msg" not in result and "failed" not in result
    assert set(lived.requests().values()) == {1}


def test_the_lab_is_green_though_it_shows_no_drives(sim: Vergesim) -> None:
    result = health(sim)
    assert (result["verdict"], result["problems"]) == ("green", [])
    assert result["checks"] == {**dict.fromkeys(CHECKS, "ok"), "drive": "unknown"}
    assert "no drive" in result["unknown"]["drive"]


def test_what_is_offered_is_a_problem_where_it_is_asked_for(lived: Vergesim) -> None:
    assert ("amber", "version", "system") in found(health(lived, updates="available"))
    lived.forget()
    assert ("amber", "version", "system") not in found(health(lived, updates="ignore"))
    assert not [name for name in lived.requests() if "package" in name]


@pytest.mark.parametrize(
    ("fail_on", "fails"),
    [(["red"], False), (["amber"], True), (["red", "amber"], True), (["version"], False), (["drive", "rules"], False)],
)
def test_it_fails_on_what_it_is_told_to(lived: Vergesim, fail_on: list[str], fails: bool) -> None:
    result = health(lived, fail_on=fail_on)
    assert bool(result.get("failed")) is fails and len(result["problems"]) == 5
    if fails:
        assert result["msg"].startswith("The system is amber: 0 red and 5 amber problems. Drive node1/nvme1")
        assert result["msg"].endswith("And 2 more.")


@pytest.mark.parametrize("table", ["alarms", "machine_drive_phys", "cloud_snapshots", "update_settings"])
def test_a_table_that_the_release_does_not_have_is_not_known(sim: Vergesim, table: str) -> None:
    sim.control("POST", "/sim/faults", {"kind": "status", "status": 404, "table": table, "times": 0})
    result = health(sim)
    unknown = set(result["unknown"]) - ({"drive"} if table != "machine_drive_phys" else set())
    assert unknown and all(table in result["unknown"][name] for name in unknown)
    assert (result["verdict"], result["problems"], result.get("failed")) == ("green", [], None)
    named = health(sim, fail_on=["red", *unknown])
    assert named["failed"] and named["verdict"] == "amber" and table in named["msg"]
    assert {kind for _level, kind, _name in found(named)} == unknown


@pytest.mark.parametrize(
    ("kind", "more"),
    [("status", {"status": 403}), ("status", {"status": 500}), ("html", {"status": 200}), ("truncate", {})],
)
def test_a_table_that_cannot_be_read_is_amber_and_the_others_are_judged(
    lived: Vergesim, kind: str, more: dict[str, Any]
) -> None:
    tenant_is("error", "error")(lived)
    lived.control("POST", "/sim/faults", {"kind": kind, "table": "machine_drive_phys", "times": 0, **more})
    result = health(lived)
    assert found(result)[0] == ("red", "tenant", "acme")
    assert ("amber", "drive", "machine_drive_phys") in found(result)
    assert (result["checks"]["drive"], set(result["unknown"])) == ("unknown", {"drive"})


def test_a_table_that_every_release_has_is_amber_where_it_is_not_found(sim: Vergesim) -> None:
    sim.control("POST", "/sim/faults", {"kind": "status", "status": 404, "table": "nodes", "times": 0})
    result = health(sim)
    assert found(result) == [("amber", "node", "nodes")] and {"node", "version"} <= set(result["unknown"])


def test_a_system_that_goes_away_is_a_failure(lived: Vergesim) -> None:
    lived.control("POST", "/sim/faults", {"kind": "drop", "table": "cloud_snapshot_tenants", "times": 0})
    lived.control("POST", "/sim/faults", {"kind": "drop", "table": "alarms", "times": 0})
    with pytest.raises(VrgError, match="Could not read alarms"):
        health(lived)
    assert "GET vnets" not in lived.requests()


@pytest.mark.parametrize("status", [401, 503])
def test_a_system_that_refuses_the_login_or_is_busy_is_not_asked_on(lived: Vergesim, status: int) -> None:
    lived.control("POST", "/sim/faults", {"kind": "status", "status": status, "table": "nodes", "times": 0})
    with pytest.raises(VrgError):
        health(lived)
    assert "GET alarms" not in lived.requests()


@pytest.mark.parametrize("switch", ["filtered", "refuse"])
def test_a_login_without_rights_is_amber_and_with_the_least_is_as_the_admin(
    lived: Vergesim, raw: Raw, switch: str
) -> None:
    lived.control("PUT", "/sim/switches", {"restricted_list": switch})
    raw.create("users", name="monitor", password="long-enough")
    (user,) = [row for row in lived.rows("users") if row["name"] == "monitor"]
    ready = lived.ready
    login = Settings(ready["host"], "monitor", "long-enough", ca_path=ready["ca_path"])

    def seen() -> dict[str, Any]:
        with connect(login) as api:
            return gather(api, options(**DEFAULTS))

    # As every new user is made.
    assert seen() == health(lived)
    for row in lived.rows("permissions"):
        if str(row["identity"]) == str(user["identity"]):
            lived.control("DELETE", f"/sim/tables/permissions/{row['$key']}")
    result = seen()
    blind = {name for level, _kind, name in found(result) if level == "amber"}
    assert {"clusters", "nodes", "storage_tiers", "vnets"} <= blind and result["verdict"] == "amber"
    assert ("alarms" in blind) is (switch == "refuse")


def test_names_are_kept_as_they_are(lived: Vergesim) -> None:
    name = 'O\'Brien {{ 7 * 7 }} "<b>" Zoë\n'
    change(lived, "tenants", "name", "acme", name=name)
    tenant_is("error", "error")(lived)
    (problem,) = [one for one in health(lived)["problems"] if one["kind"] == "tenant"]
    assert problem["object"] == name and name in problem["sentence"]


def test_many_tenants_without_a_snapshot_are_one_problem(lived: Vergesim) -> None:
    for number in range(12):
        uuid = f"00000000-0000-0000-0000-{number:012}"
        lived.control("POST", "/sim/tables/tenants", {"name": f"t{number}", "uuid": uuid, "status": 1})
    nothing_since(9)(lived)
    late = [one for one in health(lived)["problems"] if one["kind"] == "snapshot"]
    assert [(one["level"], one["object"]) for one in late] == [("red", "system")]
    assert late[0]["sentence"].startswith("All 14 tenants: ") and late[0]["since"]


def test_a_new_tenant_and_a_new_snapshot_without_a_list_are_no_problem(lived: Vergesim) -> None:
    nothing_since(9)(lived)
    lived.control(
        "POST", "/sim/tables/cloud_snapshots", {"name": "now", "created": now(lived) - 60, "status": "normal"}
    )
    uuid = "00000000-0000-0000-0000-000000000001"
    lived.control("POST", "/sim/tables/tenants", {"name": "new", "uuid": uuid, "status": 1, "created": now(lived)})
    assert [one for one in found(health(lived)) if one[1] == "snapshot"] == []


@pytest.fixture(scope="module", params=["26.0", "26.1", "26.2"])
def provider(request: pytest.FixtureRequest) -> Iterator[Vergesim]:
    with Vergesim("msp:300", 0, release=request.param) as sim:
        yield sim


def test_a_provider_is_red_for_what_is_wrong_on_each_release(provider: Vergesim) -> None:
    provider.forget()
    result = health(provider)
    wrong = {13: "amber", 17: "red", 23: "red"}
    tenants = sorted(
        (level, f"tenant-{each + hundred:04}") for each, level in wrong.items() for hundred in (0, 100, 200)
    )
    assert sorted((level, name) for level, kind, name in found(result) if kind == "tenant") == tenants
    assert [one for one in found(result) if one[1] == "tier"] == [("amber", "tier", "tier 3")]
    assert {kind for _level, kind, _name in found(result)} == {"tenant", "tier", "drive", "alarm"}
    assert found(result) == sorted(found(result), key=lambda one: (one[0] != "red", CHECKS.index(one[1]), one[2]))
    assert max(provider.requests().values()) == 1
    assert result["unknown"] == {}
    for one in result["problems"]:
        assert one["since"] is None or datetime.datetime.fromisoformat(one["since"].replace("Z", "+00:00"))


def test_every_check_can_be_named(sim: Vergesim) -> None:
    assert ["red", "amber", *CHECKS] == FAIL_ON
    result = health(sim, fail_on=FAIL_ON)
    assert result["failed"] and found(result) == [("amber", "drive", "system")]
