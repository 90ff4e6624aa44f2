"""Offboarding: what is refused, what has to be done, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.plugin_utils._roles.offboarding import plan, refusals

NOW = "2026-11-24T02:00:00Z"
DATED = "customer 4711\nSuspended on 2026-11-01T00:00:00Z"
ACME: dict[str, Any] = {
    "name": "acme",
    "uuid": "6f1c6a0e-3b53-4f0c-9a55-0c6f0d6f3c11",
    "note": "customer 4711",
    "status": "online",
    "running": True,
    "nodes": [{"cpu_cores": 4, "ram_gb": 8.0}, {"cpu_cores": 2, "ram_gb": 2.5}],
    "storage": [{"tier": 1, "provisioned_gb": 100, "used_gb": 3.5, "key": 1}],
    "external_ips": [{"ip": "198.51.100.10"}],
    "network_blocks": [{"cidr": "192.0.2.0/28"}],
    "layer2_networks": [{"network": "Internal"}],
    "snapshots": [{"name": "monday"}],
}
OFF = {"status": "offline", "running": False}


def planned(item: dict[str, Any], *tenants: dict[str, Any], now: str = NOW) -> dict[str, Any]:
    return plan([{"name": "acme", **item}], tenants, now)[0]


def suspended(note: str = DATED, *, now: str = NOW, **item: Any) -> dict[str, Any]:
    return planned({"action": "suspend", **item}, {**ACME, **OFF, "note": note}, now=now)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ({"action": "remove"}, "needs its name a second time"),
        ({"action": "remove", "confirm": None}, "needs its name a second time"),
        ({"action": "remove", "confirm": ""}, "confirm says ''"),
        ({"action": "remove", "confirm": "Acme"}, "confirm says 'Acme'"),
        ({"action": "remove", "confirm": "acme", "final_snapshot": {"retention": 0}}, "cannot outlast a removal"),
        ({"action": "suspend", "final_snapshot": {"retention": -1}}, "is below 0"),
        ({"action": "suspend", "name": ""}, "an empty name"),
    ],
)
def test_what_is_refused_unseen(item: dict[str, Any], says: str) -> None:
    (sentence,) = refusals([{"name": "acme", **item}])
    assert says in sentence


def test_what_is_not_refused() -> None:
    assert refusals([]) == []
    assert (
        refusals([{"name": "acme", "action": "suspend"}, {"name": 4711, "action": "remove", "confirm": "4711"}]) == []
    )


@given(st.text(min_size=1), st.text())
def test_only_the_exact_name_confirms(name: str, confirm: str) -> None:
    refused = refusals([{"name": name, "action": "remove", "confirm": confirm}])
    assert bool(refused) is (name != confirm)


def test_a_tenant_is_listed_once() -> None:
    twice = [{"name": 7, "action": "suspend"}, {"name": "7", "action": "suspend"}]
    assert refusals(twice) == ["Tenant '7' is listed 2 times."]


@pytest.mark.parametrize(
    ("item", "tenants", "says"),
    [
        ({"action": "suspend"}, [], "There is no tenant 'acme' to suspend."),
        ({"action": "remove", "uuid": "other"}, [ACME], "has the uuid 6f1c6a0e"),
        ({"action": "remove"}, [ACME, {**ACME, "uuid": "other"}], "There are 2 tenants 'acme'"),
        ({"action": "remove", "keep_snapshots": True}, [ACME], "that are to be kept ('monday')"),
        ({"action": "suspend"}, [{**ACME, "note": "x" * 1000}], "shorten it by 10 characters"),
    ],
)
def test_what_is_refused_when_it_is_seen(item: dict[str, Any], tenants: list[dict[str, Any]], says: str) -> None:
    found = planned(item, *tenants)
    assert says in found["refusal"]
    assert (found["note"], found["crash_cart"], found["snapshots"], found["reclaimable"]) == (None, None, [], None)


def test_of_two_with_one_name_the_uuid_tells_which() -> None:
    found = planned({"action": "remove", "uuid": "OTHER"}, ACME, {**ACME, "uuid": "other"})
    assert (found["uuid"], found["refusal"]) == ("other", None)


def test_the_longest_note_that_has_room() -> None:
    assert len(suspended("x" * 990)["note"]) == 1024


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"Suspended on {NOW}"),
        ("customer 4711", f"customer 4711\nSuspended on {NOW}"),
        ("Suspended on Mondays", f"Suspended on Mondays\nSuspended on {NOW}"),
        (DATED, None),
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
    found = planned({"action": "suspend"}, {**ACME, "note": DATED, "status": status, "running": running})
    assert found["note"] == (f"customer 4711\nSuspended on {NOW}" if anew else None)


@given(st.text(max_size=900), st.booleans())
def test_a_second_suspension_changes_nothing(note: str, running: bool) -> None:
    first = planned({"action": "suspend"}, {**ACME, "note": note, "running": running})
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
    found = planned({"action": "remove", "confirm": "acme"}, {**ACME, "note": DATED})
    assert found["snapshots"] == ["monday"]
    assert found["crash_cart"] == "Crash Cart - acme"
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
