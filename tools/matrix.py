"""Runs the integration targets, the ways of starting a task, and ansible-test sanity on several ansible-cores.

    python tools/matrix.py [--ends] [--only 2.16]

The targets run in process; in a run over all cores, on the oldest and the newest of them the ordinary way too, with
equal results (``make test`` does so on its own, but for the longest). Such a run writes docs/matrix.md.

``--ends`` takes the oldest and the newest only, and some parts on the oldest alone. Two cores are tried at once. What
cannot be run for want of an interpreter is said, in the page too.
"""

from __future__ import annotations

import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from sanity import interpreters

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
#: ansible-core, and the Python that its controller runs on here; together they cover all Pythons from 3.10 to 3.13.
CORES = (
    ("2.16", "3.10"),
    ("2.18", "3.11"),
    ("2.19", "3.12"),
    ("2.20", "3.12"),
    ("2.21", "3.13"),
    ("2.22", "3.13"),
)
ENDS = (CORES[0], CORES[-1])
#: On the oldest core also the oldest libraries that the SDK takes and its Python can import.
OLDEST_LIBRARIES = ("requests==2.28.0", "urllib3==1.26.0")
#: What the tests import beside the collection's own requirement and the simulator.
TOOLS = ("ansible-runner", "pytest", "pytest-xdist", "pyyaml")
#: How many cores: half of what ansible-test does for sanity is work of one process.
AT_ONCE = 2
WORKERS = int(os.environ.get("PARALLEL", "4"))
SHARED_OUT = ["-m", "pytest", "-n", str(max(1, WORKERS * 3 // 4)), "--dist", "worksteal"]
PARTS = {
    "integration": [*SHARED_OUT, "tests/integration/test_targets.py"],
    "ways of running": [*SHARED_OUT, "tests/integration/test_ways.py"],
    "inventory": [*SHARED_OUT, "tests/integration/test_inventory.py"],
    "blanks": [*SHARED_OUT, "tests/integration/test_blanks.py"],
    "connections": [*SHARED_OUT, "tests/integration/test_failures.py", "tests/contract/test_lost_answers.py"],
    "sanity": ["tools/sanity.py"],
}
#: What --ends runs on the oldest core only; `make ci` runs them on a newer one.
ON_THE_OLDEST = {"inventory", "blanks", "connections"}


@dataclass
class Outcome:
    """What became of one core: its exact version and a word for each part, or why it was not run."""

    core: str
    python: str
    parts: dict[str, str]
    missing: str = ""

    @property
    def failed(self) -> bool:
        return any(not word.startswith("passed") for word in self.parts.values())


def environment(both_ways: bool) -> dict[str, str]:
    """The interpreters on PATH, and the collection as each environment links it."""
    kept = {name: value for name, value in os.environ.items() if name != "ANSIBLE_COLLECTIONS_PATH"}
    return {**kept, "PATH": interpreters(), "VRG_TEST_WAYS": "both" if both_ways else "in-process"}


def built(core: str, python: str) -> Path | None:
    """The interpreter of an environment with this core, or None where there is no such Python."""
    interpreter = shutil.which(f"python{python}", path=interpreters())
    if interpreter is None:
        return None
    folder = ROOT / "build/cores" / core
    inside = folder / "bin/python"
    if not (folder / ".complete").exists():
        subprocess.run([interpreter, "-m", "venv", "--clear", str(folder)], check=True)
        old = OLDEST_LIBRARIES if core == CORES[0][0] else ()
        # Of the newest, a release candidate will do: what comes is tried before it is there.
        least = f"{core}.0rc1" if core == CORES[-1][0] else f"{core}.0"
        wanted = [f"ansible-core~={least}", *old, *TOOLS, "-r", "meta/ee-requirements.txt", "-e", "tests/simulator"]
        subprocess.run([str(inside), "-m", "pip", "install", "--quiet", *wanted], cwd=ROOT, check=True)
        subprocess.run([str(inside), "tools/link_collection.py"], cwd=ROOT, check=True)
        (folder / ".complete").touch()
    return inside


#: ansible-test keeps environments of its own for each Python, and two of it could make the same one.
_SANITY: dict[str, threading.Lock] = defaultdict(threading.Lock)


def run(core: str, python: str, inside: Path | None, both_ways: bool, left_out: Collection[str] = ()) -> Outcome:
    if inside is None:
        return Outcome(core, python, {}, f"skipped: there is no Python {python} here")
    told = subprocess.run([str(inside.with_name("ansible")), "--version"], capture_output=True, text=True, check=True)
    exact = re.search(r"core ([\w.]+)", told.stdout)
    parts = {}
    for part, arguments in PARTS.items():
        if part in left_out:
            continue
        with _SANITY[python] if part == "sanity" else nullcontext():
            code, lines = said(core, part, [str(inside), *arguments], both_ways)
        count = re.search(r"(\d+) passed", "".join(lines))
        parts[part] = ("passed" if code == 0 else "FAILED") + (f" ({count[1]})" if count else "")
    return Outcome(exact[1] if exact else core, python, parts)


def said(core: str, part: str, command: list[str], both_ways: bool) -> tuple[int, list[str]]:
    """The exit code of a command and its lines, each printed behind the core that it is of."""
    lines = [f"=== {part}\n"]
    print(core, "|", lines[0], end="", flush=True)
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(both_ways),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(core, "|", line, end="", flush=True)
            lines.append(line)
    return process.returncode, lines


def page(outcomes: list[Outcome]) -> str:
    lines = [
        "# What it was tried on",
        "",
        "<!-- Written by `make matrix`. -->",
        "",
        f"Last run: {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}. Every integration target in process, and",
        "on the oldest and the newest core also as a process of its own, with equal results; every way of starting a",
        "task; and `ansible-test sanity` without an ignore file.",
        "",
        f"| ansible-core | Python | {' | '.join(PARTS)} |",
        "|---|---|" + "---|" * len(PARTS),
    ]
    for outcome in outcomes:
        words = [outcome.parts.get(part, outcome.missing) for part in PARTS]
        lines.append(f"| {outcome.core} | {outcome.python} | {' | '.join(words)} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ends", action="store_true")
    parser.add_argument("--only", choices=[core for core, _python in CORES])
    asked = parser.parse_args()
    chosen = [pair for pair in CORES if not asked.only or pair[0] == asked.only]
    if asked.ends:
        chosen = list(ENDS)
    # One after the other: each installs the simulator from the same folder.
    environments = {pair: built(*pair) for pair in chosen}

    def outcome_of(pair: tuple[str, str]) -> Outcome:
        left_out = ON_THE_OLDEST if asked.ends and pair == CORES[-1] else ()
        return run(*pair, environments[pair], not asked.ends and pair in ENDS, left_out)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(outcome_of, chosen))
    print()
    for outcome in outcomes:
        print(f"ansible-core {outcome.core}, Python {outcome.python}: {outcome.missing or outcome.parts}")
    if chosen == list(CORES):
        (ROOT / "docs/matrix.md").write_text(page(outcomes))
    if not any(outcome.parts for outcome in outcomes):
        print("Nothing has run.")
        return 1
    return int(any(outcome.failed for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
