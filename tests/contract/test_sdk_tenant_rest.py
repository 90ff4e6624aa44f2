"""The rows of docs/platform.md#5.3: layer 2, snapshots, statistics and logs, and the scope of every manager."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import pytest
from pyvergeos import VergeClient
from pyvergeos.exceptions import APIError, ConflictError, NotFoundError
from wire import LAYER2, LOG, SNAPSHOT, TENANT, Case, Entries, Wire, delete, get, post, put

from vergesim_process import Vergesim

NAP = [0.5]
L2_SCOPE = get("tenant_layer2_vnets", "$key,tenant", filter="$key eq 1")
L2_LIST = get("tenant_layer2_vnets", LAYER2, filter="tenant eq 1")
HISTORY = Entries(40)


def l2(key: int) -> Any:
    return get("tenant_layer2_vnets", LAYER2, filter=f"$key eq {key}")


def snapshots(filter: str) -> Any:
    return get("tenant_snapshots", SNAPSHOT, filter=filter, sort="-created")


def logs(filter: str, **params: str) -> Any:
    return get("tenant_logs", LOG, filter=filter, sort="-timestamp", **params)


CASES: dict[str, Case] = {
    "l2 list": Case(
        lambda tenant: tenant.l2_networks.list(),
        [L2_LIST],
        lambda rows: [(row.key, row.network_name, row.network_type, row.is_enabled) for row in rows],
        [(1, "Internal", "internal", True)],
    ),
    "l2 get": Case(lambda tenant: tenant.l2_networks.get(1), [l2(1)], lambda row: row.network_key, 4),
    "l2 get by name": Case(
        lambda tenant: tenant.l2_networks.get(network_name="Internal"), [L2_LIST], lambda row: row.key, 1
    ),
    "l2 create": Case(
        lambda tenant: tenant.l2_networks.create(network=3),
        [post("tenant_layer2_vnets", {"tenant": 1, "vnet": 3, "enabled": True}), l2(3)],
        lambda row: (row.key, row.network_name),
        (3, "External"),
    ),
    "l2 create by network name": Case(
        lambda tenant: tenant.l2_networks.create(network_name="External", enabled=False),
        [
            get("vnets", "$key,name", filter="name eq 'External'"),
            post("tenant_layer2_vnets", {"tenant": 1, "vnet": 3, "enabled": False}),
            l2(3),
        ],
        lambda row: row.is_enabled,
        False,
    ),
    "l2 update": Case(
        lambda tenant: tenant.l2_networks.update(1, enabled=False),
        [L2_SCOPE, put("tenant_layer2_vnets/1", {"enabled": False}), l2(1)],
        lambda row: row.is_enabled,
        False,
        {("tenant_layer2_vnets", 1): {"enabled": False}},
    ),
    "snapshot list": Case(
        lambda tenant: tenant.snapshots.list(),
        [snapshots("tenant eq 1")],
        lambda rows: [(row.key, row.name, row.never_expires) for row in rows],
        [(1, "nightly", True)],
    ),
    "snapshot get": Case(
        lambda tenant: tenant.snapshots.get(1),
        [get("tenant_snapshots/1", SNAPSHOT)],
        lambda row: (row.name, row.tenant_key, row.profile, row.min_snapshots),
        ("nightly", 1, None, 0),
    ),
    "snapshot get by name": Case(
        lambda tenant: tenant.snapshots.get(name="nightly"),
        [snapshots("tenant eq 1 and (name eq 'nightly')")],
        lambda row: row.key,
        1,
    ),
    "snapshot create": Case(
        lambda tenant: tenant.snapshots.create("weekly"),
        [post("tenant_snapshots", {"tenant": 1, "name": "weekly"}), snapshots("tenant eq 1 and (name eq 'weekly')")],
        lambda row: (row.key, row["expires"], row["description"]),
        (3, 0, ""),
        naps=NAP,
    ),
    "snapshot create with an end": Case(
        lambda tenant: tenant.snapshots.create(
            "weekly", description="d", expires_at=datetime.fromtimestamp(1893456000, tz=timezone.utc)
        ),
        [
            post("tenant_snapshots", {"tenant": 1, "name": "weekly", "description": "d", "expires": 1893456000}),
            snapshots("tenant eq 1 and (name eq 'weekly')"),
        ],
        lambda row: (row["expires"], row.never_expires),
        (1893456000, False),
        naps=NAP,
    ),
    "snapshot update": Case(
        lambda tenant: tenant.snapshots.update(1, expires=1893456000),
        [get("tenant_snapshots/1", "$key,tenant"), put("tenant_snapshots/1", {"expires": 1893456000})],
        dict,
        {},
        {("tenant_snapshots", 1): {"expires": 1893456000}},
    ),
    "snapshot delete": Case(
        lambda tenant: tenant.snapshots.delete(1),
        [get("tenant_snapshots/1", "$key,tenant"), delete("tenant_snapshots/1")],
        leaves={("tenant_snapshots", 1): None},
    ),
    "snapshot restore": Case(
        lambda tenant: tenant.snapshots.restore(1),
        [
            get("tenant_snapshots/1", "$key,tenant"),
            get("tenants/1", TENANT),
            post("tenant_actions", {"tenant": 1, "action": "restore", "params": {"snapshot": 1}}),
        ],
        # The second action, after the start.
        lambda answer: answer["dbpath"],
        "tenant_actions/2",
    ),
    "stats current": Case(
        lambda tenant: tenant.stats.get(),
        [get("tenant_stats", "$key,tenant,ram_used,last_update", filter="tenant eq 1", limit="1")],
        lambda row: (row.tenant_key, row.ram_used_mb),
        (1, 0),
    ),
    "stats history": Case(
        lambda tenant: tenant.stats.history_short(limit=3, since=1000),
        [
            get(
                "tenant_stats_history_short",
                HISTORY,
                filter="tenant eq 1 and timestamp ge 1000",
                sort="-timestamp",
                limit="3",
            )
        ],
        lambda rows: {type(row.tier5_allocated) for row in rows} <= {int},
        True,
    ),
    "stats history of the long kind": Case(
        lambda tenant: tenant.stats.history_long(until=2000, offset=1),
        [
            get(
                "tenant_stats_history_long",
                HISTORY,
                filter="tenant eq 1 and timestamp le 2000",
                sort="-timestamp",
                offset="1",
            )
        ],
        gives=[],
    ),
    "logs": Case(
        lambda tenant: tenant.logs.list(limit=5, errors_only=True),
        [logs("tenant eq 1 and (level eq 'error' or level eq 'critical')", limit="5")],
        lambda rows: [(row.level, row.is_error, row.tenant_key) for row in rows],
        [("Error", True, 1)],
    ),
    "logs of a level": Case(
        lambda tenant: tenant.logs.list(level="audit", since=1),
        [logs("tenant eq 1 and level eq 'audit' and timestamp ge 1")],
        lambda rows: {(row.level, row.tenant_key, row.user) for row in rows},
        {("Audit", 1, "admin")},
    ),
    "logs with a caller's filter": Case(
        lambda tenant: tenant.logs.list("level eq 'error' or level eq 'audit'", warnings_only=True),
        [logs("tenant eq 1 and level eq 'error' or level eq 'audit' and level eq 'warning'")],
        gives=[],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_part(client: VergeClient, wire: Wire, sim: Vergesim, acme: None, case: Case) -> None:
    tenant = client.tenants.get(1)
    # A start that fails for too much RAM is an error in the log.
    tenant.nodes.update(1, ram=131072)
    tenant.power_on()
    case.check(tenant, wire, sim)


@pytest.mark.parametrize(
    ("call", "found"),
    [
        (lambda l2: l2.delete(1), []),
        (lambda l2: l2.delete_by_network("Internal"), [L2_LIST]),
    ],
    ids=["by key", "by name"],
)
def test_l2_delete_disables_nothing(
    client: VergeClient, wire: Wire, sim: Vergesim, acme: None, call: Callable[[Any], Any], found: list[Any]
) -> None:
    tenant = client.tenants.get(1)
    wire.forget()
    with pytest.raises(APIError) as caught:
        call(tenant.l2_networks)
    assert caught.value.status_code == 405
    assert wire.sent() == [*found, L2_SCOPE, delete("tenant_layer2_vnets/1")]
    sim.control("PUT", "/sim/switches", {"l2_delete_enabled": "accept"})
    call(tenant.l2_networks)
    assert [row["$key"] for row in sim.rows("tenant_layer2_vnets")] == [2]


def test_a_running_tenant_is_not_restored(client: VergeClient, wire: Wire, acme: None) -> None:
    tenant = client.tenants.get(1)
    tenant.power_on()
    wire.forget()
    with pytest.raises(ValueError, match="must be powered off"):
        tenant.snapshots.restore(1)
    assert [request.method for request in wire.sent()] == ["GET", "GET"]
    with pytest.raises(APIError, match="Tenant must be powered off") as caught:
        client._request(
            "POST", "tenant_actions", json_data={"tenant": 1, "action": "restore", "params": {"snapshot": 1}}
        )
    assert caught.value.status_code == 405


#: A manager, a table and a written column of what it manages.
SCOPED: dict[str, tuple[str, dict[str, Any]]] = {
    "nodes": ("tenant_nodes", {"cpu_cores": 3}),
    "storage": ("tenant_storage", {"provisioned": 1024**3}),
    "network_blocks": ("vnet_cidrs", {"description": "mine"}),
    "external_ips": ("vnet_addresses", {"hostname": "mine"}),
    "l2_networks": ("tenant_layer2_vnets", {"enabled": False}),
    "snapshots": ("tenant_snapshots", {"expires": 1}),
}


@pytest.mark.parametrize("manager", SCOPED)
def test_another_tenants_row_is_not_found(
    client: VergeClient, wire: Wire, sim: Vergesim, acme: None, manager: str
) -> None:
    table, columns = SCOPED[manager]
    ours = getattr(client.tenants.get(1), manager)
    before = sim.rows(table)
    wire.forget()
    for call in (lambda: ours.get(2), lambda: ours.update(2, **columns), lambda: ours.delete(2)):
        with pytest.raises(NotFoundError):
            call()
    assert [request.method for request in wire.sent()] == ["GET"] * 3
    assert sim.rows(table) == before


DUPLICATES: dict[str, Callable[[Any], Any]] = {
    "storage of a tier": lambda tenant: tenant.storage.create(1, provisioned_gb=1),
    "block": lambda tenant: tenant.network_blocks.create("192.0.2.16/28", network=3),
    "address": lambda tenant: tenant.external_ips.create("198.51.100.20", network=3),
    "layer 2": lambda tenant: tenant.l2_networks.create(network=4),
    "snapshot": lambda tenant: tenant.snapshots.create("nightly"),
    "node name": lambda tenant: tenant._manager._client._request(
        "POST", "tenant_nodes", json_data={"tenant": 1, "name": "node1"}
    ),
    "tenant name": lambda tenant: tenant._manager.create("other"),
}


@pytest.mark.parametrize("name", DUPLICATES)
def test_duplicates_are_conflicts(client: VergeClient, acme: None, name: str) -> None:
    with pytest.raises(ConflictError) as caught:
        DUPLICATES[name](client.tenants.get(1))
    assert caught.value.status_code == 409


@pytest.mark.parametrize(
    "call",
    [
        lambda tenant: tenant.storage.create(0, provisioned_gb=5),
        lambda tenant: tenant.storage.create(6, provisioned_gb=5),
        lambda tenant: tenant.storage.create(1, provisioned_bytes=1024**3 - 1),
        lambda tenant: tenant.nodes.create(ram_mb=1024),
        lambda tenant: tenant.nodes.create(cpu_cores=0),
    ],
    ids=["tier 0", "tier 6", "less than a GiB", "less than 2 GiB of RAM", "no core"],
)
def test_the_client_refuses_by_itself(client: VergeClient, wire: Wire, acme: None, call: Callable[[Any], Any]) -> None:
    tenant = client.tenants.get(1)
    wire.forget()
    with pytest.raises(ValueError):
        call(tenant)
    assert wire.sent() == []
