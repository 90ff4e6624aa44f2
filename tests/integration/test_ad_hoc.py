"""Every module and every state as ``ansible localhost -m``, with the connection from the environment alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support import MODULES, ad_hoc
from vergesim_process import Vergesim

#: In an order in which each can work. The second part is what the module is told.
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("vrg_calibrate", {}),
    ("vrg_cluster", {"name": "compute-b"}),
    ("vrg_cluster", {"name": "compute-b", "state": "absent"}),
    ("vrg_cluster_info", {}),
    ("vrg_node_info", {}),
    ("vrg_node", {"name": "node1"}),
    ("vrg_node", {"name": "node1", "state": "restarted"}),
    ("vrg_storage_info", {}),
    ("vrg_health_info", {}),
    ("vrg_network_info", {"gather": ["addresses", "blocks"]}),
    ("vrg_tenant", {"name": "acme", "tenant_password": "long-enough"}),
    ("vrg_tenant_node", {"tenant": "acme", "name": "node1", "cpu_cores": 2, "ram_gb": 4}),
    ("vrg_tenant_storage", {"tenant": "acme", "tier": 1, "provisioned_gb": 5}),
    ("vrg_tenant_net", {"tenant": "acme", "external_ips": [{"network": "External", "hostname": "a"}]}),
    ("vrg_tenant", {"name": "acme", "state": "running"}),
    ("vrg_tenant", {"name": "acme", "state": "restarted"}),
    ("vrg_tenant", {"name": "acme", "state": "reset"}),
    ("vrg_tenant", {"name": "acme", "state": "stopped"}),
    ("vrg_tenant_info", {"gather": ["nodes", "storage", "network", "snapshots"]}),
    ("vrg_tenant_stats_info", {}),
    ("vrg_tenant_file", {"tenant": "acme", "file": "debian-13.qcow2"}),
    ("vrg_tenant_crash_cart", {"tenant": "acme"}),
    ("vrg_tenant_crash_cart", {"tenant": "acme", "state": "absent"}),
    ("vrg_tenant_snapshot", {"tenant": "acme", "name": "first"}),
    ("vrg_tenant_snapshot", {"tenant": "acme", "name": "first", "state": "restored", "confirm_overwrite": True}),
    ("vrg_tenant_snapshot", {"tenant": "acme", "name": "first", "state": "absent"}),
    (
        "vrg_tenant_net",
        {"tenant": "acme", "external_ips": [{"hostname": "a"}], "state": "absent", "allow_ui_loss": True},
    ),
    ("vrg_tenant_storage", {"tenant": "acme", "tier": 1, "state": "absent"}),
    ("vrg_tenant_node", {"tenant": "acme", "name": "node1", "state": "absent"}),
    ("vrg_tenant", {"name": "acme", "state": "absent"}),
    ("vrg_tenant_fleet", {"tenants": [{"name": "acme"}], "passwords": {"acme": "long-enough"}}),
    ("vrg_tenant_fleet_info", {"plans": "fold"}),
]


def test_every_module_and_state(tmp_path: Path) -> None:
    with Vergesim("lab", 0.02) as sim:
        for module, arguments in CALLS:
            result = ad_hoc(sim, module, arguments=arguments)
            assert "SUCCESS" in result["printed"] or "CHANGED" in result["printed"], (module, arguments, result["msg"])
    assert {module for module, _arguments in CALLS} == set(MODULES)


@pytest.fixture(scope="module")
def empty() -> Iterator[Vergesim]:
    with Vergesim("empty", 0) as sim:
        yield sim


@pytest.mark.parametrize("module", MODULES)
def test_a_platform_that_is_not_there(empty: Vergesim, module: str) -> None:
    arguments = next(arguments for name, arguments in CALLS if name == module)
    result = ad_hoc(empty, module, arguments=arguments, VERGEOS_HOST="127.0.0.1:9")
    assert result["msg"].startswith("Could not connect to 127.0.0.1:9: the connection was refused")
    assert result["api"] == {"method": "GET", "path": "/api/v4/system", "status": None}
