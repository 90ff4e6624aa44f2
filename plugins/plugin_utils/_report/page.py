# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate report as its page shows it: numbers as text, shares as widths of bars, series as points of lines.

All that the templates are left with is to print it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Optional

from .billing import all_tenants, uncovered
from .invoice import sums
from .shapes import View, chart, gauge
from .words import UNKNOWN, day, exact, last_day, moment, money, number, percent, size

Row = Mapping[str, Any]

#: For how many tenants their courses are drawn on the page of all; a page of more would be too large to open.
MOST_DRAWN = 500
_LEVELS = {"red": "error", "amber": "warning", "green": "online"}
_WORDS = {"red": "urgent", "amber": "look at", "green": "healthy"}
_SURE = {
    "high": "the days lie close to a line",
    "fair": "the days lie around a line",
    "low": "too few or too uneven days for more than a guess",
}
_OF_A_TENANT = {
    **{"nodes": "nodes", "cores": "cores", "ram_gb": "memory", "ram_used_gb": "memory in use", "trend": "course"},
    "p95": "percentiles",
}


def page(report: Row, own_pages: Mapping[str, str]) -> View:
    """The report, ready to print. ``own_pages`` are the paths of tenants' own pages, by uuid."""
    systems = [_system(system, index) for index, system in enumerate(report["systems"], 1)]
    bill = report["invoice"]
    return {
        **_head(report),
        "verdict": _verdict(report),
        "attention": _attention(report["systems"]),
        "totals": _headline(report["totals"], bill),
        "unreadable": report["unreadable"],
        "old": _old(report["systems"]),
        "systems": systems,
        "many": len(systems) > 1,
        "bill": bill and _bill(bill),
        "gone": [
            {"system": system["name"], "name": row["name"], "seen": moment(row["last_seen"])}
            for system in report["systems"]
            for row in system["gone"]
        ],
        "count": _count(report),
        # One after the other: thousands of them are large.
        "tenants": _tenants(report, own_pages),
    }


def tenant_page(report: Row, system: Row, tenant: Row) -> View:
    """What a customer is sent: one tenant, and nothing of the system that it is on."""
    lines = [line for line in (report["invoice"] or {"lines": ()})["lines"] if _is_of(line, system, tenant)]
    return {**_head(report), "tenant": _tenant(system, tenant, "tenant", lines, None)}


def _is_of(line: Row, system: Row, tenant: Row) -> bool:
    return bool(line["system"] == system["name"] and line["uuid"] == tenant["uuid"])


def _head(report: Row) -> View:
    period = report["period"]
    return {
        "generated": moment(report["generated"]),
        "period": f"{day(period['begin'])} to {last_day(period['end'])}",
    }


def _verdict(report: Row) -> View:
    totals = report["totals"]
    words = {
        "red": f"{number(totals['red'] + totals['amber'])} to look at, {number(totals['red'])} of them urgent",
        "amber": f"{number(totals['amber'])} to look at, none of them urgent",
        "green": "Nothing needs attention",
    }
    unjudged = [system["name"] for system in report["systems"] if system["attention"] is None]
    return {
        "state": _LEVELS.get(report["verdict"], "offline"),
        "text": words.get(report["verdict"], "The health of no system is known"),
        "unjudged": [f"The health of {name} is not known." for name in unjudged]
        + [
            f"{system['name']} is of a release, or shows its login too little, to be judged by: "
            f"{', '.join(system['unknown_checks'])}."
            for system in report["systems"]
            if system["unknown_checks"]
        ],
    }


def _attention(systems: Sequence[Row]) -> list[View]:
    found = [
        {
            "system": system["name"],
            "state": _LEVELS[problem["level"]],
            "level": _WORDS[problem["level"]],
            "kind": problem["kind"],
            "object": problem["object"],
            "sentence": problem["sentence"],
            # A node of a tenant is tenant/node.
            "named": all(part in problem["sentence"] for part in str(problem["object"]).split("/")),
            "since": problem["since"] and moment(problem["since"]),
            "old": system["old"].get("attention") and moment(system["old"]["attention"]),
        }
        for system in systems
        for problem in system["attention"] or ()
    ]
    return sorted(found, key=lambda problem: str(problem["level"]) != "urgent")


def _headline(totals: Row, bill: Optional[Row]) -> list[View]:
    ram, storage, p95 = totals["ram"], totals["storage"], totals["p95"]
    missing = totals["systems"] - totals["systems_read"]
    tiers = ", ".join(f"tier {tier['tier']} {size(tier['provisioned_gb'])}" for tier in p95["tiers"])
    figures = [
        {
            "title": "Systems",
            "value": number(totals["systems"]),
            "note": f"{missing} not read" if missing else "all read",
        },
        {"title": "Tenants", "value": number(totals["tenants"]), "note": f"{totals['tenants_online']:,} online"},
        {
            "title": "RAM given to tenants",
            "value": size(ram["promised_gb"]),
            "note": f"{percent(ram['promised_percent'])} of {size(ram['online_gb'])} online",
        },
        {
            "title": "Storage written",
            "value": size(storage["used_gb"]),
            "note": f"{percent(storage['used_percent'])} of {size(storage['capacity_gb'])}",
        },
        {"title": "RAM to bill", "value": size(p95["ram_allocated_gb"]), "note": _whose(totals)},
    ]
    if bill:
        figures.append({"title": "To bill", "value": _amounts(bill["amounts"]), "note": f"storage: {tiers or 'none'}"})
    else:
        figures.append({"title": "Storage to bill", "value": f"{len(p95['tiers'])} tiers", "note": tiers or "none"})
    return figures


def _amounts(amounts: Row) -> str:
    return ", ".join(money(currency, amount) for currency, amount in amounts.items()) or "nothing"


def _old(systems: Sequence[Row]) -> list[str]:
    names = {"attention": "health", "trend": "course"}
    return [
        f"{system['name']}: {names.get(part, part)} as of {moment(date)}."
        for system in systems
        for part, date in system["old"].items()
    ]


# Systems


def _system(system: Row, index: int) -> View:
    totals, trend = system["totals"], system["trend"]
    view: View = {"id": f"system-{index}", "name": system["name"], "error": system["error"], "shown": bool(totals)}
    if not totals:
        return view
    return {
        **view,
        "state": _LEVELS.get(system["verdict"], "offline"),
        "verdict": _WORDS.get(system["verdict"], "not judged"),
        "summary": f"{totals['tenants']:,} tenants, {totals['tenants_online']:,} online",
        "warnings": system["warnings"],
        "clusters": [_cluster(cluster) for cluster in system["clusters"] or ()],
        "tiers": [_tier(tier) for tier in system["tiers"] or ()],
        "charts": _charts(trend, " of tenants") if trend else [],
        "billed": _billed(totals["p95"]),
        "billed_tenants": _whose(totals),
    }


def _cluster(cluster: Row) -> View:
    ram, cores = cluster["ram"], cluster["cores"]
    remains = ram["without_largest_node_gb"]
    notes = [f"{size(remains)} of RAM would remain without the largest node in service."] if remains is not None else []
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
                    {
                        "title": "Taken by what runs",
                        "size": size(ram["used_gb"]),
                        **gauge(ram["used_percent"], "filled"),
                    },
                    {
                        "title": "Given to tenants",
                        "size": size(ram["promised_gb"]),
                        **gauge(ram["promised_percent"], "given"),
                    },
                ],
            },
            {
                "title": "Cores",
                "there": f"{number(cores['online'])} online",
                "bars": [
                    {
                        "title": "Taken by what runs",
                        "size": number(cores["used"]),
                        **gauge(cores["used_percent"], "used"),
                    },
                    {
                        "title": "Given to tenants",
                        "size": number(cores["promised"]),
                        **gauge(cores["promised_percent"], "given"),
                    },
                ],
            },
        ],
        "ahead": _ahead(ram["forecast"], "RAM is taken"),
        "notes": notes,
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
                    {"title": "Written", "size": size(tier["used_gb"]), **gauge(tier["used_percent"], "filled")},
                    {
                        "title": "Given to tenants",
                        "size": size(tier["promised_gb"]),
                        **gauge(tier["promised_percent"], "given"),
                    },
                ],
            }
        ],
        "ahead": _ahead(tier["forecast"], "It is full"),
        "notes": [],
    }


def _ahead(line: Optional[Row], what: str) -> Optional[View]:
    """When a capacity is full, and how sure that is."""
    if line is None:
        return None
    pace = f"{line['per_day_gb']:+,.1f} GiB a day over {line['days']} days"
    if line["full_on"] is None:
        return {"text": "No end within three years", "sure": pace, "level": "quiet"}
    between = [day(line[name]) for name in ("earliest", "latest") if line[name]]
    span = f" (between {' and '.join(between)})" if len(set(between)) == 2 else ""
    text = f"{what} about {day(line['full_on'])}"
    return {"text": text + span, "sure": f"{pace}; {_SURE[line['sure']]}", "level": line["sure"]}


def _charts(trend: Row, whose: str = "") -> list[View]:
    days = trend["days"]
    ram = chart(f"RAM{whose}", days, trend["ram_used_gb"], trend["ram_allocated_gb"], ("in use", "allocated"))
    return [
        ram,
        *(
            chart(f"Tier {tier['tier']}{whose}", days, tier["used_gb"], tier["provisioned_gb"], ("written", "given"))
            for tier in trend["tiers"]
        ),
    ]


# Tenants


def _count(report: Row) -> int:
    return sum(len(system["tenants"] or ()) + len(system["gone"]) for system in report["systems"])


def _tenants(report: Row, own_pages: Mapping[str, str]) -> Iterable[View]:
    lines: dict[tuple[str, str], list[Row]] = {}
    for line in (report["invoice"] or {"lines": ()})["lines"]:
        lines.setdefault((line["system"], line["uuid"]), []).append(line)
    count, drawn = 0, _count(report) <= MOST_DRAWN
    for system in report["systems"]:
        # An alarm names the tenant of a node before a slash.
        ailing = {str(problem["object"]).partition("/")[0] for problem in system["attention"] or ()}
        for tenant in all_tenants(system):
            count += 1
            own = lines.get((system["name"], tenant["uuid"]), [])
            view = _tenant(system, tenant, f"tenant-{count}", own, own_pages.get(tenant["uuid"]))
            flagged = bool(tenant["name"] in ailing or tenant["problems"] or tenant["state"] in ("error", "warning"))
            yield {**view, "attention": flagged, "charts": view["charts"] if drawn else [], "drawn": drawn}


def _tenant(system: Row, tenant: Row, anchor: str, lines: Sequence[Row], own_page: Optional[str]) -> View:
    trend, p95 = tenant["trend"], tenant["p95"]
    nodes, cores = tenant["nodes"], tenant["cores"]
    ram_share = 100 * tenant["ram_used_gb"] / tenant["ram_gb"] if tenant["ram_gb"] and tenant["ram_used_gb"] else None
    written, given = (sum(tier[name] or 0 for tier in tenant["tiers"]) for name in ("used_gb", "provisioned_gb"))
    filled = 100 * written / given if given else None
    amounts = sums(lines)
    return {
        "id": anchor,
        "name": tenant["name"],
        "system": system["name"],
        "status": tenant["status"],
        "state": tenant["state"],
        "isolated": tenant["isolated"],
        "own_page": own_page,
        "nodes": UNKNOWN if nodes is None else f"{nodes} node{'' if nodes == 1 else 's'}",
        "cores": UNKNOWN if cores is None else f"{cores} core{'' if cores == 1 else 's'}",
        "ram": {"used": size(tenant["ram_used_gb"]), "given": size(tenant["ram_gb"]), **gauge(ram_share, "used")},
        "storage": {"used": size(written), "given": size(given), **gauge(filled, "filled")},
        "tiers": [
            {
                "name": f"Tier {tier['tier']}",
                "used": size(tier["used_gb"]),
                "given": size(tier["provisioned_gb"]),
                **gauge(tier["used_percent"], "filled"),
            }
            for tier in tenant["tiers"]
        ],
        # What the rows are sorted by.
        "sort": {
            "ram": round(tenant["ram_gb"] or 0, 2),
            "storage": round(given, 2),
            "filled": round(filled or 0, 1),
            "amount": max((float(amount) for amount in amounts.values()), default=0.0),
        },
        "charts": _charts(trend) if trend else [],
        "drawn": True,
        "billed": _billed(p95) if p95 else [],
        "amounts": _amounts(amounts) if lines else None,
        "lines": [_line(line) for line in lines],
        "created": p95 and p95["created"] and f"created {day(p95['created'])}",
        "partial": uncovered(p95, day) if p95 else [],
        "seen": tenant.get("last_seen") and moment(tenant["last_seen"]),
        "old": [
            f"{_OF_A_TENANT[name]} as of {moment(at)}" for name, at in tenant["old"].items() if name in _OF_A_TENANT
        ],
        "problems": tenant["problems"],
    }


def _line(line: Row) -> View:
    return {
        **line,
        "period": f"{moment(line['from'])} to {moment(line['to'])}",
        "sum": f"{line['quantity']} {line['unit']} × {money(line['currency'], line['unit_price'])}"
        + ("" if line["months"] == "1" else f" × {line['months']} months"),
        # What the history covers is told once.
        "note": line["note"] if line["note"].startswith("gone") else "",
        "amount": money(line["currency"], line["amount"]),
    }


def _bill(bill: Row) -> View:
    return {"amounts": _amounts(bill["amounts"]), "tenants": len(bill["tenants"]), "unbilled": bill["unbilled"]}


def _whose(totals: Row) -> str:
    """Over how many tenants percentiles are summed up, of how many, and how many of them cover a part of the period."""
    p95, gone = totals["p95"], totals["tenants_gone"]
    partial = f", {p95['partial']:,.0f} in part" if p95["partial"] else ""
    return f"95th percentile, {p95['tenants']:,.0f} of {totals['tenants'] + gone:,} tenants{partial}"


def _billed(p95: Row) -> list[View]:
    return [
        {"name": "RAM", "value": exact(p95["ram_allocated_gb"])},
        *({"name": f"Tier {tier['tier']}", "value": exact(tier["provisioned_gb"])} for tier in p95["tiers"]),
    ]
