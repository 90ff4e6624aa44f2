"""What calibration concludes from answers that the simulator never gives, and which addresses it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from plugins.module_utils._calibration.place import addresses_of, find_place
from plugins.module_utils._calibration.reads_language import PROBES
from plugins.module_utils._calibration.tenant import make_tenant
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._system.raw import Answer

NETWORK = {
    "$key": 7,
    "network": "192.168.10.0/24",
    "ipaddress": "192.168.10.1",
    "dmz_ipaddress": "",
    "gateway": "192.168.10.254",
    "dhcp_enabled": False,
    "dhcp_start": "",
    "dhcp_stop": "",
}
NOBODY = "1f7d8c1e-93a2-4d5e-8f0b-1c2d3e4f5a6b"
LEASES = {"dhcp_enabled": True, "dhcp_start": "192.168.10.240", "dhcp_stop": "192.168.10.253"}


class Platform:
    """Answers reads from a table for each path, whatever else was asked, and creates from its receipt."""

    def __init__(self, tables: Mapping[str, Any], receipt: Any = None) -> None:
        self.tables, self.receipt = tables, receipt

    def get(self, path: str, **parameters: str) -> Answer:
        return Answer(200, self.tables.get(path, []))

    def send(self, method: str, path: str, body: Any = None) -> Answer:
        self.body = body
        return Answer(201, self.receipt)


def ends(*numbers: int) -> tuple[str, ...]:
    return tuple(f"192.168.10.{number}" for number in numbers)


def test_addresses_are_taken_from_the_top_and_are_nobodys() -> None:
    found = addresses_of(NETWORK)
    assert found is not None
    assert (found.free, found.router, found.gateway) == (ends(253, 252, 251), *ends(1, 254))
    assert (found.edge, found.leased) == ("192.168.10.0", None)


@pytest.mark.parametrize(
    ("change", "free", "leased"),
    [
        (LEASES, ends(239, 238, 237), "192.168.10.253"),
        ({**LEASES, "dhcp_enabled": False}, ends(253, 252, 251), None),
        ({**LEASES, "dhcp_start": "the first"}, ends(253, 252, 251), None),
        ({**LEASES, "dhcp_stop": ""}, ends(253, 252, 251), None),
        ({**LEASES, "dhcp_start": "192.168.10.252"}, ends(251, 250, 249), "192.168.10.253"),
        ({**LEASES, "dmz_ipaddress": "192.168.10.253"}, ends(239, 238, 237), None),
        ({"gateway": "", "dmz_ipaddress": "192.168.10.253"}, ends(254, 252, 251), None),
    ],
)
def test_what_is_leased_or_the_networks_own_is_not_free(change: Any, free: Any, leased: Any) -> None:
    found = addresses_of({**NETWORK, **change})
    assert found is not None and (found.free, found.leased) == (free, leased)


@pytest.mark.parametrize(("gateway", "router"), [("192.168.10.1", "192.168.10.1"), ("", "")])
def test_a_gateway_that_is_the_router_or_not_there_is_none(gateway: str, router: str) -> None:
    found = addresses_of({**NETWORK, "gateway": gateway, "ipaddress": router})
    assert found is not None and (found.gateway, found.router) == (None, router or None)


@pytest.mark.parametrize(
    "network",
    ["", "a network", "192.168.10.0/29", "2001:db8::/64", "203.0.113.128/25", "203.0.112.0/22"],
)
def test_a_network_without_room_or_of_the_documentation_has_none(network: str) -> None:
    assert addresses_of({**NETWORK, "network": network}) is None


@pytest.mark.parametrize(
    ("stop", "free"), [("192.168.10.11", ends(14, 13, 12)), ("192.168.10.12", None), ("192.168.10.14", None)]
)
def test_three_addresses_are_needed(stop: str, free: Any) -> None:
    smallest = {"network": "192.168.10.0/28", "dhcp_enabled": True, "dhcp_start": "192.168.10.1", "dhcp_stop": stop}
    found = addresses_of({**NETWORK, **smallest})
    assert (found and found.free) == free


def test_the_lowest_addresses_do_as_well_and_the_networks_own_does_not() -> None:
    leased = {"network": "192.168.10.0/28", "dhcp_enabled": True, "dhcp_stop": "192.168.10.14", "ipaddress": ""}
    found = addresses_of({**NETWORK, **leased, "dhcp_start": "192.168.10.4"})
    assert found is not None and found.free == ends(3, 2, 1)
    assert addresses_of({**NETWORK, **leased, "dhcp_start": "192.168.10.3"}) is None


def test_not_more_than_some_thousand_addresses_are_looked_through() -> None:
    large = {"network": "192.168.0.0/16", "dhcp_enabled": True, "dhcp_stop": "192.168.255.254"}
    assert addresses_of({**NETWORK, **large, "dhcp_start": "192.168.240.0"}) is None
    found = addresses_of({**NETWORK, **large, "dhcp_start": "192.168.240.4"})
    assert found is not None and found.free[0] == "192.168.240.3"


HOST = {"$key": 1, "cluster": 1, "maintenance": False, "vm_ram": 65536, "status": "running"}
CLUSTER = {"$key": 1, "name": "lab", "status": "online", "max_ram_per_vm": 65536, "online_ram": 65536, "used_ram": 0}


def placed(tier: Mapping[str, Any]) -> Any:
    tables = {"clusters": [CLUSTER], "nodes": [HOST], "storage_tiers": [tier]}
    return find_place(Platform(tables), {"cluster": "lab", "tier": tier["tier"], "network": None})  # type: ignore[arg-type]


@pytest.mark.parametrize(("free", "number"), [(10 << 30, 1), (10 << 30, 5)])
def test_a_tier_with_room_does(free: int, number: int) -> None:
    assert placed({"$key": 2, "tier": number, "capacity": free + 5, "used": 5}).tier["tier"] == number


@pytest.mark.parametrize(("free", "number"), [((10 << 30) - 1, 1), (1 << 40, 0)])
def test_a_tier_without_room_and_tier_0_do_not(free: int, number: int) -> None:
    with pytest.raises(VrgError, match="has no 10 GiB free, or is tier 0"):
        placed({"$key": 2, "tier": number, "capacity": free + 5, "used": 5})


@pytest.mark.parametrize(
    ("nodes", "vnets", "users", "seen"),
    [
        ([1, 2], [1, 2, 3], [1], "key"),
        ([2, 1], [3, 2, 1], [1], "reverse"),
        ([1, 2], [3, 2, 1], [1], None),
        ([1], [1], [], None),
        ([1, 2], [2, 1, 3], [1], None),
    ],
)
def test_the_order_of_rows_is_one_that_all_tables_have(nodes: Any, vnets: Any, users: Any, seen: Any) -> None:
    tables = {"nodes": nodes, "vnets": vnets, "users": users}
    platform = Platform({name: [{"$key": key} for key in keys] for name, keys in tables.items()})
    (probe,) = (probe for probe in PROBES if probe.switch == "row_order")
    assert probe.look(platform) == seen  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [{}, {"name": "somebody's"}, {"uuid": ""}], ids=str)
def test_a_tenant_is_scratch_only_under_the_key_of_its_receipt(other: dict[str, Any]) -> None:
    class Made(Platform):
        api = type("Api", (), {"now": 0})

        def get(self, path: str, **parameters: str) -> Answer:
            row = {"$key": 9, "name": getattr(self, "body", {}).get("name"), "uuid": NOBODY, **other}
            return Answer(200, row if path == "tenants/9" else [])

    platform: Any = Made({}, {"$key": "9"})
    if not other:
        assert make_tenant(platform, None).key == "9"
        return
    with pytest.raises(VrgError, match="not under the key of its receipt"):
        make_tenant(platform, None)
