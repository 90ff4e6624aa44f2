# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deleting a tenant: power first, then what the platform wants gone, and the rules that it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Optional

from .._model.conditions import Row
from .._model.desired import plan_absent
from .._model.plan import Plan, Remedy
from .._model.query import Query, Reader
from .._tables.crash_carts import RECIPE_INSTANCE, RECIPES
from .._tables.tenant_networks import PARTS
from .._tables.tenants import IS_NOT_ALL_OFF, TENANT
from .firewall_rules import RulesOf, apply_steps, networks_left, rules_of
from .network_rows import removal
from .tenant_goals import all_off, who_is
from .tenant_power import Power


def plan(reader: Reader, row: Optional[Row], power: Power, apply_rules: str, wait: bool) -> Plan:
    """The plan that deletes the tenant, and applies the rules of the networks that held its addresses and blocks."""
    if row is None:
        return plan_absent(TENANT, "", None, identity=())
    first, ready = power.gone(row)
    planned = plan_absent(
        TENANT,
        f"tenant '{row['name']}'",
        row,
        identity=("uuid",),
        first=first,
        guards=ready,
        remedies=tuple(_remedies(row, power)),
    )
    applied, warnings = networks_left(apply_rules, _networks(reader, row))
    return planned.then(*apply_steps(applied, wait)).warned(*warnings)


def _networks(reader: Reader, row: Row) -> dict[object, RulesOf]:
    """The networks that hold an address or a block of the tenant; one request a kind."""
    found = {}
    for part in PARTS:
        if part.needs_rules:
            for one in part.own(row["$key"], reader.read(part.query(row["$key"]))):
                network = rules_of(one)
                if network:
                    found[network.key] = network
    return found


def _remedies(row: Row, power: Power) -> Iterator[Remedy]:
    """What may stand in the way: power that has come back, a crash cart, networks that do not go with the tenant.

    What stands there is found out before anything is taken away: a delete that is refused all the same must not have
    cost the tenant its addresses.
    """
    who = who_is(row)
    yield Remedy(who.power, IS_NOT_ALL_OFF, goal=all_off(who, power.force_after))
    carts = Query(RECIPE_INSTANCE, RECIPE_INSTANCE["recipe"].among(*RECIPES))
    yield Remedy(
        carts,
        RECIPE_INSTANCE["for_tenant"].eq(row["$key"]),
        refuses=f"Tenant '{row['name']}' has a crash cart: delete it first with vrg_tenant_crash_cart, state=absent. "
        "Nothing else of the tenant was removed.",
    )
    for part in reversed(PARTS):
        yield Remedy(part.query(row["$key"]), part.is_of(row["$key"]), partial(removal, part, row))
