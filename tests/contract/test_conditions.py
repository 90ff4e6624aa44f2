"""A condition judged in memory finds the rows that the platform finds with the filter it prints (docs/platform.md#2.2).

The simulator's query engine answers, in this process, over tables whose values were made awkward.
"""

from __future__ import annotations

import random
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vergesim.derived import DERIVED
from vergesim.query.select import read_list
from vergesim.schema import TABLES
from vergesim.schema import Column as StoredColumn
from vergesim.simulator import Options, Simulator
from vergesim.world import World

from plugins.module_utils import _tables
from plugins.module_utils._model.conditions import ALL, NOTHING, Condition, all_of, any_of
from plugins.module_utils._model.query import Query
from plugins.module_utils._model.resource import Access, Column, Reference, Resource
from plugins.module_utils._model.selectors import row_key
from plugins.module_utils._model.units import ANSWERED_TENANT, ANYTHING, EPOCH, KEY, OWNER

TEXTS = [
    *("", "a", "A", "ab", "acme", "Zoë", "zoe\u0308", "😀", "ß", "SS", " a", "a ", "\n", "\t", "\u2028"),
    *("it's", "''", "\\", "a\\", "\\'", "{", "}", "{x}", "a{x}b", "ab{", "{$now}", "\\{", "'{\\"),
    *("0", "5", "05", "-5", "1.5", "1e3", "٣", "null", "true", "false", "and", " or ", "') or ('a' eq 'a"),
    *("tenants/5", "/v4/tenants/5", "name eq 'a'", "%", "*", "a,b", "a#b", "$key"),
]
NUMBERS = [0, 1, 2, 5, 1024, 2048, 4096, 1024**3, 3 * 1024**3 + 1, 2**53, 1_790_000_000]
#: What the simulator needs as it is to answer at all: whose a row is, and what its figures are made of.
FIXED = {"uuid", "status", "stats", "machine", "tenant", "tier"}
#: Tables that the system has no rows of, or few.
EMPTY = {
    *("tenant_snapshots", "tenant_layer2_vnets", "tenant_logs", "vnet_addresses", "vnet_cidrs", "clusters", "files"),
    *("logs", "storage_tiers", "vm_recipes", "vm_recipe_instances", "vms"),
    *("cloud_snapshots", "update_settings", "update_source_packages", "shared_objects"),
}
#: Codecs whose values are no single ones.
_STRUCTURES = (ANYTHING, ANSWERED_TENANT)


def resources() -> list[Resource]:
    """Every resource that a table's file declares, but those that are part of another."""
    found: list[Resource] = []
    for file in iter_modules(_tables.__path__):
        values = list(vars(import_module(f"{_tables.__name__}.{file.name}")).values())
        values += [each for value in values if isinstance(value, dict) for each in value.values()]
        found += [value for value in values if isinstance(value, Resource) and value not in found]

    def is_part(resource: Resource) -> bool:
        others = [other for other in found if other is not resource and other.table == resource.table]
        return any(resource.entries.items() < other.entries.items() for other in others)

    return [resource for resource in found if not is_part(resource)]


RESOURCES = resources()


@cache
def world(key_in_rows: str = "int") -> World:
    """A system with thirty tenants, whose texts, numbers, flags and references are any."""
    switches = {"key_in_rows": key_in_rows, "history_rows": "few"}
    found = Simulator(Options(fixture="msp:30", step=1, clock="requests", switches=switches)).world
    chance = random.Random(7)
    for table in EMPTY:
        for _row in range(20):
            keys = list(found.table(table).rows)
            found.insert(table, {}, found.new_hex() if keys and isinstance(keys[0], str) else None)
    for table in TABLES:
        fixed = set() if table in EMPTY else FIXED
        for row in list(found.table(table)):
            for column in TABLES[table].columns:
                if column.name in row and column.name not in fixed and (table, column.name) not in DERIVED:
                    value = any_value(found, column, row[column.name], chance)
                    found.table(table).change(row, {column.name: value})
    return found


def any_value(found: World, column: StoredColumn, value: Any, chance: random.Random) -> Any:
    if column.kind == "text":
        return chance.choice([*TEXTS, None, value])
    if column.kind in ("int", "time"):
        return chance.choice([*NUMBERS, value])
    if column.kind == "bool":
        return chance.random() < 0.5
    if column.kind == "ref":
        return chance.choice([None, *list(found.table(column.table or "").rows)[:9]])
    if column.kind == "owner":
        return chance.choice([None, *(f"tenants/{key}" for key in list(found.table("tenants").rows)[:9])])
    return value


def answered(found: World, query: Query) -> list[dict[str, Any]]:
    """What the platform answers, as the engine reads it."""
    answer = read_list(found, query.table, {name: str(value) for name, value in query.parameters.items()}, None)
    rows = answer if isinstance(answer, list) else []
    return [{**query.resource.blank, **row, "$key": row_key(row["$key"])} for row in rows]


@cache
def everything(resource: int, key_in_rows: str = "int") -> list[dict[str, Any]]:
    return answered(world(key_in_rows), Query(RESOURCES[resource]))


def columns_of(resource: Resource) -> list[Column]:
    """What a condition can be about."""
    named = [resource[name] for name in ("$key", *(column.name for column in resource.columns if column.key))]
    keys = [resource[f"{column.name}_key"] for column in resource.columns if column.reference]
    single = [column for column in (*named, *keys) if not column.rows and column.codec not in _STRUCTURES]
    # A column that a platform may not have is never asked for: a filter with one finds nothing at all.
    single = [column for column in single if column.key in resource.entries]
    single = [column for column in single if not column.omitted or "#" in column.read_from]
    # Memory is wider where people write one value in several ways; below, it is judged for that.
    return [column for column in single if column.codec.spelling is None or column.codec in (KEY, OWNER)]


@cache
def values_of(resource: int, at: int) -> list[Any]:
    """Values that some row has in a column, and others."""
    column = COLUMNS[resource][at]
    held = list(dict.fromkeys(row[column.key] for row in everything(resource)))[:40]
    if column.codec is KEY:
        # Only a key of the table's own may be written as text (docs/platform.md#2.2).
        texts = [str(value) for value in held if value is not None] if "#" not in column.read_from else []
        return [*held, *texts, *NUMBERS, None, "ab12", "05"]
    if column.codec is OWNER:
        owners = [value for value in held if value]
        return [*owners, *(f"/v4/{owner}" for owner in owners), None, "tenants/99", "users/1"]
    # Others of its own type, and some of every other type.
    others = [*TEXTS, 0, 1] if column.codec.form == "text" else [*NUMBERS, "", "1", "true"]
    return [*held, *others, None, True, False]


@st.composite
def terms(draw: st.DrawFn, resource: int) -> Condition:
    at = draw(st.integers(0, len(COLUMNS[resource]) - 1))
    column, values = COLUMNS[resource][at], st.sampled_from(values_of(resource, at))
    made = draw(st.sampled_from(["equal", "among", "ordered", "begins"]))
    if made == "begins" and column.codec.form == "text":
        begun = [str(value)[:2] for value in values_of(resource, at) if isinstance(value, str)]
        return column.begins(draw(st.sampled_from([*TEXTS, *begun])))
    if made == "ordered" and column.codec.spelling is None:
        compare = draw(st.sampled_from([column.below, column.above, column.at_least]))
        return compare(draw(values.filter(lambda value: not isinstance(value, bool))))
    if made == "among":
        return column.among(*draw(st.lists(values, max_size=4)))
    return draw(st.sampled_from([column.eq, column.ne]))(draw(values))


def conditions(resource: int) -> st.SearchStrategy[Condition]:
    leaves = terms(resource) | st.sampled_from([ALL, NOTHING])
    joined = st.sampled_from([all_of, any_of])
    return st.recursive(
        leaves,
        lambda inner: st.builds(lambda join, parts: join(*parts), joined, st.lists(inner, max_size=4)),
        max_leaves=12,
    )


COLUMNS = [columns_of(resource) for resource in RESOURCES]
ORACLE = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
EACH = pytest.mark.parametrize("resource", range(len(RESOURCES)), ids=lambda at: f"{RESOURCES[at].table}-{at}")


@EACH
def test_there_are_rows_to_judge(resource: int) -> None:
    """Without rows, the comparison below would say nothing."""
    assert len(everything(resource)) > 2


@EACH
@ORACLE
@given(data=st.data())
def test_memory_finds_what_the_platform_finds(resource: int, data: st.DataObject) -> None:
    condition = data.draw(conditions(resource))
    found = {row["$key"] for row in answered(world(), Query(RESOURCES[resource], condition))}
    judged = {row["$key"] for row in everything(resource) if condition.matches(row)}
    assert found == judged, condition.render()


@EACH
def test_a_number_is_no_flag_and_no_text(resource: int) -> None:
    """Each value with each column that is not a text: chance comes by too few of them."""
    for at, column in enumerate(COLUMNS[resource]):
        for value in (
            {repr(value): value for value in values_of(resource, at)}.values() if column.codec.form != "text" else ()
        ):
            condition = column.eq(value)
            found = {row["$key"] for row in answered(world(), Query(RESOURCES[resource], condition))}
            assert found == {row["$key"] for row in everything(resource) if condition.matches(row)}, condition.render()


@EACH
def test_what_a_row_holds_is_found_by_it(resource: int) -> None:
    """In memory every spelling of a wanted value is that value; the platform finds at least what is written alike."""
    for column in RESOURCES[resource].columns:
        if not (column.is_option or column.access is Access.RULED) or column.rows or column.access is Access.SECRET:
            continue
        for row in everything(resource)[:12]:
            shown = column.shown(row)
            # What it refers to may have no name; its key tells that there is something.
            key = row[f"{column.name}_key"] if column.reference else None
            wanted = Reference(key, str(shown)) if key and shown is not None else shown
            if wanted is None or (column.codec is EPOCH):
                continue
            condition = column.holds(wanted)
            found = {one["$key"] for one in answered(world(), Query(RESOURCES[resource], condition))}
            judged = {one["$key"] for one in everything(resource) if condition.matches(one)}
            assert row["$key"] in judged and found <= judged, condition.render()


def test_keys_that_arrive_as_text_are_found_alike() -> None:
    """docs/platform.md#1.4, the switch key_in_rows."""
    at = next(at for at, resource in enumerate(RESOURCES) if resource.table == "tenants")
    key, rows = RESOURCES[at]["$key"], everything(at, "string")
    assert rows
    for value in (*(row["$key"] for row in rows), 99, "ab12", "01"):
        for condition in (key.eq(value), key.ne(value), key.eq(str(value)), key.among(value, 2, "3")):
            found = {row["$key"] for row in answered(world("string"), Query(RESOURCES[at], condition))}
            assert found == {row["$key"] for row in rows if condition.matches(row)}, condition.render()


@pytest.mark.parametrize("condition", [ALL, NOTHING])
@EACH
def test_everything_and_nothing(resource: int, condition: Condition) -> None:
    found = answered(world(), Query(RESOURCES[resource], condition))
    assert found == (everything(resource) if condition == ALL else [])
