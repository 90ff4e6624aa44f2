# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_cluster_info`` tells of clusters, however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api import Api, Query, Row
from .._references import named, pick
from .cluster import CLUSTER
from .cluster_tier import EMBEDDED, existing, real_tiers, view


def gather(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The clusters, by name; one request, and one more to know which of their tiers exist."""
    fields = f"{CLUSTER.fields},{EMBEDDED}" if params["include_tiers"] else CLUSTER.fields
    rows = sorted(_rows(api, params["name"], fields), key=lambda row: str(row["name"]))
    clusters = [CLUSTER.view(row) for row in rows]
    if params["include_tiers"] and rows:
        numbers = real_tiers(api)
        for cluster, row in zip(clusters, rows):
            cluster["tiers"] = [view(tier) for tier in existing(row["tiers"] or [], numbers)]
    return {"clusters": clusters}


def _rows(api: Api, text: Any, fields: str) -> list[Row]:
    if text is None:
        return api.read(Query(CLUSTER.table, "", fields))
    found = pick("cluster", api.read(Query(CLUSTER.table, named(text, key=True), fields)), text, key=True)
    return [found] if found else []
