"""The figures of a run, for a terminal and as docs/reliability.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from . import guards
from .storm import ROUNDS, Result

#: The figures that have to be zero.
FIGURES = (guards.DUPLICATE, guards.LOST, guards.TRACEBACK, guards.GUARD)
_HEAD = (
    "# What holds when everything goes wrong at once",
    "",
    "<!-- Written by `make chaos` (tools/chaos). -->",
    "",
)
NEXT_PART = "<!-- Written by `make mutants`. -->"
_WORDS = """\
Duplicates are two rows of one identity, two addresses for one host name, or a restore that was sent twice. Lost rows
are reports that the simulator's tables contradict: what is said to be there is not, what is said to be deleted still
is, or a row is gone that nobody asked to remove. A traceback is any end of a run but the collection's own error. A
guard is passed wrongly when data, the address of a user interface or a running node goes without its second option,
when a tenant is restored over without confirmation or touched against its uuid, when check mode writes, or when a row
of somebody else is changed or taken for one's own. These four have to be zero. An untrue report says changed although
the platform accepted nothing, or unchanged although it accepted a write. Everything is judged by what went over the
wire and by the simulator's raw tables, never by the collection itself."""
_ABOUT = {
    "Storm": """\
{run.controllers} controllers at once run tasks of all managed modules, on tenants of their own and on three that all of
them work on, beside neighbours that nobody may touch. {run.percent:g} % of all requests meet a fault. Tenants write
data, and somebody else fills a storage, moves a user interface or makes the tenant between a run's look and its write.
Then the faults end, and everything that was meant is asked for again until a whole round changes nothing (at most
{rounds} rounds).""",
    "List": """\
One list of tenants (each with a node, storage, an address, a layer-2 network and a start) as one task with eight
workers, beside tenants that are not listed. One version of the list follows the other and changes every tenant, while
{run.percent:g} % of all requests meet a fault. Then the faults end, and the last version is asked for until a run
writes nothing. After every run, what it says of each tenant is held against the tables.""",
    "Kills": """\
An onboarding (tenant, two nodes, storage on two tiers, addresses, a block, a layer-2 network, start) is a process that
gets SIGKILL at one request: before the platform carries it out, or once the platform has answered. The next run has to
finish it, and the one after that has to change nothing.""",
    "Ends": """\
A list of new tenants is a process that is ended at one of its requests, by SIGKILL or, every third time, by SIGINT as
Ctrl-C sends it. The next run has to finish the list, and the one after that has to write nothing.""",
}
#: How many findings of one kind are shown.
_SHOWN = 5


@dataclass
class Run:
    """What was run, and what it has shown."""

    seed: int
    controllers: int
    percent: float
    storm: Result | None = None
    list: Result | None = None
    kills: Result | None = None
    ends: Result | None = None

    @property
    def parts(self) -> dict[str, Result]:
        found = {"Storm": self.storm, "List": self.list, "Kills": self.kills, "Ends": self.ends}
        return {name: result for name, result in found.items() if result is not None}

    @property
    def holds(self) -> bool:
        """Whether all that has to be zero is, and everything came to rest."""
        return all(
            result.quiet and not any(result.count(figure) for figure in FIGURES) for result in self.parts.values()
        )


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield f"|---|{'---:|' * (len(columns) - 1)}"
    for row in rows:
        yield f"| {' | '.join(str(cell) for cell in row)} |"


def figures(run: Run) -> str:
    """The table of the figures."""
    parts = run.parts
    rows: list[list[Any]] = [[name.capitalize(), *(one.count(name) for one in parts.values())] for name in FIGURES]
    rows.append(["Untrue reports of a change", *(one.count(guards.UNTRUE) for one in parts.values())])
    rows.append(["Runs until quiet", *(one.rounds if one.quiet else "never" for one in parts.values())])
    return "\n".join(_table(("Figure", *parts), rows))


def details(run: Run) -> str:
    """What was found, by kind, with examples."""
    lines: list[str] = []
    for name, result in run.parts.items():
        lines += ["", f"{name}: " + ", ".join(f"{count} {fact}" for fact, count in result.facts.items())]
        for title, table in result.tables.items():
            lines.append(f"{title}: " + "; ".join(f"{row} {_counted(counts)}" for row, counts in table.items()))
        lines.append(f"excused by what others did at the same time: {result.excused}")
        kinds = Counter((finding.figure, _kind(finding.text)) for finding, _told in result.findings)
        for (figure, kind), count in kinds.most_common():
            lines.append(f"  {count} x {figure}: {kind}")
            examples = [told for it, told in result.findings if (it.figure, _kind(it.text)) == (figure, kind)]
            lines += [f"      {told}" for told in examples[:_SHOWN]]
        lines += [f"  refused at the end: {text}" for text in result.refused]
    return "\n".join(lines)


def _counted(counts: dict[str, Any]) -> str:
    return ", ".join(f"{count} {what}" for what, count in counts.items())


def _kind(text: str) -> str:
    """A finding without what is only about one row."""
    return " ".join("#" if any(sign.isdigit() for sign in word) else word for word in text.splitlines()[0].split())


def written(run: Run) -> str:
    """The page."""
    lines = [*_HEAD, figures(run), ""]
    lines += [_WORDS, "", f"Seed {run.seed}: `make chaos SEED={run.seed}` asks for the same again.", ""]
    for name, result in run.parts.items():
        told = ", ".join(f"{count:,} {fact}" for fact, count in result.facts.items())
        lines += [f"## {name}", "", _ABOUT[name].format(run=run, rounds=ROUNDS), "", f"This run: {told}.", ""]
        for title, table in result.tables.items():
            columns = list(dict.fromkeys(column for row in table.values() for column in row))
            cells = ([row, *(counts.get(column, 0) for column in columns)] for row, counts in table.items())
            lines += [*_table((title, *columns), cells), ""]
        if result.refused:
            lines += ["Refused to the end, because a second option was not given or the platform says no:", ""]
            lines += [f"* {sentence} ({count})" for sentence, count in sorted(Counter(result.refused).items())] + [""]
        if result.findings:
            kinds = Counter((finding.figure, _kind(finding.text)) for finding, _told in result.findings)
            lines += ["Found:", "", *(f"* {figure}: {kind} ({count})" for (figure, kind), count in kinds.most_common())]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"
