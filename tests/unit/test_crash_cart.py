"""Crash carts: whose a machine is, from rows alone, and what is asked for to know it."""

from __future__ import annotations

from typing import Any

import pytest
from test_cluster import Tables

from plugins.module_utils._api import Row
from plugins.module_utils._errors import VrgError
from plugins.module_utils._resources.crash_cart import CartState, CrashCartTask

ACME: Row = {"$key": 5, "name": "acme", "uuid": "00000000-0000-4000-8000-000000000005", "created": 1000}
CART: Row = {"$key": 7, "name": "Crash Cart - acme", "created": 2000, "running": False, "status": "stopped"}
RECIPE = "a" * 40


def task(**options: Any) -> CrashCartTask:
    return CrashCartTask({"state": "present", "tenant": "acme", "name": None, "recipe": None, **options})


def made(tenant: Any, **changes: Any) -> Row:
    """The row that the machine comes from, for the tenant of that key."""
    row = {"$key": 3, "recipe": RECIPE, "recipe_name": "Crash Cart", "answers": {"tenant": tenant}, "created": 2000}
    return {**row, **changes}


def planned(tables: Tables, **options: Any) -> Any:
    asked = task(**options)
    return asked.plan(asked.read(tables))  # type: ignore[arg-type]


def sentences(found: CartState, /, **options: Any) -> list[str]:
    return [step.sentence for step in task(**options).plan(found).steps]


DELETED = ["delete crash cart 'Crash Cart - acme'"]
REFUSED = r"^VM 'Crash Cart - acme' is no crash cart of tenant 'acme'; nothing was changed\.$"


@pytest.mark.parametrize("key", [5, "5"])
def test_a_machine_that_answers_the_tenant_is_its_crash_cart(key: Any) -> None:
    state = CartState(ACME, CART, made=made(key))
    assert sentences(state) == []
    assert sentences(state, state="absent") == DELETED


@pytest.mark.parametrize(
    "row",
    [
        None,
        made(6),
        made(None),
        made(True),
        made([5]),
        made("acme"),
        made(5, answers=None),
        made(5, answers="tenant"),
        made(5, answers={}),
    ],
)
@pytest.mark.parametrize("tenant", [ACME, None])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_any_other_machine_is_refused(row: Row | None, tenant: Row | None, state: str) -> None:
    with pytest.raises(VrgError, match=REFUSED) as caught:
        sentences(CartState(tenant, CART, made=row), state=state)
    assert caught.value.hint == "Choose another name."


@pytest.mark.parametrize("tenant", [ACME, None])
def test_what_a_tenant_has_left_behind_is_nobody_elses_and_can_be_deleted(tenant: Row | None) -> None:
    state = CartState(tenant, CART, made=made(6), left=True)
    assert sentences(state, state="absent") == DELETED
    with pytest.raises(VrgError, match=REFUSED) as caught:
        sentences(state)
    assert "delete it first with state=absent" in caught.value.hint


@pytest.mark.parametrize(
    ("recipe", "name", "known"),
    [
        (None, "Tenant Crash Cart", True),
        (None, "Debian 13", False),
        (None, None, False),
        ("Rescue", "Rescue", True),
        ("Rescue", "Debian 13", False),
        ("Rescue", "Crash Cart", True),
        (RECIPE, None, True),
    ],
)
def test_what_is_left_behind_is_told_by_its_recipe(recipe: str | None, name: str | None, known: bool) -> None:
    state = CartState(None, CART, made=made(6, recipe_name=name), left=True)
    if known:
        assert sentences(state, state="absent", recipe=recipe) == DELETED
    else:
        with pytest.raises(VrgError, match=REFUSED):
            sentences(state, state="absent", recipe=recipe)


def test_what_is_older_than_the_tenant_was_made_for_another_one_with_its_key() -> None:
    """It stands on a network that is gone: not what the task asks for, and in the way of it."""
    state = CartState({**ACME, "created": 2001}, CART, made=made(5))
    with pytest.raises(VrgError, match=REFUSED) as caught:
        sentences(state)
    assert "delete it first with state=absent" in caught.value.hint
    assert sentences(state, state="absent") == DELETED
    for created, known in ((2000, 2000), (2001, None), (None, 2000)):
        assert sentences(CartState({**ACME, "created": created}, CART, made=made(5, created=known))) == []


@pytest.mark.parametrize(
    ("tables", "asked"),
    [
        ({"tenants": [ACME]}, ["tenants", "vms"]),
        (
            {"tenants": [ACME], "vms": [CART], "vm_recipe_instances": [made(5)]},
            ["tenants", "vms", "vm_recipe_instances"],
        ),
        ({"vms": [CART], "vm_recipe_instances": [made(5)]}, ["tenants", "vms", "vm_recipe_instances", "tenants"]),
    ],
)
def test_no_more_is_asked_than_has_to_be_known(tables: dict[str, list[Row]], asked: list[str]) -> None:
    platform = Tables(**tables)
    planned(platform, state="absent")
    assert [query.table for query in platform.asked] == asked


def test_a_key_that_a_tenant_has_says_nothing_of_one_that_is_gone() -> None:
    rows = {"tenants": [ACME], "vms": [{**CART, "name": "rescue"}], "vm_recipe_instances": [made(5)]}
    with pytest.raises(VrgError, match="VM 'rescue' is no crash cart of tenant 'globex'"):
        planned(Tables(**rows), state="absent", tenant="globex", name="rescue")


def test_a_tenant_is_told_by_name_where_it_is_known() -> None:
    rows = {"tenants": [ACME], "vms": [CART], "vm_recipe_instances": [made(5)]}
    plan = planned(Tables(**rows), state="absent", tenant=ACME["uuid"])
    assert plan.result["tenant"] == plan.before["tenant"] == "acme"
    assert planned(Tables(tenants=[ACME], vms=[CART], vm_recipe_instances=[made(5)])).result["tenant"] == "acme"


def recipe(name: str, key: str, catalog: str) -> Row:
    return {"$key": key * 40, "id": key * 40, "name": name, "catalog": 1, "catalog_name": catalog}


def test_two_recipes_of_the_name_that_is_chosen_are_listed() -> None:
    rows = [recipe("Crash Cart", "a", "Services"), recipe("Crash Cart", "b", "Local")]
    with pytest.raises(
        VrgError, match=f"There are 2 recipes 'Crash Cart': {'a' * 40} in catalog 'Services', {'b' * 40}"
    ):
        planned(Tables(tenants=[ACME], vm_recipes=rows))
    first = recipe("Tenant Crash Cart", "c", "Services")
    plan = planned(Tables(tenants=[ACME], vm_recipes=[*rows, first]))
    assert plan.steps[0].write.body == {"recipe": "c" * 40, "name": CART["name"], "answers": {"tenant": 5}}


@pytest.mark.parametrize("option", ["tenant", "name", "recipe"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_nothing_is_no_name(option: str, state: str) -> None:
    with pytest.raises(VrgError, match=f"^{option} is empty\\.$"):
        task(state=state, **{option: ""})
