"""The proxy of the tests: what no rule is about passes unchanged, and each act does what it says."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from raw import Raw
from rewriting_proxy import (
    Act,
    RewritingProxy,
    afterwards,
    broken_off,
    dropped,
    held,
    instead,
    json_answer,
    preceded,
    rewritten,
    shortened,
)

from vergesim_process import Vergesim

pytest_plugins = "proxied"

NONSENSE = json_answer({"err": "database is locked"})


@pytest.fixture
def through(proxy: RewritingProxy) -> Iterator[Raw]:
    with requests.Session() as session:
        yield Raw(proxy, session)


def tenants(sim: Vergesim) -> list[str]:
    return [row["name"] for row in sim.rows("tenants")]


def test_what_no_rule_is_about_passes_unchanged(through: Raw, raw: Raw, proxy: RewritingProxy) -> None:
    through.create("tenants", name="acme")
    assert through.read("tenants", "name eq 'acme'", "$key,name") == raw.read("tenants", "name eq 'acme'", "$key,name")
    assert through.refused("DELETE", "tenants/9") == raw.refused("DELETE", "tenants/9")
    assert proxy.sent("POST", "DELETE") == ["POST tenants", "DELETE tenants/9"]
    assert not any(exchange.disturbed for exchange in proxy.log)


@pytest.mark.parametrize(
    ("act", "made"), [(instead(NONSENSE), []), (afterwards(NONSENSE), ["acme"])], ids=["swallowed", "replaced"]
)
def test_an_answer_is_another_one(through: Raw, proxy: RewritingProxy, sim: Vergesim, act: Act, made: Any) -> None:
    proxy.rule(act, "POST", "tenants")
    assert through.ask("POST", "tenants", {"name": "acme"}).json() == {"err": "database is locked"}
    assert tenants(sim) == made
    assert proxy.log[0].passed_on is bool(made)


@pytest.mark.parametrize("done", [False, True])
def test_a_connection_breaks(through: Raw, proxy: RewritingProxy, sim: Vergesim, done: bool) -> None:
    proxy.rule(dropped(done=done), "POST", "tenants")
    with pytest.raises(requests.ConnectionError):
        through.ask("POST", "tenants", {"name": "acme"})
    assert tenants(sim) == (["acme"] if done else [])


def test_an_answer_breaks_off(through: Raw, proxy: RewritingProxy) -> None:
    proxy.rule(broken_off(), "GET", "clusters")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        through.ask("GET", "clusters")
    proxy.rule(shortened(), "GET", "nodes")
    with pytest.raises(requests.JSONDecodeError):
        through.ask("GET", "nodes").json()


def test_a_rule_strikes_from_its_match_on_and_as_often_as_it_says(through: Raw, proxy: RewritingProxy) -> None:
    once = proxy.rule(rewritten(lambda rows: []), "GET", "nodes", nth=2)
    always = proxy.rule(rewritten(lambda rows: None), "GET", "nodes", nth=4, times=0)
    found = [through.read("nodes") for _request in range(6)]
    assert [rows if not rows else len(rows) for rows in found] == [2, [], 2, 2, None, None]
    assert (once.fired, always.fired) == (1, 2)


def test_something_else_happens_first(through: Raw, raw: Raw, proxy: RewritingProxy, sim: Vergesim) -> None:
    proxy.rule(preceded(lambda: raw.create("tenants", name="acme")), "POST", "tenants")
    assert through.refused("POST", "tenants", {"name": "acme"})[0] == 409
    assert tenants(sim) == ["acme"]


def test_an_answer_is_late(through: Raw, proxy: RewritingProxy) -> None:
    proxy.rule(held(10), "GET", "nodes")
    start = time.monotonic()
    through.read("nodes")
    assert 0.2 <= time.monotonic() - start < 5
