"""What a list of tenants is refused for, whatever room there is, and that the modules refuse it in the same words."""

from __future__ import annotations

import json
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from views import judge

from plugins.module_utils._checks.capacity import capacity
from plugins.module_utils._checks.claims import Claim, Claims
from plugins.module_utils._checks.entries import list_flaws
from plugins.module_utils._checks.estate import Thresholds, read_estate
from plugins.module_utils._model.conditions import Row
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._model.plan import Task
from plugins.module_utils._model.units import GIB
from plugins.module_utils._tables.networks import NETWORK
from plugins.module_utils._tables.tenant_networks import PARTS, may_meet
from plugins.module_utils._tables.tenant_nodes import TENANT_NODE
from plugins.module_utils._tables.tenant_storage import TENANT_STORAGE
from plugins.module_utils._tables.tenants import TENANT
from plugins.module_utils._tasks.tenant import TenantTask
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from plugins.module_utils._tasks.tenant_node import TenantNodeTask
from plugins.module_utils._tasks.tenant_storage import TenantStorageTask
from support import Tables

Item = dict[str, Any]

UUID = "00000000-0000-4000-8000-000000000001"
NOBODY = "99999999-0000-4000-8000-000000000009"


def network(key: int, name: str, **more: Any) -> Row:
    return {
        **dict.fromkeys(NETWORK.entries),
        **{"$key": key, "name": name, "type": "internal", "running": True, "rules_pending": False},
        **more,
    }


EXTERNAL = network(
    3,
    "External",
    type="external",
    subnet="198.51.100.0/24",
    router="198.51.100.2",
    gateway="198.51.100.1",
    dhcp_enabled=True,
    dhcp_start="198.51.100.200",
    dhcp_stop="198.51.100.209",
    dmz_address="100.96.0.7",
)
SECOND = network(4, "Second", type="external", subnet="203.0.113.0/24")
INTERNAL, OTHER = network(5, "Internal"), network(6, "Other")
CORE, OWN = network(7, "Core", type="core"), network(8, "tenant_globex")
#: A network whose name is the key of another.
FOUR = network(9, "4")
NETWORKS = [EXTERNAL, SECOND, INTERNAL, OTHER, CORE, OWN, FOUR]


def ip(address: str | None = None, where: str | None = "External", **more: Any) -> Item:
    return {"ip": address, "network": where, **more}


def block(cidr: str | None, where: str | None = "External", **more: Any) -> Item:
    return {"cidr": cidr, "network": where, **more}


def routed(name: str, *items: Item) -> Item:
    """A tenant of the list with these addresses and blocks."""
    blocks = [item for item in items if "cidr" in item]
    return {
        "name": name,
        "state": "present",
        "external_ips": [item for item in items if "ip" in item],
        "network_blocks": blocks,
        "layer2_networks": [item for item in items if not {"ip", "cidr"} & set(item)],
    }


def held(owner: str | None, *items: Item) -> dict[str, list[Row]]:
    """What somebody has, by table; ``owner_name`` is what the platform shows of it."""
    rows: dict[str, list[Row]] = {"vnet_addresses": [], "vnet_cidrs": []}
    for item in items:
        where = next(one for one in NETWORKS if one["name"] == item["network"])
        table = "vnet_cidrs" if "cidr" in item else "vnet_addresses"
        rows[table].append(
            {
                **{"$key": 100 + len(rows[table]), "hostname": "", "description": "", "type": "virtual"},
                **{"owner": owner, "owner_name": "globex" if owner == "tenants/1" else owner, "rules_pending": False},
                **{"network_key": where["$key"], "network_type": where["type"], "network_running": True},
                **item,
            }
        )
    return rows


def tables(**rows: list[Row]) -> Tables:
    """A system on which tenant globex stands, with one node and 100 GiB of which half is used."""
    globex: Row = {**dict.fromkeys(TENANT.entries), "$key": 1, "name": "globex", "uuid": UUID, "note": ""}
    globex |= {"status": "offline", "running": False, "is_snapshot": False, "network_key": 8, "network": OWN["name"]}
    cluster: Row = {"$key": 1, "name": "prod", "enabled": True, "compute": True, "max_ram_per_vm_mb": 65536}
    cluster |= {"max_cores_per_vm": 16, "target_ram_pct": 80, "online_ram_mb": 2**20, "used_ram_mb": 0}
    standing: Row = {**dict.fromkeys(TENANT_NODE.entries), "$key": 1, "name": "node1", "tenant_key": 1, "ram_mb": 4096}
    standing |= {"cluster": "prod", "cluster_key": 1, "cpu_cores": 2, "enabled": True, "running": False}
    standing |= {"status": "stopped", "max_ram_mb": 65536, "max_cores": 16, "node_id": 1}
    storage: Row = {**dict.fromkeys(TENANT_STORAGE.entries), "$key": 1, "tenant_key": 1, "tier": 1}
    storage |= {"provisioned_bytes": 100 * GIB, "used_bytes": 50 * GIB}
    given: dict[str, list[Row]] = {
        "tenants": [globex],
        "clusters": [{**cluster, "online_cores": 1024}],
        "nodes": [{"$key": 1, "name": "host1", "cluster": "prod", "running": True, "maintenance": False}],
        "storage_tiers": [{"$key": 4, "tier": 1, "capacity_bytes": 2**50, "used_bytes": 0}],
        "tenant_nodes": [standing],
        "tenant_storage": [storage],
        "vnets": NETWORKS,
    }
    given["nodes"][0]["vm_ram_mb"] = 2**20
    return Tables(**{**given, **rows})


def problems(*asked: Item, reader: Tables | None = None) -> list[str]:
    estate = read_estate(reader or tables())
    return list(capacity(asked, estate, Thresholds())["problems"])


def refusals(make: type[Any], reader: Tables, **params: Any) -> list[str]:
    """What a module says against it, with the hint."""
    try:
        task: Task = make(params)
        return [f"{one.message} {one.hint}".strip() for one in task.plan(reader).refusals]
    except VrgError as error:
        return [f"{error.message} {error.hint}".strip()]


def of_networks(reader: Tables, tenant: str, *items: Item) -> list[str]:
    lists = {part.option: None for part in PARTS}
    asked = {name: value for name, value in routed(tenant, *items).items() if name in lists and value}
    common = {"state": "present", "exclusive": False, "apply_rules": "changed", "allow_ui_loss": False, "wait": True}
    return refusals(TenantNetworksTask, reader, tenant=tenant, **common, **{**lists, **asked})


# Entries by themselves.


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (block("192.0.2.4/28"), "Network block 192.0.2.4/28 does not start where a block of its size does"),
        (block("192.0.2.0"), "Network block 192.0.2.0 has no size."),
        (block("here"), "'here' is not a network block."),
        (block(None), "An item of network_blocks has no cidr."),
        (ip("198.51.100.300"), "'198.51.100.300' is not an IP address."),
        (ip(), "An external IP without ip needs hostname or description"),
        ({"network": None}, "An item of layer2_networks has no network."),
    ],
)
def test_an_item_that_makes_no_sense(item: Item, says: str) -> None:
    (problem,) = problems(routed("acme", item))
    assert problem.startswith(f"Tenant 'acme': {says}")
    assert problem == f"Tenant 'acme': {of_networks(tables(), 'acme', item)[0]}"


@pytest.mark.parametrize(
    ("item", "label"),
    [
        (ip("198.51.100.9", None), "external IP 198.51.100.9"),
        (ip(None, None, hostname="a.example.com"), "external IP for a.example.com"),
        (block("192.0.2.0/28", None), "network block 192.0.2.0/28"),
    ],
)
def test_what_is_new_needs_a_network(item: Item, label: str) -> None:
    says = [f"Creating {label} of tenant 'globex' needs a network. Add network to the item."]
    assert problems(routed("globex", item)) == of_networks(tables(), "globex", item) == says


def test_what_a_tenant_has_needs_no_network_and_is_its_own() -> None:
    items = [ip("198.51.100.9"), ip("198.51.100.10", hostname="a.example.com"), block("192.0.2.0/28")]
    reader = tables(**held("tenants/1", *items))
    assert problems(routed("globex", *items), reader=reader) == []
    unsaid = [ip("198.51.100.9", None), ip(None, None, hostname="A.example.com."), block("192.0.2.0/28", None)]
    assert problems(routed("globex", *unsaid), reader=reader) == []
    assert problems(routed(UUID, *unsaid), reader=reader) == []
    assert len(problems(routed("acme", *unsaid), reader=reader)) == 3


def test_what_a_tenant_lists_twice() -> None:
    twice = [ip("198.51.100.9"), ip("198.51.100.9"), block("192.0.2.0/28"), block("192.0.2.0/28")]
    assert [sentence.split(" twice")[0] for sentence in problems(routed("acme", *twice))] == [
        "Tenant 'acme': network_blocks lists network block 192.0.2.0/28",
        "Tenant 'acme': external_ips lists external IP 198.51.100.9",
    ]
    (within,) = problems(routed("acme", block("192.0.2.0/28"), block("192.0.2.0/27")))
    assert within.startswith("Tenant 'acme': network_blocks lists 192.0.2.0/28 and 192.0.2.0/27, which overlap.")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"nodes": [{"name": None, "cpu_cores": 1, "ram_gb": 2}]}, "entry 1 of nodes: name is missing."),
        ({"nodes": [{"name": "n", "cpu_cores": "x", "ram_gb": 2}]}, "cpu_cores 'x' is not a whole number."),
        ({"nodes": [{"name": "n", "cpu_cores": 1.5, "ram_gb": 2}]}, "cpu_cores '1.5' is not a whole number."),
        ({"storage": [{"tier": 1, "provisioned_gb": True}]}, "provisioned_gb 'True' is not a whole number."),
        ({"storage": [{"tier": 1}]}, "entry 1 of storage: provisioned_gb is missing."),
    ],
)
def test_an_entry_without_a_size_is_named_and_not_counted(entry: Item, says: str) -> None:
    (problem,) = problems({"name": "acme", "state": "present", **entry})
    assert says in problem and problem.startswith("Tenant 'acme', entry 1 of ")


# F 30: addresses.


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (ip("198.51.100.1"), "The external IP 198.51.100.1 cannot be given away: it is, or holds, the gateway"),
        (ip("198.51.100.2"), "it is, or holds, the router's address 198.51.100.2"),
        (ip("198.51.100.0"), "it is, or holds, the network's own address"),
        (ip("198.51.100.255"), "it is, or holds, the broadcast address"),
        (ip("198.51.100.205"), "it is, or holds, an address of the DHCP range"),
        (ip("8.8.8.8"), "The external IP 8.8.8.8 is outside of 198.51.100.0/24, the subnet of network 'External'."),
        (block("198.51.100.0/24"), "The network block 198.51.100.0/24 cannot be given away"),
        (block("198.51.100.0/28"), "it is, or holds, the router's address"),
        (ip("198.51.100.40"), "The external IP 198.51.100.40 on network 'External' already belongs to vnets/3."),
        (
            block("198.51.100.40/30"),
            "on network 'External' overlaps the address 198.51.100.40, which belongs to vnets/3.",
        ),
    ],
)
def test_F30_what_is_not_free_is_refused_for_the_list_in_the_words_of_the_module(item: Item, says: str) -> None:
    reader = tables(**held("vnets/3", ip("198.51.100.40")))
    found = problems(routed("acme", item), reader=reader)
    assert len(found) == 1 and says in found[0]
    of_module = [one for one in of_networks(reader, "acme", item) if "There is no tenant" not in one]
    assert found == [f"Tenant 'acme': {sentence}" for sentence in of_module]


@pytest.mark.parametrize(
    ("item", "lifted"),
    [
        (ip("8.8.8.8"), {"allow_outside": True}),
        (ip("198.51.100.205"), {"allow_overlap": True}),
        (block("198.51.100.0/24"), {"allow_overlap": "yes"}),
    ],
)
def test_F30_what_is_meant_can_be_said_at_the_item(item: Item, lifted: Item) -> None:
    assert len(problems(routed("acme", item))) == 1
    assert len(problems(routed("acme", {**item, **dict.fromkeys(lifted, False)}))) == 1
    assert problems(routed("acme", {**item, **lifted})) == []


@pytest.mark.parametrize(
    ("item", "other", "says"),
    [
        (ip("198.51.100.9"), ip("198.51.100.9"), "The external IP 198.51.100.9 on network 'External' already {}."),
        (ip("2001:db8::1"), ip("2001:DB8:0::1"), "The external IP 2001:db8::1 on network 'External' already {}."),
        (
            block("192.0.2.0/28"),
            block("192.0.2.0/28"),
            "The network block 192.0.2.0/28 on network 'External' already {}.",
        ),
        (
            block("192.0.2.16/28"),
            block("192.0.2.0/27"),
            "The network block 192.0.2.0/27 on network 'External' overlaps the block 192.0.2.16/28, which {}.",
        ),
        # Across kinds.
        (
            ip("198.51.100.17"),
            block("198.51.100.16/28"),
            "The network block 198.51.100.16/28 on network 'External' overlaps the address 198.51.100.17, which {}.",
        ),
        (
            block("198.51.100.16/28"),
            ip("198.51.100.17"),
            "The external IP 198.51.100.17 on network 'External' overlaps the block 198.51.100.16/28, which {}.",
        ),
        # Across networks that lead outside.
        (
            block("192.0.2.0/28", "Second"),
            block("192.0.2.0/28"),
            "The network block 192.0.2.0/28 on network 'External' overlaps the block 192.0.2.0/28, which {}.",
        ),
    ],
)
def test_F30_what_belongs_to_somebody_or_is_listed_for_somebody(item: Item, other: Item, says: str) -> None:
    hint = "Choose another one, or set allow_overlap=true at the item if that is meant."
    standing = tables(**held("tenants/1", item))
    asks = f"Tenant 'acme': {says} {hint}"
    assert problems(routed("acme", other), reader=standing) == [asks.format("belongs to globex")]
    assert problems(routed("t1", item), routed("acme", other)) == [asks.format("is listed for tenant 't1'")]


def test_F30_what_can_be_had_side_by_side() -> None:
    one = routed("a", ip("198.51.100.9"), ip(hostname="a"), ip(hostname="b"), block("192.0.2.0/28"))
    beside = routed("b", ip("198.51.100.10"), ip(hostname="a"), block("192.0.2.16/28"), block("2001:db8::/64"))
    # Equal private ranges are usual, and a network without a subnet cannot be judged.
    private = [routed(name, ip("10.0.0.9", where)) for name, where in (("c", "Internal"), ("d", "Other"))]
    assert problems(one, beside, *private) == []


BLOCKS = st.builds(
    lambda bits, length, base: ip_network((base + (bits << 4), length), strict=False),
    st.integers(0, 15),
    st.integers(24, 32),
    st.just(int(ip_network("198.51.100.0/24").network_address)),
)


@given(st.lists(BLOCKS, max_size=8), BLOCKS)
def test_F30_claims_are_found_as_if_each_was_compared(standing: list[Any], block: Any) -> None:
    made = [Claim(one, 3, True, str(place), "tenants/1", "") for place, one in enumerate(standing)]
    assert Claims(made).overlapping(block) == [claim for claim in made if claim.block.overlaps(block)]
    assert Claims(made).overlapping(ip_network("2001:db8::/32")) == []


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (
            "Externall",
            "There is no network 'Externall'. Use the name of one of the host's networks. Near to it: 'External'",
        ),
        ("Core", "Network 'Core' is reserved for the platform itself."),
        ("tenant_globex", "Network 'tenant_globex' is the tenant's own, which is inside of it."),
    ],
)
@pytest.mark.parametrize("item", [ip("198.51.100.9"), block("192.0.2.0/28"), {}], ids=["ip", "block", "layer 2"])
def test_a_network_that_cannot_be_the_target(item: Item, where: str, says: str) -> None:
    (problem,) = problems(routed("globex", {**item, "network": where}))
    assert problem.startswith(f"Tenant 'globex': {says}")
    assert problem == f"Tenant 'globex': {of_networks(tables(), 'globex', {**item, 'network': where})[0]}"


def test_an_address_that_its_tenant_has_on_another_network() -> None:
    reader = tables(**held("tenants/1", ip("198.51.100.9")))
    asked = ip("198.51.100.9", "Internal")
    says = "The external IP 198.51.100.9 of tenant 'globex' is on network 'External', not on 'Internal'."
    (problem,) = problems(routed("globex", asked), reader=reader)
    assert [problem] == of_networks(reader, "globex", asked) == [f"{says} Remove it there first."]


# F 35: networks by name and by key.


def test_F35_one_tenant_names_a_network_and_another_gives_its_key() -> None:
    by_name = routed("a", ip("198.51.100.9"), block("192.0.2.0/28"), {"network": "Internal"})
    by_key = routed("b", ip("198.51.100.10", "3"), block("192.0.2.16/28", "3"), {"network": "5"})
    assert problems(by_name, by_key) == []


def test_F35_the_same_network_by_name_and_by_key_is_the_same() -> None:
    (taken,) = problems(routed("a", ip("198.51.100.9")), routed("b", ip("198.51.100.9", "3")))
    assert "on network 'External' already is listed for tenant 'a'" in taken
    (twice,) = problems(routed("a", {"network": "Internal"}, {"network": "5"}))
    assert twice.startswith(
        "Tenant 'a': layer2_networks lists layer-2 network 'Internal', also as layer-2 network '5' twice"
    )


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        (None, "External", True),
        ("External", None, True),
        ("External", "3", True),
        ("External", "Internal", False),
        ("External", "Nowhere", False),
        ("Nowhere", "3", False),
        ("Nowhere", "Somewhere", False),
        # Two texts, as two lines of a file are.
        ("Nowhere", "".join(["No", "where"]), True),
    ],
)
def test_F35_items_meet_where_their_networks_are_or_would_be_one(one: str | None, other: str | None, may: bool) -> None:
    assert may_meet({"network": one}, {"network": other}, NETWORKS) is may


def test_F35_a_name_wins_over_the_key_of_another_network() -> None:
    """4 is the name of an internal network, and the key of an external one."""
    assert problems(routed("a", block("203.0.113.0/24", "4"))) == []
    assert problems(routed("a", block("203.0.113.0/24", "Second"))) != []


# F 36: sizes.


def of_node(reader: Tables, tenant: str, **values: Any) -> list[str]:
    options = dict.fromkeys(column.name for column in TENANT_NODE.columns if column.is_option)
    more = {"tenant": tenant, "state": "present", "allow_power_off": False, "new_name": None}
    return refusals(TenantNodeTask, reader, **{**options, **more, **values})


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"cpu_cores": -8}, "cpu_cores -8 is outside of what a tenant node can have: 1 to "),
        ({"cpu_cores": 0}, "cpu_cores 0 is outside of what a tenant node can have"),
        ({"ram_gb": 1.5}, "ram_gb 1.5 is outside of what a tenant node can have: 2 to 5120"),
        ({"ram_gb": float("inf")}, "ram_gb inf is outside of what a tenant node can have"),
        ({"ram_gb": float("nan")}, "ram_gb nan is outside of what a tenant node can have"),
        ({"name": "x" * 129}, "name must have 1 to 128 characters."),
        ({"name": ""}, "name must have 1 to 128 characters."),
        ({"ram_gb": 65}, "ram_gb 65 is more than cluster 'prod' allows one machine (64 GB): such a node never starts."),
        (
            {"cpu_cores": 17},
            "cpu_cores 17 is more than cluster 'prod' allows one machine (16): such a node never starts.",
        ),
        ({"cluster": "prot"}, "There is no cluster 'prot' that could be the cluster. Near to it: 'prod'."),
        ({"cluster": ""}, "cluster is empty, and a node always has one."),
        ({"preferred_node": "host2"}, "There is no node 'host2'. Near to it: 'host1'."),
    ],
)
def test_F36_a_node_is_refused_in_the_words_of_the_module(values: Item, says: str) -> None:
    node = {"name": "node2", "cpu_cores": 2, "ram_gb": 4, **values}
    (problem,) = problems({"name": "globex", "state": "present", "nodes": [node]})
    (of_module,) = of_node(tables(), "globex", **node)
    assert of_module.startswith(says)
    assert problem.endswith(f": {of_module}") and problem.startswith("Tenant 'globex', ")


LONG = "x" * 2049


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"description": LONG}, "Tenant 'new': description must have 0 to 2048 characters."),
        ({"note": LONG[:1025]}, "Tenant 'new': note must have 0 to 1024 characters."),
        (
            {"nodes": [{"name": "n", "cpu_cores": 1, "ram_gb": 2, "description": LONG}]},
            "Tenant 'new', entry 1 of nodes: description must have 0 to 2048 characters.",
        ),
        (
            {"external_ips": [{"ip": "198.51.100.9", "network": "External", "description": LONG}]},
            "Tenant 'new': An item of external_ips: description must have 0 to 2048 characters.",
        ),
        (
            {"network_blocks": [{"cidr": "192.0.2.0/28", "network": "External", "description": LONG}]},
            "Tenant 'new': An item of network_blocks: description must have 0 to 2048 characters.",
        ),
    ],
)
def test_a_text_that_is_too_long_is_refused_with_the_list_and_the_longest_is_not(more: Item, says: str) -> None:
    (problem,) = problems({"name": "new", "state": "present", **more})
    assert problem.startswith(says)
    # A number is a text here, and no size.
    shorter = json.loads(
        json.dumps(more).replace(LONG, LONG[1:]).replace(LONG[:1025], "4711").replace('"4711"', "4711")
    )
    assert problems({"name": "new", "state": "present", **shorter}) == []


def test_F36_a_node_without_a_cluster_of_its_own_has_the_size_of_none() -> None:
    prod: Row = {"$key": 1, "name": "prod", "enabled": True, "compute": True, "max_ram_per_vm_mb": 65536}
    prod |= {"max_cores_per_vm": 16, "target_ram_pct": 80, "online_ram_mb": 2**20, "used_ram_mb": 0, "online_cores": 64}
    node = {"name": "node2", "cpu_cores": 2, "ram_gb": 100}
    asked = {"name": "new", "state": "present", "nodes": [node]}
    # Which of two it will be in cannot be known: more than either allows never starts.
    (problem,) = problems(asked, reader=tables(clusters=[prod, {**prod, "$key": 2, "name": "test"}]))
    assert "ram_gb 100 is more than any cluster allows one machine (64 GB): such a node never starts." in problem
    # Of one that does not exist, nothing but that is said.
    (problem,) = problems({**asked, "nodes": [{**node, "cluster": "prot"}]})
    assert "There is no cluster 'prot'" in problem


@pytest.mark.parametrize("option", ["cluster", "failover_cluster"])
def test_a_cluster_is_named_by_its_name_or_its_key(option: str) -> None:
    node = {"name": "node2", "cpu_cores": 2, "ram_gb": 4}
    for text, fits in (("prod", True), ("1", True), ("01", False), ("2", False)):
        assert (of_node(tables(), "globex", **node, **{option: text}) == []) is fits, text
        assert (problems({"name": "globex", "state": "present", "nodes": [{**node, option: text}]}) == []) is fits, text


def test_F36_a_size_without_a_floor_does_not_make_room_for_others() -> None:
    nodes = [{"name": "n", "cpu_cores": cores, "ram_gb": 4} for cores in (-8, 8)]
    asked = [{"name": f"t{place}", "state": "running", "nodes": [node]} for place, node in enumerate(nodes)]
    found = capacity(asked, read_estate(tables()), Thresholds())
    assert [row["after"] for row in found["table"] if row["measure"] == "cores promised"] == [10]
    assert len(found["problems"]) == 1


def of_storage(reader: Tables, **values: Any) -> list[str]:
    more = {"tenant": "globex", "state": "present", "allow_data_loss": False}
    task = None
    try:
        task = TenantStorageTask({**more, **values})
        (step,) = task.plan(reader).steps
    except VrgError as error:
        return [f"{error.message} {error.hint}"]
    found = [guard.refusal(reader.read(guard.fact.query)) for guard in step.guards]  # type: ignore[union-attr]
    return [one.message for one in found if one]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"tier": 1, "provisioned_gb": 0}, "provisioned_gb 0 is outside of what a tenant storage can have: at least 1"),
        ({"tier": 1, "provisioned_gb": -5}, "provisioned_gb -5 is outside of what a tenant storage can have"),
        (
            {"tier": 3, "provisioned_gb": 5},
            "This system has no storage tier 3. Tiers that a tenant can be given here: 1.",
        ),
        (
            {"tier": 1, "provisioned_gb": 40},
            "The tier 1 storage of tenant 'globex' holds more than 40 GiB of data (50.0)",
        ),
    ],
)
def test_F36_storage_is_refused_in_the_words_of_the_module(values: Item, says: str) -> None:
    (problem,) = problems({"name": "globex", "state": "present", "storage": [values]})
    (of_module,) = of_storage(tables(), **values)
    assert of_module.startswith(says) and problem.endswith(of_module)


def test_F36_a_uuid_that_nobody_has_is_not_the_name_of_a_new_tenant() -> None:
    options = dict.fromkeys(column.name for column in TENANT.columns if column.is_option)
    more = ["new_name", "clone_from", "clone_without", "isolated", "preferred_node", "uuid", "force_stop_after"]
    more += ["accept_reduced", "apply_rules", "ui_address", "allow_similar"]
    params = {**options, **dict.fromkeys(more), "name": NOBODY, "state": "present", "wait": True}
    says = f"There is no tenant '{NOBODY}'. A tenant that is named by its uuid must exist: uuids cannot be chosen."
    assert refusals(TenantTask, tables(), **params, update_password="on_create") == [says]
    assert problems({"name": NOBODY, "state": "present"}) == [says]
    assert problems({"name": UUID.upper(), "state": "present"}) == []


def test_a_node_that_stands_too_large_is_left_alone_as_its_module_does() -> None:
    small = tables()
    small.rows["clusters"][0]["max_ram_per_vm_mb"] = 2048
    small.rows["tenant_nodes"][0]["max_ram_mb"] = 2048
    same = {"name": "node1", "cpu_cores": 2, "ram_gb": 4}
    assert problems({"name": "globex", "state": "present", "nodes": [same]}, reader=small) == []
    assert of_node(small, "globex", **same) == []
    (problem,) = problems({"name": "globex", "state": "present", "nodes": [{**same, "cpu_cores": 3}]}, reader=small)
    assert problem.endswith(of_node(small, "globex", **{**same, "cpu_cores": 3})[0])


def test_two_tenants_of_one_name() -> None:
    twins = [{**tables().rows["tenants"][0], "$key": key} for key in (1, 2)]
    (problem,) = problems({"name": "globex", "state": "present"}, reader=tables(tenants=twins))
    assert problem.startswith("Tenant 'globex': There are 2 rows of the kind tenant with the name 'globex'")


# The filter: from what the info modules return.


VIEW: dict[str, Any] = {
    **{"key": 3, "name": "External", "type": "external", "subnet": "198.51.100.0/24", "gateway": "198.51.100.1"},
    "addresses": [{"key": 1, "ip": "198.51.100.9", "type": "virtual", "owner": "tenants/1", "owner_name": "globex"}],
    "blocks": [{"key": 1, "cidr": "192.0.2.0/28", "owner": "tenants/1", "owner_name": "globex"}],
}


def test_the_filter_knows_what_is_on_the_networks() -> None:
    tenants = [
        {"key": 1, "name": "globex", "uuid": UUID, "running": False, "status": "offline", "network": "globex_net"}
    ]
    networks = [VIEW, {"key": 8, "name": "globex_net", "type": "internal"}]

    def found(*asked: Item, known: bool = True) -> list[str]:
        return list(judge(asked, [], [], [], tenants, networks if known else None)["problems"])

    mine = routed("globex", ip("198.51.100.9", None), block("192.0.2.0/28", None))
    assert found(mine) == []
    (own,) = found(routed("globex", {"network": "8"}))
    assert "is the tenant's own" in own
    (taken, gateway) = found(routed("acme", ip("198.51.100.9"), ip("198.51.100.1")))
    assert "already belongs to globex" in taken and "the gateway" in gateway
    # Without the networks, nothing is known but what an item says itself.
    assert found(routed("acme", ip("198.51.100.9", "Nowhere")), known=False) == []
    assert len(found(routed("acme", ip("198.51.100.9"), ip("198.51.100.9")), known=False)) == 1


@pytest.mark.parametrize(
    ("tenant", "says"),
    [
        (
            {"name": "acme", "nodes": [{"name": "n", "cpu_cores": "", "ram_gb": 2}]},
            "Tenant 'acme', entry 1 of nodes: cpu_cores is empty.",
        ),
        (
            {"name": "acme", "nodes": [{"name": None, "cpu_cores": 1, "ram_gb": 2}]},
            "Tenant 'acme', entry 1 of nodes: name is missing.",
        ),
        (
            {"name": "acme", "nodes": [{"name": "n", "cpu_cores": 1, "ram_gb": 2}, None]},
            "Tenant 'acme', entry 2 of nodes is empty.",
        ),
        ({"name": "acme", "nodes": "n"}, "Tenant 'acme': nodes is not a list."),
        (
            {"name": "acme", "storage": [{"tier": 1, "provisioned_gb": "lots"}]},
            "provisioned_gb 'lots' is not a whole number.",
        ),
        (
            {"name": "acme", "network_blocks": [{"cidr": None}]},
            "Tenant 'acme', entry 1 of network_blocks: cidr is missing.",
        ),
        ({"name": "acme", "network_blocks": [{"cidr": ["192.0.2.0/28"]}]}, "cidr is not text."),
        (
            {"name": "acme", "initial_snapshot": {"name": " ", "retention": 0}},
            "Tenant 'acme', initial_snapshot: name is empty.",
        ),
        ({"name": "acme", "state": ""}, "Tenant 'acme': state is empty."),
        ({"name": "acme", "isolated": ""}, "Tenant 'acme': isolated is empty."),
        ({"name": True}, "Tenant 1 of the list: name is true; a word such as yes or no is text only in quotes."),
        ({}, "Tenant 1 of the list: name is missing."),
        (None, "Tenant 1 of the list is empty."),
        ("acme", "Tenant 1 of the list is not a dictionary."),
    ],
)
def test_a_blank_within_a_list_is_named_with_its_tenant(tenant: Any, says: str) -> None:
    found = list_flaws([tenant, {"name": "globex", "description": "", "note": None, "isolated": "no"}], None, None)
    assert len(found) == 1
    assert says in found[0]


def test_so_is_one_within_a_plan() -> None:
    plans = {"small": {"storage": [{"tier": None, "provisioned_gb": 1}]}, "large": {}}
    assert list_flaws([], plans, {"nodes": [""]}) == [
        "Plan 'small', entry 1 of storage: tier is missing.",
        "defaults, entry 1 of nodes is empty.",
    ]
    assert list_flaws("acme", {}, None) == ["The tenants are not a list."]
