"""The planner, on rows alone: no request, no clock, no fake."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils import _resources
from plugins.module_utils._api import Row, Write
from plugins.module_utils._errors import VrgError
from plugins.module_utils._plan import plan_absent, plan_present
from plugins.module_utils._resource import Access, Column, Reference, Resource
from plugins.module_utils._resources.tenant import TENANT
from plugins.module_utils._resources.tenant_net_kinds import NETWORK_BLOCK
from plugins.module_utils._resources.tenant_node import TENANT_NODE


def resources() -> list[Resource]:
    """Every resource that has options, wherever it is declared."""
    found = {}
    for module in pkgutil.iter_modules(_resources.__path__):
        for value in vars(import_module(f"{_resources.__name__}.{module.name}")).values():
            if isinstance(value, Resource) and any(column.is_option for column in value.columns):
                found[value.table] = value
    return [found[table] for table in sorted(found)]


RESOURCES = resources()
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": st.text(max_size=12),
    "bool": st.booleans(),
    "int": st.integers(1, 4096),
    "float": st.integers(2 * 1024, 5120 * 1024).map(lambda megabytes: megabytes / 1024),
}


def value_of(column: Column) -> st.SearchStrategy[Any]:
    if column.reference:
        return st.integers(1, 9).map(lambda key: Reference(key, f"name-{key}"))
    return VALUES[column.codec.option_type]


@st.composite
def wanted_of(draw: st.DrawFn, resource: Resource, *, update: bool) -> dict[str, Any]:
    """Some of the resource's options, each with some value."""
    settable = (Access.WRITE,) if update else (Access.WRITE, Access.CREATE, Access.SECRET)
    columns = [column for column in resource.columns if column.access in settable]
    chosen = draw(st.lists(st.sampled_from(columns), unique_by=lambda column: column.name)) if columns else []
    return {column.name: draw(value_of(column)) for column in chosen}


def applied(resource: Resource, row: Row | None, write: Write) -> Row:
    """The row that the platform would hold after the write, as our projection reads it."""
    after: Row = dict(row or {"$key": 1})
    for column in resource.columns:
        if column.access is Access.SECRET or column.access is Access.READ:
            continue
        if column.written_to in write.body:
            value = write.body[column.written_to]
            after[column.name] = f"name-{value}" if column.reference and value is not None else value
            if column.reference:
                after[f"{column.name}_key"] = value
    return after


def planned(resource: Resource, wanted: dict[str, Any], row: Row | None) -> Any:
    return plan_present(resource, "the row", wanted, row, find=resource.query(""))


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.table)
@given(data=st.data())
def test_applying_a_plan_and_planning_again_is_empty(resource: Resource, data: st.DataObject) -> None:
    made = data.draw(wanted_of(resource, update=False))
    row = applied(resource, None, planned(resource, made, None).steps[0].write)
    visible = {name: value for name, value in made.items() if resource.column(name).access is not Access.SECRET}
    assert planned(resource, visible, row).steps == ()
    changed = data.draw(wanted_of(resource, update=True))
    plan = planned(resource, changed, row)
    for step in plan.steps:
        row = applied(resource, row, step.write)
        assert step.reached([row])
    assert planned(resource, changed, row).steps == ()


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.table)
@given(data=st.data())
def test_a_plan_never_holds_an_option_that_was_not_given(resource: Resource, data: st.DataObject) -> None:
    row = applied(resource, None, planned(resource, data.draw(wanted_of(resource, update=False)), None).steps[0].write)
    wanted = data.draw(wanted_of(resource, update=True))
    plan = planned(resource, wanted, row)
    allowed = {resource.column(name).written_to for name in wanted}
    for step in plan.steps:
        assert set(step.write.body) <= allowed
    assert set(plan.before) == set(plan.after) <= set(wanted)
    assert all(plan.before[name] != plan.after[name] for name in plan.before)


def test_the_resources_are_found() -> None:
    found = {resource.table for resource in RESOURCES}
    assert found >= {"tenants", "tenant_nodes", "tenant_storage", "tenant_snapshots", "vnet_addresses", "clusters"}


def test_a_secret_is_written_and_never_told() -> None:
    plan = planned(TENANT, {"name": "acme", "tenant_password": "secret-word"}, None)
    assert plan.steps[0].write.body["password"] == "secret-word"
    assert "secret-word" not in repr((plan.result, plan.before, plan.after, plan.steps[0].sentence))
    update = planned(TENANT, {"tenant_password": "secret-word"}, {"$key": 1, "name": "acme"})
    assert update.steps[0].sentence == "update the row: new tenant_password"
    assert "secret-word" not in repr((update.result, update.before, update.after))


def test_a_create_without_what_it_needs_says_so() -> None:
    with pytest.raises(VrgError, match=r"creating it needs cpu_cores and ram_gb"):
        plan_present(
            TENANT_NODE, "node 'a'", {"name": "a"}, None, find=TENANT_NODE.query(""), required=("cpu_cores", "ram_gb")
        )


def test_what_only_a_create_can_set_is_not_changed() -> None:
    row = {"$key": 1, "cidr": "192.0.2.0/28", "network": "External", "network_key": 3, "description": "old"}
    with pytest.raises(VrgError, match="'old' and cannot become 'new'"):
        planned(NETWORK_BLOCK, {"cidr": "192.0.2.0/28", "description": "new"}, row)


def test_an_empty_reference_clears_it() -> None:
    row = {"$key": 1, "preferred_node": "node1", "preferred_node_key": 1}
    plan = planned(TENANT_NODE, {"preferred_node": ""}, row)
    assert plan.steps[0].write.body == {"preferred_node": None}
    assert (plan.before, plan.after) == ({"preferred_node": "node1"}, {"preferred_node": None})


def test_a_delete_is_settled_by_identity_and_not_by_key() -> None:
    row = {"$key": 7, "name": "node1", "tenant_key": 5, "running": False}
    step = plan_absent(TENANT_NODE, "node 'node1'", row, identity={"name": "node1", "tenant_key": 5}).steps[0]
    assert not step.reached([row])
    assert step.reached([])
    assert step.reached([{**row, "tenant_key": 6}]), "the key was given to another tenant's node"


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda resource: resource.table)
def test_what_is_written_is_a_column_and_not_a_traversal(resource: Resource) -> None:
    written = [column.written_to for column in resource.columns if column.is_option]
    assert written and all(name.isidentifier() for name in written)
