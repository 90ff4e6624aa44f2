"""Which tasks run inside the controller's worker and which do not, and that nobody could tell but by the time."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from support import AWX_KEEPS, IN_PROCESS, MODULE, environment, ways
from vergesim_process import Vergesim

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
INFO: dict[str, Any] = {"vergeio.vrg.vrg_tenant_info": {}}
CREATE: dict[str, Any] = {"vergeio.vrg.vrg_tenant": {"name": "acme", "tenant_password": "long-enough"}}


@pytest.fixture(scope="module")
def running() -> Iterator[Vergesim]:
    with Vergesim("lab", 0) as sim:
        yield sim


@pytest.fixture
def sim(running: Vergesim) -> Vergesim:
    running.control("POST", "/sim/reset")
    running.forget()
    return running


def play(
    sim: Vergesim,
    folder: Path,
    *tasks: dict[str, Any],
    more: Any = None,
    arguments: tuple[str, ...] = (),
    connected: bool = True,
    **changes: str,
) -> str:
    """What ansible-playbook prints for a play of these tasks; ``more`` are keywords of the play."""
    playbook = folder / "playbook.yml"
    header = {"hosts": "localhost", "gather_facts": False, **(more or {})}
    playbook.write_text(yaml.safe_dump([{**header, "tasks": list(tasks)}]))
    told = subprocess.run(
        [str(BIN / "ansible-playbook"), str(playbook), *arguments],
        # Jobs in the background would be looked for in the home folder that the system's accounts name.
        env={
            **environment(measured=True),
            "ANSIBLE_ASYNC_DIR": str(folder / "jobs"),
            **(sim.connection() if connected else {}),
            **changes,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
    return told.stdout + told.stderr


def inventory(folder: Path, *hosts: str) -> tuple[str, ...]:
    """Hosts that are all this machine."""
    path = folder / "hosts.yml"
    path.write_text(yaml.safe_dump({"all": {"hosts": dict.fromkeys(hosts), "vars": {"ansible_connection": "local"}}}))
    return ("-i", str(path))


def interpreter_elsewhere(folder: Path) -> str:
    """Another Python with the SDK: a virtual environment that borrows this one's packages."""
    venv.create(folder / "elsewhere", with_pip=False)
    (site,) = (folder / "elsewhere").glob("lib/python*/site-packages")
    borrowed = [path for path in sys.path if path.endswith("site-packages")]
    (site / "borrowed.pth").write_text("\n".join(borrowed) + "\n")
    return str(folder / "elsewhere/bin/python")


def test_a_plain_task_runs_inside(sim: Vergesim, tmp_path: Path) -> None:
    play(sim, tmp_path, INFO)
    assert ways(sim) == {IN_PROCESS}


@pytest.mark.parametrize("written", ["{{ ansible_playbook_python }}", sys.executable, "auto", "auto_silent"])
def test_the_controllers_own_interpreter_however_it_is_written(sim: Vergesim, tmp_path: Path, written: str) -> None:
    play(sim, tmp_path, {**INFO, "vars": {"ansible_python_interpreter": written}})
    assert ways(sim) == {IN_PROCESS}


def test_another_interpreter_is_used(sim: Vergesim, tmp_path: Path) -> None:
    asked = {"elsewhere": interpreter_elsewhere(tmp_path)}
    play(sim, tmp_path, {**INFO, "vars": {"ansible_python_interpreter": "{{ elsewhere }}", **asked}})
    assert ways(sim) == {MODULE}


def test_another_interpreter_of_the_configuration_is_used(sim: Vergesim, tmp_path: Path) -> None:
    # An implicit localhost names its own interpreter, and would win over the configuration.
    elsewhere = {"ANSIBLE_PYTHON_INTERPRETER": interpreter_elsewhere(tmp_path)}
    play(sim, tmp_path, INFO, more={"hosts": "all"}, arguments=inventory(tmp_path, "one"), **elsewhere)
    assert ways(sim) == {MODULE}


def test_delegation_asks_the_other_host(sim: Vergesim, tmp_path: Path) -> None:
    hosts = {"one": None, "two": {"ansible_python_interpreter": interpreter_elsewhere(tmp_path)}}
    path = tmp_path / "hosts.yml"
    path.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": {"ansible_connection": "local"}}}))
    at = ("-i", str(path))
    play(sim, tmp_path, {**INFO, "delegate_to": "two"}, more={"hosts": "one"}, arguments=at)
    assert ways(sim) == {MODULE}
    sim.forget()
    play(sim, tmp_path, {**INFO, "delegate_to": "one"}, more={"hosts": "two"}, arguments=at)
    assert ways(sim) == {IN_PROCESS}


def test_delegation_asks_the_other_host_whether_to_run_inside(sim: Vergesim, tmp_path: Path) -> None:
    hosts = {"one": {"vrg_in_process": True}, "two": {"vrg_in_process": False}}
    path = tmp_path / "hosts.yml"
    path.write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": {"ansible_connection": "local"}}}))
    for on, to, way in (("one", "two", MODULE), ("two", "one", IN_PROCESS)):
        sim.forget()
        play(sim, tmp_path, {**INFO, "delegate_to": to}, more={"hosts": on}, arguments=("-i", str(path)))
        assert ways(sim) == {way}


@pytest.mark.parametrize("written", ["", None, "yes"])
def test_a_variable_that_says_nothing_turns_nothing_off(sim: Vergesim, tmp_path: Path, written: Any) -> None:
    play(sim, tmp_path, {**INFO, "vars": {"vrg_in_process": written}})
    assert ways(sim) == {IN_PROCESS}


def test_a_host_without_an_interpreter_gets_the_one_with_the_sdk(sim: Vergesim, tmp_path: Path) -> None:
    """Discovery would find the system's Python."""
    task = {**INFO, "vars": {"vrg_in_process": False}}
    play(sim, tmp_path, task, more={"hosts": "all"}, arguments=inventory(tmp_path, "one"))
    play(
        sim,
        tmp_path,
        {**task, "delegate_to": "two"},
        more={"hosts": "one"},
        arguments=inventory(tmp_path, "one", "two"),
    )
    assert ways(sim) == {MODULE}


@pytest.mark.parametrize(
    ("task", "changes"),
    [
        ({"vars": {"vrg_in_process": False}}, {}),
        ({"vars": {"vrg_in_process": "{{ asked }}", "asked": "no"}}, {}),
        ({}, {"VRG_IN_PROCESS": "never"}),
        ({"environment": {"VRG_IN_PROCESS": "never"}}, {}),
        ({"become": True, "become_method": "as_is"}, {}),
        ({"async": 30, "poll": 1}, {}),
    ],
    ids=["variable", "template", "environment", "environment of the task", "become", "async"],
)
def test_what_does_not_run_inside(sim: Vergesim, tmp_path: Path, task: Any, changes: dict[str, str]) -> None:
    play(sim, tmp_path, {**INFO, **task}, ANSIBLE_BECOME_PLUGINS=str(HERE / "become"), **changes)
    assert ways(sim) == {MODULE}


def test_a_job_in_the_background_is_found_again(sim: Vergesim, tmp_path: Path) -> None:
    status = {
        "ansible.builtin.async_status": {"jid": "{{ job.ansible_job_id }}"},
        "register": "ended",
        "until": "ended is finished",
        "retries": 50,
        "delay": 0.2,
    }
    changed = {"ansible.builtin.assert": {"that": "ended is changed and ended.tenant.name == 'acme'"}}
    play(sim, tmp_path, {**CREATE, "async": 60, "poll": 0, "register": "job"}, status, changed)
    assert ways(sim) == {MODULE}


def test_one_session_serves_a_loop(sim: Vergesim, tmp_path: Path) -> None:
    play(sim, tmp_path, {**INFO, "loop": [1, 2, 3, 4]})
    assert sim.requests() == {"GET system": 1, "GET tenants": 4}


def test_retries_run_inside(sim: Vergesim, tmp_path: Path) -> None:
    task = {
        "vergeio.vrg.vrg_tenant": {"name": "{{ item }}", "tenant_password": "long-enough"},
        "loop": ["acme", "globex"],
        "register": "made",
        "until": "made is not changed",
        "retries": 2,
        "delay": 0,
    }
    play(sim, tmp_path, task)
    assert [row["name"] for row in sim.rows("tenants")] == ["acme", "globex"]
    assert ways(sim) == {IN_PROCESS}


@pytest.mark.parametrize("more", [{"serial": 1}, {"strategy": "free"}, {"strategy": "host_pinned"}], ids=str)
def test_several_hosts(sim: Vergesim, tmp_path: Path, more: Any) -> None:
    play(sim, tmp_path, INFO, more={"hosts": "all", **more}, arguments=inventory(tmp_path, "one", "two", "three"))
    assert sim.requests() == {"GET system": 3, "GET tenants": 3}
    assert ways(sim) == {IN_PROCESS}


def test_run_once(sim: Vergesim, tmp_path: Path) -> None:
    at = inventory(tmp_path, "one", "two")
    play(sim, tmp_path, {**CREATE, "run_once": True}, more={"hosts": "all"}, arguments=at)
    assert sim.requests()["POST tenants"] == 1
    assert ways(sim) == {IN_PROCESS}


def test_ad_hoc(sim: Vergesim) -> None:
    command = [str(BIN / "ansible"), "localhost", "-m", "vergeio.vrg.vrg_tenant_info"]
    told = subprocess.run(command, env={**environment(), **sim.connection()}, capture_output=True, check=False)
    assert told.returncode == 0
    assert ways(sim) == {IN_PROCESS}


def test_the_console(sim: Vergesim) -> None:
    told = subprocess.run(
        [str(BIN / "ansible-console"), "localhost"],
        env={**environment(), **sim.connection()},
        input="vergeio.vrg.vrg_tenant_info\nexit\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"tenants": []' in told.stdout, told.stdout + told.stderr
    assert ways(sim) == {IN_PROCESS}


def test_ansible_runner(sim: Vergesim, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "play.yml").write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [INFO]}]))
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    told = subprocess.run(
        [str(BIN / "ansible-runner"), "run", str(tmp_path), "-p", "play.yml"],
        env={**environment(), **sim.connection(), "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert ways(sim) == {IN_PROCESS}


def test_the_result_of_a_list_of_thousands_reaches_awx(tmp_path: Path) -> None:
    estate, project = tmp_path / "estate.json", tmp_path / "project"
    project.mkdir()
    with Vergesim("msp:2000", 0) as sim:
        play(sim, tmp_path, {"vergeio.vrg.vrg_tenant_fleet_info": {"dest": str(estate)}})
        tenants = json.loads(estate.read_text())["tenants"]
        assert len(tenants) == 2000
        for tenant in tenants:
            tenant["description"] = "changed " * 20
        estate.write_text(json.dumps({"tenants": tenants}))
        task = {"vergeio.vrg.vrg_tenant_fleet": {"src": str(estate)}, "check_mode": True, "diff": True}
        header = {"hosts": "localhost", "gather_facts": False, "tasks": [task]}
        (project / "play.yml").write_text(yaml.safe_dump([header]))
        subprocess.run(
            [str(BIN / "ansible-runner"), "run", str(tmp_path), "-p", "play.yml", "-q"],
            env={**environment(), **sim.connection(), "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]])},
            check=True,
        )
    events = [json.loads(path.read_text()) for path in tmp_path.glob("artifacts/*/job_events/*.json")]
    (result,) = (event["event_data"]["res"] for event in events if event["event"] == "runner_on_ok")
    assert result["summary"]["changed"] == 2000 and result["truncated"]
    assert len(json.dumps(result)) < AWX_KEEPS


def test_defaults_of_one_module_stay_with_it_and_those_of_the_group_reach_all(sim: Vergesim, tmp_path: Path) -> None:
    one = {"module_defaults": {"vergeio.vrg.vrg_tenant_info": {"name": "nobody"}}}
    all_of_them = {"module_defaults": {"group/vergeio.vrg.all": sim_options(sim)}}
    storage: dict[str, Any] = {"vergeio.vrg.vrg_tenant_storage": {"tenant": "acme", "tier": 1, "provisioned_gb": 5}}
    cluster: dict[str, Any] = {"vergeio.vrg.vrg_cluster_info": {}, "register": "clusters"}
    seen = {"ansible.builtin.assert": {"that": ["told.tenants == []", "clusters.clusters | length > 0"]}}
    play(sim, tmp_path, CREATE, {**INFO, "register": "told"}, cluster, storage, seen, more=one)
    play(sim, tmp_path, CREATE, INFO, cluster, storage, more=all_of_them, connected=False)
    assert ways(sim) == {IN_PROCESS}


def sim_options(sim: Vergesim) -> dict[str, str]:
    return {option: sim.ready[option] for option in ("host", "username", "password", "ca_path")}


def test_the_environment_of_a_task_is_honoured_and_stays_with_it(sim: Vergesim, tmp_path: Path) -> None:
    inside = {**INFO, "environment": sim.connection()}
    outside = {**INFO, "register": "told", "failed_when": "told.msg is not search('No VergeOS system is named')"}
    after = {"ansible.builtin.assert": {"that": "lookup('ansible.builtin.env', 'VERGEOS_HOST') == ''"}}
    play(sim, tmp_path, inside, outside, after, connected=False)
    assert ways(sim) == {IN_PROCESS}


def test_items_with_another_login_or_another_way_do_not_share_a_session(sim: Vergesim, tmp_path: Path) -> None:
    with Vergesim("lab", 0) as other:
        hosts = [sim.ready, other.ready, sim.ready]
        options = {option: f"{{{{ item.{option} }}}}" for option in ("host", "username", "password", "ca_path")}
        task = {"vergeio.vrg.vrg_tenant_info": options, "loop": hosts}
        play(sim, tmp_path, task, connected=False)
        assert sim.requests() == {"GET system": 1, "GET tenants": 2}
        assert other.requests() == {"GET system": 1, "GET tenants": 1}


def test_a_proxy_of_the_task_counts(sim: Vergesim, tmp_path: Path) -> None:
    proxied = {
        **INFO,
        "environment": {"https_proxy": "http://127.0.0.1:9", "VERGEOS_HOST": "vergeos.invalid"},
        "register": "told",
        "failed_when": "told.msg is not search('roxy')",
    }
    play(sim, tmp_path, proxied, {**INFO})
    assert sim.requests() == {"GET system": 1, "GET tenants": 1}


def test_a_refused_login_is_not_repeated_by_a_loop(sim: Vergesim, tmp_path: Path) -> None:
    """Accounts lock."""
    task = {**INFO, "loop": [1, 2, 3], "register": "told", "failed_when": "told.msg is not search('Check username')"}
    play(sim, tmp_path, task, VERGEOS_PASSWORD="wrong-password")
    assert sim.requests() == {"GET system": 1}


@pytest.mark.parametrize("way", [IN_PROCESS, MODULE])
def test_what_the_platform_holds_is_never_a_template(sim: Vergesim, tmp_path: Path, way: str) -> None:
    play(sim, tmp_path, CREATE)
    key = sim.rows("tenants")[0]["$key"]
    sim.control("PUT", f"/sim/tables/tenants/{key}", {"description": "{{ 6 * 7 }}"})
    told = play(
        sim,
        tmp_path,
        {**INFO, "register": "told"},
        {"ansible.builtin.debug": {"msg": "{{ told.tenants[0].description }}"}},
        arguments=("-e", json.dumps({"vrg_in_process": way == IN_PROCESS})),
    )
    assert '"msg": "{{ 6 * 7 }}"' in told


@pytest.mark.parametrize("way", [IN_PROCESS, MODULE])
def test_a_vaulted_password_is_used_and_never_seen(sim: Vergesim, tmp_path: Path, way: str) -> None:
    secret = tmp_path / "vault-password"
    secret.write_text("unlock-me\n")
    vaulted = subprocess.run(
        [str(BIN / "ansible-vault"), "encrypt_string", "--vault-password-file", str(secret), sim.ready["password"]],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    variables = tmp_path / "variables.yml"
    variables.write_text(f"vaulted: {vaulted}vrg_in_process: {str(way == IN_PROCESS).lower()}\n")
    log = tmp_path / "ansible.log"
    told = play(
        sim,
        tmp_path,
        {"vergeio.vrg.vrg_tenant_info": {**sim_options(sim), "password": "{{ vaulted }}"}, "register": "told"},
        {"ansible.builtin.debug": {"var": "told"}},
        arguments=("-e", f"@{variables}", "--vault-password-file", str(secret), "-vvvvv"),
        ANSIBLE_LOG_PATH=str(log),
    )
    assert ways(sim) == {way}
    assert sim.ready["password"] not in told
    assert sim.ready["password"] not in log.read_text()


def kept(what: str, path: Path) -> dict[str, Any]:
    """A task that writes a registered result as it is."""
    return {"ansible.builtin.copy": {"content": what, "dest": str(path), "mode": "0600"}}


@pytest.mark.parametrize("way", [IN_PROCESS, MODULE])
def test_secrets_are_in_no_result_and_no_log(sim: Vergesim, tmp_path: Path, way: str) -> None:
    """Not even with blanks that a sentence would fold, and in what a refused login says."""
    secrets = {"of_acme": "two  blanks-in-it", "wrong_key": "0123456789-wrong-key"}
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps({**secrets, "vrg_in_process": way == IN_PROCESS}))
    log = tmp_path / "ansible.log"
    tenant = {"name": "acme", "tenant_password": "{{ of_acme }}"}
    told = play(
        sim,
        tmp_path,
        {"vergeio.vrg.vrg_tenant": tenant, "register": "made"},
        {"vergeio.vrg.vrg_tenant": {**tenant, "update_password": "always", "note": "n"}, "register": "changed"},
        {
            "vergeio.vrg.vrg_tenant": {**tenant, "api_key": "{{ wrong_key }}"},
            "register": "refused",
            "ignore_errors": True,
        },
        {
            "vergeio.vrg.vrg_tenant": {**tenant, "theme_access": "odd"},
            "register": "invalid",
            "ignore_errors": True,
        },
        {"ansible.builtin.debug": {"msg": "{{ [made, changed, refused, invalid] }}"}},
        # Some cores mask what they show, and only that.
        kept("{{ [made, changed, refused, invalid] }}", tmp_path / "kept"),
        arguments=("-e", f"@{variables}", "--diff", "-vvvvv"),
        ANSIBLE_LOG_PATH=str(log),
        ANSIBLE_INJECT_INVOCATION="true",
    )
    assert ways(sim) == {way} and "new tenant_password" in told and "Check username and password" in told
    registered = (tmp_path / "kept").read_text()
    assert "theme_access must be one of" in registered
    for secret in (*secrets.values(), "two blanks-in-it"):
        assert secret not in told + log.read_text() + registered


#: Where a run of a list can end, from the check of its options on.
ENDS: dict[str, dict[str, Any]] = {
    "an option": {"on_error": "odd"},
    "the connection": {"host": "no name"},
    "a number": {"workers": 0},
    "a plan": {"plans": {"odd": {"cpus": 2}}},
    "the list": {"defaults": {"nodes": [{"name": "n", "cpu_cores": 1, "ram_gb": 2, "cluster": "nowhere"}]}},
    "nowhere": {},
}


@pytest.mark.parametrize("way", [IN_PROCESS, MODULE])
def test_passwords_of_a_list_are_in_no_result_wherever_it_ends(sim: Vergesim, tmp_path: Path, way: str) -> None:
    variables = tmp_path / "variables.json"
    variables.write_text(json.dumps({"of_acme": "quite-secret-word", "vrg_in_process": way == IN_PROCESS}))
    asked = {"tenants": [{"name": "acme"}], "passwords": {"acme": "{{ of_acme }}"}}
    tasks = [
        {"vergeio.vrg.vrg_tenant_fleet": {**asked, **end}, "register": "told", "ignore_errors": True}
        for end in ENDS.values()
    ]
    told = play(
        sim,
        tmp_path,
        *(
            task
            for number, one in enumerate(tasks)
            for task in (
                one,
                {"ansible.builtin.debug": {"var": "told"}},
                kept("{{ told }}", tmp_path / f"kept{number}"),
            )
        ),
        arguments=("-e", f"@{variables}", "--diff", "-vvvvv"),
        ANSIBLE_INJECT_INVOCATION="true",
    )
    said = ("on_error must be one of", "is not a name", "workers 0 is not a number", "Plan 'odd'", "nowhere")
    assert all(sentence in told for sentence in said)
    registered = [path.read_text() for path in tmp_path.glob("kept*")]
    assert len(registered) == len(ENDS)
    assert "quite-secret-word" not in told + "".join(registered)


@pytest.mark.parametrize("way", [IN_PROCESS, MODULE])
def test_thousands_of_passwords_are_in_no_output(sim: Vergesim, tmp_path: Path, way: str) -> None:
    names = [f"t{number:04}" for number in range(4000)]
    (tmp_path / "list.json").write_text(json.dumps({"tenants": [{"name": name} for name in names]}))
    (tmp_path / "passwords.json").write_text(json.dumps({name: f"quite-secret-word-{name}" for name in names}))
    task = {"src": str(tmp_path / "list.json"), "passwords_src": str(tmp_path / "passwords.json")}
    files = {"plan_file": str(tmp_path / "plan"), "report_file": str(tmp_path / "report")}
    told = play(
        sim,
        tmp_path,
        {"vergeio.vrg.vrg_tenant_fleet": {**task, **files}, "check_mode": True, "diff": True, "register": "found"},
        {"ansible.builtin.debug": {"var": "found"}},
        arguments=("-vvvv", "-e", json.dumps({"vrg_in_process": way == IN_PROCESS})),
        ANSIBLE_LOG_PATH=str(tmp_path / "log"),
    )
    written = {name: (tmp_path / name).read_text() for name in ("log", "plan", "report")}
    assert "t3999" in written["plan"] and "t3999" in written["report"] and "t0000" in written["log"] and "t0000" in told
    assert [name for name, text in {"shown": told, **written}.items() if "quite-secret" in text] == []
    assert ways(sim) == {way}


@pytest.mark.parametrize("way", [IN_PROCESS, MODULE])
def test_bad_input_is_told_in_the_same_words(sim: Vergesim, tmp_path: Path, way: str) -> None:
    task = {
        "vergeio.vrg.vrg_tenant_node": {"tenant": "acme", "name": "node1", "cores": 2},
        "register": "told",
        "failed_when": "told.msg is not search('Unsupported parameters for .*vrg_tenant_node. module: cores')",
    }
    wrong = {
        "vergeio.vrg.vrg_tenant_node": {"tenant": "acme", "name": "node1", "cpu_cores": "many"},
        "register": "told",
        "failed_when": "told.msg is not search('cpu_cores.*convert')",
    }
    arguments = ("-e", json.dumps({"vrg_in_process": way == IN_PROCESS}))
    play(sim, tmp_path, task, wrong, arguments=arguments)
    assert sim.requests() == {}


WAITING = "waiting for tenant 'acme' to be online on all its nodes"


@pytest.fixture
def slow() -> Iterator[Vergesim]:
    """A simulator whose time stands still, with a tenant that can be started and never will be."""
    with Vergesim("lab", 0.05, "--clock", "manual") as sim:
        yield sim


def start(sim: Vergesim, folder: Path, *arguments: str) -> list[str]:
    """The command of a play that starts a tenant and gives up after nine seconds.

    A line comes with a look from the fifth second on, and a second one five seconds later. Looks are two and a half
    seconds apart by then, so there is one line however busy the machine is.
    """
    node = {"vergeio.vrg.vrg_tenant_node": {"tenant": "acme", "name": "node1", "cpu_cores": 2, "ram_gb": 4}}
    up = {"vergeio.vrg.vrg_tenant": {"name": "acme", "state": "running", "wait_timeout": 9}, "ignore_errors": True}
    playbook = folder / "playbook.yml"
    playbook.write_text(yaml.safe_dump([{"hosts": "localhost", "gather_facts": False, "tasks": [CREATE, node, up]}]))
    return [str(BIN / "ansible-playbook"), str(playbook), *arguments]


def test_a_long_wait_is_told_on_a_terminal(slow: Vergesim, tmp_path: Path) -> None:
    master, terminal = pty.openpty()
    with subprocess.Popen(
        start(slow, tmp_path), env={**environment(), **slow.connection()}, stdout=terminal, stderr=terminal
    ) as process:
        os.close(terminal)
        told = b""
        while True:
            try:
                told += os.read(master, 4096)
            except OSError:
                break
    os.close(master)
    assert process.returncode == 0
    (line,) = [line for line in told.decode().splitlines() if line.startswith(f"localhost: {WAITING}")]
    assert "node1 initializing" in line and " s so far" in line


def test_a_long_wait_is_quiet_elsewhere_unless_asked(slow: Vergesim, tmp_path: Path) -> None:
    for arguments, lines in (((), 0), (("-v",), 1)):
        slow.control("POST", "/sim/reset")
        told = subprocess.run(
            start(slow, tmp_path, *arguments),
            env={**environment(), **slow.connection()},
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout.count(f"localhost: {WAITING}") == lines, told.stdout
