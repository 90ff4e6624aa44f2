# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a node can ever start and storage keeps what it holds: one limit and one wording for modules and roles.

More than a cluster allows one machine is accepted by the platform, and then never starts (docs/platform.md#3.8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._model.conditions import Row
from .._model.desired import by_key
from .._model.errors import VrgError
from .._model.facts import every
from .._model.plan import Guard, Refusal
from .._model.units import MB_PER_GB
from .._tables.tenant_storage import TENANT_STORAGE

DATA_LOSS = "Set allow_data_loss=true if that is meant."


@dataclass(frozen=True)
class Limits:
    """The most that one machine may have ``where`` a node is or will be: MB and cores, 0 for no limit."""

    where: str
    ram_mb: int = 0
    cores: int = 0


def most_of(rows: Sequence[Row]) -> Limits:
    """The limits of these clusters: what the most generous of them allows."""
    where = f"cluster '{rows[0]['name']}'" if len(rows) == 1 else "any cluster"
    return Limits(where, _most(rows, "max_ram_per_vm_mb"), _most(rows, "max_cores_per_vm"))


def _most(rows: Sequence[Row], column: str) -> int:
    """The most that one of the rows allows; 0 where one sets no limit, or there is none."""
    values = [int(row[column] or 0) for row in rows]
    return max(values) if values and all(values) else 0


def takers(clusters: Sequence[Row]) -> list[Row]:
    """The clusters that a node may be put into which names none; all, where none takes machines."""
    return [row for row in clusters if row["enabled"] and row["compute"]] or list(clusters)


def has_cluster(node: Mapping[str, Any]) -> None:
    """Raises VrgError where a node is to have no cluster."""
    if node.get("cluster") == "":
        raise VrgError("cluster is empty, and a node always has one.", hint="Name a cluster, or leave it out.")


def never_starts(limits: Limits, ram_gb: Any, cores: Any) -> list[Refusal]:
    """Why a node of this size never starts."""
    found = []
    if limits.ram_mb and ram_gb and ram_gb * MB_PER_GB > limits.ram_mb:
        found.append(_refusal(f"ram_gb {ram_gb:g}", limits, f"{limits.ram_mb / MB_PER_GB:g} GB", "max_ram_per_vm_gb"))
    if limits.cores and cores and cores > limits.cores:
        found.append(_refusal(f"cpu_cores {cores}", limits, f"{limits.cores}", "max_cores_per_vm"))
    return found


def _refusal(size: str, limits: Limits, limit: str, option: str) -> Refusal:
    return Refusal(
        f"{size} is more than {limits.where} allows one machine ({limit}): such a node never starts.",
        f"Use more and smaller nodes, or raise {option} of the cluster.",
        liftable=True,
    )


def no_room_on_any(cluster: Row, hosts: Sequence[Row], ram_gb: float) -> Iterator[Refusal]:
    """Why a node that is larger than any of the cluster's hosts never starts; nothing where no host is seen."""
    where = f"cluster '{cluster['name']}'"
    largest = max((row["vm_ram_mb"] or 0 for row in hosts), default=0)
    if largest and ram_gb * MB_PER_GB > largest:
        yield Refusal(
            f"ram_gb {ram_gb:g} is more than the largest node of {where} has ({largest / MB_PER_GB:g} GB): such a node "
            "never starts.",
            "Use more and smaller nodes.",
        )


def takes_none(cluster: Row) -> Iterator[Refusal]:
    """Why a cluster takes no machines that are new to it."""
    if not (cluster["enabled"] and cluster["compute"]):
        yield Refusal(
            f"Cluster '{cluster['name']}' takes no machines, because it is disabled or not for compute.",
            "Name another one, or enable it.",
        )


def subject_of(tier: int, tenant: str) -> str:
    """A tenant's storage on a tier, in sentences."""
    return f"tier {tier} storage of tenant '{tenant}'"


def loses_data(subject: str, row: Row, wanted: Mapping[str, Any]) -> Sequence[Guard]:
    """The guard of storage that gets smaller: what is too small already is not this run's doing."""
    size = wanted.get("provisioned_gb")
    column = TENANT_STORAGE["provisioned_gb"]
    if size is None or column.encoded(size) >= row[column.key]:
        return ()
    return (
        Guard(
            every(by_key(TENANT_STORAGE, row), TENANT_STORAGE["used_gb"].below(column.encoded(size) + 1)),
            f"The {subject} holds more than {size} GiB of data ({{}}), and shrinking it to that loses some.",
            DATA_LOSS,
            shows="used_gb",
        ),
    )
