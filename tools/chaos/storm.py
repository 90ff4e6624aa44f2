"""The storm: controllers work at once under faults, then everything is asked for again until nothing changes."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from . import engine, expect, guards
from .controller import Controller, Entry, work_off
from .desired import Desired
from .guards import Finding
from .places import Neighbours, Place, places
from .tables import Tables
from .weather import Weather
from .wire import Sent, Wire
from .work import Asked, Work

from vergesim_process import Vergesim  # isort: skip - engine puts its folder on the path

FORK = multiprocessing.get_context("fork")
#: Time of one transition of the simulator, in seconds. A deleted tenant's key rests for seven, longer than the latest
#: answer is late: no request can arrive at a tenant that has been given the key of another meanwhile.
STEP = 0.2
#: RAM that a host has for machines, in MB: enough for all, so that no start fails for want of it.
_ROOM = 1_000_000
#: Seconds (of the engine's time) that a run waits, in the storm and after it.
_WAIT, _CALM_WAIT = 40, 300
#: Rounds after which it counts as never getting quiet.
ROUNDS = 8


@dataclass
class Result:
    """What a storm or the kills have shown, by figure, with what the page says beside it."""

    findings: list[tuple[Finding, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    rounds: int = 0
    quiet: bool = True
    refused: list[str] = field(default_factory=list)
    excused: int = 0

    def count(self, figure: str) -> int:
        """How many findings of a figure there are."""
        return sum(finding.figure == figure for finding, _told in self.findings)


def storm(seed: int, writes: int, controllers: int, percent: float) -> Result:
    """The whole of it, on a simulator of its own."""
    own, shared = places(controllers)
    with Vergesim("lab", STEP) as sim:
        tables = Tables(sim.ready)
        tables.make_room(_ROOM)
        neighbours = Neighbours(sim.ready, tables)
        weather = Weather(tables, percent, seed)
        ledgers = _controllers(sim.ready, seed, writes, own, shared, next(iter(neighbours.uuids.values())))
        fired = weather.fired()
        weather.over()
        ledger = sorted((entry for one in ledgers for entry in one), key=lambda entry: entry.started)
        result = Result()
        _judge(ledger, result)
        _be_operator(sim.ready, tables)
        calm = _calm(sim.ready, ledgers, result, next(iter(neighbours.uuids.values())))
        result.findings += [(Finding(guards.DUPLICATE, text), "at the end") for text in expect.doubles(tables)]
        result.findings += [
            (Finding(guards.GUARD, text), "a neighbour's row, at the end") for text in neighbours.harmed()
        ]
        if crashes := tables.control("GET", "/sim/requests")["errors"]:
            raise RuntimeError(f"The simulator itself failed {crashes} times.")
        _tell(result, ledger, calm, fired)
        return result


def _controllers(
    ready: Mapping[str, str], seed: int, writes: int, own: list[list[Place]], shared: list[Place], neighbour: str
) -> list[list[Entry]]:
    written = FORK.Value("i", 0)

    def enough(more: int) -> bool:
        with written.get_lock():
            written.value += more
            return bool(written.value >= writes)

    def work(number: int, pipe: Any) -> None:
        wire = Wire()
        wire.install()
        controller = Controller(ready, wire, number, neighbour, _WAIT)
        tasks = Work(f"{seed}/{number}", own[number], shared, hosts=number == 0)
        pipe.send(work_off(controller, tasks.next, enough))

    pipes = [FORK.Pipe(duplex=False) for _number in own]
    processes = [FORK.Process(target=work, args=(number, pipe[1]), daemon=True) for number, pipe in enumerate(pipes)]
    for process in processes:
        process.start()
    ledgers: list[list[Entry]] = []
    for process, pipe in zip(processes, pipes):
        while not pipe[0].poll(60):
            print(f"storm: {written.value} writes so far", flush=True)
            if not process.is_alive():
                raise RuntimeError("A controller has died; its own words stand above.")
        ledgers.append(pipe[0].recv())
        process.join()
    return ledgers


def _judge(ledger: list[Entry], result: Result) -> None:
    """Take over the findings that nothing excuses: what others did at the same time to the same tenant does."""
    for entry in ledger:
        found = [finding for finding in entry.alone if not _others(entry, ledger)]
        found = [finding for finding in found if not _collided(entry, finding, ledger)]
        result.excused += len(entry.alone) - len(found)
        result.findings += [(finding, entry.told()) for finding in (*entry.findings, *found)]


def _others(entry: Entry, ledger: Iterable[Entry]) -> bool:
    """Whether another controller worked on the tenant meanwhile."""
    return any(
        other.controller != entry.controller
        and entry.asked.place is not None
        and other.asked.place == entry.asked.place
        and other.started <= entry.ended
        and other.ended >= entry.started
        for other in ledger
    )


def _collided(entry: Entry, finding: Finding, ledger: Iterable[Entry]) -> bool:
    """Whether another run deleted the row by a key that was given again after it had looked.

    Between a look and a delete nobody can prevent that: two delete one row at once, and a third is given its key.
    """
    for other in ledger:
        if finding.row is None or other.controller == entry.controller:
            continue
        for number, one in enumerate(other.sent):
            hit = one.method == "DELETE" and (one.table, one.key) == finding.row and not one.refused
            if not hit or not entry.started - 60 <= one.answered <= entry.ended:
                continue
            reads = [it.at for it in other.sent[:number] if it.method == "GET" and it.table == one.table]
            if reads and other.asked.place is not None and not other.asked.place.own:
                return any(_made(it, one.table, reads[-1], one.answered) for each in ledger for it in each.sent)
    return False


def _made(sent: Sent, table: str, since: float, until: float) -> bool:
    return sent.method == "POST" and sent.table == table and sent.answered >= since and sent.at <= until


def _be_operator(ready: Mapping[str, str], tables: Tables) -> None:
    """Switch off what has started without a host while both were away: no run may decide that by itself."""
    for status in tables.rows("tenant_status"):
        if status["status"] in ("reduced", "error", "nodesoffline"):
            tables.create(ready, "tenant_actions", {"tenant": status["tenant"], "action": "poweroff"})


def _calm(ready: Mapping[str, str], ledgers: list[list[Entry]], result: Result, neighbour: str) -> list[Entry]:
    """Ask for everything again until a round changes nothing, then look whether all of it stands."""
    wire = Wire()
    wire.install()
    controller = Controller(ready, wire, -1, neighbour, _CALM_WAIT)
    tasks = list(_wanted(ledgers))
    every: list[Entry] = []
    while result.rounds < ROUNDS:
        result.rounds += 1
        entries = [controller.run(Asked(module, dict(params), place)) for module, params, place in tasks]
        every += entries
        result.quiet = not any(entry.outcome in ("changed", "traceback") for entry in entries)
        if result.quiet:
            break
    _judge(every, result)
    for entry in entries:
        if entry.outcome == "refused":
            result.refused.append(entry.sentence)
            continue
        held = controller.tables.tenant(*entry.asked.tenants())
        for text in expect.missing(entry.asked.module, entry.asked.params, held, held, controller.tables):
            result.findings.append((Finding(guards.LOST, f"at the end {text}"), entry.told()))
    return every


def _wanted(ledgers: list[list[Entry]]) -> Iterator[tuple[str, dict[str, Any], Place | None]]:
    """What all the runs together mean to have reached: on shared tenants, the last that asked counts."""
    shared = Desired()
    for ledger in ledgers:
        meant = Desired()
        for entry in ledger:
            if entry.asked.check:
                continue
            if entry.asked.place is None or entry.asked.place.own:
                meant.note(entry.asked.module, entry.asked.params, entry.asked.place)
        yield from meant.tasks()
    every = sorted((entry for ledger in ledgers for entry in ledger), key=lambda entry: entry.started)
    for entry in every:
        if entry.asked.place is not None and not entry.asked.place.own and not entry.asked.check:
            shared.note(entry.asked.module, entry.asked.params, entry.asked.place)
    yield from shared.tasks()


def _tell(result: Result, ledger: list[Entry], calm: list[Entry], fired: dict[str, int]) -> None:
    outcomes = {
        module: Counter(entry.outcome for entry in ledger if entry.asked.module == module) for module in engine.MODULES
    }
    result.tables["Runs by module"] = {name: dict(counts) for name, counts in outcomes.items()}
    result.tables["Faults by kind"] = {name: {"struck": count} for name, count in fired.items()}
    requests = sum(len(entry.sent) for entry in ledger)
    result.facts |= {
        "runs": len(ledger),
        "requests": requests,
        "writes": sum(entry.writes for entry in ledger),
        "faults": sum(fired.values()),
        "tasks asked for again": len(calm) // result.rounds,
    }
