"""Whatever an item of a list can have, given as what it cannot be: the list is refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fleets import Run

from plugins.module_utils._checks.entries import ITEM, list_flaws, refusal_of
from plugins.module_utils._model.errors import VrgError
from vergesim_process import Vergesim

#: An entry of each kind that can be had.
RIGHT: dict[str, Any] = {
    "nodes": {"name": "node1", "cpu_cores": 1, "ram_gb": 2.0},
    "storage": {"tier": 1, "provisioned_gb": 5},
    "external_ips": {"ip": "198.51.100.60", "network": "External"},
    "network_blocks": {"cidr": "192.0.2.0/28", "network": "External"},
    "layer2_networks": {"network": "Internal"},
    "initial_snapshot": {"name": "first", "retention": "3d"},
}
LONG = "x" * 5000
NUMBERS = [-1, "nan", float("inf"), "1e400", 10**400, True, "2026-11-25", "many"]
WRONG: dict[str, list[Any]] = {
    "str": [LONG, True, ["x"], {"x": 1}],
    "int": [*NUMBERS, 1.5, "1.5"],
    "float": NUMBERS,
    "bool": ["perhaps", 2, ["yes"], ""],
    "list": ["x", {"x": 1}, [None], ["x"], [{"unknown": 1}]],
    "dict": ["x", [], {"unknown": 1}],
}


def leaves() -> Iterator[tuple[str, Any]]:
    """Items with one wrong value each, and where it is."""
    for name, spec in ITEM.items():
        for value in WRONG[spec["type"]]:
            yield name, {name: value}
        for part, inner in spec.get("options", {}).items():
            for value in WRONG[inner["type"]]:
                entry = {**RIGHT[name], part: value}
                yield f"{name}.{part}", {name: entry if spec["type"] == "dict" else [entry]}


CASES = list(leaves())


def refusal(sim: Vergesim, tenants: list[Any], **given: Any) -> str:
    """What is said of a list, as the action plugin and then the engine judge it; empty where it is carried out."""
    flaws = list_flaws(tenants, None, None)
    if flaws:
        return refusal_of(flaws)
    try:
        Run(sim, tenants, **given)
    except VrgError as error:
        return error.message
    return ""


def test_no_option_takes_what_it_cannot_be(sim: Vergesim) -> None:
    taken = []
    good = {"name": "good", "nodes": [RIGHT["nodes"]], "state": "present"}
    for where, item in CASES:
        told = refusal(sim, [good, {"name": "bad", **item}])
        tells_where = where.startswith("name") or "'bad'" in told or "Tenant 2" in told
        if not told.startswith("Nothing was changed.") or not tells_where:
            taken.append((where, str(item)[:80], told[:200]))
    assert taken == []
    assert sim.writes() == 0
    assert {where for where, _item in CASES} >= {"url", "nodes.ram_gb", "initial_snapshot.retention", "isolated"}


@pytest.mark.parametrize("password", ["secret" * 50, " "], ids=["long", "blank"])
def test_a_password_that_no_tenant_can_have(sim: Vergesim, password: str) -> None:
    told = refusal(sim, [{"name": "good"}, {"name": "bad"}], passwords={"bad": password})
    assert told.startswith("Nothing was changed. The password for tenant 'bad'") and "secret" not in told
    assert sim.writes() == 0


@pytest.mark.parametrize("given", [{"plan": "p"}, {"name": "x"}, {"ram": 1}], ids=lambda given: next(iter(given)))
def test_what_cannot_be_inherited_is_refused_and_not_ignored(given: Mapping[str, Any]) -> None:
    option = next(iter(given))
    for plans, defaults, where in (({"small": given}, None, "Plan 'small'"), (None, given, "defaults")):
        (flaw,) = list_flaws([{"name": "acme"}], plans, defaults)
        assert flaw.startswith(f"{where}: {option} is none of its options (description, ")


def test_of_thousands_of_flaws_some_are_named() -> None:
    told = refusal_of(list_flaws([{"name": f"t{nth}", "storages": []} for nth in range(4000)], None, None))
    assert "'t19'" in told and "'t20'" not in told and told.endswith(" And 3980 more.")
