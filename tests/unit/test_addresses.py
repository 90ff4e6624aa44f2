"""Whether an address or a block can be had: every neighbour that the platform itself does not protect."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.module_utils._checks import addresses
from plugins.module_utils._checks.claims import Claims
from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._tables.tenant_networks import PARTS, NetworkPart
from support import Tables

BLOCKS, IPS, LAYER2 = PARTS
EXTERNAL: Row = {
    "$key": 3,
    "name": "External",
    "type": "external",
    "subnet": "192.0.2.0/24",
    "router": "192.0.2.2",
    "dmz_address": "192.0.2.3",
    "gateway": "192.0.2.1",
    "dhcp_enabled": True,
    "dhcp_start": "192.0.2.100",
    "dhcp_stop": "192.0.2.120",
}
BLANK: Row = {**EXTERNAL, "subnet": None, "router": "", "dmz_address": None, "gateway": None, "dhcp_enabled": False}
OWNER = "tenants/7"


def held(table: str, what: str, *, key: int = 3, kind: str = "external", owner: str | None = "tenants/8") -> Row:
    """A row that somebody has, as the claims' projection reads it."""
    column = "cidr" if table == "vnet_cidrs" else "ip"
    found = {"$key": 1, column: what, "network": "External", "network_key": key, "network_type": kind}
    return {**found, "owner": owner, "owner_name": "globex" if owner else None}


def objections(part: NetworkPart, network: Row, *rows: Row, **item: Any) -> list[str]:
    tables = Tables(
        vnet_cidrs=[one for one in rows if "cidr" in one], vnet_addresses=[one for one in rows if "ip" in one]
    )
    claims = addresses.read_claims(tables, [network["$key"]])
    assert len(tables.asked) == 2
    found = list(addresses.objections(part, addresses.checked(part, item), network, claims, OWNER))
    assert not any(refusal.liftable for refusal in found), "no other task of the play lifts that"
    return [refusal.message for refusal in found]


def said(part: NetworkPart, network: Row, *rows: Row, **item: Any) -> str:
    (found,) = objections(part, network, *rows, **item)
    return found


# What the network needs for itself


@pytest.mark.parametrize(
    ("ip", "what"),
    [
        ("192.0.2.1", "the gateway 192.0.2.1"),
        ("192.0.2.2", "the router's address 192.0.2.2"),
        ("192.0.2.3", "the DMZ address 192.0.2.3"),
        ("192.0.2.0", "the network's own address 192.0.2.0"),
        ("192.0.2.255", "the broadcast address 192.0.2.255"),
        ("192.0.2.100", "an address of the DHCP range 192.0.2.100 to 192.0.2.120"),
        ("192.0.2.113", "an address of the DHCP range 192.0.2.100 to 192.0.2.120"),
        ("192.0.2.120", "an address of the DHCP range 192.0.2.100 to 192.0.2.120"),
    ],
)
def test_F30_what_the_network_needs_for_itself_is_not_given_away(ip: str, what: str) -> None:
    expected = f"cannot be given away: it is, or holds, {what} of network 'External'."
    assert said(IPS, EXTERNAL, ip=ip) == f"The external IP {ip} {expected}"
    block = f"{ip}/32"
    assert said(BLOCKS, EXTERNAL, cidr=block) == f"The network block {block} {expected}"
    # A block that holds it is none better.
    assert "cannot be given away" in said(
        BLOCKS, EXTERNAL, cidr=f"{ip.rsplit('.', 1)[0]}.{int(ip.rsplit('.')[3]) // 4 * 4}/30"
    )
    assert objections(IPS, EXTERNAL, ip=ip, allow_overlap=True) == []
    assert objections(BLOCKS, EXTERNAL, cidr=block, allow_overlap=True) == []


@pytest.mark.parametrize("ip", ["192.0.2.4", "192.0.2.99", "192.0.2.121", "192.0.2.254"])
def test_F30_what_is_free_can_be_had(ip: str) -> None:
    assert objections(IPS, EXTERNAL, ip=ip) == []
    assert objections(BLOCKS, EXTERNAL, cidr=f"{ip}/32") == []


def test_F30_a_range_that_is_switched_off_or_makes_no_sense_holds_nothing() -> None:
    assert objections(IPS, {**EXTERNAL, "dhcp_enabled": False}, ip="192.0.2.110") == []
    for range_ in (
        {"dhcp_start": "192.0.2.120", "dhcp_stop": "192.0.2.100"},
        {"dhcp_start": None},
        {"dhcp_stop": "2001:db8::1"},
        {"dhcp_start": "nothing"},
    ):
        assert objections(IPS, {**EXTERNAL, **range_}, ip="192.0.2.110") == []


@pytest.mark.parametrize(("subnet", "ip"), [("198.51.100.0/31", "198.51.100.0"), ("198.51.100.7/32", "198.51.100.7")])
def test_F30_a_network_of_two_has_neither_its_own_address_nor_a_broadcast(subnet: str, ip: str) -> None:
    assert objections(IPS, {**BLANK, "subnet": subnet}, ip=ip) == []
    assert "the network's own address" in said(IPS, {**BLANK, "subnet": "198.51.100.0/30"}, ip="198.51.100.0")


def test_F30_a_block_that_is_the_whole_subnet_is_only_given_where_that_is_meant() -> None:
    assert "the whole subnet 192.0.2.0/24" in said(BLOCKS, {**BLANK, "subnet": "192.0.2.0/24"}, cidr="192.0.2.0/24")
    assert objections(BLOCKS, EXTERNAL, cidr="192.0.2.0/24", allow_overlap=True) == []
    # More than the subnet holds its network's own address.
    assert "cannot be given away" in said(BLOCKS, {**BLANK, "subnet": "192.0.2.0/24"}, cidr="192.0.0.0/16")


def test_F30_an_address_outside_of_the_subnet_is_only_given_where_that_is_meant() -> None:
    assert said(IPS, EXTERNAL, ip="8.8.8.8") == (
        "The external IP 8.8.8.8 is outside of 192.0.2.0/24, the subnet of network 'External'."
    )
    assert objections(IPS, EXTERNAL, ip="8.8.8.8", allow_outside=True) == []
    # What allows one does not allow the other.
    assert len(objections(IPS, EXTERNAL, ip="8.8.8.8", allow_overlap=True)) == 1
    assert len(objections(IPS, EXTERNAL, ip="192.0.2.1", allow_outside=True)) == 1
    # A block is routed.
    assert objections(BLOCKS, EXTERNAL, cidr="203.0.113.0/28") == []


def test_F30_a_network_without_a_subnet_cannot_be_judged() -> None:
    for subnet in (None, "", "dynamic"):
        network = {**BLANK, "subnet": subnet}
        assert objections(IPS, network, ip="192.0.2.0") == []
        assert objections(BLOCKS, network, cidr="192.0.2.0/24") == []


def test_F30_another_family_than_the_subnets_cannot_be_judged() -> None:
    assert objections(IPS, EXTERNAL, ip="2001:db8::1") == []
    assert objections(BLOCKS, EXTERNAL, cidr="2001:db8::/64") == []


def test_F30_networks_of_ipv6() -> None:
    network = {**BLANK, "subnet": "2001:db8::/64", "gateway": "2001:DB8:0:0::1"}
    assert "the gateway 2001:db8::1" in said(IPS, network, ip="2001:db8::1")
    assert "is outside of 2001:db8::/64" in said(IPS, network, ip="2001:db8:1::1")
    # IPv6 knows no broadcast, and its first address is one like the others.
    assert objections(IPS, network, ip="2001:db8::") == []
    assert objections(IPS, network, ip="2001:db8::ffff:ffff:ffff:ffff") == []
    assert "belongs to globex" in said(IPS, network, held("vnet_addresses", "2001:DB8::0:5"), ip="2001:db8::5")
    assert "the whole subnet" in said(BLOCKS, {**network, "gateway": None}, cidr="2001:db8::/64")


# What others have


@pytest.mark.parametrize(
    ("part", "item", "row", "expected"),
    [
        (IPS, {"ip": "192.0.2.9"}, held("vnet_addresses", "192.0.2.9"), "already belongs to globex"),
        (BLOCKS, {"cidr": "192.0.2.16/28"}, held("vnet_cidrs", "192.0.2.16/28"), "already belongs to globex"),
        (
            BLOCKS,
            {"cidr": "192.0.2.16/28"},
            held("vnet_cidrs", "192.0.2.24/29"),
            "overlaps the block 192.0.2.24/29, which belongs to globex",
        ),
        (
            BLOCKS,
            {"cidr": "192.0.2.24/29"},
            held("vnet_cidrs", "192.0.2.16/28"),
            "overlaps the block 192.0.2.16/28, which belongs to globex",
        ),
        (
            BLOCKS,
            {"cidr": "192.0.2.16/28"},
            held("vnet_addresses", "192.0.2.20"),
            "overlaps the address 192.0.2.20, which belongs to globex",
        ),
        (
            IPS,
            {"ip": "192.0.2.20"},
            held("vnet_cidrs", "192.0.2.16/28"),
            "overlaps the block 192.0.2.16/28, which belongs to globex",
        ),
    ],
)
def test_F30_what_others_have_is_refused_across_kinds(part: NetworkPart, item: Row, row: Row, expected: str) -> None:
    assert expected in said(part, EXTERNAL, row, **item)
    assert objections(part, EXTERNAL, row, **item, allow_overlap=True) == []
    # Its own is no stranger, whoever wrote the path.
    for owner in (OWNER, f"/v4/{OWNER}"):
        assert objections(part, EXTERNAL, {**row, "owner": owner}, **item) == []


def test_F30_what_belongs_to_the_network_itself_or_to_a_machine_is_somebodys() -> None:
    assert "already belongs to the network itself" in said(
        IPS, EXTERNAL, held("vnet_addresses", "192.0.2.9", owner=None), ip="192.0.2.9"
    )
    machine = {**held("vnet_addresses", "192.0.2.9", owner="machine_nics/7"), "owner_name": None}
    assert "already belongs to machine_nics/7" in said(IPS, EXTERNAL, machine, ip="192.0.2.9")


def test_F30_neighbours_are_left_in_peace() -> None:
    rows = [held("vnet_addresses", "192.0.2.15"), held("vnet_cidrs", "192.0.2.32/28")]
    assert objections(BLOCKS, EXTERNAL, *rows, cidr="192.0.2.16/28") == []
    assert objections(IPS, EXTERNAL, *rows, ip="192.0.2.16") == []


def test_F30_all_that_leads_outside_is_one_and_internal_networks_are_each_their_own() -> None:
    elsewhere = held("vnet_addresses", "192.0.2.9", key=99)
    assert "overlaps the address 192.0.2.9, which belongs to globex" in said(IPS, EXTERNAL, elsewhere, ip="192.0.2.9")
    # Equal private ranges are usual.
    inside = held("vnet_addresses", "192.0.2.9", key=99, kind="internal")
    assert objections(IPS, EXTERNAL, inside, ip="192.0.2.9") == []
    internal = {**EXTERNAL, "type": "internal"}
    assert objections(IPS, internal, inside, ip="192.0.2.9") == []
    assert objections(IPS, internal, elsewhere, ip="192.0.2.9") == []
    assert len(objections(IPS, internal, held("vnet_addresses", "192.0.2.9", kind="internal"), ip="192.0.2.9")) == 1


@pytest.mark.parametrize("text", ["", None, "nonsense", "dynamic"])
def test_F30_what_is_no_address_is_in_nobodys_way(text: Any) -> None:
    assert objections(IPS, EXTERNAL, held("vnet_addresses", text), ip="192.0.2.9") == []


def test_F30_a_block_that_was_written_with_host_bits_holds_what_it_means() -> None:
    assert "overlaps the block 192.0.2.16/28" in said(
        IPS, EXTERNAL, held("vnet_cidrs", "192.0.2.19/28"), ip="192.0.2.20"
    )


def test_F30_what_has_no_address_yet_is_not_judged() -> None:
    assert objections(IPS, EXTERNAL, held("vnet_cidrs", "192.0.2.0/24"), hostname="h") == []
    assert list(addresses.objections(LAYER2, {"network": "External"}, EXTERNAL, Claims(), OWNER)) == []


def test_F30_a_hint_says_what_would_allow_it() -> None:
    def hint(**item: Any) -> str:
        (found,) = addresses.objections(IPS, addresses.checked(IPS, item), EXTERNAL, Claims(), OWNER)
        return found.hint

    assert "allow_overlap=true" in hint(ip="192.0.2.1")
    assert "allow_outside=true" in hint(ip="8.8.8.8")


# Items by themselves


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (" 192.0.2.0/28 ", "192.0.2.0/28"),
        ("192.0.2.0/255.255.255.240", "192.0.2.0/28"),
        ("2001:DB8:0::/64", "2001:db8::/64"),
    ],
)
def test_F19_a_block_is_spelled_as_it_is_read_back(written: str, found: str) -> None:
    assert addresses.checked(BLOCKS, {"cidr": written})["cidr"] == found


@pytest.mark.parametrize(("written", "found"), [(" 192.0.2.9 ", "192.0.2.9"), ("2001:DB8::0001", "2001:db8::1")])
def test_F19_an_address_is_spelled_as_it_is_read_back(written: str, found: str) -> None:
    assert addresses.checked(IPS, {"ip": written})["ip"] == found


def test_F19_blanks_around_a_host_name_are_none_of_it() -> None:
    assert addresses.checked(IPS, {"hostname": " www "}) == {"hostname": "www"}


@pytest.mark.parametrize("blank", ["", " ", "\t"])
@pytest.mark.parametrize("option", ["cidr", "network"])
def test_F19_a_blank_would_mean_any(option: str, blank: str) -> None:
    with pytest.raises(VrgError, match=f"has an empty {option}"):
        addresses.checked(BLOCKS, {"cidr": "192.0.2.0/28", "network": "External", option: blank})


def test_F46_null_is_not_given() -> None:
    assert addresses.checked(IPS, {"ip": "192.0.2.9", "hostname": None, "network": None}) == {"ip": "192.0.2.9"}
    with pytest.raises(VrgError, match="has no cidr"):
        addresses.checked(BLOCKS, {"cidr": None})
    with pytest.raises(VrgError, match="needs hostname or description"):
        addresses.checked(IPS, {"ip": None})


def test_F19_blocks_of_one_list_of_which_only_one_can_be_had() -> None:
    def overlapping(*items: Row) -> int:
        return len(list(addresses.overlapping(items)))

    assert overlapping({"cidr": "192.0.2.0/28"}, {"cidr": "192.0.2.16/28"}) == 0
    assert overlapping({"cidr": "192.0.2.0/28"}, {"cidr": "192.0.2.8/29"}) == 1
    # The same block twice is said elsewhere, in other words.
    assert overlapping({"cidr": "192.0.2.0/28"}, {"cidr": "192.0.2.0/28"}) == 0
    assert overlapping({"cidr": "192.0.2.0/28"}, {"cidr": "192.0.2.8/29", "allow_overlap": True}) == 0
    assert overlapping({"cidr": "192.0.2.0/24"}, {"cidr": "2001:db8::/64"}) == 0
