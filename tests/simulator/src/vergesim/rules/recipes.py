"""VM recipes: an instance builds a VM, such as a crash cart (docs/platform.md#3.19, 4.5)."""

from __future__ import annotations

from typing import Any

from vergesim.refusal import Refusal, no_such_reference
from vergesim.rules.base import Rules
from vergesim.rules.vms import add_vm
from vergesim.schema import Key, Row
from vergesim.values import as_key
from vergesim.world import World


def build_cart(world: World, tenant: Row, name: str) -> Row:
    """A crash cart's VM: stopped, its login in the note."""
    password = f"{world.random.getrandbits(48):012x}"
    note = f"Crash cart of tenant '{tenant['name']}'. Login: root / {password}"
    return add_vm(world, {"name": name, "cpu_cores": 2, "ram": 4096, "os_family": "linux", "note": note})


def check_answers(world: World, recipe: str, values: Row) -> Row:
    """The answers in `values`, an object in any case, measured by the questions of a recipe."""
    answers: Any = values.get("answers")
    if answers is None:
        answers = values["answers"] = {}
    if not isinstance(answers, dict):
        raise Refusal(422, "Validation error on field: 'answers' - 'fails validation test'")
    for question in world.where("recipe_questions", "recipe", recipe):
        _check(world, question, answers.get(question["name"]))
    return answers


def _check(world: World, question: Row, answer: Any) -> None:
    if question["required"] and answer in (None, ""):
        code = int(world.switches["missing_answer_code"])
        raise Refusal(code, f"{question['display']} is a required parameter")
    if question["table"] and answer is not None and world.find(question["table"], as_key(answer)) is None:
        raise no_such_reference(question["name"])


class RecipeInstanceRules(Rules):
    """Rows of `vm_recipe_instances`."""

    def tenant(self, world: World, row: Row) -> Key | None:
        answers = row.get("answers")
        return as_key(answers.get("tenant")) if isinstance(answers, dict) else None

    def creating(self, world: World, values: Row) -> None:
        recipe = world.get("vm_recipes", values["recipe"])
        answers = check_answers(world, f"vm_recipes/{recipe['$key']}", values)
        if values.get("simulate"):
            answered = {"cloudinit_files": [], "logs": [], "answers": answers}
            raise Refusal(405, "Simulation complete", answered)
        values.update(version=recipe["version"], build=recipe["build"], created=world.now, modified=world.now)

    def created(self, world: World, row: Row) -> Any:
        tenant = world.find("tenants", self.tenant(world, row))
        if tenant is not None:
            vm = build_cart(world, tenant, row["name"])
        else:
            vm = add_vm(world, {"name": row["name"], "cpu_cores": 2, "ram": 2048, "os_family": "linux"})
        world.change("vm_recipe_instances", row, vm=vm["$key"])
        return {"vm": vm["$key"]}

    def updating(self, world: World, row: Row, changes: Row) -> None:
        changes["modified"] = world.now
