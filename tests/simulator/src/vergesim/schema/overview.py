"""Tables and views that only tell how a system is: counts, licences, links (docs/platform.md#3.17)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    Column,
    Table,
    blob,
    choice,
    epoch,
    flag,
    flags,
    integers,
    table,
    text,
    texts,
)

# As counts of the dashboards are called: a kind, and how many of it there are, run, and are in trouble.
COUNTED = "machines tenants vnets nodes clusters cluster_tiers sites repos"
NETWORKS = "vnets ext int ten vpn nics"
PARTS = "count online warn error"


def counts(kinds: str) -> list[str]:
    """The names of the counts of some kinds."""
    return [f"{kind}_{part}" for kind in kinds.split() for part in PARTS.split()]


def _dashboard(name: str, columns: list[str]) -> Table:
    return table(name, [blob(column, access=RO) for column in columns], view=True, display="$key")


TABLES: tuple[Table, ...] = (
    _dashboard(
        "dashboard",
        [
            *counts(COUNTED),
            *["storage_tiers_count", "users_count", "users_online", "groups_count", "groups_online"],
            *["alarms_count", "alarms_warning", "alarms_error"],
            *["resource_instance_count", "resource_instance_max"],
        ],
    ),
    _dashboard(
        "vnet_dashboard",
        [
            *counts(NETWORKS),
            *["wireguards_count", "running_ext_vnets", "running_int_vnets", "running_tenant_vnets"],
            *["nics_rate", "logs"],
        ],
    ),
    table(
        "licenses",
        text("name", 128, access=RO),
        texts("description added_by note"),
        *(epoch(name) for name in ("added", "issued", "valid_from", "valid_until")),
        blob("features", access=RO),
        flags("allow_branding auto_renewal"),
    ),
    table(
        "certificates",
        texts("domain domainname domainlist description acme_server contact"),
        choice("type", "self_signed manual letsencrypt", access=RO),
        choice("key_type", "ecdsa rsa", access=RO),
        integers("rsa_key_size"),
        flags("agree_tos autocreated"),
        flag("valid", True, RO),
        *(epoch(name) for name in ("expires", "created", "modified")),
        display="domain",
    ),
    table(
        "machine_nic_fabric_status",
        integers("parent_nic"),
        choice("status", "confirmed degraded no_path", access=RO),
        text("state", access=RO),
        integers("max_score min_score"),
        blob("paths", access=RO),
        epoch("created"),
        epoch("modified"),
        display="status",
    ),
    table(
        # A question to the vSAN; the answer comes a step later.
        "vsan_queries",
        text("id", 40, access=RO),
        Column("query", "text", None, CREATE, required=True, low=1, high=64),
        blob("params", access=CREATE),
        choice("status", "initializing running complete error", access=RO),
        texts("result command"),
        epoch("created"),
        epoch("modified"),
        epoch("expires"),
        methods="POST",
        display="query",
    ),
)
