"""The page at /sim/: plain, from one origin, safe with any name."""

from __future__ import annotations

import re

from driver import Server


def test_the_page_loads_nothing_from_elsewhere(server: Server) -> None:
    for path in ("", "/"):
        page = server.new_session().get(f"{server.ready['url']}/sim{path}")
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assert not re.search(r"(src|href)\s*=|https?://|@import|innerHTML|document\.write", page.text)
    assert re.findall(r"fetch\(\"([^\"]+)\"", page.text) == ["/sim/overview"]
    assert "color-scheme: light dark" in page.text


def test_the_overview(server: Server) -> None:
    server.api("POST", "tenants", json={"name": "<b>acme</b>"})
    server.api("POST", "tenant_nodes", json={"tenant": 1, "ram": 4096, "cpu_cores": 2})
    server.api("POST", "vnet_addresses", json={"vnet": 3, "type": "virtual", "owner": "tenants/1"})
    server.api("POST", "tenant_actions", json={"tenant": 1, "action": "poweron"})
    seen = server.sim("GET", "overview").json()
    assert seen["tenants"] == [
        {
            "key": 1,
            "name": "<b>acme</b>",
            "status": "online",
            "address": "198.51.100.3",
            "nodes": 1,
            "cores": 2,
            "ram_gb": 4.0,
            "storage_gb": 0,
        }
    ]
    assert [(row["name"], row["status"], row["machines"]) for row in seen["nodes"]] == [
        ("node1", "running", 2),
        ("node2", "running", 4),
    ]
    assert [row["tier"] for row in seen["tiers"]] == [0, 1, 3]
    assert seen["requests_count"] == 4 and seen["requests"][0]["path"] == "/api/v4/tenant_actions"
    server.sim("POST", "reset", json={"fixture": "msp:300"})
    seen = server.sim("GET", "overview").json()
    assert (seen["tenants_count"], len(seen["tenants"]), len(seen["nodes"])) == (300, 200, 12)
