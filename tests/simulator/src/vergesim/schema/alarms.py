"""Tables of the alarms (docs/platform.md#3.21)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    Table,
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
from vergesim.schema.tenants import LEVELS, actions

OWNER_TYPES = "system vms vnets tenant_nodes nodes users cloud_snapshots"
SUB_OWNER_TYPES = ("", "machine_drives", "machine_nics", "machine_devices", "smtp_settings")

TABLES: tuple[Table, ...] = (
    table(
        # Keyed by a word, as settings are; it has no integer key.
        "alarm_types",
        texts("key name description"),
        choice("level", LEVELS, "warning", RO),
        integer("threshold", access=RO),
        flags("disable_logging allow_delete"),
        integers("max_snooze_threshold max_snooze_seconds default_snooze_seconds"),
        key_column="key",
    ),
    table(
        "alarms",
        owner(access=RO),
        choice("owner_type", OWNER_TYPES, access=RO),
        owner("sub_owner", RO),
        choice("sub_owner_type", " ".join(SUB_OWNER_TYPES), "", RO),
        ref("alarm_type", "alarm_types", RO),
        choice("level", LEVELS, "warning", RO),
        text("status", access=RO),
        text("alarm_id", 8, access=RO),
        flag("resolvable", access=RO),
        texts("resolve_text resolve_action"),
        epoch("created"),
        epoch("modified"),
        epoch("expires"),
        epoch("snooze", access="rw"),
        integer("snooze_threshold", low=0),
        text("snoozed_by"),
        methods="PUT DELETE",
        parent="owner",
        display="status",
    ),
    actions("alarm_actions", ref("alarm", "alarms", CREATE, required=True), "resolve"),
    table(
        # The owner is text here, as it was called: an alarm outlives what it was about.
        "alarm_history",
        epoch("alarm_raised"),
        epoch("alarm_lowered"),
        texts("archived_by owner alarm_type"),
        choice("level", LEVELS, "warning", RO),
        texts("status alarm_id"),
        display="status",
        indexes=("alarm_id",),
    ),
)
