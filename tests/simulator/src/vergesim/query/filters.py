"""Filters: which rows a read answers (docs/platform.md#2.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vergesim.query.matching import Predicate, comparing
from vergesim.query.paths import Getter, follow, own
from vergesim.query.projection import Projection
from vergesim.query.syntax import Chain, Comparison, Step, Term, parse_filter
from vergesim.refusal import invalid_argument
from vergesim.schema import Row
from vergesim.world import World


@dataclass(frozen=True)
class Filter:
    """A compiled filter. `required` are comparisons that every answered row fulfils."""

    matches: Predicate
    required: tuple[Comparison, ...]


@lru_cache(maxsize=2048)
def compile_filter(table: str, text: str, aliases: Projection | None, loose: bool, refuse: bool) -> Filter:
    """Compile a filter for a table. Names resolve as own column, alias of the projection, traversal."""
    term = parse_filter(text)
    return Filter(_term(table, term, aliases, loose, refuse), tuple(_required(term)))


def _required(term: Term) -> Iterable[Comparison]:
    if isinstance(term, Comparison):
        yield term
    elif all(conjunction for conjunction, _ in term.others):
        for each in (term.first, *(other for _, other in term.others)):
            yield from _required(each)


def _term(table: str, term: Term, aliases: Projection | None, loose: bool, refuse: bool) -> Predicate:
    if isinstance(term, Chain):
        return _chain(table, term, aliases, loose, refuse)
    return _comparison(table, term, aliases, loose, refuse)


def _chain(table: str, chain: Chain, aliases: Projection | None, loose: bool, refuse: bool) -> Predicate:
    first = _term(table, chain.first, aliases, loose, refuse)
    others = [(conjunction, _term(table, term, aliases, loose, refuse)) for conjunction, term in chain.others]

    def match(world: World, row: Row) -> bool:
        result = first(world, row)
        for conjunction, term in others:
            # Only a term that can still change the result needs to be looked at.
            if result is conjunction:
                result = term(world, row)
        return result

    return match


def _comparison(
    table: str, term: Comparison, aliases: Projection | None, loose: bool, refuse: bool
) -> Predicate:
    getter = _left(table, term.path, aliases)
    if getter is None:
        if refuse:
            raise invalid_argument()
        return lambda world, row: False
    return comparing(table, term, getter, loose)


def _left(table: str, path: tuple[str, ...], aliases: Projection | None) -> Getter | None:
    if len(path) > 1:
        alias = aliases.getter("#".join(path)) if aliases else None
        return alias or follow(table, tuple(Step(name) for name in path))
    return own(table, path[0]) or (aliases.getter(path[0]) if aliases else None)
