# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report of all systems: with what stood before, sums, what needs attention, and lines for invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .billing import epoch, uncovered_in_all
from .figures import Figures, Row, Rows, capacity, total, unread, unreadable_system
from .invoice import invoice
from .kept import absent, by_name, gone_since, kept
from .prices import Prices

#: Why a system has no figures whose host failed before the role could read it.
NOT_READ = "Its host was not reached."
#: The form of the data. A report in another one is no report of before.
FORM = 2
_VERDICTS = ("red", "amber", "green")


def estate(
    figures: Mapping[str, Row], period: Row, now: str, prices: Sequence[Prices] = (), earlier: Sequence[Any] = ()
) -> Figures:
    """The report of systems by name.

    ``earlier`` are reports that stand already, the likeliest first. The first of the same period gives what was not
    read now, and ``generated`` if nothing else differs; the first of a period before names tenants that are gone.
    """
    usable = [one for one in earlier if isinstance(one, Mapping) and one.get("form") == FORM]
    same = next((one for one in usable if one["period"] == period), None)
    before = next((one for one in usable if one["period"]["begin"] < period["begin"]), None)
    old = by_name(same["systems"]) if same else {}
    systems: list[Figures] = []
    for name, found in figures.items():
        system = dict(found or unreadable_system(name, NOT_READ))
        if same and name in old:
            system = kept(system, old[name], same["generated"])
        if before and name in by_name(before["systems"]):
            gone = gone_since(system, by_name(before["systems"])[name], before["generated"], period)
            system = {**system, "gone": [*system["gone"], *gone]}
        systems.append(system)
    systems += [absent(system, same["generated"]) for name, system in old.items() if same and name not in figures]
    systems = [_summed(system, period) for system in systems]
    report = {
        "form": FORM,
        "generated": now,
        "period": dict(period),
        "verdict": _worst([system["verdict"] for system in systems]),
        "systems": systems,
        "totals": _whole(systems),
        "unreadable": [{"system": system["name"], **found} for system in systems for found in system["unreadable"]],
        "invoice": invoice(systems, prices, period, now),
    }
    if same and {**same, "generated": None} == {**report, "generated": None}:
        report["generated"] = same["generated"]
    return report


def _worst(verdicts: Sequence[Any]) -> Any:
    return next((verdict for verdict in _VERDICTS if verdict in verdicts), None)


def _summed(system: Figures, period: Row) -> Figures:
    """A system with its sums, with what could not be read, and with what to know about the figures."""
    return {
        **system,
        "totals": _totals(system)
        if any(system[part] is not None for part in ("clusters", "tiers", "tenants"))
        else None,
        # Problems of tenants that were read before were told then.
        "unreadable": unread({**system, "tenants": None if "tenants" in system["old"] else system["tenants"]}),
        "warnings": _warnings(system, period) + system["strays"],
    }


def _warnings(system: Row, period: Row) -> list[str]:
    found = uncovered_in_all([tenant["p95"] for tenant in system["tenants"] or ()], period)
    for cluster in system["clusters"] or ():
        if cluster["online_nodes"] < cluster["nodes"]:
            found.append(
                f"Cluster {cluster['name']}: {cluster['online_nodes']} of {cluster['nodes']} nodes are online."
            )
        for node in cluster["maintenance"] or ():
            found.append(f"Cluster {cluster['name']}: node {node} is in maintenance.")
    for tier in system["tiers"] or ():
        if tier["redundant"] is False:
            found.append(f"Tier {tier['tier']} is not redundant.")
    return found


def _totals(system: Row) -> Figures:
    clusters, tiers, tenants = (system[part] or () for part in ("clusters", "tiers", "tenants"))
    billed = [tenant["p95"] for tenant in (*tenants, *system["gone"]) if tenant["p95"]]
    return {
        "tenants": len(tenants),
        "tenants_online": sum(tenant["status"] == "online" for tenant in tenants),
        "tenants_unreadable": sum(bool(tenant["problems"]) for tenant in tenants),
        "tenants_gone": len(system["gone"]),
        "ram": _sum_up("online_gb", [cluster["ram"] for cluster in clusters]),
        "cores": _sum_up("online", [cluster["cores"] for cluster in clusters]),
        "storage": _sum_up("capacity_gb", tiers),
        "p95": _sum_billed(billed),
    }


def _whole(systems: Rows) -> Figures:
    read = [system["totals"] for system in systems if system["totals"]]
    counts = ("tenants", "tenants_online", "tenants_unreadable", "tenants_gone")
    attention = [problem for system in systems for problem in system["attention"] or ()]
    return {
        "systems": len(systems),
        "systems_read": sum(not system["error"] for system in systems),
        **{name: sum(totals[name] for totals in read) for name in counts},
        **{level: sum(problem["level"] == level for problem in attention) for level in ("red", "amber")},
        "ram": _sum_up("online_gb", [totals["ram"] for totals in read]),
        "cores": _sum_up("online", [totals["cores"] for totals in read]),
        "storage": _sum_up("capacity_gb", [totals["storage"] for totals in read]),
        "p95": _sum_billed([totals["p95"] for totals in read]),
    }


def _sum_up(key: str, rows: Rows) -> Figures:
    unit = "_gb" if key.endswith("_gb") else ""
    return capacity(key, *(total(row[name] for row in rows) for name in (key, f"used{unit}", f"promised{unit}")))


def _sum_billed(rows: Rows) -> Figures:
    """Sums of percentiles, and over how many tenants."""
    numbers = sorted({tier["tier"] for row in rows for tier in row["tiers"]})
    return {
        "tenants": sum(row.get("tenants", 1) for row in rows),
        # Of them, those over a part of the period.
        "partial": sum(row["partial"] if "partial" in row else bool(row["missing"]) for row in rows),
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


def summary(report: Row) -> Figures:
    """The report in a few figures, for ``set_stats`` and a line at the end."""
    totals, bill = report["totals"], report["invoice"]
    names = ("systems", "systems_read", "tenants", "tenants_online", "tenants_gone", "red", "amber")
    return {
        "period": report["period"],
        "verdict": report["verdict"],
        **{name: totals[name] for name in names},
        "not_read": len(report["unreadable"]),
        "amounts": bill["amounts"] if bill else {},
    }


def line(report: Row) -> str:
    """The same as a sentence."""
    told = summary(report)
    attention = f"{told['red']} red and {told['amber']} amber problems" if told["red"] + told["amber"] else "no problem"
    amounts = ", ".join(f"{currency} {amount}" for currency, amount in told["amounts"].items())
    parts = [
        f"{told['systems_read']} of {told['systems']} systems read",
        f"{told['tenants']} tenants, {told['tenants_online']} online",
        attention if told["verdict"] else "health not read",
        f"{told['not_read']} not read" if told["not_read"] else "",
        f"{amounts} to bill" if amounts else "",
    ]
    return "; ".join(part for part in parts if part)


def newer(report: Row, other: Any) -> bool:
    """Whether a report is of a period that does not end before that of another one."""
    if not isinstance(other, Mapping) or "period" not in other:
        return True
    return epoch(report["period"]["end"]) >= epoch(other["period"]["end"])
