"""Filters (docs/platform.md#2.2): one test for each sentence."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver

NAMES = ["Alpha", "alpha", "beta", "br{x}ace", "brace", "it's", r"back\slash", "", "10"]


@pytest.fixture(scope="module")
def tenants() -> Driver:
    sim = Driver()
    for name in NAMES:
        if name:
            sim.make("tenants", name=name, note=f"note of {name}")
    return sim


def names(sim: Driver, text: str, fields: str = "name", table: str = "tenants") -> list[Any]:
    rows = sim.get(table, filter=text, fields=fields)
    return [row["name"] for row in rows]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name eq 'alpha'", ["alpha"]),  # case-sensitive
        ("name ne 'alpha' and name ct 'alpha'", ["Alpha"]),
        ("name bw 'br'", ["br{x}ace", "brace"]),
        ("name ew 'ace'", ["br{x}ace", "brace"]),
        ("name cs 'lph'", ["Alpha", "alpha"]),
        ("name cs 'LPH'", []),
        ("name ct 'LPH'", ["Alpha", "alpha"]),
        ("name rx '^a'", ["alpha"]),
        ("name rx 'p[a-i]+$'", ["Alpha", "alpha"]),
        ("name rx '^[[:digit:]]{2}$'", []),  # the brace needs an escape
        (r"name rx '^[[:digit:]]\{2}$'", ["10"]),
        (r"name rx '\\d'", []),
        ("name rx '(?i)ALPHA'", []),
        ("$key eq 2", ["alpha"]),
        ("$key eq '2'", ["alpha"]),
        ("$key gt 1 and $key le 3", ["alpha", "beta"]),
        (r"name eq 'it\'s'", ["it's"]),
        (r"name eq 'back\\slash'", [r"back\slash"]),
        (r"name eq 'br\{x}ace'", ["br{x}ace"]),
        ("name eq 'br{x}ace'", ["brace"]),  # swallowed silently
        ("name eq '10'", ["10"]),
        ("name eq 10", []),
        ("vnet#name eq 'tenant_beta'", ["beta"]),
        ("nosuch eq 'beta'", []),
        ("created lt {$add({$now},60)} and name eq 'beta'", ["beta"]),
        ("created gt {$now} and name eq 'beta'", []),
        ("oidc_application eq null and name eq 'beta'", ["beta"]),
        ("isolate eq false and name eq 'beta'", ["beta"]),
        ("isolate eq true", []),
    ],
)
def test_what_a_filter_finds(tenants: Driver, text: str, found: list[str]) -> None:
    assert names(tenants, text) == found


def test_no_precedence(tenants: Driver) -> None:
    """`a or b and c` is `(a or b) and c` (measured)."""
    text = "name eq 'alpha' or name eq 'beta' and name eq 'beta'"
    assert names(tenants, text) == ["beta"]
    assert names(tenants, "name eq 'alpha' or (name eq 'beta' and name eq 'beta')") == ["alpha", "beta"]
    assert names(tenants, "name eq 'alpha' and name eq 'beta' or name eq '10'") == ["10"]


@pytest.mark.parametrize("text", ["", "   ", "name rx ''", "name bw ''"])
def test_what_matches_every_row(tenants: Driver, text: str) -> None:
    assert len(names(tenants, text)) == len(NAMES) - 1


@pytest.mark.parametrize(
    "text",
    [
        "name like 'a'",
        "name in ('a')",
        "not name eq 'a'",
        "name eq 'it''s'",
        r"name eq 'a\b'",
        "name eq 'a{b'",
        "name eq 'abc\\'",
        "name eq",
        "name",
        "(name eq 'a'",
        "name eq 'a')",
        "name eq 'a' and",
        "name eq 'a' xor name eq 'b'",
        "eq 'a'",
        "name eq {$add(1}",
        "((((" * 400,
    ],
)
def test_invalid_filters(tenants: Driver, text: str) -> None:
    assert tenants.refused("GET", "tenants", filter=text) == (422, "Invalid argument")


def test_aliases_are_names_for_a_filter(sim: Driver) -> None:
    """`running` is no column of nodes, but an alias of the same request (measured)."""
    fields = "name,machine#status#running as running"
    assert names(sim, "running eq true", fields, "nodes") == ["node1", "node2"]
    assert names(sim, "running eq true", "name", "nodes") == []
    # An own column comes first: vms.running exists and is null on every row.
    assert names(sim, "running eq false", "name,machine#status#running as running", "vms") == []
    sim.set(unknown_filter_name="refuse")
    assert sim.refused("GET", "nodes", filter="running eq true")[0] == 422


def test_references_compare_as_keys_and_owners_as_text(sim: Driver) -> None:
    key = sim.tenant()
    for vnet in (3, 4):
        sim.make("vnet_addresses", vnet=vnet, type="virtual", owner=f"tenants/{key}")
    for text in (f"owner eq 'tenants/{key}'", f"owner eq '/v4/tenants/{key}'", "vnet eq 3 or vnet eq '4'"):
        assert len(sim.get("vnet_addresses", filter=text, fields="ip")) == 2
    assert len(sim.get("vnet_addresses", filter=f"owner eq 'tenants/{key}' and vnet eq 3", fields="ip")) == 1


def test_deep_nesting_and_long_filters_are_refused(tenants: Driver) -> None:
    nested = "(" * 200 + "name eq 'a' or name eq 'b'" + ") or name eq 'c'" * 200
    assert tenants.refused("GET", "tenants", filter=nested)[0] == 422
    assert tenants.refused("GET", "tenants", filter="name eq '" + "a" * 70_000 + "'")[0] == 422
    many = " or ".join(f"$key eq {number}" for number in range(1500))
    assert len(tenants.get("tenants", filter=many, fields="name")) == len(NAMES) - 1


def test_sort_limit_offset(tenants: Driver) -> None:
    def keys(**params: str) -> list[int]:
        return [row["$key"] for row in tenants.get("tenants", fields="$key,name,vnet#name as net", **params)]

    everything = list(range(1, len(NAMES)))
    assert keys() == everything
    assert keys(sort="-$key") == everything[::-1]
    assert keys(limit="3", offset="2") == [3, 4, 5]
    assert keys(limit="0") == everything
    assert keys(sort="+name")[0] == 8
    assert keys(sort="-net")[-1] == 8
    assert keys(sort="nosuch") == everything
    for wrong in ("-1", "x", "1.5", "९"):
        assert tenants.refused("GET", "tenants", limit=wrong)[0] == 422
    tenants.set(row_order="reverse")
    assert keys() == everything[::-1]
    tenants.set(row_order="key")
