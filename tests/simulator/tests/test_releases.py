"""Releases: their versions, and what they do otherwise (docs/platform.md#6.3)."""

from __future__ import annotations

import pytest

from driver import Driver
from vergesim.releases import DEFAULT, RELEASES
from vergesim.switches import SWITCHES


def test_a_release_turns_switches_that_exist_away_from_their_default() -> None:
    for release in RELEASES.values():
        for name, setting in release.settings.items():
            assert setting.value in SWITCHES[name].alternatives, name
            assert setting.section.replace(".", "").isdecimal(), name
    assert RELEASES[DEFAULT].settings == {}


@pytest.mark.parametrize("name", RELEASES)
def test_versions(name: str) -> None:
    sim = Driver(release=name)
    release = RELEASES[name]
    shown = {"yb_version": release.yb_version, "os_version": release.os_version}
    assert sim.get("system", fields="yb_version,os_version") == [shown]
    assert sim.get("nodes", fields="yb_version,os_version") == [shown] * 2
    assert release.yb_version.startswith(name)


def test_26_0() -> None:
    sim = Driver(release="26.0")
    key = sim.tenant()
    assert sim.refused("POST", "tenants", {"name": "acme"})[0] == 422
    layer2 = sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    assert sim.call("DELETE", f"tenant_layer2_vnets/{layer2}") == (200, {})
    owned = {"type": "virtual", "owner": f"tenants/{key}"}
    assert sim.refused("POST", "vnet_addresses", {"vnet": 4, **owned})[0] == 422
    assert sim.make("vnet_addresses", vnet=3, **owned)
    static = sim.make("vnet_addresses", vnet=3, type="static")
    assert sim.get(f"vnet_addresses/{static}", fields="owner") == {"owner": f"tenants/{key}"}
    assert sim.make("vnets", name="n", layer2_type="vlan", layer2_id=4095)
    sim.change("clusters/1", max_ram_per_vm=131072)
    sim.change("clusters/1", description="d")
    assert sim.get("clusters/1", fields="max_ram_per_vm") == {"max_ram_per_vm": 65536}
    assert sim.refused("PUT", f"tenants/{key}", {"help_url": ""})[0] == 404
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    sim.act(key, "restore", snapshot=one)
    body = {"tenant": key, "action": "restore", "params": {"snapshot": one}}
    assert sim.refused("POST", "tenant_actions", body)[0] == 405
    sim.change(f"tenants/{key}", theme_access="both")
    sim.act(key, "clone", name="copy")
    sim.wait(1)
    themes = sim.get("tenants", fields="theme_access")
    assert [row["theme_access"] for row in themes] == ["both", "host_only"]


def test_a_rename_shows_late_in_26_0() -> None:
    sim = Driver(release="26.0")
    key = sim.tenant()
    sim.change(f"tenants/{key}", name="renamed", note="n")
    assert sim.get(f"tenants/{key}", fields="name,note") == {"name": "acme", "note": "n"}
    sim.wait(1)
    assert sim.get(f"tenants/{key}", fields="name") == {"name": "renamed"}
    assert Driver().tenant() and Driver().refused("PUT", "tenants/1", {"name": "x"})[0] == 404


def test_a_late_rename_does_not_take_a_name_that_is_taken_since() -> None:
    sim = Driver(release="26.0")
    key = sim.tenant()
    sim.change(f"tenants/{key}", name="renamed")
    other = sim.tenant("renamed")
    sim.wait(1)
    assert [row["name"] for row in sim.get("tenants", fields="name")] == ["acme", "renamed"] and other


def test_lists_of_addresses_count_since_26_1() -> None:
    """DOCUMENTED for 26.1.4: they are enforced, and a list with every address is refused."""
    for name, status, made in (("26.0", 200, 201), ("26.1", 401, 422)):
        sim = Driver(release=name)
        everything = {"user": 1, "name": "k", "ip_allow_list": "0.0.0.0/0"}
        assert sim.call("POST", "user_api_keys", everything)[0] == made
        sim.headers = {"authorization": f"Bearer {sim.world.credentials.restricted_key}"}
        assert sim.call("GET", "system")[0] == status


def test_26_1() -> None:
    sim = Driver()
    key = sim.tenant()
    assert sim.make("vnet_addresses", vnet=4, type="virtual", owner=f"tenants/{key}")
    static = sim.make("vnet_addresses", vnet=3, type="static")
    assert sim.get(f"vnet_addresses/{static}", fields="owner") == {"owner": None}
    sim.change("clusters/1", max_ram_per_vm=131072)
    sim.change("clusters/1", description="d")
    assert sim.get("clusters/1", fields="max_ram_per_vm") == {"max_ram_per_vm": 131072}
    sim.change(f"tenants/{key}", name="renamed", help_url="", theme_access="both")
    assert sim.get(f"tenants/{key}", fields="name,help_url") == {"name": "renamed", "help_url": ""}
    assert sim.refused("PUT", "clusters/1", {"default_cpu": "EPYC-Turin"})[0] == 422
    sim.make("vms", name="large", ram=900_000)
    sim.make("vm_actions", vm=2, action="poweron")  # nothing happens, and nothing is said
    sim.act(key, "give_file", file=1)
    assert sim.get("logs", filter="object_type eq 'file'", fields="text") == []


def test_26_2() -> None:
    sim = Driver(release="26.2")
    key = sim.tenant()
    sim.change("clusters/1", default_cpu="EPYC-Turin")
    for number in range(40):
        vnet = sim.make("vnets", name=f"n{number}")
        sim.make("tenant_layer2_vnets", tenant=key, vnet=vnet)
    sim.make("vms", name="large", ram=900_000)
    status, sentence = sim.refused("POST", "vm_actions", {"vm": 2, "action": "poweron"})
    assert status == 405 and "node1: 67328 MB free" in sentence and "node2: 68096 MB free" in sentence
    sim.act(key, "give_file", file=1)
    rows = sim.get("logs", filter="object_type eq 'file'", fields="object_name,text")
    assert [row["object_name"] for row in rows] == ["debian-13.qcow2"]


@pytest.mark.parametrize(("name", "note"), [("26.1", "before"), ("26.2", "after")])
def test_a_restore_halts_on_a_full_tier_since_26_2(name: str, note: str) -> None:
    sim = Driver(release=name)
    key = sim.tenant(note="before")
    sim.make("tenant_storage", tenant=key, tier=2, provisioned=1 << 30)
    one = sim.make("tenant_snapshots", tenant=key, name="one")
    sim.change(f"tenants/{key}", note="after")
    tier = sim.world.get("storage_tiers", 2)
    sim.world.change("storage_tiers", tier, used=tier["capacity"] * 96 // 100)
    sim.act(key, "restore", snapshot=one)
    sim.act(key, "poweron")
    assert sim.get(f"tenants/{key}", fields="note") == {"note": note}
    assert ("Restore halted: a storage tier is full" in sim.messages()) is (name == "26.2")
