# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a node can ever start: one limit and one wording for modules and roles.

More than a cluster allows one machine is accepted by the platform, and then never starts (docs/platform.md#3.8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

from .._model.conditions import Row
from .._model.plan import Refusal
from .._model.units import MB_PER_GB


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


def never_starts(limits: Limits, ram_gb: Any, cores: Any) -> Optional[Refusal]:
    """Why a node of this size never starts, or None."""
    if limits.ram_mb and ram_gb and ram_gb * MB_PER_GB > limits.ram_mb:
        return _refusal(f"ram_gb {ram_gb:g}", limits, f"{limits.ram_mb / MB_PER_GB:g} GB", "max_ram_per_vm_gb")
    if limits.cores and cores and cores > limits.cores:
        return _refusal(f"cpu_cores {cores}", limits, f"{limits.cores}", "max_cores_per_vm")
    return None


def _refusal(size: str, limits: Limits, limit: str, option: str) -> Refusal:
    return Refusal(
        f"{size} is more than {limits.where} allows one machine ({limit}): such a node never starts.",
        f"Use more and smaller nodes, or raise {option} of the cluster.",
        liftable=True,
    )
