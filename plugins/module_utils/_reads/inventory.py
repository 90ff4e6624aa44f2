# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the inventory plugin shows: the rows of a system, each as the info module of its kind returns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.conditions import ALL, Condition, Row, all_of, any_of
from .._model.errors import VrgError
from .._model.query import Query, Reader
from .._model.resource import Column, Resource
from .._model.units import FLAG, INTEGER, NAME, PERCENT, RAM_GB, TEXT
from .._tables.clusters import CLUSTER, cluster_view
from .._tables.nodes import NODE
from .._tables.nodes import view as node_view
from .._tables.tenants import IS_TENANT, TENANT
from .tenants import views as tenant_views

RESOURCES = {"tenants": TENANT, "nodes": NODE, "clusters": CLUSTER}
#: Which rows belong to a kind at all: the table of tenants also holds their snapshots.
_ALWAYS = {"tenants": IS_TENANT}
#: Values that read back as they were asked for. Sizes that are rounded for reading, and times, are not among them.
_EXACT = (TEXT, NAME, FLAG, INTEGER, PERCENT, RAM_GB)
#: Characters of a condition that is sent. A longer one would not fit into a URL everywhere: the rows are judged here.
_LONGEST_FILTER = 2000


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each kind that ``resources`` names, by name: one request a kind, and one a table that ``gather``
    names for tenants. ``filters`` has the condition for a kind, made by ``condition``."""
    found = {}
    for kind in dict.fromkeys(params["resources"]):
        rows = _rows(reader, kind, params["filters"].get(kind, ALL))
        if kind == "tenants":
            found[kind] = tenant_views(reader, rows, params["gather"])
        else:
            view = node_view if kind == "nodes" else cluster_view
            found[kind] = [view(row) for row in sorted(rows, key=lambda row: str(row["name"]))]
    return found


def _rows(reader: Reader, kind: str, where: Condition) -> list[Row]:
    always = _ALWAYS.get(kind, ALL)
    asked = all_of(always, where) if len(where.render()) <= _LONGEST_FILTER else always
    return [row for row in reader.read(Query(RESOURCES[kind], asked)) if where.matches(row)]


def filterable(kind: str) -> dict[str, str]:
    """The result keys of a kind that the platform can be asked for, each with the type of its values."""
    exact = [column for column in RESOURCES[kind].columns if column.is_shown and not column.rows]
    return {"key": "int", **{column.name: column.codec.option_type for column in exact if column.codec in _EXACT}}


def condition(kind: str, fields: Mapping[str, Sequence[Any]]) -> Condition:
    """What holds for a row that has one of the values in each of the fields, in the units of the results.

    Raises VrgError for a field without a value: nothing would be found, whatever there is.
    """
    resource = RESOURCES[kind]
    for name, values in fields.items():
        if not values:
            raise VrgError(f"filters: {kind}: {name} has no value.", hint="Give it one, or leave it out.")
    return all_of(*(any_of(*(_means(resource, name, one) for one in fields[name])) for name in fields))


def _means(resource: Resource, name: str, value: Any) -> Condition:
    column: Column = resource["$key" if name == "key" else name]
    if value == "" and not column.reference:
        # The platform has nothing as an empty text and as null; both are shown alike.
        return column.among("", None)
    return column.holds(value)
