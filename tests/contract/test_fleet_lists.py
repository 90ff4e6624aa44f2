"""Lists that cannot be had: refused as a whole, each error under the name of its tenant, before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from fleets import Run
from raw import Raw

from plugins.module_utils._model.errors import VrgError
from vergesim_process import Vergesim

#: What is wrong with an item, by what the refusal has to say of it (the finding is where the case comes from).
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "F30 the router": ({"external_ips": [{"ip": "198.51.100.1", "network": "External"}]}, "198.51.100.1"),
    "F30 the broadcast address": (
        {"external_ips": [{"ip": "198.51.100.255", "network": "External"}]},
        "198.51.100.255",
    ),
    "F30 outside of the subnet": ({"external_ips": [{"ip": "8.8.8.8", "network": "External"}]}, "8.8.8.8"),
    "F30 a block over the gateway": (
        {"network_blocks": [{"cidr": "198.51.100.0/29", "network": "External"}]},
        "198.51.100.0/29",
    ),
    "F36 fewer than no cores": ({"nodes": [{"name": "node1", "cpu_cores": -8, "ram_gb": 2.0}]}, "-8"),
    "F36 hardly any memory": ({"nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 0.5}]}, "0.5"),
    "F36 a uuid that nobody has": ({"uuid": "00000000-0000-4000-8000-000000000000"}, "uuid"),
    "a tier that is not here": ({"storage": [{"tier": 5, "provisioned_gb": 1}]}, "tier 5"),
    "less than nothing": ({"storage": [{"tier": 1, "provisioned_gb": -1}]}, "-1"),
    "a cluster that is not here": (
        {"nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2.0, "cluster": "nowhere"}]},
        "nowhere",
    ),
    "a network that is not here": ({"layer2_networks": [{"network": "nowhere"}]}, "nowhere"),
    "one node twice": ({"nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2.0}] * 2}, "node1"),
    "one tier twice": ({"storage": [{"tier": 1, "provisioned_gb": 1}] * 2}, "tier 1"),
    "to run without a node": ({"state": "running"}, "no node"),
}


def refused(sim: Vergesim, tenants: list[dict[str, Any]], **given: Any) -> str:
    """What both a dry run and a run say of a list, neither of which has written."""
    told = []
    for check in (True, False):
        sim.forget()
        with pytest.raises(VrgError) as error:
            Run(sim, tenants, check=check, **given)
        assert sim.writes() == 0
        told.append(str(error.value))
    assert told[0] == told[1]
    return told[0]


def test_a_list_with_every_error_is_refused_with_each_of_them(sim: Vergesim) -> None:
    tenants = [{"name": f"wrong{nth:02}", **item} for nth, (item, _said) in enumerate(WRONG.values())]
    told = refused(sim, tenants)
    parts = {name: told.partition(f"'wrong{nth:02}'")[2].partition("'wrong")[0] for nth, name in enumerate(WRONG)}
    assert {name: part for name, part in parts.items() if WRONG[name][1] not in part} == {}


@pytest.mark.parametrize(("count", "more"), [(20, ""), (21, " And 1 more."), (45, " And 25 more.")])
def test_of_many_errors_some_are_named_and_the_rest_is_counted(sim: Vergesim, count: int, more: str) -> None:
    networks = [{"network": "nowhere"}]
    told = refused(sim, [{"name": f"wrong{nth:02}", "layer2_networks": networks} for nth in range(count)])
    assert told.count("Tenant 'wrong") == 20 and "'wrong19'" in told
    assert told.endswith(more) if more else " more." not in told


@pytest.mark.parametrize("name", WRONG)
def test_each_error_alone_is_enough(sim: Vergesim, name: str) -> None:
    item, said = WRONG[name]
    right = {"name": "right", "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2.0}]}
    told = refused(sim, [right, {"name": "wrong", **item}])
    assert "'wrong'" in told and said in told and "'right'" not in told


def test_two_items_that_mean_one_tenant(sim: Vergesim, raw: Raw) -> None:
    key = raw.create("tenants", name="acme")
    uuid = next(row["uuid"] for row in sim.rows("tenants") if row["$key"] == key)
    assert "acme" in refused(sim, [{"name": "acme"}, {"name": uuid}])
    assert "acme" in refused(sim, [{"name": "acme"}, {"name": "acme", "uuid": uuid}])


def test_one_address_for_two_tenants(sim: Vergesim) -> None:
    listed = [{"ip": "198.51.100.30", "network": "External"}]
    told = refused(sim, [{"name": "one", "external_ips": listed}, {"name": "two", "external_ips": listed}])
    assert "'one'" in told and "'two'" in told and "198.51.100.30" in told


def test_F35_a_network_by_name_in_one_item_and_by_key_in_another_is_one(sim: Vergesim) -> None:
    key = next(row["$key"] for row in sim.rows("vnets") if row["name"] == "Internal")
    items = [{"name": "one", "layer2_networks": [{"network": "Internal"}]}]
    items.append({"name": "two", "layer2_networks": [{"network": str(key)}]})
    assert Run(sim, items).summary["created"] == 2
    assert Run(sim, items).result["changes"] == []


@pytest.mark.parametrize("name", ["AWX1", "awx1 "])
def test_F37_a_name_that_only_looks_like_one_that_stands(sim: Vergesim, raw: Raw, name: str) -> None:
    raw.create("tenants", name="awx1")
    told = refused(sim, [{"name": name}])
    assert "awx1" in told


def test_ten_that_fit_one_by_one_and_not_together(sim: Vergesim) -> None:
    free = min(int(row["ram"]) for row in sim.rows("nodes")) // 1024
    nodes = [{"name": "node1", "cpu_cores": 1, "ram_gb": float(free // 4)}]
    tenants = [{"name": f"t{nth}", "nodes": nodes} for nth in range(10)]
    for tenant in tenants:
        assert Run(sim, [tenant], check=True).summary["created"] == 1
    assert "RAM" in refused(sim, tenants)


@pytest.mark.parametrize(
    ("item", "allow", "said"),
    [
        ({"nodes": [{"name": "node1", "cpu_cores": 4, "ram_gb": 2.0}]}, "allow_shrink", "ram_gb 4.0 -> 2.0"),
        ({"nodes": [{"name": "node1", "cpu_cores": 2, "ram_gb": 4.0}]}, "allow_shrink", "cpu_cores 4 -> 2"),
        ({"storage": [{"tier": 1, "provisioned_gb": 5}]}, "allow_shrink", "provisioned_gb 10 -> 5"),
        ({"state": "stopped"}, "allow_restart", "is running"),
    ],
    ids=["memory", "cores", "storage", "power"],
)
def test_F40_what_a_running_customer_would_notice_is_asked_for(
    sim: Vergesim, item: dict[str, Any], allow: str, said: str
) -> None:
    whole = {
        "name": "acme",
        "nodes": [{"name": "node1", "cpu_cores": 4, "ram_gb": 4.0}],
        "storage": [{"tier": 1, "provisioned_gb": 10}],
    }
    assert Run(sim, [{"name": "other"}, whole]).summary["created"] == 2
    for check in (True, False):
        sim.forget()
        found = Run(sim, [{"name": "other"}, {**whole, **item}], check=check).of("acme")
        assert (found["result"], found["changes"], sim.writes()) == ("failed", [], 0)
        assert (
            "'acme'" in found["msg"] and said in found["msg"] and found["hint"] == f"Set {allow}=true if that is meant."
        )
    assert Run(sim, [{**whole, **item}], **{allow: True}).result["changes"]
    assert Run(sim, [{**whole, **item}]).result["changes"] == []


def test_F40_a_customer_that_was_switched_off_stays_off(sim: Vergesim, raw: Raw) -> None:
    whole = {"name": "acme", "nodes": [{"name": "node1", "cpu_cores": 4, "ram_gb": 4.0}]}
    assert Run(sim, [whole]).result["changes"]
    raw.act("tenant_actions", tenant=sim.rows("tenants")[0]["$key"], action="poweroff")
    again = Run(sim, [whole])
    assert again.result["changes"] == []
    assert Run(sim, [{**whole, "state": "running"}]).result["changes"]
