"""Networks, addresses, blocks, layer 2 (docs/platform.md#3.10 to 3.13)."""

from __future__ import annotations

import pytest

from driver import Driver


def pending(sim: Driver, vnet: int) -> bool:
    return bool(sim.get(f"vnets/{vnet}", fields="need_fw_apply")["need_fw_apply"])


def owned(sim: Driver, key: int, table: str = "vnet_addresses", **columns: object) -> int:
    more = {"type": "virtual"} if table == "vnet_addresses" else {}
    return sim.make(table, **{"vnet": 3, "owner": f"tenants/{key}", **more, **columns})


def test_the_first_address_becomes_the_ui_address(sim: Driver) -> None:
    key = sim.tenant()
    first = owned(sim, key, hostname="ui")
    second = owned(sim, key)
    fields = "ui_address,ui_address#ip as ip,url"
    assert sim.get(f"tenants/{key}", fields=fields) == {
        "ui_address": first,
        "ip": "198.51.100.3",
        "url": "198.51.100.3",
    }
    assert sim.get(f"vnet_addresses/{second}", fields="ip") == {"ip": "198.51.100.4"}
    assert sim.call("DELETE", f"vnet_addresses/{first}") == (200, {})
    assert sim.get(f"tenants/{key}", fields=fields)["ui_address"] is None
    assert owned(sim, key) == first  # the key and the address are given again
    sim.change(f"tenants/{key}", ui_address=second)
    sim.set(ui_address_on_delete="refuse")
    assert sim.refused("DELETE", f"vnet_addresses/{second}")[0] == 405
    sim.set(ui_address_on_delete="next")
    assert sim.call("DELETE", f"vnet_addresses/{second}")[0] == 200
    assert sim.get(f"tenants/{key}", fields="ui_address") == {"ui_address": first}


def test_a_url_that_was_set_stays(sim: Driver) -> None:
    key = sim.tenant(url="acme.example.com")
    owned(sim, key)
    assert sim.get(f"tenants/{key}", fields="url") == {"url": "acme.example.com"}


def test_addresses(sim: Driver) -> None:
    key = sim.tenant()
    owned(sim, key, ip="198.51.100.9")
    body = {"vnet": 3, "type": "virtual", "ip": "198.51.100.9"}
    assert sim.refused("POST", "vnet_addresses", body)[0] == 409
    owned(sim, key, ip="10.99.200.1")  # outside of the network's range (measured)
    assert sim.get(
        "vnet_addresses", filter=f"owner eq 'tenants/{key}' and type eq 'virtual'", fields="ip"
    ) == [
        {"ip": "198.51.100.9"},
        {"ip": "10.99.200.1"},
    ]
    sim.set(address_outside_range="422")
    assert sim.refused("POST", "vnet_addresses", {**body, "ip": "10.99.200.2"})[0] == 422
    assert owned(sim, key, vnet=4) and sim.get("vnet_addresses/3", fields="ip") == {"ip": "10.99.99.2"}
    sim.change("vnet_addresses/1", hostname="web")
    sim.set(address_update="refuse")
    assert sim.refused("PUT", "vnet_addresses/1", {"hostname": "x"})[0] == 405


def test_rules_are_pending_until_applied(sim: Driver) -> None:
    key = sim.tenant()
    assert not pending(sim, 3)
    address = owned(sim, key)
    assert pending(sim, 3) and not pending(sim, 4)
    sim.make("vnet_actions", vnet=3, action="refresh")
    assert pending(sim, 3)  # asynchronously (measured)
    sim.wait(1)
    assert not pending(sim, 3)
    sim.call("DELETE", f"vnet_addresses/{address}")
    assert pending(sim, 3)
    block = owned(sim, key, "vnet_cidrs", vnet=4, cidr="10.1.0.0/28")
    assert pending(sim, 4)
    sim.make("vnet_actions", vnet=4, action="refresh")
    sim.wait(1)
    sim.call("DELETE", f"vnet_cidrs/{block}")
    assert pending(sim, 4)


@pytest.mark.parametrize(("value", "at_once", "later"), [("sync", False, False), ("stuck", True, True)])
def test_switch_of_applying(value: str, at_once: bool, later: bool) -> None:
    sim = Driver(need_fw_apply=value)
    owned(sim, sim.tenant())
    sim.make("vnet_actions", vnet=3, action="refresh")
    assert pending(sim, 3) is at_once
    sim.wait(50)
    assert pending(sim, 3) is later


def test_a_stopped_network(sim: Driver) -> None:
    owned(sim, sim.tenant(), vnet=4)
    sim.make("vnet_actions", vnet=4, action="poweroff")
    sim.wait(1)
    assert sim.refused("POST", "vnet_actions", {"vnet": 4, "action": "refresh"})[0] == 405
    sim.make("vnet_actions", vnet=4, action="poweroff")  # nothing happens
    sim.make("vnet_actions", vnet=4, action="poweron")
    assert pending(sim, 4)
    sim.wait(1)
    assert not pending(sim, 4)  # its rules load when it starts
    sim.make("vnet_actions", vnet=4, action="kill")
    sim.set(refresh_stopped_network="ignore", network_poweroff_stopped="refuse")
    sim.make("vnet_actions", vnet=4, action="refresh")
    assert sim.refused("POST", "vnet_actions", {"vnet": 4, "action": "poweroff"})[0] == 422


def test_a_misaligned_block_is_never_applied(sim: Driver) -> None:
    key = sim.tenant()
    block = owned(sim, key, "vnet_cidrs", cidr="10.1.0.5/28")
    sim.make("vnet_actions", vnet=3, action="refresh")
    sim.wait(5)
    assert pending(sim, 3) and "10.1.0.5/28" in sim.messages()[0]
    sim.call("DELETE", f"vnet_cidrs/{block}")
    sim.make("vnet_actions", vnet=3, action="refresh")
    sim.wait(1)
    assert not pending(sim, 3)
    sim.set(cidr_misaligned="422")
    assert sim.refused("POST", "vnet_cidrs", {"vnet": 3, "cidr": "10.1.0.5/28"})[0] == 422


def test_blocks(sim: Driver) -> None:
    key = sim.tenant()
    owned(sim, key, "vnet_cidrs", cidr="10.1.0.0/24")
    for cidr in ("10.1.0.0/24", "10.1.0.16/28", "10.0.0.0/8"):
        assert sim.refused("POST", "vnet_cidrs", {"vnet": 3, "cidr": cidr})[0] == 409
    owned(sim, key, "vnet_cidrs", cidr="10.1.0.0/24", vnet=4)
    assert sim.refused("PUT", "vnet_cidrs/1", {"description": "x"})[0] == 405
    sim.set(cidr_delete="in_use")
    assert sim.refused("DELETE", "vnet_cidrs/1")[0] == 405


def test_what_a_rule_names_stays(sim: Driver) -> None:
    key = sim.tenant()
    owned(sim, key)
    owned(sim, key, "vnet_cidrs", cidr="10.1.0.0/24")
    sim.make("vnet_rules", vnet=3, name="in", destination_ip="198.51.100.3")
    rule = sim.make("vnet_rules", vnet=3, name="out", source_ip="10.1.0.0/24")
    assert sim.refused("DELETE", "vnet_addresses/1") == (405, "198.51.100.3 is in use by rule 'in'")
    sim.set(rule_reference_code="422")
    assert sim.refused("DELETE", "vnet_cidrs/1")[0] == 422
    sim.call("DELETE", f"vnet_rules/{rule}")
    assert sim.call("DELETE", "vnet_cidrs/1")[0] == 200


def test_layer_2(sim: Driver) -> None:
    key = sim.tenant()
    row = sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    fields = "$key,enabled,tenant#name as tenant_name,vnet#name as network_name,vnet#type as network_type"
    assert sim.get("tenant_layer2_vnets", filter=f"$key eq {row}", fields=fields) == [
        {
            "$key": row,
            "enabled": True,
            "tenant_name": "acme",
            "network_name": "Internal",
            "network_type": "internal",
        }
    ]
    assert sim.refused("POST", "tenant_layer2_vnets", {"tenant": key, "vnet": 4})[0] == 409
    assert sim.refused("POST", "tenant_layer2_vnets", {"tenant": key, "vnet": 1})[0] == 422
    assert sim.refused("DELETE", f"tenant_layer2_vnets/{row}")[0] == 405
    sim.change(f"tenant_layer2_vnets/{row}", enabled=False)
    assert sim.call("DELETE", f"tenant_layer2_vnets/{row}") == (200, {})
    sim.set(l2_delete_enabled="accept")
    row = sim.make("tenant_layer2_vnets", tenant=key, vnet=4)
    assert sim.call("DELETE", f"tenant_layer2_vnets/{row}") == (200, {})
    nets = [sim.make("vnets", name=f"n{number}") for number in range(29)]
    for vnet in nets[:28]:
        sim.make("tenant_layer2_vnets", tenant=key, vnet=vnet)
    assert sim.refused("POST", "tenant_layer2_vnets", {"tenant": key, "vnet": nets[28]})[0] == 422


def test_networks_are_made_and_deleted(sim: Driver) -> None:
    key = sim.make(
        "vnets", name="n1", type="internal", network="10.1.0.0/24", ipaddress="10.1.0.1", dns="simple"
    )
    assert sim.get(f"vnets/{key}", fields="machine#status#running as r,cluster") == {"r": False, "cluster": 1}
    sim.make("vnet_actions", vnet=key, action="poweron")
    sim.wait(1)
    assert sim.refused("DELETE", f"vnets/{key}")[0] == 405
    sim.make("vnet_actions", vnet=key, action="reset")
    sim.wait(1)
    sim.make("vnet_actions", vnet=key, action="poweroff")
    sim.wait(1)
    assert sim.call("DELETE", f"vnets/{key}") == (200, {})
    assert sim.refused("DELETE", "vnets/1") == (405, "System networks cannot be deleted")
    assert sim.refused("POST", "vnets", {"name": "x", "network": "nonsense"})[0] == 422
    tenant = sim.tenant()
    vnet = sim.get(f"tenants/{tenant}", fields="vnet")["vnet"]
    assert sim.refused("DELETE", f"vnets/{vnet}")[0] == 405
