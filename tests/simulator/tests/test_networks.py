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
    refused = (405, "vNet is not running")
    assert sim.refused("POST", "vnet_actions", {"vnet": 4, "action": "refresh"}) == refused
    sim.make("vnet_actions", vnet=4, action="poweroff")  # nothing happens
    sim.make("vnet_actions", vnet=4, action="poweron")
    assert (
        sim.refused("POST", "vnet_actions", {"vnet": 4, "action": "refresh"}) == refused
    )  # F72: starting too
    assert not pending(sim, 4)  # its rules are staged (measured)
    sim.wait(1)
    assert not pending(sim, 4)  # and load when it starts
    assert sim.get("vnets/4", fields="last_fw_apply") == {"last_fw_apply": sim.world.now}
    sim.make("vnet_actions", vnet=4, action="kill")
    sim.set(refresh_stopped_network="ignore", network_poweroff_stopped="refuse")
    sim.make("vnet_actions", vnet=4, action="refresh")
    assert sim.refused("POST", "vnet_actions", {"vnet": 4, "action": "poweroff"})[0] == 422


def test_a_network_that_is_started_twice_comes_up(sim: Driver) -> None:
    sim.make("vnet_actions", vnet=4, action="kill")
    for _ in range(2):
        sim.make("vnet_actions", vnet=4, action="poweron")
    sim.wait(1)
    assert sim.get("vnets/4", fields="machine#status#status as s") == {"s": "running"}


def test_dns_is_applied_by_an_action_of_the_row(sim: Driver) -> None:
    """As the SDK sends it."""
    sim.world.change("vnets", sim.world.get("vnets", 4), need_dns_apply=True)
    assert sim.call("PUT", "vnets/4/applydns")[0] == 200
    assert sim.get("vnets/4", fields="need_dns_apply") == {"need_dns_apply": False}


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
    """Nothing is protected but the block itself: the subnet, within, outside are accepted (measured)."""
    key = sim.tenant()
    owned(sim, key, "vnet_cidrs", cidr="10.1.0.0/24")
    owned(sim, key, ip="203.0.113.9")
    assert sim.refused("POST", "vnet_cidrs", {"vnet": 3, "cidr": "10.1.0.0/24"})[0] == 409
    for code in ("409", "422"):
        sim.set(cidr_overlap=code)
        for cidr in ("10.1.0.16/28", "10.0.0.0/8", "203.0.113.0/28"):
            body = {"vnet": 3, "cidr": cidr, "owner": f"tenants/{sim.tenant(f'{code}{cidr[-2:]}')}"}
            assert sim.refused("POST", "vnet_cidrs", body)[0] == int(code), cidr
            sim.call("DELETE", body["owner"])
    sim.set(cidr_overlap="accept")
    for cidr in ("10.1.0.16/28", "10.0.0.0/8", "203.0.113.0/28", "198.51.100.0/24", "198.51.100.64/28"):
        owned(sim, key, "vnet_cidrs", cidr=cidr)
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


@pytest.mark.parametrize(
    ("switch", "ip"),
    [
        ("address_is_router", "10.99.99.1"),
        ("address_is_edge", "10.99.99.0"),
        ("address_is_edge", "10.99.99.255"),
        ("address_in_dhcp", "10.99.99.100"),
        ("address_in_dhcp", "10.99.99.200"),
        ("address_is_gateway", "10.99.99.254"),
    ],
)
def test_addresses_that_a_client_must_not_take(sim: Driver, switch: str, ip: str) -> None:
    """What the platform says is not known: accepted, or refused by a switch."""
    sim.change("vnets/4", gateway="10.99.99.254")
    body = {"vnet": 4, "type": "virtual", "ip": ip}
    for code in ("409", "422"):
        sim.set(**{switch: code})
        assert sim.refused("POST", "vnet_addresses", body)[0] == int(code)
        assert sim.make("vnet_addresses", **{**body, "ip": "10.99.99.99"})
        assert sim.call("DELETE", "vnet_addresses/1")[0] == 200
    if switch == "address_in_dhcp":
        assert sim.make("vnet_addresses", **{**body, "type": "dynamic"})  # a lease
        assert sim.call("DELETE", "vnet_addresses/1")[0] == 200
    sim.set(**{switch: "accept"})
    assert sim.make("vnet_addresses", **body)


@pytest.mark.parametrize(("value", "own"), [("pending", True), ("none", False)])
def test_rules_wait_on_the_tenants_own_network_too(value: str, own: bool) -> None:
    """Documented: they must be applied on both, unless the tenant's does not run."""
    sim = Driver(tenant_network_apply=value)
    for running in (False, True):
        key = sim.running("b") if running else sim.tenant("a")
        vnet = sim.get(f"tenants/{key}", fields="vnet")["vnet"]
        first, second = owned(sim, key), owned(sim, key)
        assert pending(sim, 3) and pending(sim, vnet) is (own and running)
        if running:
            for change in ("address", "ui_address"):
                if change == "address":
                    sim.change(f"vnet_addresses/{first}", hostname="web")
                else:
                    sim.change(f"tenants/{key}", ui_address=second)
                assert pending(sim, vnet) is own
                for network in (3, vnet):
                    sim.make("vnet_actions", vnet=network, action="refresh")
                sim.wait(1)
                assert not pending(sim, 3) and not pending(sim, vnet)


def test_a_flag_may_clear_alone() -> None:
    sim = Driver(need_fw_apply="alone")
    owned(sim, sim.tenant())
    sim.wait(4)
    assert pending(sim, 3)
    sim.wait(2)
    assert not pending(sim, 3)


def test_a_start_may_leave_the_rules_alone(sim: Driver) -> None:
    owned(sim, sim.tenant())
    sim.world.change("vnets", sim.world.get("vnets", 3), need_restart=True)
    sim.make("vnet_actions", vnet=3, action="reset", params={"apply": False})
    assert sim.get("vnets/3", fields="need_restart,machine#status#status as s") == {
        "need_restart": False,  # when the restart is accepted (measured)
        "s": "starting",
    }
    sim.wait(1)
    assert pending(sim, 3)
    sim.make("vnet_actions", vnet=3, action="reset", params={"apply": True})
    sim.wait(1)
    assert not pending(sim, 3)
    owned(sim, 1)
    sim.change("vnets/3", apply_fw_on_start=False)
    sim.make("vnet_actions", vnet=3, action="reset")
    sim.wait(1)
    assert pending(sim, 3)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"gateway": "10.2.0.1"}, "Gateway is outside of network"),
        ({"dhcp_start": "nonsense"}, "Validation error on field: 'dhcp_start' - 'fails validation test'"),
        (
            {"dmz_ipaddress": "300.1.1.1"},
            "Validation error on field: 'dmz_ipaddress' - 'fails validation test'",
        ),
        ({"type": "tenant"}, "value 'tenant' is not in list for field 'type'"),
        ({"type": "maintenance"}, "value 'maintenance' is not in list for field 'type'"),
        ({"layer2_type": "tenant"}, "value 'tenant' is not in list for field 'layer2_type'"),
        ({"dns": "yes"}, "value 'yes' is not in list for field 'dns'"),
        ({"mtu": 999}, "Validation error on field: 'mtu' - 'fails validation test'"),
        ({"macaddress": "x"}, "field 'macaddress' is readonly"),
        (
            {"layer2_type": "vlan", "layer2_id": 4095},
            "Validation error on field: 'layer2_id' - 'fails validation test'",
        ),
    ],
)
def test_networks_that_are_refused(sim: Driver, body: dict[str, object], refused: str) -> None:
    whole = {"name": "n", "network": "10.1.0.0/24", **body}
    assert sim.refused("POST", "vnets", whole) == (422, refused)
    key = sim.make("vnets", name="n", network="10.1.0.0/24")
    assert sim.refused("PUT", f"vnets/{key}", body) == (422, refused)


def test_what_a_new_network_has(sim: Driver) -> None:
    fields = "network,mtu,type,layer2_type,ipaddress_type,need_fw_apply,powerstate,creator"
    internal = sim.make("vnets", name="a", subnet_mask="255.255.0.0", dhcp_end="10.0.0.9")
    assert sim.get(f"vnets/{internal}", fields=fields) == {
        "network": "192.168.0.0/24",
        "mtu": 9000,
        "type": "internal",
        "layer2_type": "vxlan",
        "ipaddress_type": "static",
        "need_fw_apply": False,
        "powerstate": False,
        "creator": "admin",
    }
    external = sim.get(f"vnets/{sim.make('vnets', name='b', type='external')}", fields=fields)
    assert (external["network"], external["mtu"]) == ("", 1500)
    assert sim.refused("POST", "vnets", {"name": "a"})[0] == 409
    assert sim.refused("PUT", f"vnets/{internal}", {"name": "b"})[0] == 409
    assert len(sim.world.table("machines")) == len(sim.get("vnets", fields="name")) + 3


@pytest.mark.parametrize("value", ["internal", "tenant"])
def test_a_tenants_own_network(value: str) -> None:
    """Its type is not known; its name is its own, also after a rename."""
    sim = Driver(tenant_network_type=value)
    sim.change(f"tenants/{sim.tenant()}", name="renamed")
    again = sim.tenant()
    rows = sim.get("vnets", filter="$key gt 4", fields="name,type,network")
    assert [row["type"] for row in rows] == [value] * 2 and rows[0]["name"] == "tenant_acme"
    assert rows[1]["name"].startswith("tenant_acme_") and rows[1]["network"] == "100.96.255.0/24"
    vnet = sim.get(f"tenants/{again}", fields="vnet")["vnet"]
    sim.change(f"vnets/{vnet}", description="d")


def test_proxies(sim: Driver) -> None:
    key = sim.tenant()
    proxy = sim.make("vnet_proxy", vnet=3, name="p")
    fields = "$key,vnet,vnet#$display as vnet_display,name,listen_address,default_self,modified"
    assert sim.get("vnet_proxy", filter="vnet eq 3", fields=fields) == [
        {
            "$key": proxy,
            "vnet": 3,
            "vnet_display": "External",
            "name": "p",
            "listen_address": "0.0.0.0",
            "default_self": True,
            "modified": sim.world.now,
        }
    ]
    assert sim.refused("POST", "vnet_proxy", {"vnet": 3})[0] == 409
    fqdn = sim.make("vnet_proxy_tenants", proxy=proxy, tenant=key, fqdn="acme.example.com")
    sim.change(f"tenants/{key}", ui_fqdn=fqdn)
    assert sim.get(f"tenants/{key}", fields="ui_fqdn#fqdn as f") == {"f": "acme.example.com"}
    assert sim.call("DELETE", f"vnet_proxy/{proxy}") == (200, {})
    assert sim.get("vnet_proxy_tenants", fields="fqdn") == []
    assert sim.get(f"tenants/{key}", fields="ui_fqdn") == {"ui_fqdn": None}


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
