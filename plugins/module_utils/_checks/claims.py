# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has what on networks, found by what it overlaps: a list of thousands must not compare each with each."""

from __future__ import annotations

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable
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
    """Claims in their order, by where they are. Blocks are within one another, or have nothing in common."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self._all: list[Claim] = []
        self._at: dict[_Place, list[int]] = defaultdict(list)
        #: The lengths that there are, and where claims begin, of each version.
        self._lengths: dict[int, set[int]] = defaultdict(set)
        self._starts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        block, number = claim.block, len(self._all)
        self._all.append(claim)
        self._at[_place(block, block.prefixlen)].append(number)
        self._lengths[block.version].add(block.prefixlen)
        insort(self._starts[block.version], (int(block.network_address), number))

    def overlapping(self, block: Block) -> list[Claim]:
        """The claims that hold the block, are it, or are within it."""
        wider = [length for length in self._lengths[block.version] if length <= block.prefixlen]
        numbers = {number for length in wider for number in self._at.get(_place(block, length), ())}
        starts = self._starts[block.version]
        first, last = int(block.network_address), int(block.broadcast_address)
        numbers.update(number for _start, number in starts[bisect(starts, (first,)) : bisect(starts, (last + 1,))])
        return [self._all[number] for number in sorted(numbers)]


def _place(block: Block, length: int) -> _Place:
    """The block of a length that is it, or holds it."""
    return block.version, length, int(block.network_address) >> (block.max_prefixlen - length)
