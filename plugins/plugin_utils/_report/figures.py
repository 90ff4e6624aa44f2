# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The figures of one system: capacity, tenants, trends, what to bill, and what needs attention.

Sizes are GiB, times ISO 8601 in UTC. What is not known is None, and named; it is never counted as zero.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Optional

from .billing import billed, born, epoch
from .trends import forecast, trend

Row = Mapping[str, Any]
Rows = Sequence[Row]
Figures = dict[str, Any]

#: What is read of a system, each part by itself, and the key of a module's result that holds it.
PARTS = {
    "clusters": "clusters",
    "nodes": "nodes",
    "tiers": "tiers",
    "tenants": "tenants",
    "statistics": "summary",
    "health": "problems",
}
#: Why a part was not read whose task gives no reason.
_NO_REASON = "It could not be read."


def total(values: Iterable[Optional[float]]) -> float:
    """The sum of what is known."""
    return round(sum(value for value in values if value is not None), 2)


def share(part: Optional[float], whole: Optional[float]) -> Optional[float]:
    """A share in percent; None where it cannot be told."""
    return round(100 * part / whole, 1) if part is not None and whole else None


def system_figures(name: str, reads: Row, period: Row) -> Figures:
    """The figures of one system.

    ``reads`` holds what the info modules returned, by the parts in ``PARTS``; a part without its rows was not read, and
    what it would have told is None. Without any, ``error`` says why.
    """
    not_read = [
        {"part": part, "reason": (reads.get(part) or {}).get("msg") or _NO_REASON}
        for part, key in PARTS.items()
        if key not in (reads.get(part) or {})
    ]
    if len(not_read) == len(PARTS):
        return unreadable_system(name, not_read[0]["reason"])
    clusters, nodes, tiers, tenants = (_rows(reads, part) for part in ("clusters", "nodes", "tiers", "tenants"))
    statistics = None if _rows(reads, "statistics") is None else _by_tenant(reads["statistics"])
    names = Counter(row["name"] for row in tenants or ())
    courses = {tenant: row for tenant, row in statistics["series"].items() if names[tenant] < 2} if statistics else {}
    whole = trend((course, 1.0) for course in courses.values())
    health = {} if _rows(reads, "health") is None else reads["health"]
    figures = {
        "name": name,
        "error": None,
        "not_read": not_read,
        "old": {},
        "verdict": health.get("verdict"),
        "attention": [dict(problem) for problem in health["problems"]] if health else None,
        "unknown_checks": sorted(check for check, found in health.get("checks", {}).items() if found == "unknown"),
        "clusters": _each(clusters, lambda row: _cluster(row, nodes, tenants, courses)),
        "tiers": _each(tiers, lambda row: _tier(row, clusters, tenants, whole)),
        "tenants": _each(tenants, lambda row: _tenant(row, statistics, names[row["name"]], period)),
        "gone": [],
        "trend": whole,
        "strays": _strays(clusters, tenants),
    }
    return {**figures, "unreadable": unread(figures)}


def unreadable_system(name: str, reason: str) -> Figures:
    """A system that could not be read, in the shape of one that could."""
    nothing = dict.fromkeys(("verdict", "attention", "clusters", "tiers", "tenants", "trend"))
    lists: Figures = {key: [] for key in ("not_read", "unknown_checks", "gone", "strays")}
    figures = {"name": name, "error": reason, "old": {}, **nothing, **lists}
    return {**figures, "unreadable": unread(figures)}


def unread(system: Row) -> list[Figures]:
    """What could not be read of a system: all of it, parts, or tenants, each with its reason and as a sentence."""
    whole = [{"tenant": None, "reason": system["error"], "text": system["error"]}] if system["error"] else []
    parts = [f"{found['part']}: {found['reason']}" for found in system["not_read"]]
    return [
        *whole,
        *({"tenant": None, "reason": part, "text": part} for part in parts),
        *(
            {"tenant": tenant["name"], "reason": problem, "text": f"Tenant {tenant['name']}: {problem}."}
            for tenant in system["tenants"] or ()
            for problem in tenant["problems"]
        ),
    ]


def _rows(reads: Row, part: str) -> Optional[Rows]:
    rows: Optional[Rows] = (reads.get(part) or {}).get(PARTS[part])
    return rows


def _each(rows: Optional[Rows], figures: Callable[[Row], Figures]) -> Optional[list[Figures]]:
    return None if rows is None else [figures(row) for row in rows]


def _by_tenant(statistics: Row) -> dict[str, dict[str, Row]]:
    return {kind: {row["tenant"]: row for row in statistics[kind]} for kind in ("current", "summary", "series")}


# Capacity


def _cluster(row: Row, nodes: Optional[Rows], tenants: Optional[Rows], courses: Mapping[str, Row]) -> Figures:
    own = [node for tenant in tenants or () for node in tenant["nodes"] if node["cluster"] == row["name"]]
    running = [node for node in nodes or () if node["cluster"] == row["name"] and node["running"]]
    serving = [node["vm_ram_gb"] for node in running if not node["maintenance"]]
    course = trend(
        (courses[tenant["name"]], _part_on(tenant, row["name"]))
        for tenant in tenants or ()
        if tenant["name"] in courses
    )
    ram = None if tenants is None else total(node["ram_gb"] for node in own)
    cores = None if tenants is None else sum(node["cpu_cores"] for node in own)
    return {
        "name": row["name"],
        "status": row["status"],
        "state": row["state"],
        "nodes": row["total_nodes"],
        "online_nodes": row["online_nodes"],
        "maintenance": None if nodes is None else sorted(node["name"] for node in running if node["maintenance"]),
        "ram": {
            **capacity("online_gb", row["online_ram_gb"], row["used_ram_gb"], ram),
            "without_largest_node_gb": round(sum(serving) - max(serving), 2) if serving else None,
            "forecast": forecast(course["days"], course["ram_allocated_gb"], row["used_ram_gb"], row["online_ram_gb"])
            if course
            else None,
        },
        "cores": capacity("online", row["online_cores"], row["used_cores"], cores),
    }


def _part_on(tenant: Row, cluster: str) -> float:
    """Which share of a tenant's memory is on a cluster now."""
    whole = total(node["ram_gb"] for node in tenant["nodes"])
    return total(node["ram_gb"] for node in tenant["nodes"] if node["cluster"] == cluster) / whole if whole else 0.0


def capacity(key: str, there: Optional[float], used: Optional[float], promised: Optional[float]) -> Figures:
    """What is there, what of it is used, and what tenants were promised; keys carry the unit that ``key`` does."""
    unit = "_gb" if key.endswith("_gb") else ""
    return {
        key: there,
        f"used{unit}": used,
        f"promised{unit}": promised,
        "used_percent": share(used, there),
        "promised_percent": share(promised, there),
    }


def _tier(row: Row, clusters: Optional[Rows], tenants: Optional[Rows], whole: Optional[Row]) -> Figures:
    number = row["tier"]
    parts = [tier for cluster in clusters or () for tier in cluster["tiers"] if tier["tier"] == number]
    stores = [store for tenant in tenants or () for store in tenant["storage"] if store["tier"] == number]
    given = None if tenants is None else total(store["provisioned_gb"] for store in stores)
    course = next((tier for tier in whole["tiers"] if tier["tier"] == number), None) if whole else None
    return {
        "tier": number,
        "redundant": all(part["redundant"] for part in parts) if parts else None,
        **capacity("capacity_gb", row["capacity_gb"], row["used_gb"], given),
        "forecast": forecast(whole["days"], course["used_gb"], row["used_gb"], row["capacity_gb"])
        if whole and course
        else None,
    }


# Tenants


def _tenant(row: Row, statistics: Optional[Mapping[str, Row]], namesakes: int, period: Row) -> Figures:
    nodes = row["nodes"] if row["nodes"] or not row["running"] else None
    if namesakes > 1:
        reason = "another tenant has the same name, so that their statistics cannot be told apart"
        unknown: Figures = {"ram_used_gb": None, "p95": None, "p95_partial": False, "trend": None, "old": {}}
        return {**_identity(row, row["nodes"]), **unknown, "problems": [reason]}
    kinds = ("current", "summary", "series")
    current, summary, series = (statistics[kind].get(row["name"]) if statistics else None for kind in kinds)
    p95 = billed(row, summary, period)
    course = {name: series[name] for name in series if name != "tenant"} if series and series["days"] else None
    return {
        **_identity(row, nodes),
        "ram_used_gb": current["ram_used_gb"] if current else None,
        "p95": p95,
        "p95_partial": bool(p95 and p95["missing"]),
        "trend": course,
        "old": {},
        "problems": _problems(row, current, p95, course, period) if statistics else _blind(row),
    }


def _identity(row: Row, nodes: Optional[Rows]) -> Figures:
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


def _blind(row: Row) -> list[str]:
    return ["it runs, but its nodes cannot be read"] if row["running"] and not row["nodes"] else []


def _problems(row: Row, current: Optional[Row], p95: Optional[Row], course: Optional[Row], period: Row) -> list[str]:
    found = _blind(row)
    if current is None:
        found.append("its statistics cannot be read")
    elif p95 is None and born(row) < epoch(period["end"]):
        found.append("it has no history in the billing period")
    elif p95 and course is None:
        found.append("its history has no day for which all is known")
    for tier in p95["tiers"] if p95 else ():
        if tier["provisioned_gb"] is None:
            found.append(f"its storage on tier {tier['tier']} is not known in the billing period")
    return found


def _strays(clusters: Optional[Rows], tenants: Optional[Rows]) -> list[str]:
    """Tenant nodes that no cluster accounts for."""
    if clusters is None or tenants is None:
        return []
    names = {row["name"] for row in clusters}
    nodes = [node for tenant in tenants for node in tenant["nodes"]]
    strays = sorted({f"{node['tenant']}/{node['name']}" for node in nodes if node["cluster"] not in names})
    return [f"No cluster of the system counts these tenant nodes: {', '.join(strays)}."] if strays else []
