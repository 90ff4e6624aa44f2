"""Tables of the catalogs and of the recipes that build tenants (docs/platform.md#3.20)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    SECRET,
    Table,
    blob,
    choice,
    epoch,
    flag,
    flags,
    integer,
    ref,
    rows,
    table,
    text,
    texts,
)
from vergesim.schema.compute import STATES
from vergesim.schema.tenants import LEVELS, actions

SCOPES = "private global tenant none"


def _logs(name: str, target: str, of: str) -> Table:
    return table(
        name,
        ref(target, of, RO),
        choice("level", LEVELS, access=RO),
        texts("text user"),
        epoch("timestamp"),
        parent=target,
        display="text",
    )


TABLES: tuple[Table, ...] = (
    table(
        "catalog_repositories",
        text("name", 128, low=1, required=True),
        text("description"),
        text("type", default="local", access=CREATE),
        text("url"),
        text("user"),
        text("password", access=SECRET, default=None),
        flag("allow_insecure"),
        flag("auto_refresh", True),
        choice("max_tier", "1 2 3 4 5"),
        choice("override_default_scope", SCOPES, "none"),
        flag("enabled", True),
        epoch("last_refreshed"),
        ref("status", "catalog_repository_status", RO),
        methods="POST PUT DELETE",
    ),
    table(
        "catalogs",
        text("id", 40, access=RO),
        ref("repository", "catalog_repositories", CREATE),
        text("name", 128, low=1, required=True),
        text("description"),
        choice("publishing_scope", SCOPES),
        flag("enabled", True),
        epoch("created"),
        methods="POST PUT DELETE",
        indexes=("name",),
        key_column="id",
    ),
    table(
        "catalog_repository_status",
        ref("repository", "catalog_repositories", RO),
        choice("status", "online refreshing downloading applying error", access=RO),
        choice("state", STATES, "online", RO),
        text("info", access=RO),
        epoch("last_update"),
        parent="repository",
        display="status",
    ),
    actions(
        "catalog_repository_actions",
        ref("repository", "catalog_repositories", CREATE, required=True),
        "refresh",
    ),
    _logs("catalog_repository_logs", "catalog_repository", "catalog_repositories"),
    _logs("catalog_logs", "catalog", "catalogs"),
    table(
        "tenant_recipes",
        text("id", 40, access=RO),
        text("name", 128, low=1, required=True),
        text("description"),
        text("icon"),
        text("version", default="1.0.0"),
        integer("build", access=RO),
        ref("catalog", "catalogs", CREATE, required=True),
        text("status", default="online", access=RO),
        flags("downloaded update_available needs_republish"),
        flag("preserve_certs"),
        ref("tenant", "tenants", CREATE, required=True),
        # A row of `tenants` with `is_snapshot`, which the platform makes.
        ref("tenant_snapshot", "tenants", RO),
        text("creator", access=RO),
        integer("count", access=RO),
        rows("instances", "tenant_recipe_instances", "recipe"),
        methods="POST PUT DELETE",
        unique=(("catalog", "name"),),
        indexes=("name",),
        key_column="id",
    ),
    table(
        "tenant_recipe_instances",
        ref("recipe", "tenant_recipes", CREATE, required=True),
        ref("tenant", "tenants", RO),
        text("name", 128, low=1, required=True),
        text("version", access=RO),
        integer("build", access=RO),
        blob("answers", access=CREATE),
        epoch("created"),
        epoch("modified"),
        methods="POST PUT DELETE",
        parent="recipe",
    ),
    _logs("tenant_recipe_logs", "tenant_recipe", "tenant_recipes"),
)
