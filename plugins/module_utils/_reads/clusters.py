# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_cluster_info`` returns of clusters, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._model.conditions import Row
from .._model.query import Query, Reader
from .._model.resource import Resource
from .._model.selectors import named, pick
from .._tables.clusters import CLUSTER, CLUSTER_WITH_TIERS, cluster_view
from .._tables.tiers import IS_AILING, IS_FULL, cluster_tier_view, existing, real_tiers

#: Health, from best to worst, with the states that mean it (docs/platform.md#3.2). The words are those of the SDK.
_HEALTH = {"healthy": "online", "degraded": "warning", "critical": "error", "offline": "offline"}
_WORSE = list(_HEALTH)


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """The clusters, by name; one request, and one more to know which of their tiers exist."""
    with_tiers = params["include_tiers"]
    rows = _rows(reader, CLUSTER_WITH_TIERS if with_tiers else CLUSTER, params["name"])
    rows.sort(key=lambda row: str(row["name"]))
    if not with_tiers or not rows:
        return {"clusters": [cluster_view(row) for row in rows]}
    numbers = real_tiers(reader)
    return {"clusters": [_vsan_view(row, existing(row["tiers"] or [], numbers)) for row in rows]}


def _rows(reader: Reader, resource: Resource, text: Optional[str]) -> list[Row]:
    if text is None:
        return list(reader.read(Query(resource)))
    found = pick("cluster", reader.read(Query(resource, named(resource, text, key=True))), text, key=True)
    return [found] if found else []


def _vsan_view(row: Row, tiers: Sequence[Row]) -> dict[str, Any]:
    """A cluster with its tiers as users see it."""
    return {**cluster_view(row), "health": _health(row, tiers), "tiers": [cluster_tier_view(tier) for tier in tiers]}


def _health(row: Row, tiers: Sequence[Row]) -> Optional[str]:
    """The worst that the cluster's own state and its tiers say; null where nothing is known."""
    found = [_of_state(row["state"]), *map(_of_tier, tiers)]
    known = [word for word in found if word is not None]
    return max(known, key=_WORSE.index, default=None)


def _of_tier(tier: Row) -> Optional[str]:
    signs = [_of_state(tier["state"]), "critical" if IS_FULL.matches(tier) else None]
    signs.append("degraded" if IS_AILING.matches(tier) else None)
    return max((sign for sign in signs if sign is not None), key=_WORSE.index, default=None)


def _of_state(state: Any) -> Optional[str]:
    return next((word for word, meant in _HEALTH.items() if meant == state), None)
