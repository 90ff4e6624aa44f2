# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Crash carts (API page 3.19, 4.5): a machine with a console on a tenant's core network, made from a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from .._api import Api, Query, Row, Write, all_of, any_of, equals
from .._errors import VrgError
from .._plan import Plan, Step, exists, nothing, plan_absent
from .._references import NO_SNAPSHOTS, no_tenant, pick, read_tenant
from .._resource import Access, Column, Resource
from .._units import FLAG, TIME, row_key
from .._wait import machine_stopped

#: The note of a crash cart holds a login: it is neither read nor shown.
CRASH_CART = Resource(
    kind="crash cart",
    table="vms",
    columns=(
        Column("name", access=Access.CREATE),
        Column("running", "machine#status#running", FLAG, Access.READ),
        Column("status", "machine#status#status", access=Access.READ),
        Column("created", codec=TIME, access=Access.READ),
    ),
)

#: What the recipe is called, by the knowledge base and by the SDK (API page 3.19), in the order they are looked for.
_RECIPES = ("Tenant Crash Cart", "Crash Cart")
_MADE = "$key,recipe,recipe#name as recipe_name,answers,created"


@dataclass(frozen=True)
class CartState:
    """The tenant, the machine of that name, and the recipe where one has to be made.

    ``made`` is the row of vm_recipe_instances that the machine comes from, ``left`` says that no tenant has the key in
    its answers.
    """

    tenant: Optional[Row] = None
    row: Optional[Row] = None
    recipe: Optional[Row] = None
    made: Optional[Row] = None
    left: bool = False

    @property
    def answers_tenant(self) -> bool:
        return self.tenant is not None and _tenant_key(self.made) == self.tenant["$key"]

    @property
    def is_own(self) -> bool:
        """Keys are used again (API page 1.5): what is older than the tenant was made for another one."""
        if self.tenant is None or self.made is None or not self.answers_tenant:
            return False
        return not 0 < int(self.made["created"] or 0) < int(self.tenant["created"] or 0)


def _tenant_key(made: Optional[Row]) -> Optional[int]:
    """The key of the tenant that a machine was made for, which may come as text; None where it was made for none."""
    answers = made["answers"] if made else None
    key = row_key(str(answers.get("tenant"))) if isinstance(answers, dict) else None
    return key if isinstance(key, int) else None


class CrashCartTask:
    """``vrg_tenant_crash_cart``: present, absent."""

    name = "crash_cart"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.absent = params["state"] == "absent"
        self.given_name: Optional[str] = params["name"]
        self.recipe: Optional[str] = params["recipe"]
        for option in ("tenant", "name", "recipe"):
            if params[option] == "":
                raise VrgError(f"{option} is empty.", hint="Give it a value; name and recipe can also be left out.")

    def read(self, api: Api) -> CartState:
        tenant = read_tenant(api, self.tenant, "created")
        row = pick("crash cart", api.read(self._query(tenant)), self._cart(tenant))
        if row is None:
            return CartState(tenant, recipe=None if self.absent else self._read_recipe(api))
        made = api.read(Query("vm_recipe_instances", equals("vm", row["$key"]), _MADE))
        state = CartState(tenant, row, made=made[0] if made else None)
        key = _tenant_key(state.made)
        if key is None or state.answers_tenant:
            return state
        return replace(state, left=not api.read(Query("tenants", equals("$key", key), "$key")))

    def _cart(self, tenant: Optional[Row]) -> str:
        return self.given_name or f"Crash Cart - {tenant['name'] if tenant else self.tenant}"

    def _query(self, tenant: Optional[Row]) -> Query:
        return CRASH_CART.query(all_of(equals("name", self._cart(tenant)), NO_SNAPSHOTS))

    def _read_recipe(self, api: Api) -> Row:
        names = (self.recipe,) if self.recipe else _RECIPES
        condition = any_of(equals("name", *names), *([equals("$key", self.recipe)] if self.recipe else []))
        rows = api.read(Query("vm_recipes", condition, "$key,id,name,catalog,catalog#name as catalog_name"))
        for name in names:
            same = [row for row in rows if row["name"] == name]
            if len(same) > 1:
                told = ", ".join(
                    f"{row['$key']} in catalog '{row.get('catalog_name') or row['catalog']}'" for row in same
                )
                raise VrgError(
                    f"There are {len(same)} recipes '{name}': {told}.", hint="Name one by its key in recipe."
                )
            if same:
                return same[0]
        if self.recipe and rows:
            return rows[0]
        wanted = " or ".join(f"'{name}'" for name in names)
        raise VrgError(
            f"There is no recipe {wanted} to make a crash cart from.",
            hint="Download it from the catalog Services (Marketplace), or name another one in recipe.",
        )

    def plan(self, state: CartState, *, verifying: bool = False) -> Plan:
        if self.absent:
            return nothing() if state.row is None else self._absent(state, state.row)
        if state.row is not None:
            # One that has just been made is not asked about again: there was none of that name before.
            if not state.is_own and not verifying:
                raise self._no_cart(state)
            return nothing(self._shown(state, CRASH_CART.view(state.row)))
        name = self._cart(state.tenant)
        recipe = state.recipe["$key"] if state.recipe else None
        answers = {"tenant": state.tenant["$key"] if state.tenant else 0}
        step = Step(
            f"create crash cart '{name}' for tenant '{self._told(state)}'",
            Write("POST", "vm_recipe_instances", body={"recipe": recipe, "name": name, "answers": answers}),
            self._query(state.tenant),
            exists,
            # Names of machines are not unique: sent a second time, there might be two.
            resend=False,
        )
        shown = self._shown(state, CRASH_CART.preview({"name": name}))
        return Plan(
            result=shown,
            steps=(step,),
            after={"name": name},
            blockers=() if state.tenant else (no_tenant(self.tenant),),
        )

    def _shown(self, state: CartState, view: dict[str, Any]) -> dict[str, Any]:
        return {**view, "tenant": self._told(state)}

    def _told(self, state: CartState) -> str:
        return str(state.tenant["name"]) if state.tenant else self.tenant

    def _may_go(self, state: CartState) -> bool:
        """Whether it can be deleted: it has the tenant's key, or it is a crash cart of a tenant that is gone."""
        if state.answers_tenant:
            return True
        recipe = (state.made["recipe_name"], state.made["recipe"]) if state.made and state.left else ()
        return any(known in recipe for known in (*_RECIPES, self.recipe) if known)

    def _no_cart(self, state: CartState) -> VrgError:
        cart, tenant = self._cart(state.tenant), self._told(state)
        left = ", or delete it first with state=absent: its tenant is gone" if self._may_go(state) else ""
        return VrgError(
            f"VM '{cart}' is no crash cart of tenant '{tenant}'; nothing was changed.",
            hint=f"Choose another name{left}.",
        )

    def _absent(self, state: CartState, row: Row) -> Plan:
        if not self._may_go(state):
            raise self._no_cart(state)
        subject = f"crash cart '{row['name']}'"
        query = CRASH_CART.query(equals("$key", row["$key"]))
        off = Step(
            f"power off {subject}",
            # Nothing is kept on it, so nothing is lost by not asking it to shut down.
            Write("POST", "vm_actions", body={"vm": row["$key"], "action": "kill"}),
            query,
            lambda rows: not any(found["running"] for found in rows),
        )
        plan = plan_absent(
            CRASH_CART,
            subject,
            row,
            identity={"name": row["name"], "created": row["created"]},
            first=[off] if row["running"] else [],
            before=machine_stopped(subject, query) if row["running"] else None,
        )
        view = self._shown(state, plan.result)
        return replace(plan, result=view, before=view)

    def read_back(self, api: Api, state: CartState) -> Optional[CartState]:
        if self.absent:
            return None
        return replace(state, row=pick("crash cart", api.read(self._query(state.tenant)), self._cart(state.tenant)))
