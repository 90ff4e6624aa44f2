"""Offboarding: what is refused, what has to be done, and what comes back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.plugin_utils._roles.final_bill import bill_csv, bill_period, final_bill
from plugins.plugin_utils._roles.offboarding import outcome, plan
from plugins.plugin_utils._roles.offboarding_refusals import refusals

NOW = "2026-11-24T02:00:00Z"
UUID = "6f1c6a0e-3b53-4f0c-9a55-0c6f0d6f3c11"
ANOTHER = "00000000-0000-0000-0000-000000000000"
# As an earlier release wrote it, and as it is written.
DATED = "customer 4711\nSuspended on 2026-11-01T00:00:00Z"
OWN = f"{DATED}, uuid {UUID}"
ACME: dict[str, Any] = {
    "name": "acme",
    "uuid": UUID,
    "note": "customer 4711",
    "status": "online",
    "running": True,
    "isolated": False,
    "created": "2026-01-01T00:00:00Z",
    "nodes": [{"cpu_cores": 4, "ram_gb": 8.0}, {"cpu_cores": 2, "ram_gb": 2.5}],
    "storage": [{"tier": 1, "provisioned_gb": 100, "used_gb": 3.5, "key": 1}],
    "external_ips": [{"ip": "198.51.100.10"}],
    "network_blocks": [{"cidr": "192.0.2.0/28", "key": 9}],
    "layer2_networks": [{"network": "Internal"}],
    "snapshots": [{"name": "monday"}],
}
OFF = {"status": "offline", "running": False, "isolated": True}


def planned(item: dict[str, Any], *tenants: dict[str, Any], now: str = NOW, **more: Any) -> dict[str, Any]:
    shared = [{"uuid": row["uuid"], "shared_objects": []} for row in tenants]
    return plan([{"name": "acme", **item}], tenants, now, **{"shared": shared, **more})[0]


def suspended(note: str = DATED, *, now: str = NOW, **item: Any) -> dict[str, Any]:
    return planned({"action": "suspend", **item}, {**ACME, **OFF, "note": note}, now=now)


def mark(since: str = NOW) -> str:
    return f"Suspended on {since}, uuid {UUID}"


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"action": "remove"}, "needs its name a second time"),
        ({"action": "remove", "confirm": None}, "needs its name a second time"),
        ({"action": "remove", "confirm": ""}, "confirm says ''"),
        ({"action": "remove", "confirm": "Acme"}, "confirm says 'Acme'"),
        ({"action": "remove", "confirm": "acme", "final_snapshot": {"retention": 0}}, "cannot outlast a removal"),
        ({"action": "suspend", "final_snapshot": {"retention": -1}}, "is '-1', which is not a whole number from 0 up"),
        ({"action": "suspend", "final_snapshot": {"retention": True}}, "is true, which is not a whole number"),
        ({"action": "suspend", "final_snapshot": "final"}, "its final_snapshot needs retention"),
        ({"action": "suspend", "note": "x"}, "there is no key 'note'; it has name, action, confirm,"),
        (
            {"action": "remove", "confirm": "acme", "keep_snapshots": "maybe"},
            "keep_snapshots is 'maybe', which is not true",
        ),
        ({"action": "suspend", "crash_cart": ["x"]}, "crash_cart is a list, which is not text"),
        ({"action": "suspend", "final_snapshot": {"retention": None}}, "its final_snapshot needs retention"),
        ({"action": "resume", "final_snapshot": {"retention": 0}}, "is taken when a tenant is suspended"),
        ({"action": "suspend", "name": ""}, "an empty name"),
        ({"action": "suspend", "name": None}, "an empty name"),
        ({"action": None}, "Tenant 'acme': its action is one of suspend, resume, remove."),
        ({"action": "suspend", "uuid": ""}, "Tenant 'acme': uuid is empty."),
    ],
)
def test_what_is_refused_unseen(item: dict[str, Any], says: str) -> None:
    (sentence,) = refusals([{"name": "acme", **item}])
    assert says in sentence


def test_what_is_not_refused() -> None:
    assert refusals([]) == refusals(None) == refusals("") == []
    assert (
        refusals([{"name": "acme", "action": "suspend"}, {"name": 4711, "action": "remove", "confirm": "4711"}]) == []
    )


NOTHING = dict.fromkeys(
    ("suspended_days", "confirmed", "bill_folder", "bill_since", "wait_timeout", "force_stop_after"), None
)


@pytest.mark.parametrize("blank", [None, "", " "])
def test_F45_what_is_null_or_blank_is_not_given(blank: Any) -> None:
    variables = dict.fromkeys(NOTHING, blank)
    assert refusals([{"name": "acme", "action": "suspend"}], variables) == []
    (sentence,) = refusals(blank, variables)
    assert sentence.startswith("No tenant is named")


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({"wait_timeout": "soon"}, "tenant_offboard_wait_timeout is 'soon', which is not a whole number from 0 up."),
        ({"wait_timeout": True}, "tenant_offboard_wait_timeout is true"),
        ({"force_stop_after": -1}, "a whole number from 0 up"),
        ({"suspended_days": 1.5}, "tenant_offboard_suspended_days is '1.5'"),
        (
            {"bill_folder": ["a"]},
            "tenant_offboard_bill_folder is a list, which is not text",
        ),
        (
            {"confirmed": {"acme": 1}, "suspended_days": 3},
            "tenant_offboard_confirmed is a dictionary, which is not a list of names",
        ),
        ({"confirmed": ["acme"]}, "which is not given"),
        ({"bill_since": "2026-11-01"}, "tenant_offboard_bill_folder is not given"),
    ],
)
def test_a_variable_of_another_kind_is_refused(variables: dict[str, Any], says: str) -> None:
    (sentence,) = refusals([], {**NOTHING, **variables})
    assert says in sentence


def test_numbers_may_come_as_text() -> None:
    assert refusals(None, {**NOTHING, "suspended_days": "30", "wait_timeout": " 600 ", "confirmed": "acme\n"}) == []
    assert "is not a list of tenants" in refusals(["acme"])[0]


@given(st.text(min_size=1), st.text())
def test_only_the_exact_name_confirms(name: str, confirm: str) -> None:
    refused = refusals([{"name": name, "action": "remove", "confirm": confirm}])
    assert bool(refused) is (name != confirm)


def test_a_tenant_is_listed_once() -> None:
    twice = [{"name": 7, "action": "suspend"}, {"name": "7", "action": "suspend"}]
    assert refusals(twice) == ["Tenant '7' is listed 2 times."]
    same = [{"name": "a", "action": "suspend", "uuid": UUID}, {"name": "b", "action": "suspend", "uuid": UUID.upper()}]
    assert refusals(same) == [f"The uuid {UUID} is listed 2 times."]


@pytest.mark.parametrize(
    ("item", "tenants", "says"),
    [
        ({"action": "suspend"}, [], "There is no tenant 'acme' to suspend."),
        ({"action": "remove", "uuid": "other"}, [ACME], "has the uuid 6f1c6a0e"),
        ({"action": "remove"}, [ACME, {**ACME, "uuid": "other"}], "There are 2 tenants 'acme'"),
        ({"action": "remove", "keep_snapshots": "yes"}, [ACME], "that are to be kept ('monday')"),
        ({"action": "suspend"}, [{**ACME, "note": "x" * 1000}], "shorten it by 53 characters"),
        ({"action": "suspend"}, [{**ACME, "name": "Acme"}], "to suspend. Near to it: 'Acme'."),
        ({"action": "resume"}, [], "There is no tenant 'acme' to resume."),
        ({"action": "resume"}, [{**ACME, **OFF}], "is isolated, and this role has not suspended it. Start it with"),
        (
            {"action": "resume"},
            [{**ACME, **OFF, "note": DATED + f", uuid {ANOTHER}"}],
            f"The mark in its note is that of the tenant {ANOTHER}.",
        ),
    ],
)
def test_what_is_refused_when_it_is_seen(item: dict[str, Any], tenants: list[dict[str, Any]], says: str) -> None:
    found = planned(item, *tenants)
    assert says in found["refusal"]
    assert (found["note"], found["crash_cart"], found["snapshots"], found["reclaimable"]) == (None, None, [], None)


def test_of_two_with_one_name_the_uuid_tells_which() -> None:
    found = planned({"action": "remove", "uuid": "OTHER"}, ACME, {**ACME, "uuid": "other"})
    assert (found["uuid"], found["refusal"]) == ("other", None)


@pytest.mark.parametrize("action", ["suspend", "resume", "remove"])
def test_F31_a_tenant_that_was_renamed_is_refused_with_its_new_name(action: str) -> None:
    found = planned({"action": action, "uuid": UUID.upper()}, {**ACME, "name": "acme ltd"})
    assert found["refusal"].startswith(f"The tenant with the uuid {UUID} is called 'acme ltd', not 'acme'.")
    # Though somebody else has the old name now.
    found = planned({"action": action, "uuid": UUID}, {**ACME, "name": "acme ltd"}, {**ACME, "uuid": ANOTHER})
    assert "is called 'acme ltd', not 'acme'" in found["refusal"]


@pytest.mark.parametrize("uuid", [None, UUID])
def test_F31_one_that_was_not_there_is_told_with_the_names_near_to_it(uuid: str | None) -> None:
    found = planned({"action": "remove", "confirm": "acmme", "name": "acmme", "uuid": uuid}, {**ACME, "uuid": ANOTHER})
    assert found["missing"] == "There is no tenant 'acmme'. Near to it: 'acme'."
    assert (found["refusal"], found["uuid"], found["crash_cart"]) == (None, None, "Crash Cart - acmme")


def test_the_longest_note_that_has_room() -> None:
    assert len(planned({"action": "suspend"}, {**ACME, "note": "x" * 947})["note"]) == 1024


@pytest.mark.parametrize(
    ("shared", "more", "says"),
    [
        (None, {}, "cannot be read. Set allow_shared_objects"),
        ([{"name": "web"}], {}, "Objects are shared with tenant 'acme' ('web')"),
        ([{"name": "web"}], {"allow_shared_objects": True}, None),
        (None, {"allow_shared_objects": True}, None),
        ([], {"allow_shared_objects": "no"}, None),
        ([{"name": "web"}], {"allow_shared_objects": "no"}, "Objects are shared"),
    ],
)
def test_F42_shared_objects_speak_against_a_removal(shared: Any, more: dict[str, Any], says: str | None) -> None:
    known = None if shared is None else [{"uuid": UUID, "shared_objects": shared}]
    found = planned({"action": "remove", **more}, ACME, shared=known)
    assert found["refusal"] is None if says is None else says in found["refusal"]


def test_F42_so_does_a_network_that_stands_on_one_of_its_blocks() -> None:
    networks = [
        {"name": "DMZ 2", "block_key": 9},
        {"name": "same text", "block_key": 8},
        {"name": "x", "block_key": None},
    ]
    found = planned({"action": "remove"}, ACME, networks=networks)
    assert "are in use: 192.0.2.0/28 (network 'DMZ 2')." in found["refusal"]
    assert planned({"action": "remove"}, ACME, networks=networks[1:])["refusal"] is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", mark()),
        (None, mark()),
        ("customer 4711", f"customer 4711\n{mark()}"),
        ("Suspended on Mondays", f"Suspended on Mondays\n{mark()}"),
        ("Suspended on 2026-13-45T00:00:00Z", mark()),
        (f"{DATED}, uuid {ANOTHER}", f"customer 4711\n{mark()}"),
        (DATED, None),
        (OWN, None),
        (OWN.replace("\n", "\r\n") + "\r\n", None),
        (OWN.upper().replace("SUSPENDED ON", "Suspended on").replace("UUID", "uuid"), None),
        ("Suspended on 2026-11-01T00:00:00Z\nowes us money", None),
    ],
)
def test_the_date_is_noted_once(before: str, after: str | None) -> None:
    found = suspended(before)
    assert found["note"] == after
    assert found["suspended_since"] == (NOW if after else "2026-11-01T00:00:00Z")


@pytest.mark.parametrize(
    ("status", "running", "anew"),
    [
        ("online", True, True),
        ("reduced", True, True),
        ("starting", False, True),
        ("stopping", True, False),
        ("offline", False, False),
    ],
)
def test_a_tenant_that_is_in_use_again_is_suspended_anew(status: str, running: bool, anew: bool) -> None:
    row = {**ACME, "note": OWN, "status": status, "running": running, "isolated": True}
    found = planned({"action": "suspend"}, row)
    assert found["note"] == (f"customer 4711\n{mark()}" if anew else None)
    assert bool(found["skipped"]) is not anew


def test_F32_a_mark_counts_only_while_the_tenant_is_isolated_and_off() -> None:
    found = planned({"action": "suspend", "final_snapshot": {"retention": 60}}, {**ACME, "note": OWN})
    assert (found["suspended_since"], found["final_snapshot"]["name"]) == (NOW, f"final {NOW}")
    off_but_not_isolated = {**ACME, **OFF, "isolated": False, "note": OWN}
    assert planned({"action": "suspend"}, off_but_not_isolated)["suspended_since"] == NOW


def test_F32_what_is_kept_or_skipped_is_told() -> None:
    found = suspended(now=NOW, final_snapshot={"retention": 3600})
    assert found["skipped"] == [
        "It is suspended since 2026-11-01T00:00:00Z already, and that date stays.",
        "Its final snapshot expired on 2026-11-01T01:00:00Z and is not taken again.",
    ]


@pytest.mark.parametrize(
    ("row", "note", "skipped"),
    [
        ({**OFF, "note": OWN}, "customer 4711", []),
        ({**OFF, "note": mark()}, "", []),
        ({**OFF, "note": DATED, "snapshots": [{"name": "final 2026-11-01T00:00:00Z"}]}, "customer 4711", ["stays"]),
        # Cut off before its note was changed.
        ({"note": OWN}, "customer 4711", []),
        ({"note": "customer 4711"}, None, ["It is not suspended."]),
    ],
)
def test_F32_resuming_clears_the_mark(row: dict[str, Any], note: str | None, skipped: list[str]) -> None:
    found = planned({"action": "resume"}, {**ACME, **row})
    assert (found["refusal"], found["note"]) == (None, note)
    assert len(found["skipped"]) == len(skipped) and all(a in b for a, b in zip(skipped, found["skipped"]))


@given(st.text(max_size=900), st.booleans())
def test_a_second_suspension_changes_nothing(note: str, running: bool) -> None:
    first = planned({"action": "suspend"}, {**ACME, **OFF, "note": note, "running": running, "status": "online"})
    second = suspended(note if first["note"] is None else first["note"], now="2027-01-01T00:00:00Z")
    assert (second["note"], second["suspended_since"]) == (None, first["suspended_since"])


@pytest.mark.parametrize(
    ("now", "retention", "due"),
    [
        ("2026-11-01T00:59:59Z", 3600, True),
        ("2026-11-01T01:00:00Z", 3600, False),
        ("2036-11-01T00:00:00Z", 0, True),
    ],
)
def test_a_final_snapshot_that_has_expired_is_not_taken_again(now: str, retention: int, due: bool) -> None:
    found = suspended(now=now, final_snapshot={"retention": retention})["final_snapshot"]
    assert found == ({"name": "final 2026-11-01T00:00:00Z", "retention": retention} if due else None)


def test_a_removal_and_what_comes_back() -> None:
    found = planned({"action": "remove", "confirm": "acme"}, {**ACME, **OFF, "note": DATED})
    assert found["snapshots"] == ["monday"]
    assert found["crash_cart"] is None
    assert found["suspended_since"] == "2026-11-01T00:00:00Z"
    assert found["reclaimable"] == {
        "nodes": 2,
        "cpu_cores": 6,
        "ram_gb": 10.5,
        "storage": [{"tier": 1, "provisioned_gb": 100, "used_gb": 3.5}],
        "external_ips": ["198.51.100.10"],
        "network_blocks": ["192.0.2.0/28"],
        "layer2_networks": ["Internal"],
    }


def test_of_a_tenant_that_is_gone_only_its_crash_cart_can_be_left() -> None:
    found = planned({"action": "remove", "confirm": "acme", "crash_cart": "rescue"})
    assert (found["uuid"], found["refusal"], found["reclaimable"]) == (None, None, None)
    assert found["crash_cart"] == "rescue"


DAYS_30 = {"suspended_days": 30, "confirmed": ["acme"]}
LONG = {**ACME, **OFF, "note": mark("2026-10-01T00:00:00Z")}


def selected(*tenants: dict[str, Any], wanted: Any = (), **more: Any) -> list[dict[str, Any]]:
    shared = [{"uuid": row["uuid"], "shared_objects": []} for row in tenants]
    return plan(list(wanted), tenants, NOW, **{**DAYS_30, "shared": shared, **more})


@pytest.mark.parametrize("confirmed", [["acme"], [UUID.upper()], ["acme", UUID]])
def test_who_is_suspended_for_long_is_removed_where_it_is_confirmed(confirmed: list[str]) -> None:
    (found,) = selected(LONG, {**ACME, "name": "globex", "uuid": ANOTHER}, confirmed=confirmed)
    assert (found["name"], found["action"], found["selected"], found["refusal"]) == ("acme", "remove", True, None)
    assert found["uuid"] == UUID and found["reclaimable"] and found["snapshots"] == ["monday"]


def test_who_is_not_confirmed_is_only_told() -> None:
    (found,) = selected(LONG, confirmed=[])
    assert found["unconfirmed"].startswith(f"Suspended since 2026-10-01T00:00:00Z, uuid {UUID}")
    assert found["reclaimable"] is None


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({**LONG, "isolated": False}, "is confirmed, but is not isolated."),
        ({**LONG, "status": "online", "running": True}, "is not off (online)."),
        ({**LONG, "status": "stopping"}, "is not off (stopping)."),
        ({**LONG, "status": "error"}, "is not off (error)."),
        ({**LONG, "note": "customer"}, "has no mark"),
        ({**LONG, "note": None}, "has no mark"),
        # Of an earlier release: nobody knows whose it is.
        ({**LONG, "note": DATED}, "is not its own"),
        ({**LONG, "note": f"{DATED}, uuid {ANOTHER}"}, "is not its own"),
        ({**LONG, "note": mark("2026-11-23T00:00:00Z")}, "is suspended since 2026-11-23T00:00:00Z only"),
        # To the second, and from the future.
        ({**LONG, "note": mark("2026-10-25T02:00:00Z")}, "only"),
        ({**LONG, "note": mark("2099-01-01T00:00:00Z")}, "only"),
    ],
)
def test_who_is_confirmed_and_not_suspended_for_long_is_refused(row: dict[str, Any], says: str) -> None:
    (found,) = selected(row)
    assert says in found["refusal"] and found["reclaimable"] is None
    assert selected(row, confirmed=[]) == []


def test_who_is_confirmed_and_gone_already_was_not_there() -> None:
    (found,) = selected()
    assert (found["missing"], found["crash_cart"], found["refusal"]) == ("There is no tenant 'acme'.", None, None)


def test_two_of_one_name_are_confirmed_by_uuid() -> None:
    (refused, told, also) = selected(LONG, {**LONG, "uuid": ANOTHER, "note": LONG["note"].replace(UUID, ANOTHER)})
    assert "There are 2 tenants 'acme'" in refused["refusal"]
    assert told["unconfirmed"] and also["unconfirmed"]


@pytest.mark.parametrize("item", [{"action": "resume"}, {"action": "remove", "uuid": ANOTHER}])
def test_an_entry_says_what_becomes_of_its_tenant_and_not_the_selection(item: dict[str, Any]) -> None:
    (found,) = selected(LONG, wanted=[{"name": "acme", **item}])
    assert found["selected"] is False


def test_what_speaks_against_a_removal_speaks_against_one_that_is_selected() -> None:
    (found,) = selected(LONG, shared=None)
    assert "allow_shared_objects" in found["refusal"]


# The final bill.

PERIOD = {"begin": "2026-11-01T00:00:00Z", "end": NOW}
SUMMARY = {
    "points": 554,
    "from": "2026-11-01T00:00:00Z",
    "to": "2026-11-24T01:00:00Z",
    "step_seconds": 3600,
    "longest_gap_seconds": 3600,
    "ram_allocated_gb": {"p95": 8.0, "points": 554},
    "cpu_cores": {"p95": 4, "points": 554},
    "ip_count": {"p95": 2, "points": 554},
    "tiers": [{"tier": 3, "provisioned_gb": {"p95": 50, "points": 554}}],
}


def bill(summary: Any = (SUMMARY,), previous: str = "", row: Any = None, **more: Any) -> dict[str, Any]:
    found = planned({"action": "remove"}, row or {**LONG, **more})
    return final_bill(found, list(summary), PERIOD, "=host", previous)


def test_a_final_bill_says_what_was_allocated_and_what_was_given() -> None:
    found = bill()
    assert (found["tenant"], found["uuid"], found["system"], found["removed"]) == ("acme", UUID, "=host", None)
    assert (found["p95"]["ram_allocated_gb"], found["given"]["ram_gb"], found["notes"]) == (8.0, 10.5, [])
    lines = bill_csv(found).splitlines()
    assert lines[1].startswith(f"'=host,acme,{UUID},RAM,GiB,10.5,8.0,2026-11-01T00:00:00Z,{NOW},,")
    # A tier that it has, and one that it had.
    assert [line.split(",")[3:7] for line in lines[3:5]] == [["tier 1", "GiB", "100", ""], ["tier 3", "GiB", "0", "50"]]
    assert [line.split(",")[3:7] for line in lines[5:]] == [
        ["external ips", "addresses", "1", "2"],
        ["network blocks", "blocks", "1", ""],
        ["layer2 networks", "networks", "1", ""],
    ]
    assert lines[2].split(",")[3:7][-1] == "4"


@pytest.mark.parametrize(
    ("summary", "says"),
    [
        ([], "There is no history"),
        ([{**SUMMARY, "points": 0, "ram_allocated_gb": None}], "There is no history"),
        ([{**SUMMARY, "from": "2026-11-20T00:00:00Z"}], "No history before 2026-11-20T00:00:00Z."),
    ],
)
def test_a_period_without_enough_history_says_so(summary: Any, says: str) -> None:
    found = bill(summary)
    assert says in " ".join(found["notes"])
    assert bill_csv(found).count(says) == 7 - (found["p95"] is None)


def test_a_bill_that_was_begun_is_completed_and_never_replaced_by_what_is_not_known() -> None:
    first = json.dumps(bill())
    assert bill(previous=first, external_ips=[], network_blocks=[], layer2_networks=[])["given"] == bill()["given"]
    assert bill([], previous=first)["p95"] == bill()["p95"]
    for another in ("", "{", "[]", "null", json.dumps({**bill(), "uuid": ANOTHER}), json.dumps({"uuid": UUID})):
        assert bill([], previous=another)["p95"] is None


def test_a_tenant_without_a_date_of_its_making_is_billed_from_the_beginning() -> None:
    assert bill(created=None)["p95"]["missing"] == []


@pytest.mark.parametrize(
    ("since", "begin"),
    [
        (None, "2026-11-01T00:00:00Z"),
        ("2026-10-15", "2026-10-15T00:00:00Z"),
        ("2026-10-15T00:00:00+02:00", "2026-10-14T22:00:00Z"),
    ],
)
def test_the_period_of_a_final_bill(since: str | None, begin: str) -> None:
    assert bill_period(since, NOW) == {"begin": begin, "end": NOW}


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01", "2027-01-01", "20261101"])
def test_no_period_of_a_final_bill(since: str) -> None:
    with pytest.raises(ValueError, match=f"The final bill begins '{since}'"):
        bill_period(since, NOW)


def test_the_first_second_of_a_month_has_a_period() -> None:
    assert bill_period(None, "2026-11-01T00:00:00Z")["end"] > "2026-11-01T00:00:00Z"


def test_F43_one_line_counts_them_all() -> None:
    rows = [("acme", "removed", True), ("globex", "not there", False), ("x", "unchanged", False)]
    found = outcome([{"name": name, "result": result, "changed": changed} for name, result, changed in rows])
    assert found["line"] == "3 tenants: 1 removed (acme), 1 as asked already, 1 not there (globex)."
    assert (found["summary"]["not_there"], found["summary"]["changed"]) == (1, True)
    many = outcome([{"name": str(number), "result": "failed", "changed": False} for number in range(9)], check=True)
    assert many["line"] == "Check mode, nothing was written. 9 tenants: 9 failed (0, 1, 2, 3, 4 and 4 more)."
    assert outcome([])["line"] == "No tenant is listed or selected."
