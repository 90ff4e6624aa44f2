"""A condition says the same printed and judged in memory; tests/contract/test_conditions.py asks a platform as well."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils._model.conditions import ALL, NOTHING, Condition, Joined, Term, all_of, any_of, quoted
from plugins.module_utils._model.query import Query, Remembered
from plugins.module_utils._model.resource import Access, Column, Reference, Resource
from plugins.module_utils._model.units import ADDRESS, FLAG, INTEGER, KEY, OWNER, RAM_GB

THING = Resource(
    "thing",
    "things",
    (
        Column("name"),
        Column("enabled", codec=FLAG),
        Column("size", codec=INTEGER),
        Column("ram_gb", "ram", RAM_GB),
        Column("address", codec=ADDRESS),
        Column("owner", codec=OWNER),
        Column("cluster", "cluster#name", reference="cluster", target="cluster"),
        Column("parent_key", "parent", KEY, Access.HIDDEN),
    ),
)
ROW: dict[str, Any] = {
    "$key": 5,
    "name": "acme",
    "enabled": True,
    "size": 7,
    "ram_mb": 4096,
    "address": "2001:db8::1",
    "owner": "/v4/tenants/5",
    "cluster": "prod",
    "cluster_key": "3",
    "parent_key": None,
}
name, enabled, size = THING["name"], THING["enabled"], THING["size"]
A, B, C = name.eq("a"), name.eq("b"), enabled.eq(True)


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("O'Brien {Ltd}", r"'O\'Brien \{Ltd}'"),
        ("a\\b", r"'a\\b'"),
        ("web*", "'web*'"),
        ("", "''"),
        (5, "5"),
        (-5, "-5"),
        (5.0, "5"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
    ],
)
def test_literals_are_escaped_and_nothing_is_a_wildcard(value: object, literal: str) -> None:
    assert quoted(value) == literal


def test_a_fraction_has_no_literal() -> None:
    with pytest.raises(ValueError, match="cannot ask for 1.5"):
        size.eq(1.5).render()


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (name.eq("acme"), "name eq 'acme'"),
        (enabled.ne(True), "enabled ne true"),
        (THING["ram_gb"].above(4096), "ram gt 4096"),
        (THING["ram_gb"].holds(4.0), "ram eq 4096"),
        (size.at_least(5) & size.below(9), "size ge 5 and size lt 9"),
        (name.begins("a"), "name bw 'a'"),
        (THING["cluster"].holds(Reference(3, "prod")), "cluster eq 3"),
        (THING["cluster"].holds(""), "cluster eq null"),
        (THING["cluster"].holds("prod"), "cluster#name eq 'prod'"),
        (THING["cluster_key"].eq(3), "cluster eq 3"),
        (THING["$key"].among(1, 2, 1), "$key eq 1 or $key eq 2"),
        (A & B, "name eq 'a' and name eq 'b'"),
        (A & B & C, "name eq 'a' and name eq 'b' and enabled eq true"),
        # The platform reads from left to right, without precedence.
        ((A | B) & C, "(name eq 'a' or name eq 'b') and enabled eq true"),
        (A | (B & C), "name eq 'a' or (name eq 'b' and enabled eq true)"),
        (all_of(), ""),
        (any_of(), "$key eq null"),
        (all_of(A, NOTHING), "$key eq null"),
        (any_of(A, NOTHING), "name eq 'a'"),
        (any_of(A, ALL), ""),
        (all_of(A, ALL), "name eq 'a'"),
        (name.among(), "$key eq null"),
    ],
)
def test_how_a_condition_is_printed(condition: Condition, text: str) -> None:
    assert condition.render() == text


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (name.eq("acme"), True),
        (name.eq("Acme"), False),
        (enabled.eq(True), True),
        (enabled.eq(1), False),
        (enabled.ne(1), True),
        (size.eq(True), False),
        (size.eq("7"), False),
        (size.below(8), True),
        (size.below(7), False),
        (size.at_least(7), True),
        (size.above(7), False),
        # What cannot be compared is in no order.
        (size.below("9"), False),
        (size.below(None), False),
        (name.begins("ac"), True),
        (name.begins("AC"), False),
        (name.begins(""), True),
        (THING["parent_key"].begins(""), True),
        (size.begins("7"), False),
        (THING["parent_key"].eq(None), True),
        (THING["parent_key"].ne(3), True),
        # Spellings of one value.
        (THING["cluster_key"].eq(3), True),
        (THING["$key"].eq("5"), True),
        (THING["$key"].eq("05"), False),
        (THING["owner"].eq("tenants/5"), True),
        (THING["owner"].eq("tenants/55"), False),
        (THING["ram_gb"].holds(4.0), True),
        (THING["address"].holds("2001:DB8:0::1"), True),
        (THING["cluster"].holds(Reference(3, "other")), True),
        (THING["cluster"].holds(""), False),
        (ALL, True),
        (NOTHING, False),
        (name.among(), False),
        (name.among("b", "acme"), True),
        ((A | C) & size.eq(7), True),
    ],
)
def test_how_a_row_is_judged(condition: Condition, holds: bool) -> None:
    assert condition.matches(ROW) is holds


def test_a_row_that_was_not_read_is_not_judged() -> None:
    with pytest.raises(KeyError):
        name.eq("acme").matches({"$key": 5})
    with pytest.raises(ValueError, match="a query of things does not read enabled, size"):
        Query(THING.only("name"), all_of(name.eq("a"), enabled.eq(True) | size.eq(1)))
    assert Query(THING.only("name"), name.eq("a") | THING["$key"].eq(1)).where.keys == {"name", "$key"}


def test_nothing_is_not_remembered_as_everything() -> None:
    class Platform:
        now = 0

        def read(self, query: Query) -> list[dict[str, Any]]:
            return [ROW] if query.where == ALL else []

    reader = Remembered(Platform())
    assert reader.read(Query(THING)) == [ROW]
    assert reader.read(Query(THING, NOTHING)) == []


TERMS = st.builds(
    Term, st.just("size"), st.just("size"), st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]), st.integers(0, 3)
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TERMS, lambda inner: st.lists(inner, max_size=3).flatmap(lambda parts: st.sampled_from([all_of, any_of]).map(
        lambda join: join(*parts)
    ))
)  # fmt: skip


@given(st.lists(CONDITIONS, max_size=4), st.integers(0, 3))
def test_joining_is_and_and_or(conditions: list[Condition], value: int) -> None:
    row = {"size": value}
    assert all_of(*conditions).matches(row) == all(condition.matches(row) for condition in conditions)
    assert any_of(*conditions).matches(row) == any(condition.matches(row) for condition in conditions)


@given(CONDITIONS)
def test_no_part_of_a_condition_is_empty(condition: Condition) -> None:
    """An empty part would print as nothing, or as a pair of parentheses that no platform can read."""
    assert condition in (ALL, NOTHING) or _has_parts(condition)
    assert "()" not in condition.render()


def _has_parts(condition: Condition) -> bool:
    if isinstance(condition, Term):
        return True
    inner = [part for part in condition.parts if isinstance(part, Joined)]
    # Parts of the same word would be parentheses for nothing.
    return len(condition.parts) > 1 and all(part.word != condition.word and _has_parts(part) for part in inner)
