# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_crash_cart`` plans (docs/platform.md#3.19, docs/platform.md#4.5).

A crash cart is known by whom it was made for: both its own name and its tenant's may change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Optional

from .._model.conditions import Row, all_of, any_of
from .._model.desired import by_key
from .._model.errors import VrgError
from .._model.facts import none, some
from .._model.plan import Goal, Guard, Plan, Refusal, Remedy, Step, Until, nothing
from .._model.query import Query, Reader, Write
from .._model.selectors import known
from .._tables.crash_carts import (
    CALLED,
    CRASH_CART,
    IS_CALLED,
    MADE_CART,
    RECIPE,
    RECIPES,
    cart_named,
    cart_view,
    from_recipe,
    made_for,
    made_since,
)
from .._tables.tenants import TENANT, no_tenant, read_tenant


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
        MADE_CART["name"].check(MADE_CART.kind, self.given_name)

    def plan(self, reader: Reader) -> Plan:
        tenant = read_tenant(reader, self.tenant, "created")
        carts = _Carts(self, tenant, reader)
        return carts.absent() if self.absent else carts.present()


class _Carts:
    """The crash carts of one tenant and what stands under their names, as one plan reads them."""

    def __init__(self, task: CrashCartTask, tenant: Optional[Row], reader: Reader) -> None:
        self._task, self._tenant, self._reader = task, tenant, reader
        self._told = str(tenant["name"]) if tenant else task.tenant
        self._name = task.given_name or f"{CALLED}{self._told}"
        self._is_cart = from_recipe(*RECIPES, *([task.recipe] if task.recipe else []))
        self._made = reader.read(Query(MADE_CART, any_of(self._is_cart, cart_named(self._name))))
        self._named = [row for row in self._made if cart_named(self._name).matches(row)]

    def present(self) -> Plan:
        own = self._own(self._named) or self._own_called()
        if own:
            return nothing(cart_view(own[0], self._told)).refused(self._ambiguous(own))
        stranger = self._stranger()
        if stranger and not stranger.liftable:
            return nothing().refused(stranger)
        return self._create().refused(stranger, None if self._tenant else no_tenant(self._reader, self._task.tenant))

    def absent(self) -> Plan:
        own = self._own(self._named)
        own += [row for row in self._own_called() if row not in own]
        # What is not its own is deleted only by its exact name.
        going = own or [row for row in self._named if self._may_go(row)]
        if going:
            return self._delete(going[0]).refused(self._ambiguous(going))
        return replace(nothing(), is_final=True).refused(self._stranger())

    def _own(self, rows: Sequence[Row]) -> list[Row]:
        """Of the rows, those that were made for the tenant."""
        if self._tenant is None:
            return []
        own = all_of(made_for(self._tenant["$key"]), made_since(self._tenant))
        return [row for row in rows if own.matches(row) and self._may_be_cart(row)]

    def _own_called(self) -> list[Row]:
        """Its crash carts that nobody has named, whatever it was called when they were made."""
        if self._task.given_name:
            return []
        called = all_of(IS_CALLED, self._is_cart)
        return [row for row in self._own(self._made) if called.matches(row)]

    def _may_be_cart(self, row: Row) -> bool:
        """A machine of another recipe is not a crash cart; of a recipe that is gone nobody knows."""
        return any_of(self._is_cart, MADE_CART["recipe"].eq(None)).matches(row)

    def _may_go(self, row: Row) -> bool:
        """Whether it can be deleted by its name: it has the tenant's key, or its own tenant is gone."""
        if self._has_key(row):
            return self._may_be_cart(row)
        key = _tenant_key(row)
        gone = isinstance(key, int) and not self._reader.read(_tenant_of(key))
        return gone and self._is_cart.matches(row)

    def _has_key(self, row: Row) -> bool:
        return self._tenant is not None and made_for(self._tenant["$key"]).matches(row)

    def _stranger(self) -> Optional[Refusal]:
        """What is said of a machine that has the name and is not the tenant's crash cart."""
        machine = all_of(CRASH_CART["name"].eq(self._name), CRASH_CART["is_snapshot"].eq(False))
        if not self._named and not self._reader.read(Query(CRASH_CART.only("name", "is_snapshot"), machine)):
            return None
        may_go = any(self._may_go(row) for row in self._named)
        left = ", or delete it first with state=absent: its tenant is gone" if may_go else ""
        return Refusal(self._no_cart(self._name), f"Choose another name{left}.", liftable=may_go)

    def _no_cart(self, name: str) -> str:
        return f"VM '{name}' is no crash cart of tenant '{self._told}'; nothing was changed."

    def _ambiguous(self, rows: Sequence[Row]) -> Optional[Refusal]:
        """The first of several is never taken for the right one."""
        if len(rows) < 2:
            return None
        names = ", ".join(f"'{row['name']}' (key {row['vm']})" for row in rows)
        return Refusal(
            f"Tenant '{self._told}' has {len(rows)} crash carts that may be meant: {names}.",
            "Name one in name; where they have the same name, rename all but one first.",
        )

    def _create(self) -> Plan:
        tenant = self._tenant["$key"] if self._tenant else 0
        body = {"recipe": self._read_recipe()["$key"], "name": self._name, "answers": {"tenant": tenant}}
        step = Step(
            f"create crash cart '{self._name}' for tenant '{self._told}'",
            Write("POST", MADE_CART.table, body=body),
            some(Query(MADE_CART, cart_named(self._name)), made_for(tenant)),
            # Names of machines are not unique: sent a second time, there might be two.
            once=True,
        )
        shown = {**MADE_CART.preview({"name": self._name}), "tenant": self._told}
        return Plan(shown, (step,), after={"name": self._name}, subject=f"crash cart '{self._name}'")

    def _read_recipe(self) -> Row:
        given = self._task.recipe
        names = (given,) if given else RECIPES
        keys = [RECIPE["$key"].eq(given)] if given else []
        rows = self._reader.read(Query(RECIPE, any_of(RECIPE["name"].among(*names), *keys)))
        for name in names:
            same = [row for row in rows if row["name"] == name]
            if len(same) > 1:
                listed = ", ".join(f"{row['$key']} in catalog '{row['catalog'] or row['catalog_key']}'" for row in same)
                raise VrgError(
                    f"There are {len(same)} recipes '{name}': {listed}.", hint="Name one by its key in recipe."
                )
            if same:
                return same[0]
        if given and rows:
            return rows[0]
        wanted = " or ".join(f"'{name}'" for name in names)
        hint = "Download it from the catalog Services (Marketplace), or name another one in recipe."
        raise VrgError(
            f"There is no recipe {wanted} to make a crash cart from.",
            hint=f"{hint} {known(self._reader, RECIPE, names[0])}".strip(),
        )

    def _delete(self, row: Row) -> Plan:
        subject = f"crash cart '{row['name']}'"
        view = cart_view(row, self._told)
        again = Query(MADE_CART, MADE_CART["$key"].eq(row["$key"]))
        same = all_of(*(MADE_CART[name].eq(row[name]) for name in ("vm", "name", "created")))
        guards = self._guards(row, again)
        off = _power_off(subject, row, guards)
        # Somebody may start it meanwhile, and a running one is not deleted.
        started = Remedy(_machine(row), CRASH_CART["running"].eq(True), lambda machine: (off,))
        write = Write("DELETE", CRASH_CART.table, row["vm"])
        delete = Step(f"delete {subject}", write, none(again, same), guards, remedies=(started,))
        steps = (off, delete) if row["running"] else (delete,)
        return Plan(view, steps, before=view, is_final=True, subject=subject)

    def _guards(self, row: Row, again: Query) -> tuple[Guard, ...]:
        """Whose it is, judged again right before: keys are used again (docs/platform.md#1.5)."""
        says, key = self._no_cart(row["name"]), _tenant_key(row)
        whose = all_of(made_for(key), *(MADE_CART[name].eq(row[name]) for name in ("vm", "made")))
        own = Guard(some(again, whose), says)
        return (own,) if self._has_key(row) else (own, Guard(none(_tenant_of(key)), says))


def _power_off(subject: str, row: Row, guards: tuple[Guard, ...]) -> Step:
    machine = _machine(row)
    return Step(
        f"power off {subject}",
        # Nothing is kept on it, so nothing is lost by not asking it to shut down.
        Write("POST", "vm_actions", body={"vm": row["vm"], "action": "kill"}),
        none(machine, CRASH_CART["running"].eq(True)),
        guards,
        Goal(f"{subject} to stop", machine, Until(CRASH_CART["running"].eq(False))),
    )


def _machine(row: Row) -> Query:
    return by_key(CRASH_CART, {"$key": row["vm"]})


def _tenant_key(row: Row) -> Any:
    """The key of the tenant that a machine was made for, as one type."""
    return MADE_CART["for_tenant"].codec.decode(row["for_tenant"])


def _tenant_of(key: Any) -> Query:
    """Whoever has a tenant's key; a tenant's snapshot has one, too."""
    return Query(TENANT.only("name"), TENANT["$key"].eq(key))
