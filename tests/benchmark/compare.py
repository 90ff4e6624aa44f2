"""Times one piece of work done in several ways, side by side in one run, and writes docs/performance.md.

    python tests/benchmark/compare.py [--runs 3]

The work: 100 storage allocations that are already as they should be, and a play of 20 tasks that changes nothing.
Each figure is the median of the runs, less the median of the same command with nothing to do (its start-up). The ways
take turns, so that a slow minute of the machine meets all of them. Requests are counted by the simulator.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))

from vergesim_process import Vergesim  # noqa: E402

BIN = Path(sys.executable).parent
GIB = 1 << 30
ITEMS = 100
TASKS = 20
#: What is slow is done for fewer items; its figures are for one item, like all others.
FEW = 10

Play = list[dict[str, Any]]


@dataclass(frozen=True)
class Way:
    """One way to do the work: the command for so many pieces, and how many it is measured with."""

    name: str
    command: list[str]
    nothing: list[str]
    pieces: int
    environment: dict[str, str]


@dataclass
class Figure:
    """Seconds and requests for one piece of work, without the start-up."""

    seconds: float
    requests: float


def items_of(sim: Vergesim, count: int) -> list[dict[str, Any]]:
    """Existing allocations, as the simulator's tables have them: tenant, number of the tier, GiB."""
    names = {row["$key"]: row["name"] for row in sim.rows("tenants")}
    tiers = {row["$key"]: row["tier"] for row in sim.rows("storage_tiers")}
    # Some names of the fixture need quoting that a playbook with uri would not do.
    rows = [row for row in sim.rows("tenant_storage") if names[row["tenant"]].startswith("tenant-")][:count]
    return [
        {"tenant": names[row["tenant"]], "tier": tiers[row["tier"]], "gb": row["provisioned"] // GIB} for row in rows
    ]


def play(tasks: list[dict[str, Any]], hosts: str = "localhost") -> Play:
    return [{"hosts": hosts, "gather_facts": False, "tasks": tasks}]


def storage_loop(items: list[dict[str, Any]]) -> Play:
    options = {"tenant": "{{ item.tenant }}", "tier": "{{ item.tier }}", "provisioned_gb": "{{ item.gb }}"}
    return play([{"vergeio.vrg.vrg_tenant_storage": options, "loop": items, "loop_control": {"label": ""}}])


def uri_loop(items: list[dict[str, Any]]) -> Play:
    """The two requests of an item as a playbook without the collection would send them."""
    login = {
        "url_username": "{{ lookup('env', 'VERGEOS_USERNAME') }}",
        "url_password": "{{ lookup('env', 'VERGEOS_PASSWORD') }}",
        "force_basic_auth": True,
        "ca_path": "{{ lookup('env', 'VERGEOS_CA_PATH') }}",
    }
    base = "https://{{ lookup('env', 'VERGEOS_HOST') }}/api/v4"
    tenant = {"url": base + '/tenants?fields=$key,name&filter={{ ("name eq \'" ~ item.tenant ~ "\'") | urlencode }}'}
    rows = {"url": base + "/tenant_storage?fields=all&filter={{ ('tenant eq ' ~ item.json[0]['$key']) | urlencode }}"}
    quiet = {"loop_control": {"label": ""}}
    return play(
        [
            {"ansible.builtin.uri": {**tenant, **login}, "loop": items, "register": "tenants", **quiet},
            {"ansible.builtin.uri": {**rows, **login}, "loop": "{{ tenants.results | default([]) }}", **quiet},
        ]
    )


def twenty_tasks(items: list[dict[str, Any]], count: int) -> Play:
    first = items[0]
    different = [
        {"vergeio.vrg.vrg_tenant": {"name": first["tenant"]}},
        {
            "vergeio.vrg.vrg_tenant_storage": {
                "tenant": first["tenant"],
                "tier": first["tier"],
                "provisioned_gb": first["gb"],
            }
        },
        {"vergeio.vrg.vrg_tenant_info": {"name": first["tenant"], "gather": ["nodes"]}},
        {"vergeio.vrg.vrg_storage_info": {}},
    ]
    nothing: list[dict[str, Any]] = [{"ansible.builtin.meta": "noop"}]
    return play([different[number % len(different)] for number in range(count)] or nothing)


def ansible_ways(folder: Path, name: str, work: Play, nothing: Play, pieces: int) -> list[Way]:
    """The same playbook inside the controller and as processes of their own."""
    ways = []
    for title, value in (("in process", "auto"), ("the ordinary way", "never")):
        commands = [playbook(folder, f"{name}-{part}", plays) for part, plays in (("work", work), ("none", nothing))]
        ways.append(Way(f"{name}, {title}", commands[0], commands[1], pieces, {"VRG_IN_PROCESS": value}))
    return ways


def playbook(folder: Path, name: str, plays: Play, *arguments: str) -> list[str]:
    path = folder / f"{name.replace(' ', '-')}.yml"
    path.write_text(json.dumps(plays))
    return [str(BIN / "ansible-playbook"), str(path), *arguments]


def shell(line: str) -> list[str]:
    return ["bash", "-ec", line]


def scripted(how: str, items: list[dict[str, Any]]) -> list[str]:
    command = shlex.join([sys.executable, str(HERE / "script.py"), how])
    return shell(f"{command} <<< {shlex.quote(json.dumps(items))}")


def vrg_loop(items: list[dict[str, Any]]) -> list[str]:
    calls = [shlex.join([str(BIN / "vrg"), "tenant", "storage", "list", item["tenant"]]) for item in items]
    return shell("\n".join(calls) or "true")


def all_ways(sim: Vergesim, folder: Path) -> list[Way]:
    items = items_of(sim, ITEMS)
    few = items[:FEW]
    uri = playbook(folder, "uri-work", uri_loop(few)), playbook(folder, "uri-none", uri_loop([]))
    return [
        *ansible_ways(folder, "loop", storage_loop(items), storage_loop([]), ITEMS),
        Way("pyvergeos script, item by item", scripted("item", items), scripted("item", []), ITEMS, {}),
        Way("pyvergeos script, whole tables", scripted("whole", items), scripted("whole", []), ITEMS, {}),
        Way("ansible.builtin.uri", *uri, FEW, {}),
        Way("vrg in a shell loop", vrg_loop(few), vrg_loop([]), FEW, {}),
        *ansible_ways(folder, "play", twenty_tasks(items, TASKS), twenty_tasks(items, 0), TASKS),
    ]


def timed(command: list[str], environment: dict[str, str], sim: Vergesim) -> tuple[float, int]:
    """Seconds of one run, and the requests that it sent."""
    sim.forget()
    begin = time.monotonic()
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - begin
    if told.returncode:
        raise SystemExit(f"{shlex.join(command)} failed:\n{told.stdout[-2000:]}{told.stderr[-2000:]}")
    return seconds, sum(sim.requests().values())


def measured(latency: int, runs: int) -> dict[str, Figure]:
    seconds: dict[str, list[tuple[float, float]]] = defaultdict(list)
    requests: dict[str, float] = {}
    with Vergesim("msp:100", 0, "--latency", str(latency)) as sim, tempfile.TemporaryDirectory() as folder:
        base = {**sim.vrg_environment(), **sim.collection_environment()}
        base["REQUESTS_CA_BUNDLE"] = sim.ready["ca_path"]
        ways = all_ways(sim, Path(folder))
        for run in range(runs):
            for way in ways:
                environment = {**base, **way.environment}
                idle, none_sent = timed(way.nothing, environment, sim)
                busy, sent = timed(way.command, environment, sim)
                seconds[way.name].append((idle, busy))
                requests[way.name] = (sent - none_sent) / way.pieces
                told = f"{latency} ms, run {run + 1}, {way.name}: {busy:.2f} s, idle {idle:.2f} s, {sent} requests"
                print(told, flush=True)
        pieces = {way.name: way.pieces for way in ways}
    figures = {}
    for name, pairs in seconds.items():
        idle, busy = (statistics.median(one) for one in zip(*pairs))
        figures[name] = Figure((busy - idle) / pieces[name], requests[name])
    return figures


def many_systems(count: int, latency: int, runs: int) -> tuple[float, float]:
    """Seconds for the loop on one system, and on so many at once, as hosts of one inventory with forks."""
    with ExitStack() as stack, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sims = [stack.enter_context(Vergesim("msp:100", 0, "--latency", str(latency))) for _number in range(count)]
        plays = storage_loop(items_of(sims[0], ITEMS))
        options = {option: "{{ %s }}" % option for option in ("host", "username", "password", "ca_path")}  # noqa: UP031
        plays[0].update(hosts="all", module_defaults={"group/vergeio.vrg.all": options})
        systems = {
            f"system{number}": {
                "ansible_connection": "local",
                **{option: sim.ready[option] for option in ("host", "username", "password", "ca_path")},
            }
            for number, sim in enumerate(sims)
        }
        found = []
        for hosts in (1, count):
            inventory = folder / f"{hosts}.json"
            chosen = dict(list(systems.items())[:hosts])
            inventory.write_text(json.dumps({"all": {"hosts": chosen}}))
            command = playbook(folder, f"systems-{hosts}", plays, "-i", str(inventory), "--forks", str(count))
            environment = sims[0].collection_environment()
            found.append(statistics.median(timed(command, environment, sims[0])[0] for _run in range(runs)))
        return found[0], found[1]


def import_times() -> dict[str, float]:
    """Milliseconds that importing the engine and the SDK takes, by library, the interpreter's own start left out."""
    modules = "ansible_collections.vergeio.vrg.plugins"
    code = (
        "from ansible.module_utils import basic; import sys; print('BEGIN', file=sys.stderr)\n"
        f"import {modules}.modules.vrg_tenant_storage, {modules}.module_utils._system.session, pyvergeos, requests"
    )
    told = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=True
    ).stderr
    found: dict[str, float] = defaultdict(float)
    lines = [line for line in told.partition("BEGIN")[2].splitlines() if line.startswith("import time:")]
    for line in lines:
        own, _whole, name = line.replace("import time:", "").split("|")
        top = name.strip().split(".")[0]
        known = top in ("pyvergeos", "requests", "urllib3", "charset_normalizer", "ansible_collections")
        label = {"ansible_collections": "this collection"}.get(top, top) if known else "the standard library and others"
        found[label] += int(own) / 1000
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB


def version(command: str) -> str:
    return subprocess.run([str(BIN / command), "--version"], capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )[0]


def ratio(figures: dict[str, Figure], one: str, other: str) -> float:
    return figures[one].seconds / figures[other].seconds


def page(at: dict[int, dict[str, Figure]], systems: tuple[float, float, int], imports: dict[str, float]) -> str:
    lines = [
        "# How fast it is",
        "",
        "<!-- Written by `make bench` (tests/benchmark/compare.py). Compare ratios, not seconds. -->",
        "",
        f"One run on {os.cpu_count()} cores with {memory():.0f} GiB of memory, Python {platform.python_version()}, "
        f"{version('ansible')}; the simulator ran on the same machine. Medians, start-up subtracted, milliseconds and "
        "requests for one item of the loop or one task of the play.",
        "",
        "| Work and way | " + " | ".join(f"{latency} ms latency" for latency in at) + " | requests |",
        "|---|" + "---:|" * (len(at) + 1),
    ]
    for name in next(iter(at.values())):
        # What is lost in the start-up's own variation is nothing.
        cells = [f"{max(0, figures[name].seconds) * 1000:.1f}" for figures in at.values()]
        lines.append(f"| {name} | {' | '.join(cells)} | {next(iter(at.values()))[name].requests:.2f} |")
    lines += ["", "| Ratio | " + " | ".join(f"{latency} ms latency" for latency in at) + " |"]
    lines.append("|---|" + "---:|" * len(at))
    for title, one, other in (
        ("loop: the ordinary way / in process", "loop, the ordinary way", "loop, in process"),
        ("play: the ordinary way / in process", "play, the ordinary way", "play, in process"),
        ("loop in process / script, item by item", "loop, in process", "pyvergeos script, item by item"),
        ("uri / loop in process", "ansible.builtin.uri", "loop, in process"),
        ("vrg / loop in process", "vrg in a shell loop", "loop, in process"),
    ):
        lines.append(
            f"| {title} | " + " | ".join(f"{ratio(figures, one, other):.1f}" for figures in at.values()) + " |"
        )
    one, many, count = systems
    lines += [
        "",
        f"One controller, the same loop against one system: {one:.1f} s; against {count} systems, as hosts of one",
        f"inventory with {count} forks: {many:.1f} s, {many / one:.1f} times that, all on the same cores.",
        "",
        "What is imported for a run, in milliseconds, once a playbook in process and once a task the ordinary way:",
        "",
        "| Library | ms |",
        "|---|---:|",
        *(f"| {name} | {milliseconds:.0f} |" for name, milliseconds in imports.items()),
        "",
        "The work of the loop is 100 storage allocations that are already as they should be; the play has 20 tasks of",
        "four modules and changes nothing. `uri` sends the same two requests for an item as two tasks; `vrg` lists the",
        "tenant's storage, for there is no command that compares. The script that reads whole tables knows the list",
        "beforehand, which an item of a loop cannot.",
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    runs = parser.parse_args().runs
    at = {latency: measured(latency, runs) for latency in (0, 20)}
    systems = (*many_systems(8, 20, runs), 8)
    (ROOT / "docs/performance.md").write_text(page(at, systems, import_times()))
    print((ROOT / "docs/performance.md").read_text())


if __name__ == "__main__":
    main()
