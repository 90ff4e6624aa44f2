# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has what on networks, found by what it overlaps: a list of thousands must not compare each with each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from typing import Any, Union

Block = Union[IPv4Network, IPv6Network]
#: A block as what can be looked up: its version, its length, and its leading bits.
_Place = tuple[int, int, int]


@dataclass(frozen=True)
class Claim:
    """What somebody has on a network: a block, or an address as a block of one. ``owner`` is ``table/key``, or empty,
    and ``belongs`` says it in words; ``is_external`` says that its network leads outside, where no address can be there
    twice."""

    block: Block
    network: Any
    is_external: bool
    label: str
    owner: str
    belongs: str


class Claims:
    """Claims in their order, by where they are."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self._all: list[Claim] = []
        self._at: dict[_Place, list[int]] = {}
        self._within: dict[_Place, list[int]] = {}
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        number = len(self._all)
        self._all.append(claim)
        place, *wider = _places(claim.block)
        self._at.setdefault(place, []).append(number)
        for one in wider:
            self._within.setdefault(one, []).append(number)

    def overlapping(self, block: Block) -> list[Claim]:
        """The claims that hold the block, are it, or are within it."""
        place, *wider = _places(block)
        numbers = [*self._within.get(place, ()), *self._at.get(place, ())]
        for one in wider:
            numbers += self._at.get(one, ())
        return [self._all[number] for number in sorted(numbers)]


def _places(block: Block) -> Iterator[_Place]:
    """The block, and each wider one that holds it."""
    bits, size = int(block.network_address), block.max_prefixlen
    for length in range(block.prefixlen, -1, -1):
        yield block.version, length, bits >> (size - length)
