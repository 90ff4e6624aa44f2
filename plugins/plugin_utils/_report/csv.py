# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate report as CSV: a table of what is there, one of tenants with what to bill, one of lines for invoices."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from .billing import all_tenants, uncovered

Row = Mapping[str, Any]
Cells = Sequence[Any]

CAPACITY = (
    "system",
    "kind",
    "name",
    "resource",
    "unit",
    "there",
    "used",
    "promised",
    "used_percent",
    "promised_percent",
)
TENANTS = (
    *("system", "tenant", "uuid", "status", "resource", "unit", "allocated", "used"),
    *("p95", "p95_points", "p95_from", "p95_to", "note"),
)
LINES = (
    *("system", "tenant", "uuid", "resource", "unit", "quantity", "from", "to", "hours", "months"),
    *("unit_price", "currency", "amount", "note"),
)
#: What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def capacity_csv(report: Row) -> str:
    """Clusters and tiers, one line for each resource. A system that could not be read is a line with its reason."""
    return csv_text((*CAPACITY, "note"), (cells for system in report["systems"] for cells in _capacity(system)))


def tenants_csv(report: Row) -> str:
    """Tenants, one line for memory and one for each tier. What is not known is empty, and the note says why."""
    return csv_text(TENANTS, (cells for system in report["systems"] for cells in _tenants(system)))


def lines_csv(report: Row) -> str:
    """The lines of the invoices; who is not billed is a line without an amount, and the note says why."""
    bill = report["invoice"] or {"lines": (), "unbilled": ()}
    rows = [[line[name] for name in LINES] for line in bill["lines"]]
    for found in bill["unbilled"]:
        rows.append([found["system"], found["tenant"], found["uuid"], *[""] * (len(LINES) - 4), found["reason"]])
    return csv_text(LINES, rows)


def csv_text(head: Cells, rows: Iterable[Cells]) -> str:
    """A table as CSV that a spreadsheet takes as data, whatever is in it."""
    told = io.StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return told.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _capacity(system: Row) -> Iterator[Cells]:
    name = system["name"]
    if system["error"]:
        yield (name, *[""] * (len(CAPACITY) - 1), system["error"])
    for cluster in system["clusters"] or ():
        ram, cores = cluster["ram"], cluster["cores"]
        yield (name, "cluster", cluster["name"], "RAM", "GiB", ram["online_gb"], *_use(ram, "_gb"), "")
        yield (name, "cluster", cluster["name"], "cores", "cores", cores["online"], *_use(cores, ""), "")
    for tier in system["tiers"] or ():
        note = "not redundant" if tier["redundant"] is False else ""
        yield (name, "tier", tier["tier"], "storage", "GiB", tier["capacity_gb"], *_use(tier, "_gb"), note)


def _use(row: Row, unit: str) -> Cells:
    return row[f"used{unit}"], row[f"promised{unit}"], row["used_percent"], row["promised_percent"]


def _tenants(system: Row) -> Iterator[Cells]:
    if system["error"]:
        yield (system["name"], *[""] * (len(TENANTS) - 2), system["error"])
    for tenant in all_tenants(system):
        who = (system["name"], tenant["name"], tenant["uuid"], tenant["status"])
        p95 = tenant["p95"] or {"ram_allocated_gb": None, "points": None, "from": None, "to": None, "tiers": []}
        window = (p95["points"], p95["from"], p95["to"], _note(tenant))
        yield (*who, "RAM", "GiB", tenant["ram_gb"], tenant["ram_used_gb"], p95["ram_allocated_gb"], *window)
        now = {tier["tier"]: (tier["provisioned_gb"], tier["used_gb"]) for tier in tenant["tiers"]}
        billed = {tier["tier"]: tier["provisioned_gb"] for tier in p95["tiers"]}
        for number in sorted({*now, *billed}):
            # A tier that is billed and no longer there has nothing now; one that was never measured is not known.
            size = now.get(number, (0, 0))
            percentile = billed.get(number, 0 if tenant["p95"] else None)
            yield (*who, f"tier {number}", "GiB", *size, percentile, *window)


def _note(tenant: Row) -> str:
    p95 = tenant["p95"]
    created = [f"created in the period, on {p95['created']}"] if p95 and p95["created"] else []
    gone = [f"gone, last seen {tenant['last_seen']}"] if "last_seen" in tenant else []
    old = [f"as of {tenant['old'][name]}: {name}" for name in tenant["old"] if name != "p95_partial"]
    partial = [f"covers a part of the period: {', '.join(uncovered(p95))}"] if tenant["p95_partial"] else []
    return "; ".join([*tenant["problems"], *created, *partial, *gone, *old])
