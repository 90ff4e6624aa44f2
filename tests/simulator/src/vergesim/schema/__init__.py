"""Every table of the simulator, declared as data."""

from __future__ import annotations

from vergesim.schema import (
    alarms,
    billing,
    compute,
    content,
    events,
    hardware,
    host_actions,
    identity,
    networks,
    overview,
    recipes,
    snapshots,
    storage,
    tags,
    tenants,
    updates,
)
from vergesim.schema.columns import Column, Key, Row, Table

TABLES: dict[str, Table] = {
    table.name: table
    for module in (
        compute,
        hardware,
        host_actions,
        storage,
        tenants,
        networks,
        content,
        recipes,
        snapshots,
        identity,
        tags,
        alarms,
        events,
        updates,
        billing,
        overview,
    )
    for table in module.TABLES
}

__all__ = ["TABLES", "Column", "Key", "Row", "Table"]
