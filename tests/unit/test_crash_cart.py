"""Crash carts: whose a machine is, from rows alone, and what is asked for to know it."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.plan import Guard, Plan
from plugins.module_utils._model.query import Write
from plugins.module_utils._tasks.crash_cart import CrashCartTask
from support import Tables, sentences

ACME: Row = {
    "$key": 5,
    "name": "acme",
    "uuid": "00000000-0000-4000-8000-000000000005",
    "created": 1000,
    "is_snapshot": False,
}
NAME = "Crash Cart - acme"
RECIPE = "a" * 40
RECIPE_ROW: Row = {"$key": RECIPE, "id": RECIPE, "name": "Crash Cart", "catalog": "Services", "catalog_key": "c"}
VM: Row = {"$key": 7, "name": NAME, "created": 2000, "running": False, "status": "stopped", "is_snapshot": False}


def task(**options: Any) -> CrashCartTask:
    return CrashCartTask({"state": "present", "tenant": "acme", "name": None, "recipe": None, **options})


def made(tenant: Any, **changes: Any) -> Row:
    """A machine that a recipe made for the tenant of that key."""
    row = {"$key": 3, "name": NAME, "running": False, "status": "stopped", "created": 2000, "vm": 7}
    row |= {"recipe": "Crash Cart", "recipe_key": RECIPE, "for_tenant": {"tenant": tenant}}
    return {**row, "made_name": changes.get("name", NAME), "made": 2000, **changes}


def tables(named: Row | str | None = "acme", *carts: Row, **more: list[Row]) -> Tables:
    tenant = ACME if named == "acme" else named
    machines = [{**VM, "$key": row["vm"], "name": row["name"]} for row in carts]
    rows = {"tenants": [tenant] if tenant else [], "vm_recipe_instances": list(carts), "vms": machines}
    return Tables(**{**rows, "vm_recipes": [RECIPE_ROW], **more})


def planned(platform: Tables, **options: Any) -> Plan:
    return task(**options).plan(platform)


def refused(plan: Plan) -> str:
    assert plan.refusals
    return plan.refusals[0].message


CREATED = [f"create crash cart '{NAME}' for tenant 'acme'"]
DELETED = [f"delete crash cart '{NAME}'"]
REFUSED = f"VM '{NAME}' is no crash cart of tenant 'acme'; nothing was changed."


@pytest.mark.parametrize("key", [5, "5"])
def test_a_machine_that_answers_the_tenant_is_its_crash_cart(key: Any) -> None:
    platform = tables(ACME, made(key))
    plan = planned(platform)
    assert sentences(plan) == [] and plan.refusals == ()
    assert plan.result["key"] == 7 and plan.result["tenant"] == "acme"
    plan = planned(platform, state="absent")
    assert sentences(plan) == DELETED and plan.refusals == ()
    assert plan.steps[-1].write == Write("DELETE", "vms", 7)


@pytest.mark.parametrize(
    "row",
    [
        None,
        made(6),
        made(None),
        made(True),
        made([5]),
        made("acme"),
        made("05"),
        made(5, for_tenant=None),
        made(5, for_tenant="tenant"),
        made(5, for_tenant={}),
        made(5, recipe="Debian 13", recipe_key="d" * 40),
    ],
)
@pytest.mark.parametrize("tenant", [ACME, None])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_any_other_machine_is_refused(row: Row | None, tenant: Row | None, state: str) -> None:
    # The tenants that the machines were made for are there.
    others = [{**ACME, "$key": 6, "name": "globex", "uuid": "6"}]
    others += [] if tenant else [{**ACME, "name": "hooli", "uuid": "5"}]
    rows = [row] if row else []
    platform = tables(tenant, *rows, tenants=[*([tenant] if tenant else []), *others], vms=[VM])
    plan = planned(platform, state=state)
    assert refused(plan) == REFUSED
    assert plan.refusals[0].hint == "Choose another name." and not plan.refusals[0].liftable
    assert plan.steps == ()


@pytest.mark.parametrize("tenant", [ACME, None])
def test_what_a_tenant_has_left_behind_is_nobody_elses_and_can_be_deleted(tenant: Row | None) -> None:
    platform = tables(tenant, made(6))
    plan = planned(platform, state="absent")
    assert sentences(plan) == DELETED and plan.refusals == ()
    plan = planned(platform)
    assert refused(plan) == REFUSED
    assert "delete it first with state=absent" in plan.refusals[0].hint
    # In a dry run, the task before may be what deletes it.
    assert plan.refusals[0].liftable and len(plan.steps) == 1


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
def test_what_is_left_behind_is_known_by_its_recipe(recipe: str | None, name: str | None, known: bool) -> None:
    plan = planned(tables(None, made(6, recipe=name)), state="absent", recipe=recipe)
    if known:
        assert sentences(plan) == DELETED and plan.refusals == ()
    else:
        assert refused(plan) == REFUSED


def test_what_is_older_than_the_tenant_was_made_for_another_one_with_its_key() -> None:
    """It stands on a network that is gone: not what the task asks for, and in the way of it."""
    platform = tables({**ACME, "created": 2001}, made(5))
    plan = planned(platform)
    assert refused(plan) == REFUSED
    assert "delete it first with state=absent" in plan.refusals[0].hint
    plan = planned(platform, state="absent")
    assert sentences(plan) == DELETED and plan.refusals == ()
    for created, known in ((2000, 2000), (2001, None), (2001, 0), (None, 2000)):
        plan = planned(tables({**ACME, "created": created}, made(5, made=known)))
        assert sentences(plan) == [] and plan.refusals == ()


@pytest.mark.parametrize(
    ("platform", "options", "asked"),
    [
        (tables(ACME, made(5)), {}, ["tenants", "vm_recipe_instances"]),
        (tables(), {}, ["tenants", "vm_recipe_instances", "vms", "vm_recipes"]),
        (tables(), {"state": "absent"}, ["tenants", "vm_recipe_instances", "vms"]),
        (tables(ACME, made(5)), {"state": "absent"}, ["tenants", "vm_recipe_instances"]),
        (tables(None, made(5)), {"state": "absent"}, ["tenants", "vm_recipe_instances", "tenants"]),
    ],
)
def test_no_more_is_asked_than_has_to_be_known(platform: Tables, options: dict[str, Any], asked: list[str]) -> None:
    platform.asked.clear()
    planned(platform, **options)
    assert [query.table for query in platform.asked] == asked


def test_a_key_that_a_tenant_has_says_nothing_of_one_that_is_gone() -> None:
    platform = tables(ACME, made(5, name="rescue"))
    plan = planned(platform, state="absent", tenant="globex", name="rescue")
    assert refused(plan) == "VM 'rescue' is no crash cart of tenant 'globex'; nothing was changed."


def test_a_tenant_is_shown_by_name_where_it_is_known() -> None:
    platform = tables(ACME, made(5))
    plan = planned(platform, state="absent", tenant=ACME["uuid"])
    assert plan.result["tenant"] == plan.before["tenant"] == "acme"
    assert planned(platform).result["tenant"] == "acme"


def recipe(name: str, key: str, catalog: str) -> Row:
    return {"$key": key * 40, "id": key * 40, "name": name, "catalog": catalog, "catalog_key": 1}


def test_two_recipes_of_the_name_that_is_chosen_are_listed() -> None:
    rows = [recipe("Crash Cart", "a", "Services"), recipe("Crash Cart", "b", "Local")]
    with pytest.raises(
        VrgError, match=f"There are 2 recipes 'Crash Cart': {'a' * 40} in catalog 'Services', {'b' * 40}"
    ):
        planned(tables(vm_recipes=rows))
    first = recipe("Tenant Crash Cart", "c", "Services")
    plan = planned(tables(vm_recipes=[*rows, first]))
    assert plan.steps[0].write.body == {"recipe": "c" * 40, "name": NAME, "answers": {"tenant": 5}}


@pytest.mark.parametrize("option", ["tenant", "name", "recipe"])
@pytest.mark.parametrize("state", ["present", "absent"])
def test_nothing_is_no_name(option: str, state: str) -> None:
    with pytest.raises(VrgError, match=f"^{option} is empty\\.$"):
        task(state=state, **{option: ""})


def test_F4_a_crash_cart_is_never_created_twice() -> None:
    """Names of machines are not unique, so nothing would refuse the second."""
    (step,) = planned(tables()).steps
    assert sentences(planned(tables())) == CREATED
    assert step.once and step.proof is not None
    assert step.proof.holds([made(5)]) and step.proof.holds([made("5")])
    assert not step.proof.holds([]) and not step.proof.holds([made(6)])


def test_F7_whose_a_crash_cart_is_is_judged_again_right_before_it_goes() -> None:
    plan = planned(tables(ACME, made(5, running=True)), state="absent")
    assert sentences(plan) == [f"power off crash cart '{NAME}'", *DELETED]
    for step in plan.steps:
        (guard,) = step.guards
        assert isinstance(guard, Guard) and guard.refusal([made(5)]) is None
        for now in ([made(6)], [made(5, vm=8)], [made(5, made=2001)], []):
            refusal = guard.refusal(now)
            assert refusal is not None and refusal.message == REFUSED
    left = planned(tables(ACME, made(6)), state="absent").steps[0]
    own, nobody = left.guards
    assert isinstance(nobody, Guard) and nobody.refusal([]) is None
    assert nobody.refusal([{"$key": 6, "name": "globex"}]) is not None, "the key was given to a tenant meanwhile"


def test_one_that_somebody_starts_meanwhile_is_powered_off() -> None:
    (delete,) = planned(tables(ACME, made(5)), state="absent").steps
    (remedy,) = delete.remedies
    assert remedy.when.matches({**VM, "running": True}) and not remedy.when.matches(VM)
    assert remedy.steps is not None
    (off,) = remedy.steps(VM)
    assert off.write == Write("POST", "vm_actions", body={"vm": 7, "action": "kill"}) and off.guards == delete.guards
    assert off.goal is not None


def test_F9_a_crash_cart_of_a_tenant_that_an_earlier_task_may_make() -> None:
    plan = planned(tables(None))
    assert [refusal.message for refusal in plan.refusals] == ["There is no tenant 'acme'."]
    assert plan.refusals[0].liftable and sentences(plan) == CREATED


OLD = made(5, name="Crash Cart - before")


@pytest.mark.parametrize(
    "cart",
    [
        OLD,
        made(5, name="renamed by hand", made_name="Crash Cart - before"),
        made("5", name="Crash Cart - before", recipe="Tenant Crash Cart"),
    ],
)
def test_F18_a_crash_cart_is_found_by_whose_it_is_after_the_tenant_was_renamed(cart: Row) -> None:
    plan = planned(tables(ACME, cart))
    assert sentences(plan) == [] and plan.refusals == ()
    assert plan.result["name"] == cart["name"]
    plan = planned(tables(ACME, cart), state="absent")
    assert sentences(plan) == [f"delete crash cart '{cart['name']}'"] and plan.refusals == ()


@pytest.mark.parametrize(
    "cart",
    [
        made(6, name="Crash Cart - before"),
        made(5, name="Crash Cart - before", made=999),
        made(5, name="Crash Cart - before", recipe="Debian 13"),
        made(5, name="Crash Cart - before", recipe=None),
        made(5, name="second"),
        made(5, name=None, made_name=NAME),
    ],
    ids=["another tenant's", "an older tenant's", "of another recipe", "of no recipe", "named by its user", "gone"],
)
def test_F18_and_no_other_machine_is_taken_for_it(cart: Row) -> None:
    platform = tables(ACME, cart, vms=[])
    assert sentences(planned(platform)) == CREATED
    plan = planned(platform, state="absent")
    assert plan.steps == () and plan.refusals == ()


def test_F18_a_name_that_is_given_means_the_crash_cart_of_that_name() -> None:
    platform = tables(ACME, OLD, made(5, **{"$key": 4, "vm": 8, "name": "second"}))
    assert planned(platform, name="second").result["key"] == 8
    assert sentences(planned(platform, name="third")) == ["create crash cart 'third' for tenant 'acme'"]
    assert sentences(planned(platform, name="second", state="absent")) == ["delete crash cart 'second'"]
    assert planned(platform, name="third", state="absent").steps == ()


def test_F18_the_first_of_several_is_not_taken_for_the_right_one() -> None:
    platform = tables(ACME, made(5), {**OLD, "$key": 4, "vm": 8})
    assert planned(platform).refusals == ()
    plan = planned(platform, state="absent")
    assert refused(plan) == (
        f"Tenant 'acme' has 2 crash carts that may be meant: '{NAME}' (key 7), 'Crash Cart - before' (key 8)."
    )
    assert sentences(planned(platform, state="absent", name=NAME)) == DELETED


def test_F23_an_unknown_recipe_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(VrgError, match="There is no recipe 'Crash Crat' to make a crash cart from") as caught:
        planned(tables(), recipe="Crash Crat")
    assert caught.value.hint.endswith("Near to it: 'Crash Cart'.")


def test_F27_a_delete_is_proved_by_the_machine_itself() -> None:
    proof = planned(tables(ACME, made(5)), state="absent").steps[0].proof
    assert proof is not None
    assert not proof.holds([made(5)]), "it is still there"
    assert proof.holds([]) and proof.holds([made(5, name=None)])
    assert proof.holds([made(5, created=2001)]), "the key was given to another machine"
