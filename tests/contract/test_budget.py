"""How many requests each piece of work takes, beside the connection probe, as the simulator counts them.

The limits are those of the design: they do not grow with the number of rows.
"""

from __future__ import annotations

from typing import Any

import pytest
from fleets import SMALL, Run, item, listed

from conftest import options, run, told
from plugins.module_utils._reads import clusters, networks, nodes, storage, tenant_stats, tenants
from plugins.module_utils._system.crew import Pace
from plugins.module_utils._tasks.cluster import ClusterTask
from plugins.module_utils._tasks.crash_cart import CrashCartTask
from plugins.module_utils._tasks.node import NodeTask
from plugins.module_utils._tasks.tenant import TenantTask
from plugins.module_utils._tasks.tenant_file import TenantFileTask
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from plugins.module_utils._tasks.tenant_node import TenantNodeTask
from plugins.module_utils._tasks.tenant_snapshot import TenantSnapshotTask
from plugins.module_utils._tasks.tenant_storage import TenantStorageTask
from vergesim_process import Vergesim

ADDRESS = [{"ip": "198.51.100.10", "network": "External"}]
BLOCK = [{"cidr": "192.0.2.0/28", "network": "External"}]
LAYER2 = [{"network": "Internal"}]
NODE = {"tenant": "acme", "name": "node1"}
STORAGE = {"tenant": "acme", "tier": 1}
SNAPSHOT = {"tenant": "acme", "name": "first"}

#: Title, task, options, and the requests that it may take: what it reads, writes and reads back.
WORK: list[tuple[str, Any, dict[str, Any], int]] = [
    ("create a cluster", ClusterTask, {"name": "b"}, 3),
    ("a cluster, no change", ClusterTask, {"name": "b"}, 1),
    ("a cluster's update", ClusterTask, {"name": "b", "description": "d"}, 3),
    (
        "delete a cluster: read, who uses it, both checked, write, read",
        ClusterTask,
        {"name": "b", "state": "absent"},
        6,
    ),
    ("a node of the system, no change", NodeTask, {"name": "node1", "maintenance": False}, 1),
    ("create a tenant: read, write, read back", TenantTask, {"name": "acme", "tenant_password": "long-enough"}, 3),
    ("a tenant, no change", TenantTask, {"name": "acme"}, 1),
    ("a tenant's update", TenantTask, {"name": "acme", "note": "n"}, 3),
    ("isolation", TenantTask, {"name": "acme", "isolated": True}, 3),
    ("create a node on some cluster", TenantNodeTask, {**NODE, "cpu_cores": 2, "ram_gb": 4.0}, 5),
    (
        "create a node on a cluster",
        TenantNodeTask,
        {**NODE, "name": "b", "cpu_cores": 2, "ram_gb": 4.0, "cluster": "1"},
        5,
    ),
    ("a node, no change", TenantNodeTask, {**NODE, "cpu_cores": 2, "cluster": "conundrum-lab"}, 2),
    ("a node's update", TenantNodeTask, {**NODE, "cpu_cores": 3}, 4),
    ("delete a node: read, check, write, read", TenantNodeTask, {**NODE, "name": "b", "state": "absent"}, 5),
    ("create storage", TenantStorageTask, {**STORAGE, "provisioned_gb": 5}, 5),
    ("storage, no change", TenantStorageTask, {**STORAGE, "provisioned_gb": 5}, 2),
    ("storage's update", TenantStorageTask, {**STORAGE, "provisioned_gb": 6}, 4),
    ("delete storage", TenantStorageTask, {**STORAGE, "state": "absent", "allow_data_loss": True}, 5),
    # parent, rows, network, who has addresses and blocks, write, apply, wait, read back
    ("create an address", TenantNetworksTask, {"tenant": "acme", "external_ips": ADDRESS}, 9),
    ("an address, no change", TenantNetworksTask, {"tenant": "acme", "external_ips": ADDRESS}, 2),
    (
        "create a block and a layer-2 network: two kinds more to read and to read back",
        TenantNetworksTask,
        {"tenant": "acme", "external_ips": ADDRESS, "network_blocks": BLOCK, "layer2_networks": LAYER2},
        13,
    ),
    (
        "three kinds, no change",
        TenantNetworksTask,
        {"tenant": "acme", "external_ips": ADDRESS, "network_blocks": BLOCK, "layer2_networks": LAYER2},
        4,
    ),
    ("create a snapshot", TenantSnapshotTask, {**SNAPSHOT, "retention": 0}, 4),
    ("a snapshot, no change", TenantSnapshotTask, {**SNAPSHOT, "retention": 0}, 2),
    ("delete a snapshot", TenantSnapshotTask, {**SNAPSHOT, "state": "absent"}, 5),
    ("create a crash cart", CrashCartTask, {"tenant": "acme"}, 6),
    ("a crash cart, no change: whose it is has to be read too", CrashCartTask, {"tenant": "acme"}, 2),
    (
        "delete a crash cart: read, whose it is, check, write, read",
        CrashCartTask,
        {"tenant": "acme", "state": "absent"},
        6,
    ),
    ("give a file", TenantFileTask, {"tenant": "acme", "file": "debian-13.qcow2"}, 3),
    ("a tenant that is gone", TenantTask, {"name": "nobody", "state": "absent"}, 1),
    ("a node of a tenant that is gone", TenantNodeTask, {**NODE, "tenant": "nobody", "state": "absent"}, 1),
    # tenants, action, poll until it is there, its key, read back
    ("clone a tenant", TenantTask, {"name": "copy", "clone_from": "acme"}, 4),
    ("a clone, no change", TenantTask, {"name": "copy", "clone_from": "acme"}, 1),
    (
        "a password again",
        TenantTask,
        {"name": "acme", "tenant_password": "other-enough", "update_password": "always"},
        3,
    ),
    ("delete a clone", TenantTask, {"name": "copy", "state": "absent"}, 6),
    # the node, its peers, two kinds of tiers, write, poll, read back
    ("a node of the system into maintenance", NodeTask, {"name": "node1", "maintenance": True}, 6),
    # write, poll, read back
    ("out of it", NodeTask, {"name": "node1", "maintenance": False}, 4),
    (
        "delete a stopped tenant: read, its networks, check, write, apply, wait, read",
        TenantTask,
        {"name": "acme", "state": "absent"},
        8,
    ),
]


def counted(sim: Vergesim) -> int:
    return sum(number for name, number in sim.requests().items() if name != "GET system")


def test_work_stays_within_its_requests(sim: Vergesim) -> None:
    over = []
    for title, task, given, limit in WORK:
        sim.forget()
        run(sim, task(options(**given)))
        assert sim.requests()["GET system"] == 1
        if counted(sim) > limit:
            over.append(f"{title}: {sim.requests()} instead of {limit}")
    assert over == []


@pytest.mark.parametrize(
    ("gather", "given", "limit"),
    [
        (storage.gather, {}, 1),
        (clusters.gather, {"include_tiers": False}, 1),
        (clusters.gather, {"include_tiers": True}, 2),
        (nodes.gather, {"gather": []}, 1),
        (networks.gather, {"gather": []}, 1),
        (networks.gather, {"gather": ["addresses"]}, 2),
        (networks.gather, {"gather": ["addresses", "blocks"]}, 3),
        (tenants.gather, {"gather": []}, 1),
        (tenants.gather, {"gather": ["nodes", "storage", "snapshots"]}, 4),
        (tenants.gather, {"gather": ["network"]}, 4),
        (tenant_stats.gather, {"resolution": "short", "history_limit": 0, "log_limit": 0}, 2),
        (tenant_stats.gather, {"resolution": "long", "history_limit": 9, "log_limit": 9}, 3),
    ],
)
def test_telling_takes_the_same_for_many_rows(gather: Any, given: dict[str, Any], limit: int) -> None:
    with Vergesim("msp:50", 0) as sim:
        found = told(sim, gather, options(**given))
        assert counted(sim) == limit
        assert found[next(iter(found))]


def test_a_wait_asks_once_an_interval(sim: Vergesim) -> None:
    run(sim, TenantTask(options(name="acme", tenant_password="long-enough")))
    run(sim, TenantNodeTask(options(tenant="acme", name="node1", cpu_cores=2, ram_gb=4.0)))
    sim.forget()
    run(sim, TenantTask(options(name="acme", state="running")))
    # tenant, nodes, power-on, read back, and the polls
    assert 5 <= counted(sim) <= 8
    assert sim.requests()["POST tenant_actions"] == 1


# A list of tenants.


@pytest.mark.parametrize("tenants", [1, 20, 4000])
def test_a_run_without_a_change_takes_the_same_for_any_number(tenants: int) -> None:
    with Vergesim(f"msp:{tenants}", 0) as sim:
        names = listed(sim, "fold")
        sim.forget()
        again = Run(sim, names["tenants"], plans=names["plans"])
        assert again.result["changes"] == []
        assert again.summary["unchanged"] + again.summary["left"] == tenants
        assert sim.writes() == 0
        assert sum(sim.requests().values()) <= 12
        assert again.applied.snapshot.live == [], "asked of the platform although it was read"


def test_reads_beside_the_writes_do_not_grow(sim: Vergesim) -> None:
    made = Run(sim, [item(number) for number in range(12)], pace=Pace(workers=4))
    assert made.summary["created"] == 12, made.result
    polls = sim.requests()["GET tenant_nodes"]
    assert made.sent["reads"] - polls <= 25, made.sent
    # A tenant, its node, storage, address, block, layer 2, its start; and the rules once.
    assert made.sent["writes"] == 12 * 7 + 1
    again = Run(sim, [item(number) for number in range(12)])
    assert again.result["changes"] == [] and again.sent["writes"] == 0


def test_twenty_tenants_from_nothing_take_110_requests(sim: Vergesim) -> None:
    sim.forget()
    made = Run(sim, [{"name": f"new {number}", "state": "running", **SMALL} for number in range(20)])
    assert made.summary["created"] == 20, made.result
    assert sim.writes() == 80
    assert sum(sim.requests().values()) <= 110, sim.requests()
