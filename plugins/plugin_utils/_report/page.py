# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate report as its page shows it: numbers as text, shares as widths of bars, series as points of lines.

All that the template is left with is to print it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Optional

from .billing import uncovered
from .words import UNKNOWN, day, exact, last_day, moment, number, percent, size

Row = Mapping[str, Any]
View = dict[str, Any]

#: The share of a capacity from which on its use is shown as high, and as critical: 30 % free is what the platform's
#: documentation asks for before a tier is scaled up, 90 % used is where it refuses incoming copies.
HIGH, CRITICAL = 70.0, 90.0
#: The box that lines are drawn in; the page stretches it.
WIDTH, HEIGHT = 240, 48


def page(report: Row) -> View:
    """The report, ready to print."""
    totals, period = report["totals"], report["period"]
    view = {
        "generated": moment(report["generated"]),
        "period": f"{day(period['begin'])} to {last_day(period['end'])}",
        "totals": _headline(totals),
        "unreadable": report["unreadable"],
        "systems": [_system(system, number) for number, system in enumerate(report["systems"], 1)],
    }
    shown: View = safe(view)
    return shown


def safe(value: Any) -> Any:
    """Every text made safe for HTML, here and nowhere else: Ansible's templates do not escape by themselves."""
    if isinstance(value, Mapping):
        return {key: safe(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [safe(one) for one in value]
    return escape(value) if isinstance(value, str) else value


def gauge(share: Optional[float], kind: str) -> View:
    """A share of a capacity as widths in percent: what lies within it, and what beyond.

    ``kind`` is what it shows: ``given``, ``used``, or ``filled``, which is graded.
    """
    value = share or 0.0
    scale = max(value, 100.0)
    within = min(value, 100.0)
    return {
        "text": percent(share),
        "within": round(100 * within / scale, 2),
        "beyond": round(100 * (value - within) / scale, 2),
        "level": _level(value) if kind == "filled" else kind,
    }


def _level(share: float) -> str:
    return "critical" if share >= CRITICAL else "high" if share >= HIGH else "used"


def points(values: Sequence[float], top: float) -> str:
    """A series as the points of a polyline in the box, from zero at the bottom to ``top``."""
    step = WIDTH / max(len(values) - 1, 1)
    drawn = [f"{index * step:.1f},{HEIGHT - HEIGHT * value / (top or 1):.1f}" for index, value in enumerate(values)]
    # A single point is a level line: a polyline of one point is not drawn.
    return " ".join(drawn if len(drawn) > 1 else [*drawn, f"{WIDTH},{drawn[0].partition(',')[2]}"])


def chart(title: str, days: Sequence[str], used: Sequence[float], given: Sequence[float], words: str) -> View:
    """Two lines over the same days: what is used, and what of it was given."""
    top = max([*used, *given]) or 1.0
    course = f"used {size(used[0])} at first and {size(used[-1])} at last"
    return {
        "title": title,
        "summary": f"{title}, {day(days[0])} to {day(days[-1])}: {course}, {words} {size(given[-1])}.",
        "used": points(used, top),
        "area": f"0,{HEIGHT} {points(used, top)} {WIDTH},{HEIGHT}",
        "given": points(given, top),
        "words": words,
        "top": size(top),
        "first": day(days[0]),
        "last": day(days[-1]),
        "now": size(used[-1]),
        "given_now": size(given[-1]),
    }


def _headline(totals: Row) -> list[View]:
    ram, storage, p95 = totals["ram"], totals["storage"], totals["p95"]
    missing = totals["systems"] - totals["systems_read"]
    billed = _whose(totals)
    return [
        {
            "title": "Systems",
            "value": number(totals["systems"]),
            "note": f"{missing} not read" if missing else "all read",
        },
        {"title": "Tenants", "value": number(totals["tenants"]), "note": f"{totals['tenants_online']:,} online"},
        {
            "title": "RAM promised",
            "value": size(ram["promised_gb"]),
            "note": f"{percent(ram['promised_percent'])} of {size(ram['online_gb'])} online",
        },
        {
            "title": "Storage used",
            "value": size(storage["used_gb"]),
            "note": f"{percent(storage['used_percent'])} of {size(storage['capacity_gb'])}",
        },
        {"title": "RAM to bill", "value": size(p95["ram_allocated_gb"]), "note": f"95th percentile, {billed}"},
        {
            "title": "Storage to bill",
            "value": size(sum(tier["provisioned_gb"] for tier in p95["tiers"])),
            "note": f"95th percentile, {billed}",
        },
    ]


def _system(system: Row, number_of_it: int) -> View:
    view: View = {"id": f"system-{number_of_it}", "name": system["name"], "error": system["error"]}
    if system["error"]:
        return view
    totals, trend = system["totals"], system["trend"]
    return {
        **view,
        "summary": f"{totals['tenants']:,} tenants, {totals['tenants_online']:,} online",
        "warnings": system["warnings"],
        "unreadable": system["unreadable"],
        "clusters": [_cluster(cluster) for cluster in system["clusters"]],
        "tiers": [_tier(tier) for tier in system["tiers"]],
        "charts": _charts(trend) if trend else [],
        "tenants": [_tenant(tenant) for tenant in system["tenants"]],
        "billed": _billed(totals["p95"]),
        "billed_tenants": _whose(totals),
    }


def _cluster(cluster: Row) -> View:
    ram, cores = cluster["ram"], cluster["cores"]
    return {
        "name": cluster["name"],
        "status": cluster["status"],
        "state": cluster["state"],
        "nodes": f"{cluster['online_nodes']} of {cluster['nodes']} nodes online",
        "groups": [
            {
                "title": "RAM",
                "there": f"{size(ram['online_gb'])} online",
                "bars": [
                    {"title": "Used", "size": size(ram["used_gb"]), **gauge(ram["used_percent"], "filled")},
                    {
                        "title": "Promised to tenants",
                        "size": size(ram["promised_gb"]),
                        **gauge(ram["promised_percent"], "given"),
                    },
                ],
            },
            {
                "title": "Cores",
                "there": f"{number(cores['online'])} online",
                "bars": [
                    {"title": "Used", "size": number(cores["used"]), **gauge(cores["used_percent"], "used")},
                    {
                        "title": "Promised to tenants",
                        "size": number(cores["promised"]),
                        **gauge(cores["promised_percent"], "given"),
                    },
                ],
            },
        ],
        "note": f"{size(ram['without_largest_node_gb'])} of RAM would remain without the largest node in service.",
    }


def _tier(tier: Row) -> View:
    redundant = {True: ("redundant", "online"), False: ("not redundant", "error"), None: ("", "")}[tier["redundant"]]
    return {
        "name": f"Tier {tier['tier']}",
        "status": redundant[0],
        "state": redundant[1],
        "groups": [
            {
                "title": "Storage",
                "there": f"{size(tier['capacity_gb'])} capacity",
                "bars": [
                    {"title": "Used", "size": size(tier["used_gb"]), **gauge(tier["used_percent"], "filled")},
                    {
                        "title": "Provisioned",
                        "size": size(tier["promised_gb"]),
                        **gauge(tier["promised_percent"], "given"),
                    },
                ],
            }
        ],
    }


def _charts(trend: Row) -> list[View]:
    days = trend["days"]
    ram = chart("RAM of tenants", days, trend["ram_used_gb"], trend["ram_allocated_gb"], "allocated")
    return [
        ram,
        *(
            chart(f"Tier {tier['tier']} of tenants", days, tier["used_gb"], tier["provisioned_gb"], "provisioned")
            for tier in trend["tiers"]
        ),
    ]


def _tenant(tenant: Row) -> View:
    trend, p95 = tenant["trend"], tenant["p95"]
    nodes, cores = tenant["nodes"], tenant["cores"]
    used = (
        None
        if tenant["ram_used_gb"] is None or not tenant["ram_gb"]
        else 100 * tenant["ram_used_gb"] / tenant["ram_gb"]
    )
    return {
        "name": tenant["name"],
        "status": tenant["status"],
        "state": tenant["state"],
        "isolated": tenant["isolated"],
        "nodes": UNKNOWN if nodes is None else f"{nodes} node{'' if nodes == 1 else 's'}",
        "cores": UNKNOWN if cores is None else f"{cores} core{'' if cores == 1 else 's'}",
        "ram": {"used": size(tenant["ram_used_gb"]), "given": size(tenant["ram_gb"]), **gauge(used, "used")},
        "tiers": [
            {
                "name": f"Tier {tier['tier']}",
                "used": size(tier["used_gb"]),
                "given": size(tier["provisioned_gb"]),
                **gauge(tier["used_percent"], "filled"),
            }
            for tier in tenant["tiers"]
        ],
        "lines": _lines(tenant["name"], trend) if trend else [],
        "billed": _billed(p95) if p95 else [],
        "created": p95 and p95["created"] and f"created {day(p95['created'])}",
        "partial": uncovered(p95, day) if p95 else [],
        "problems": tenant["problems"],
    }


def _lines(name: str, trend: Row) -> list[View]:
    """The two small lines of a tenant; the names of its tiers are in the table beside them."""
    days, tiers = trend["days"], trend["tiers"]
    lines = [chart(f"RAM of {name}", days, trend["ram_used_gb"], trend["ram_allocated_gb"], "allocated")]
    if tiers:
        used, given = (
            [sum(row) for row in zip(*(tier[key] for tier in tiers))] for key in ("used_gb", "provisioned_gb")
        )
        lines.append(chart(f"Storage of {name}", days, used, given, "provisioned"))
    return [{**line, "label": label} for line, label in zip(lines, ("RAM", "Storage"))]


def _whose(totals: Row) -> str:
    """Over how many tenants percentiles are summed up, of how many, and how many of them cover a part of the period."""
    p95 = totals["p95"]
    partial = f", {p95['partial']:,.0f} in part" if p95["partial"] else ""
    return f"{p95['tenants']:,.0f} of {totals['tenants']:,} tenants{partial}"


def _billed(p95: Row) -> list[View]:
    return [
        {"name": "RAM", "value": exact(p95["ram_allocated_gb"])},
        *({"name": f"Tier {tier['tier']}", "value": exact(tier["provisioned_gb"])} for tier in p95["tiers"]),
    ]
