"""Clusters: what is planned from rows alone, and what is asked for to know them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_plan import applied, planned, wanted_of

from plugins.module_utils._api import Query, Row
from plugins.module_utils._errors import VrgError
from plugins.module_utils._resources import cluster_info
from plugins.module_utils._resources.cluster import CLUSTER, CPU_TYPES, ClusterState, ClusterTask
from plugins.module_utils._resources.cluster_tier import existing, view

NOTHING_GIVEN = dict.fromkeys((column.name for column in CLUSTER.columns), None)
ROW: Row = {"$key": 3, "name": "b", "id": "0d25", "max_ram_per_vm_gb": 65536, "total_nodes": 0, "running_machines": 0}


class Tables:
    """A platform that answers each table with fixed rows: the transport is replaced, not our code."""

    def __init__(self, **rows: list[Row]) -> None:
        self.rows = rows
        self.asked: list[Query] = []

    def read(self, query: Query) -> list[Row]:
        self.asked.append(query)
        return self.rows.get(query.table, [])


def task(**options: Any) -> ClusterTask:
    return ClusterTask({**NOTHING_GIVEN, "state": "present", "new_name": None, "name": "b", **options})


@given(data=st.data())
def test_applying_a_plan_and_planning_again_is_empty(data: st.DataObject) -> None:
    row = applied(CLUSTER, None, planned(CLUSTER, data.draw(wanted_of(CLUSTER, update=False)), None).steps[0].write)
    changed = data.draw(wanted_of(CLUSTER, update=True))
    plan = planned(CLUSTER, changed, row)
    for step in plan.steps:
        row = applied(CLUSTER, row, step.write)
        assert step.reached([row])
    assert planned(CLUSTER, changed, row).steps == ()
    assert set(plan.after) <= set(changed)


def test_only_what_was_given_is_sent() -> None:
    create = task(max_ram_per_vm_gb=1.5, nested_virtualization=False).plan(ClusterState()).steps[0]
    assert create.write.body == {"name": "b", "max_ram_per_vm": 1536, "kvm_nested": False}
    update = task(target_ram_percent=90, max_ram_per_vm_gb=64).plan(ClusterState({**ROW, "target_ram_percent": 80}))
    assert update.steps[0].write.body == {"target_ram_pct": 90}
    assert task().plan(ClusterState(ROW)).steps == ()


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["b"], "update cluster 'b': name 'b' -> 'c'"),
        (["c"], None),
        ([], "create cluster 'c'"),
    ],
)
def test_a_rename(names: list[str], sentence: str | None) -> None:
    tables = Tables(clusters=[{**ROW, "$key": key, "name": name} for key, name in enumerate(names, 3)])
    renaming = task(new_name="c")
    steps = renaming.plan(renaming.read(tables)).steps  # type: ignore[arg-type]
    assert [step.sentence for step in steps] == ([sentence] if sentence else [])


def test_a_rename_to_a_name_that_is_taken() -> None:
    tables = Tables(clusters=[ROW, {**ROW, "$key": 4, "name": "c"}])
    with pytest.raises(VrgError, match="cannot be renamed: there already is a cluster 'c'"):
        task(new_name="c").read(tables)  # type: ignore[arg-type]


def test_a_name_is_never_a_key() -> None:
    tables = Tables(clusters=[ROW])
    digits = task(name="3")
    assert digits.read(tables).row is None  # type: ignore[arg-type]
    assert "$key" not in tables.asked[0].filter


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("max_ram_per_vm_gb", -0.5),
        ("max_cores_per_vm", -1),
        ("target_ram_percent", 101),
        ("ram_overcommit_percent", -1),
    ],
)
def test_values_out_of_range(option: str, value: float) -> None:
    with pytest.raises(VrgError, match=f"{option} {value:g} is out of range"):
        task(**{option: value})


def test_a_delete_is_of_the_cluster_that_was_meant() -> None:
    deleting = task(state="absent")
    tables = Tables(clusters=[ROW])
    step = deleting.plan(deleting.read(tables)).steps[0]  # type: ignore[arg-type]
    assert [query.table for query in tables.asked] == ["clusters", "tenant_nodes"]
    assert not step.reached([ROW])
    assert step.reached([{**ROW, "id": "ffff"}]), "the key was given to another cluster"


def test_a_cluster_in_use_is_told_from_its_own_row() -> None:
    deleting = task(state="absent")
    tables = Tables(clusters=[{**ROW, "total_nodes": 1, "running_machines": 3}])
    state = deleting.read(tables)  # type: ignore[arg-type]
    with pytest.raises(VrgError, match="it has 1 node and 3 running machines"):
        deleting.plan(state)
    assert len(tables.asked) == 1


def test_tenants_that_would_lose_their_cluster_are_named() -> None:
    nodes = tuple({"$key": key, "tenant": f"t{key // 2}"} for key in range(16))
    with pytest.raises(VrgError, match=r"16 tenant nodes \(of tenants t0, t1, t2, t3, t4 and 3 more\)"):
        task(state="absent").plan(ClusterState(ROW, nodes))


def test_the_processors_are_those_of_the_api_page() -> None:
    assert len(CPU_TYPES) == len(set(CPU_TYPES)) == 34
    assert {"host", "EPYC-Genoa", "Opteron_G5", "Westmere"} <= set(CPU_TYPES)


TIER: Row = {"$key": 11, "tier": 1, "status": "online", "redundant": True, "capacity_gb": 1024**4, "used_gb": 1024**3}


def test_a_tier_that_the_system_does_not_have_is_left_out_and_one_without_capacity_is_not() -> None:
    phantom = {**TIER, "tier": 2, "status": "error", "redundant": False}
    offline = {**TIER, "tier": 0, "status": "offline", "capacity_gb": 0}
    assert existing([TIER, phantom, offline], frozenset((0, 1))) == [offline, TIER]


def test_a_tier_in_the_users_units() -> None:
    shown = view({**TIER, "status": "repairing"})
    assert (shown["capacity_gb"], shown["used_gb"], shown["used_percent"]) == (1024.0, 1.0, 0.1)
    assert shown["repairing"] is True
    assert view({**TIER, "capacity_gb": 0})["used_percent"] == 0.0


def test_tiers_of_all_clusters_take_one_request_more() -> None:
    clusters = [{**ROW, "name": name, "tiers": [TIER]} for name in ("b", "a")]
    tables = Tables(clusters=clusters, storage_tiers=[{"$key": 2, "tier": 1}])
    told = cluster_info.gather(tables, {"name": None, "include_tiers": True})  # type: ignore[arg-type]
    assert [cluster["name"] for cluster in told["clusters"]] == ["a", "b"]
    assert [len(cluster["tiers"]) for cluster in told["clusters"]] == [1, 1]
    assert [query.table for query in tables.asked] == ["clusters", "storage_tiers"]
