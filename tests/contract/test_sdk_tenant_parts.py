"""The rows of docs/platform.md#5.3: what belongs to a tenant, through the real SDK."""

from __future__ import annotations

from typing import Any

import pytest
from pyvergeos import VergeClient
from wire import ADDRESS, BLOCK, TENANT_NODE, TENANT_STORAGE, Case, Wire, delete, get, post, put

from vergesim_process import Vergesim

GIB = 1024**3
#: The brief wait before what was created is looked for.
NAP = [0.5]


def scope(path: str, column: str = "tenant") -> Any:
    """The read by which a manager makes sure that a row is its tenant's."""
    return get(path, f"$key,{column}")


def find(table: str, fields: str, filter: str, **params: str) -> Any:
    return get(table, fields, filter=filter, **params)


NODES = find("tenant_nodes", TENANT_NODE, "tenant eq 1")
STORAGE = find("tenant_storage", TENANT_STORAGE, "tenant eq 1")
TIER_1 = get("storage_tiers", "$key,tier", filter="tier eq 1")
TIER_3 = get("storage_tiers", "$key,tier", filter="tier eq 3")
EXTERNAL = get("vnets", "$key,name", filter="name eq 'External'")
BLOCKS = "owner eq 'tenants/1'"
ADDRESSES = "owner eq 'tenants/1' and type eq 'virtual'"


CASES: dict[str, Case] = {
    "node list": Case(
        lambda tenant: tenant.nodes.list(),
        [NODES],
        lambda rows: [(row.key, row.name, row.cpu_cores, row.ram_gb, row.cluster_name) for row in rows],
        [(1, "node1", 2, 4.0, "conundrum-lab")],
    ),
    "node get": Case(
        lambda tenant: tenant.nodes.get(1),
        [get("tenant_nodes/1", TENANT_NODE)],
        lambda row: (row.name, row.is_running, row.status, row["host_node"], row["on_power_loss"]),
        ("node1", False, "stopped", None, "last_state"),
    ),
    "node get by name": Case(
        lambda tenant: tenant.nodes.get(name="node1"),
        [find("tenant_nodes", TENANT_NODE, "tenant eq 1 and (name eq 'node1')")],
        lambda row: row.key,
        1,
    ),
    "node create": Case(
        lambda tenant: tenant.nodes.create(),
        [
            post("tenant_nodes", {"tenant": 1, "cpu_cores": 4, "ram": 16384, "cluster": 1}),
            get("tenant_nodes/3", TENANT_NODE),
        ],
        lambda row: (row.key, row.name, row.node_id),
        (3, "node2", 2),
        {("tenant_nodes", 3): {"tenant": 1, "cpu_cores": 4, "ram": 16384, "nodeid": 2, "enabled": True}},
    ),
    "node create with everything": Case(
        lambda tenant: tenant.nodes.create(8, ram_gb=8, preferred_node=2, name="big", description="d"),
        [
            post(
                "tenant_nodes",
                {
                    "tenant": 1,
                    "cpu_cores": 8,
                    "ram": 8192,
                    "cluster": 1,
                    "preferred_node": 2,
                    "name": "big",
                    "description": "d",
                },
            ),
            get("tenant_nodes/3", TENANT_NODE),
        ],
        lambda row: (row.name, row.ram_mb, row["preferred_node"], row["preferred_node_name"]),
        ("big", 8192, 2, "node2"),
    ),
    "node update": Case(
        lambda tenant: tenant.nodes.update(1, cpu_cores=4, on_power_loss="leave_off", ha_group="a"),
        [
            scope("tenant_nodes/1"),
            put("tenant_nodes/1", {"cpu_cores": 4, "on_power_loss": "leave_off", "ha_group": "a"}),
            get("tenant_nodes/1", TENANT_NODE),
        ],
        lambda row: (row.cpu_cores, row["on_power_loss"]),
        (4, "leave_off"),
    ),
    "node delete": Case(
        lambda tenant: tenant.nodes.delete(1),
        [scope("tenant_nodes/1"), delete("tenant_nodes/1")],
        leaves={("tenant_nodes", 1): None},
    ),
    "storage list": Case(
        lambda tenant: tenant.storage.list(),
        [STORAGE],
        lambda rows: [(row.tier, row.tier_key, row["tier"], row.tier_name, row.provisioned_gb) for row in rows],
        [(1, 2, 2, "Tier 1", 10.0)],
    ),
    "storage list of a tier is filtered by the client": Case(
        lambda tenant: tenant.storage.list(tier=3), [STORAGE], gives=[]
    ),
    "storage get": Case(
        lambda tenant: tenant.storage.get(1),
        [get("tenant_storage/1", TENANT_STORAGE)],
        lambda row: (row.provisioned_bytes, row.used_percent),
        (10 * GIB, 0),
    ),
    "storage get by tier": Case(lambda tenant: tenant.storage.get(tier=1), [STORAGE], lambda row: row.key, 1),
    "storage create": Case(
        lambda tenant: tenant.storage.create(3, provisioned_gb=5),
        [TIER_3, post("tenant_storage", {"tenant": 1, "tier": 4, "provisioned": 5 * GIB}), STORAGE],
        lambda row: (row.tier, row.tier_key, row.provisioned_gb),
        (3, 4, 5.0),
        {("tenant_storage", 3): {"tenant": 1, "tier": 4, "provisioned": 5 * GIB}},
        NAP,
    ),
    "storage create of half a GiB more": Case(
        lambda tenant: tenant.storage.create(3, provisioned_bytes=3 * GIB // 2),
        [TIER_3, post("tenant_storage", {"tenant": 1, "tier": 4, "provisioned": 3 * GIB // 2}), STORAGE],
        lambda row: row.provisioned_gb,
        1.0,
        naps=NAP,
    ),
    "storage update": Case(
        lambda tenant: tenant.storage.update(1, provisioned=20 * GIB + 5),
        [
            scope("tenant_storage/1"),
            put("tenant_storage/1", {"provisioned": 20 * GIB + 5}),
            get("tenant_storage/1", TENANT_STORAGE),
        ],
        lambda row: row.provisioned_bytes,
        20 * GIB,
    ),
    "storage update by tier": Case(
        lambda tenant: tenant.storage.update_by_tier(1, provisioned_gb=30),
        [
            STORAGE,
            scope("tenant_storage/1"),
            put("tenant_storage/1", {"provisioned": 30 * GIB}),
            get("tenant_storage/1", TENANT_STORAGE),
        ],
        lambda row: row.provisioned_gb,
        30.0,
    ),
    "storage delete": Case(
        lambda tenant: tenant.storage.delete(1),
        [scope("tenant_storage/1"), delete("tenant_storage/1")],
        leaves={("tenant_storage", 1): None},
    ),
    "storage delete by tier": Case(
        lambda tenant: tenant.storage.delete_by_tier(1),
        [STORAGE, scope("tenant_storage/1"), delete("tenant_storage/1")],
        leaves={("tenant_storage", 1): None},
    ),
    "block list": Case(
        lambda tenant: tenant.network_blocks.list(),
        [find("vnet_cidrs", BLOCK, BLOCKS)],
        lambda rows: [(row.key, row.cidr, row.network_name, row.tenant_key) for row in rows],
        [(1, "192.0.2.16/28", "External", 1)],
    ),
    "block get": Case(
        lambda tenant: tenant.network_blocks.get(cidr="192.0.2.16/28"),
        [find("vnet_cidrs", BLOCK, f"{BLOCKS} and cidr eq '192.0.2.16/28'")],
        lambda row: row.key,
        1,
    ),
    "block create": Case(
        lambda tenant: tenant.network_blocks.create("192.0.2.64/28", network=3),
        [
            post("vnet_cidrs", {"vnet": 3, "cidr": "192.0.2.64/28", "owner": "tenants/1"}),
            find("vnet_cidrs", BLOCK, f"{BLOCKS} and cidr eq '192.0.2.64/28'"),
        ],
        lambda row: (row.key, row.prefix_length, row.network_key),
        (3, 28, 3),
        {("vnets", 3): {"need_fw_apply": True}},
        NAP,
    ),
    "block create by network name": Case(
        lambda tenant: tenant.network_blocks.create("192.0.2.64/28", network_name="External", description="d"),
        [
            EXTERNAL,
            post("vnet_cidrs", {"vnet": 3, "cidr": "192.0.2.64/28", "owner": "tenants/1", "description": "d"}),
            find("vnet_cidrs", BLOCK, f"{BLOCKS} and cidr eq '192.0.2.64/28'"),
        ],
        lambda row: row.description,
        "d",
        naps=NAP,
    ),
    "block delete": Case(
        lambda tenant: tenant.network_blocks.delete(1),
        [scope("vnet_cidrs/1", "owner"), delete("vnet_cidrs/1")],
        leaves={("vnet_cidrs", 1): None, ("vnets", 3): {"need_fw_apply": True}},
    ),
    "block delete by cidr": Case(
        lambda tenant: tenant.network_blocks.delete_by_cidr("192.0.2.16/28"),
        [
            find("vnet_cidrs", BLOCK, f"{BLOCKS} and cidr eq '192.0.2.16/28'"),
            scope("vnet_cidrs/1", "owner"),
            delete("vnet_cidrs/1"),
        ],
        leaves={("vnet_cidrs", 1): None},
    ),
    "address list": Case(
        lambda tenant: tenant.external_ips.list(),
        [find("vnet_addresses", ADDRESS, ADDRESSES)],
        lambda rows: [(row.key, row.ip_address, row.ip_type, row.network_name) for row in rows],
        [(1, "198.51.100.10", "virtual", "External")],
    ),
    "address get": Case(
        lambda tenant: tenant.external_ips.get(ip="198.51.100.10"),
        [find("vnet_addresses", ADDRESS, f"{ADDRESSES} and ip eq '198.51.100.10'")],
        lambda row: row.key,
        1,
    ),
    "address create": Case(
        lambda tenant: tenant.external_ips.create("198.51.100.77", network=3, hostname="vpn"),
        [
            post(
                "vnet_addresses",
                {"vnet": 3, "ip": "198.51.100.77", "type": "virtual", "owner": "tenants/1", "hostname": "vpn"},
            ),
            find("vnet_addresses", ADDRESS, f"{ADDRESSES} and ip eq '198.51.100.77'"),
        ],
        lambda row: (row.key, row.hostname, row.tenant_key),
        (3, "vpn", 1),
        naps=NAP,
    ),
    "address create by network name": Case(
        lambda tenant: tenant.external_ips.create("10.99.200.5", network_name="External"),
        [
            EXTERNAL,
            post("vnet_addresses", {"vnet": 3, "ip": "10.99.200.5", "type": "virtual", "owner": "tenants/1"}),
            find("vnet_addresses", ADDRESS, f"{ADDRESSES} and ip eq '10.99.200.5'"),
        ],
        lambda row: row.network_key,
        3,
        naps=NAP,
    ),
    "address delete": Case(
        lambda tenant: tenant.external_ips.delete(1),
        [scope("vnet_addresses/1", "owner"), delete("vnet_addresses/1")],
        leaves={("vnet_addresses", 1): None, ("tenants", 1): {"ui_address": None}},
    ),
    "address delete by ip": Case(
        lambda tenant: tenant.external_ips.delete_by_ip("198.51.100.10"),
        [
            find("vnet_addresses", ADDRESS, f"{ADDRESSES} and ip eq '198.51.100.10'"),
            scope("vnet_addresses/1", "owner"),
            delete("vnet_addresses/1"),
        ],
        leaves={("vnet_addresses", 1): None},
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_part(client: VergeClient, wire: Wire, sim: Vergesim, acme: None, case: Case) -> None:
    tenant = client.tenants.get(1)
    case.check(tenant, wire, sim)
