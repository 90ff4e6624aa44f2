"""Clusters: what is planned from rows alone, and what is asked for to know them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.plan import Guard, Plan
from plugins.module_utils._reads import clusters
from plugins.module_utils._tables.clusters import CLUSTER, CPU_TYPES
from plugins.module_utils._tables.tiers import CLUSTER_TIER, cluster_tier_view, existing
from plugins.module_utils._tasks.cluster import ClusterTask
from support import Tables, applied, planned, sentences, wanted_of

NOTHING_GIVEN = dict.fromkeys((column.name for column in CLUSTER.columns), None)
ROW: Row = {
    **dict.fromkeys(CLUSTER.entries),
    "$key": 3,
    "name": "b",
    "id": "0d25",
    "max_ram_per_vm_mb": 65536,
    "total_nodes": 0,
    "running_machines": 0,
}


def task(**options: Any) -> ClusterTask:
    return ClusterTask({**NOTHING_GIVEN, "state": "present", "new_name": None, "name": "b", **options})


def plan_of(*rows: Row, tenant_nodes: list[Row] | None = None, **options: Any) -> Plan:
    return task(**options).plan(Tables(clusters=list(rows), tenant_nodes=tenant_nodes or []))


@given(data=st.data())
def test_applying_a_plan_and_planning_again_is_empty(data: st.DataObject) -> None:
    row = applied(CLUSTER, None, planned(CLUSTER, data.draw(wanted_of(CLUSTER, update=False)), None).steps[0].write)
    changed = data.draw(wanted_of(CLUSTER, update=True))
    plan = planned(CLUSTER, changed, row)
    for step in plan.steps:
        row = applied(CLUSTER, row, step.write)
        assert step.proof is not None and step.proof.holds([row])
    assert planned(CLUSTER, changed, row).steps == ()
    assert set(plan.after) <= set(changed)


def test_only_what_was_given_is_sent() -> None:
    create = plan_of(max_ram_per_vm_gb=1.5, nested_virtualization=False).steps[0]
    assert create.write.body == {"name": "b", "max_ram_per_vm": 1536, "kvm_nested": False}
    row = {**ROW, "target_ram_pct": 80, "max_ram_per_vm_mb": 98816}
    update = plan_of(row, target_ram_percent=90)
    # Sent as it is, because older releases reset it otherwise; no change of it is told.
    assert update.steps[0].write.body == {"target_ram_pct": 90, "max_ram_per_vm": 98816}
    assert set(update.after) == {"target_ram_percent"}
    assert plan_of(row, max_ram_per_vm_gb=128).steps[0].write.body == {"max_ram_per_vm": 131072}
    assert plan_of(ROW).steps == ()


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["b"], "update cluster 'b': name 'b' -> 'c'"),
        (["c"], None),
        ([], "create cluster 'c'"),
    ],
)
def test_a_rename(names: list[str], sentence: str | None) -> None:
    rows = [{**ROW, "$key": key, "name": name} for key, name in enumerate(names, 3)]
    assert sentences(plan_of(*rows, new_name="c")) == ([sentence] if sentence else [])


def test_a_rename_to_a_name_that_is_taken() -> None:
    with pytest.raises(VrgError, match="cannot be renamed: there already is a cluster 'c'"):
        plan_of(ROW, {**ROW, "$key": 4, "name": "c"}, new_name="c")


def test_a_name_is_never_a_key() -> None:
    tables = Tables(clusters=[ROW])
    assert sentences(task(name="3").plan(tables)) == ["create cluster '3'"]
    assert "$key" not in tables.asked[0].where.render()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("max_ram_per_vm_gb", -0.5),
        ("max_ram_per_vm_gb", float("inf")),
        ("max_ram_per_vm_gb", float("nan")),
        ("max_cores_per_vm", -1),
        ("target_ram_percent", 101),
        ("ram_overcommit_percent", -1),
    ],
)
def test_values_out_of_range(option: str, value: float) -> None:
    with pytest.raises(VrgError, match=f"{option} {value:g} is outside of what a cluster can have"):
        task(**{option: value})


@pytest.mark.parametrize("option", ["name", "new_name"])
@pytest.mark.parametrize("text", ["", "x" * 129])
def test_names_that_the_platform_does_not_take(option: str, text: str) -> None:
    with pytest.raises(VrgError, match=f"^{option} must have 1 to 128 characters"):
        task(**{option: text})


def test_a_new_name_for_what_is_to_be_deleted() -> None:
    with pytest.raises(VrgError, match="new_name cannot be used with state=absent"):
        task(new_name="c", state="absent")


def test_a_delete_is_of_the_cluster_that_was_meant() -> None:
    tables = Tables(clusters=[ROW])
    plan = task(state="absent").plan(tables)
    assert [query.table for query in tables.asked] == ["clusters", "tenant_nodes"]
    assert plan.refusals == () and plan.is_final
    assert plan_of(state="absent").steps == ()


def test_F27_a_delete_is_proved() -> None:
    proof = plan_of(ROW, state="absent").steps[0].proof
    assert proof is not None
    assert not proof.holds([ROW]) and proof.holds([])
    assert proof.holds([{**ROW, "id": "ffff"}]), "the key was given to another cluster"


def test_F9_a_cluster_in_use_is_known_from_its_own_row_and_may_be_emptied_by_an_earlier_task() -> None:
    tables = Tables(clusters=[{**ROW, "total_nodes": 1, "running_machines": 3}])
    plan = task(state="absent").plan(tables)
    (refusal,) = plan.refusals
    assert refusal.message == "Cluster 'b' cannot be deleted: it has 1 node and 3 running machines."
    assert refusal.hint == "Only an empty cluster can be deleted." and refusal.liftable
    assert len(tables.asked) == 1
    assert sentences(plan) == ["delete cluster 'b'"]


def test_F9_tenants_that_would_lose_their_cluster_are_named() -> None:
    nodes = [
        {
            "$key": key,
            "name": "n",
            "tenant": f"t{key // 2}",
            "cluster_key": 3 if key % 2 else 1,
            "failover_cluster_key": 3,
        }
        for key in range(16)
    ]
    other = {"$key": 99, "name": "n", "tenant": "other", "cluster_key": 1, "failover_cluster_key": None}
    (refusal,) = plan_of(ROW, state="absent", tenant_nodes=[*nodes, other]).refusals
    assert "16 tenant nodes (of tenants t0, t1, t2, t3, t4 and 3 more) would lose their cluster" in refusal.message
    assert refusal.liftable


def test_F7_a_delete_is_judged_again_right_before() -> None:
    empty, free = (guard for guard in plan_of(ROW, state="absent").steps[0].guards if isinstance(guard, Guard))
    assert empty.refusal([ROW]) is None and free.refusal([]) is None
    for taken in ({"total_nodes": 1}, {"running_machines": 2}):
        refusal = empty.refusal([{**ROW, **taken}])
        assert refusal is not None
        assert refusal.message == "Cluster 'b' cannot be deleted: it is not empty any more."
    bound = free.refusal([{"$key": 1, "name": "node1", "tenant": "acme"}])
    assert bound is not None and "have been bound to it meanwhile would lose their cluster" in bound.message


def test_F25_how_full_a_cluster_is_is_in_its_result() -> None:
    figures = {"used_ram_mb": 512, "online_ram_mb": 1024, "used_cores": 3, "online_cores": 4}
    row = {**ROW, **figures, "ram_per_unit_mb": 4096, "cores_per_unit": 1}
    for shown in (plan_of(row).result, plan_of(row, state="absent").result):
        assert (shown["ram_used_percent"], shown["core_used_percent"]) == (50.0, 75.0)
        assert (shown["ram_per_unit_gb"], shown["cores_per_unit"]) == (4.0, 1)
    assert plan_of().result["ram_used_percent"] is None, "nobody can know it of one that is to be created"


def test_the_processors_are_those_of_the_page() -> None:
    assert len(CPU_TYPES) == len(set(CPU_TYPES)) == 34
    assert {"host", "EPYC-Genoa", "Opteron_G5", "Westmere"} <= set(CPU_TYPES)


TIER: Row = {
    **dict.fromkeys(CLUSTER_TIER.entries),
    "$key": 11,
    "tier": 1,
    "status": "online",
    "redundant": True,
    "capacity_bytes": 1024**4,
    "used_bytes": 1024**3,
}


def test_a_tier_that_the_system_does_not_have_is_left_out_and_one_without_capacity_is_not() -> None:
    phantom = {**TIER, "tier": 2, "status": "error", "redundant": False}
    offline = {**TIER, "tier": 0, "status": "offline", "capacity_bytes": 0}
    assert existing([TIER, phantom, offline], frozenset((0, 1))) == [offline, TIER]


def test_a_tier_in_the_users_units() -> None:
    shown = cluster_tier_view({**TIER, "status": "repairing"})
    assert (shown["capacity_gb"], shown["used_gb"], shown["used_percent"]) == (1024.0, 1.0, 0.1)
    assert shown["repairing"] is True
    assert cluster_tier_view({**TIER, "capacity_bytes": 0})["used_percent"] == 0.0


def test_tiers_of_all_clusters_take_one_request_more() -> None:
    rows = [{**ROW, "name": name, "tiers": [TIER]} for name in ("b", "a")]
    tables = Tables(clusters=rows, storage_tiers=[{"$key": 2, "tier": 1}])
    found = clusters.gather(tables, {"name": None, "include_tiers": True})
    assert [cluster["name"] for cluster in found["clusters"]] == ["a", "b"]
    assert [len(cluster["tiers"]) for cluster in found["clusters"]] == [1, 1]
    assert [query.table for query in tables.asked] == ["clusters", "storage_tiers"]
