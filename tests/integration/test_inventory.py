"""The inventory plugin: real ansible-inventory, and playbooks on its hosts, against simulated systems."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import BIN, ad_hoc, environment
from vergesim_process import Vergesim

NAME = "vergeio.vrg.vrg"
#: What a system is asked for first: it proves host, certificate and login.
LOGIN = {"GET system": 1}
TENANT_TABLES = ("tenants", "tenant_nodes", "tenant_storage", "tenant_snapshots")
NETWORK_TABLES = ("vnet_cidrs", "vnet_addresses", "tenant_layer2_vnets")


@pytest.fixture(scope="module")
def lived() -> Iterator[Vergesim]:
    with Vergesim("lived", 0) as sim:
        yield sim


@pytest.fixture
def sim(lived: Vergesim) -> Vergesim:
    lived.control("POST", "/sim/reset")
    return lived


def run(folder: Path, source: dict[str, Any] | str, *arguments: str, tool: str = "inventory", **env: str) -> str:
    """What ``ansible-inventory`` (or another tool) prints for a source, and what it warns of, by a line between."""
    path = folder / "clouds.vrg.yml"
    path.write_text(source if isinstance(source, str) else yaml.safe_dump({"plugin": NAME, **source}))
    command = [str(BIN / (f"ansible-{tool}" if tool else "ansible")), "-i", str(path), *arguments]
    told = subprocess.run(
        command,
        env={**environment(measured=True), "ANSIBLE_INVENTORY_ENABLED": NAME, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    printed = f"{told.stdout}\n----\n{told.stderr}"
    assert "Traceback" not in printed and "Unexpected" not in printed, printed
    assert told.returncode in (0, 2), printed
    return printed


def listed(folder: Path, source: dict[str, Any] | str, *arguments: str, **env: str) -> dict[str, Any]:
    """Hosts with their variables under ``hosts``, the names in each group, and all that was printed under ``said``."""
    printed = run(folder, source, "--list", *arguments, **env)
    found = json.loads(printed.partition("\n----\n")[0])
    groups = {name: group.get("hosts", []) for name, group in found.items() if name != "_meta"}
    return {"hosts": found["_meta"].get("hostvars", {}), **groups, "said": printed}


def says(printed: str, sentence: str) -> bool:
    """Whether a sentence is in what was printed, wherever its lines were broken."""
    return "".join(sentence.split()) in "".join(printed.split())


def plain(value: Any) -> Any:
    """A value without what marks it as one that is never run."""
    if isinstance(value, dict):
        return value["__ansible_unsafe"] if "__ansible_unsafe" in value else {key: plain(value[key]) for key in value}
    return [plain(one) for one in value] if isinstance(value, list) else value


def connection(sim: Vergesim, **more: Any) -> dict[str, Any]:
    """A system of the list."""
    return {**{name: sim.ready[name] for name in ("host", "username", "password", "ca_path")}, **more}


CONSTRUCTED: dict[str, Any] = {
    "compose": {"shout": "vrg_name | upper", "nothing": "vrg_nothing"},
    "groups": {"small": "vrg_kind == 'tenant' and vrg_nodes | length < 9", "wrong": "vrg_nothing == 1"},
    "keyed_groups": [{"key": "vrg_theme_access", "prefix": "theme"}],
}


def test_a_system_is_read_with_one_request_a_table_and_shown_as_its_modules_show_it(
    sim: Vergesim, tmp_path: Path
) -> None:
    gather = ["nodes", "storage", "network", "snapshots"]
    source = {"resources": ["tenants", "nodes", "clusters"], "gather": gather, **CONSTRUCTED}
    found = listed(tmp_path, source, **sim.connection())
    asked = (*TENANT_TABLES, *NETWORK_TABLES, "nodes", "clusters")
    assert sim.requests() == {**LOGIN, **{f"GET {table}": 1 for table in asked}}
    assert {entry["user_agent"].rpartition(" ")[2] for entry in sim.control("GET", "/sim/requests")["log"]} == {
        "(inventory)"
    }
    host = sim.ready["host"]
    tenants = {one["name"]: one for one in ad_hoc(sim, arguments={"gather": gather})["tenants"]}
    assert sorted(found["vrg_tenants"]) == sorted(tenants) != []
    for name, tenant in tenants.items():
        variables = plain(found["hosts"][name])
        assert {key: variables[f"vrg_{key}"] for key in tenant} == tenant
        assert variables["vrg_kind"] == "tenant" and variables["vrg_system"] == host
        assert (variables["vergeos_host"], variables["ansible_connection"]) == (host, "local")
        assert variables["shout"] == name.upper() and "nothing" not in variables
    system = plain(found["hosts"][host])
    assert (system["vrg_status"], system["vrg_cloud_name"]) == ("online", "conundrum-lab")
    assert found["vrg_systems"] == [host]
    assert sorted(found["vrg_nodes"]) == ["node1", "node2"] and found["vrg_clusters"] == ["conundrum-lab"]
    assert sorted(found["vrg_cluster_conundrum_lab"]) == sorted([*tenants, "node1", "node2", "conundrum-lab"])
    for status in {one["status"] for one in tenants.values()}:
        having = sorted(name for name, one in tenants.items() if one["status"] == status)
        assert [name for name in sorted(found[f"vrg_status_{status}"]) if name in tenants] == having
    # Texts that can be nothing else are shown as they are, to whatever reads the inventory.
    assert all(isinstance(found["hosts"][name]["vrg_name"], str) for name in tenants)
    assert sorted(found["small"]) == sorted(tenants) and sorted(found["theme_host_only"]) == sorted(tenants)
    assert sim.ready["password"] not in found["said"] and sim.ready["username"] not in json.dumps(system)


def test_strict_leaves_nothing_and_another_prefix_takes_nothing_away(sim: Vergesim, tmp_path: Path) -> None:
    source = {"resources": ["tenants"], **CONSTRUCTED}
    found = listed(tmp_path, {**source, "strict": True}, **sim.connection())
    assert found["hosts"] == {} and says(found["said"], "nothing")
    keyed = [{"key": "cloud_status", "prefix": "is"}]
    source = {"resources": ["tenants"], "hostvars_prefix": "cloud_", "group_prefix": "my-", "keyed_groups": keyed}
    found = listed(tmp_path, source, **sim.connection())
    assert sorted(found["my_tenants"]) == ["acme", "globex"] and found["is_online"] == found["my_status_online"]
    assert not [name for name in found["hosts"]["acme"] if name.startswith("vrg_")]


def test_filters_and_names(sim: Vergesim, tmp_path: Path) -> None:
    fields = {"name": ["acme", "gl'obex {{", None], "isolated": "no", "status": "online"}
    found = listed(tmp_path, {"resources": ["tenants", "nodes"], "filters": {"tenants": fields}}, **sim.connection())
    assert found["vrg_tenants"] == ["acme"] and len(found["vrg_nodes"]) == 2
    filters = {"include": "vrg_kind == 'node' or vrg_name == 'globex'", "exclude": ["vrg_name == 'node2'"]}
    source = {"resources": ["tenants", "nodes"], "filters": filters, "hostname": "{{ vrg_name }}.{{ vrg_kind }}"}
    found = listed(tmp_path, source, **sim.connection())
    assert sorted(found["hosts"]) == [sim.ready["host"], "globex.tenant", "node1.node"]


#: A source that makes no sense, what is said of it, and that nothing is sent.
WRONG: list[tuple[str, str]] = [
    ("filtres: {}", "There is no option filtres."),
    ("resources: [tenants]\nfilters: {tenants: {stauts: online}}", "There is no option filters.tenants.stauts"),
    ("resources: [tenants]\nfilters: {tenants: {name: []}}", "name has no value"),
    ("resources: [tenants]\nfilters: {tenants: {isolated: perhaps}}", "isolated"),
    ("gather: [nodes]", "resources does not name them"),
    ("systems: [{name: a}]", "systems[0] has no host"),
    ("systems: []", "systems is empty"),
    ("systems: [{host: a, password: [hush]}]", "systems[0].password is a list or a dictionary"),
    (
        "systems: [{host: a, username: u, password: p}, {host: a, username: u, password: p}]",
        "Two systems have the name",
    ),
    ("host: 'https://u:hush@a'", "host holds a login"),
    ("password: 'hush{{'", "password is a template that cannot be filled in"),
    ("api_key: '{{ hush }}'", "api_key is a template that cannot be filled in"),
    ("timeout: soon", "timeout"),
    ("hostvars_prefix: my-", "cannot begin the name of a variable"),
    ("on_unreachable: cached", "there is no cache"),
]


def test_what_makes_no_sense_is_said_before_anything_is_sent(sim: Vergesim, tmp_path: Path) -> None:
    """Several sources in one command: each is judged by itself."""
    command = [str(BIN / "ansible-inventory"), "--list"]
    for number, (text, _sentence) in enumerate(WRONG):
        path = tmp_path / f"{number}.vrg.yml"
        path.write_text(f"plugin: {NAME}\n{text}\n")
        command += ["-i", str(path)]
    env = {**environment(), **sim.connection(), "ANSIBLE_INVENTORY_ENABLED": NAME}
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    said = " ".join(told.stderr.split())
    assert [sentence for _text, sentence in WRONG if not says(said, sentence)] == [], told.stderr
    assert "hush" not in told.stdout + said
    assert sim.requests() == {} and "Traceback" not in said


@pytest.fixture
def other() -> Iterator[Vergesim]:
    with Vergesim("lived", 0) as sim:
        yield sim


def two(sim: Vergesim, other: Vergesim, **more: Any) -> dict[str, Any]:
    systems = [connection(sim, name="cloud-a"), connection(other, name="cloud-b")]
    return {"systems": systems, "resources": ["tenants"], **more}


def test_systems_are_told_apart_and_logins_are_templates_or_vaulted(
    sim: Vergesim, other: Vergesim, tmp_path: Path
) -> None:
    said = listed(tmp_path, two(sim, other))["said"]
    assert says(
        said, "'acme' would be the name of tenant 'acme' of system 'cloud-a', tenant 'acme' of system 'cloud-b'"
    )
    # Ansible would take two hosts of two sources for one; what is the same in both is one.
    for name, system in (("other", connection(other, name="cloud-b")), ("same", connection(sim, name="cloud-a"))):
        source = {"plugin": NAME, "systems": [system], "resources": ["tenants"]}
        (tmp_path / f"{name}.vrg.yml").write_text(yaml.safe_dump(source))
    sources = ("-i", str(tmp_path / "other.vrg.yml"), "-i", str(tmp_path / "same.vrg.yml"))
    first = {"systems": [connection(sim, name="cloud-a")], "resources": ["tenants"]}
    found = listed(tmp_path, first, *sources)
    assert says(found["said"], "'acme' would be the name of tenant 'acme' of system 'cloud-b', which is taken")
    assert sorted(found["hosts"]) == ["acme", "cloud-a", "globex"] and found["said"].count("would be the name") > 0
    assert {plain(found["hosts"][name])["vergeos_host"] for name in found["hosts"]} == {sim.ready["host"]}
    (tmp_path / "vault").write_text("open-sesame\n")
    vaulting = [str(BIN / "ansible-vault"), "encrypt_string", "--vault-password-file", str(tmp_path / "vault")]
    vaulted = subprocess.run(
        [*vaulting, "--name", "password", sim.ready["password"]], env=environment(), capture_output=True, check=True
    ).stdout.decode()
    (tmp_path / "ca.pem").write_text(Path(sim.ready["ca_path"]).read_text())
    source = f"""
plugin: {NAME}
username: "{{{{ who }}}}"
{vaulted}
insecure: true
resources: [tenants]
hostname_conflict: qualify
systems:
  - name: cloud-a
    host: "{{{{ lookup('env', 'CLOUD_A') }}}}"
    ca_path: ca.pem
    timeout: "{{{{ '7' }}}}"
  - name: "{{{{ 'cloud' }}}}-b"
    host: {other.ready["host"]}
    api_key: {other.ready["api_key"]}
"""
    found = listed(
        tmp_path,
        source,
        *("-e", f"who={sim.ready['username']}", "--vault-password-file", str(tmp_path / "vault")),
        CLOUD_A=f"https://{sim.ready['host']}/",
    )
    assert sorted(found["vrg_tenants"]) == [f"{name}_cloud-{one}" for name in ("acme", "globex") for one in "ab"]
    assert sorted(found["vrg_system_cloud_b"]) == ["acme_cloud-b", "cloud-b", "globex_cloud-b"]
    acme = plain(found["hosts"]["acme_cloud-a"])
    assert acme["vergeos_host"] == sim.ready["host"] and acme["vergeos_ca_path"] == str(tmp_path / "ca.pem")
    # One system's certificate authority is not undone by what the others are content with.
    assert "vergeos_insecure" not in acme and found["hosts"]["acme_cloud-b"]["vergeos_insecure"] is True
    for secret in (sim.ready["password"], other.ready["api_key"]):
        assert secret not in found["said"]


def test_two_groups_that_become_one_are_named(sim: Vergesim, other: Vergesim, tmp_path: Path) -> None:
    found = listed(tmp_path, {"systems": [connection(sim, name="cloud-a"), connection(other, name="cloud_a")]})
    assert sorted(found["vrg_system_cloud_a"]) == ["cloud-a", "cloud_a"]
    assert says(found["said"], "'system_cloud-a' and 'system_cloud_a' are one group, 'vrg_system_cloud_a'.")
    assert "".join(found["said"].split()).count("areonegroup") == 1


def cached(folder: Path, **more: Any) -> dict[str, Any]:
    kept = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder / "kept")}
    return {**kept, "hostname_conflict": "qualify", **more}


FLUSHED = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.debug: {msg: "having {{ groups | to_json }}"}
"""


def flushed(folder: Path, source: dict[str, Any], **env: str) -> tuple[dict[str, Any], str]:
    """The groups, and all that was printed, of a playbook that takes nothing from a cache."""
    (folder / "flushed.yml").write_text(FLUSHED)
    printed = run(folder, source, str(folder / "flushed.yml"), "--flush-cache", tool="playbook", **env)
    (message,) = [line for line in printed.splitlines() if '"msg": "having' in line]
    groups = json.loads("{" + message.strip() + "}")["msg"].partition(" ")[2]
    return dict(json.loads(groups)), printed


def test_one_of_three_is_dead(sim: Vergesim, other: Vergesim, tmp_path: Path) -> None:
    source = two(sim, other, **cached(tmp_path), gather=["nodes"])
    source["systems"].append({"name": "dead", "host": "127.0.0.1:1", "username": "u", "password": "p", "retries": 0})
    nothing = listed(tmp_path, {**source, "cache": False})
    assert nothing["hosts"] == {} and says(nothing["said"], "System 'dead': Could not connect to 127.0.0.1:1")

    # What is read of one system in part is not in the inventory, nor in the cache.
    fault = other.control(
        "POST", "/sim/faults", {"method": "GET", "table": "tenant_nodes", "kind": "status", "status": 403}
    )
    warned = listed(tmp_path, {**source, "on_unreachable": "warn"})
    assert sorted(warned["hosts"]) == ["acme", "cloud-a", "cloud-b", "dead", "globex"]
    assert sorted(warned["vrg_status_unreachable"]) == ["cloud-b", "dead"]
    assert says(warned["said"], "What is in it is missing from the inventory")
    assert len(list((tmp_path / "kept").iterdir())) == 1

    other.control("DELETE", f"/sim/faults/{fault['id']}")
    for one in (sim, other):
        one.forget()
    whole = listed(tmp_path, {**source, "on_unreachable": "warn"})
    assert len(whole["vrg_tenants"]) == 4 and sim.requests() == {}
    assert other.requests() == {**LOGIN, "GET tenants": 1, "GET tenant_nodes": 1}

    # Nothing is known of the dead one, and old rows are not for whom the system sends away.
    source["systems"].pop()
    other.control(
        "POST", "/sim/faults", {"method": "GET", "table": "system", "kind": "status", "status": 401, "times": 1}
    )
    groups, said = flushed(tmp_path, {**source, "on_unreachable": "cached"})
    assert groups["all"] == [] and says(said, "System 'cloud-b'")
    other.stop()
    source["systems"][1].update(retries=0)
    groups, said = flushed(tmp_path, {**source, "on_unreachable": "cached"})
    assert len(groups["vrg_tenants"]) == 4 and groups["vrg_status_unreachable"] == ["cloud-b"]
    assert says(said, "What it answered earlier is taken from the cache")


REFRESHED = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - vergeio.vrg.vrg_tenant: {name: fresh, tenant_password: long-enough}
    - ansible.builtin.assert: {that: "'fresh' not in groups.vrg_tenants"}
    - ansible.builtin.meta: refresh_inventory
    - ansible.builtin.assert: {that: "'fresh' in groups.vrg_tenants and hostvars.fresh.vrg_status == 'offline'"}
"""


def test_a_cache_answers_alone_until_it_is_refreshed(sim: Vergesim, tmp_path: Path) -> None:
    source = {"resources": ["tenants"], **cached(tmp_path)}
    read = {**LOGIN, "GET tenants": 1}
    assert len(listed(tmp_path, source, **sim.connection())["vrg_tenants"]) == 2 and sim.requests() == read
    assert sim.ready["password"] not in "".join(path.read_text() for path in (tmp_path / "kept").iterdir())
    sim.forget()
    (tmp_path / "play.yml").write_text(REFRESHED)
    printed = run(tmp_path, source, str(tmp_path / "play.yml"), tool="playbook", **sim.connection())
    assert "failed=0" in printed, printed
    sim.forget()
    again = listed(tmp_path, source, **sim.connection())
    assert len(again["vrg_tenants"]) == 3 and sim.requests() == {}
    # Another login, and another question, have answers of their own.
    listed(tmp_path, {**source, "gather": ["nodes"]}, **sim.connection())
    other = {**sim.connection(), "VERGEOS_API_KEY": sim.ready["api_key"]}
    listed(tmp_path, source, **other)
    assert sim.requests() == {"GET system": 2, "GET tenants": 2, "GET tenant_nodes": 1}
    sim.forget()
    # Neither is what nobody could have written, nor what is older than it may be, an answer.
    for path in (tmp_path / "kept").iterdir():
        path.write_text(json.dumps({"read": "yesterday"}))
    assert len(listed(tmp_path, source, **sim.connection())["vrg_tenants"]) == 3 and sim.requests() == read


#: What people call tenants, and what nobody should.
AWKWARD = [
    *('O\'Brien "{Ltd}"', "Zoë  Müller", "1234", " blank ", "a,b:c", "!none", "[x]", "~tilde", "日本", "#5", "a&b"),
    *("localhost", "all", "vrg_tenants", "-v", "node1", "{{ 7 * 191 }}", "{% raw %}", "no\nline"),
]
RUNS = """
- hosts: vrg_tenants
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: >-
          {{ vrg_description }} {{ said }} {{ vrg_nodes }} {{ inventory_hostname }} {{ inventory_hostname_short }}
          {{ hostvars[inventory_hostname].vrg_name }} {{ groups.vrg_tenants }} {{ ansible_play_hosts }}
    - ansible.builtin.assert: {that: "{{ vrg_note }}"}
      ignore_errors: true
    - ansible.builtin.debug: {msg: "it is {{ vrg_url }}"}
      when: vrg_url == "{{ vrg_url }}"
"""


def test_what_comes_from_the_platform_is_never_run(sim: Vergesim, tmp_path: Path) -> None:
    (acme,) = [row for row in sim.rows("tenants") if row["name"] == "acme"]
    mark = tmp_path / "mark"
    evil = f"lookup('pipe', 'touch {mark}')"
    template = f"{{{{ {evil} }}}}"
    odd = f"#jinja2:variable_start_string:'<<',variable_end_string:'>>'\n<< {evil} >>"
    sim.control("PUT", f"/sim/tables/tenants/{acme['$key']}", {"description": template, "note": evil, "url": odd})
    for number, name in enumerate([*AWKWARD, template, f"x{template}.y", f"{{% set a = {evil} %}}"]):
        row = {**acme, "$key": 900 + number, "name": name, "uuid": f"00000000-0000-4000-8000-{number:012}"}
        sim.control("POST", "/sim/tables/tenants", {**row, "description": template, "note": evil, "url": odd})
    source = {"resources": ["tenants", "nodes"], "gather": ["nodes"], "compose": {"said": "vrg_description ~ '!'"}}
    taken = listed(tmp_path, source, **sim.connection())
    assert taken["hosts"] == {} and says(taken["said"], "which is taken by a group")

    source = {**source, "hostname_conflict": "qualify", "keyed_groups": [{"key": "vrg_description"}]}
    (tmp_path / "play.yml").write_text(RUNS)
    found = listed(tmp_path, source, **sim.connection())
    printed = run(tmp_path, source, str(tmp_path / "play.yml"), tool="playbook", **sim.connection())
    assert not mark.exists() and "1337" not in printed
    # What is tried is what is shown: the text of the template.
    assert f"{evil} }}}}!" in json.dumps(found["hosts"]["acme"]) and f"touch {mark}" in printed
    names = {plain(one["vrg_name"]): host for host, one in found["hosts"].items() if one["vrg_kind"] == "tenant"}
    assert set(AWKWARD) < set(names) and template in names
    host = sim.ready["host"]
    moved = {name: host_name for name, host_name in names.items() if name != host_name}
    taken = {name: f"{name}_{host}" for name in ("localhost", "all", "vrg_tenants")}
    # In the same system there is a node of that name.
    taken["node1"] = f"node1_{host}_tenant"
    assert {name: moved.pop(name) for name in taken} == taken and f"node1_{host}_node" in found["vrg_nodes"]
    assert all("{{" not in name and "{%" not in name for name in found["hosts"])
    assert set(moved) == {name for name in names if "{{" in name or "{%" in name}
    # Nor has a group become a host, or been given what is a host's.
    assert "vrg_name" not in json.dumps({name: group for name, group in found.items() if name not in ("hosts", "said")})


def test_tenants_are_reached_at_an_address_or_nowhere(sim: Vergesim, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    ui = listed(tmp_path, {"resources": ["tenants", "nodes"], "connect_with": "ui_address"}, **sim.connection())
    tenants = {name: plain(ui["hosts"][name]) for name in ui["vrg_tenants"]}
    assert tenants and {
        name: one["ansible_host"] == (one["vrg_ui_address"] or "no-address.invalid") for name, one in tenants.items()
    } == dict.fromkeys(tenants, True)
    assert all("ansible_connection" not in one for one in tenants.values())
    assert ui["hosts"]["node1"]["ansible_connection"] == "local"
    sim.forget()
    external = listed(tmp_path, {"resources": ["tenants"], "connect_with": "external_ip"}, **sim.connection())
    assert sim.requests() == {**LOGIN, "GET tenants": 1, **{f"GET {table}": 1 for table in NETWORK_TABLES}}
    for name in external["vrg_tenants"]:
        one = plain(external["hosts"][name])
        addresses = [address["ip"] for address in one["vrg_external_ips"]]
        assert one["ansible_host"] in (addresses or ["no-address.invalid"])


def test_our_playbooks_act_on_the_hosts_that_are_left(sim: Vergesim, other: Vergesim, tmp_path: Path) -> None:
    source = two(sim, other, hostname_conflict="qualify")
    for system in source["systems"]:
        del system["username"], system["password"]
    both = {
        "VERGEOS_USERNAME": "admin",
        "VERGEOS_PASSWORD": "",
        "VERGEOS_API_KEY": "",
    }
    # One login for both, as a credential of AWX gives it.
    source["systems"][1]["api_key"] = other.ready["api_key"]
    both.update(VERGEOS_USERNAME=sim.ready["username"], VERGEOS_PASSWORD=sim.ready["password"])
    limited = ("vergeio.vrg.node_maintenance", "-e", "node_maintenance_hosts=vrg_systems", "--limit", "cloud-a")
    printed = run(tmp_path, source, *limited, "--check", tool="playbook", **both)
    assert "cloud-a" in printed and "failed=0" in printed and "ok=" in printed, printed
    assert sum(other.requests().values()) == 2 and sum(sim.requests().values()) > 3
    told = run(
        tmp_path,
        source,
        *("vrg_tenants", "--limit", "acme_cloud-a", "-m", "vergeio.vrg.vrg_tenant_info", "-a"),
        "host={{ vergeos_host }} ca_path={{ vergeos_ca_path }} name={{ vrg_uuid }}",
        tool="",
        **both,
    )
    assert "acme_cloud-a | SUCCESS" in told and '"name": "acme"' in told, told


def test_a_name_of_another_kind_of_file_is_left_to_others(sim: Vergesim, tmp_path: Path) -> None:
    path = tmp_path / "inventory.yml"
    path.write_text(f"plugin: {NAME}\n")
    told = subprocess.run(
        [str(BIN / "ansible-inventory"), "-i", str(path), "--graph"],
        env={**os.environ, **environment(), **sim.connection(), "ANSIBLE_INVENTORY_ENABLED": NAME},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unable to parse" in told.stderr and sim.requests() == {}
