from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.plugin_utils._roles.change_window import (
    change_window,
    change_window_comparison,
    change_window_failure,
    change_window_problems,
)

PHASES = ["open", "rolling back", "restored", "kept", "rolled back"]
SNAPSHOT = {"key": 7, "name": "change-window-CHG-1", "created": "2026-11-02T09:30:00Z", "description": ""}


def tenant(status: str = "online", **columns: Any) -> dict[str, Any]:
    node = {"name": "node1", "enabled": True, "running": status == "online", "status": "stopped"}
    return {"name": "acme", "uuid": "ab-12", "key": 5, "status": status, "nodes": [node], "snapshots": [], **columns}


def marked(description: str) -> dict[str, Any]:
    return {**SNAPSHOT, "description": description}


@pytest.mark.parametrize(("status", "running"), [("online", True), ("offline", False)])
def test_a_new_window_remembers_the_power(status: str, running: bool) -> None:
    window = change_window([tenant(status)], "acme", "CHG-1")
    assert (window["phase"], window["running"], window["refusals"]) == ("new", running, [])
    assert window["snapshot"] == {"name": "change-window-CHG-1"}


@given(text=st.text(), running=st.booleans(), phase=st.sampled_from(PHASES))
def test_a_mark_is_read_as_it_was_written(text: str, running: bool, phase: str) -> None:
    status = "online" if running else "offline"
    first = change_window([tenant(status, snapshots=[marked(text + ".")])], "acme", "CHG-1")
    assert all(len(mark) <= 2048 for mark in first["marks"].values())
    # Half way the tenant may be in any state.
    again = change_window([tenant("error", snapshots=[marked(first["marks"][phase])])], "acme", "CHG-1")
    assert (again["phase"], again["running"], again["marks"]) == (phase, running, first["marks"])


def test_a_window_that_was_rolled_back_is_refused_and_one_that_was_kept_is_not() -> None:
    marks = change_window([tenant()], "acme", "CHG-1")["marks"]
    windows = [change_window([tenant(snapshots=[marked(marks[phase])])], "acme", "CHG-1") for phase in PHASES]
    assert [window["phase"] for window in windows if window["refusals"]] == ["rolled back"]


@pytest.mark.parametrize("mark", ["[change window: closed; tenant was running]", "[change window: kept]"])
def test_a_mark_that_is_not_known_is_refused(mark: str) -> None:
    window = change_window([tenant(snapshots=[marked(mark)])], "acme", "CHG-1")
    assert "a mark that is not known" in window["refusals"][0]


@pytest.mark.parametrize("status", ["reduced", "starting", "stopping", "error", "nodesoffline"])
def test_a_window_begins_with_a_tenant_that_is_well(status: str) -> None:
    assert f"the tenant is {status}" in change_window([tenant(status)], "acme", "CHG-1")["refusals"][0]


def test_a_node_that_is_down_is_named_unless_it_is_disabled() -> None:
    down = {"name": "node2", "enabled": True, "running": False, "status": "stopped"}
    refused = change_window([tenant(nodes=[down])], "acme", "CHG-1")
    assert "its node 'node2' is stopped" in refused["refusals"][0]
    assert not change_window([tenant(nodes=[{**down, "enabled": False}])], "acme", "CHG-1")["refusals"]


@pytest.mark.parametrize("name", ["5", "nobody", ""])
def test_a_tenant_is_known_by_its_name_or_uuid_only(name: str) -> None:
    assert "There is no tenant" in change_window([tenant()], name, "CHG-1")["refusals"][0]
    assert change_window([tenant()], "AB-12", "CHG-1")["tenant"] == "acme"


def test_two_tenants_of_a_name_are_refused() -> None:
    assert change_window([tenant(), tenant(uuid="cd-34")], "acme", "CHG-1")["refusals"]


@pytest.mark.parametrize("window_id", ["", " ", "CHG-1 ", "a\nb", "x" * 101])
def test_an_id_that_is_none(window_id: str) -> None:
    assert "1 to 100 printable characters" in change_window([tenant()], "acme", window_id)["refusals"][0]


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ([tenant(snapshots=[SNAPSHOT])], []),
        ([tenant(snapshots=[SNAPSHOT], name="renamed")], []),
        ([tenant("offline", snapshots=[SNAPSHOT])], ["was online on all its nodes; now the tenant is offline"]),
        ([tenant()], ["is gone, and with it the way back"]),
        ([tenant(snapshots=[{**SNAPSHOT, "created": "2026-11-02T10:30:00Z"}])], ["is gone"]),
        ([], ["Tenant 'acme' is gone"]),
    ],
)
def test_what_is_wrong_afterwards(now: list[dict[str, Any]], says: list[str]) -> None:
    window = {**change_window([tenant()], "acme", "CHG-1"), "snapshot": SNAPSHOT}
    problems = change_window_problems(now, window)
    assert len(problems) == len(says)
    assert all(part in problem for part, problem in zip(says, problems))


def test_a_tenant_that_was_stopped_has_to_be_stopped() -> None:
    window = {**change_window([tenant("offline")], "acme", "CHG-1"), "snapshot": SNAPSHOT}
    assert change_window_problems([tenant("offline", snapshots=[SNAPSHOT])], window) == []
    assert "was offline; now the tenant is online" in change_window_problems([tenant(snapshots=[SNAPSHOT])], window)[0]


@pytest.mark.parametrize(
    ("result", "task", "sentence"),
    [
        ({"msg": "no"}, {"name": "Do it"}, "Task 'Do it' failed: no."),
        ({"msg": "No!"}, {"name": "", "action": "ansible.builtin.fail"}, "Task 'ansible.builtin.fail' failed: No!"),
        ({}, {"name": "Do it"}, "Task 'Do it' failed: it does not say why."),
        ({}, {}, "A file of tasks could not be read."),
        ({"msg": "secret"}, {"name": "Do it", "no_log": True}, "Task 'Do it' failed; no_log hides why."),
        ({"msg": "secret"}, {"name": "Do it", "no_log": "{{ yes }}"}, "Task 'Do it' failed; no_log hides why."),
        ({"msg": "secret", "_ansible_no_log": True}, {"name": "Do it"}, "Task 'Do it' failed; no_log hides why."),
        (
            {"msg": "One or more items failed", "results": [{"msg": "ok"}, {"failed": True, "msg": "second"}]},
            {"name": "Do it"},
            "Task 'Do it' failed: second.",
        ),
    ],
)
def test_why_a_task_failed(result: dict[str, Any], task: dict[str, Any], sentence: str) -> None:
    assert change_window_failure(result, task) == sentence


def sized(ram_gb: float, status: str = "online", **columns: Any) -> dict[str, Any]:
    row = tenant(status, **{"description": "grown", "storage": [{"tier": 1, "provisioned_gb": 10}], **columns})
    row["nodes"][0].update(ram_gb=ram_gb, cpu_cores=2)
    return row


def begun(row: dict[str, Any]) -> dict[str, Any]:
    """The window as a later run finds it, which knows only what the snapshot's description says."""
    first = change_window([row], "acme", "CHG-1")
    later = {**row, "snapshots": [marked(first["marks"]["open"])]}
    return change_window([later], "acme", "CHG-1")


def test_F38_what_a_restore_left_is_told_by_a_later_run_too() -> None:
    window = begun(sized(4.0))
    now = sized(8.0, storage=[{"tier": 2, "provisioned_gb": 10}])
    compared = change_window_comparison([now], window, [])
    assert compared["differences"] == [
        "node 'node1' has ram_gb 8, and had 4",
        "tier 1 is gone",
        "tier 2 is new",
    ]
    assert not compared["verified"]
    assert "change it by hand" in compared["sentence"]
    assert change_window_comparison([sized(4.0)], window, []) == {"differences": [], "verified": True, "sentence": ""}


def test_F38_of_a_tenant_that_is_off_a_restore_is_verified_only_if_it_was_seen() -> None:
    window = begun(sized(4.0, "offline"))
    same, other = sized(4.0, "offline"), sized(8.0, "offline")
    assert change_window_comparison([same], window, [other])["verified"]
    for now, was in ((same, same), (same, None), (other, other)):
        compared = change_window_comparison([now], window, [was] if was else [])
        assert not compared["verified"]
        assert "only at its next start" in compared["sentence"]


@given(note=st.text(min_size=1), description=st.text(), name=st.text())
def test_any_text_is_remembered_within_the_description(note: str, description: str, name: str) -> None:
    row = sized(4.0, note=note, url=description * 50, external_ips=[{"ip": name, "hostname": description}] * 200)
    window = begun(row)
    assert len(window["marks"]["open"]) <= 2048
    assert window["phase"] == "open"
    assert change_window_comparison([row], window, [])["differences"] == []
    changed = change_window_comparison([{**row, "note": note + "."}], window, [])["differences"]
    assert [each[:19] for each in changed] == ["the tenant has note"]


def test_a_tenant_of_hundreds_of_addresses_says_what_it_does_not_know() -> None:
    row = sized(4.0, external_ips=[{"ip": f"192.0.2.{i}", "network": "External"} for i in range(250)])
    compared = change_window_comparison([row], begun(row), [])
    assert not compared["verified"]
    assert "more things it is not known what they were" in compared["sentence"]


def test_a_snapshot_made_by_hand_knows_nothing_of_before() -> None:
    window = change_window([tenant(snapshots=[marked("By hand")])], "acme", "CHG-1")
    assert "not known, and was not compared" in change_window_comparison([sized(4.0)], window, [])["sentence"]


def test_a_window_that_was_left_is_named_by_another_one() -> None:
    left = {**marked(change_window([tenant()], "acme", "CHG-0")["marks"]["open"]), "name": "change-window-CHG-0"}
    assert (
        "Not ended of this tenant: change window 'CHG-0'"
        in change_window([tenant(snapshots=[left])], "acme", "CHG-1")["line"]
    )
    assert "CHG-1" not in change_window([tenant(snapshots=[left])], "acme", "CHG-0")["line"]
