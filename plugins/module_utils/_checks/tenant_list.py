# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a list of tenants asks for, and what of it never works, whatever room there is: entries that make no sense,
references to nothing, sizes that the platform cannot start or hold, and addresses that are not free.

Each fault has the sentence of the module that would find it, with the tenant before it where that does not name it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from .._model.conditions import Row
from .._model.errors import VrgError
from .._model.resource import Resource
from .._model.selectors import is_uuid, pick, reference
from .._tables.clusters import no_cluster
from .._tables.nodes import NODE
from .._tables.suspensions import suspended_since
from .._tables.tenant_networks import PARTS, Item
from .._tables.tenant_nodes import TENANT_NODE
from .._tables.tenant_snapshots import TENANT_SNAPSHOT, retention_of
from .._tables.tenant_storage import TENANT_STORAGE, TENANT_TIERS
from .._tables.tenants import TENANT, no_such_uuid, wrong_uuid
from .._tables.tiers import no_tier
from .address_list import Fault, address_problems, said
from .estate import Estate, Wanted, cluster_of, node_of
from .sizes import has_cluster, loses_data, most_of, never_starts, no_room_on_any, subject_of, takers, takes_none


@dataclass(frozen=True)
class Listed:
    """The list as it can be compared, and what is wrong with the entries that cannot."""

    tenants: Sequence[Wanted]
    flaws: Sequence[str]


def read_list(asked: Sequence[Mapping[str, Any]], estate: Estate) -> Listed:
    """The tenants of a list, with what stands of them. Entries without a size that can be counted are left out."""
    flaws: list[str] = []
    tenants = [_wanted(tenant, estate, flaws) for tenant in asked]
    return Listed(tenants, flaws)


def problems(listed: Listed, estate: Estate, default_cluster: Optional[str], stated: Collection[str] = ()) -> list[str]:
    """A sentence for each thing in the list that cannot work.

    ``stated`` names the tenants that say their state themselves, and so may be started although they are suspended.
    """
    found = [
        *_doubles(listed.tenants),
        *(sentence for wanted in listed.tenants for sentence in _tenant_problems(wanted, stated)),
        *listed.flaws,
        *(sentence for wanted in listed.tenants for sentence in _part_problems(wanted, estate, default_cluster)),
        *address_problems(listed.tenants, estate),
    ]
    if default_cluster and not estate.cluster(default_cluster):
        found.insert(0, f"There is no cluster '{default_cluster}' that could be the default.")
    return found


# Entries.


def _text(value: Any) -> str:
    return str(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(f"{value} is not a number")
    return float(value)


def _whole(value: Any) -> int:
    number = _number(value)
    if not number.is_integer():
        raise ValueError(f"{value} is not a whole number")
    return int(number)


#: What an entry must have, each with what reads it, and how that is called.
_READ: dict[Callable[[Any], Any], str] = {_text: "text", _number: "a number", _whole: "a whole number"}
_NEEDED: dict[str, tuple[Resource, dict[str, Callable[[Any], Any]]]] = {
    "nodes": (TENANT_NODE, {"name": _text, "cpu_cores": _whole, "ram_gb": _number}),
    "storage": (TENANT_STORAGE, {"tier": _whole, "provisioned_gb": _whole}),
}


def _wanted(tenant: Mapping[str, Any], estate: Estate, flaws: list[str]) -> Wanted:
    name = str(tenant["name"])
    there = None
    try:
        there = estate.tenant(name)
    except VrgError as error:
        flaws.append(said(f"Tenant '{name}'", name, error))
    if tenant["state"] == "running" and not tenant.get("nodes") and not estate.tenants_nodes(there):
        flaws.append(f"Tenant '{name}' is to run, and has no node: list one, or give it the state 'present'.")
    flaws += [said(f"Tenant '{name}'", name, error) for error in TENANT.beyond(tenant, "name")]
    flaws += [
        said(f"Tenant '{name}', initial_snapshot", name, error)
        for error in _snapshot_flaws(tenant.get("initial_snapshot"))
    ]
    nodes, storage = (_entries(tenant, name, option, flaws) for option in _NEEDED)
    items = {part.option: tenant.get(part.option) or () for part in PARTS}
    return Wanted(name, str(tenant["state"]), there, nodes, storage, items, tenant.get("uuid"))


def _entries(tenant: Mapping[str, Any], name: str, option: str, flaws: list[str]) -> list[Item]:
    """The entries of a list of the tenant that have all that they need, within the limits of the module."""
    whole = []
    for number, entry in enumerate(tenant.get(option) or (), 1):
        given = {key: value for key, value in entry.items() if value is not None}
        wrong = list(_flaws_of(given, *_NEEDED[option]))
        flaws += [said(f"Tenant '{name}', entry {number} of {option}", name, error) for error in wrong]
        if not wrong:
            whole.append({**given, **{key: read(given[key]) for key, read in _NEEDED[option][1].items()}})
    return whole


def _snapshot_flaws(snapshot: Optional[Item]) -> Iterator[VrgError]:
    if not snapshot:
        return
    yield from TENANT_SNAPSHOT.beyond(snapshot)
    try:
        retention_of(snapshot["retention"])
    except VrgError as error:
        yield error


def _flaws_of(entry: Item, resource: Resource, needed: Mapping[str, Callable[[Any], Any]]) -> Iterator[VrgError]:
    for name, read in needed.items():
        if name not in entry:
            yield VrgError(f"{name} is missing.")
            continue
        try:
            resource[name].check(resource.kind, read(entry[name]))
        except (TypeError, ValueError):
            yield VrgError(f"{name} '{entry[name]}' is not {_READ[read]}.")
        except VrgError as error:
            yield error
    yield from resource.beyond(entry, *needed)


# The tenant itself.


def _doubles(asked: Sequence[Wanted]) -> Iterator[str]:
    """Tenants that are listed more than once, be it by name and by uuid."""
    meant: dict[str, list[str]] = defaultdict(list)
    for wanted in asked:
        meant[str(wanted.there["name"]) if wanted.there else wanted.name].append(wanted.name)
    for name, texts in meant.items():
        if len(texts) > 1:
            others = "".join(f", also as '{text}'" for text in sorted({*texts} - {name}))
            yield f"Tenant '{name}' is listed {len(texts)} times{others}."


def _tenant_problems(wanted: Wanted, stated: Collection[str]) -> Iterator[str]:
    name = wanted.name
    if not name.strip():
        yield "There is a tenant with an empty name."
        return
    try:
        TENANT["name"].check("tenant", name)
    except VrgError as error:
        yield said(f"Tenant '{name}'", name, error)
    fault = None
    if wanted.uuid is not None:
        fault = wrong_uuid(wanted.there, name, wanted.uuid)
    elif wanted.there is None and is_uuid(name):
        fault = no_such_uuid(name)
    if fault:
        yield said(f"Tenant '{name}'", name, fault)
    since = suspended_since(wanted.there) if wanted.there else None
    if since and name not in stated:
        yield (
            f"Tenant '{name}' is suspended, as its note says ({since}). Resume it with the role tenant_offboard, or "
            "give its entry in the list a state."
        )


# Nodes and storage.


def _part_problems(wanted: Wanted, estate: Estate, default_cluster: Optional[str]) -> Iterator[str]:
    rows = estate.tenants_nodes(wanted.there)
    for node in wanted.nodes:
        there = node_of(rows, node["name"])
        for fault in (*_references(node, estate), *_sizes(node, there, estate, default_cluster)):
            yield said(f"Tenant '{wanted.name}', node '{node['name']}'", wanted.name, fault)
    for storage in wanted.storage:
        for fault in _storage_problems(storage, wanted, estate):
            yield said(f"Tenant '{wanted.name}', tier {storage['tier']}", wanted.name, fault)


def _references(node: Item, estate: Estate) -> Iterator[Fault]:
    for option in ("cluster", "failover_cluster"):
        try:
            has_cluster(node if option == "cluster" else {})
            if node.get(option) and pick("cluster", estate.clusters, str(node[option]), key=True) is None:
                yield no_cluster(estate.reader, str(node[option]), option)
        except VrgError as error:
            yield error
    if node.get("preferred_node"):
        try:
            reference(estate.reader, NODE.only("name"), estate.hosts, str(node["preferred_node"]))
        except VrgError as error:
            yield error


def _sizes(node: Item, there: Optional[Row], estate: Estate, default_cluster: Optional[str]) -> Iterator[Fault]:
    """What speaks against a node of that size in its cluster; of one that stands like that, nothing."""
    name = cluster_of(node, there, estate, default_cluster)
    cluster = estate.cluster(name)
    if name and cluster is None:
        return
    ram_gb, cores = node["ram_gb"], node["cpu_cores"]
    if there and (there["cluster"], there["cpu_cores"]) == (name, cores):
        if there["ram_mb"] == TENANT_NODE["ram_gb"].encoded(ram_gb):
            return
    elif cluster and (there is None or there["cluster"] != name):
        yield from takes_none(cluster)
    found = never_starts(most_of([cluster] if cluster else takers(estate.clusters)), ram_gb, cores)
    yield from found
    if cluster and not found:
        yield from no_room_on_any(cluster, estate.hosts_of(str(cluster["name"])), ram_gb)


def _storage_problems(storage: Item, wanted: Wanted, estate: Estate) -> Iterator[Fault]:
    tier = storage["tier"]
    if tier not in TENANT_TIERS or tier not in (int(row["tier"]) for row in estate.tiers):
        yield no_tier(estate.tiers, tier)
    row = estate.allocation(wanted.there, tier)
    for guard in loses_data(subject_of(tier, wanted.name), row, storage) if row else ():
        refusal = guard.refusal([row] if row else [])
        if refusal:
            # A list has no option that lifts it, as the hint says.
            yield VrgError(refusal.message)
