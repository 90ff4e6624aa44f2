"""What a log row is about: the platform's own words for kinds of objects (docs/platform.md#3.16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vergesim.schema import TABLES, Row

if TYPE_CHECKING:
    from vergesim.world import World

#: Singular, but for two. What is not named is about the row that it belongs to, or `other`.
WORDS = {
    "catalog_repositories": "catalog_repository",
    "cloud_snapshots": "cloud_snapshots",
    "clusters": "cluster",
    "files": "file",
    "groups": "group",
    "nodes": "node",
    "oidc_applications": "oidc_application",
    "permissions": "permission",
    "sites": "site",
    "snapshot_profiles": "snapshot_profile",
    "system": "system",
    "tag_categories": "tag_category",
    "tags": "tag",
    "tasks": "task",
    "tenants": "tenant",
    "update_settings": "updates",
    "users": "user",
    "vm_imports": "vm_import",
    "vms": "vm",
    "vnets": "vnet",
}


def subject(world: World, table: str, row: Row) -> tuple[str, str]:
    """The table and the name of what a row is about: there is no word for a tenant node, its tenant has one.
    An action is about its object."""
    found = (table, world.display(table, row))
    while table not in WORDS:
        declared = TABLES[table]
        column = (
            declared.columns[0] if table.endswith("_actions") else declared.by_name.get(declared.parent or "")
        )
        above = world.find(column.table or "", row[column.name]) if column and column.kind == "ref" else None
        if column is None or above is None:
            return found
        table, row = column.table or "", above
    return table, world.display(table, row)
