# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_node_info`` returns of nodes, however many there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._checks.drain import can_be_looked_at, drain_of, lost_tiers
from .._model.conditions import ALL, Condition, Row, all_of
from .._model.query import Query, Reader
from .._model.selectors import candidates, is_key, named, pick, reference, row_key
from .._tables.clusters import CLUSTER
from .._tables.nodes import NODE, view

GATHER = ["drain"]


def gather(reader: Reader, params: Mapping[str, Any]) -> dict[str, Any]:
    """The nodes, by name; one request. With ``drain`` two more at most: whether they can be drained."""
    name, cluster, drain = params["name"], params["cluster"], "drain" in params["gather"]
    # Where a machine can go is a question to the nodes beside the one that is named.
    which = ALL if name is None or drain else named(NODE, name, key=True)
    read = reader.read(Query(NODE, all_of(_in_cluster(cluster), which)))
    rows = read if cluster is None else _of_cluster(reader, read, cluster)
    if name is not None:
        found = pick("node", rows, name, key=True)
        rows = [found] if found else []
    rows = sorted(rows, key=lambda row: str(row["name"]))
    drains = _drains(reader, rows, read) if drain else [{} for _row in rows]
    return {"nodes": [{**view(row), **more} for row, more in zip(rows, drains)]}


def _in_cluster(text: Optional[str]) -> Condition:
    if text is None:
        return ALL
    by_name = NODE["cluster"].eq(text)
    return by_name | NODE["cluster_key"].eq(int(text)) if is_key(text) else by_name


def _of_cluster(reader: Reader, rows: list[Row], text: str) -> list[Row]:
    """The rows of the cluster that the text means; the cluster itself is asked for only where no row has its name."""
    by_name = [row for row in rows if row["cluster"] == text]
    if by_name:
        return by_name
    clusters = CLUSTER.only("name")
    meant = reference(reader, clusters, candidates(reader, clusters, [text]), text)
    return [row for row in rows if row_key(row["cluster_key"]) == meant.key]


def _drains(reader: Reader, rows: Sequence[Row], nodes: Sequence[Row]) -> list[dict[str, Any]]:
    """The drain of each row, null where the node is down or in no cluster."""
    judged = [row for row in rows if can_be_looked_at(row)]
    lost = lost_tiers(reader, {row_key(row["cluster_key"]): None for row in judged}) if judged else []
    return [{"drain": drain_of(row, nodes, lost).view() if can_be_looked_at(row) else None} for row in rows]
