"""The planner, on rows alone: no request, no clock, no fake."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils import _tables
from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.desired import plan_absent, plan_present
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.query import Query, Write
from plugins.module_utils._model.resource import Access, Resource
from plugins.module_utils._tables.drives import DRIVE
from plugins.module_utils._tables.networks import NETWORK
from plugins.module_utils._tables.tenant_networks import NETWORK_BLOCK
from plugins.module_utils._tables.tenant_nodes import TENANT_NODE
from plugins.module_utils._tables.tenants import TENANT
from support import applied, planned, wanted_of


def resources() -> list[Resource]:
    """Every resource that has options, wherever it is declared; of one table, the one with the most columns."""
    found: dict[str, Resource] = {}
    for module in pkgutil.iter_modules(_tables.__path__):
        for value in vars(import_module(f"{_tables.__name__}.{module.name}")).values():
            if isinstance(value, Resource) and any(column.is_option for column in value.columns):
                other = found.get(value.table)
                if other is None or len(other.columns) < len(value.columns):
                    found[value.table] = value
    return [found[table] for table in sorted(found)]


RESOURCES = resources()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.table)
@given(data=st.data())
def test_applying_a_plan_and_planning_again_is_empty(resource: Resource, data: st.DataObject) -> None:
    made = data.draw(wanted_of(resource, update=False))
    row = applied(resource, None, planned(resource, made, None).steps[0].write)
    visible = {name: value for name, value in made.items() if resource[name].access is not Access.SECRET}
    assert planned(resource, visible, row).steps == ()
    changed = data.draw(wanted_of(resource, update=True))
    plan = planned(resource, changed, row)
    for step in plan.steps:
        assert step.proof is not None and not step.proof.holds([row])
        row = applied(resource, row, step.write)
        assert step.proof.holds([row])
    assert planned(resource, changed, row).steps == ()


#: What an answer can hold under a key, also what is equal to something else and is not the same.
ANSWERED = [1, "a", True, [], None, 1.0, 0, False, -1, 10**400, float("nan"), float("inf"), "", "1", {}]


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.table)
def test_F28_many_rows_are_looked_at_as_strictly_as_each(resource: Resource) -> None:
    checks = [check for column in resource.columns for check in column.checks()]
    good = {"$key": 1, **{check.key: next(filter(check.accepts, ANSWERED)) for check in checks}}
    # As many as are looked at by column, not one by one.
    many = [good] * 20
    assert resource.flaw(good) is None and resource.flaw_of(many) is None
    for key in good:
        lacks = {name: value for name, value in good.items() if name != key}
        rows = [lacks, *({**good, key: value} for value in ANSWERED)]
        flaws = [resource.flaw(row) for row in rows]
        for (first, flaw), (second, other) in product(zip(rows, flaws), repeat=2):
            assert resource.flaw_of([first, second]) == (flaw or other)
            assert resource.flaw_of([first, second, *many]) == (flaw or other)


@pytest.mark.parametrize(
    ("resource", "may_lack", "has"),
    [(NETWORK, ["dmz_address"], "subnet"), (DRIVE, ["node", "status", "vsan_write_errors", "wear_level"], "serial")],
    ids=["network", "drive"],
)
def test_what_a_platform_may_leave_out_of_a_row(resource: Resource, may_lack: list[str], has: str) -> None:
    checks = [check for column in resource.columns for check in column.checks()]
    good = {"$key": 1, **{check.key: next(filter(check.accepts, ANSWERED)) for check in checks}}
    for name in may_lack:
        assert resource.flaw({key: value for key, value in good.items() if key != resource[name].key}) is None
    assert resource.flaw({key: value for key, value in good.items() if key != resource[has].key})


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.table)
@given(data=st.data())
def test_a_plan_never_holds_an_option_that_was_not_given(resource: Resource, data: st.DataObject) -> None:
    row = applied(resource, None, planned(resource, data.draw(wanted_of(resource, update=False)), None).steps[0].write)
    wanted = data.draw(wanted_of(resource, update=True))
    plan = planned(resource, wanted, row)
    allowed = {resource[name].written_to for name in wanted}
    for step in plan.steps:
        assert set(step.write.body) <= allowed
    assert set(plan.before) == set(plan.after) <= set(wanted)
    assert all(plan.before[name] != plan.after[name] for name in plan.before)


def test_the_resources_are_found() -> None:
    found = {resource.table for resource in RESOURCES}
    assert found >= {"tenants", "tenant_nodes", "tenant_storage", "tenant_snapshots", "vnet_addresses", "clusters"}


def tenant(**values: object) -> Row:
    return applied(TENANT, None, Write("POST", "tenants", body={"name": "acme", **values}))


def test_a_secret_is_written_and_never_told() -> None:
    plan = planned(TENANT, {"name": "acme", "tenant_password": "secret-word"}, None)
    assert plan.steps[0].write.body["password"] == "secret-word"
    assert "secret-word" not in repr((plan.result, plan.before, plan.after, plan.steps[0].sentence))
    update = planned(TENANT, {"tenant_password": "secret-word"}, tenant())
    assert update.steps[0].sentence == "update the row: new tenant_password"
    assert "secret-word" not in repr((update.result, update.before, update.after))


def test_a_step_says_that_it_carries_a_secret_which_no_proof_can_see() -> None:
    (create,) = planned(TENANT, {"name": "acme", "tenant_password": "secret-word"}, None).steps
    assert create.secret and create.proof is not None
    (update,) = planned(TENANT, {"tenant_password": "secret-word"}, tenant()).steps
    assert update.secret and update.proof is None
    (both,) = planned(TENANT, {"tenant_password": "secret-word", "description": "new"}, tenant()).steps
    assert both.secret and both.proof is not None
    assert not planned(TENANT, {"description": "new"}, tenant()).steps[0].secret


def test_a_create_without_what_it_needs_says_so() -> None:
    with pytest.raises(VrgError, match=r"creating it needs cpu_cores and ram_gb"):
        plan_present(
            TENANT_NODE, "node 'a'", {"name": "a"}, None, find=Query(TENANT_NODE), required=("cpu_cores", "ram_gb")
        )


def test_what_only_a_create_can_set_is_not_changed() -> None:
    row = {"$key": 1, "cidr": "192.0.2.0/28", "network": "External", "network_key": 3, "description": "old"}
    with pytest.raises(VrgError, match="'old' and cannot become 'new': it is set when it is created"):
        planned(NETWORK_BLOCK, {"cidr": "192.0.2.0/28", "description": "new"}, row)


def test_an_empty_reference_clears_it() -> None:
    row = {**dict.fromkeys(TENANT_NODE.entries), "$key": 1, "preferred_node": "node1", "preferred_node_key": 1}
    plan = planned(TENANT_NODE, {"preferred_node": ""}, row)
    assert plan.steps[0].write.body == {"preferred_node": None}
    assert (plan.before, plan.after) == ({"preferred_node": "node1"}, {"preferred_node": None})


def test_a_delete_is_settled_by_identity_and_not_by_key() -> None:
    row = {**dict.fromkeys(TENANT_NODE.entries), "$key": 7, "name": "node1", "tenant_key": 5, "running": False}
    proof = plan_absent(TENANT_NODE, "node 'node1'", row, identity=("name", "tenant_key")).steps[0].proof
    assert proof is not None
    assert not proof.holds([row])
    assert proof.holds([])
    assert proof.holds([{**row, "tenant_key": 6}]), "the key was given to another tenant's node"


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.table)
def test_what_is_written_is_a_column_and_not_a_traversal(resource: Resource) -> None:
    written = [column.written_to for column in resource.columns if column.is_option]
    assert written and all(name.isidentifier() for name in written)
