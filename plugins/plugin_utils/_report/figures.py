# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of an estate report: capacity, tenants, trends, and what to bill.

Sizes are GiB, times ISO 8601 in UTC. What is not known is None, and named; it is never counted as zero.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from .billing import billed, epoch, uncovered_in_all
from .trends import Days, daily, trend

Row = Mapping[str, Any]
Figures = dict[str, Any]

#: Why a system has no figures whose host failed before the role could read it.
NOT_READ = "Its host was not reached."


def total(values: Iterable[Optional[float]]) -> float:
    """The sum of what is known."""
    return round(sum(value for value in values if value is not None), 2)


def share(part: Optional[float], whole: Optional[float]) -> Optional[float]:
    """A share in percent; None where it cannot be told."""
    return round(100 * part / whole, 1) if part is not None and whole else None


# One system


def system_figures(name: str, reads: Row, period: Row) -> Figures:
    """What is told of one system.

    ``reads`` holds what the info modules returned: ``clusters`` (with tiers), ``nodes``, ``tiers``, ``tenants`` (with
    nodes and storage), ``current``, ``summary`` over the period, and ``history`` by day.
    """
    current, summaries = ({row["tenant"]: row for row in reads[kind]} for kind in ("current", "summary"))
    days = {name: daily(rows) for name, rows in _by_tenant(reads["history"]).items()}
    names = Counter(row["name"] for row in reads["tenants"])
    tenants = [
        _tenant(row, current.get(row["name"]), billed(row, summaries.get(row["name"]), period), days, period)
        if names[row["name"]] == 1
        else _namesake(row)
        for row in reads["tenants"]
    ]
    own_nodes = [node for row in reads["tenants"] for node in row["nodes"]]
    clusters = [_cluster(row, reads["nodes"], own_nodes) for row in reads["clusters"]]
    tiers = [_tier(row, reads["clusters"], reads["tenants"]) for row in reads["tiers"]]
    return {
        "name": name,
        "error": None,
        "clusters": clusters,
        "tiers": tiers,
        "tenants": tenants,
        "trend": trend([own for tenant, own in days.items() if names[tenant] < 2]),
        "totals": _totals(clusters, tiers, tenants),
        "unreadable": [
            {"tenant": tenant["name"], "reason": problem, "text": f"Tenant {tenant['name']}: {problem}."}
            for tenant in tenants
            for problem in tenant["problems"]
        ],
        "warnings": _warnings(clusters, tiers, tenants, period) + _strays(reads["clusters"], own_nodes),
    }


def unreadable_system(name: str, reason: str) -> Figures:
    """A system that could not be read, in the shape of one that could."""
    lists: Figures = {key: [] for key in ("clusters", "tiers", "tenants", "unreadable", "warnings")}
    return {"name": name, "error": reason, **lists, "trend": None, "totals": None}


def _by_tenant(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["tenant"], []).append(row)
    return found


def _cluster(row: Row, nodes: Sequence[Row], tenant_nodes: Sequence[Row]) -> Figures:
    promised = [node for node in tenant_nodes if node["cluster"] == row["name"]]
    running = [node for node in nodes if node["cluster"] == row["name"] and node["running"]]
    serving = [node["vm_ram_gb"] for node in running if not node["maintenance"]]
    return {
        "name": row["name"],
        "status": row["status"],
        "state": row["state"],
        "nodes": row["total_nodes"],
        "online_nodes": row["online_nodes"],
        "maintenance": sorted(node["name"] for node in running if node["maintenance"]),
        "ram": {
            **_capacity(
                "online_gb", row["online_ram_gb"], row["used_ram_gb"], total(node["ram_gb"] for node in promised)
            ),
            "without_largest_node_gb": round(sum(serving) - max(serving), 2) if serving else None,
        },
        "cores": _capacity(
            "online", row["online_cores"], row["used_cores"], sum(node["cpu_cores"] for node in promised)
        ),
    }


def _capacity(key: str, there: float, used: float, promised: float) -> Figures:
    """What is there, what of it is used, and what tenants were promised; keys carry the unit that ``key`` does."""
    unit = "_gb" if key.endswith("_gb") else ""
    return {
        key: there,
        f"used{unit}": used,
        f"promised{unit}": promised,
        "used_percent": share(used, there),
        "promised_percent": share(promised, there),
    }


def _tier(row: Row, clusters: Sequence[Row], tenants: Sequence[Row]) -> Figures:
    parts = [tier for cluster in clusters for tier in cluster["tiers"] if tier["tier"] == row["tier"]]
    given = [
        store["provisioned_gb"] for tenant in tenants for store in tenant["storage"] if store["tier"] == row["tier"]
    ]
    return {
        "tier": row["tier"],
        "redundant": all(part["redundant"] for part in parts) if parts else None,
        **_capacity("capacity_gb", row["capacity_gb"], row["used_gb"], total(given)),
    }


def _tenant(row: Row, current: Optional[Row], p95: Optional[Row], days: Mapping[str, Days], period: Row) -> Figures:
    course = trend([days.get(row["name"], {})])
    nodes = row["nodes"] if row["nodes"] or not row["running"] else None
    return {
        **_identity(row, nodes),
        "ram_used_gb": current["ram_used_gb"] if current else None,
        "p95": p95,
        "p95_partial": bool(p95 and p95["missing"]),
        "trend": course,
        "problems": _problems(row, current, p95, course, period),
    }


def _namesake(row: Row) -> Figures:
    """A tenant whose name another one has: statistics are told by name, so neither's are known."""
    reason = "another tenant has the same name, so that their statistics cannot be told apart"
    unknown: Figures = {"ram_used_gb": None, "p95": None, "p95_partial": False, "trend": None}
    return {**_identity(row, row["nodes"]), **unknown, "problems": [reason]}


def _identity(row: Row, nodes: Optional[Sequence[Row]]) -> Figures:
    return {
        "name": row["name"],
        "uuid": row["uuid"],
        "status": row["status"],
        "state": row["state"],
        "isolated": row["isolated"],
        "created": row["created"],
        "nodes": None if nodes is None else len(nodes),
        "cores": None if nodes is None else sum(node["cpu_cores"] for node in nodes),
        "ram_gb": None if nodes is None else total(node["ram_gb"] for node in nodes),
        "tiers": [
            {
                "tier": store["tier"],
                "provisioned_gb": store["provisioned_gb"],
                "used_gb": store["used_gb"],
                "used_percent": share(store["used_gb"], store["provisioned_gb"]),
            }
            for store in row["storage"]
        ],
    }


def _problems(row: Row, current: Optional[Row], p95: Optional[Row], course: Optional[Row], period: Row) -> list[str]:
    found = []
    if row["running"] and not row["nodes"]:
        found.append("it runs, but its nodes cannot be read")
    if current is None:
        found.append("its statistics cannot be read")
    elif p95 is None and epoch(row["created"]) < epoch(period["end"]):
        found.append("it has no history in the billing period")
    elif p95 and course is None:
        found.append("its history has no day for which all is known")
    for tier in p95["tiers"] if p95 else ():
        if tier["provisioned_gb"] is None:
            found.append(f"its storage on tier {tier['tier']} is not known in the billing period")
    return found


def _warnings(clusters: Sequence[Row], tiers: Sequence[Row], tenants: Sequence[Row], period: Row) -> list[str]:
    found = uncovered_in_all([tenant["p95"] for tenant in tenants], period)
    for cluster in clusters:
        if cluster["online_nodes"] < cluster["nodes"]:
            found.append(
                f"Cluster {cluster['name']}: {cluster['online_nodes']} of {cluster['nodes']} nodes are online."
            )
        for node in cluster["maintenance"]:
            found.append(f"Cluster {cluster['name']}: node {node} is in maintenance.")
    found += [f"Tier {tier['tier']} is not redundant." for tier in tiers if tier["redundant"] is False]
    return found


def _strays(clusters: Sequence[Row], tenant_nodes: Sequence[Row]) -> list[str]:
    """Tenant nodes that no cluster accounts for."""
    names = {row["name"] for row in clusters}
    strays = sorted({f"{node['tenant']}/{node['name']}" for node in tenant_nodes if node["cluster"] not in names})
    return [f"No cluster of the system counts these tenant nodes: {', '.join(strays)}."] if strays else []


# Totals, and the whole


def _totals(clusters: Sequence[Row], tiers: Sequence[Row], tenants: Sequence[Row]) -> Figures:
    return {
        "tenants": len(tenants),
        "tenants_online": sum(tenant["status"] == "online" for tenant in tenants),
        "tenants_unreadable": sum(bool(tenant["problems"]) for tenant in tenants),
        "ram": _sum_up("online_gb", [cluster["ram"] for cluster in clusters]),
        "cores": _sum_up("online", [cluster["cores"] for cluster in clusters]),
        "storage": _sum_up("capacity_gb", tiers),
        "p95": _sum_billed([tenant["p95"] for tenant in tenants if tenant["p95"]]),
    }


def _sum_up(key: str, rows: Sequence[Row]) -> Figures:
    unit = "_gb" if key.endswith("_gb") else ""
    return _capacity(key, *(total(row[name] for row in rows) for name in (key, f"used{unit}", f"promised{unit}")))


def _sum_billed(rows: Sequence[Row]) -> Figures:
    """Sums of percentiles, and over how many tenants."""
    numbers = sorted({tier["tier"] for row in rows for tier in row["tiers"]})
    return {
        "tenants": total(row.get("tenants", 1) for row in rows),
        # Of them, those over a part of the period.
        "partial": total(row["partial"] if "partial" in row else bool(row["missing"]) for row in rows),
        "ram_allocated_gb": total(row["ram_allocated_gb"] for row in rows),
        "tiers": [
            {
                "tier": number,
                "provisioned_gb": total(
                    tier["provisioned_gb"] for row in rows for tier in row["tiers"] if tier["tier"] == number
                ),
            }
            for number in numbers
        ],
    }


def estate(figures: Mapping[str, Row], period: Row, now: str, previous: str = "") -> Figures:
    """The report of systems by name. ``generated`` is that of the previous one, JSON text, if nothing else differs."""
    systems = [found or unreadable_system(name, NOT_READ) for name, found in figures.items()]
    read = [system["totals"] for system in systems if not system["error"]]
    counts = ("tenants", "tenants_online", "tenants_unreadable")
    report = {
        "generated": now,
        "period": dict(period),
        "systems": systems,
        "totals": {
            "systems": len(systems),
            "systems_read": len(read),
            **{name: sum(totals[name] for totals in read) for name in counts},
            "ram": _sum_up("online_gb", [totals["ram"] for totals in read]),
            "cores": _sum_up("online", [totals["cores"] for totals in read]),
            "storage": _sum_up("capacity_gb", [totals["storage"] for totals in read]),
            "p95": _sum_billed([totals["p95"] for totals in read]),
        },
        "unreadable": [
            {"system": system["name"], "tenant": None, "reason": system["error"], "text": system["error"]}
            for system in systems
            if system["error"]
        ]
        + [{"system": system["name"], **found} for system in systems for found in system["unreadable"]],
    }
    return {**report, "generated": _date(report, previous)}


def _date(report: Row, previous: str) -> Any:
    """When what the report says was first found."""
    try:
        old = json.loads(previous)
        same = {**old, "generated": None} == {**report, "generated": None}
    except (TypeError, ValueError):
        return report["generated"]
    return old.get("generated", report["generated"]) if same else report["generated"]
