"""Random walks over a system that has something in every table."""

from __future__ import annotations

from typing import Any

import pytest
from test_invariants import Walk, check

from driver import Driver

SWITCHED = {
    "alarm_resolve_form": "both",
    "alarm_type_ref": "table_key",
    "alarm_ack": "forever",
    "tag_single": "replace",
    "webhook_retry": "as_set",
    "billing_period": "day",
    "update_default_action": "refresh",
    "recipe_tenant_link": "at_once",
    "clone_status": "provisioning",
}


class LivedWalk(Walk):
    """A walk that also touches what surrounds the tenants."""

    def __init__(self, seed: int, switches: dict[str, str]) -> None:
        super().__init__(seed, switches)
        self.sim = Driver("lived", step=1, **switches)

    def step(self) -> None:
        if self.dice.random() < 0.5:
            super().step()
        else:
            self.around()

    def around(self) -> None:
        """One call on tables beside the tenants'."""
        dice = self.dice
        kind = dice.choice(["tenants", "nodes", "vms", "tenant_nodes", "vnets", "clusters"])
        name, member = f"x{dice.randrange(6)}", f"{kind}/{self.any(kind)}"
        flags = {f"taggable_{kind}": True, "single_tag_selection": dice.random() < 0.5}
        rows = {"rows": [self.any(dice.choice(["cloud_snapshot_tenants", "cloud_snapshot_vms"]))]}
        recipe, tenant = self.any("tenant_recipes"), self.any("tenants")
        answers = {"YB_USER_PASSWORD": "x", "YB_NODE_1_RAM": dice.choice([4096, 1, "x"])}
        calls: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", f"alarms/{self.any('alarms')}/resolve", {}),
            ("POST", "alarm_actions", {"alarm": self.any("alarms"), "action": "resolve"}),
            ("PUT", f"alarms/{self.any('alarms')}", {"snooze": dice.choice([0, self.sim.world.now + 10**7])}),
            ("DELETE", f"alarms/{self.any('alarms')}", {}),
            ("POST", "tag_categories", {"name": name, **flags}),
            ("PUT", f"tag_categories/{self.any('tag_categories')}", flags),
            ("POST", "tags", {"category": self.any("tag_categories"), "name": name}),
            ("POST", "tag_members", {"tag": self.any("tags"), "member": member}),
            ("POST", "webhook_urls", {"name": name, "url": f"https://{name}.invalid/"}),
            ("POST", f"webhook_urls/{self.any('webhook_urls')}/send", {"message": "{}"}),
            ("POST", "task_events", {"task": self.any("tasks"), "table": "alarms", "event": "lowered"}),
            ("PUT", f"task_events/{self.any('task_events')}?action=trigger", {}),
            ("POST", "update_actions", {"source": self.any("update_sources")}),
            ("POST", "update_actions", {"action": dice.choice(["refresh", "download", "install", "apply"])}),
            ("POST", "update_actions/runpreinstallcheck", {}),
            ("POST", "billing_actions", {}),
            ("POST", "cloud_snapshots", {"name": name, "immutable": dice.random() < 0.2}),
            ("POST", "cloud_snapshots", {"name": name, "type": "partial_include", "partial_tags": "1,x,3"}),
            ("POST", "cloud_snapshot_tenant_actions", {"action": "recover", "params": rows}),
            ("POST", "cloud_snapshot_vm_actions", {"action": "recover", "params": rows}),
            ("POST", "snapshot_profiles", {"name": name}),
            (
                "POST",
                "snapshot_profile_actions",
                {"snapshot_profile": self.any("snapshot_profiles"), "action": "delete"},
            ),
            ("POST", "tenant_recipes", {"name": name, "catalog": self.any("catalogs"), "tenant": tenant}),
            ("POST", "tenant_recipe_instances", {"recipe": recipe, "name": name, "answers": answers}),
            ("POST", "machine_devices", {"machine": self.any("machines"), "type": "node_usb_devices"}),
            ("PUT", f"machine_devices/{self.any('machine_devices')}", {"enabled": dice.random() < 0.5}),
            ("POST", "vnet_proxy", {"vnet": self.any("vnets")}),
            ("POST", "vnet_proxy_tenants", {"proxy": self.any("vnet_proxy"), "tenant": tenant, "fqdn": name}),
            ("POST", "users", {"name": name, "password": "p", "type": dice.choice(["normal", "vdi"])}),
            ("POST", "vsan_queries", {"query": dice.choice(["gettierstatus", "nosuch"])}),
        ]
        method, path, body = dice.choice(calls)
        if method == "POST" and dice.random() < 0.2 and "/" not in path and "actions" not in path:
            self.sim.call("DELETE", f"{path}/{self.any(path)}")
        else:
            path, _, query = path.partition("?")
            params = dict([query.split("=")]) if query else {}
            self.sim.call(method, path, body, **params)
        if dice.random() < 0.1:
            self.sim.wait(dice.choice([1, 3]))


@pytest.mark.parametrize("switches", [{}, SWITCHED], ids=["defaults", "switched"])
@pytest.mark.parametrize("seed", range(6))
def test_random_walk_on_a_lived_system(seed: int, switches: dict[str, str]) -> None:
    walk = LivedWalk(seed, switches)
    check(walk.sim)
    for _ in range(400):
        walk.step()
        walk.sim.get("system")
        check(walk.sim)
    owners = [(row["owner"], row["alarm_type"]) for row in walk.sim.world.table("alarms")]
    assert len(owners) == len(set(owners)), "an alarm is raised once"
