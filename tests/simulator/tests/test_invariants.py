"""Random walks over the whole API: whatever is done in whatever order, the system stays consistent."""

from __future__ import annotations

import random
from typing import Any

import pytest

from driver import Driver
from vergesim.query.paths import split_owner
from vergesim.rules.placement import free_ram
from vergesim.schema import TABLES

GIB = 2**30


def check(sim: Driver) -> None:
    """What must hold at any time."""
    world = sim.world
    for name, table in TABLES.items():
        for row in world.table(name):
            for column in table.columns:
                value = row[column.name] if column.kind != "rows" else None
                if value is None:
                    assert column.nullable, (name, column.name)
                elif column.kind == "ref":
                    assert world.find(column.table or "", value) is not None, (
                        name,
                        row["$key"],
                        column.name,
                        value,
                    )
                elif column.kind == "owner":
                    target = split_owner(value)
                    assert target and world.find(*target) is not None, (name, row["$key"], column.name, value)
    owners = [
        row["machine"] for table in ("nodes", "vnets", "vms", "tenant_nodes") for row in world.table(table)
    ]
    assert sorted(owners) == sorted(world.table("machines").rows)
    assert len(world.table("machine_status")) == len(world.table("machine_stats")) == len(owners)
    physical = {row["machine"] for row in world.table("nodes")}
    for status in world.table("machine_status"):
        placed = status["node"] is not None
        if status["machine"] not in physical:
            assert placed or not status["running"], status
            assert placed == (status["running_ram"] > 0), status
        if status["status"] == "stopped":
            assert not status["running"] and not status["powerstate"], status
            assert placed == (status["machine"] in physical), status
    assert all(free_ram(world, node) >= 0 for node in world.table("nodes"))
    used = sum(status["running_ram"] for status in world.table("machine_status"))
    assert sum(row["used_ram"] for row in world.table("cluster_status")) == used
    for tenant in world.table("tenants"):
        state = world.get("tenant_status", tenant["status"])
        assert not (state["starting"] and state["stopping"])
        if state["status"] == "online":
            nodes = world.where("tenant_nodes", "tenant", tenant["$key"])
            machines = [world.get("machines", node["machine"]) for node in nodes]
            statuses = [world.get("machine_status", machine["status"]) for machine in machines]
            # A node that is being reset starts again; its tenant stays online meanwhile.
            assert any(status["running"] or status["status"] == "starting" for status in statuses)


class Walk:
    """Random calls, most of them sensible."""

    def __init__(self, seed: int, switches: dict[str, str], step: float = 1) -> None:
        self.sim = Driver(step=step, **switches)
        self.dice = random.Random(seed)

    def any(self, table: str) -> Any:
        """The key of some row, sometimes of none."""
        keys = list(self.sim.world.table(table).rows)
        return self.dice.choice(keys) if keys and self.dice.random() < 0.95 else 99

    def step(self) -> None:
        """One call."""
        dice, tenant, recipe = self.dice, self.any("tenants"), self.any("vm_recipes")
        owner = {"owner": f"tenants/{tenant}", "vnet": self.any("vnets")}
        network = f"10.{dice.randrange(4)}.{dice.randrange(4)}"
        creates: list[tuple[str, dict[str, Any]]] = [
            ("tenants", {"name": f"t{dice.randrange(12)}"}),
            ("tenant_nodes", {"tenant": tenant, "ram": dice.choice([2048, 8192, 30000, 65000])}),
            ("tenant_storage", {"tenant": tenant, "tier": self.any("storage_tiers"), "provisioned": 3 * GIB}),
            ("vnet_addresses", {**owner, "type": "virtual", "ip": f"{network}.{dice.randrange(250)}"}),
            ("vnet_cidrs", {**owner, "cidr": f"{network}.0/28"}),
            (
                "tenant_layer2_vnets",
                {"tenant": tenant, "vnet": self.any("vnets")},
            ),
            ("tenant_snapshots", {"tenant": tenant, "name": f"s{dice.randrange(3)}"}),
            ("vnets", {"name": f"n{dice.randrange(5)}", "network": f"{network}.0/24"}),
            ("clusters", {"name": f"c{dice.randrange(3)}"}),
            ("vms", {"name": "vm", "ram": dice.choice([1024, 60000])}),
            (
                "vm_recipe_instances",
                {"recipe": recipe, "name": "c", "answers": {"tenant": tenant}},
            ),
            ("shared_objects", {"recipient": tenant, "name": "o"}),
            ("machine_snapshots", {"machine": self.any("machines"), "name": "m"}),
            ("machine_devices", {"machine": self.any("machines"), "type": dice.choice(["tpm", "gpu"])}),
            ("vnet_proxy", {"vnet": self.any("vnets"), "name": "p"}),
            ("vnet_proxy_tenants", {"proxy": self.any("vnet_proxy"), "tenant": tenant, "fqdn": "a.example"}),
        ]
        actions: list[tuple[str, str, dict[str, Any]]] = [
            ("tenant", "poweron poweron poweron poweroff reset clone isolateon", {}),
            ("tenant", "restore", {"snapshot": self.any("tenant_snapshots")}),
            ("tenant_node", "poweron poweroff kill reset", {}),
            ("tenant_node", "migrate", {"node": self.any("nodes")}),
            ("vnet", "poweron poweroff kill reset refresh", {"apply": dice.random() < 0.5}),
            ("vm", "poweron poweroff kill reset", {}),
            ("node", "maintenance leavemaintenance maintenance_reboot", {}),
        ]
        kind = dice.random()
        if kind < 0.35:
            self.sim.call("POST", *dice.choice(creates))
        elif kind < 0.65:
            target, names, params = dice.choice(actions)
            body = {target: self.any(f"{target}s"), "action": dice.choice(names.split()), "params": params}
            self.sim.call("POST", f"{target}_actions", body)
        elif kind < 0.75:
            verb = dice.choice(["enable_maintenance", "disable_maintenance", "maintenance_reboot"])
            self.sim.call("POST", f"nodes/{self.any('nodes')}/{verb}", {})
        elif kind < 0.85:
            table = dice.choice(["tenant_nodes", "tenants", "vnet_addresses", "vnets", "clusters"])
            columns = {
                "ram": dice.choice([4096, 16384]),
                "kvm_nested": dice.random() < 0.5,
                "gateway": f"{network}.1",
                "name": f"r{dice.randrange(99)}",
                "ui_address": self.any("vnet_addresses"),
            }
            self.sim.call("PUT", f"{table}/{self.any(table)}", columns)
        elif kind < 0.95:
            table = dice.choice(creates)[0]
            self.sim.call("DELETE", f"{table}/{self.any(table)}")
        else:
            self.sim.wait(dice.choice([0.5, 1, 3, 20]))


SWITCHED = {
    "restore_scope": "rows",
    "restore_timing": "after_step",
    "snapshot_tenant_row": "yes",
    "clone_addresses": "copied",
    "tenant_create_network": "running",
    "tenant_create_status": "provisioning",
    "clone_status": "provisioning",
    "last_node_killed": "nodesoffline",
    "network_after_last_node": "stops",
    "cluster_of_tenant_nodes": "detach",
    "maintenance_without_redundancy": "accept",
    "ui_address_on_delete": "next",
    "l2_delete_enabled": "accept",
    "migration_temp_node": "on",
    "drain_order": "parallel",
    "kill_when_stopped": "ignore",
    "node_enabled": "gates",
    "need_fw_apply": "alone",
    "rename_shows": "late",
    "static_owner": "random",
    "external_rows": "router",
}


@pytest.mark.parametrize("switches", [{}, SWITCHED], ids=["defaults", "switched"])
@pytest.mark.parametrize("seed", range(6))
def test_random_walk(seed: int, switches: dict[str, str]) -> None:
    walk = Walk(seed, switches)
    for _ in range(400):
        walk.step()
        walk.sim.get("system")
        check(walk.sim)
    walk.sim.wait(1000)
    check(walk.sim)


@pytest.mark.parametrize("seed", range(100, 104))
def test_random_walk_without_time(seed: int) -> None:
    """With a step of 0 everything is done at the next look, and nothing goes round in circles."""
    walk = Walk(seed, {}, step=0)
    for _ in range(400):
        walk.step()
        walk.sim.get("system")
        check(walk.sim)
        assert not walk.sim.world.timeline.has_due()
