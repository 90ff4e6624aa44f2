"""Times a whole estate in one task against a threaded script and a loop of single modules; writes docs/estate.md.

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
GIB = 1 << 30
WORKERS = 8
LATENCIES = (0, 20, 100)
#: How many tenants a list from nothing has.
FROM_NOTHING = 100


@dataclass
class Figure:
    """What one run took; ``mb`` is the memory of the largest process."""

    seconds: float
    requests: int
    mb: float


def new_tenants(count: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"new-{number:04}",
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


def play(sim: Vergesim, folder: Path, options: dict[str, Any]) -> Figure:
    """One task of the fleet, and what the whole of ansible-playbook took."""
    book = folder / "play.json"
    task = {"vergeio.vrg.vrg_tenant_fleet": options}
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [task]}]))
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


def unchanged(runs: int, sizes: list[int]) -> list[str]:
    lines = []
    for size in sizes:
        with Vergesim(f"msp:{size}", 0) as sim, tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "estate.json").write_text(json.dumps({"tenants": exported(sim)}))
            whole = medians([play(sim, folder, {"src": str(folder / "estate.json")}) for _run in range(runs)])
            tenants = json.loads((folder / "estate.json").read_text())["tenants"]
            for tenant in tenants[::100]:
                tenant["description"] = "changed"
            (folder / "estate.json").write_text(json.dumps({"tenants": tenants}))
            some = play(sim, folder, {"src": str(folder / "estate.json")})
            for work, figure in (("no change", whole), ("one of a hundred changed", some)):
                lines.append(f"| {size} | {work} | {figure.seconds:.1f} | {figure.requests:.0f} | {figure.mb:.0f} |")
                print(lines[-1], flush=True)
    return lines


def by_fleet(sim: Vergesim, folder: Path) -> Figure:
    options = {"src": str(folder / "list.json"), "capacity": "ignore", "n_minus_1": "ignore"}
    return play(sim, folder, {**options, "workers": WORKERS, "starting_at_once": FROM_NOTHING})


def by_script(sim: Vergesim, folder: Path) -> Figure:
    """What a provider would write: threads, whole tables, no checks, one poll for all."""
    return timed(sim, [sys.executable, str(HERE / "threaded.py"), str(folder / "list.json"), str(WORKERS)])


def by_nothing(sim: Vergesim, folder: Path) -> Figure:
    """A play that does nothing: what ansible-playbook takes to start."""
    book = folder / "empty.json"
    book.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": [{"meta": "noop"}]}]))
    return timed(sim, [str(BIN / "ansible-playbook"), str(book)])


def from_nothing(runs: int) -> list[str]:
    lines = []
    for latency in LATENCIES:
        figures: dict[Callable[[Vergesim, Path], Figure], list[Figure]] = {by_fleet: [], by_script: [], by_nothing: []}
        for _run in range(runs):
            for way, taken in figures.items():
                with Vergesim("msp:200", 0, "--latency", str(latency)) as sim, tempfile.TemporaryDirectory() as name:
                    Path(name, "list.json").write_text(json.dumps({"tenants": new_tenants(FROM_NOTHING)}))
                    taken.append(way(sim, Path(name)))
        fleet, plain, start = map(medians, figures.values())
        took = fleet.seconds - start.seconds
        lines.append(
            f"| {latency} ms | {took:.1f} | {plain.seconds:.1f} | {took / plain.seconds:.2f} "
            f"| {fleet.requests:.0f} | {plain.requests:.0f} |"
        )
        print(lines[-1], flush=True)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--tenants", type=int, nargs="+", default=[100, 1000, 4000])
    given = parser.parse_args()
    cores = os.cpu_count()
    same, new = unchanged(given.runs, given.tenants), from_nothing(given.runs)
    PAGE.write_text(
        f"""# An estate in one task

<!-- Written by `make bench` (tests/benchmark/estate.py). Compare ratios, not seconds. -->

On {cores} cores, Python {platform.python_version()}; the simulator ran on the same machine. Seconds are those of the
whole of `ansible-playbook`, its start included; requests are beside the one that logs in; memory is that of the largest
process.

| Tenants | `vrg_tenant_fleet` with `src` | seconds | requests | MB |
|---:|---|---:|---:|---:|
{chr(10).join(same)}

{FROM_NOTHING} tenants from nothing, each with a node, storage, an address and a start, by {WORKERS} workers, beside
200 that stand; against a script with the same writes and as many threads. The start of `ansible-playbook` is left out.

| Latency | fleet, s | script, s | fleet / script | requests of the fleet | of the script |
|---:|---:|---:|---:|---:|---:|
{chr(10).join(new)}
"""
    )


if __name__ == "__main__":
    main()
