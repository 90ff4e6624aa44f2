"""Tables of the system snapshots and their profiles (docs/platform.md#3.20)."""

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
    integer,
    integers,
    ref,
    table,
    text,
    texts,
)
from vergesim.schema.tenants import actions

DAYS = "any sun mon tue wed thu fri sat"
FREQUENCIES = "custom hourly daily weekly monthly yearly"
COPY_STATUS = "idle importing complete error"


def _copies(name: str, *own: Column | list[Column]) -> Table:
    """What a system snapshot holds of one kind; the original's key may be another's by now."""
    return table(
        name,
        ref("cloud_snapshot", "cloud_snapshots", RO),
        integer("original_key", access=RO),
        texts("name description uuid"),
        *own,
        integers("cpu_cores ram"),
        flag("is_snapshot", access=RO),
        choice("status", COPY_STATUS, access=RO),
        text("status_info", access=RO),
        parent="cloud_snapshot",
    )


def _recover(name: str) -> Table:
    """An action on rows that `params` lists."""
    return table(
        name,
        Column("action", "text", None, CREATE, required=True, choices=("recover",)),
        blob("params", access=CREATE),
        methods="POST",
        display="action",
    )


TABLES: tuple[Table, ...] = (
    table(
        "cloud_snapshots",
        text("name", 128, low=1, access=CREATE, required=True),
        text("description"),
        epoch("created"),
        epoch("expires", access="rw"),
        # Written and never read: it says how `expires` is meant.
        Column("expires_type", "text", None, "secret", choices=("never", "date")),
        integer("min_snapshots", 1, low=0),
        choice("type", "full partial_include partial_exclude", access=CREATE),
        text("partial_tags", access=CREATE),
        text("quiesce_tags", access=CREATE),
        ref("snapshot_profile", "snapshot_profiles", RO),
        ref("snapshot_period", "snapshot_profile_periods", RO),
        [blob(name, access=RO) for name in ("schedule_task", "task")],
        flags("provider incoming_sync remote_sync"),
        flags("private immutable", "rw"),
        choice("immutable_status", "unlocked unlocking locked", access=RO),
        epoch("immutable_lock_expires"),
        choice("status", "normal building held", access=RO),
        text("status_info", access=RO),
        methods="POST PUT DELETE",
        unique=(("name",),),
    ),
    table(
        # It exists and asks for an action (measured); which there are is unknown, so none is taken.
        "cloud_snapshot_actions",
        Column("action", "text", None, CREATE, required=True),
        methods="POST",
        display="action",
    ),
    _copies("cloud_snapshot_tenants", integers("nodes")),
    _copies("cloud_snapshot_vms", texts("machine_uuid os_family")),
    _recover("cloud_snapshot_tenant_actions"),
    _recover("cloud_snapshot_vm_actions"),
    table(
        # The vendor's clients delete by an action, never by DELETE.
        "snapshot_profiles",
        text("name", 128, low=1, required=True),
        text("description"),
        flag("ignore_warnings"),
        methods="POST PUT",
        unique=(("name",),),
    ),
    actions(
        "snapshot_profile_actions",
        ref("snapshot_profile", "snapshot_profiles", CREATE, required=True),
        "delete",
    ),
    table(
        "snapshot_profile_periods",
        ref("profile", "snapshot_profiles", CREATE, required=True),
        text("name", 128, low=1, required=True),
        Column("frequency", "text", None, required=True, choices=tuple(FREQUENCIES.split())),
        integer("minute", low=0, high=59),
        integer("hour", low=0, high=23),
        choice("day_of_week", DAYS),
        integer("day_of_month", low=0, high=31),
        integer("month", low=0, high=12),
        integer("retention", low=0),
        choice("max_tier", "1 2 3 4 5"),
        flags("quiesce immutable", "rw"),
        integer("min_snapshots", 1, low=0),
        integer("estimated_snapshot_count", access=RO),
        methods="POST PUT DELETE",
        parent="profile",
    ),
)
