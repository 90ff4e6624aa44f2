"""Which row a user means."""

from __future__ import annotations

import pytest

from plugins.module_utils._api import all_of, any_of, equals, quoted
from plugins.module_utils._errors import VrgError
from plugins.module_utils._references import named, pick

UUID = "6f1c6a0e-3b53-4f0c-9a55-0c6f0d6f3c11"
ROWS = [
    {"$key": 1, "name": "acme", "uuid": UUID},
    {"$key": 2, "name": "1", "uuid": "00000000-0000-0000-0000-000000000002"},
    {"$key": 3, "name": UUID, "uuid": "00000000-0000-0000-0000-000000000003"},
]


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("acme", False, 1),
        ("1", True, 2),  # a name, before the key of the other
        ("2", False, None),  # a key is not taken where only names are
        ("2", True, 2),
        (UUID, False, 3),  # a name, before the uuid of the other
        ("00000000-0000-0000-0000-000000000002", False, 2),
        ("Acme", False, None),
        ("", True, None),
        ("²", True, None),  # a digit to str.isdigit, and no number
    ],
)
def test_name_then_uuid_then_key(text: str, key: bool, expected: int | None) -> None:
    row = pick("tenant", ROWS, text, key=key)
    assert (row["$key"] if row else None) == expected


def test_a_uuid_is_the_same_in_capitals() -> None:
    found = pick("tenant", ROWS[:1], UUID.upper())
    assert found and found["$key"] == 1


def test_two_of_a_name_are_listed_and_neither_is_taken() -> None:
    rows = [{"$key": 4, "name": "twin"}, {"$key": 9, "name": "twin"}]
    with pytest.raises(VrgError, match=r"There are 2 rows of the kind tenant with the name 'twin' \(keys 4, 9\)"):
        pick("tenant", rows, "twin")


def test_filters_ask_for_what_the_text_can_mean() -> None:
    assert named("acme", uuid=True, key=True) == "name eq 'acme'"
    assert named("7", uuid=True, key=True) == "(name eq '7' or $key eq 7)"
    assert named("²", key=True) == "name eq '²'"
    assert named(UUID, uuid=True) == f"(name eq '{UUID}' or uuid eq '{UUID}')"


@pytest.mark.parametrize(
    ("value", "literal"),
    [("O'Brien {Ltd}", r"'O\'Brien \{Ltd}'"), ("a\\b", r"'a\\b'"), (5, "5"), (True, "true"), ("web*", "'web*'")],
)
def test_literals_are_escaped_and_nothing_is_a_wildcard(value: object, literal: str) -> None:
    assert quoted(value) == literal


def test_alternatives_are_in_parentheses() -> None:
    assert all_of(equals("name", "a", "b"), "", any_of("x eq 1")) == "(name eq 'a' or name eq 'b') and x eq 1"
