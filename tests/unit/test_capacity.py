from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from views import judge


@dataclass(frozen=True)
class System:
    """What the info modules returned."""

    clusters: list[dict[str, Any]]
    nodes: list[dict[str, Any]]
    tiers: list[dict[str, Any]]
    tenants: list[dict[str, Any]]
    networks: list[dict[str, Any]] | None = None


#: Two clusters would be ambiguous; this one has 128 GB online, 80 % of which may be in use: 102.4.
CLUSTER: dict[str, Any] = {
    "key": 1,
    "name": "prod",
    "enabled": True,
    "compute": True,
    "max_ram_per_vm_gb": 64.0,
    "max_cores_per_vm": 16,
    "target_ram_percent": 80,
    "online_ram_gb": 128.0,
    "used_ram_gb": 2.0,
    "online_cores": 64,
}
HOST: dict[str, Any] = {
    "key": 1,
    "name": "node1",
    "cluster": "prod",
    "vm_ram_gb": 64.0,
    "running": True,
    "maintenance": False,
}
TIER: dict[str, Any] = {"key": 7, "tier": 1, "capacity_gb": 1000.0, "used_gb": 100.0}
SYSTEM = System([CLUSTER], [HOST, {**HOST, "key": 2, "name": "node2"}], [{**TIER, "key": 1, "tier": 0}, TIER], [])
NAMES = [f"t{number}" for number in range(10)]


def node(name: str = "node1", ram: float = 16, cores: int = 4, **more: Any) -> dict[str, Any]:
    return {"name": name, "ram_gb": ram, "cpu_cores": cores, **more}


def tenant(name: str = "acme", *nodes: dict[str, Any], gib: int = 0, state: str = "") -> dict[str, Any]:
    storage = [{"tier": 1, "provisioned_gb": gib}] if gib else []
    state = state or ("running" if nodes else "present")
    return {"name": name, "state": state, "nodes": list(nodes), "storage": storage}


def standing(asked: dict[str, Any], *, running: bool, used: float = 0) -> dict[str, Any]:
    """The row of a tenant that was made as asked."""
    nodes = [{"cluster": "prod", "enabled": True, "running": running, **one} for one in asked["nodes"]]
    storage = [{**one, "used_gb": used} for one in asked["storage"]]
    uuid = f"00000000-0000-0000-0000-00000000000{asked['name'][-1:]}"
    identity = {"key": asked["name"], "uuid": uuid, "note": "", "status": "online" if running else "offline"}
    return {**asked, **identity, "running": running, "nodes": nodes, "storage": storage}


def with_tenants(*rows: dict[str, Any], used_ram: float = 2) -> System:
    return replace(SYSTEM, clusters=[{**CLUSTER, "used_ram_gb": used_ram}], tenants=list(rows))


def found(
    asked: list[dict[str, Any]], system: System = SYSTEM, stated: Sequence[str] = (), **limits: Any
) -> dict[str, Any]:
    return judge(
        asked, system.clusters, system.nodes, system.tiers, system.tenants, system.networks, stated=stated, **limits
    )


def line(result: dict[str, Any], measure: str, what: str = "") -> dict[str, Any]:
    (row,) = [row for row in result["table"] if row["measure"] == measure and what in row["what"]]
    return dict(row)


def verdicts(result: dict[str, Any]) -> set[str]:
    return {row["verdict"] for row in result["table"]}


def test_what_fits_fits() -> None:
    result = found([tenant("acme", node(), gib=100)])
    assert verdicts(result) == {"fits"}
    assert result["problems"] == result["refused"] == result["warnings"] == []
    assert line(result, "RAM in use") == {
        "what": "cluster prod",
        "measure": "RAM in use",
        "unit": "GB",
        "now": 2.0,
        "after": 18.0,
        "limit": 102.4,
        "verdict": "fits",
    }
    assert [line(result, "RAM promised")[name] for name in ("now", "after", "limit")] == [0, 16.0, 128.0]
    assert [line(result, "RAM if a node fails")[name] for name in ("now", "after", "limit")] == [2.0, 18.0, 64.0]
    assert [line(result, "cores promised")[name] for name in ("now", "after", "limit")] == [0, 4, 256.0]
    assert [line(result, "provisioned")[name] for name in ("now", "after", "limit")] == [0, 100, 1000.0]


def test_ten_that_fit_one_by_one_are_refused_as_ten() -> None:
    ten = [tenant(name, node(), gib=150) for name in NAMES]
    assert all(not found([one])["refused"] for one in ten)
    result = found(ten)
    assert result["refused"] == [
        "cluster prod, RAM in use: 162 after this, with a limit of 102.4 GB.",
        "cluster prod, RAM promised: 160 after this, with a limit of 128 GB.",
        "tier 1, provisioned: 1500 after this, with a limit of 1000 GiB.",
    ]
    assert result["warnings"] == ["cluster prod, RAM if a node fails: 162 after this, with a limit of 64 GB."]
    assert result["problems"] == []


@given(st.lists(st.integers(2, 64), min_size=1, max_size=12))
def test_a_list_is_refused_by_its_sum_in_whatever_order(sizes: list[int]) -> None:
    asked = [tenant(f"t{number}", node(ram=size, cores=1)) for number, size in enumerate(sizes)]
    results = [found(order) for order in (asked, asked[::-1])]
    assert results[0]["table"] == results[1]["table"]
    assert bool(results[0]["refused"]) == (2 + sum(sizes) > 102.4)


def test_tenants_that_are_off_have_been_promised_their_memory_too() -> None:
    off = [standing(tenant(name, node(ram=20)), running=False) for name in NAMES[:6]]
    result = found([tenant("acme", node(ram=20))], with_tenants(*off))
    assert line(result, "RAM in use")["verdict"] == "fits"
    assert line(result, "RAM promised")["now"] == 120.0
    assert result["refused"] == ["cluster prod, RAM promised: 140 after this, with a limit of 128 GB."]


def test_a_tenant_that_is_not_to_run_takes_no_memory_yet() -> None:
    for state in ("stopped", "present"):
        result = found([tenant("acme", node(), state=state)])
        assert line(result, "RAM in use")["after"] == 2.0
        assert line(result, "RAM promised")["after"] == 16.0


@pytest.mark.parametrize("running", [True, False])
def test_a_second_run_counts_nothing_twice(running: bool) -> None:
    asked = [tenant(name, node(), gib=150, state="running" if running else "stopped") for name in NAMES[:6]]
    there = with_tenants(*(standing(one, running=running) for one in asked), used_ram=98 if running else 2)
    result = found(asked, there)
    assert verdicts(result) <= {"fits", "over before"}
    assert result["refused"] == []
    for row in result["table"]:
        assert row["now"] == row["after"]


def test_the_same_tenant_by_its_uuid_is_not_counted_twice() -> None:
    row = standing(tenant("t1", node(ram=60), gib=600), running=True)
    result = found([tenant(row["uuid"].upper(), node(ram=60), gib=600)], with_tenants(row, used_ram=62))
    assert line(result, "RAM in use")["after"] == 62.0
    assert line(result, "RAM promised")["after"] == 60.0
    assert line(result, "provisioned")["after"] == 600


def test_a_run_that_was_cut_off_is_finished() -> None:
    """Half of the list stands, some of it not started yet."""
    asked = [tenant(name, node(ram=16), gib=150) for name in NAMES[:6]]
    there = with_tenants(*(standing(one, running=False) for one in asked[:3]), used_ram=2)
    assert found(asked, there)["refused"] == []
    assert line(found(asked, there), "RAM in use")["after"] == 98.0
    assert line(found(asked, there), "RAM promised")["after"] == 96.0


def on_the_way(asked: dict[str, Any], status: str) -> dict[str, Any]:
    """The row of a tenant that has been told to start."""
    row = standing(asked, running=False)
    return {**row, "status": "starting", "nodes": [{**one, "status": status} for one in row["nodes"]]}


@pytest.mark.parametrize(("status", "used"), [("initializing", 2), ("starting", 62)])
@pytest.mark.parametrize("state", ["running", "present"])
def test_a_run_that_was_cut_off_while_a_tenant_starts_is_finished(state: str, status: str, used: float) -> None:
    """A node takes its memory when it is placed, which is after it is told to start and before it runs."""
    asked = tenant("acme", node(ram=40), node("node2", ram=20), state=state)
    result = found([asked], with_tenants(on_the_way(asked, status), used_ram=used))
    assert [line(result, "RAM in use")[name] for name in ("now", "after")] == [used, 62.0]
    assert result["refused"] == []


def test_a_tenant_that_is_starting_and_is_to_be_stopped_gives_its_memory_back() -> None:
    asked = tenant("acme", node(ram=60), state="stopped")
    result = found([asked], with_tenants(on_the_way(asked, "starting"), used_ram=62))
    assert line(result, "RAM in use")["after"] == 2.0


def test_nodes_and_tiers_that_the_list_does_not_name_stay() -> None:
    row = standing(tenant("acme", node(), node("node2"), gib=500), running=True)
    asked = tenant("acme", node(ram=20))
    result = found([asked], with_tenants(row, used_ram=34))
    assert line(result, "RAM promised")["after"] == 36.0
    assert line(result, "RAM in use")["after"] == 38.0
    assert [row["what"] for row in result["table"] if "tier" in row["what"]] == []


def test_what_a_stop_or_a_smaller_node_gives_back_is_room() -> None:
    row = standing(tenant("old", node(ram=60)), running=True)
    there = with_tenants(row, used_ram=92)
    new = tenant("acme", node(ram=40, cores=2))
    assert found([new], there)["refused"] != []
    assert found([new, {**tenant("old", node(ram=60)), "state": "stopped"}], there)["refused"] == []
    assert found([new, tenant("old", node(ram=8))], there)["refused"] == []


def test_a_new_node_of_a_running_tenant_counts_even_if_power_is_left_alone() -> None:
    row = standing(tenant("acme", node()), running=True)
    result = found([tenant("acme", node(), node("node2"), state="present")], with_tenants(row, used_ram=18))
    assert line(result, "RAM in use")["after"] == 34.0


def test_a_node_that_is_not_enabled_is_promised_but_does_not_start() -> None:
    result = found([tenant("acme", node(), node("node2", enabled=False))])
    assert line(result, "RAM in use")["after"] == 18.0
    assert line(result, "RAM promised")["after"] == 32.0


def test_what_was_too_full_before_is_told_but_does_not_stop_a_list_that_asks_for_no_more() -> None:
    rows = [standing(tenant(name, node(), gib=150), running=True) for name in NAMES]
    there = with_tenants(*rows, used_ram=162)
    result = found([tenant(NAMES[0], node(), gib=100)], there)
    assert result["refused"] == []
    assert line(result, "RAM promised")["verdict"] == "over before"
    assert line(result, "provisioned")["verdict"] == "over before"
    assert any(sentence.startswith("cluster prod, RAM promised: 160") for sentence in result["warnings"])
    assert found([tenant(NAMES[0], node(ram=17), gib=100)], there)["refused"] != []


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (node(ram=65), "ram_gb 65 is more than cluster 'prod' allows one machine (64 GB): such a node never starts."),
        (node(cores=17), "cpu_cores 17 is more than cluster 'prod' allows one machine (16): such a node never starts."),
        (node(cluster="lab"), "There is no cluster 'lab' that could be the cluster. There is: 'prod'."),
        (node(cluster=""), "cluster is empty, and a node always has one."),
        (node(failover_cluster="lab"), "There is no cluster 'lab' that could be the failover_cluster."),
        (node(preferred_node="node9"), "There is no node 'node9'. Near to it: 'node2', 'node1'."),
    ],
)
@pytest.mark.parametrize("policy", ["fail", "warn", "ignore"])
def test_what_never_starts_is_a_problem_whatever_the_policy(one: dict[str, Any], says: str, policy: str) -> None:
    (problem,) = found([tenant("acme", one)], policy=policy)["problems"]
    assert problem.startswith(f"Tenant 'acme', node 'node1': {says}")


def test_a_node_larger_than_every_host() -> None:
    small = replace(SYSTEM, nodes=[{**HOST, "vm_ram_gb": 32.0}])
    says = "ram_gb 40 is more than the largest node of cluster 'prod' has (32 GB): such a node never starts."
    (problem,) = found([tenant("acme", node(ram=40))], small)["problems"]
    assert problem.startswith(f"Tenant 'acme', node 'node1': {says}")


@pytest.mark.parametrize("column", ["enabled", "compute"])
def test_a_cluster_that_takes_no_machines_takes_no_new_ones(column: str) -> None:
    closed = replace(SYSTEM, clusters=[{**CLUSTER, column: False}])
    asked = tenant("acme", node(cluster="prod"))
    assert "takes no machines" in found([asked], closed)["problems"][0]
    assert found([asked], replace(closed, tenants=[standing(asked, running=True)]))["problems"] == []


@pytest.mark.parametrize(
    ("storage", "says"),
    [
        (
            {"tier": 3, "provisioned_gb": 10},
            "Tenant 'acme', tier 3: This system has no storage tier 3. Tiers that a tenant can be given here: 1.",
        ),
        ({"tier": 0, "provisioned_gb": 10}, "Tenant 'acme', tier 0: This system has no storage tier 0."),
        (
            {"tier": 1, "provisioned_gb": 40},
            "The tier 1 storage of tenant 'acme' holds more than 40 GiB of data (50.5), and shrinking it to that loses",
        ),
    ],
)
def test_storage_that_cannot_be(storage: dict[str, Any], says: str) -> None:
    there = with_tenants(standing(tenant("acme", gib=100), running=False, used=50.5))
    (problem,) = found([{**tenant("acme"), "storage": [storage]}], there)["problems"]
    assert problem.startswith(says)
    # What the module can be told to do all the same, a list cannot.
    assert "allow_data_loss" not in problem


def test_all_problems_are_told_at_once() -> None:
    asked = [tenant("a", node(ram=65, cores=17, cluster="prod")), tenant("b", node(cluster="x"), gib=10)]
    assert len(found(asked)["problems"]) == 3


# The tenants themselves.


def test_a_tenant_that_is_listed_twice() -> None:
    result = found([tenant("a"), tenant("b"), tenant("a")])
    assert result["problems"] == ["Tenant 'a' is listed 2 times."]


def test_a_tenant_that_is_listed_by_its_name_and_by_its_uuid() -> None:
    row = standing(tenant("t1", node()), running=False)
    uuid = row["uuid"].upper()
    result = found([tenant("t1"), tenant(uuid)], with_tenants(row))
    assert result["problems"] == [f"Tenant 't1' is listed 2 times, also as '{uuid}'."]
    assert found([tenant(uuid), tenant("t2")], with_tenants(row))["problems"] == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "There is a tenant with an empty name."),
        ("x" * 121, f"Tenant '{'x' * 121}': name must have 1 to 120 characters. Choose another name."),
    ],
)
def test_a_name_that_the_platform_refuses(name: str, says: str) -> None:
    assert found([tenant(name)])["problems"] == [says]
    assert found([tenant("x" * 120)])["problems"] == []


MARK = "customer 4711\nSuspended on 2026-11-24T02:00:00Z"


def test_a_suspended_tenant_is_not_started_by_the_way() -> None:
    row = {**standing(tenant("acme", node()), running=False), "note": MARK, "isolated": True}
    (problem,) = found([tenant("acme", node())], with_tenants(row))["problems"]
    assert problem.startswith("Tenant 'acme' is suspended, as its note says (2026-11-24T02:00:00Z). Resume it with")
    assert found([tenant("acme", node())], with_tenants(row), stated=["globex"])["problems"] == [problem]
    assert found([tenant("acme", node())], with_tenants(row), stated=["acme"])["problems"] == []
    assert found([tenant("globex", node())], with_tenants(row))["problems"] == []


@pytest.mark.parametrize(
    ("note", "running", "isolated"),
    [
        (MARK, True, True),
        (MARK, False, False),
        (f"{MARK}, uuid 00000000-0000-0000-0000-000000000000", False, True),
        ("Suspended on some day", False, True),
        ("Suspended on 2026-13-45T02:00:00Z", False, True),
        (f"not {MARK[14:]}", False, True),
    ],
)
def test_what_is_not_a_suspension(note: str, running: bool, isolated: bool) -> None:
    row = {**standing(tenant("acme", node()), running=running), "note": note, "isolated": isolated}
    assert found([tenant("acme", node())], with_tenants(row))["problems"] == []


# Clusters that are not named.


TWO = replace(SYSTEM, clusters=[CLUSTER, {**CLUSTER, "key": 2, "name": "lab", "online_ram_gb": 10.0}])


def test_a_node_without_cluster_goes_to_the_only_one() -> None:
    assert {row["what"] for row in found([tenant("acme", node())])["table"]} == {"cluster prod"}


def test_a_cluster_without_compute_is_not_the_default() -> None:
    storage_only = replace(TWO, clusters=[{**CLUSTER, "key": 2, "name": "san", "compute": False}, CLUSTER])
    assert {row["what"] for row in found([tenant("acme", node())], storage_only)["table"]} == {"cluster prod"}


def test_with_several_clusters_the_default_is_told() -> None:
    asked = [tenant("acme", node())]
    assert found(asked, TWO, default_cluster="lab")["refused"] != []
    assert found(asked, TWO, default_cluster="prod")["refused"] == []
    assert found(asked, TWO, default_cluster="x")["problems"] == ["There is no cluster 'x' that could be the default."]


def test_what_cannot_be_known_does_not_fit() -> None:
    result = found([tenant("acme", node())], TWO)
    assert verdicts(result) == {"unknown"}
    assert result["refused"][0] == "cluster (the default), RAM in use: whether it fits is unknown."
    assert found([tenant("acme", node())], TWO, policy="warn")["refused"] == []


def test_a_node_that_stands_stays_where_it_is() -> None:
    row = standing(tenant("acme", node(cluster="lab")), running=True)
    result = found([tenant("acme", node())], replace(TWO, tenants=[row]))
    assert {row["what"] for row in result["table"]} == {"cluster lab"}


def test_a_cluster_by_its_key_and_a_move_to_another() -> None:
    row = standing(tenant("acme", node(ram=60)), running=True)
    there = replace(TWO, tenants=[row])
    result = found([tenant("acme", node(ram=60, cluster=2))], there)
    assert line(result, "RAM promised", "lab")["after"] == 60.0
    assert len(result["refused"]) == 2


def test_a_system_that_does_not_show_its_nodes() -> None:
    nested = replace(SYSTEM, nodes=[], clusters=[{**CLUSTER, "online_ram_gb": None, "used_ram_gb": None}])
    result = found([tenant("acme", node())], nested)
    assert line(result, "RAM if a node fails")["verdict"] == line(result, "RAM promised")["verdict"] == "unknown"
    assert line(result, "cores promised")["verdict"] == "fits"


# N-1, thresholds and policies.


def test_n_minus_1_counts_nodes_that_run_and_take_machines() -> None:
    for column, value in (("running", False), ("maintenance", True)):
        one_down = replace(SYSTEM, nodes=[HOST, {**HOST, "name": "node2"}, {**HOST, "name": "node3", column: value}])
        assert line(found([tenant("acme", node())], one_down), "RAM if a node fails")["limit"] == 64.0
    unequal = replace(SYSTEM, nodes=[HOST, {**HOST, "name": "node2", "vm_ram_gb": 96.0}])
    assert line(found([tenant("acme", node())], unequal), "RAM if a node fails")["limit"] == 64.0


@pytest.mark.parametrize(("policy", "refused", "warned"), [("fail", 1, 0), ("warn", 0, 1), ("ignore", 0, 0)])
def test_n_minus_1_has_a_policy_of_its_own(policy: str, refused: int, warned: int) -> None:
    result = found([tenant("acme", node(ram=32), node("node2", ram=32))], n_minus_1=policy)
    assert line(result, "RAM if a node fails")["verdict"] == "over"
    assert (len(result["refused"]), len(result["warnings"])) == (refused, warned)


@pytest.mark.parametrize(("policy", "refused", "warned"), [("fail", 2, 1), ("warn", 0, 3), ("ignore", 0, 1)])
def test_the_policy(policy: str, refused: int, warned: int) -> None:
    result = found([tenant(name, node(ram=60)) for name in NAMES[:3]], policy=policy)
    assert (len(result["refused"]), len(result["warnings"])) == (refused, warned)


@pytest.mark.parametrize(
    ("limits", "measure", "limit"),
    [
        ({"ram_target_percent": 50}, "RAM in use", 64.0),
        ({"ram_promised_percent": 150}, "RAM promised", 192.0),
        ({"cores_ratio": 1}, "cores promised", 64.0),
        ({"provisioned_percent": 200}, "provisioned", 2000.0),
        ({"used_percent": 95}, "used", 950.0),
    ],
)
def test_thresholds(limits: dict[str, float], measure: str, limit: float) -> None:
    assert line(found([tenant("acme", node(), gib=1)], **limits), measure)["limit"] == limit


def test_any_number_of_cores() -> None:
    result = found([tenant("acme", node())], cores_ratio=0)
    assert "cores promised" not in {row["measure"] for row in result["table"]}


@pytest.mark.parametrize(("used", "verdict"), [(700.0, "fits"), (701.0, "close"), (901.0, "over")])
def test_nothing_more_is_promised_of_a_tier_that_is_full(used: float, verdict: str) -> None:
    full = replace(SYSTEM, tiers=[{**TIER, "used_gb": used}])
    result = found([tenant("acme", gib=10)], full)
    assert line(result, "used")["verdict"] == verdict
    assert bool(result["refused"]) == (verdict == "over")
    assert bool(result["warnings"]) == (verdict == "close")
    again = replace(full, tenants=[standing(tenant("acme", gib=10), running=False)])
    assert found([tenant("acme", gib=10)], again)["refused"] == []


def test_the_table_reads_well() -> None:
    assert found([tenant("acme", node(), gib=100)])["lines"] == [
        "what                               now  after  limit       verdict",
        "cluster prod  RAM in use             2     18  102.4  GB   fits",
        "cluster prod  RAM promised           0     16    128  GB   fits",
        "cluster prod  RAM if a node fails    2     18     64  GB   fits",
        "cluster prod  cores promised         0      4    256       fits",
        "tier 1        provisioned            0    100   1000  GiB  fits",
        "tier 1        used                 100    100    900  GiB  fits",
    ]


def test_a_list_without_compute_or_storage() -> None:
    assert found([{"name": "acme", "state": "present"}])["table"] == []


def test_numbers_may_come_as_text() -> None:
    asked = tenant("acme", {"name": "node1", "ram_gb": "16", "cpu_cores": "4"})
    asked["storage"] = [{"tier": "1", "provisioned_gb": "100"}]
    assert found([asked]) == found([tenant("acme", node(), gib=100)])
