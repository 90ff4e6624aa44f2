# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The addresses, blocks and networks of a whole list of tenants: each by itself, each beside what stands, and the
list's own among each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Optional, Union

from .._model.conditions import Row
from .._model.errors import VrgError
from .._model.plan import Refusal
from .._tables.tenant_networks import PARTS, Item, NetworkPart
from .addresses import checked, claim_of, objections, overlapping, read_claims
from .estate import Estate, Wanted
from .placing import elsewhere, placed, target

Fault = Union[Refusal, VrgError]

#: How a switch that is on may be written where no module has read it.
_ON = ("true", "yes", "on", "y", "t", "1")


def said(where: str, tenant: str, fault: Fault) -> str:
    """A fault in the words of its module, after ``where`` unless these name the tenant already."""
    sentence = f"{fault.message} {fault.hint}".strip()
    return sentence if f"tenant '{tenant}'" in fault.message else f"{where}: {sentence}"


def address_problems(asked: Sequence[Wanted], estate: Estate) -> Iterator[str]:
    """A sentence for each item that makes no sense, or cannot be had."""
    made: list[tuple[Wanted, NetworkPart, Item, Row]] = []
    estate = replace(estate, networks=_named(asked, estate.networks))
    for wanted in asked:
        for part in PARTS:
            for fault in _faults(part, wanted, estate, made):
                yield said(f"Tenant '{wanted.name}'", wanted.name, fault)
    if not made:
        return
    claims = read_claims(estate.reader, list(dict.fromkeys(network["$key"] for *_rest, network in made)))
    for wanted, part, item, network in made:
        for refusal in objections(part, item, network, claims, wanted.owner):
            yield said(f"Tenant '{wanted.name}'", wanted.name, refusal)
        claim = claim_of(part, item, network, wanted.owner, wanted.name)
        if claim is not None:
            claims.add(claim)


def _named(asked: Sequence[Wanted], networks: Optional[Sequence[Row]]) -> Optional[Sequence[Row]]:
    """The networks that a list can mean: a system of thousands has as many of its tenants' own."""
    if networks is None:
        return None
    texts = {str(item.get("network")) for wanted in asked for items in wanted.items.values() for item in items}
    return [row for row in networks if str(row["name"]) in texts or str(row["$key"]) in texts]


def _faults(
    part: NetworkPart, wanted: Wanted, estate: Estate, made: list[tuple[Wanted, NetworkPart, Item, Row]]
) -> Iterator[Fault]:
    """What is wrong with a tenant's items by themselves; those that will be made go to ``made``."""
    items = []
    for item in wanted.items[part.option]:
        try:
            items.append(checked(part, _as_text(part, item)))
        except VrgError as error:
            yield error
    networks = estate.networks or ()
    try:
        yield from part.doubles(items, networks)
        if part.option == "network_blocks":
            yield from overlapping(items)
        if estate.networks is None:
            return
        tenant = wanted.there or {"$key": 0, "name": wanted.name, "network_key": None}
        own = part.own(tenant["$key"], estate.owned.get(part.option, {}).get(wanted.owner, ()))
        for item, row in placed(part, items, own, networks):
            if row is None:
                yield from _new(part, item, tenant, own, wanted, estate, made)
    except VrgError as error:
        yield error


def _new(
    part: NetworkPart,
    item: Item,
    tenant: Row,
    own: Sequence[Row],
    wanted: Wanted,
    estate: Estate,
    made: list[tuple[Wanted, NetworkPart, Item, Row]],
) -> Iterator[Fault]:
    try:
        network = target(estate.reader, part, item, tenant, estate.networks or ())
    except VrgError as error:
        yield error
        return
    yield from elsewhere(part, item, network, tenant, own)
    if part.address and item.get(part.address):
        made.append((wanted, part, item, network))


def _as_text(part: NetworkPart, item: Item) -> dict[str, Any]:
    """An item as its module would be given it: YAML reads a name of digits as a number."""
    given = {name: value for name, value in item.items() if value is not None}
    return {
        name: str(value).strip().lower() in _ON if name in part.allows else str(value) for name, value in given.items()
    }
