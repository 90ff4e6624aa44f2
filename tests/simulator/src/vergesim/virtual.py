"""Tables that have no rows of their own: histories and views, computed when they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from vergesim.schema import Row
from vergesim.world import World


@dataclass(frozen=True)
class Scope:
    """What a read wants of a computed table: one parent or all, from when to when (Unix seconds)."""

    parent: int | None = None
    low: int = 0
    high: int = 0
    newest_first: bool = True


Provider = Callable[[World, Scope], Iterable[Row]]

VIRTUAL: dict[str, Provider] = {}
