"""Which row a user means."""

from __future__ import annotations

import pytest

from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.resource import Access, Column, Resource
from plugins.module_utils._model.selectors import (
    check_new_name,
    is_key,
    is_uuid,
    known,
    named,
    owner_path,
    pick,
    pick_renamed,
    reference,
    row_key,
)
from plugins.module_utils._reads import tenants
from plugins.module_utils._tables.tenants import TENANT
from support import Tables

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
        ("٢", True, None),  # a number, and no key
        ("0002", True, None),  # a customer's number
        (" 2", True, None),
        ("+2", True, None),
        ("9" * 5000, True, None),
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


def test_conditions_ask_for_what_the_text_can_mean() -> None:
    assert named(TENANT, "acme", uuid=True, key=True).render() == "name eq 'acme'"
    assert named(TENANT, "7", uuid=True, key=True).render() == "name eq '7' or $key eq 7"
    assert named(TENANT, "²", key=True).render() == "name eq '²'"
    assert named(TENANT, "0007", key=True).render() == "name eq '0007'"
    assert named(TENANT, UUID.upper(), uuid=True).render() == f"name eq '{UUID.upper()}' or uuid eq '{UUID}'"
    assert named(TENANT, "a", "8", key=True).render() == "name eq 'a' or name eq '8' or $key eq 8"
    assert named(TENANT).render() == "$key eq null"


@pytest.mark.parametrize("text", ["0001", "01", "²", "٣", "+1", " 1", "1 ", "-1", "", "1.0", "1e3", "9" * 19])
def test_F13_a_key_is_its_canonical_digits(text: str) -> None:
    assert not is_key(text)
    assert row_key(text) == text
    assert is_key("1") and is_key("0") and row_key("1") == 1


@pytest.mark.parametrize(
    ("text", "found"), [("0001", []), ("1", ["acme"]), ("acme", ["acme"]), (UUID.upper(), ["acme"])]
)
def test_F13_an_info_module_takes_no_digits_for_the_key_of_another_customer(text: str, found: list[str]) -> None:
    rows = [{**dict.fromkeys(TENANT.entries), "$key": 1, "name": "acme", "uuid": UUID, "is_snapshot": False}]
    told = tenants.gather(Tables(tenants=rows), {"name": text, "gather": []})
    assert [tenant["name"] for tenant in told["tenants"]] == found


@pytest.mark.parametrize(("key", "expected"), [("36", 36), (36, 36), ("ab12", "ab12"), (None, None)])
def test_keys_come_as_text_or_number(key: object, expected: object) -> None:
    assert row_key(key) == expected


@pytest.mark.parametrize(
    ("written", "path"), [("tenants/5", "tenants/5"), ("/v4/tenants/5", "tenants/5"), (5, "5"), (None, "")]
)
def test_owners_are_compared_on_their_last_two_segments(written: object, path: str) -> None:
    assert owner_path(written) == path


def test_a_uuid_is_a_uuid() -> None:
    assert is_uuid(UUID) and is_uuid(UUID.upper())
    assert not is_uuid(UUID[:-1]) and not is_uuid(f"{UUID}\n")


THING = Resource("thing", "things", (Column("name", access=Access.READ),))
NAMES = [{"$key": key, "name": name} for key, name in enumerate(["prod", "Test", "edge"], 1)]


def test_a_row_is_renamed_once() -> None:
    assert pick_renamed("thing", NAMES, "prod", "new") is NAMES[0]
    assert pick_renamed("thing", NAMES, "old", "prod") is NAMES[0]
    assert pick_renamed("thing", NAMES, "old", "new") is None
    assert pick_renamed("thing", NAMES, "prod", "prod") is NAMES[0]
    with pytest.raises(VrgError, match="Thing 'prod' cannot be renamed: there already is a thing 'edge'"):
        pick_renamed("thing", NAMES, "prod", "edge")


def test_a_new_name_is_a_name_and_not_for_what_is_to_go() -> None:
    with pytest.raises(VrgError, match="new_name cannot be used with state=absent"):
        check_new_name(TENANT, "new", absent=True)
    with pytest.raises(VrgError, match="new_name must have 1 to 120 characters"):
        check_new_name(TENANT, "", absent=False)
    check_new_name(TENANT, "new", absent=False)
    check_new_name(TENANT, None, absent=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [("prd", "Near to it: 'prod'."), ("test", "'Test'"), ("zzz", "There is: 'Test', 'edge', 'prod'.")],
)
def test_F23_what_is_not_there_is_refused_with_what_is(text: str, said: str) -> None:
    with pytest.raises(VrgError, match=f"There is no thing '{text}'.") as caught:
        reference(Tables(things=NAMES), THING, [], text, "Look.")
    assert caught.value.hint.startswith("Look. ") and said in caught.value.hint
    assert reference(Tables(), THING, NAMES, "2").name == "Test"


def test_F23_a_long_list_is_cut_and_an_empty_one_said() -> None:
    rows = [{"$key": key, "name": f"n{key:02}"} for key in range(30)]
    assert known(Tables(things=rows), THING, "zzzz").endswith("'n11' and 18 more.")
    assert known(Tables(), THING, "a") == "There is none at all."


def test_what_was_to_help_does_not_get_in_the_way() -> None:
    class Silent(Tables):
        def read(self, query: object) -> list[dict[str, object]]:
            raise VrgError("no answer")

    assert known(Silent(), THING, "a") == ""
