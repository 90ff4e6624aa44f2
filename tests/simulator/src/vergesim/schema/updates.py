"""Tables of the updates (docs/platform.md#3.25)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    SECRET,
    Column,
    Table,
    blob,
    choice,
    epoch,
    flag,
    flags,
    integer,
    ref,
    table,
    text,
    texts,
)
from vergesim.schema.tenants import LEVELS

UPDATE_ACTIONS = ("refresh", "download", "install", "apply", "all")

TABLES: tuple[Table, ...] = (
    table(
        "update_settings",
        text("name", access=RO),
        ref("source", "update_sources"),
        ref("branch", "update_branches"),
        text("user"),
        text("password", access=SECRET, default=None),
        flag("auto_refresh", True),
        flags("auto_update auto_reboot warm_reboot anonymize_statistics", "rw"),
        text("update_time", default="00:10"),
        integer("max_vsan_usage", 80, low=0, high=100),
        flag("multi_cluster_update", True),
        flag("snapshot_cloud_on_update", True),
        integer("snapshot_cloud_expire_seconds", 21_600, low=0),
        flag("installed", True, RO),
        flags("reboot_required applying_updates applying_updates_force"),
        text("release_notes_url", access=RO),
        methods="PUT",
    ),
    table(
        "update_sources",
        text("name", 128, low=1, required=True),
        text("description"),
        text("url", low=1, required=True),
        text("user"),
        text("password", access=SECRET, default=None),
        epoch("last_updated"),
        epoch("last_refreshed"),
        flag("enabled", True),
        methods="POST PUT DELETE",
    ),
    table(
        "update_source_status",
        ref("source", "update_sources", RO),
        choice("status", "idle refreshing downloading installing applying error", access=RO),
        text("info", access=RO),
        integer("nodes_updated", access=RO),
        epoch("last_update"),
        parent="source",
        display="status",
    ),
    table("update_branches", texts("name description"), epoch("created")),
    table(
        "update_source_packages",
        texts("name description version require_license_feature"),
        ref("branch", "update_branches", RO),
        ref("source", "update_sources", RO),
        flags("downloaded optional"),
        epoch("created"),
        parent="source",
    ),
    table(
        # What is installed; keyed by the package's name.
        "update_packages",
        texts("name description version type"),
        ref("branch", "update_branches", RO),
        flag("optional", access=RO),
        epoch("created"),
        epoch("modified"),
        key_column="name",
    ),
    table(
        "update_logs",
        choice("level", LEVELS, access=RO),
        texts("text user object_name"),
        epoch("timestamp"),
        display="text",
    ),
    table(
        # Nothing in it is required: an empty body acts too (measured on 26.1.8).
        "update_actions",
        ref("source", "update_sources", CREATE),
        Column("action", "text", None, CREATE, choices=UPDATE_ACTIONS),
        flag("force", access=CREATE),
        methods="POST",
        display="action",
    ),
    table(
        "update_dashboard",
        [
            blob(name, access=RO)
            for name in ("logs", "packages", "branches", "settings", "node_count", "counts")
        ],
        view=True,
        display="$key",
    ),
)
