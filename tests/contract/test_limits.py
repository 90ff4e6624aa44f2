"""Limits of options are those of the platform's columns: what it takes is not refused, what it refuses is not sent."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import pytest
from vergesim.schema import TABLES

import plugins.module_utils._tables as tables
from plugins.module_utils._model.resource import Column, Resource


def limited() -> dict[tuple[str, str], Column]:
    """The columns with limits that can be set, by table and the column that is written."""
    found = {}
    for module in pkgutil.iter_modules(tables.__path__):
        for resource in vars(importlib.import_module(f"{tables.__name__}.{module.name}")).values():
            if isinstance(resource, Resource):
                for column in resource.columns:
                    if column.is_option and column.limits != (None, None):
                        found[resource.table, column.written_to or column.name] = column
    return found


LIMITED = limited()


def test_columns_with_limits_are_found() -> None:
    assert {("tenants", "name"), ("tenants", "password"), ("tenant_nodes", "ram"), ("nodes", "description")} <= {
        *LIMITED
    }


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
    # How long the name of a snapshot may be is not known.
    assert platform.kind != "text" or highest is not None or table == "tenant_snapshots"
