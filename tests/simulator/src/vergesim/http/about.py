"""What the platform says about itself: its version, its index, a table's schema (docs/platform.md#1.1)."""

from __future__ import annotations

from typing import Any

from vergesim.schema import TABLES
from vergesim.world import World


def version(world: World) -> dict[str, str]:
    """`/version.json`."""
    return {"version": world.release.yb_version}


def index() -> list[dict[str, str]]:
    """`/api/v4`: the tables and views that there are."""
    return [{"name": table.name, "type": "view" if table.view else "table"} for table in TABLES.values()]


def schema(table: str) -> dict[str, Any]:
    """`<table>/$table`: the declared columns."""
    return {
        "name": table,
        "fields": [
            {
                "name": column.name,
                "type": column.kind,
                "required": column.required,
                "readonly": column.access == "ro",
                "default": None if column.access == "secret" else column.default,
                "list": list(column.choices),
                "table": column.table,
            }
            for column in TABLES[table].columns
        ],
    }
