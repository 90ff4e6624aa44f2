"""The filter language of docs/platform.md#2.1 and 2.2, sent as it stands on the wire."""

from __future__ import annotations

import pytest
from raw import Raw

from vergesim_process import Vergesim

NAMES = ["acme", "Acme", "br{x}ace", "brace", "O'Brien", "back\\slash", "1234", "a}b", "Zoë"]
INVALID = (422, "Invalid argument")


@pytest.fixture
def tenants(raw: Raw) -> Raw:
    """Tenants with awkward names, keyed 1 to 9 in the order of ``NAMES``."""
    for name in NAMES:
        raw.create("tenants", name=name)
    return raw


FOUND: dict[str, tuple[str, list[str]]] = {
    "eq": ("name eq 'acme'", ["acme"]),
    "ne": ("name ne 'acme'", NAMES[1:]),
    "gt": ("$key gt 7", ["a}b", "Zoë"]),
    "ge": ("$key ge 8", ["a}b", "Zoë"]),
    "lt": ("$key lt 3", ["acme", "Acme"]),
    "le": ("$key le 2", ["acme", "Acme"]),
    "bw": ("name bw 'br'", ["br{x}ace", "brace"]),
    "bw is case-sensitive": ("name bw 'BR'", []),
    "bw of nothing is every row": ("name bw ''", NAMES),
    "ew": ("name ew 'ace'", ["br{x}ace", "brace"]),
    "cs is case-sensitive": ("name cs 'Ac'", ["Acme"]),
    "ct is not": ("name ct 'AC'", ["acme", "Acme", "br{x}ace", "brace", "back\\slash"]),
    "rx is not anchored": ("name rx 'r[a-b]c'", ["brace"]),
    "rx is case-sensitive": ("name rx '^A'", ["Acme"]),
    "rx is a POSIX ERE": ("name rx '^[[:digit:]]+$'", ["1234"]),
    "rx with a shorthand of PCRE": ("name rx '^\\\\d+$'", []),
    "rx with a flag of PCRE": ("name rx '(?i)ACME'", []),
    "rx of nothing is every row": ("name rx ''", NAMES),
    "and": ("name bw 'a' and $key gt 1", ["a}b"]),
    "or": ("name eq 'brace' or $key eq 1", ["acme", "brace"]),
    "parentheses": ("$key eq 1 or ($key eq 2 and name eq 'brace')", ["acme"]),
    "a or b and c is (a or b) and c": ("$key eq 1 or $key eq 2 and name eq 'brace'", []),
    "a and b or c is (a and b) or c": ("$key eq 2 and name eq 'brace' or $key eq 1", ["acme"]),
    "an escaped backslash": ("name eq 'back\\\\slash'", ["back\\slash"]),
    "an escaped quote": ("name eq 'O\\'Brien'", ["O'Brien"]),
    "an escaped brace": ("name eq 'br\\{x}ace'", ["br{x}ace"]),
    "a closing brace is ordinary": ("name eq 'a}b'", ["a}b"]),
    "balanced braces are taken out silently": ("name eq 'br{x}ace'", ["brace"]),
    "letters beyond ASCII": ("name eq 'Zoë'", ["Zoë"]),
    "an integer": ("$key eq 5", ["O'Brien"]),
    "a key as a string": ("$key eq '5'", ["O'Brien"]),
    "true": ("expose_cloud_snapshots eq true", NAMES),
    "false": ("expose_cloud_snapshots eq false", []),
    "null": ("ui_address eq null", NAMES),
    "not null": ("ui_address ne null", []),
    "a traversal": ("vnet#name eq 'tenant_acme'", ["acme"]),
    "two traversals": ("vnet#machine#name eq 'nobody'", []),
    "an expression": ("created lt {$add({$now},604800)} and created gt {$add({$now},-604800)}", NAMES),
    "a name that is nothing": ("nonsense eq 1", []),
    "nothing": ("", NAMES),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_filter_finds(tenants: Raw, name: str) -> None:
    filter, expected = FOUND[name]
    assert tenants.names("tenants", filter) == expected


REFUSED = {
    "like": "name like 'ac%'",
    "in": "name in ('acme')",
    "not": "not name eq 'acme'",
    "no operator": "name",
    "no literal": "name eq",
    "an operator that is none": "name is 'acme'",
    "SQL's doubled quote": "name eq 'O''Brien'",
    "a bad escape": "name eq 'back\\slash'",
    "an escape within rx": "name rx '\\d'",
    "a backslash at the end": "name eq 'acme\\",
    "an open string": "name eq 'acme",
    "an unbalanced brace": "name eq 'br{ace'",
    "an open parenthesis": "(name eq 'acme'",
    "a closing one too many": "name eq 'acme')",
    "a joiner that is none": "name eq 'acme' xor $key eq 1",
    "a joiner at the end": "name eq 'acme' and",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_filter_is_an_invalid_argument(tenants: Raw, name: str) -> None:
    assert tenants.refused("GET", "tenants", filter=REFUSED[name], fields="$key,name") == INVALID


def test_without_a_filter_every_row_comes(tenants: Raw) -> None:
    assert [row["name"] for row in tenants.read("tenants", fields="name")] == NAMES


def test_the_left_side_is_an_own_column_first(tenants: Raw) -> None:
    renamed = "$key,name as note,note as name"
    assert [row["$key"] for row in tenants.read("tenants", "name eq 'brace'", renamed)] == [4]


def test_the_left_side_is_then_an_alias_of_this_request(raw: Raw) -> None:
    running = "$key,machine#status#running as running"
    assert [row["$key"] for row in raw.read("nodes", "running eq true", running)] == [1, 2]
    assert raw.read("nodes", "running eq true", "$key,name") == []


def test_the_left_side_is_then_a_traversal(raw: Raw) -> None:
    assert [row["$key"] for row in raw.read("nodes", "cluster#name eq 'conundrum-lab'", "$key,name")] == [1, 2]
    assert [row["$key"] for row in raw.read("nodes", "machine#status#running eq false", "$key,name")] == []


def test_an_owner_compares_as_a_string(raw: Raw, acme: None) -> None:
    assert [row["ip"] for row in raw.read("vnet_addresses", "owner eq 'tenants/2'", "ip")] == ["198.51.100.20"]
    assert raw.read("vnet_addresses", "owner eq 2", "ip") == []


def test_sort(tenants: Raw) -> None:
    assert [row["$key"] for row in tenants.read("tenants", fields="$key,name", sort="-$key")] == list(range(9, 0, -1))
    ordered = tenants.read("tenants", "$key le 4", "$key,name", sort="+name")
    assert [row["name"] for row in ordered] == ["Acme", "acme", "brace", "br{x}ace"]


def test_sort_by_an_alias(raw: Raw) -> None:
    hot = raw.read("nodes", fields="$key,machine#stats#core_temp as core_temp", sort="-core_temp")
    assert [(row["$key"], row["core_temp"]) for row in hot] == [(2, 72), (1, 63)]


def test_limit_and_offset(tenants: Raw) -> None:
    def keys(**params: int) -> list[int]:
        return [row["$key"] for row in tenants.read("tenants", fields="$key,name", **params)]

    assert keys(limit=2) == [1, 2]
    assert keys(limit=2, offset=8) == [9]
    assert keys(limit=0) == list(range(1, 10))
    assert keys(offset=20) == []


def test_a_path_reads_one_object(raw: Raw, acme: None) -> None:
    assert raw.read("tenants/1", fields="$key,name") == {"$key": 1, "name": "acme"}
    assert raw.read("tenant_layer2_vnets/2", fields="tenant") == {"tenant": 2}
    assert raw.read("tenant_layer2_vnets", "$key eq 2", "tenant") == [{"tenant": 2}]


def test_every_filter_of_the_sdk_is_understood(sim: Vergesim, tenants: Raw) -> None:
    for filter in (
        "(is_snapshot eq false) and (name eq 'acme')",
        "(name eq 'acme') and is_snapshot eq false",
        "(((name eq 'acme')))",
    ):
        assert tenants.names("tenants", filter) == ["acme"]
    assert sim.control("GET", "/sim/requests")["errors"] == 0
