# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is on a system and what is asked of it, as rows: what the checks of ``tenant_onboard`` compare.

Rows are those of the collection's info modules, so RAM is in GB (GiB) and storage in GiB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Limits:
    """What is allowed, and what happens where it is not: ``fail``, ``warn`` or ``ignore``.

    ``ram_target_percent`` None is each cluster's own; ``cores_ratio`` 0 lets any number of cores be promised.
    """

    policy: str = "fail"
    n_minus_1: str = "warn"
    default_cluster: str | None = None
    ram_target_percent: float | None = None
    ram_promised_percent: float = 100
    cores_ratio: float = 4
    provisioned_percent: float = 100
    used_percent: float = 90
    used_warn_percent: float = 70


@dataclass(frozen=True)
class System:
    """What there is, as ``vrg_cluster_info``, ``vrg_node_info``, ``vrg_storage_info`` and ``vrg_tenant_info`` tell."""

    clusters: Sequence[Row]
    nodes: Sequence[Row]
    tiers: Sequence[Row]
    tenants: Sequence[Row]

    def tenant(self, text: str) -> Row:
        """A tenant by its name or uuid; empty if there is none."""
        by_name = (row for row in self.tenants if row["name"] == text)
        by_uuid = (row for row in self.tenants if str(row.get("uuid", "")).lower() == text.lower())
        return next(by_name, None) or next(by_uuid, {})

    def cluster(self, text: str) -> Row:
        """A cluster by its name, or its key where none has that name; empty if there is none."""
        return named(self.clusters, text)

    def hosts(self, cluster: str) -> list[Row]:
        return [row for row in self.nodes if row["cluster"] == cluster]


def cluster_of(node: Row, there: Row, system: System, limits: Limits) -> str | None:
    """The name of the cluster that a node will be in; None if that cannot be known.

    One that names none stays where it is. A new one goes to the system's default, which no module can read: it is
    the one that the limits name, or the only one.
    """
    text = node.get("cluster") or there.get("cluster") or limits.default_cluster
    if text:
        return str(system.cluster(str(text)).get("name", text))
    names = [str(row["name"]) for row in system.clusters if row["enabled"] and row["compute"]]
    return names[0] if len(names) == 1 else None


def own_node(tenant: Row, name: Any) -> Row:
    """A tenant's node by its name; empty if it has none."""
    return next((row for row in tenant.get("nodes", ()) if row["name"] == str(name)), {})


def allocation(tenant: Row, tier: int) -> Row:
    """A tenant's storage on a tier; empty if it has none."""
    return next((row for row in tenant.get("storage", ()) if int(row["tier"]) == tier), {})


def named(rows: Iterable[Row], text: str) -> Row:
    """The row of that name, or of that key where none has the name; empty if there is none."""
    found = list(rows)
    by_name = (row for row in found if row["name"] == text)
    return next(by_name, None) or next((row for row in found if str(row.get("key")) == text), {})


def figure(value: Any) -> str:
    """A size for reading, with one digit after the point where it needs one."""
    return "-" if value is None else f"{float(value):.1f}".removesuffix(".0")
