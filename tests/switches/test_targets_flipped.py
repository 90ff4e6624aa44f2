"""Each alternative of each switch, with the targets that use a table which it touches.

Long: ``make test-switches`` runs it. tests/contract/test_switches.py takes a quicker walk with every switch flipped.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS / "integration")]

from support import run_target  # noqa: E402
from vergesim_process import Vergesim, switches  # noqa: E402

#: Which targets use a table; a switch that touches every table is tried on one of them.
USES = {
    "*": ["vrg_tenant_storage"],
    "system": ["vrg_storage_info"],
    "users": ["vrg_storage_info"],
    "user_api_keys": ["vrg_storage_info"],
    "tenants": ["vrg_tenant", "vrg_tenant_info", "vrg_tenant_fleet"],
    "tenant_status": ["vrg_tenant"],
    "tenant_actions": ["vrg_tenant", "vrg_tenant_snapshot", "vrg_tenant_file"],
    "tenant_nodes": ["vrg_tenant_node"],
    "tenant_node_actions": ["vrg_tenant_node"],
    "tenant_storage": ["vrg_tenant_storage"],
    "tenant_snapshots": ["vrg_tenant_snapshot"],
    "tenant_logs": ["vrg_tenant_stats_info"],
    "tenant_stats_history_short": ["vrg_tenant_stats_info"],
    "tenant_stats_history_long": ["vrg_tenant_stats_info"],
    "vnets": ["vrg_tenant_net", "vrg_tenant"],
    "vnet_actions": ["vrg_tenant_net"],
    "vnet_addresses": ["vrg_tenant_net"],
    "vnet_cidrs": ["vrg_tenant_net"],
    "tenant_layer2_vnets": ["vrg_tenant_net"],
    "vms": ["vrg_tenant_crash_cart"],
    "vm_actions": ["vrg_tenant_crash_cart"],
    "vm_recipes": ["vrg_tenant_crash_cart"],
    "vm_recipe_instances": ["vrg_tenant_crash_cart"],
    "storage_tiers": ["vrg_storage_info", "vrg_tenant_storage"],
    "clusters": ["vrg_cluster", "vrg_cluster_info"],
    "cluster_status": ["vrg_cluster_info"],
    "cluster_tiers": ["vrg_cluster_info"],
    "cluster_tier_status": ["vrg_cluster_info", "vrg_node"],
    "nodes": ["vrg_node", "vrg_node_info"],
    "node_actions": ["vrg_node"],
    "alarms": ["vrg_health_info"],
    "alarm_types": ["vrg_health_info"],
}
#: Tables that only say more of what a switch touches elsewhere too.
BESIDE = {"logs"}
#: Tables of the platform that no module reads or writes; the simulator's own tests turn their switches.
NOT_USED = {
    *("alarm_actions", "billing", "tag_members", "tenant_recipe_instances", "update_actions"),
    *("webhook_urls", "webhooks"),
}


def runs() -> list[tuple[str, str, str]]:
    found = []
    for switch in switches():
        targets = dict.fromkeys(target for table in switch["tables"] for target in USES.get(table, []))
        found += [(switch["name"], value, target) for value in switch["alternatives"] for target in targets]
    return found


def test_every_table_of_a_switch_has_its_targets() -> None:
    touched = {table for switch in switches() for table in switch["tables"]}
    assert touched <= set(USES) | BESIDE | NOT_USED
    asked = {name for name, _value, _target in runs()}
    assert {switch["name"] for switch in switches() if not set(switch["tables"]) <= NOT_USED} <= asked


def test_no_module_uses_what_has_no_target() -> None:
    tables = "".join(path.read_text() for path in (TESTS.parent / "plugins/module_utils/_tables").glob("*.py"))
    assert [table for table in NOT_USED if f'"{table}"' in tables] == []
    assert '"tenants"' in tables


@pytest.mark.parametrize(("name", "value", "target"), runs(), ids=str)
def test_the_target_holds(name: str, value: str, target: str, tmp_path: Path) -> None:
    with Vergesim("lab", 0.05, "--set", f"{name}={value}") as sim:
        run_target(target, sim, tmp_path)
