"""Events in the real ansible-rulebook: what our rulebooks do, what dies and comes again, what a system can do to it."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from rulebooks import UUID, Rulebook, is_end, ruleset

from support import BIN, environment
from vergesim_process import Vergesim

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
#: How often the process is killed, over how many rows of the log; `make events-long` asks for more.
KILLS = int(os.environ.get("VRG_KILLS", "10"))
ROWS = int(os.environ.get("VRG_ROWS", "400"))
SEED = int(os.environ.get("SEED", "1"))


def now(sim: Vergesim) -> float:
    return float(sim.control("GET", "/sim/clock")["now"])


def add_log(sim: Vergesim, text: str, tenant: str = "acme") -> None:
    about = {"level": "error", "user": "admin", "object_type": "tenant", "object_name": tenant}
    sim.control("POST", "/sim/tables/logs", {**about, "text": text, "timestamp": int(now(sim) * 1_000_000)})


def change(sim: Vergesim, table: str, key: Any, **columns: Any) -> None:
    sim.control("PUT", f"/sim/tables/{table}/{key}", columns)


def one(sim: Vergesim, table: str, **columns: Any) -> dict[str, Any]:
    return next(row for row in sim.rows(table) if all(row[name] == value for name, value in columns.items()))


def shipped(folder: Path) -> list[dict[str, Any]]:
    """The rulesets of our rulebooks as they are, each looking every second, with a cursor of its own.

    The cursors are not beside the playbooks: run_playbook copies those with all that is there, and fails on what goes.
    """
    (folder / "cursors").mkdir()
    rulesets = []
    for path in sorted((ROOT / "extensions/eda/rulebooks").glob("*.yml")):
        (read,) = yaml.safe_load(path.read_text())
        source = read["sources"][0]["vergeio.vrg.vrg_events"]
        source.update(interval=1, cursor=str(folder / "cursors" / f"{path.stem}.json"))
        rulesets.append(read)
    return rulesets


def test_our_rulebooks_do_what_they_say(tmp_path: Path) -> None:
    show = tmp_path / "show.yml"
    play = {"hosts": "all", "gather_facts": False}
    show.write_text(json.dumps([{**play, "tasks": [{"debug": {"msg": "SHOWN {{ ansible_eda.event.log.text }}"}}]}]))
    pwned = tmp_path / "pwned"
    template = f"{{{{ lookup('pipe', 'touch {pwned}') }}}}"
    with Vergesim("lived") as sim:
        rulesets = shipped(tmp_path)
        of_logs = {"condition": 'event.kind == "log" and event.log.text is search("lookup")', "name": "show"}
        rulesets[0]["rules"].append({**of_logs, "action": {"run_playbook": {"name": str(show)}}})
        reports = tmp_path / "reports"
        with Rulebook(sim, tmp_path, rulesets, VERGEOS_REPORTS=str(reports)) as book:
            # The first look of the rulebook on nodes sends what is there.
            book.until_said("'name': 'node2',")
            node = one(sim, "nodes", name="node1")
            change(sim, "nodes", node["$key"], need_restart=True, restart_reason="New settings")
            book.until_said("node node1 needs a restart: New settings")
            change(sim, "nodes", node["$key"], need_restart=False)
            book.until_said("node node1 needs no restart any more")
            add_log(sim, template)
            book.until_said("SHOWN { { lookup")
            tenant = one(sim, "tenants", name="acme")
            lost = one(sim, "tenant_nodes", tenant=tenant["$key"], name="node2")
            change(sim, "machine_status", one(sim, "machine_status", machine=lost["machine"])["$key"], running=False)
            change(sim, "tenant_status", one(sim, "tenant_status", tenant=tenant["$key"])["$key"], status="reduced")
            add_log(sim, "node2 is gone")
            book.until_said("tenant acme is reduced", "node2 of tenant acme stopped on node2")
            tier = one(sim, "storage_tiers", tier=1)
            change(sim, "storage_tiers", tier["$key"], used=int(tier["capacity"] * 0.86))
            add_log(sim, "It fills up")
            book.until_said("tier 1 is 86 % full")
            book.until_said("estate_report : All of it in a line]")
            book.until(lambda line: "PLAY RECAP" in line)
            command = " ".join(book.command)
            book.end()
        password = sim.ready["password"]
    cursors = "".join(path.read_text() for path in (tmp_path / "cursors").glob("*.json"))
    assert cursors and list(reports.rglob("*.html")) and not pwned.exists()
    assert "Traceback" not in book.said and password not in book.said + command + cursors


def installed(folder: Path) -> dict[str, str]:
    """Install the collection as users do, with a version that tells it from the linked one; what has it found."""
    build = [str(BIN / "ansible-galaxy"), "collection", "build", "--output-path", str(folder)]
    subprocess.run(build, cwd=ROOT, env=environment(), check=True, capture_output=True)
    (artifact,) = folder.glob("*.tar.gz")
    install = [str(BIN / "ansible-galaxy"), "collection", "install", "--offline", "-p", str(folder), str(artifact)]
    # Else it would find the linked one, and have nothing to do.
    alone = {"ANSIBLE_COLLECTIONS_PATH": str(folder), "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH": "false"}
    subprocess.run(install, cwd=folder, env={**environment(), **alone}, check=True, capture_output=True)
    version = folder / "ansible_collections/vergeio/vrg/plugins/module_utils/_version.py"
    version.write_text(re.sub(r'VERSION = ".*"', 'VERSION = "0.0.7"', version.read_text()))
    return alone


def test_it_survives_what_a_system_does(tmp_path: Path) -> None:
    """From an installed artifact, with a clock an hour off: outage, 429, a login that ends once, and one for good."""
    variables = installed(tmp_path)
    with Vergesim("lived") as sim:
        sim.control("POST", "/sim/clock", {"advance": 3600})
        source = {"interval": 1, "retries": 0, "kinds": ["logs", "alarms"], "cursor": str(tmp_path / "cursor.json")}

        def logins() -> int:
            return sim.requests()["GET system"]

        with Rulebook(sim, tmp_path, [ruleset({**source, "since": "1m"})], **variables) as book:
            add_log(sim, "first")
            book.until_said("'text': 'first'")
            told = book.until(lambda line: "'time': " in line)
            assert logins() == 1
            for number, fault in enumerate(
                (
                    {"kind": "drop", "times": 3},
                    {"kind": "html", "times": 2},
                    {"kind": "rate_limit", "times": 2},
                )
            ):
                sim.control("POST", "/sim/faults", {"method": "GET", **fault})
                add_log(sim, f"during fault {number}")
                book.until_said(f"'text': 'during fault {number}'")
                # Only then has a whole look gone well, and the next outage begins with short pauses.
                book.until(lambda line: "answers again" in line)
            assert book.said.count("does not answer, and is asked again") == number + 1
            # An answer that breaks off is that table's, and not the system's.
            sim.control("POST", "/sim/faults", {"kind": "truncate", "method": "GET", "table": "logs"})
            add_log(sim, "after a piece")
            book.until_said("'text': 'after a piece'")
            # One new login, and all goes on.
            before = logins()
            sim.control("POST", "/sim/faults", {"kind": "status", "status": 401, "method": "GET", "table": "logs"})
            add_log(sim, "after a login")
            book.until_said("'text': 'after a login'")
            book.until(lambda line: "answers again" in line)
            assert logins() == before + 1
            sim.control("POST", "/sim/faults", {"kind": "status", "status": 401, "method": "GET", "times": 0})
            code = book.ended()
            # An account that is not let in any more is not locked by trying.
            assert logins() == before + 2
        agents = {entry["user_agent"] for entry in sim.control("GET", "/sim/requests")["log"]}
        hour_ahead = now(sim)
    assert code != 0 and "is not followed any more" in book.said
    assert all(agent.startswith("vergeio.vrg/0.0.7 ") and agent.endswith("(events)") for agent in agents)
    assert sim.ready["password"] not in book.said
    # Times are the system's.
    time = datetime.fromisoformat(re.findall(r"'time': '(.*)Z'", told)[0] + "+00:00").timestamp()
    assert abs(time - hour_ahead) < 600


def alarm(sim: Vergesim, number: int) -> Any:
    """Raise an alarm; its key."""
    kind = {"alarm_type": "fabric_path", "level": "warning", "alarm_id": f"kill{number:04}"}
    about = {"owner": "nodes/1", "owner_type": "nodes", "status": f"alarm {number}"}
    time = int(now(sim))
    row = {**kind, **about, "created": time, "modified": time, "resolvable": False}
    return sim.control("POST", "/sim/tables/alarms", row)["$key"]


def arrived(said: str) -> dict[str, list[str]]:
    """What was given to the rules, and under which uuids: rows of the log by their text, alarms with what they did."""
    found: dict[str, list[str]] = {}
    for event in re.split(r"^Event:$", said, flags=re.MULTILINE)[1:]:
        uuid = UUID.search(event)
        if uuid is None or not any(map(is_end, event.splitlines())):
            # Cut off by a kill.
            continue
        text = re.search(r"'(?:text|status)': '((?:row|alarm) \d+)'", event)
        new = re.search(r"'new': '(raised|lowered)'", event)
        if text:
            found.setdefault(text[1] + (f" {new[1]}" if new else ""), []).append(uuid[1])
    return found


def test_killed_at_any_moment_nothing_is_lost_and_repeats_are_known_by_their_uuid(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    wanted: set[str] = set()
    came: dict[str, list[str]] = {}
    with Vergesim("lived") as sim:
        system = {"name": "sim", "host": sim.ready["host"]}
        source = {"interval": 1, "kinds": ["logs", "alarms"], "since": "2020-01-01", "systems": [system]}
        source["cursor"] = str(tmp_path / "cursor.json")

        def collect(book: Rulebook) -> None:
            for name, uuids in arrived(book.said).items():
                came.setdefault(name, []).extend(uuids)

        rows, standing = 0, None
        for kill in range(KILLS + 1):
            # While nobody looks: one alarm goes that stood, one comes and goes, one comes and stays.
            if standing:
                sim.control("DELETE", f"/sim/tables/alarms/{standing}")
                wanted.add(f"alarm {2 * kill - 2} lowered")
            sim.control("DELETE", f"/sim/tables/alarms/{alarm(sim, 2 * kill + 1)}")
            standing = alarm(sim, 2 * kill)
            wanted |= {f"alarm {2 * kill + 1} raised", f"alarm {2 * kill + 1} lowered", f"alarm {2 * kill} raised"}
            while rows < ROWS * (kill + 1) // (KILLS + 1):
                add_log(sim, f"row {rows}")
                wanted.add(f"row {rows}")
                rows += 1
            with Rulebook(sim, tmp_path, [ruleset(source)]) as book:
                if kill < KILLS:
                    for _event in range(dice.randint(1, len(wanted - set(came)))):
                        book.until(is_end)
                    book.end(signal.SIGKILL)
                else:
                    while wanted - set(came) - set(arrived(book.said)):
                        book.until(is_end)
                    book.end()
            collect(book)
    repeats = sum(len(uuids) - 1 for uuids in came.values())
    print(f"{KILLS} kills, {len(wanted)} events, {repeats} came again, {len(wanted - set(came))} lost")
    assert wanted <= set(came)
    assert {name: uuids for name, uuids in came.items() if len(set(uuids)) != 1} == {}
    assert len({uuids[0] for uuids in came.values()}) == len(came)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ({"intervall": 5}, "vrg_events has no intervall"),
        ({"password": "wrong"}, "Check username and password"),
    ],
)
def test_what_cannot_work_ends_at_once_with_a_sentence(source: dict[str, Any], says: str, tmp_path: Path) -> None:
    with Vergesim("empty") as sim, Rulebook(sim, tmp_path, [ruleset(source)]) as book:
        code = book.ended()
        assert sim.requests().get("GET system", 0) == (1 if "password" in source else 0)
    assert code != 0 and says in book.said and "'wrong'" not in book.said
