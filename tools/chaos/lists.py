"""A whole list of tenants in one run: under faults, and ended in the middle by SIGKILL or SIGINT."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from . import engine, expect, guards
from .guards import Finding
from .pool import Here, pool
from .storm import FORK, ROUNDS, Result
from .tables import GIB, Row, Tables
from .weather import Weather
from .wire import Wire

from vergesim_process import Vergesim  # isort: skip - engine puts its folder on the path

_STEP = 0.05
#: RAM that a host has for machines, in MB: enough for all.
_ROOM = 10_000_000
_WAIT = 600
#: Tenants of the list that is killed.
_FEW = 20
#: Runs under faults after which it has not come to its writes.
_MOST_RUNS = 200
#: Seconds after which a run that was told to end has to have ended.
_TO_END = 60

Item = dict[str, Any]


def tenants(count: int, version: int, first: str) -> list[Item]:
    """A list with one row of most kinds a tenant. Each version of it changes each tenant, and none takes away.

    ``first`` is the first of its addresses: a network of the fixture has to have them.
    """
    return [
        {
            "name": f"fleet-{number:03}",
            "description": f"version {version}",
            "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2.0}],
            "storage": [{"tier": tier, "provisioned_gb": 1 + version} for tier in ((1, 3) if version else (1,))],
            "external_ips": [{"ip": str(ip_address(first) + number), "network": "External"}],
            "layer2_networks": [{"network": "Internal"}],
        }
        for number in range(count)
    ]


class Contradictions:
    """How the tables contradict a list of which is said that it stands."""

    def __init__(self, tables: Tables) -> None:
        tiers = tables.fixed("storage_tiers", "tier")
        self.tenants = {row["name"]: row for row in tables.rows("tenants") if not row["is_snapshot"]}
        self.nodes = _by(tables.rows("tenant_nodes"), "tenant")
        self.storage = _by(tables.rows("tenant_storage"), "tenant")
        self.layer2 = _by(tables.rows("tenant_layer2_vnets"), "tenant")
        self.addresses = _by(tables.rows("vnet_addresses"), "owner")
        self.running = {row["tenant"] for row in tables.rows("tenant_status") if row["running"]}
        self._tier_of = tiers

    def of(self, item: Item) -> Iterator[str]:
        row = self.tenants.get(item["name"])
        if row is None:
            yield "the tenant is not there"
            return
        key = row["$key"]
        found = {
            "description": row["description"],
            "nodes": [(one["name"], one["cpu_cores"], one["ram"]) for one in self.nodes.get(key, ())],
            "storage": sorted((self._tier_of[one["tier"]], one["provisioned"]) for one in self.storage.get(key, ())),
            "addresses": [one["ip"] for one in self.addresses.get(f"tenants/{key}", ())],
            "layer-2 networks": len(self.layer2.get(key, ())),
            "running": key in self.running,
        }
        wanted = {
            "description": item["description"],
            "nodes": [("node1", 1, 2048)],
            "storage": [(one["tier"], one["provisioned_gb"] * GIB) for one in item["storage"]],
            "addresses": [one["ip"] for one in item["external_ips"]],
            "layer-2 networks": 1,
            "running": True,
        }
        yield from (f"{what}: {found[what]!r}, not {it!r}" for what, it in wanted.items() if found[what] != it)


def _by(rows: Sequence[Row], column: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found


def _judge(ready: Mapping[str, str], items: list[Item], outcomes: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """What a run says of its tenants, against the tables; and what stands twice."""
    tables = Tables(ready)
    stands = Contradictions(tables)
    by_name = {item["name"]: item for item in items}
    for told in outcomes:
        if told["result"] in ("created", "changed", "unchanged"):
            for text in stands.of(by_name[told["name"]]):
                yield Finding(guards.LOST, f"{told['name']}, said to be {told['result']}: {text}")
    yield from (Finding(guards.DUPLICATE, text) for text in expect.doubles(tables))


def storm(seed: int, writes: int, percent: float) -> Result:
    """One version of a list after the other, under faults, until so many writes were sent, ten for each tenant; then
    the last one without, until nothing changes."""
    result, outcomes, size = Result(), Counter[str](), writes // 10
    wire = Wire()
    wire.install()
    with Vergesim("msp:20", _STEP) as sim:
        tables = Tables(sim.ready)
        tables.make_room(_ROOM)
        others = {row["$key"]: row for row in tables.rows("tenants")}
        weather = Weather(tables, percent, seed)
        sent = version = 0
        while sent < writes and outcomes.total() < _MOST_RUNS:
            items = tenants(size, version, "198.19.100.0")
            log = wire.listen()
            told = _run(sim.ready, items, result, f"version {version} under faults", outcomes)
            sent += sum(one.is_write for one in log)
            result.findings += [(one, f"version {version}") for one in _judge(sim.ready, items, told)]
            result.facts["requests"] = result.facts.get("requests", 0) + len(log)
            # The next one is asked for when somebody would: once this one has come far enough.
            version += bool(told) and sum(one["result"] == "failed" for one in told) < size / 2
        result.facts |= {"tenants": size, "runs": sum(outcomes.values()), "writes": sent}
        result.facts["faults"] = sum(weather.fired().values())
        weather.over()
        result.quiet = False
        while result.rounds < ROUNDS and not result.quiet:
            result.rounds += 1
            log = wire.listen()
            told = _run(sim.ready, items, result, "afterwards", outcomes)
            result.quiet = len(told) == size and not any(one.is_write for one in log)
        result.findings += [(one, "at the end") for one in _judge(sim.ready, items, told)]
        result.refused += [one["msg"] for one in told if one["result"] == "failed"]
        now = {row["$key"]: row for row in tables.rows("tenants")}
        for key, row in others.items():
            if key not in now or now[key]["description"] != row["description"]:
                result.findings.append(
                    (Finding(guards.GUARD, f"a tenant beside the list: {row['name']}"), "at the end")
                )
    result.tables["Runs of the list"] = {"under faults and after them": dict(outcomes)}
    return result


def _run(
    ready: Mapping[str, str], items: list[Item], result: Result, when: str, outcomes: Counter[str]
) -> Sequence[Mapping[str, Any]]:
    """One run of the list; none of its tenants is told of where the run as a whole was refused."""
    try:
        told = engine.fleet(ready, items, wait=_WAIT)
    except engine.VrgError:
        outcomes["refused as a whole"] += 1
        return ()
    except Exception as error:
        outcomes["ended in a traceback"] += 1
        result.findings.append((Finding(guards.TRACEBACK, repr(error)), when))
        return ()
    kinds = {one["result"] for one in told}
    outcomes["with failed tenants" if "failed" in kinds else "with changes" if kinds - {"unchanged"} else "quiet"] += 1
    return told


def kills(seed: int, wanted: int) -> Result:
    """A list of twenty from nothing, ended at ``wanted`` requests by the seed; every third of the ends is SIGINT."""
    result = Result(rounds=3)
    with pool() as processes:
        whole = processes.submit(_unbroken).result()
        chance = random.Random(seed)
        points = [
            (chance.randrange(1, whole + 1), chance.random() < 0.5, signal.SIGINT if nth % 3 == 2 else signal.SIGKILL)
            for nth in range(wanted)
        ]
        ended = Counter[str]()
        for (at, before, by), (how, findings) in zip(points, processes.map(_end, points)):
            ended[how] += 1
            told = f"{by.name} at request {at}, {'before it left' if before else 'once it was answered'}"
            result.findings += [(finding, told) for finding in findings]
    result.quiet = not any(finding.figure == guards.UNTRUE for finding, _told in result.findings)
    result.facts |= {"tenants": _FEW, "requests of an unbroken run": whole, "ends": wanted}
    result.tables["Ends"] = {how: {"runs": count} for how, count in sorted(ended.items())}
    return result


def _unbroken() -> int:
    _anew()
    sent = Here.wire.listen()
    engine.fleet(Here.ready, _few(), wait=_WAIT)
    return len(sent)


def _anew() -> None:
    Here.tables.control("POST", "/sim/reset")
    Here.tables.make_room(_ROOM)


def _few() -> list[Item]:
    return tenants(_FEW, 0, "198.51.100.20")


def _end(point: tuple[int, bool, signal.Signals]) -> tuple[str, list[Finding]]:
    """One list, ended at the point, and finished by the next run; the one after that writes nothing."""
    _anew()
    process = FORK.Process(target=_until, args=point)
    process.start()
    process.join(_TO_END)
    findings: list[Finding] = []
    if process.is_alive():
        findings.append(Finding(guards.TRACEBACK, f"it went on for {_TO_END} s after it was told to end"))
        process.kill()
        process.join()
    how = _HOW.get(process.exitcode or 0)
    if how is None:
        findings.append(Finding(guards.TRACEBACK, f"the run that was ended has status {process.exitcode}"))
    for quiet in (False, True):
        sent = Here.wire.listen()
        told = engine.fleet(Here.ready, _few(), wait=_WAIT)
        findings += _judge(Here.ready, _few(), told)
        findings += [
            Finding(guards.LOST, f"the next run does not finish {one['name']}: {one['msg']}")
            for one in told
            if one["result"] in ("failed", "left")
        ]
        if quiet and any(one.is_write for one in sent):
            findings.append(Finding(guards.UNTRUE, "the last run still wrote"))
    return how or "otherwise", findings


_INTERRUPTED = 3
_HOW = {0: "done before", -signal.SIGKILL: "killed", _INTERRUPTED: "interrupted"}


def _until(at: int, before: bool, by: signal.Signals) -> None:
    # A shell lets what it starts in the background ignore it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Here.wire.listen()
    Here.wire.end_at(at, before=before, by=by)
    try:
        engine.fleet(Here.ready, _few(), wait=_WAIT)
    except KeyboardInterrupt:
        os._exit(_INTERRUPTED)
