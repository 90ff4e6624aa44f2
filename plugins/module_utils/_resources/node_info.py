# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_node_info`` tells of nodes, however many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._api import Api, Row, all_of, any_of, equals
from .._references import named, pick, read_named, reference
from .._units import is_number
from .node import node_query, view


def gather(api: Api, params: Mapping[str, Any]) -> dict[str, Any]:
    """The nodes, by name; one request."""
    name, cluster = params["name"], params["cluster"]
    rows = api.read(node_query(all_of(_in_cluster(cluster), named(name, key=True) if name is not None else "")))
    if cluster is not None:
        rows = _of_cluster(api, rows, cluster)
    if name is not None:
        found = pick("node", rows, name, key=True)
        rows = [found] if found else []
    return {"nodes": [view(row) for row in sorted(rows, key=lambda row: str(row["name"]))]}


def _in_cluster(text: Any) -> str:
    if text is None:
        return ""
    terms = [equals("cluster#name", text)]
    if is_number(text):
        terms.append(equals("cluster", int(text)))
    return any_of(*terms)


def _of_cluster(api: Api, rows: list[Row], text: str) -> list[Row]:
    """The rows of the cluster that the text means; the cluster itself is asked for only where no row has its name."""
    by_name = [row for row in rows if row["cluster"] == text]
    if by_name:
        return by_name
    meant = reference("cluster", read_named(api, "clusters", [text]), text)
    return [row for row in rows if row["cluster_key"] == meant.key]
