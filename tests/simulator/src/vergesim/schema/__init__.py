"""Every table of the simulator, declared as data."""

from __future__ import annotations

from vergesim.schema import compute, content, devices, host_actions, identity, networks, storage, tenants
from vergesim.schema.columns import Column, Key, Row, Table

TABLES: dict[str, Table] = {
    table.name: table
    for module in (compute, storage, tenants, networks, content, identity, host_actions, devices)
    for table in module.TABLES
}

__all__ = ["TABLES", "Column", "Key", "Row", "Table"]
