"""What an inventory asks for, and how its hosts are named: rows and options, without a system."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from plugins.inventory.vrg import DOCUMENTATION, EXAMPLES
from plugins.module_utils._model.conditions import ALL
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._options import CONNECTION
from plugins.module_utils._reads.inventory import RESOURCES, condition, filterable, gather
from plugins.plugin_utils._inventory.hosts import Host, plain_name, tell_apart
from plugins.plugin_utils._inventory.reading import cache_key, is_answer
from plugins.plugin_utils._inventory.source import SPEC, Source, System, source_of
from support import Tables

LOGIN = {"username": "u", "password": "p"}


def source(**given: Any) -> Source:
    return source_of(given, lambda name, text: text, "/folder")


def test_the_documentation_has_every_option_and_no_other() -> None:
    options = yaml.safe_load(DOCUMENTATION)["options"]
    assert set(options) == {"plugin", *SPEC}
    assert set(options["systems"]["suboptions"]) == {"name", *CONNECTION}
    assert set(options["filters"]["suboptions"]) == set(SPEC["filters"]["options"])
    for name in ("resources", "gather", "hostname_conflict", "connect_with", "on_unreachable"):
        assert options[name]["choices"] == SPEC[name]["choices"], name
        assert options[name]["default"] == SPEC[name]["default"], name


def test_the_example_makes_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"HOST": "a", "USERNAME": "u", "PASSWORD": "p"}.items():
        monkeypatch.setenv(f"VERGEOS_{name}", value)
    example = yaml.safe_load(EXAMPLES)
    assert source(**{name: example[name] for name in example if name in SPEC}).systems


def systems(**given: Any) -> list[System]:
    return list(source(**given).systems)


def test_a_system_takes_what_it_does_not_say_from_beside_the_list() -> None:
    given = {"username": "u", "password": "p", "api_key": "k", "insecure": True, "timeout": "9", "retries": 0}
    own, key, plain = systems(
        **given,
        systems=[
            {"host": "a", "username": "v", "password": "q", "ca_path": "x.pem", "retries": 3},
            {"host": "b", "api_key": "m", "insecure": False},
            {"host": "https://c:444/", "name": 7},
        ],
    )
    # Two logins never mix: with a key and a password, the key would be used.
    assert (own.settings.username, own.settings.password, own.settings.api_key) == ("v", "q", None)
    assert (own.settings.insecure, own.settings.ca_path) == (False, "/folder/x.pem")
    assert (own.settings.retries, plain.settings.retries, plain.settings.timeout) == (3, 0, 9)
    assert (key.settings.username, key.settings.api_key, key.settings.insecure) == (None, "m", False)
    assert (plain.name, plain.settings.host, plain.settings.insecure) == ("7", "c:444", True)
    assert own.variables == {"vergeos_host": "a", "vergeos_ca_path": "/folder/x.pem"}
    assert not {"u", "p", "k", "v", "q", "m"} & set(map(str, plain.variables.values()))


def test_a_cache_key_is_of_one_login_one_system_and_one_question() -> None:
    given: dict[str, Any] = {"host": "a", **LOGIN, "resources": ["tenants"]}
    others: list[dict[str, Any]] = [
        {"host": "b"},
        {"username": "v"},
        {"api_key": "k"},
        {"api_key": "l"},
        {"resources": ["nodes"]},
        {"gather": ["nodes"]},
        {"filters": {"tenants": {"name": "x"}}},
    ]
    keys = []
    for other in [{}, *others]:
        asked = source(**{**given, **other})
        keys.append(cache_key(asked.systems[0], asked))
    assert len(set(keys)) == len(keys)
    same = source(**given, timeout=3, insecure=True, filters={"include": "x"}, hostname="y")
    assert cache_key(same.systems[0], same) == keys[0]
    # A password that was changed is still the same one who asks, and nothing of it is in a name of a file.
    changed = source(**{**given, "password": "q"})
    assert cache_key(changed.systems[0], changed) == keys[0]


@pytest.mark.parametrize(
    "found", [None, [], "x", {}, {"read": 1}, {"read": "1", "system": {}, "rows": {"tenants": []}}]
)
def test_what_is_no_answer_is_not_taken_for_one(found: Any) -> None:
    asked = source(host="a", **LOGIN, resources=["tenants"])
    assert not is_answer(found, asked)
    assert is_answer({"read": 1, "system": {}, "rows": {"tenants": []}}, asked)


def host(name: str, system: str = "a", kind: str = "tenant") -> Host:
    (one,) = systems(host=system, **LOGIN)
    return Host(one, kind, {"name": name}, name=name)


def named(*hosts: Host, qualify: bool = True, taken: tuple[str, ...] = ()) -> list[str]:
    tell_apart(hosts, taken, qualify)
    return [one.name for one in hosts]


def test_hosts_of_one_name_get_names_of_their_own() -> None:
    assert named(host("x"), host("y", "b"), qualify=False) == ["x", "y"]
    assert named(host("x"), host("x", "b"), host("y")) == ["x_a", "x_b", "y"]
    assert named(host("x"), host("x", kind="node")) == ["x_a_tenant", "x_a_node"]
    # A name that is added to may be another's own.
    assert named(host("x"), host("x", "b"), host("x_b", "c")) == ["x_a", "x_b_tenant", "x_b_c"]
    assert named(host("a"), host("a", kind="system"), host("all"), taken=("all",)) == ["a_a", "a", "all_a"]
    for hosts in ([host("x"), host("x", "b")], [host("a"), host("a", kind="system")]):
        with pytest.raises(VrgError, match="would be the name of"):
            named(*hosts, qualify=False)
    # Two rows of one kind and name in one system.
    with pytest.raises(VrgError, match="'x_a_tenant' would be the name of tenant 'x' of system 'a', tenant 'x'"):
        named(host("x"), host("x"))
    with pytest.raises(VrgError, match="with 3 more names"):
        named(*(host(str(number)) for number in range(8)), taken=tuple("01234567"), qualify=False)


@pytest.mark.parametrize(
    ("text", "name"), [("{{ x }}", "_{ x }}"), ("{% x", "_% x"), ("{#", "_#"), ("{{{{", "___{"), ("{x}", "{x}")]
)
def test_no_name_begins_a_template(text: str, name: str) -> None:
    assert plain_name(text) == name


def test_conditions_are_in_the_units_of_the_results() -> None:
    fields: dict[str, Any] = {"isolated": [False], "name": ["it's", "b"], "note": [""], "key": [5]}
    assert condition("tenants", fields).render() == (
        "isolate eq false and (name eq 'it\\'s' or name eq 'b') and (note eq '' or note eq null) and $key eq 5"
    )
    assert condition("clusters", {"max_ram_per_vm_gb": [1.5]}).render() == "max_ram_per_vm eq 1536"
    assert condition("tenants", {"ui_address": [""]}).render() == "ui_address eq null"
    assert condition("nodes", {}) == ALL
    assert not {"created", "ram_used_gb", "machines", "nodes"} & {
        name for kind in RESOURCES for name in filterable(kind)
    }


def test_a_condition_too_long_to_send_is_judged_here() -> None:
    names = [f"tenant-{number}" for number in range(500)]
    columns = dict.fromkeys(RESOURCES["tenants"].entries)
    rows = [{**columns, "$key": number, "name": f"tenant-{number}", "is_snapshot": False} for number in (1, 499, 500)]
    reader = Tables(tenants=rows)
    filters = {"tenants": condition("tenants", {"name": names})}
    found = gather(reader, {"resources": ["tenants"], "gather": [], "filters": filters})
    assert [one["name"] for one in found["tenants"]] == ["tenant-1", "tenant-499"]
    (query,) = reader.asked
    assert query.where.render() == "is_snapshot eq false"
    assert json.loads(json.dumps(found)) == found


def test_a_source_is_not_changed_by_reading_it() -> None:
    given = {"host": "a", **LOGIN, "resources": ["tenants"], "gather": [], "connect_with": "external_ip"}
    asked = source(**given)
    assert asked.options["gather"] == ["network"] and given["gather"] == []
    assert replace(asked, options={}).systems == asked.systems
    assert Path(systems(host="a", **LOGIN, ca_path="/x")[0].settings.ca_path or "") == Path("/x")
