# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether tenants fit on a system, as a whole list and beside everything that is there already.

What cannot be known, as the memory of nodes that the system does not show, never counts as room.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from ._estate import Limits, Row, System, allocation, cluster_of, figure, own_node
from ._impossible import problems


@dataclass(frozen=True)
class Compute:
    """A tenant's node as it is or will be; ``holds`` says whether it takes memory of its cluster."""

    cluster: str | None
    ram: float
    cores: int
    holds: bool


@dataclass(frozen=True)
class Line:
    """One line of the table. ``grows`` says whether it is this list that asks for more."""

    what: str
    measure: str
    unit: str
    now: float | None
    after: float | None
    limit: float | None
    grows: bool
    policy: str
    warn_from: float | None = None

    @property
    def verdict(self) -> str:
        if self.now is None or self.after is None or self.limit is None:
            return "unknown"
        if self.after > self.limit:
            return "over" if self.grows else "over before"
        return "close" if self.warn_from is not None and self.after > self.warn_from else "fits"

    @property
    def objects(self) -> bool:
        """Whether this list is to blame for something that does not fit, or cannot be known to."""
        return self.grows and self.verdict in ("over", "unknown")

    @property
    def sentence(self) -> str:
        if self.verdict == "unknown":
            return f"{self.what}, {self.measure}: whether it fits is unknown."
        return (
            f"{self.what}, {self.measure}: {figure(self.after)} after this, "
            f"with a limit of {figure(self.limit)} {self.unit}".rstrip()
            + "."
        )

    def row(self) -> dict[str, Any]:
        """The line as it is returned."""
        names = ("what", "measure", "unit", "now", "after", "limit", "verdict")
        values = {name: getattr(self, name) for name in names}
        return {name: round(value, 2) if isinstance(value, float) else value for name, value in values.items()}


def capacity(asked: Sequence[Row], system: System, limits: Limits, stated: Collection[str] = ()) -> dict[str, Any]:
    """What is wrong with the tenants asked for, and a table of what they would take.

    ``problems`` never work, whatever the policy; ``refused`` and ``warnings`` are what the policies make of the table.
    ``stated`` names the tenants that say their state themselves.
    """
    table = [*_compute_lines(asked, system, limits), *_storage_lines(asked, system, limits)]
    return {
        "problems": problems(asked, system, limits, stated),
        "table": [line.row() for line in table],
        "lines": _aligned(table),
        "refused": [line.sentence for line in table if line.objects and line.policy == "fail"],
        "warnings": [line.sentence for line in table if _warns(line)],
    }


def _warns(line: Line) -> bool:
    if line.policy == "ignore" or line.verdict == "fits":
        return False
    return line.policy == "warn" or not line.objects


# Memory and cores.


@dataclass(frozen=True)
class Demand:
    """The nodes that the listed tenants have and will have in one cluster, and those of everybody else."""

    before: Sequence[Compute]
    after: Sequence[Compute]
    others: Sequence[Compute]

    def within(self, cluster: str | None) -> Demand:
        return Demand(*([node for node in nodes if node.cluster == cluster] for nodes in self._parts))

    @property
    def _parts(self) -> tuple[Sequence[Compute], ...]:
        return self.before, self.after, self.others

    @property
    def started(self) -> float:
        """How much more memory is held afterwards than before."""
        return sum(node.ram for node in self.after if node.holds) - sum(node.ram for node in self.before if node.holds)

    @property
    def ram(self) -> tuple[float, float]:
        """What is promised to all tenants now and afterwards, running or not."""
        rest = sum(node.ram for node in self.others)
        return rest + sum(node.ram for node in self.before), rest + sum(node.ram for node in self.after)

    @property
    def cores(self) -> tuple[int, int]:
        rest = sum(node.cores for node in self.others)
        return rest + sum(node.cores for node in self.before), rest + sum(node.cores for node in self.after)


def _compute_lines(asked: Sequence[Row], system: System, limits: Limits) -> list[Line]:
    listed = [system.tenant(str(tenant["name"])) for tenant in asked]
    keys = {there.get("key") for there in listed}
    whole = Demand(
        before=[node for there in listed for node in _standing(there)],
        after=[node for tenant, there in zip(asked, listed) for node in _wanted(tenant, there, system, limits)],
        others=[node for row in system.tenants if row["key"] not in keys for node in _standing(row)],
    )
    touched = {
        cluster_of(node, own_node(there, node["name"]), system, limits)
        for tenant, there in zip(asked, listed)
        for node in tenant.get("nodes", ())
    }
    lines: list[Line] = []
    for name in sorted(touched, key=lambda each: each or ""):
        # A cluster that does not exist is a problem of its own, and has no figures.
        if name is None or system.cluster(name):
            lines += _cluster_lines(name, whole.within(name), system, limits)
    return lines


def _cluster_lines(name: str | None, demand: Demand, system: System, limits: Limits) -> list[Line]:
    cluster = system.cluster(name) if name else {}
    what = f"cluster {name or '(the default)'}"
    online, used = cluster.get("online_ram_gb"), cluster.get("used_ram_gb")
    used_after = None if used is None else used + demand.started
    starts = demand.started > 0
    target = cluster.get("target_ram_percent") if limits.ram_target_percent is None else limits.ram_target_percent
    room = _share(online, limits.ram_promised_percent)
    spare = _without_largest(name, system)
    (ram, ram_after), (cores, cores_after) = demand.ram, demand.cores
    lines = [
        Line(what, "RAM in use", "GB", used, used_after, _share(online, target), starts, limits.policy),
        Line(what, "RAM promised", "GB", ram, ram_after, room, ram_after > ram, limits.policy),
        Line(what, "RAM if a node fails", "GB", used, used_after, spare, starts, limits.n_minus_1),
    ]
    if limits.cores_ratio:
        room = _share(cluster.get("online_cores"), 100 * limits.cores_ratio)
        lines.append(Line(what, "cores promised", "", cores, cores_after, room, cores_after > cores, limits.policy))
    return lines


def _standing(there: Row) -> list[Compute]:
    """The nodes that a tenant has."""
    return [
        Compute(row["cluster"], float(row["ram_gb"]), int(row["cpu_cores"]), _holds(row))
        for row in there.get("nodes", ())
    ]


def _holds(row: Row) -> bool:
    """Whether a node takes memory: from when it is placed on a host, which is before it runs."""
    return bool(row["running"] or row.get("status") == "starting")


def _wanted(tenant: Row, there: Row, system: System, limits: Limits) -> list[Compute]:
    """The nodes that a tenant will have: those asked for, and those that it has beside them, which stay."""
    names = [str(node["name"]) for node in tenant.get("nodes", ())]
    rows = [*tenant.get("nodes", ()), *(row for row in there.get("nodes", ()) if row["name"] not in names)]
    nodes = []
    for node in rows:
        row = own_node(there, node["name"])
        holds = _will_hold(tenant["state"], node, row, there)
        cluster = cluster_of(node, row, system, limits)
        nodes.append(Compute(cluster, float(node["ram_gb"]), int(node["cpu_cores"]), holds))
    return nodes


def _will_hold(state: str, node: Row, row: Row, there: Row) -> bool:
    enabled = bool(node.get("enabled", row.get("enabled", True)))
    if state == "running":
        return enabled
    if state == "stopped":
        return False
    # Left as it is, a tenant keeps its nodes running or not; a new one of a running tenant may start any time.
    if not row:
        return enabled and bool(there.get("running"))
    return _holds(row) or row.get("status") == "initializing"


def _without_largest(name: str | None, system: System) -> float | None:
    """What the hosts that are running have together when the largest of them is gone; None if none is seen."""
    hosts = system.hosts(name) if name else []
    if not hosts:
        return None
    sizes = [float(row["vm_ram_gb"] or 0) for row in hosts if row["running"] and not row["maintenance"]]
    return sum(sizes) - max(sizes, default=0)


# Storage.


def _storage_lines(asked: Sequence[Row], system: System, limits: Limits) -> list[Line]:
    numbers = sorted({int(storage["tier"]) for tenant in asked for storage in tenant.get("storage", ())})
    lines: list[Line] = []
    for tier in system.tiers:
        if tier["tier"] in numbers:
            lines += _tier_lines(tier, asked, system, limits)
    return lines


def _tier_lines(tier: Row, asked: Sequence[Row], system: System, limits: Limits) -> list[Line]:
    number, what = int(tier["tier"]), f"tier {tier['tier']}"
    now = sum(allocation(row, number).get("provisioned_gb", 0) for row in system.tenants)
    after = now + sum(
        int(storage["provisioned_gb"]) - allocation(system.tenant(str(tenant["name"])), number).get("provisioned_gb", 0)
        for tenant in asked
        for storage in tenant.get("storage", ())
        if int(storage["tier"]) == number
    )
    size, used, grows = tier.get("capacity_gb"), tier.get("used_gb"), after > now
    full, warn_from = _share(size, limits.used_percent), _share(size, limits.used_warn_percent)
    room = _share(size, limits.provisioned_percent)
    return [
        Line(what, "provisioned", "GiB", now, after, room, grows, limits.policy),
        # What is promised today is written tomorrow: nothing more is promised of a tier that is full.
        Line(what, "used", "GiB", used, used, full, grows, limits.policy, warn_from),
    ]


def _share(value: float | None, percent: float | None) -> float | None:
    return None if value is None or percent is None else value * percent / 100


def _aligned(table: Sequence[Line]) -> list[str]:
    """The table as lines of the same width."""
    cells: list[tuple[str, ...]] = [("what", "", "now", "after", "limit", "", "verdict")]
    cells += [
        (line.what, line.measure, *map(figure, (line.now, line.after, line.limit)), line.unit, line.verdict)
        for line in table
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    return [
        "  ".join(
            cell.rjust(width) if 2 <= column <= 4 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in cells
    ]
