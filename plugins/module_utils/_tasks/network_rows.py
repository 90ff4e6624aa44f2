# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Taking away one row that connects a tenant to a network of the host."""

from __future__ import annotations

from .._model.conditions import Row
from .._model.desired import by_key, delete_step
from .._model.facts import every, none
from .._model.plan import Guard, Remedy, Step
from .._model.query import Query, Write
from .._tables.tenant_networks import EXTERNAL_IP, LAYER2_NETWORK, NetworkPart
from .._tables.tenants import TENANT, this_tenant


def removal(part: NetworkPart, tenant: Row, row: Row, guards: tuple[Guard, ...] = ()) -> tuple[Step, ...]:
    """The steps that remove the row of the tenant."""
    label = f"{part.label(row)} of tenant '{tenant['name']}'"
    if part.resource is LAYER2_NETWORK:
        delete = delete_step(part.resource, label, row, identity=("tenant_key", "network_key"), guards=guards)
        return (_disable(label, row), delete) if row["enabled"] else (delete,)
    remedies = (_free_ui_address(tenant, row, guards),) if part.resource is EXTERNAL_IP else ()
    return (
        delete_step(part.resource, label, row, identity=("owner", "network_key"), guards=guards, remedies=remedies),
    )


def keeps_ui(tenant: Row, row: Row) -> Guard:
    """The guard of an address that may be the one of the tenant's user interface."""
    ui = _ui_address(tenant)
    return Guard(
        none(ui, ui.resource["ui_address_key"].eq(row["$key"])),
        f"The external IP {row['ip']} of tenant '{tenant['name']}' is the address of its user interface; without it "
        "nobody reaches the tenant from outside.",
        "Set allow_ui_loss=true if that is meant, or give the tenant another ui_address first.",
        liftable=True,
    )


def _ui_address(tenant: Row) -> Query:
    return this_tenant(TENANT.only("name", "uuid", "ui_address"), tenant)


def _disable(label: str, row: Row) -> Step:
    """The platform may refuse to delete an enabled assignment (docs/platform.md#8, row 6)."""
    return Step(
        f"disable {label}",
        Write("PUT", LAYER2_NETWORK.table, row["$key"], {"enabled": False}),
        every(by_key(LAYER2_NETWORK, row), LAYER2_NETWORK["enabled"].eq(False)),
    )


def _free_ui_address(tenant: Row, row: Row, guards: tuple[Guard, ...]) -> Remedy:
    """What helps where the platform refuses to delete the address behind it (docs/platform.md#8, row 25)."""
    ui = _ui_address(tenant)

    def clear(found: Row) -> tuple[Step, ...]:
        step = Step(
            f"clear ui_address of tenant '{tenant['name']}'",
            Write("PUT", TENANT.table, found["$key"], {"ui_address": None}),
            none(ui, ui.resource["ui_address_key"].eq(row["$key"])),
            # It may have become the one of the user interface a moment ago.
            guards,
        )
        return (step,)

    return Remedy(ui, ui.resource["ui_address_key"].eq(row["$key"]), clear)
