"""The real SDK on a system that has something in every table: alarms, drives, tags, webhooks, updates, billing."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from pyvergeos import VergeClient
from pyvergeos.exceptions import APIError, ConflictError, NotFoundError, ValidationError
from pyvergeos.resources.node_memory import NodeMemoryManager
from pyvergeos.resources.physical_drives import PhysicalDriveManager
from wire import Wire

from vergesim_process import Vergesim

pytestmark = pytest.mark.usefixtures("lived")


def test_alarms(client: VergeClient, sim: Vergesim) -> None:
    found = client.alarms.list()
    assert [(each.level, each.owner_name, each.alarm_type) for each in found] == [
        ("warning", "test", "Needs Restart"),
        ("warning", "node2", "VM CPU High"),
        ("warning", "node1", "Drive Warning"),
    ]
    assert client.alarms.list(owner_type="Tenant")[0].owner_key == 2
    assert len(client.alarms.list(include_snoozed=True)) == 4
    assert client.alarms.list(level=["error", "critical"]) == []
    quiet = client.alarms.snooze(1, hours=24)
    assert quiet.is_snoozed and quiet.snoozed_by == "admin"
    assert not client.alarms.unsnooze(1).is_snoozed
    summary = client.alarms.get_summary()
    assert (summary["total"], summary["active"], summary["snoozed"], summary["resolvable"]) == (4, 3, 1, 1)
    sim.forget()
    client.alarms.resolve(1)
    assert sim.requests() == {"GET alarms": 1, "POST alarms": 1}
    with pytest.raises(NotFoundError):
        client.alarms.get(1)
    assert client.alarms.list_history()[0].archived_by == "admin"
    with pytest.raises(ValueError, match="not resolvable"):
        client.alarms.resolve(2)


def test_a_snooze_for_a_year_is_shortened(client: VergeClient) -> None:
    """To what the alarm's type allows: what was asked for is not what is read back."""
    until = client.alarms.snooze(1, hours=8760).get("snooze")
    assert 6.9 * 86_400 < until - time.time() < 7.1 * 86_400


def test_drives(client: VergeClient) -> None:
    drives = client.physical_drives.list()
    assert [(each.serial, each.get("node_name")) for each in drives if each.get("boot")] == [
        ("2545EAE0FED9", "node1"),
        ("2533EAED016B", "node2"),
    ]
    assert [each.key for each in drives if each.has_vsan_errors] == [3]
    assert [each.key for each in drives if each.get("vsan_repairing")] == [2]
    assert [each.key for each in drives if each.get("vsan_tier") < 0] == [6]
    assert [each.key for each in client.physical_drives.list(warnings_only=True)] == [3]
    assert [each.key for each in PhysicalDriveManager(client, node_key=2).list()] == [4, 5, 6]
    assert len(NodeMemoryManager(client, node_key=1).list()) == 2
    assert client.nodes.pci_devices(1).list(device_type="GPU")[0].get("name") == "AD104GL [L4]"
    assert client.nodes.usb_devices(1).list(vendor="san")[0].get("model") == "Ultra Fit"


def test_tags(client: VergeClient) -> None:
    plan = client.tag_categories.get(name="Plan")
    assert plan.get_taggable_types() == ["tenants"]
    silver = client.tags.get(name="silver", category_name="Plan")
    assert silver.category_name == "Plan"
    members = client.tags.members(silver.key)
    with pytest.raises(APIError, match="Operation not permitted"):
        members.add_node(1)
    with pytest.raises(APIError, match="Operation not permitted"):
        members.add_tenant(1)  # A single tag: gold is there already.
    assert members.add_tenant(2).get("member") == "tenants/2"
    with pytest.raises(ConflictError):
        members.add_tenant(2)
    members.remove_tenant(2)
    assert members.list() == []
    made = client.tags.create("bronze", plan.key, description="small")
    with pytest.raises(ConflictError):
        client.tags.create("bronze", plan.key)
    assert client.tags.update(made.key, name="iron").get("name") == "iron"
    client.tag_categories.update(plan.key, taggable_nodes=True)
    client.tags.members(made.key).add_node(1)
    client.tag_categories.delete(plan.key)
    assert [tag.get("name") for tag in client.tags.list()] == ["rack-1", "gold"]


def test_a_partial_snapshot(client: VergeClient) -> None:
    with pytest.raises(ValueError, match="ambiguous"):
        client.cloud_snapshots.create("gold ones", include_tags="gold")
    snapshot = client.cloud_snapshots.create("some", include_tags=[1, 3], retention=timedelta(days=1), wait=True)
    assert snapshot.get("status") == "normal"
    assert [each.name for each in snapshot.get_tenants()] == ["acme"]
    done = client.cloud_snapshots.restore_tenant(snapshot.key, tenant_name="acme", new_name="copy")
    assert done["status"] == "initiated"
    assert client.tenants.get(name="copy").get("status") == "offline"
    snapshot.delete()


def test_a_locked_snapshot_stays(client: VergeClient) -> None:
    snapshot = client.cloud_snapshots.create("locked", immutable=True)
    with pytest.raises(ValidationError):
        snapshot.delete()
    with pytest.raises(APIError):
        client.cloud_snapshots.delete(snapshot.key)


def test_snapshot_profiles(client: VergeClient) -> None:
    profile = client.snapshot_profiles.create("Mine", description="x")
    period = profile.add_period("Daily", "daily", 7 * 86_400)
    assert period.get("max_tier") == "1" and period.get("estimated_snapshot_count") == 7
    assert client.snapshot_profiles.periods(profile.key).update(period.key, hour=3).get("hour") == 3
    client.snapshot_profiles.delete(profile.key)
    with pytest.raises(APIError, match="in use"):
        client.snapshot_profiles.delete(1)
    assert [each.name for each in client.snapshot_profiles.list()][-1] == "System Snapshots"


def test_webhooks(client: VergeClient, wire: Wire) -> None:
    hook = client.webhooks.create(
        "new", "https://new.example.com", headers={"X-A": "b"}, authorization_type="Bearer", authorization_value="t"
    )
    assert hook.get("headers") == "X-A:b\n" and "authorization_value" not in hook
    with pytest.raises(ConflictError):
        client.webhooks.create("new", "https://new.example.com")
    hook.send({"text": "hello"})
    assert [row.get("status") for row in hook.history()] == ["sent"]
    client.webhooks.send(2)
    assert client.webhooks.list_failed(2)[0].get("status_info") == "Unable to connect to host"
    client.webhooks.delete(hook.key)
    assert client.webhooks.history(webhook_key=hook.key) == []


def test_an_event_starts_a_webhook(client: VergeClient, sim: Vergesim) -> None:
    task = client.tasks.create(
        "told", 1, "send", table="webhook_urls", settings_args={"message": '{"text": "${NAME}"}'}
    )
    event = client.task_events.create(
        task.key, "raised", table="alarms", event_name="Raised", table_event_filters={"level": "warning"}
    )
    assert event.get("owner") == "webhook_urls/1" and event.task_display == "told"
    sim.control("PUT", "/sim/tables/nodes/1", {"need_restart": True})
    event.trigger_now()
    sent = sorted(row.get("message") for row in client.webhooks.history(webhook_key=1))
    assert sent[0].startswith('{"text": "Node \'node1\' needs a restart') and sent[1] == '{"text": "Raised"}'


def test_updates(client: VergeClient) -> None:
    settings = client.update_settings.get()
    assert (settings.source_name, settings.branch_name) == ("Verge.io Trial / NFR", "stable-26.1")
    with pytest.raises(APIError, match="Unable to verify the signature"):
        client.update_sources.run_preinstall_check()
    settings.check()
    settings.download()
    assert client.update_sources.run_preinstall_check() == {}
    settings.install()
    assert client.update_settings.get().is_reboot_required
    assert client.update_packages.get("ybos").get("version") == "26.1.9"
    assert client.update_sources.get_status(2).is_idle
    assert client.update_dashboard.get().node_count == 2
    assert client.update_logs.list(limit=3)[0].get("level") == "message"
    client.update_settings.update_all()
    assert not client.update_settings.get().is_applying_updates


def test_billing(client: VergeClient) -> None:
    last = client.billing.get_latest()
    assert (last.total_cores, last.get("tier_1_total")) == (64, 7696581394432)
    assert client.billing.generate()
    latest = client.billing.get_latest()
    assert latest.get("from") == last.get("to") and client.billing.get_summary()["record_count"] == 13
    assert len(client.billing.list(since=latest.get("created"))) == 1


def test_tenant_recipes(client: VergeClient) -> None:
    recipe = client.tenant_recipes.get(name="Standard Tenant")
    assert recipe.instance_count == 0 and recipe.get("tenant_display") == "globex"
    with pytest.raises(ValidationError):
        recipe.deploy("built")
    made = recipe.deploy("built", answers={"YB_USER_PASSWORD": "x", "YB_NODE_1_CPU_CORES": 2})
    assert made.get("name") == "built"
    tenant = client.tenants.get(name="built")
    assert [node.cpu_cores for node in tenant.nodes.list()] == [2]
    recipe.download()
    with pytest.raises(APIError, match="instances"):
        recipe.delete()


def test_proxy_and_devices(client: VergeClient) -> None:
    external = client.networks.get(name="External")
    proxy = external.proxy.get()
    assert proxy.network_name == "External"
    assert [(row.tenant_name, row.get("fqdn")) for row in proxy.tenants.list()] == [("acme", "acme.example.com")]
    made = proxy.tenants.create(2, "globex.example.com")
    proxy.tenants.delete(made.key)
    assert client.system.statistics().alarms_total == 4
    assert client.permissions.list(user=3)[0].get("table") == "/"
