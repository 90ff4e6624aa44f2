"""An onboarding that is killed at each of its requests: the next run finishes it, the one after finds nothing."""

from __future__ import annotations

import random
import signal
from collections.abc import Mapping
from typing import Any

from . import engine, expect, guards
from .guards import Finding
from .pool import Here, pool
from .storm import FORK, Result
from .wire import Sent
from .work import PASSWORD

_WAIT = 300
_NAME = "acme"
_ONBOARDING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("vrg_tenant", {"name": _NAME, "tenant_password": PASSWORD, "note": "onboarded"}),
    ("vrg_tenant_node", {"tenant": _NAME, "name": "node1", "cpu_cores": 2, "ram_gb": 4.0}),
    ("vrg_tenant_node", {"tenant": _NAME, "name": "node2", "cpu_cores": 2, "ram_gb": 4.0}),
    ("vrg_tenant_storage", {"tenant": _NAME, "tier": 1, "provisioned_gb": 50}),
    ("vrg_tenant_storage", {"tenant": _NAME, "tier": 3, "provisioned_gb": 100}),
    (
        "vrg_tenant_net",
        {
            "tenant": _NAME,
            "external_ips": [
                {"network": "External", "hostname": "acme.example.com"},
                {"network": "External", "ip": "198.51.100.50"},
            ],
            "network_blocks": [{"cidr": "203.0.113.0/28", "network": "External"}],
            "layer2_networks": [{"network": "Internal"}],
        },
    ),
    ("vrg_tenant", {"name": _NAME, "state": "running"}),
)
#: Rows that have to be there once the onboarding is complete.
_ROWS = {
    "tenants": 1,
    "tenant_nodes": 2,
    "tenant_storage": 2,
    "vnet_addresses": 2,
    "vnet_cidrs": 1,
    "tenant_layer2_vnets": 1,
}

Point = tuple[int, bool]


def kills(seed: int, wanted: int | None) -> Result:
    """Kill at ``wanted`` points, chosen by the seed, or at all of them."""
    result = Result(rounds=3)
    with pool() as processes:
        sent = processes.submit(_unbroken).result()
        # A read that was answered and one that was not are the same to the next run.
        numbered = list(enumerate(sent, 1))
        points = [(at, before) for at, one in numbered for before in (False, True) if one.is_write or not before]
        if wanted is not None:
            points = sorted(random.Random(seed).sample(points, min(wanted, len(points))))
        reached = 0
        for (at, before), (killed, findings) in zip(points, processes.map(_kill, points)):
            reached += killed
            how = "before it was carried out" if before else "once it was answered"
            told = f"killed at request {at} ({sent[at - 1].method} {sent[at - 1].table}), {how}"
            result.findings += [(finding, told) for finding in findings]
    result.quiet = not any(finding.figure == guards.UNTRUE for finding, _told in result.findings)
    result.facts |= {"requests of an unbroken run": len(sent), "kill points": len(points), "killed": reached}
    return result


def _unbroken() -> list[Sent]:
    Here.tables.control("POST", "/sim/reset")
    sent = Here.wire.listen()
    _onboard(Here.ready)
    return list(sent)


def _onboard(ready: Mapping[str, str]) -> bool:
    """All tasks in their order; whether one of them changed something."""
    runs = [engine.run(ready, module, params, wait=_WAIT, check=False)["changed"] for module, params in _ONBOARDING]
    return any(runs)


def _kill(point: Point) -> tuple[bool, list[Finding]]:
    """One onboarding, killed at the point, and finished."""
    Here.tables.control("POST", "/sim/reset")
    at, before = point
    process = FORK.Process(target=_die_at, args=(at, before))
    process.start()
    process.join()
    killed = process.exitcode == -signal.SIGKILL
    findings: list[Finding] = []
    if not killed and process.exitcode:
        findings.append(Finding(guards.TRACEBACK, f"the run before the kill ended with status {process.exitcode}"))
    if _again(findings):
        sent = Here.wire.listen()
        # What it sends is judged, too: a second address would be a write that no row shows.
        changed = _again(findings, quiet=True)
        writes = [one for one in sent if one.is_write]
        if changed is None or writes:
            findings.append(Finding(guards.UNTRUE, f"the last run still changed something: {len(writes)} writes"))
    findings += _contradictions()
    return killed, findings


def _die_at(at: int, before: bool) -> None:
    Here.wire.listen()
    Here.wire.end_at(at, before=before)
    _onboard(Here.ready)


def _again(findings: list[Finding], *, quiet: bool = False) -> bool | None:
    """Run it once more; None if it failed, or if it changed something and should have been quiet."""
    try:
        changed = _onboard(Here.ready)
    except engine.VrgError as error:
        findings.append(Finding(guards.LOST, f"the next run does not finish it: {error}"))
        return None
    except Exception as error:
        findings.append(Finding(guards.TRACEBACK, repr(error)))
        return None
    return None if quiet and changed else True


def _contradictions() -> list[Finding]:
    tables = Here.tables
    found = [Finding(guards.DUPLICATE, text) for text in expect.doubles(tables)]
    for table, number in _ROWS.items():
        rows = tables.rows(table)
        if len(rows) != number:
            figure = guards.DUPLICATE if len(rows) > number else guards.LOST
            found.append(Finding(figure, f"{table}: {len(rows)} rows instead of {number}"))
    held = tables.tenant(_NAME)
    for module, params in _ONBOARDING:
        found += [Finding(guards.LOST, text) for text in expect.missing(module, params, held, held, tables)]
    return found
