# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""On which network of the host an item is, or may be made: for one tenant's task and for a list of tenants alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Optional

from .._model.conditions import Row
from .._model.errors import VrgError
from .._model.plan import Refusal
from .._model.query import Reader
from .._model.selectors import known, pick
from .._tables.networks import NETWORK, RESERVED
from .._tables.tenant_networks import Item, NetworkPart


def placed(
    part: NetworkPart, items: Sequence[Item], own: Sequence[Row], networks: Sequence[Row]
) -> Iterator[tuple[Item, Optional[Row]]]:
    """Each item with the row of the tenant's ``own`` that it means, or None. Raises VrgError where two mean one."""
    met: list[Any] = []
    for item in items:
        row = part.find(item, own, networks)
        if row is not None:
            if row["$key"] in met:
                raise part.doubled(row, item)
            met.append(row["$key"])
        yield item, row


def target(reader: Reader, part: NetworkPart, item: Item, tenant: Row, networks: Sequence[Row]) -> Row:
    """The network that an item is to be made on. Raises VrgError where it names none that can be had."""
    text = item.get("network")
    if not text:
        raise VrgError(
            f"Creating {part.label(item)} of tenant '{tenant['name']}' needs a network.",
            hint="Add network to the item.",
        )
    row = pick("network", networks, text, key=True)
    if row is None:
        raise VrgError(
            f"There is no network '{text}'.",
            hint=f"Use the name of one of the host's networks. {known(reader, NETWORK, text)}".strip(),
        )
    if row["type"] in RESERVED:
        raise VrgError(
            f"Network '{row['name']}' is reserved for the platform itself.", hint="Use an external or internal one."
        )
    if row["$key"] == tenant["network_key"]:
        raise VrgError(
            f"Network '{row['name']}' is the tenant's own, which is inside of it.",
            hint="Use an external or internal network of the host.",
        )
    return row


def elsewhere(part: NetworkPart, item: Item, network: Row, tenant: Row, own: Sequence[Row]) -> Iterator[Refusal]:
    """What speaks against making the item: the tenant has that address or block already, on another network."""
    for row in own:
        if part.address and item.get(part.address) and part.means(item, row):
            yield Refusal(
                f"The {part.label(item)} of tenant '{tenant['name']}' is on network '{row['network']}', not on "
                f"'{network['name']}'.",
                "Remove it there first.",
                liftable=True,
            )
