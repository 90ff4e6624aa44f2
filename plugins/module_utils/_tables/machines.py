# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs on physical nodes: VMs, tenant nodes and networks alike (docs/platform.md#3.3)."""

from __future__ import annotations

from typing import Any

from .._model.conditions import Row
from .._model.resource import Access, Column, Resource
from .._model.units import FLAG, INTEGER, KEY, NAME, USED_RAM_GB

MACHINE = Resource(
    kind="machine",
    table="machine_status",
    columns=(
        Column("name", "machine#name", NAME, Access.READ, says="Name of the machine.", sample="Core"),
        Column("status", access=Access.READ, says="Status of the machine.", sample="running"),
        Column(
            "ram_gb", "running_ram", USED_RAM_GB, Access.READ, says="Memory that the machine holds, in GiB.", sample=0.5
        ),
        Column("cores", "running_cores", INTEGER, Access.READ, says="Cores that the machine holds.", sample=1),
        Column(
            "migratable",
            codec=FLAG,
            access=Access.READ,
            says="Whether the machine can be moved to another node while it runs.",
            sample=True,
        ),
        Column(
            "destination",
            "migration_destination#name",
            NAME,
            Access.READ,
            says="Name of the node that the machine is being moved to; null if the machine stays.",
            sample="node2",
        ),
        Column("machine_key", "machine", KEY, access=Access.HIDDEN),
    ),
)


def ram_in_use(machines: list[Row]) -> int:
    """MB that machines hold."""
    return sum(int(machine["ram_mb"] or 0) for machine in machines)


def machine_name(machine: Row) -> str:
    return str(machine.get("name") or f"machine {machine['machine_key']}")


def machine_view(machine: Row) -> dict[str, Any]:
    """A machine as users see it, beside its node."""
    shown = MACHINE.view(machine)
    return {"name": machine_name(machine), **{name: shown[name] for name in shown if name not in ("key", "name")}}
