"""Rows that are found by what is equal are those that looking at each finds."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.module_utils._model.conditions import Condition, Row, all_of, any_of
from plugins.module_utils._model.resource import Column
from plugins.module_utils._model.rows import Rows
from plugins.module_utils._model.units import INTEGER, KEY, OWNER

COLUMNS = Column("$key", codec=KEY), Column("number", codec=INTEGER), Column("owner", codec=OWNER)
VALUES = {"$key": range(3), "number": [1, None, True], "owner": ["tenants/1", "/v4/tenants/1", None]}
ROWS = st.fixed_dictionaries({name: st.sampled_from(list(values)) for name, values in VALUES.items()})


def terms() -> st.SearchStrategy[Condition]:
    def of(column: Column) -> st.SearchStrategy[Condition]:
        values = st.sampled_from(list(VALUES[column.name]))
        return st.one_of(
            values.map(column.eq), values.map(column.ne), st.lists(values).map(lambda some: column.among(*some))
        )

    return st.one_of(*map(of, COLUMNS))


CONDITIONS = st.recursive(
    terms(),
    lambda inner: st.one_of([st.lists(inner).map(lambda some, join=join: join(*some)) for join in (all_of, any_of)]),
    max_leaves=6,
)
#: Rows that come, and keys of rows that go.
CHANGES = st.lists(st.one_of(ROWS, st.integers(0, 3)), max_size=6)


@settings(max_examples=400)
@given(st.lists(ROWS, max_size=6), CHANGES, CONDITIONS)
def test_what_is_found_is_what_looking_at_each_finds(first: list[Row], changes: list[Any], where: Condition) -> None:
    rows = Rows(first)
    each = {row["$key"]: row for row in first}
    for change in [*changes, None]:
        found = sorted(rows.matching(where), key=lambda row: row["$key"])
        assert found == [each[key] for key in sorted(each) if where.matches(each[key])]
        assert rows.but(where) == [row for row in each.values() if not where.matches(row)]
        if isinstance(change, dict):
            rows.put(change)
            each[change["$key"]] = change
        elif change is not None:
            rows.drop(change)
            each.pop(change, None)
