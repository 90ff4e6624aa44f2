# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Crash carts (docs/platform.md#3.19): machines that are made from a recipe, with a tenant's key among its answers."""

from __future__ import annotations

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
