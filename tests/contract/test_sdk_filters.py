"""The filters that the real SDK builds: the platform has neither ``like`` nor ``in``, so they become something else."""

from __future__ import annotations

import pytest
from pyvergeos import VergeClient
from pyvergeos.filters import Filter, build_filter
from raw import Raw
from wire import Wire

NAMES = ["acme", "Acme", "br{x}ace", "brace", "O'Brien", "back\\slash", "1234", "a}b", "Zoë", "50%", "a.b(c)"]


@pytest.fixture(autouse=True)
def tenants(raw: Raw) -> None:
    for name in NAMES:
        raw.create("tenants", name=name)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_found_and_no_other(client: VergeClient, name: str) -> None:
    assert client.tenants.get(name=name).name == name
    assert [row.name for row in client.tenants.list(name=name)] == [name]


WILDCARDS = {
    "ac*": ("name bw 'ac'", ["acme"]),
    "*ace": ("name ew 'ace'", ["br{x}ace", "brace"]),
    "*c*": ("name cs 'c'", ["acme", "Acme", "br{x}ace", "brace", "back\\slash", "a.b(c)"]),
    "*": ("name bw ''", NAMES),
    "a*e": ("name rx '^a.*e$'", ["acme"]),
    "?cme": ("name rx '^.cme$'", ["acme", "Acme"]),
    "a.?(*)": ("name rx '^a\\\\..\\\\(.*\\\\)$'", ["a.b(c)"]),
    "br{*": ("name bw 'br\\{'", ["br{x}ace"]),
}


@pytest.mark.parametrize("pattern", WILDCARDS)
def test_wildcards(client: VergeClient, wire: Wire, pattern: str) -> None:
    filter, found = WILDCARDS[pattern]
    assert build_filter(name=pattern) == filter
    wire.forget()
    assert [row.name for row in client.tenants.list(name=pattern)] == found
    assert wire.sent()[0].params["filter"] == f"(is_snapshot eq false) and ({filter})"


BUILT = {
    "list": (Filter().in_("name", ["acme", "Z*"]), ["acme", "Zoë"]),
    "or": (Filter().eq("name", "acme").or_().eq("name", "1234"), ["acme", "1234"]),
    "implicit and": (Filter().bw("name", "a").ew("name", "e"), ["acme"]),
    "ct": (Filter().ct("name", "ACME"), ["acme", "Acme"]),
    "rx": (Filter().rx("name", "^[[:digit:]]{4}$"), ["1234"]),
    "like": (Filter().like("name", "50*"), ["50%"]),
    "null": (Filter().eq("ui_address", None).eq("name", "acme"), ["acme"]),
    "flag": (Filter().eq("isolate", True), []),
    "number": (Filter().le("$key", 2), ["acme", "Acme"]),
}


@pytest.mark.parametrize("name", BUILT)
def test_built_filters(client: VergeClient, name: str) -> None:
    filter, found = BUILT[name]
    assert [row.name for row in client.tenants.list(filter=str(filter))] == found


def test_nothing_but_none_is_no_filter_for_everything(client: VergeClient, wire: Wire) -> None:
    wire.forget()
    with pytest.raises(ValueError, match="all None"):
        client.tenants.list(name=None)
    assert wire.sent() == []


def test_a_callers_filter_and_a_name_both_count(client: VergeClient) -> None:
    rows = client.tenants.list(filter="name eq 'acme' or name eq 'brace'", name="brace")
    assert [row.name for row in rows] == ["brace"]


def test_every_row_is_walked_through_in_pages(client: VergeClient, wire: Wire) -> None:
    wire.forget()
    assert [row.name for row in client.tenants.iter_all(page_size=4)] == NAMES
    assert [(request.params["limit"], request.params["offset"]) for request in wire.sent()] == [
        ("4", "0"),
        ("4", "4"),
        ("4", "8"),
    ]
