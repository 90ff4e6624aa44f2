# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What never works, whatever room there is: references to nothing, and sizes that the platform cannot start or hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ._estate import Limits, Row, System, allocation, cluster_of, figure, named, own_node

_SMALLEST_NODE_GB = 2
#: The tiers that tenants may be given; tier 0 holds metadata.
_TENANT_TIERS = range(1, 6)


def problems(asked: Sequence[Row], system: System, limits: Limits) -> list[str]:
    """A sentence for each thing in the list that cannot work."""
    found = [sentence for tenant in asked for sentence in _problems(tenant, system, limits)]
    if limits.default_cluster and not system.cluster(limits.default_cluster):
        found.insert(0, f"There is no cluster '{limits.default_cluster}' that could be the default.")
    return found


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
