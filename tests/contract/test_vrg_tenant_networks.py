"""The real vrg: a tenant's network blocks, external IPs and layer-2 networks."""

from __future__ import annotations

from command import Vrg
from raw import Raw

from vergesim_process import Vergesim


def test_a_block_comes_and_goes(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    made = vrg("tenant", "net-block", "create", "acme", "--cidr", "192.0.2.64/28", "--network", "3")
    assert made == {"$key": 3, "cidr": "192.0.2.64/28", "network_name": "External", "description": ""}
    assert sim.rows("vnet_cidrs")[2]["owner"] == "tenants/1"
    assert [block["cidr"] for block in vrg("tenant", "net-block", "list", "acme")] == ["192.0.2.16/28", "192.0.2.64/28"]
    vrg.fails(7, "tenant", "net-block", "create", "other", "--cidr", "192.0.2.64/28", "--network", "3")
    vrg("tenant", "net-block", "delete", "acme", "3", "-y")
    assert len(sim.rows("vnet_cidrs")) == 2
    assert sim.rows("vnets")[2]["need_fw_apply"] is True


def test_a_block_cannot_be_named(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    assert "has no attribute" in vrg.fails(1, "tenant", "net-block", "delete", "acme", "192.0.2.16/28", "-y")
    assert "does not belong to owner tenants/1" in vrg.fails(6, "tenant", "net-block", "delete", "acme", "2", "-y")
    assert len(sim.rows("vnet_cidrs")) == 2


def test_a_misaligned_block_is_taken_and_never_applied(vrg: Vrg, raw: Raw, sim: Vergesim) -> None:
    raw.create("tenants", name="acme")
    vrg("tenant", "net-block", "create", "acme", "--cidr", "192.0.2.5/28", "--network", "3")
    raw.act("vnet_actions", vnet=3, action="refresh")
    assert raw.read("vnets/3", fields="need_fw_apply") == {"need_fw_apply": True}
    assert [row["level"] for row in sim.rows("logs") if row["level"] == "error"] == ["error"]


def test_an_external_ip_comes_and_goes_but_is_never_shown(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    made = vrg(
        *("tenant", "ext-ip", "create", "acme", "--ip", "198.51.100.77", "--network", "3", "--hostname", "vpn"),
    )
    assert made == {"$key": 3, "ip_address": "", "network_name": "External", "hostname": "vpn"}
    assert (sim.rows("vnet_addresses")[2]["ip"], sim.rows("vnet_addresses")[2]["type"]) == ("198.51.100.77", "virtual")
    assert [row["ip_address"] for row in vrg("tenant", "ext-ip", "list", "acme")] == ["", ""]
    vrg.fails(7, "tenant", "ext-ip", "create", "other", "--ip", "198.51.100.77", "--network", "3")
    vrg("tenant", "ext-ip", "delete", "acme", "3", "-y")
    assert len(sim.rows("vnet_addresses")) == 2


def test_an_external_ip_cannot_be_named(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    assert "has no attribute" in vrg.fails(1, "tenant", "ext-ip", "delete", "acme", "198.51.100.10", "-y")
    assert "does not belong to owner tenants/1" in vrg.fails(6, "tenant", "ext-ip", "delete", "acme", "2", "-y")
    assert len(sim.rows("vnet_addresses")) == 2


def test_a_layer_2_network_comes_and_does_not_go(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    made = vrg("tenant", "l2", "create", "acme", "--network-name", "External")
    assert made == {"$key": 3, "network_name": "External", "network_type": "external", "is_enabled": True}
    assert [row["network_name"] for row in vrg("tenant", "l2", "list", "acme")] == ["Internal", "External"]
    vrg.fails(7, "tenant", "l2", "create", "acme", "--network-name", "External")
    vrg.fails(6, "tenant", "l2", "create", "acme", "--network-name", "Nowhere")
    vrg.fails(1, "tenant", "l2", "delete", "acme", "3", "-y")
    assert sim.control("GET", "/sim/requests")["log"][-1]["status"] == 405
    assert len(sim.rows("tenant_layer2_vnets")) == 3
    sim.control("PUT", "/sim/switches", {"l2_delete_enabled": "accept"})
    vrg("tenant", "l2", "delete", "acme", "3", "-y")
    assert len(sim.rows("tenant_layer2_vnets")) == 2


def test_a_layer_2_network_cannot_be_named(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    assert "has no attribute" in vrg.fails(1, "tenant", "l2", "delete", "acme", "Internal", "-y")
    assert "not belong to tenant 1" in vrg.fails(6, "tenant", "l2", "delete", "acme", "2", "-y")
    assert len(sim.rows("tenant_layer2_vnets")) == 2
