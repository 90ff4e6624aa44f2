"""Tables of the tenants (docs/platform.md#3.5 to 3.9, 3.13 to 3.17)."""

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
    integers,
    owner,
    ref,
    table,
    text,
    texts,
)
from vergesim.schema.compute import POWER_LOSS, STATES

TENANT_STATUS = (
    "offline online starting migrating errormigrating reduced error nodesoffline stopping provisioning "
    "restarting"
)
LEVELS = "audit message warning error critical summary debug"

TENANT_ACTIONS = (
    "poweron poweroff reset clone restore isolateon isolateoff give_file refresh_status execute "
    "convert_cloud_snapshot recover_cloudsnapshot"
)
TENANT_NODE_ACTIONS = "poweron poweroff reset kill migrate poweronmigrate poweroffmaintenance refresh execute"


def actions(name: str, target: Column, choices: str) -> Table:
    """An action table: a row says what to do to which object (docs/platform.md#1.4)."""
    return table(
        name,
        target,
        Column("action", "text", None, CREATE, required=True, choices=tuple(choices.split())),
        blob("params", access=CREATE),
        methods="POST",
        display="action",
    )


def _history(name: str) -> Table:
    tiers: list[Column] = []
    for tier in range(6):
        tiers.extend(
            integers(" ".join(f"tier{tier}_{part}" for part in ("provisioned", "used", "allocated", "pct")))
        )
    return table(
        name,
        ref("tenant", "tenants", RO),
        epoch("timestamp"),
        integers("total_cpu core_count ram_used vram_used ram_allocated ram_pct ip_count"),
        tiers,
        integers("gpus_used gpus_total gpus_pct vgpus_used vgpus_total vgpus_pct"),
        parent="tenant",
        display="timestamp",
    )


TABLES: tuple[Table, ...] = (
    table(
        "tenants",
        text("name", 120, low=1, required=True),
        text("description"),
        text("password", 256, access=SECRET, default=None),
        flag("change_password"),
        flag("expose_cloud_snapshots", True),
        flag("allow_branding"),
        text("url"),
        text("note", 1024),
        text("help_url", default="default"),
        choice("theme_access", "host_only specified local_only both"),
        ref("oidc_application", "oidc_applications"),
        ref("ui_address", "vnet_addresses"),
        ref("ui_fqdn", "vnet_proxy_tenants"),
        flag("isolate", access=RO),
        flag("is_snapshot", access=CREATE),
        text("uuid", 36, access=RO),
        ref("vnet", "vnets", RO),
        ref("recipe_instance", "tenant_recipe_instances", RO),
        ref("status", "tenant_status", RO),
        ref("stats", "tenant_stats", RO),
        epoch("created"),
        text("creator", access=RO),
        owner(),
        blob("meta"),
        methods="POST PUT DELETE",
        indexes=("name", "uuid", "ui_address"),
    ),
    table(
        "tenant_status",
        ref("tenant", "tenants", RO),
        flags("running starting stopping migrating"),
        epoch("started"),
        epoch("stopped"),
        choice("status", TENANT_STATUS, access=RO),
        choice("state", STATES, access=RO),
        epoch("last_update"),
        parent="tenant",
        display="status",
    ),
    actions("tenant_actions", ref("tenant", "tenants", CREATE, required=True), TENANT_ACTIONS),
    table(
        "tenant_nodes",
        ref("tenant", "tenants", CREATE, required=True),
        integer("nodeid", low=1, high=65535, access=CREATE),
        text("name", 128, low=1),
        text("description"),
        flag("enabled", True),
        integer("cpu_cores", 4, low=1, high=1048576),
        integer("ram", 16384, low=2048, high=5242880),
        ref("cluster", "clusters"),
        ref("cluster_failover", "clusters"),
        ref("preferred_node", "nodes"),
        text("ha_group"),
        choice("on_power_loss", POWER_LOSS),
        ref("machine", "machines", RO),
        flag("is_snapshot", access=RO),
        owner(access=RO),
        owner("reserve_owner", access=RO),
        text("db_version", access=RO),
        flag("powerstate", access=RO),
        epoch("created"),
        epoch("modified"),
        text("creator", access=RO),
        methods="POST PUT DELETE",
        unique=(("tenant", "name"), ("tenant", "nodeid")),
        parent="tenant",
    ),
    actions(
        "tenant_node_actions", ref("tenant_node", "tenant_nodes", CREATE, required=True), TENANT_NODE_ACTIONS
    ),
    table(
        "tenant_storage",
        ref("tenant", "tenants", CREATE, required=True),
        ref("tier", "storage_tiers", CREATE, required=True),
        integer("provisioned", low=0),
        integers("used allocated used_pct"),
        epoch("last_update"),
        epoch("last_walk"),
        methods="POST PUT DELETE",
        unique=(("tenant", "tier"),),
        parent="tenant",
        display="tier",
    ),
    table(
        "tenant_layer2_vnets",
        ref("tenant", "tenants", CREATE, required=True),
        ref("vnet", "vnets", CREATE, required=True),
        flag("enabled", True),
        methods="POST PUT DELETE",
        unique=(("tenant", "vnet"),),
        parent="tenant",
        display="vnet",
    ),
    table(
        "tenant_snapshots",
        ref("tenant", "tenants", CREATE, required=True),
        text("name", 128, access=CREATE),
        text("description"),
        choice("type", "full partial_include partial_exclude", access=CREATE),
        ref("profile", "snapshot_profiles", CREATE),
        ref("period", "snapshot_profile_periods", CREATE),
        integer("min_snapshots", access=CREATE),
        epoch("created"),
        epoch("expires", None, "rw"),
        methods="POST PUT DELETE",
        unique=(("tenant", "name"),),
        parent="tenant",
    ),
    actions("tenant_snapshot_actions", ref("tenant", "tenants", CREATE, required=True), "refresh"),
    table(
        "tenant_stats",
        ref("tenant", "tenants", RO),
        integer("ram_used", access=RO),
        epoch("last_update"),
        parent="tenant",
        display="$key",
    ),
    _history("tenant_stats_history_short"),
    _history("tenant_stats_history_long"),
    table(
        "tenant_logs",
        ref("tenant", "tenants", RO),
        choice("level", LEVELS, access=RO),
        texts("text user"),
        epoch("timestamp"),
        parent="tenant",
        display="text",
    ),
    table(
        "logs",
        choice("level", LEVELS, access=RO),
        texts("text user object_type object_name"),
        epoch("timestamp"),
        display="text",
    ),
    table(
        "tenant_dashboard",
        integers(
            "tenants_count tenants_online tenants_warn tenants_error storage_count snapshots_count "
            "cloud_snapshots_count nodes_count nodes_online nodes_warn nodes_error tenant_recipes_count "
            "tenant_recipes_online tenant_recipes_warn tenant_recipes_error devices_count devices_online "
            "devices_warn devices_error"
        ),
        [
            blob(name, access=RO)
            for name in (
                "running_tenants_cores",
                "tenant_storage",
                "running_nodes_cpu",
                "running_nodes_ram",
                "running_nodes_nic",
                "logs",
                "tenant_snapshots",
            )
        ],
        view=True,
        display="$key",
    ),
)
