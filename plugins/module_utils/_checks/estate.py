# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is on a system, as rows, and what a list of tenants asks of it: what checks of a whole list compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Optional

from .._model.conditions import Row
from .._model.errors import VrgError
from .._model.query import Query, Reader
from .._model.resource import Resource
from .._model.selectors import owner_path, pick, row_key
from .._tables.clusters import CLUSTER
from .._tables.networks import NETWORK
from .._tables.nodes import NODE
from .._tables.tenant_networks import EXTERNAL_IP, NETWORK_BLOCK, Item
from .._tables.tenant_nodes import TENANT_NODE
from .._tables.tenant_storage import TENANT_STORAGE
from .._tables.tenants import IS_TENANT, TENANT, owner_of
from .._tables.tiers import STORAGE_TIER
from .sizes import takers

_CLUSTER = CLUSTER.only(
    *("name", "enabled", "compute", "max_ram_per_vm_gb", "max_cores_per_vm"),
    *("target_ram_percent", "online_ram_gb", "used_ram_gb", "online_cores"),
)
_HOST = NODE.only("name", "cluster", "running", "maintenance", "status", "vm_ram_gb")
_TIER = STORAGE_TIER.only("tier", "capacity_gb", "used_gb")
_TENANT = TENANT.only("name", "uuid", "note", "status", "running", "isolated", "network_key", "is_snapshot")
_NODE = TENANT_NODE.only("name", "cluster", "enabled", "cpu_cores", "ram_gb", "running", "status", "tenant_key")
_STORAGE = TENANT_STORAGE.only("tier", "provisioned_gb", "used_gb", "tenant_key")


@dataclass(frozen=True)
class Thresholds:
    """What is allowed, and what happens where it is not: ``fail``, ``warn`` or ``ignore``.

    ``ram_target_percent`` None is each cluster's own; ``cores_ratio`` 0 lets any number of cores be promised.
    """

    policy: str = "fail"
    n_minus_1: str = "warn"
    default_cluster: Optional[str] = None
    ram_target_percent: Optional[float] = None
    ram_promised_percent: float = 100
    cores_ratio: float = 4
    provisioned_percent: float = 100
    used_percent: float = 90
    used_warn_percent: float = 70


@dataclass(frozen=True)
class Estate:
    """The rows of a system. ``networks`` is None where they were not read: then nothing is known of addresses."""

    reader: Reader
    clusters: Sequence[Row]
    hosts: Sequence[Row]
    tiers: Sequence[Row]
    tenants: Sequence[Row]
    #: The rows of tenants, by the tenant's key.
    nodes: Mapping[Any, Sequence[Row]]
    storage: Mapping[Any, Sequence[Row]]
    networks: Optional[Sequence[Row]] = None
    #: The blocks and external IPs of tenants, by option and owner.
    owned: Mapping[str, Mapping[str, Sequence[Row]]] = field(default_factory=dict)

    @cached_property
    def _by_text(self) -> Mapping[str, Sequence[Row]]:
        pairs = [(str(row[column] or "").lower(), row) for row in self.tenants for column in ("name", "uuid")]
        return grouped(pairs)

    def tenant(self, text: str) -> Optional[Row]:
        """A tenant by name or uuid, or None. Raises VrgError where two have the name."""
        return pick("tenant", self._by_text.get(text.lower(), ()), text)

    def cluster(self, text: Optional[str]) -> Optional[Row]:
        """A cluster by name, or by key where none has that name; None if there is none, or two."""
        try:
            return pick("cluster", self.clusters, text, key=True) if text else None
        except VrgError:
            return None

    def hosts_of(self, cluster: str) -> list[Row]:
        """The physical nodes of a cluster, by its name."""
        return [row for row in self.hosts if row["cluster"] == cluster]

    def tenants_nodes(self, tenant: Optional[Row]) -> Sequence[Row]:
        return self.nodes.get(row_key(tenant["$key"]), ()) if tenant else ()

    def allocation(self, tenant: Optional[Row], tier: int) -> Optional[Row]:
        """What a tenant has on a tier."""
        rows = self.storage.get(row_key(tenant["$key"]), ()) if tenant else ()
        return next((row for row in rows if int(row["tier"]) == tier), None)


@dataclass(frozen=True)
class Wanted:
    """A tenant of the list: ``there`` is its row where it stands. Sizes are the user's, and numbers."""

    name: str
    state: str
    there: Optional[Row]
    nodes: Sequence[Item]
    storage: Sequence[Item]
    #: What it lists of networks, by option, as it was given.
    items: Mapping[str, Sequence[Item]]
    uuid: Optional[str] = None

    @property
    def owner(self) -> str:
        """Who has its rows; for one that is to be made, somebody whom no row names."""
        return owner_of(self.there["$key"]) if self.there else f"listed/{self.name}"


def read_estate(reader: Reader, *, networks: bool = True) -> Estate:
    """All rows that checks of a list compare, each table once."""
    return Estate(
        reader,
        clusters=reader.read(Query(_CLUSTER)),
        hosts=reader.read(Query(_HOST)),
        tiers=sorted(reader.read(Query(_TIER)), key=lambda row: int(row["tier"])),
        tenants=reader.read(Query(_TENANT, IS_TENANT)),
        nodes=_by_tenant(reader, _NODE),
        storage=_by_tenant(reader, _STORAGE),
        networks=reader.read(Query(NETWORK)) if networks else None,
        owned={
            "network_blocks": _by_owner(reader, NETWORK_BLOCK.only("cidr", "network", "description", "owner")),
            "external_ips": _by_owner(
                reader, EXTERNAL_IP.only("ip", "network", "hostname", "description", "type", "owner")
            ),
        }
        if networks
        else {},
    )


def _by_tenant(reader: Reader, resource: Resource) -> Mapping[Any, Sequence[Row]]:
    return grouped((row_key(row["tenant_key"]), row) for row in reader.read(Query(resource)))


def _by_owner(reader: Reader, resource: Resource) -> Mapping[str, Sequence[Row]]:
    rows = reader.read(Query(resource, resource["owner"].begins(owner_of(""))))
    return grouped((owner_path(row["owner"]), row) for row in rows)


def grouped(pairs: Iterable[tuple[Any, Row]]) -> Mapping[Any, Sequence[Row]]:
    """The rows of each key, in their order."""
    found: dict[Any, list[Row]] = {}
    for key, row in pairs:
        found.setdefault(key, []).append(row)
    return found


def cluster_of(node: Item, there: Optional[Row], estate: Estate, default: Optional[str]) -> Optional[str]:
    """The name of the cluster that a node will be in; None if that cannot be known.

    One that names none stays where it is. A new one goes to the system's default, which no module can read: it is
    ``default``, or the only one that takes machines.
    """
    text = node.get("cluster") or (there["cluster"] if there else None) or default
    if text:
        found = estate.cluster(str(text))
        return str(found["name"] if found else text)
    names = [str(row["name"]) for row in takers(estate.clusters) if row["enabled"] and row["compute"]]
    return names[0] if len(names) == 1 else None


def node_of(rows: Sequence[Row], name: str) -> Optional[Row]:
    """A tenant's node by its name."""
    return next((row for row in rows if row["name"] == name), None)
