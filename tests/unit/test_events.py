"""Events: what becomes of rows that are read again and again, of a source that dies, and of its arguments."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Optional

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils._events import arguments
from plugins.module_utils._events.bell import doorbell
from plugins.module_utils._events.cursor import open_cursor
from plugins.module_utils._events.follower import Follower
from plugins.module_utils._events.handover import Handover
from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import Outcome, VrgError
from plugins.module_utils._model.query import Query
from plugins.module_utils._options import CONNECTION, Settings
from plugins.module_utils._reads.events import LATE, Event, Origin, inert
from plugins.module_utils._reads.watch import KINDS, SWEEP, Watch
from support import Tables

ORIGIN = Origin("berlin", "berlin.example.com")
NOW = 1_800_000_000
US = 1_000_000
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

import event_schema  # noqa: E402


class Platform(Tables):
    """Tables that sort and cut as the platform does, and refuse what ``refused`` names with a status."""

    def __init__(self, **rows: list[Row]) -> None:
        super().__init__(now=NOW, **rows)
        self.refused: dict[str, Optional[int]] = {}

    def read(self, query: Query, **how: Any) -> list[Row]:
        if query.table in self.refused:
            status = self.refused[query.table]
            outcome = Outcome.UNKNOWN if status in (None, 200) else Outcome.REFUSED
            raise VrgError(f"no {query.table}", outcome=outcome, status=status)
        rows = super().read(query)
        column = query.order.lstrip("-")
        rows = sorted(rows, key=lambda row: row[column], reverse=query.order.startswith("-")) if column else rows
        return [dict(row) for row in rows[: query.limit or None]]

    def tables_asked(self) -> list[str]:
        asked = [query.table for query in self.asked]
        self.asked.clear()
        return asked


def log(key: int, second: float = 0, **more: Any) -> Row:
    about = {"level": "message", "text": f"row {key}", "user": "", "object_type": "system", "object_name": "berlin"}
    return {"$key": key, "timestamp": NOW * US + int(second * US), **about, **more}


def alarm(key: int, raised: int = NOW, **more: Any) -> Row:
    about = {"alarm_id": f"a{key}", "level": "error", "status": "It is down", "type_name": "Down", "resolvable": False}
    owner = {"owner": f"nodes/{key}", "owner_type": "nodes", "owner_name": f"node{key}"}
    return {"$key": key, "raised": raised, **about, **owner, **more}


def past(key: int, raised: int, lowered: int, **more: Any) -> Row:
    return {**alarm(key, raised), "$key": 1000 + key, "lowered": lowered, "lowered_by": "auto", **more}


def tenant(key: int, status: str = "online", **more: Any) -> Row:
    own = {"name": f"t{key}", "uuid": f"u{key}", "status": status, "running": status != "offline", "isolated": False}
    return {"$key": key, "is_snapshot": False, **own, **more}


def node(key: int, **more: Any) -> Row:
    state = {"status": "running", "running": True, "maintenance": False, "need_restart": False, "restart_reason": ""}
    cluster = {"cluster": "c", "cluster_key": 1, "vsan_connected": True}
    return {"$key": key, "name": f"node{key}", **state, **cluster, **more}


def watch(*kinds: str, place: Optional[dict[str, Any]] = None, **how: Any) -> Watch:
    """A watch that goes on where another one ended, as a file would tell it."""
    return Watch(ORIGIN, kinds or KINDS, place=json.loads(json.dumps(place or {})), **how)


def look(watched: Watch, platform: Tables) -> list[Event]:
    return [event for batch in watched.look(platform) for event in batch]


def texts(events: list[Event]) -> list[str]:
    return [event["log"]["text"] for event in events]


def uuids(events: list[Event]) -> list[str]:
    return [event["meta"]["uuid"] for event in events]


# The log.


def test_rows_of_the_log_come_once_and_in_order() -> None:
    platform = Platform(logs=[log(1), log(2)])
    watched = watch("logs")
    assert look(watched, platform) == []
    platform.rows["logs"] += [log(4, 2), log(3, 1)]
    assert texts(look(watched, platform)) == ["row 3", "row 4"]
    assert look(watched, platform) == []


def test_a_row_that_comes_late_is_not_lost_nor_is_one_with_a_key_that_was_given_before() -> None:
    platform = Platform(logs=[log(1)])
    watched = watch("logs", since=str(NOW))
    assert texts(look(watched, platform)) == ["row 1"]
    platform.now += 100
    platform.rows["logs"] += [log(2, 100), log(3, 5)]
    assert texts(look(watched, platform)) == ["row 3", "row 2"]
    platform.rows["logs"] = [log(2, 101, text="another")]
    assert texts(look(watched, platform)) == ["another"]


def test_a_clock_that_is_ahead_hides_nothing() -> None:
    platform = Platform(logs=[log(1), log(2, 3600)])
    watched = watch("logs")
    look(watched, platform)
    platform.rows["logs"] += [log(3, 1), log(4, 7200)]
    assert texts(look(watched, platform)) == ["row 3", "row 4"]
    platform.rows["logs"] += [log(5, 2)]
    assert texts(look(watched, platform)) == ["row 5"]


def test_more_rows_of_one_moment_than_a_page_has() -> None:
    platform = Platform(logs=[log(key, 1) for key in range(1700)])
    events = look(watch("logs", since=str(NOW)), platform)
    assert sorted(event["key"] for event in events) == list(range(1700))


def test_an_empty_log_is_read_from_its_first_row() -> None:
    platform = Platform(logs=[])
    watched = watch("logs")
    assert look(watched, platform) == []
    platform.rows["logs"].append(log(1, -50))
    assert texts(look(watched, platform)) == ["row 1"]


def test_a_log_row_says_what_it_is_about() -> None:
    about = {"object_type": "tenant", "object_name": "acme", "level": "error", "user": "admin"}
    (event,) = look(watch("logs", since=str(NOW)), Platform(logs=[log(7, 1.5, **about)]))
    assert {**event, "meta": None} == {
        "kind": "log",
        "system": "berlin",
        "host": "berlin.example.com",
        "time": "2027-01-15T08:00:01Z",
        "name": "acme",
        "key": 7,
        "uuid": None,
        "tenant": "acme",
        "old": None,
        "new": None,
        "changed": [],
        "alarm": None,
        "log": {"text": "row 7", **about, "timestamp_us": NOW * US + 1_500_000},
        "meta": None,
    }


@given(
    arrivals=st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, LATE - 1)), max_size=70), max_size=6),
    kills=st.lists(st.integers(0, 3), min_size=1, max_size=12),
)
def test_whatever_dies_each_row_arrives_and_repeats_have_the_same_uuid(
    arrivals: list[list[tuple[int, int]]], kills: list[int]
) -> None:
    """Rows come in batches, each up to two minutes late; the source dies after so many batches of its own."""
    platform = Platform(logs=[])
    place: dict[str, Any] = {}
    came: dict[int, set[str]] = {}
    made = 0
    for number, batch in enumerate(arrivals or [[]]):
        for second, late in batch:
            made += 1
            platform.rows["logs"].append(log(made, number * 60 + second - late))
        platform.now = NOW + number * 60 + 30
        for deaths in (kills[number % len(kills)], None):
            watched = watch("logs", place=place, since=str(NOW - LATE))
            for seen, events in enumerate(watched.look(platform)):
                place = json.loads(json.dumps(watched.place))
                for event in events:
                    came.setdefault(event["key"], set()).add(event["meta"]["uuid"])
                if seen == deaths:
                    break
            else:
                place = json.loads(json.dumps(watched.place))
    assert set(came) == set(range(1, made + 1))
    assert all(len(found) == 1 for found in came.values())


# Alarms.


def test_alarms_are_raised_and_lowered() -> None:
    platform = Platform(alarms=[alarm(1)], alarm_history=[past(9, NOW - 90, NOW - 60)])
    watched = watch("alarms")
    assert look(watched, platform) == []
    platform.rows["alarms"].append(alarm(2, NOW + 5))
    (raised,) = look(watched, platform)
    assert (raised["old"], raised["new"], raised["name"]) == ("lowered", "raised", "node2")
    assert raised["time"] == raised["alarm"]["raised"] == "2027-01-15T08:00:05Z"
    platform.rows["alarms"].pop()
    platform.rows["alarm_history"].append(past(2, NOW + 5, NOW + 9))
    (lowered,) = look(watched, platform)
    assert (lowered["old"], lowered["new"], lowered["alarm"]["lowered_by"]) == ("raised", "lowered", "auto")
    assert lowered["time"] == "2027-01-15T08:00:09Z" and lowered["alarm"]["owner"] == "nodes/2"
    assert raised["meta"] != lowered["meta"]
    assert look(watched, platform) == []


def test_an_alarm_between_two_looks_is_told_from_the_history_once() -> None:
    platform = Platform(alarms=[], alarm_history=[])
    watched = watch("alarms")
    look(watched, platform)
    platform.now += 60
    platform.rows["alarm_history"].append(past(3, NOW + 1, NOW + 2))
    events = [event for number in range(2 * SWEEP) for event in look(watched, platform)]
    assert [event["new"] for event in events] == ["raised", "lowered"]


def test_an_alarm_that_is_raised_again_under_its_id_is_another_one() -> None:
    platform = Platform(alarms=[alarm(1, NOW)], alarm_history=[])
    watched = watch("alarms", initial=True)
    events = look(watched, platform)
    platform.now += 60
    platform.rows.update(alarms=[alarm(1, NOW + 20)], alarm_history=[past(1, NOW, NOW + 10)])
    events += look(watched, platform)
    assert [event["new"] for event in events] == ["raised", "raised", "lowered"]
    platform.rows["alarms"] = []
    events += look(watched, platform)
    assert events[-1]["new"] == "lowered" and len(set(uuids(events))) == 4


def test_without_a_history_an_alarm_is_lowered_when_it_is_gone() -> None:
    platform = Platform(alarms=[alarm(1)])
    platform.refused["alarm_history"] = 404
    watched = watch("alarms")
    look(watched, platform)
    platform.rows["alarms"] = []
    (lowered,) = look(watched, platform)
    assert lowered["new"] == "lowered" and set(watched.refused) == {"alarm_history"}
    # Where it can be read later, the same is not told again.
    platform.refused.clear()
    platform.rows["alarm_history"] = [past(1, NOW, NOW)]
    assert [event for number in range(SWEEP) for event in look(watched, platform)] == []


def test_an_alarm_of_a_tenants_node_has_the_tenant() -> None:
    of_a_node = alarm(5, owner="/v4/tenant_nodes/8", owner_type="tenant_nodes", owner_name="node1")
    platform = Platform(alarms=[of_a_node], alarm_history=[], tenant_nodes=[{"$key": 8, "tenant": "acme"}])
    (event,) = look(watch("alarms", initial=True), platform)
    assert (event["tenant"], event["alarm"]["owner"]) == ("acme", "tenant_nodes/8")


def test_since_has_the_alarms_that_were_raised_later() -> None:
    platform = Platform(
        alarms=[alarm(1, NOW - 7200), alarm(2, NOW - 60)],
        alarm_history=[past(3, NOW - 9000, NOW - 8000), past(4, NOW - 9000, NOW - 30)],
    )
    events = look(watch("alarms", since="1h"), platform)
    assert [(event["name"], event["new"]) for event in events] == [
        ("node2", "raised"),
        ("node4", "raised"),
        ("node4", "lowered"),
    ]


# States.


def test_a_transition_has_both_states_and_the_log_that_goes_with_it() -> None:
    platform = Platform(tenants=[tenant(1), tenant(2)], logs=[])
    watched = watch("logs", "tenants")
    assert look(watched, platform) == []
    platform.now += 60
    platform.rows["tenants"][0].update(status="reduced")
    platform.rows["logs"].append(log(1, 50, object_type="tenant", object_name="t1", text="node1 is gone"))
    row, event = look(watched, platform)
    assert (event["kind"], event["name"], event["uuid"], event["tenant"]) == ("tenant", "t1", "u1", "t1")
    assert event["old"] == {"status": "online", "running": True, "isolated": False}
    assert event["new"] == {**event["old"], "status": "reduced"} and event["changed"] == ["status"]
    assert event["time"] == "2027-01-15T08:01:00Z" and event["log"] == row["log"]
    assert look(watched, platform) == []


def test_a_transition_that_is_sent_again_has_the_same_uuid_and_the_next_one_has_not() -> None:
    platform = Platform(tenants=[tenant(1)])
    watched = watch("tenants")
    look(watched, platform)
    platform.rows["tenants"][0].update(status="error")
    platform.now += 10
    first = next(watched.look(platform))
    platform.now += 10
    again = look(watch("tenants", place=watched.place), platform)
    assert uuids(first) == uuids(again)
    seen = uuids(look(watched, platform))
    for status in ("online", "error", "online", "error"):
        platform.now += 10
        platform.rows["tenants"][0].update(status=status)
        seen += uuids(look(watched, platform))
    assert len(set(seen)) == 5


def test_what_comes_and_goes_is_told_each_time() -> None:
    platform = Platform(nodes=[node(1)])
    watched = watch("nodes")
    look(watched, platform)
    seen = []
    for nodes in ([node(1), node(2)], [node(1)], [node(1), node(2)], [node(1)]):
        platform.now += 60
        platform.rows["nodes"] = nodes
        seen += look(watched, platform)
    assert [(event["old"] is None, event["new"] is None) for event in seen] == [(True, False), (False, True)] * 2
    assert {event["name"] for event in seen} == {"node2"} and len(set(uuids(seen))) == 4


def test_no_node_at_all_is_a_fault_and_not_the_end_of_all_nodes() -> None:
    platform = Platform(nodes=[node(1)])
    watched = watch("nodes")
    look(watched, platform)
    platform.rows["nodes"] = []
    assert look(watched, platform) == [] and set(watched.refused) == {"nodes"}
    platform.rows["nodes"] = [node(1, need_restart=True, restart_reason="New settings")]
    (event,) = look(watched, platform)
    assert event["changed"] == ["need_restart", "restart_reason"] and watched.refused == {}


def test_a_tenant_that_is_renamed_has_not_changed_its_state() -> None:
    platform = Platform(tenants=[tenant(1)])
    watched = watch("tenants")
    look(watched, platform)
    platform.rows["tenants"][0].update(name="renamed")
    assert look(watched, platform) == []
    platform.rows["tenants"][0].update(status="offline", running=False)
    assert look(watched, platform)[0]["name"] == "renamed"


def test_thousands_of_changes_are_remembered_as_they_are_handed_over() -> None:
    platform = Platform(tenants=[tenant(key) for key in range(4000)])
    watched = watch("tenants")
    look(watched, platform)
    for row in platform.rows["tenants"]:
        row.update(status="offline", running=False)
    batches = watched.look(platform)
    for _turn in range(3):
        next(batches)
    remaining = look(watch("tenants", place=watched.place), platform)
    assert len(remaining) == 4000 - 2 * 50


def test_the_first_look_is_sent_where_that_is_asked_for() -> None:
    platform = Platform(nodes=[node(1)], alarms=[alarm(1)], alarm_history=[])
    events = look(watch("nodes", "alarms", initial=True), platform)
    assert [(event["kind"], event["old"]) for event in events] == [("node", None), ("alarm", "lowered")]


# What is read when.


def test_a_quiet_system_is_asked_little() -> None:
    platform = Platform(logs=[log(1)], nodes=[node(1)])
    watched = watch()
    look(watched, platform)
    platform.tables_asked()
    asked = []
    for _turn in range(SWEEP):
        look(watched, platform)
        asked.append(platform.tables_asked())
    states = ["tenants", "tenant_nodes", "nodes", "storage_tiers", "cluster_tiers", "alarm_history"]
    assert asked == [["alarms", "logs"]] * (SWEEP - 1) + [["alarms", "logs", *states]]
    # An hour of looks once a minute.
    assert 6 * sum(map(len, asked)) == 156
    platform.rows["logs"].append(log(2, 1))
    look(watched, platform)
    assert platform.tables_asked() == ["alarms", "logs", *states]


def test_what_cannot_be_read_does_not_keep_the_rest_away() -> None:
    platform = Platform(logs=[log(1)], nodes=[node(1)])
    platform.refused = {"alarms": 404, "tenants": 403, "storage_tiers": 200}
    watched = watch()
    look(watched, platform)
    assert set(watched.refused) == {"alarms", "tenants", "tiers"}
    platform.rows["logs"].append(log(2, 1))
    platform.rows["nodes"][0].update(maintenance=True)
    assert [event["kind"] for event in look(watched, platform)] == ["log", "node"]


@pytest.mark.parametrize("status", [None, 401, 429, 502, 503, 504])
def test_a_system_that_does_not_answer_is_read_whole_the_next_time(status: Optional[int]) -> None:
    platform = Platform(logs=[log(1)], nodes=[node(1)], alarms=[], alarm_history=[])
    watched = watch()
    look(watched, platform)
    platform.refused["logs"] = status
    with pytest.raises(VrgError):
        look(watched, platform)
    platform.refused.clear()
    platform.rows["nodes"][0].update(status="offline")
    assert [event["kind"] for event in look(watched, platform)] == ["node"]


def test_levels_and_tenants_choose() -> None:
    of = {"object_type": "tenant", "object_name": "acme"}
    rows = [log(1, 1, level="error", **of), log(2, 1, level="audit", **of)]
    rows += [log(3, 1, level="error", **{**of, "object_name": "globex"}), log(4, 1, level="error")]
    tenants = [tenant(1, name="acme"), tenant(2, name="globex")]
    platform = Platform(logs=rows, tenants=tenants)
    how: dict[str, Any] = {"since": str(NOW), "initial": True, "levels": ("error",), "tenants": ("acme",)}
    events = look(watch("logs", "tenants", **how), platform)
    assert [(event["kind"], event["key"]) for event in events] == [("log", 1), ("log", 4), ("tenant", 1)]


# Templates.


def test_no_text_of_the_platform_begins_a_template() -> None:
    told = inert({"a": ["{{ x }}", "{% y %}", "{# z #}", "{{{", "{a} {", 1, None]})
    assert told == {"a": ["{ { x }}", "{ % y %}", "{ # z #}", "{ { {", "{a} {", 1, None]}
    (event,) = look(watch("logs", since=str(NOW)), Platform(logs=[log(1, text="{{ lookup('pipe', 'id') }}")]))
    assert "{{" not in json.dumps(event)


# Arguments.

LOGIN = {"host": "a.example.com", "username": "u", "password": "p"}


def test_arguments_come_as_text_too() -> None:
    given_so = {
        **LOGIN,
        "kinds": "logs, alarms",
        "levels": ["error"],
        "interval": "2m",
        "insecure": "true",
        "timeout": "5",
        "wake": "127.0.0.1:5000",
        "since": "2026-11-01",
        "cursor": None,
        "tenants": " ",
        "initial": "yes",
    }
    read = arguments.read(given_so, {})
    assert (read.kinds, read.levels, read.tenants) == (("logs", "alarms"), ("error",), ())
    assert (read.interval, read.wake, read.cursor, read.initial) == (120.0, ("127.0.0.1", 5000), "", True)
    assert read.systems[0].connection == Settings("a.example.com", "u", "p", insecure=True, timeout=5)
    assert arguments.read({}, {"VERGEOS_HOST": "h", "VERGEOS_API_KEY": "k"}).systems[0].name == "h"


def test_the_login_of_one_system_is_never_mixed_with_that_beside_the_list() -> None:
    listed = [
        {"host": "a", "username": "v", "password": "q", "ca_path": "/x.pem"},
        {"host": "b", "api_key": "m"},
        {"host": "c"},
    ]
    shared = {"username": "u", "password": "p", "api_key": "k", "insecure": True}
    own, key, plain = (one.connection for one in arguments.read({**shared, "systems": listed}, {}).systems)
    # With a key and a password, the key is used: another system's.
    assert (own.username, own.password, own.api_key, own.insecure) == ("v", "q", None, False)
    assert (key.username, key.password, key.api_key) == (None, None, "m")
    assert (plain.username, plain.api_key, plain.insecure) == ("u", "k", True)


def test_systems_take_the_connection_beside_them_where_they_say_nothing_else() -> None:
    listed = [{"name": "berlin", "host": "b"}, {"host": "c", "password": "other"}]
    read = arguments.read({"username": "u", "password": "p", "systems": listed}, {})
    assert [(one.name, one.connection.host, one.connection.password) for one in read.systems] == [
        ("berlin", "b", "p"),
        ("c", "c", "other"),
    ]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"intervall": 5}, "has no intervall"),
        ({"interval": 0}, "more than 0"),
        ({"interval": "soon"}, "not a number"),
        ({"interval": True}, "not a number"),
        ({"kinds": ["vms"]}, "kinds has no vms"),
        ({"levels": {"error": 1}}, "not a list of words"),
        ({"since": "20261125"}, "not a time"),
        ({"wake": "none"}, "not a port"),
        ({"wake": 70000}, "not a port"),
        ({"insecure": "perhaps"}, "neither true nor false"),
        ({"timeout": "x"}, "not a number"),
        ({"systems": []}, "not a list of systems"),
        ({"systems": "a"}, "not a list of systems"),
        ({"systems": [{"name": "a"}]}, "has no host"),
        ({"systems": [{"host": "a", "kinds": []}]}, "A system has no kinds"),
        ({"systems": [{"host": "a"}, {"host": "a"}]}, "more than once"),
        ({"password": None}, "No complete login"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_sent(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(VrgError) as refused:
        arguments.read({**LOGIN, **changes}, {})
    assert says in refused.value.message and refused.value.hint


def test_the_credential_is_what_the_source_reads() -> None:
    from jinja2 import Environment, StrictUndefined

    text = (ROOT / "extensions/eda/credential_types/vergeos.yml").read_text()
    kind = yaml.safe_load(text)
    fields = {field["id"] for field in kind["inputs"]["fields"]}
    secret = {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}
    assert fields == set(CONNECTION) - {"timeout", "retries"} and secret == {"password", "api_key"}
    filled = {**dict.fromkeys(fields, ""), "host": "h", "username": "u", "password": "p'{{", "insecure": True}
    jinja = Environment(undefined=StrictUndefined)
    environ = {name: jinja.from_string(value).render(filled) for name, value in kind["injectors"]["env"].items()}
    (system,) = arguments.read({}, environ).systems
    assert system.connection == Settings("h", "u", "p'{{", insecure=True)


# The file.


def test_a_cursor_is_kept_whole_private_and_by_one(tmp_path: Path) -> None:
    path = tmp_path / "cursor.json"
    with open_cursor(str(path)) as cursor:
        cursor.save("a", {"logs": 1})
        cursor.save("b", {"logs": 2})
        with pytest.raises(VrgError, match="in use"), open_cursor(str(path)):
            pass
    assert path.stat().st_mode & 0o777 == 0o600
    with open_cursor(str(path)) as cursor:
        assert (cursor.place("a"), cursor.place("b"), cursor.place("c")) == ({"logs": 1}, {"logs": 2}, {})


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "systems": {}}', '{"version": 1}'])
def test_a_cursor_that_is_none_is_not_begun_anew(text: str, tmp_path: Path) -> None:
    path = tmp_path / "cursor.json"
    path.write_text(text)
    with pytest.raises(VrgError, match="not a file of vrg_events"), open_cursor(str(path)):
        pass
    assert path.read_text() == text


def test_a_folder_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(VrgError, match="cannot be used"), open_cursor(str(tmp_path / "none/cursor.json")):
        pass


def test_events_go_on_where_the_cursor_cannot_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with open_cursor(str(folder / "cursor.json")) as cursor:
        found = Follower(watch("logs", since=str(NOW)), Settings("h", "u", "p"), cursor)
        found._api = Platform(logs=[log(key, 1) for key in range(60)])  # type: ignore[assignment]
        assert len(found.next_batch() or []) == 50
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
        folder.write_text("no folder")
        assert len(found.next_batch() or []) == 10 and found.next_batch() is None


# What is done where a system does not answer.


def failure(status: Optional[int] = None, **more: Any) -> VrgError:
    outcome = more.pop("outcome", Outcome.REFUSED if status in (401, 403, 404) else Outcome.UNSENT)
    return VrgError("no", status=status, outcome=outcome, **more)


def follower(tmp_path: Path, *, answered: bool) -> Follower:
    with open_cursor("") as cursor:
        found = Follower(watch("nodes"), Settings("h", "u", "p"), cursor)
    if answered:
        platform: Any = Platform(nodes=[node(1)])
        found._api = platform
        assert found.next_batch() is None
    return found


def test_a_login_that_ends_is_tried_once_more(tmp_path: Path) -> None:
    one = follower(tmp_path, answered=True)
    assert one.pause_after(failure(401), 60) == 0.0
    assert one.pause_after(failure(401), 60) is None
    assert follower(tmp_path, answered=False).pause_after(failure(401), 60) is None


def test_an_outage_is_waited_for_longer_and_longer(tmp_path: Path) -> None:
    one = follower(tmp_path, answered=False)
    pauses = [one.pause_after(failure(), 60) for number in range(10)]
    assert pauses == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0, 300.0, 300.0]


def test_what_asking_again_cannot_mend_ends_it_at_the_start_only(tmp_path: Path) -> None:
    for error in (failure(404), failure(permanent=True)):
        assert follower(tmp_path, answered=False).pause_after(error, 60) is None
        assert follower(tmp_path, answered=True).pause_after(error, 60) == 5.0


def test_a_secret_that_the_platform_repeats_is_in_no_event() -> None:
    with open_cursor("") as cursor:
        found = Follower(watch("logs", since=str(NOW)), Settings("h", "u", "hunter2"), cursor)
    platform: Any = Platform(logs=[log(1, text="login hunter2 refused")])
    found._api = platform
    (event,) = found.next_batch() or []
    assert event["log"]["text"] == "login ******** refused"


# To the rule engine.


class Filtered:
    """As ansible-rulebook's: filters before a queue with one place."""

    def __init__(self, dropped: str = "") -> None:
        self.queue: asyncio.Queue[Any] = asyncio.Queue(1)
        self._dropped = dropped

    async def put(self, event: Any) -> None:
        if event["meta"]["uuid"] != self._dropped:
            await self.queue.put(event)


def batch(*names: str) -> list[Event]:
    return [{"meta": {"uuid": name}} for name in names]


def test_an_event_in_the_queue_is_not_handed_over() -> None:
    async def run() -> None:
        queue = Filtered()
        giving = asyncio.create_task(Handover(queue, None, 1).give(batch("a", "b")))
        await queue.queue.get()
        await asyncio.sleep(0.1)
        assert not giving.done()
        await queue.queue.get()
        await giving

    asyncio.run(run())


def test_confirmations_are_waited_for_and_what_a_filter_dropped_has_none() -> None:
    async def run() -> None:
        queue, feedback = Filtered("b"), asyncio.Queue[Any](1)
        handover = Handover(queue, feedback, 5)
        giving = asyncio.create_task(handover.give(batch("a", "b", "c")))
        for name in ("a", "c"):
            event = await asyncio.wait_for(queue.queue.get(), 10)
            assert event["meta"]["uuid"] == name and not giving.done()
            # A filter may have made more events of one.
            await feedback.put({"meta": {"uuid": "more"}})
            await feedback.put(event)
        await asyncio.wait_for(giving, 10)
        handover.close()

    asyncio.run(run())


def test_an_engine_that_confirms_nothing_ends_it() -> None:
    async def run() -> None:
        queue = Filtered()
        handover = Handover(queue, asyncio.Queue(1), 0.05)
        giving = asyncio.create_task(handover.give(batch("a")))
        await queue.queue.get()
        with pytest.raises(VrgError, match="not confirmed"):
            await giving
        handover.close()

    asyncio.run(run())


def test_a_doorbell_is_rung_by_any_post() -> None:
    async def run() -> None:
        import socket

        from aiohttp import ClientSession

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        async with doorbell(("127.0.0.1", port)) as bell, ClientSession() as session:
            waiting = asyncio.create_task(bell.wait(3600))
            bell_of_others = asyncio.create_task(bell.wait(0.2))
            await asyncio.sleep(0)
            async with session.post(f"http://127.0.0.1:{port}/any/path", data="{not json") as answer:
                assert answer.status == 204
            await bell_of_others
            assert not waiting.done()
            waiting.cancel()
            with pytest.raises(VrgError, match="cannot be listened on"):
                async with doorbell(("127.0.0.1", port)):
                    pass

    asyncio.run(run())


def test_the_schema_is_that_of_the_documentation() -> None:
    options = event_schema.documentation()["options"]
    assert set(options) == {*CONNECTION, *arguments.OPTIONS}
    assert tuple(options["kinds"]["choices"]) == KINDS and tuple(options["levels"]["choices"]) == arguments.LEVELS
    schema = json.loads((ROOT / "extensions/eda/plugins/event_source/schemas/vrg_events.json").read_text())
    assert schema == event_schema.schema(event_schema.documentation())
