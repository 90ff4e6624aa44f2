"""Times a whole estate in one task against a threaded script and loops of single modules; writes docs/estate.md.

    python tests/benchmark/estate.py [--runs 3] [--tenants 100 1000 4000]

Three pieces of work: a list that changes nothing, a list from nothing, and one tenant of a hundred changed. Requests
are counted by the simulator; seconds are the medians of the runs, and ratios are of runs that took turns.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(HERE.parent), str(ROOT)]

from plugins.module_utils._options import Settings  # noqa: E402
from plugins.module_utils._reads import tenant_list  # noqa: E402
from plugins.module_utils._system.session import connect  # noqa: E402
from vergesim_process import Vergesim  # noqa: E402

BIN = Path(sys.executable).parent
PAGE = ROOT / "docs/estate.md"
CHART = ROOT / "docs/docsite/estate.svg"
GIB = 1 << 30
WORKERS = 8
#: What an answer takes, in milliseconds, and a transition of the platform, in seconds: a start is two of them.
CIRCUMSTANCES = ((0, 1), (20, 1), (100, 1), (0, 0))
#: How many tenants a list from nothing has, and how many of it the loops do: they take the same for each.
FROM_NOTHING, LOOPED = 100, 20


@dataclass
class Figure:
    """What one run took; ``mb`` is the memory of the largest process."""

    seconds: float
    requests: int
    mb: float


Way = Callable[[Vergesim, Path], Figure]


def new_tenants(count: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"new-{number:04}",
            "state": "running",
            "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2}],
            "storage": [{"tier": 1, "provisioned_gb": 1}],
            "external_ips": [{"ip": f"198.19.{number // 200}.{10 + number % 200}", "network": "External"}],
        }
        for number in range(count)
    ]


def exported(sim: Vergesim) -> list[dict[str, Any]]:
    ready = sim.ready
    with connect(Settings(ready["host"], ready["username"], ready["password"], ca_path=ready["ca_path"])) as api:
        found: list[dict[str, Any]] = tenant_list.gather(api, {"names": None, "plans": "none"})["tenants"]
    return found


def play(sim: Vergesim, folder: Path, *tasks: dict[str, Any], variables: str | None = None) -> Figure:
    """What the whole of ansible-playbook took for these tasks."""
    book = folder / "play.json"
    header = {"hosts": "localhost", "gather_facts": False, "vars_files": [variables] if variables else []}
    book.write_text(json.dumps([{**header, "tasks": list(tasks)}]))
    return timed(sim, [str(BIN / "ansible-playbook"), str(book)])


def timed(sim: Vergesim, command: list[str]) -> Figure:
    sim.forget()
    start = time.monotonic()
    # GNU time would be one more package; a child of its own has its largest process in its usage.
    code = "import resource, subprocess, sys; told = subprocess.run(sys.argv[1:], capture_output=True, text=True)\n"
    code += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, told.returncode, told.stdout[-2000:])"
    told = subprocess.run(
        [sys.executable, "-c", code, *command],
        env=sim.collection_environment(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    seconds = time.monotonic() - start
    largest, status, printed = told.split(" ", 2)
    assert status == "0", printed
    return Figure(seconds, sum(sim.requests().values()) - sim.requests().get("GET system", 0), int(largest) / 1024)


def medians(figures: list[Figure]) -> Figure:
    return Figure(*(statistics.median(getattr(one, name) for one in figures) for name in ("seconds", "requests", "mb")))


def unchanged(runs: int, sizes: list[int]) -> tuple[list[str], dict[int, Figure], Figure]:
    """Lines of the table, what each size took without a change, and what the loops took for ``LOOPED`` tenants."""
    lines, grown = [], {}
    for size in sizes:
        with Vergesim(f"msp:{size}", 0) as sim, tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            tenants = exported(sim)
            _write_list(folder, tenants)
            whole = grown[size] = medians([by_fleet(sim, folder) for _run in range(runs)])
            changed = [{**one, "description": "changed"} for one in tenants[::100]]
            _write_list(folder, [*changed, *(one for nth, one in enumerate(tenants) if nth % 100)])
            some = by_fleet(sim, folder)
            for work, figure in (("no change", whole), ("one of a hundred changed", some)):
                lines.append(f"| {size} | {work} | {figure.seconds:.1f} | {figure.requests:.0f} | {figure.mb:.0f} |")
                print(lines[-1], flush=True)
    with Vergesim(f"msp:{sizes[0]}", 0) as sim, tempfile.TemporaryDirectory() as name:
        _write_list(Path(name), exported(sim)[:LOOPED])
        start = by_nothing(sim, Path(name))
        loops = medians([by_loops(sim, Path(name)) for _run in range(runs)])
        print(
            f"| {LOOPED} | loops, no change | {loops.seconds:.1f} | {loops.requests:.0f} | {loops.mb:.0f} |", flush=True
        )
    return lines, grown, Figure(loops.seconds - start.seconds, loops.requests, loops.mb)


def _write_list(folder: Path, tenants: list[dict[str, Any]]) -> None:
    (folder / "list.json").write_text(json.dumps({"tenants": tenants}))


#: A list by single modules, each in a loop, in process.
LOOPS: list[dict[str, Any]] = [
    {"vergeio.vrg.vrg_tenant": {"name": "{{ item.name }}", "description": "{{ item.description | default(omit) }}"}},
    {
        "vergeio.vrg.vrg_tenant_node": {
            "tenant": "{{ item.0.name }}",
            **{name: f"{{{{ item.1.{name} }}}}" for name in ("name", "cpu_cores", "ram_gb")},
        },
        "loop": "{{ tenants | subelements('nodes', skip_missing=true) }}",
    },
    {
        "vergeio.vrg.vrg_tenant_storage": {
            "tenant": "{{ item.0.name }}",
            **{name: f"{{{{ item.1.{name} }}}}" for name in ("tier", "provisioned_gb")},
        },
        "loop": "{{ tenants | subelements('storage', skip_missing=true) }}",
    },
    {
        "vergeio.vrg.vrg_tenant_net": {
            "tenant": "{{ item.name }}",
            "external_ips": "{{ item.external_ips | default(omit) }}",
            "network_blocks": "{{ item.network_blocks | default(omit) }}",
            "layer2_networks": "{{ item.layer2_networks | default(omit) }}",
        }
    },
    {"vergeio.vrg.vrg_tenant": {"name": "{{ item.name }}", "state": "{{ item.state | default('present', true) }}"}},
]


def by_loops(sim: Vergesim, folder: Path) -> Figure:
    tasks = [{"loop": "{{ tenants }}", **task} for task in LOOPS]
    return play(sim, folder, *tasks, variables=str(folder / "list.json"))


def fleet_task(folder: Path, **more: Any) -> dict[str, Any]:
    options = {"src": str(folder / "list.json"), "capacity": "ignore", "n_minus_1": "ignore"}
    options |= {"workers": WORKERS, "starting_at_once": FROM_NOTHING, **more}
    return {"vergeio.vrg.vrg_tenant_fleet": options}


def by_fleet(sim: Vergesim, folder: Path) -> Figure:
    return play(sim, folder, fleet_task(folder))


def by_fleet_alone(sim: Vergesim, folder: Path) -> Figure:
    """What it takes before its first request: with an option that is refused."""
    return play(sim, folder, {**fleet_task(folder, workers=0), "failed_when": False})


def by_script(sim: Vergesim, folder: Path) -> Figure:
    """What a provider would write: threads, whole tables, no checks, one poll for all."""
    return timed(sim, [sys.executable, str(HERE / "threaded.py"), str(folder / "list.json"), str(WORKERS)])


def by_script_alone(sim: Vergesim, folder: Path) -> Figure:
    """What the script takes without a request: what it imports."""
    return timed(sim, [sys.executable, "-c", "import requests, pyvergeos"])


def by_nothing(sim: Vergesim, folder: Path) -> Figure:
    """A play that does nothing: what ansible-playbook takes to start."""
    return play(sim, folder, {"ansible.builtin.meta": "noop"})


def from_nothing(runs: int) -> list[str]:
    lines = []
    for latency, step in CIRCUMSTANCES:
        ways: tuple[Way, ...] = (by_fleet, by_fleet_alone, by_script, by_script_alone, by_nothing)
        figures: dict[Way, list[Figure]] = {way: [] for way in ways}
        for _run in range(runs):
            for way, taken in figures.items():
                taken.append(_anew(way, latency, step, FROM_NOTHING))
        fleet, alone, plain, imported, start = (medians(figures[way]) for way in ways)
        loops = _anew(by_loops, latency, step, LOOPED)
        took, floor = fleet.seconds - alone.seconds, plain.seconds - imported.seconds
        looped = (loops.seconds - start.seconds) * FROM_NOTHING / LOOPED
        lines.append(
            f"| {latency} ms | {step} s | {took:.1f} | {floor:.1f} | {looped:.0f} | {took / floor:.2f} "
            f"| {fleet.requests:.0f} | {plain.requests:.0f} | {loops.requests * FROM_NOTHING / LOOPED:.0f} |"
        )
        print(lines[-1], f"| before the first request {alone.seconds:.2f} and {imported.seconds:.2f}", flush=True)
    return lines


def _anew(way: Way, latency: int, step: int, tenants: int) -> Figure:
    """New tenants on a simulator of their own, beside two hundred that stand."""
    with Vergesim("msp:200", step, "--latency", str(latency)) as sim, tempfile.TemporaryDirectory() as name:
        _write_list(Path(name), new_tenants(tenants))
        return way(sim, Path(name))


def draw(grown: dict[int, Figure], loops: Figure) -> None:
    """How a run without a change grows with the number of tenants."""
    import matplotlib

    matplotlib.use("svg")
    # Text as text, and the same file for the same figures.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "estate"})
    from matplotlib import pyplot

    sizes = sorted(grown)
    figure, panels = pyplot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for panel, column in zip(panels, ("requests", "seconds")):
        fleet = [getattr(grown[size], column) for size in sizes]
        looped = [getattr(loops, column) * size / LOOPED for size in sizes]
        panel.loglog(sizes, fleet, "o-", label="one task: vrg_tenant_fleet")
        panel.loglog(sizes, looped, "--", label=f"loops of single modules (measured for {LOOPED})")
        panel.set(xlabel="tenants", title=f"{column}, no change")
        panel.set_xticks(sizes, [str(size) for size in sizes])
        panel.minorticks_off()
        panel.grid(alpha=0.3)
    panels[0].legend(fontsize="small")
    figure.savefig(CHART, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tenants", type=int, nargs="+", default=[100, 1000, 4000])
    given = parser.parse_args()
    cores = os.cpu_count()
    same, grown, loops = unchanged(given.runs, given.tenants)
    draw(grown, loops)
    new = from_nothing(given.runs)
    PAGE.write_text(
        f"""# An estate in one task

<!-- Written by `make bench` (tests/benchmark/estate.py). Compare ratios, not seconds. -->

On {cores} cores, Python {platform.python_version()}; the simulator ran on the same machine. Seconds are those of the
whole of `ansible-playbook`, its start included; requests are beside the one that logs in; memory is that of the largest
process.

| Tenants | `vrg_tenant_fleet` with `src` | seconds | requests | MB |
|---:|---|---:|---:|---:|
{chr(10).join(same)}

Loops of the single modules over {LOOPED} tenants, without a change and the start of `ansible-playbook`:
{loops.seconds:.1f} s and {loops.requests:.0f} requests, and as much again for each {LOOPED} more.

![How a run without a change grows](docsite/estate.svg)

{FROM_NOTHING} tenants from nothing, each with a node, storage, an address and a start, by {WORKERS} workers, beside
200 that stand; against a script with the same writes and as many threads, and against loops of the single modules,
measured for {LOOPED} of them. Left out is what fleet and script take before their first request (for the script that is
its imports), and for the loops the start of `ansible-playbook`. A transition is what the platform takes to apply rules,
and half of what it takes to start a tenant. Where it takes nothing at all, nothing but the work of the clients is left:
the script neither reads what stands nor looks whether it can be had, and never reads back what it has made.

| Latency | transition | fleet, s | script, s | loops, s | fleet / script | requests: fleet | script | loops |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
{chr(10).join(new)}
"""
    )


if __name__ == "__main__":
    main()
