"""Limits of options are those of the platform's columns: what it takes is not refused, what it refuses is not sent."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
from vergesim.schema import TABLES

import plugins.module_utils._tables as tables
from plugins.module_utils._model.resource import Column, Resource

RESOURCES = [
    value
    for module in pkgutil.iter_modules(tables.__path__)
    for value in vars(importlib.import_module(f"{tables.__name__}.{module.name}")).values()
    if isinstance(value, Resource)
]


def limited() -> dict[tuple[str, str], Column]:
    """The columns with limits that can be set, by table and the column that is written."""
    return {
        (resource.table, column.written_to or column.name): column
        for resource in RESOURCES
        for column in resource.columns
        if column.is_option and column.limits != (None, None)
    }


LIMITED = limited()
#: Texts that have to be an address before anything is sent, whatever their length.
ADDRESSES = {("vnet_cidrs", "cidr"), ("vnet_addresses", "ip")}
#: Nobody's option: a crash cart is made from a recipe, which has the name.
MADE_ELSEWHERE = {("vms", "name")}


def unlimited() -> list[tuple[str, str]]:
    """Texts that the platform limits and an option does not: a list would find out half way."""
    found = []
    for resource in RESOURCES:
        for column in resource.columns:
            name = column.written_to or column.name
            platform = next((one for one in TABLES[resource.table].columns if one.name == name), None)
            limits_text = platform is not None and platform.kind == "text" and platform.high is not None
            if limits_text and column.is_option and not column.reference and column.limits[1] is None:
                found.append((resource.table, name))
    return found


def test_columns_with_limits_are_found() -> None:
    assert {("tenants", "name"), ("tenants", "password"), ("tenant_nodes", "ram"), ("nodes", "description")} <= {
        *LIMITED
    }


def test_no_text_is_without_the_platforms_limit() -> None:
    assert {*unlimited()} == ADDRESSES | MADE_ELSEWHERE


@pytest.mark.parametrize("where", LIMITED, ids=".".join)
def test_a_limit_is_the_platforms_own(where: tuple[str, str]) -> None:
    (table, name), column = where, LIMITED[where]
    (platform,) = (one for one in TABLES[table].columns if one.name == name)

    def raw(limit: Any) -> Any:
        return limit if limit is None or column.codec.option_type == "str" else column.codec.encode(limit)

    lowest, highest = map(raw, column.limits)
    # The engine may ask for more, such as a size above 0, but never let through what is refused.
    assert platform.low is None or lowest >= platform.low
    assert platform.high is None or highest is None or highest == platform.high
    assert platform.kind != "text" or highest is not None
