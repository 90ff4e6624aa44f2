# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What never works, whatever room there is: references to nothing, sizes that the platform cannot start or hold, and
addresses that are not free.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from ..module_utils._checks.addresses import checked as checked_item
from ..module_utils._model.errors import VrgError
from ..module_utils._tables.tenant_networks import PARTS, Item, NetworkPart
from ..module_utils._tables.tenants import TENANT, suspended_since
from ._estate import Limits, Row, System, allocation, cluster_of, figure, named, own_node

Rows = Sequence[Row]

_SMALLEST_NODE_GB = 2
#: The tiers that tenants may be given; tier 0 holds metadata.
_TENANT_TIERS = range(1, 6)


def problems(asked: Rows, system: System, limits: Limits, stated: Collection[str] = ()) -> list[str]:
    """A sentence for each thing in the list that cannot work.

    ``stated`` names the tenants that say their state themselves, and so may be started although they are suspended.
    """
    found = [
        *_doubles(asked, system),
        *(sentence for tenant in asked for sentence in _tenant_problems(tenant, system, stated)),
        *(sentence for tenant in asked for sentence in _problems(tenant, system, limits)),
        *_address_problems(asked, system),
    ]
    if limits.default_cluster and not system.cluster(limits.default_cluster):
        found.insert(0, f"There is no cluster '{limits.default_cluster}' that could be the default.")
    return found


# The tenant itself.


def _doubles(asked: Rows, system: System) -> Iterable[str]:
    """Tenants that are listed more than once, be it by name and by uuid."""
    meant: dict[str, list[str]] = defaultdict(list)
    for tenant in asked:
        name = str(tenant["name"])
        meant[str(system.tenant(name).get("name", name))].append(name)
    for name, texts in meant.items():
        if len(texts) > 1:
            others = "".join(f", also as '{text}'" for text in sorted({*texts} - {name}))
            yield f"Tenant '{name}' is listed {len(texts)} times{others}."


def _tenant_problems(tenant: Row, system: System, stated: Collection[str]) -> Iterable[str]:
    name = str(tenant["name"])
    if not name:
        yield "There is a tenant with an empty name."
    else:
        try:
            TENANT["name"].check("tenant", name)
        except VrgError as error:
            yield f"Tenant '{name}': {error.message}"
    since = _suspended_since(system.tenant(name))
    if since and name not in stated:
        yield (
            f"Tenant '{name}' is suspended, as its note says ({since}). Take that line out of the note to end it, or "
            "give its entry in the list a state."
        )


def _is_in_use(there: Row) -> bool:
    return there["status"] == "starting" or bool(there["running"] and there["status"] != "stopping")


def _suspended_since(there: Row) -> str | None:
    """The date in its note that ``tenant_offboard`` would keep; empty if it would suspend the tenant anew."""
    # One that runs has been in use since, and is not suspended any more.
    return None if not there or _is_in_use(there) else suspended_since(there["note"])


# Nodes and storage.


def _problems(tenant: Row, system: System, limits: Limits) -> Iterable[str]:
    there = system.tenant(str(tenant["name"]))
    for node in tenant.get("nodes", ()):
        for sentence in _node_problems(node, own_node(there, node["name"]), system, limits):
            yield f"Tenant '{tenant['name']}', node '{node['name']}': {sentence}"
    for storage in tenant.get("storage", ()):
        for sentence in _storage_problems(storage, allocation(there, int(storage["tier"])), system):
            yield f"Tenant '{tenant['name']}', tier {storage['tier']}: {sentence}"


def _node_problems(node: Row, there: Row, system: System, limits: Limits) -> Iterable[str]:
    for kind, option, rows in (
        ("cluster", "cluster", system.clusters),
        ("cluster", "failover_cluster", system.clusters),
        ("node", "preferred_node", system.nodes),
    ):
        if node.get(option) and not named(rows, str(node[option])):
            yield f"there is no {kind} '{node[option]}' that could be its {option}."
    if float(node["ram_gb"]) < _SMALLEST_NODE_GB:
        yield f"{figure(node['ram_gb'])} GB is less than the {_SMALLEST_NODE_GB} GB that a node needs."
    cluster = system.cluster(cluster_of(node, there, system, limits) or "")
    if not cluster:
        return
    if cluster["name"] != there.get("cluster") and not (cluster["enabled"] and cluster["compute"]):
        yield f"cluster '{cluster['name']}' takes no machines, because it is disabled or not for compute."
    yield from _too_large(node, cluster, system)


def _too_large(node: Row, cluster: Row, system: System) -> Iterable[str]:
    """More than one machine may have in the cluster, or than any host of it has: such a node never starts."""
    ram, cores, where = float(node["ram_gb"]), int(node["cpu_cores"]), f"cluster '{cluster['name']}'"
    most_ram, most_cores = cluster.get("max_ram_per_vm_gb"), cluster.get("max_cores_per_vm")
    largest = max((row["vm_ram_gb"] or 0 for row in system.hosts(cluster["name"])), default=0)
    if most_ram and ram > most_ram:
        yield f"{figure(ram)} GB is more than {where} allows one machine ({figure(most_ram)} GB)."
    elif largest and ram > largest:
        yield f"{figure(ram)} GB is more than the largest node of {where} has ({figure(largest)} GB)."
    if most_cores and cores > most_cores:
        yield f"{cores} cores are more than {where} allows one machine ({most_cores})."


def _storage_problems(storage: Row, there: Row, system: System) -> Iterable[str]:
    tier, wanted = int(storage["tier"]), int(storage["provisioned_gb"])
    numbers = [row["tier"] for row in system.tiers if row["tier"] in _TENANT_TIERS]
    if tier not in numbers:
        known = ", ".join(str(number) for number in numbers) or "none"
        yield f"this system has no such storage tier that a tenant can be given (tiers: {known})."
    if wanted < 1:
        yield "a tenant's storage is at least 1 GiB."
    elif wanted < there.get("used_gb", 0):
        yield f"it holds {figure(there['used_gb'])} GiB of data and cannot shrink to {wanted} GiB."


# Addresses.


@dataclass(frozen=True)
class Claim:
    """What somebody has on a network, or asks for: a block, or an address as a block of one."""

    option: str
    network: str
    block: IPv4Network | IPv6Network
    whose: str

    def meets(self, other: Claim) -> bool:
        """Whether only one of them can be had; what one tenant lists twice is told apart from this."""
        if (self.option, self.network) != (other.option, other.network) or self == other:
            return False
        return self.block.overlaps(other.block)


def _address_problems(asked: Rows, system: System) -> Iterable[str]:
    """Addresses and blocks that make no sense, and those that are somebody else's or listed for somebody else."""
    claims = [
        claim
        for row in system.tenants
        for part in PARTS
        for one in row.get(part.option, ())
        if (claim := _claim(part, one, f"belongs to tenant '{row['name']}'"))
    ]
    for tenant in asked:
        name = str(tenant["name"])
        for part in PARTS:
            standing = system.tenant(name).get(part.option, ())
            for sentence in _part_problems(part, tenant.get(part.option, ()), standing, name, claims):
                yield f"Tenant '{name}': {sentence}"


def _part_problems(part: NetworkPart, items: Rows, standing: Rows, name: str, claims: list[Claim]) -> Iterable[str]:
    checked: list[Item] = []
    for item in items:
        try:
            texts = {
                name: value if value is None or name in part.allows else str(value) for name, value in item.items()
            }
            checked.append(checked_item(part, texts))
        except VrgError as error:
            yield f"{error.message} {error.hint}"
    for doubled in part.doubles(checked, ()):
        yield f"{doubled.message} {doubled.hint}"
    for wanted in checked:
        if any(part.means(wanted, row) and wanted.get("network") in (None, row["network"]) for row in standing):
            continue
        if not wanted.get("network"):
            yield f"{part.label(wanted)} needs a network, because the tenant does not have it yet."
        elif asks := _claim(part, wanted, f"is listed for tenant '{name}'"):
            yield from _taken(part.label(wanted), asks, claims)
            claims.append(asks)


def _claim(part: NetworkPart, row: Row, whose: str) -> Claim | None:
    """None for a layer-2 network, and for an address that the platform has yet to choose."""
    try:
        block = ip_network(row.get("cidr") or row.get("ip") or "", strict=False)
    except ValueError:
        return None
    return Claim(part.option, str(row["network"]), block, whose)


def _taken(label: str, asks: Claim, claims: Sequence[Claim]) -> Iterable[str]:
    other = next((claim for claim in claims if claim.meets(asks)), None)
    if other and other.block == asks.block:
        yield f"{label} on network '{asks.network}' already {other.whose}."
    elif other:
        yield f"{label} on network '{asks.network}' overlaps {other.block}, which {other.whose}."
