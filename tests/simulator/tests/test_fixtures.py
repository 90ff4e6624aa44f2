"""What a simulator is loaded with."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from driver import Driver

NODE_1 = {
    "name": "node1",
    "machine": 1,
    "physical": True,
    "model": "Micro Computer (HK) Tech Limited | MS-A2",
    "cores": 32,
    "ram": 94208,
    "vm_ram": 68352,
    "ram_used": 27355,
    "core_temp": 63,
    "started": 1788184472,
    "status": "running",
    "running": True,
    "vsan_nodeid": 0,
    "asset_tag": "ASSET-0000",
    "kernel_version": "6.6.144yb-49",
}


def test_lab_nodes_and_cluster(sim: Driver) -> None:
    fields = (
        "all,machine#status#running as running,machine#status#status as status,"
        "machine#status#started as started,machine#stats#ram_used as ram_used,"
        "machine#stats#core_temp as core_temp"
    )
    row = sim.get("nodes/1", fields=fields)
    assert {name: row[name] for name in NODE_1} == NODE_1
    assert sim.get("nodes/2", fields="machine,vm_ram,vsan_nodeid") == {
        "machine": 31,
        "vm_ram": 69120,
        "vsan_nodeid": 1,
    }
    status = sim.get("cluster_status", fields="all")[0]
    captured = {
        "total_nodes": 2,
        "online_ram": 137472,
        "total_ram": 137472,
        "total_cores": 64,
        "phys_ram_used": 54443,
    }
    own = {"used_ram": 2048, "used_cores": 4, "running_machines": 4, "status": "online", "state": "online"}
    assert {name: status[name] for name in (*captured, *own)} == {**captured, **own}
    cluster = sim.get("clusters/1", fields="name,created,default_cpu,compute,storage,target_ram_pct")
    assert cluster == {
        "name": "conundrum-lab",
        "created": 1787560229,
        "default_cpu": "EPYC-Rome",
        "compute": True,
        "storage": True,
        "target_ram_pct": 80,
    }


def test_lab_tiers(sim: Driver) -> None:
    fields = "$key,tier,capacity,used,allocated,used_inflated,dedupe_ratio"
    assert [list(row.values()) for row in sim.get("storage_tiers", fields=fields)] == [
        [1, 0, 214748364800, 21474836480, 21474836480, 21474836480, 100],
        [2, 1, 7696581394432, 1649267441664, 3298534883328, 2473901162496, 150],
        [4, 3, 21990232555520, 4398046511104, 6597069766656, 4398046511104, 100],
    ]
    fields = "$key,tier,status,stats,status#status as s,status#redundant as r,status#used as u"
    rows = sim.get("cluster_tiers", fields=fields)
    assert [(row["$key"], row["tier"], row["status"], row["stats"]) for row in rows] == [
        (11, 0, 21, 31),
        (12, 1, 22, 32),
        (13, 3, 23, 33),
    ]
    assert {(row["s"], row["r"]) for row in rows} == {("online", True)} and rows[1]["u"] == 1649267441664


def test_lab_networks_files_and_vm(sim: Driver) -> None:
    rows = sim.get(
        "vnets", fields="$key,name,type,network,ipaddress,gateway,need_fw_apply,machine#status#node as n"
    )
    assert [(row["$key"], row["name"], row["type"], row["network"], row["n"]) for row in rows] == [
        (1, "Core", "core", "10.0.0.0/24", 1),
        (2, "DMZ", "dmz", "100.96.0.0/24", 1),
        (3, "External", "external", "198.51.100.0/24", 2),
        (4, "Internal", "internal", "10.99.99.0/24", 2),
    ]
    assert rows[2]["gateway"] == "198.51.100.1" and not any(row["need_fw_apply"] for row in rows)
    assert [row["name"] for row in sim.get("files", fields="name")] == [
        "debian-13.qcow2",
        "verge-os-26.1.8.iso",
        "tools.iso",
        "tools.iso",
    ]
    assert (
        sim.get("vms", fields="all")[0] | {"name": "test", "machine": 6, "ram": 2048}
        == sim.get("vms", fields="all")[0]
    )
    assert sim.get("tenants", fields="name") == []


def test_empty() -> None:
    sim = Driver("empty")
    assert len(sim.get("files", fields="name")) == 2
    assert sim.get("vms", fields="name") == [] == sim.get("node_drivers", fields="node")
    assert len(sim.get("nodes", fields="name")) == 2


def test_switches_at_the_start() -> None:
    sim = Driver(tier_key="same", phantom_tier="on")
    assert [row["$key"] for row in sim.get("storage_tiers", fields="$key,tier")] == [0, 1, 3]
    assert [row["tier"] for row in sim.get("cluster_tiers", fields="tier")] == [0, 1, 3, 5]
    key = sim.tenant()
    row = sim.make("tenant_storage", tenant=key, tier=1, provisioned=2**30)
    assert sim.get(f"tenant_storage/{row}", fields="tier#tier as n") == {"n": 1}
    assert sim.refused("POST", "tenant_storage", {"tenant": key, "tier": 0, "provisioned": 2**30})[0] == 422


@pytest.fixture(scope="module")
def msp() -> Driver:
    return Driver("msp:500")


def test_msp_tenants(msp: Driver) -> None:
    fields = "$key,name,isolate,status#status as s,status#running as r,ui_address,ui_address#ip as ip"
    rows: list[dict[str, Any]] = msp.get("tenants", filter="is_snapshot eq false", fields=fields)
    assert [row["$key"] for row in rows] == list(range(1, 501))
    assert [rows[i]["name"] for i in (0, 2, 3, 4, 99)] == [
        "tenant-0001",
        "O'Brien {Ltd}",
        "1234",
        "Zoë",
        "tenant-0100",
    ]
    assert Counter(row["s"] for row in rows) == {
        "online": 385,
        "offline": 100,
        "reduced": 5,
        "error": 5,
        "nodesoffline": 5,
    }
    assert [row["$key"] for row in rows if row["isolate"]] == [7, 107, 207, 307, 407]
    assert rows[0]["ip"] == "198.18.0.3" and len({row["ip"] for row in rows}) == 500
    snapshots = msp.get("tenants", filter="is_snapshot eq true", fields="name")
    assert snapshots == [{"name": "tenant-0200"}, {"name": "tenant-0400"}]
    assert msp.get("tenants", filter="name eq 'O\\'Brien \\{Ltd}'", fields="$key,name")[0]["$key"] == 3


def test_msp_nodes_and_storage(msp: Driver) -> None:
    assert [row["name"] for row in msp.get("clusters", fields="name")] == ["msp-c01", "msp-c02"]
    assert len(msp.get("nodes", filter="cluster eq 2", fields="name")) == 6
    nodes = msp.get("tenant_nodes", fields="tenant,cpu_cores,ram,cluster,machine#status#node#$display as h")
    assert {(row["cpu_cores"], row["ram"]) for row in nodes} == {(4, 8192), (8, 16384)}
    assert all(row["cluster"] == 1 + (row["tenant"] - 1) // 250 for row in nodes)
    assert [row["h"] is None for row in nodes if row["tenant"] == 13] == [False, True]
    for row in msp.get("nodes", fields="name,running_machines"):
        assert len(row["running_machines"]) > 50
    tiers = msp.get("storage_tiers", fields="$key,tier,capacity,used,used_pct")
    assert [(row["tier"], row["used_pct"]) for row in tiers] == [(0, 10), (1, 62), (3, 81)]
    for tier in tiers[1:]:
        rows = msp.get("tenant_storage", filter=f"tier eq {tier['$key']}", fields="provisioned")
        assert len(rows) == 500 and sum(row["provisioned"] for row in rows) > tier["capacity"]
    assert len(msp.get("vnet_cidrs", fields="cidr")) == 50
    assert [row["name"] for row in msp.get("vms", fields="name")] == ["Crash Cart - tenant-0001"]


def test_msp_is_the_same_each_time() -> None:
    fields = "name,uuid,created"
    assert Driver("msp:20").get("tenants", fields=fields) == Driver("msp:20").get("tenants", fields=fields)


def test_msp_works(msp: Driver) -> None:
    msp.act(31, "poweron")
    msp.wait(3)
    assert msp.status(31) == "online"
    msp.act(1, "poweroff")
    msp.wait(3)
    assert msp.call("DELETE", "tenants/1") == (200, {})


def test_the_largest_host_is_ready_quickly() -> None:
    begin = time.monotonic()
    sim = Driver("msp:4000")
    assert time.monotonic() - begin < 15
    assert len(sim.get("tenants", filter="is_snapshot eq false", fields="name,status#status as s")) == 4000


def test_tenant_histories(sim: Driver) -> None:
    """In the lab a history starts with the tenant."""
    key = sim.running()
    sim.make("tenant_storage", tenant=key, tier=2, provisioned=4 * 2**30)
    sim.wait(360)
    for table, interval, count in (("short", 300, 12), ("long", 3600, 1)):
        rows = sim.get(
            f"tenant_stats_history_{table}", filter=f"tenant eq {key}", fields="all", sort="-timestamp"
        )
        times = [row["timestamp"] for row in rows]
        assert count <= len(times) <= count + 1 and times == sorted(times, reverse=True)
        assert all(time % interval == 0 for time in times)
        row = rows[0]
        assert (row["ram_allocated"], row["core_count"], row["tier1_provisioned"]) == (4096, 2, 4 * 2**30)
        assert 0 < row["ram_used"] < 4096 and 0 < row["total_cpu"] < 100
        assert all(
            isinstance(row[f"tier{n}_{part}"], int)
            for n in range(6)
            for part in ("provisioned", "used", "pct")
        )
    again = sim.get(
        "tenant_stats_history_short", filter=f"tenant eq {key}", fields="all", sort="-timestamp", limit="5"
    )
    assert (
        again
        == sim.get("tenant_stats_history_short", filter=f"tenant eq {key}", fields="all", sort="-timestamp")[
            :5
        ]
    )


def test_histories_of_the_msp(msp: Driver) -> None:
    short = msp.get("tenant_stats_history_short", filter="tenant eq 5", fields="timestamp,tenant")
    assert len(short) == 288 and short[0]["timestamp"] < short[-1]["timestamp"]
    long = msp.get(
        "tenant_stats_history_long", filter="tenant eq 5", fields="timestamp,tenant", sort="-timestamp"
    )
    assert len(long) == 1080
    since = short[-3]["timestamp"]
    part = msp.get(
        "tenant_stats_history_short",
        filter=f"tenant eq 5 and timestamp ge {since}",
        fields="timestamp,tenant",
    )
    assert part == short[-3:]
    everybody = msp.get(
        "tenant_stats_history_short", filter=f"timestamp ge {since}", fields="tenant,timestamp"
    )
    assert Counter(row["timestamp"] for row in everybody)[since] == len({row["tenant"] for row in everybody})
    msp.set(history_rows="few")
    assert len(msp.get("tenant_stats_history_short", filter="tenant eq 5", fields="timestamp,tenant")) == 12
    assert msp.refused("GET", "tenant_stats_history_short/1")[0] == 404
    msp.set(history_rows="full")


def test_tier_histories(sim: Driver) -> None:
    short = sim.get("cluster_tier_stats_history_short", filter="tier eq 12", fields="all", limit="2")
    assert len(short) == 2 and {"rops", "capacity", "used", "timestamp"} <= set(short[0])
    long = sim.get(
        "cluster_tier_stats_history_long", fields="tier,rops_peak,rops_avg", sort="-timestamp", limit="3"
    )
    assert [row["tier"] for row in long] == [11, 12, 13] and long[0]["rops_peak"] >= long[0]["rops_avg"]


def test_tenant_stats(sim: Driver) -> None:
    key = sim.running()
    row = sim.get("tenant_stats", filter=f"tenant eq {key}", fields="$key,tenant,ram_used,last_update")[0]
    assert 0 < row["ram_used"] < 4096 and row["last_update"] % 5 == 0
