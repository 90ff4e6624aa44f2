"""Whose tenants there are: each controller's own, some that all work on, and neighbours that nobody may touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from .tables import GIB, Tables

#: Names whose addresses the platform picks. Not for shared tenants: two controllers that ask at once get one each.
HOSTNAMES_OF_OWN = ("vpn", "www")
_OWN = 3
_SHARED = 3
#: Names are awkward on purpose: digits are not the key of another tenant, and quotes end no filter.
_OWN_NAMES = ("{}", "O'Brien {{Ltd}} {}", 'customer-{} \\ "north"')


@dataclass(frozen=True)
class Place:
    """A tenant that may be there or not, with the addresses and blocks that only it is given."""

    number: int
    name: str
    own: bool
    addresses: tuple[str, ...]
    blocks: tuple[str, ...]

    @property
    def other_name(self) -> str:
        """What it is called after it was renamed."""
        return f"{self.name} (moved)"

    @property
    def domain(self) -> str:
        return f"place{self.number}.example.com"


def places(controllers: int) -> tuple[list[list[Place]], list[Place]]:
    """Each controller's own places, and the shared ones."""
    own = [
        [_place(controller * _OWN + index, name.format(controller + 1), True) for index, name in enumerate(_OWN_NAMES)]
        for controller in range(controllers)
    ]
    shared = [_place(controllers * _OWN + index, f"shared-{index + 1}", False) for index in range(_SHARED)]
    return own, shared


def _place(number: int, name: str, own: bool) -> Place:
    addresses = tuple(f"198.51.100.{40 + 2 * number + index}" for index in range(2))
    third, fourth = divmod(2 * number, 16)
    blocks = tuple(f"203.0.{113 + third}.{16 * (fourth + index)}/28" for index in range(2))
    return Place(number, name, own, addresses, blocks)


class Neighbours:
    """Tenants of somebody else, made past the collection, and whether anything of them has changed since."""

    NAMES = ("neighbour 1", "neighbour 2", "neighbour 3")
    #: What is compared; columns that the platform itself moves are left out.
    _TABLES: Mapping[str, tuple[str, ...]] = {
        "tenants": ("name", "uuid", "note", "description", "isolate", "ui_address", "url", "help_url", "created"),
        "tenant_nodes": ("tenant", "name", "cpu_cores", "ram", "enabled", "description"),
        "tenant_storage": ("tenant", "tier", "provisioned", "used"),
        "vnet_addresses": ("owner", "vnet", "ip", "hostname", "description"),
        "vnet_cidrs": ("owner", "vnet", "cidr"),
        "tenant_layer2_vnets": ("tenant", "vnet", "enabled"),
        "tenant_snapshots": ("tenant", "name", "expires", "created"),
        "vms": ("name", "created", "note"),
    }

    def __init__(self, ready: Mapping[str, str], tables: Tables) -> None:
        self.tables = tables
        self.uuids: dict[str, str] = {}
        with requests.Session() as session:
            session.trust_env = False
            session.auth, session.verify = (ready["username"], ready["password"]), ready["ca_path"]
            for number, name in enumerate(self.NAMES):
                self._settle(session, ready["url"], number, name)
        self._before = self._rows()

    def _settle(self, session: requests.Session, url: str, number: int, name: str) -> None:
        def create(table: str, **columns: Any) -> int:
            answer = session.post(f"{url}/api/v4/{table}", json=columns, timeout=30)
            answer.raise_for_status()
            return int(answer.json()["$key"])

        tenant = create("tenants", name=name, note="not yours", password="somebody-else")
        create("tenant_nodes", tenant=tenant, name="node1", cpu_cores=1, ram=2048)
        storage = create("tenant_storage", tenant=tenant, tier=2, provisioned=10 * GIB)
        self.tables.put("tenant_storage", storage, used=3 * GIB)
        create("vnet_addresses", vnet=3, ip=f"198.51.100.{20 + number}", type="virtual", owner=f"tenants/{tenant}")
        create("vnet_cidrs", vnet=3, cidr=f"192.0.2.{16 * number}/28", owner=f"tenants/{tenant}")
        create("tenant_layer2_vnets", tenant=tenant, vnet=4)
        create("tenant_snapshots", tenant=tenant, name="first", expires=0)
        create("vms", name=f"machine of {name}")
        row = next(row for row in self.tables.rows("tenants") if row["$key"] == tenant)
        self.uuids[name] = row["uuid"]

    def _rows(self) -> dict[tuple[str, Any], Any]:
        found: dict[tuple[str, Any], Any] = {}
        for table, columns in self._TABLES.items():
            found |= {(table, row["$key"]): tuple(row[column] for column in columns) for row in self.tables.rows(table)}
        return found

    def harmed(self) -> list[str]:
        """What of them is no longer as it was, in words."""
        now = self._rows()
        return [
            f"{table}/{key} was {was}, is {now.get((table, key), 'gone')}"
            for (table, key), was in self._before.items()
            if now.get((table, key)) != was
        ]
