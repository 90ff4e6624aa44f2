"""Snapshots of a tenant, and files for it: what is planned from rows alone."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.plan import Goal, Guard, Plan
from plugins.module_utils._tasks.tenant_file import TenantFileTask
from plugins.module_utils._tasks.tenant_snapshot import TenantSnapshotTask
from support import Tables, sentences

NOW = 1_800_000_000
TENANT: Row = {
    "$key": 5,
    "name": "acme",
    "uuid": "00000000-0000-4000-8000-000000000005",
    "is_snapshot": False,
    "running": False,
    "starting": False,
    "stopping": False,
    "status": "offline",
    "network_key": 9,
    "network_running": False,
}
SNAPSHOT: Row = {
    "$key": 2,
    "name": "before-update",
    "tenant": "acme",
    "tenant_key": 5,
    "description": "",
    "profile": None,
    "created": NOW - 10,
    "expires": NOW - 10 + 3600,
}
ON = {"running": True, "status": "online"}
POWER = ("running", "starting", "stopping", "status")


def task(**options: Any) -> TenantSnapshotTask:
    given = dict.fromkeys(("description", "retention"))
    given |= {"state": "present", "tenant": "acme", "name": "before-update", "confirm_overwrite": False}
    return TenantSnapshotTask({**given, "stop_tenant": False, **options})


def tables(named: Row | str | None = "usual", *snapshots: Row) -> Tables:
    tenant = TENANT if named == "usual" else named
    power = {name: (tenant or TENANT)[name] for name in POWER}
    rows = [{**row, **power} for row in snapshots]
    return Tables(now=NOW, tenants=[tenant] if tenant else [], tenant_snapshots=rows)


def planned(platform: Tables, **options: Any) -> Plan:
    return task(**options).plan(platform)


def restored(platform: Tables, **options: Any) -> Plan:
    return planned(platform, state="restored", confirm_overwrite=True, **options)


def test_only_what_was_given_is_sent() -> None:
    (step,) = planned(tables()).steps
    assert step.write.body == {"tenant": 5, "name": "before-update"}
    (step,) = planned(tables(), description="x", retention=3600).steps
    assert step.write.body == {"tenant": 5, "name": "before-update", "description": "x", "expires": NOW + 3600}
    assert planned(tables(), retention=0).steps[0].write.body["expires"] == 0
    assert planned(tables(TENANT, SNAPSHOT)).steps == ()


@pytest.mark.parametrize(
    ("retention", "expires", "sent"),
    [
        (3600, NOW - 10 + 3600, None),
        (3630, NOW - 10 + 3600, None),
        (3661, NOW - 10 + 3600, NOW - 10 + 3661),
        (0, NOW - 10 + 3600, 0),
        (0, 0, None),
        (0, None, None),
        (3600, 0, NOW - 10 + 3600),
        (None, 0, None),
    ],
)
def test_an_expiry_is_right_within_a_minute(retention: int | None, expires: int | None, sent: int | None) -> None:
    plan = planned(tables(TENANT, {**SNAPSHOT, "expires": expires}), retention=retention)
    assert [step.write.body for step in plan.steps] == ([] if sent is None else [{"expires": sent}])


def test_input_that_makes_no_sense() -> None:
    with pytest.raises(VrgError, match="name is empty"):
        task(name="")
    with pytest.raises(VrgError, match="overwrites the tenant: everything that it has written since is lost") as caught:
        task(state="restored")
    assert "confirm_overwrite=true" in caught.value.hint


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (259200, 259200),
        ("259200", 259200),
        ("3d", 259200),
        ("12h", 43200),
        ("30m", 1800),
        ("2w", 1209600),
        (" 3d ", 259200),
        (0, 0),
        ("0", 0),
        ("0d", 0),
    ],
)
def test_F60_retention_takes_seconds_or_a_duration(given: Any, seconds: int) -> None:
    expires = planned(tables(), retention=given).steps[0].write.body["expires"]
    assert expires == (NOW + seconds if seconds else 0)


@pytest.mark.parametrize("given", [True, 1.5, "", "3 d", "3x", "d", "1d12h", "٣d", "9" * 400])
def test_F60_a_retention_that_is_no_duration_is_refused(given: Any) -> None:
    with pytest.raises(VrgError, match="is neither seconds nor a duration") as caught:
        task(retention=given)
    assert "3d" in caught.value.hint


@pytest.mark.parametrize("given", [-1, "-1", 3153600001, "36501d", 999999999999])
def test_a_retention_that_is_too_much(given: Any) -> None:
    with pytest.raises(VrgError, match=f"retention {given} is not between 0 and 3153600000"):
        task(retention=given)


@pytest.mark.parametrize("state", ["present", "restored"])
def test_F9_a_tenant_that_an_earlier_task_may_make(state: str) -> None:
    plan = planned(tables(None), state=state, confirm_overwrite=True)
    assert [refusal.message for refusal in plan.refusals] == ["There is no tenant 'acme'."]
    assert plan.refusals[0].liftable and len(plan.steps) == 1
    assert planned(tables(None), state="absent").refusals == ()


def test_F9_a_restore_after_a_task_that_stops_the_tenant_is_only_warned_of() -> None:
    plan = restored(tables({**TENANT, **ON}, SNAPSHOT))
    assert sentences(plan) == ["restore tenant 'acme' from snapshot 'before-update', for its next start"]
    (refusal,) = plan.refusals
    assert refusal.message == "Tenant 'acme' is online, and only one that is offline can be restored."
    assert refusal.hint == "Stop it first, or set stop_tenant=true." and refusal.liftable
    assert restored(tables(TENANT, SNAPSHOT)).refusals == ()


@pytest.mark.parametrize(
    ("power", "stopped"),
    [({}, False), (ON, True), ({"starting": True, "status": "starting"}, True), ({"stopping": True, **ON}, False)],
)
def test_a_tenant_is_stopped_where_the_task_says_so(power: dict[str, Any], stopped: bool) -> None:
    plan = restored(tables({**TENANT, **power}, SNAPSHOT), stop_tenant=True)
    assert plan.refusals == ()
    assert sentences(plan)[:-1] == (["stop tenant 'acme'"] if stopped else [])
    assert any(isinstance(guard, Goal) for guard in plan.steps[-1].guards) is bool(power), "its end is waited for"
    assert plan.settle is None and plan.before == plan.after == {}
    assert plan.result["name"] == "before-update"


def test_F4_a_restore_is_never_sent_twice_and_is_not_what_stands_afterwards() -> None:
    step = restored(tables(TENANT, SNAPSHOT)).steps[-1]
    assert step.once and step.verb and step.proof is None
    assert step.write.body == {"tenant": 5, "action": "restore", "params": {"snapshot": 2}}


def test_F7_a_restore_is_judged_again_right_before() -> None:
    step = restored(tables(TENANT, SNAPSHOT)).steps[-1]
    same, off = (guard for guard in step.guards if isinstance(guard, Guard))
    row = {**SNAPSHOT, **{name: TENANT[name] for name in POWER}}
    assert same.refusal([row]) is None and off.refusal([row]) is None
    for other in ([], [{**row, "created": NOW}], [{**row, "tenant_key": 6}], [{**row, "name": "other"}]):
        refusal = same.refusal(other)
        assert refusal is not None and "was deleted in the meantime; nothing was restored" in refusal.message
    for power in (ON, {"starting": True}, {"stopping": True}):
        assert off.refusal([{**row, **power}]) is not None


def test_F23_an_unknown_snapshot_is_refused_with_those_that_the_tenant_has() -> None:
    rows = [SNAPSHOT, {**SNAPSHOT, "$key": 3, "tenant_key": 6, "name": "before-updates"}]
    plan = restored(tables(TENANT, *rows), name="before-updte")
    (refusal,) = plan.refusals
    assert refusal.message == "There is no snapshot 'before-updte' of tenant 'acme'."
    assert refusal.hint == "Near to it: 'before-update'." and refusal.liftable


def test_F25_a_snapshot_has_its_profile() -> None:
    assert planned(tables(TENANT, {**SNAPSHOT, "profile": "daily"})).result["profile"] == "daily"


def test_F27_a_delete_is_of_the_snapshot_that_was_meant_and_proved() -> None:
    plan = planned(tables(TENANT, SNAPSHOT), state="absent")
    proof = plan.steps[0].proof
    assert proof is not None and plan.is_final
    assert not proof.holds([SNAPSHOT]) and proof.holds([])
    assert proof.holds([{**SNAPSHOT, "created": NOW}]), "the key was given to another snapshot"


def file(platform: Tables, **options: Any) -> Plan:
    return TenantFileTask({"state": "present", "tenant": "acme", "file": "tools.iso", **options}).plan(platform)


FILES: list[Row] = [{"$key": 3, "name": "tools.iso"}, {"$key": 4, "name": "debian-13.qcow2"}]


@pytest.mark.parametrize(("named", "key"), [("tools.iso", 3), ("4", 4)])
def test_a_file_is_given_by_name_or_key(named: str, key: int) -> None:
    (step,) = file(Tables(tenants=[TENANT], files=FILES), file=named).steps
    assert step.write.body == {"tenant": 5, "action": "give_file", "params": {"file": key}}
    assert step.verb and step.proof is None and not step.once


def test_F9_a_file_for_a_tenant_that_an_earlier_task_may_make() -> None:
    plan = file(Tables(files=FILES))
    assert sentences(plan) == ["give file 'tools.iso' to tenant 'acme'"]
    assert plan.refusals[0].liftable and plan.result == {"key": 3, "name": "tools.iso", "tenant": "acme"}


def test_F23_an_unknown_file_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(VrgError, match=r"There is no file 'tool\.iso'\.") as caught:
        file(Tables(tenants=[TENANT], files=FILES), file="tool.iso")
    assert caught.value.hint.endswith("Near to it: 'tools.iso'.")
