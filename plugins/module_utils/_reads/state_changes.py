# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States of tenants, nodes and tiers, and what became of them between two readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Callable, Optional

from .._model.conditions import ALL, Condition, Row
from .._model.query import Query
from .._model.resource import Resource
from .._tables.tenants import IS_TENANT
from .._tables.tiers import tier_view
from .._tables.watched import CLUSTER_TIER_STATE, NODE_STATE, TENANT_NODE_STATE, TENANT_STATE, TIER_STATE
from .events import Event, Origin, in_batches

#: For how long it is remembered that something is gone, in seconds.
_REMEMBERED = 30 * 86_400
Item = dict[str, Any]


@dataclass(frozen=True)
class Watched:
    """A kind of thing with a state: its rows, what tells one from another, and the columns that are its state.

    ``identity`` are row keys; ``watched`` are keys of the view. ``never_empty`` says that every system has some.
    """

    kind: str
    resource: Resource
    identity: tuple[str, ...]
    watched: tuple[str, ...]
    name: str = "name"
    tenant: str = ""
    uuid: str = ""
    where: Condition = ALL
    view: Optional[Callable[[Row], dict[str, Any]]] = None
    never_empty: bool = False
    #: How the log names an object of the kind.
    word: str = ""

    @property
    def query(self) -> Query:
        return Query(self.resource, self.where)

    def item(self, row: Row) -> Item:
        """What is remembered of a row. Figures are whole: a share that moves by a tenth is no news."""
        shown = (self.view or self.resource.view)(row)
        state = {name: int(shown[name]) if isinstance(shown[name], float) else shown[name] for name in self.watched}
        about = {
            name: row[column] if column else None for name, column in (("tenant", self.tenant), ("uuid", self.uuid))
        }
        return {"name": str(shown[self.name]), "key": row["$key"], **about, "state": state}


#: What ``kinds`` may name beside logs and alarms.
STATES: dict[str, tuple[Watched, ...]] = {
    "tenants": (
        Watched(
            "tenant",
            TENANT_STATE,
            ("uuid",),
            ("status", "running", "isolated"),
            tenant="name",
            uuid="uuid",
            where=IS_TENANT,
            word="tenant",
        ),
    ),
    "tenant_nodes": (
        # Keys are given to others once a node is gone (docs/platform.md#1.5).
        Watched(
            "tenant_node",
            TENANT_NODE_STATE,
            ("tenant_uuid", "$key"),
            ("status", "running", "host"),
            tenant="tenant",
            where=TENANT_NODE_STATE["is_snapshot"].ne(True),
            word="tenant",
        ),
    ),
    "nodes": (
        Watched(
            "node",
            NODE_STATE,
            ("$key",),
            ("status", "running", "maintenance", "need_restart", "restart_reason", "vsan_connected"),
            never_empty=True,
            word="node",
        ),
    ),
    "tiers": (
        Watched(
            "tier", TIER_STATE, ("tier",), ("used_percent", "capacity_gb"), "tier", view=tier_view, never_empty=True
        ),
        # Before 26.2, a fault of the vSAN is not reliably an alarm (docs/platform.md#3.21).
        Watched("cluster_tier", CLUSTER_TIER_STATE, ("cluster", "tier"), ("status", "redundant", "bad_drives"), "tier"),
    ),
}


def items(watched: Watched, rows: Sequence[Row]) -> dict[str, Item]:
    """What is remembered of the rows, by what tells them apart."""
    return {"/".join(str(row[key]) for key in watched.identity): watched.item(row) for row in rows}


def is_answer(found: Mapping[str, Item], watched: Watched, known: Mapping[str, Item]) -> bool:
    """Whether it can be so: of what every system has, none at all is a fault of the reading."""
    return bool(found) or not (watched.never_empty and known)


def begin(found: Mapping[str, Item], initial: bool, now: int) -> dict[str, Item]:
    """What is known when reading begins; nothing where ``initial`` says that all is to be reported."""
    return {} if initial else {each: {**item, "since": now} for each, item in found.items()}


def transitions(
    origin: Origin,
    watched: Watched,
    known: dict[str, Item],
    found: Mapping[str, Item],
    now: int,
    said: Mapping[tuple[str, str], dict[str, Any]],
) -> Iterator[list[Event]]:
    """What has changed from ``known`` to ``found``; it is known when more is asked for.

    ``said`` has the newest row of the log about an object, by its kind and its name.
    """
    gone = {each: {**item, "state": None} for each, item in known.items() if each not in found}
    after = {**found, **gone}
    changed = [each for each, item in after.items() if _state(known.get(each)) != item["state"]]
    for batch in in_batches(changed):
        yield [_event(origin, watched, each, known.get(each), after[each], now, said) for each in batch]
        known.update((each, {**after[each], "since": now}) for each in batch)
    # Names change without a change of state.
    known.update((each, {**item, "since": known[each]["since"]}) for each, item in found.items())
    for each in [each for each, item in known.items() if item["state"] is None and item["since"] < now - _REMEMBERED]:
        del known[each]


def _state(item: Optional[Item]) -> Optional[dict[str, Any]]:
    return item["state"] if item else None


def _event(
    origin: Origin,
    watched: Watched,
    identity: str,
    was: Optional[Item],
    item: Item,
    now: int,
    said: Mapping[tuple[str, str], dict[str, Any]],
) -> Event:
    old, new = _state(was), item["state"]
    changed = [name for name in watched.watched if (old or {}).get(name) != (new or {}).get(name)]
    about = {name: item[name] for name in ("name", "key", "uuid", "tenant")}
    return origin.event(
        watched.kind,
        # With the time since when it has been as it was: it may become so again.
        [watched.resource.table, identity, old, new, was["since"] if was else None],
        now,
        **about,
        old=old,
        new=new,
        changed=changed,
        log=said.get((watched.word, item["tenant"] or item["name"])) if watched.word else None,
    )
