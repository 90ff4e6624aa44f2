"""How many small faults in the collection's code its tests notice; docs/reliability.md names those that they do not.

    python tools/mutants.py [--seed 1] [--count 100] [--page FILE]

The faults are those of cosmic-ray, in an environment of its own: another operator, another boundary, another number,
another default, a condition turned round. A sample of them, the same for the same seed, is put one by one into a copy
of the sources. Tests then run there until one fails: those that reach its line, of which a run under coverage tells
first; unit tests before the others, and the integration tests that are named here last.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from coverage import CoverageData
from package import packages, run
from sanity import ROOT, copy_tracked

BUILD = ROOT / "build/mutants"
TOOL = ROOT / "build/cosmic-ray"
#: The sources that are mutated. A fragment of documentation has no code.
SOURCES = ("plugins/module_utils", "plugins/plugin_utils", "plugins/filter", "plugins/inventory", "plugins/action")
#: Tests that reach the collection in their own process, so that it is known which reaches what. Those first are first.
SUITES = ("unit", "contract")
#: What any part of the engine is met by in a playbook.
_PLAYS = ["integration/test_targets.py", "integration/test_in_process.py", "integration/test_failures.py"]
#: The integration tests that reach what begins so; no measurement tells, since they run playbooks.
PLAYBOOKS = {
    "plugins/plugin_utils/_inventory": ["integration/test_inventory.py"],
    "plugins/inventory": ["integration/test_inventory.py"],
    "plugins/plugin_utils/_report": ["integration/test_report_page.py"],
    "plugins/filter/estate": ["integration/test_report_page.py"],
    "plugins/module_utils/_events": ["integration/test_events.py"],
    "plugins/module_utils/_calibration": ["integration/test_calibration.py", "calibration"],
    "plugins/plugin_utils/_in_process": [*_PLAYS, "integration/test_ways.py"],
    "plugins/action": [*_PLAYS, "integration/test_ways.py"],
    "plugins/plugin_utils/_roles": [*_PLAYS, "integration/test_blanks.py"],
    "plugins/filter": [*_PLAYS, "integration/test_blanks.py"],
    "": _PLAYS,
}
#: A run that takes longer (seconds) hangs, and who waits for it notices.
LONGEST = 1800
_APART = ("pytest", "-q", "-n", "2", "-p", "tell_tests_apart")
_ALL = ("pytest", "-x", "-q", "-p", "no:cacheprovider")
MARK = "<!-- Written by `make mutants`. -->"
#: Why what no test notices is right all the same, by file and changed line.
EXPLAINED = ROOT / "tools/mutants.json"


@dataclass(frozen=True)
class Mutant:
    """A fault: cosmic-ray's operator, which of the places in the file it is for, and where that is."""

    path: str
    operator: str
    occurrence: int
    line: int
    column: int

    @property
    def place(self) -> tuple[str, int, int, str]:
        """One place, and one kind of fault: `+` can become ten other operators, and is no more important for that."""
        return self.path, self.line, self.column, self.operator.partition("_")[0]


@dataclass(frozen=True)
class Verdict:
    mutant: Mutant
    #: What noticed it, or None.
    noticed: str | None
    #: The line before and after.
    change: tuple[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--copies", type=int, default=os.cpu_count() or 1, help="how many are tried at once")
    parser.add_argument("--page", type=Path, help="the page whose part about mutants is written anew")
    asked = parser.parse_args()
    packages(TOOL, "cosmic-ray")
    folders = [copy(BUILD / str(number)) for number in range(asked.copies)]
    reached = {suite: reaching(suite, folders[0]) for suite in SUITES}
    there = mutants(folders[0])
    sample = chosen(there, asked.seed, asked.count)
    free: SimpleQueue[Path] = SimpleQueue()
    for folder in folders:
        free.put(folder)

    def one(mutant: Mutant) -> Verdict:
        folder = free.get()
        try:
            verdict = tried(mutant, folder, reached)
        finally:
            free.put(folder)
        before, after = verdict.change
        print(f"{verdict.noticed or 'NOT NOTICED'}: {mutant.path}:{mutant.line}: {before} -> {after}", flush=True)
        return verdict

    with ThreadPoolExecutor(len(folders)) as threads:
        verdicts = list(threads.map(one, sample))
    text = page(verdicts, asked.seed, len(there))
    print(text)
    if asked.page:
        kept = asked.page.read_text().partition(MARK)[0].rstrip()
        asked.page.write_text(f"{kept}\n\n{MARK}\n\n{text}")
    return 0


def copy(folder: Path) -> Path:
    """The sources as they are tracked, laid out as ansible finds a collection."""
    target = folder / "ansible_collections/vergeio/vrg"
    shutil.rmtree(folder, ignore_errors=True)
    copy_tracked(target)
    return target


def ended(folder: Path, *arguments: str) -> int:
    """How pytest ended in a copy. No file of bytes is kept: sources change within a second, and keep their size."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "VRG_", "COVERAGE_"))}
    environment = {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": str(folder.parents[2]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(ROOT / "tools"),
        "VRG_TEST_WAYS": "in-process",
        "VRG_WALKS": "2",
    }
    command = [sys.executable, "-m", *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    ) as process:
        try:
            process.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        return process.returncode


def reaching(suite: str, folder: Path) -> Mapping[str, Mapping[int, set[str]]]:
    """The tests of a suite that reach each line of each file. What runs when a file is loaded has the test ``""``."""
    settings, data = BUILD / f"{suite}.coveragerc", BUILD / f"{suite}-reached"
    settings.write_text(
        "[run]\nsource = plugins\nparallel = true\nrelative_files = true\n"
        f"data_file = {data}\npatch = subprocess, fork, _exit\n"
    )
    for old in BUILD.glob(f"{data.name}*"):
        old.unlink()
    status = ended(folder, "coverage", "run", f"--rcfile={settings}", "-m", *_APART, f"tests/{suite}")
    if status:
        sys.exit(f"The {suite} tests fail without any mutant: pytest ended with {status}.")
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for part in BUILD.glob(f"{data.name}.*"):
        measured = CoverageData(str(part))
        measured.read()
        for path in measured.measured_files():
            for line, contexts in measured.contexts_by_lineno(path).items():
                found[path][line].update(contexts)
    if not found:
        sys.exit(f"Nothing is known of what the {suite} tests reach.")
    return found


def mutants(folder: Path) -> list[Mutant]:
    """Every mutant of the sources, less those of annotations, which nothing runs."""
    settings, session = BUILD / "cosmic-ray.toml", BUILD / "session.sqlite"
    session.unlink(missing_ok=True)
    paths = json.dumps(list(SOURCES))
    settings.write_text(
        f'[cosmic-ray]\nmodule-path = {paths}\ntimeout = 1.0\nexcluded-modules = []\ntest-command = "false"\n'
        '[cosmic-ray.distributor]\nname = "local"\n'
    )
    cosmic_ray("init", settings, session, folder=folder)
    found = []
    for text in cosmic_ray("dump", session, folder=folder).splitlines():
        (one,) = json.loads(text)[0]["mutations"]
        line, column = one["start_pos"]
        found.append(Mutant(one["module_path"], one["operator_name"], one["occurrence"], line, column))
    unmeant = {path: set(annotated(folder / path)) for path in {mutant.path for mutant in found}}
    kept = [mutant for mutant in found if (mutant.line, mutant.column) not in unmeant[mutant.path]]
    if not kept:
        sys.exit("There are no mutants.")
    return sorted(kept, key=lambda mutant: (mutant.place, mutant.operator, mutant.occurrence))


def cosmic_ray(*words: object, folder: Path) -> str:
    return run("cosmic-ray", *words, cwd=folder, tools=TOOL / "bin")


def annotated(path: Path) -> Iterator[tuple[int, int]]:
    """The places of a file within annotations."""
    for node in ast.walk(ast.parse(path.read_text())):
        for name in ("annotation", "returns"):
            inner = getattr(node, name, None)
            if inner is not None:
                for line in range(inner.lineno, inner.end_lineno + 1):
                    last = inner.end_col_offset if line == inner.end_lineno else 200
                    first = inner.col_offset if line == inner.lineno else 0
                    yield from ((line, column) for column in range(first, last))


def chosen(there: Sequence[Mutant], seed: int, count: int) -> list[Mutant]:
    """One of each place and kind, and of these a sample; tried in the order of the files."""
    draw = random.Random(seed)
    places: dict[Any, list[Mutant]] = defaultdict(list)
    for mutant in there:
        places[mutant.place].append(mutant)
    one_each = [draw.choice(places[place]) for place in sorted(places)]
    return sorted(draw.sample(one_each, min(count, len(one_each))), key=lambda mutant: mutant.place)


def tried(mutant: Mutant, folder: Path, reached: Mapping[str, Mapping[str, Mapping[int, set[str]]]]) -> Verdict:
    """Put the fault into a copy, and run its tests until one notices."""
    path = folder / mutant.path
    before = path.read_text()
    cosmic_ray("apply", mutant.path, mutant.operator, mutant.occurrence, folder=folder)
    after = path.read_text()
    if after == before:
        sys.exit(f"{mutant} changes nothing.")
    try:
        noticed = next(
            filter(None, (met(suite, tests, folder) for suite, tests in runs(mutant, folder, reached))), None
        )
    finally:
        path.write_text(before)
    pairs = zip(before.splitlines(), after.splitlines())
    changed = next(((old.strip(), new.strip()) for old, new in pairs if old != new), ("", ""))
    return Verdict(mutant, noticed, changed)


def met(suite: str, tests: Sequence[str], folder: Path) -> str | None:
    """Who noticed the fault that is in a copy, if somebody did."""
    status = ended(folder, *_ALL, *tests)
    return "the clock" if status == -signal.SIGKILL else f"{suite} tests" if status else None


def runs(
    mutant: Mutant, folder: Path, reached: Mapping[str, Mapping[str, Mapping[int, set[str]]]]
) -> Iterator[tuple[str, list[str]]]:
    """The tests to run, suite by suite."""
    for suite in SUITES:
        lines = reached[suite].get(mutant.path, {})
        tests = lines.get(mutant.line, set())
        if "" in tests and suite == SUITES[0]:
            # It is run when the file is loaded, and no measurement tells who uses what came of it.
            yield suite, [f"tests/{suite}"]
            continue
        if "" in tests:
            tests = set().union(*lines.values())
        if tests - {""}:
            yield suite, sorted(tests - {""})
    files = next((files for prefix, files in PLAYBOOKS.items() if mutant.path.startswith(prefix)), [])
    yield "integration", [f"tests/{name}" for name in files]


def page(verdicts: Sequence[Verdict], seed: int, there: int) -> str:
    explained = json.loads(EXPLAINED.read_text())
    missed = [verdict for verdict in verdicts if not verdict.noticed]
    noticed = Counter(verdict.noticed for verdict in verdicts if verdict.noticed)
    lines = [
        "## Faults in the code that tests notice",
        "",
        f"Of {there} mutants that cosmic-ray makes {len(verdicts)} were tried, at most one for a place:",
        f"`make mutants SEED={seed}` takes the same. Tests noticed {len(verdicts) - len(missed)} of them, that is "
        f"{100 * (len(verdicts) - len(missed)) / len(verdicts):.0f} %:",
        f"{', '.join(f'{count} by {what}' for what, count in sorted(noticed.items()))}.",
        "",
    ]
    if missed:
        lines += ["| Not noticed | Changed | Why that is right |", "|---|---|---|"]
    for verdict in missed:
        before, after = (text.replace("|", "\\|") for text in verdict.change)
        why = explained.get(f"{verdict.mutant.path}: {verdict.change[0]} -> {verdict.change[1]}", "")
        lines.append(f"| {verdict.mutant.path}:{verdict.mutant.line} | `{before}` → `{after}` | {why} |")
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    sys.exit(main())
