# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Crash carts (docs/platform.md#3.19): machines that are made from a recipe, with a tenant's key among its answers."""

from __future__ import annotations

from typing import Any

from .._model.conditions import Condition, Row, all_of, any_of
from .._model.resource import Access, Column, Resource
from .._model.units import ANSWERED_TENANT, ANYTHING, FLAG, KEY, TIME

#: The note of a crash cart holds a login: it is neither read nor shown.
CRASH_CART = Resource(
    kind="crash cart",
    table="vms",
    columns=(
        Column("name", access=Access.CREATE),
        Column("running", "machine#status#running", FLAG, Access.READ),
        Column("status", "machine#status#status", access=Access.READ),
        Column("created", codec=TIME, access=Access.READ),
        Column("is_snapshot", codec=FLAG, access=Access.HIDDEN),
    ),
)
RECIPE = Resource(
    kind="recipe",
    table="vm_recipes",
    columns=(
        Column("name", access=Access.READ),
        Column("id", access=Access.READ),
        Column("catalog", "catalog#name", access=Access.READ, reference="catalog"),
    ),
)
#: What was made from a recipe, and for whom.
RECIPE_INSTANCE = Resource(
    kind="recipe instance",
    table="vm_recipe_instances",
    columns=(
        Column("recipe", "recipe#name", access=Access.READ, reference="recipe"),
        Column("vm", codec=KEY, access=Access.READ),
        Column("answers", codec=ANYTHING, access=Access.READ),
        Column("for_tenant", "answers", ANSWERED_TENANT, Access.HIDDEN),
        Column("created", codec=TIME, access=Access.READ),
    ),
)

#: What the recipe is called, by the knowledge base and by the SDK (docs/platform.md#3.19), in the order they are
#: looked for.
RECIPES = ("Tenant Crash Cart", "Crash Cart")

#: A machine that a recipe has made, in one row with whom it was made for: the table of machines does not know that.
#: Its name may change, and so may the tenant's.
MADE_CART = Resource(
    kind="crash cart",
    table="vm_recipe_instances",
    columns=(
        Column(
            "name",
            "vm#name",
            access=Access.CREATE,
            target="name",
            limits=(1, 128),
            says="Name of the crash cart.",
            sample="Crash Cart - acme",
        ),
        Column(
            "running",
            "vm#machine#status#running",
            FLAG,
            Access.READ,
            null=True,
            says="Whether the crash cart is running.",
            sample=False,
        ),
        Column(
            "status",
            "vm#machine#status#status",
            access=Access.READ,
            says="Status of the crash cart's machine.",
            sample="stopped",
        ),
        Column(
            "created",
            "vm#created",
            TIME,
            Access.READ,
            says="When the crash cart was created, as ISO 8601 in UTC.",
            sample="2026-11-02T09:30:00Z",
        ),
        Column("vm", codec=KEY, access=Access.HIDDEN),
        Column("recipe", "recipe#name", access=Access.HIDDEN, reference="recipe"),
        Column("for_tenant", "answers", ANSWERED_TENANT, Access.HIDDEN),
        Column("made_name", "name", access=Access.HIDDEN),
        Column("made", "created", TIME, Access.HIDDEN),
    ),
)
#: How a crash cart is called where nobody names it, before the tenant's name.
CALLED = "Crash Cart - "
_MADE = MADE_CART["made"]


def cart_named(name: str) -> Condition:
    """The crash cart of a name. An instance whose machine is gone has no name."""
    return MADE_CART["name"].eq(name)


#: Called as if nobody had named it, whatever the tenant is called by now.
IS_CALLED = all_of(
    MADE_CART["name"].ne(None), any_of(MADE_CART["name"].begins(CALLED), MADE_CART["made_name"].begins(CALLED))
)


def from_recipe(*recipes: str) -> Condition:
    """Made from a recipe of that name or key."""
    return any_of(MADE_CART["recipe"].among(*recipes), MADE_CART["recipe_key"].among(*recipes))


def made_for(tenant: Any) -> Condition:
    """Made for the tenant of a key, by its answers."""
    return MADE_CART["for_tenant"].eq(tenant)


def made_since(tenant: Row) -> Condition:
    """Not made before the tenant: keys are used again (docs/platform.md#1.5), and what is older than the tenant was
    made for another one. A time that is not known proves nothing."""
    return any_of(_MADE.at_least(int(tenant["created"] or 0)), _MADE.below(1), _MADE.eq(None))


def cart_view(row: Row, tenant: str) -> dict[str, Any]:
    """A crash cart as users see it: the machine, and the tenant's name."""
    return {**MADE_CART.view(row), "key": row["vm"], "tenant": tenant}
