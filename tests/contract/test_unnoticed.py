"""Faults made on purpose that no test had noticed: a connection's, and a removal's that stops half way."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from disturbed import Bench, tells
from rewriting_proxy import Answer, instead, json_answer

pytest_plugins = "proxied"

PASSWORD = "quite-secret-word"
#: A run, and its request that is answered with a redirect.
REDIRECTED = {
    "login": ("tenants", {"gather": []}, "GET", "system"),
    "read": ("tenants", {"gather": []}, "GET", "tenants"),
    "create": ("tenant", {"name": "new", "tenant_password": PASSWORD}, "POST", "tenants"),
    "change": (
        "tenant",
        {"name": "acme", "tenant_password": PASSWORD, "update_password": "always"},
        "PUT",
        "tenants",
    ),
    "delete": (
        "tenant snapshot",
        {"tenant": "acme", "name": "nightly", "state": "absent"},
        "DELETE",
        "tenant_snapshots",
    ),
}


@pytest.fixture
def elsewhere() -> Iterator[socket.socket]:
    """Another host, where nobody has any business."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("which", REDIRECTED)
def test_F84_no_redirect_is_followed(bench: Bench, elsewhere: socket.socket, which: str, status: int) -> None:
    task, given, method, table = REDIRECTED[which]
    leads = f"https://127.0.0.1:{elsewhere.getsockname()[1]}/api/v4/{table}"
    rule = bench.proxy.rule(instead(Answer(status, b"", {"Location": leads})), method, table, times=0)
    result, error = bench.ends(task, given)
    assert result is None and rule.fired
    assert "it answers with a redirect, which is not followed" in tells(error)
    assert "Name the VergeOS system itself as host." in tells(error)
    assert PASSWORD not in tells(error)
    with pytest.raises(BlockingIOError):
        elsewhere.accept()


class _Silent(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words: Any) -> None:
        """Nobody reads it."""


def test_F81_a_port_without_tls_is_told_as_such(bench: Bench) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _Silent) as plain:
        threading.Thread(target=plain.serve_forever, args=(0.05,), daemon=True).start()
        bench.proxy = SimpleNamespace(ready={**bench.proxy.ready, "host": f"127.0.0.1:{plain.server_port}"})  # type: ignore[assignment]
        result, error = bench.ends("tenants", {"gather": []})
        plain.shutdown()
    assert result is None
    assert "no TLS connection could be made, or it broke. Check that host speaks HTTPS." in tells(error)


def test_F82_an_address_whose_delete_dies_after_ui_address_is_cleared(bench: Bench) -> None:
    """What was done is told, and the next run finishes."""
    bench.start_again([("tenant", {"name": "acme", "ui_address": "198.51.100.10"})])
    bench.control("PUT", "switches", {"ui_address_on_delete": "refuse"})
    gone = {
        "tenant": "acme",
        "external_ips": [{"ip": "198.51.100.10"}],
        "state": "absent",
        "allow_ui_loss": True,
    }
    # The first is refused by the platform, for the user interface's sake.
    dies = instead(json_answer({"err": "Access denied"}, 403))
    rule = bench.proxy.rule(dies, "DELETE", "vnet_addresses", nth=2, times=0)
    result, error = bench.ends("tenant networks", gone)
    assert result is None and rule.fired
    assert error.changes == ["clear ui_address of tenant 'acme'"]
    assert not bench.rows("tenants")[0]["ui_address"]
    assert "198.51.100.10" in [row["ip"] for row in bench.rows("vnet_addresses")]
    bench.proxy.forget()
    assert bench.run("tenant networks", gone)["changed"]
    assert "198.51.100.10" not in [row["ip"] for row in bench.rows("vnet_addresses")]
    assert not bench.run("tenant networks", gone)["changed"]
