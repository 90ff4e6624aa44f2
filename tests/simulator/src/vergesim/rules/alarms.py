"""Alarms: raised and lowered by states, snoozed and resolved by people (docs/platform.md#3.21)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from vergesim.query.paths import split_owner
from vergesim.refusal import not_found, not_permitted
from vergesim.rules import vnets
from vergesim.rules.base import RowAction, Rules
from vergesim.rules.events import fire
from vergesim.rules.machines import status_of
from vergesim.schema import Key, Row
from vergesim.world import ON_CHANGE, ON_DROP, World

FOR_GOOD = 2**31 - 1  # How the platform keeps this is unknown.
# What resolving an alarm does to its owner, by kind.
CURES: dict[str, Callable[[World, Row], None]] = {"fw_pending": vnets.refresh}
# What a drive's warning says of each measure that has a threshold.
WARNINGS = {
    "temp": "Temperature",
    "wear_level": "Wear level",
    "hours": "Power-on hours",
    "realloc_sectors": "Reallocated sectors",
    "current_pending_sector": "Pending sectors",
    "offline_uncorrectable": "Uncorrectable sectors",
}
# A tier's status to the alarm that it is on 26.2.
TIER_ALARMS = {
    "offline": ("vsan_offline", "A tier of the vSAN is offline"),
    "noredundant": ("vsan_noredundant", "A tier of the vSAN is not redundant"),
    "repairing": ("vsan_repairing", "A tier of the vSAN is repairing"),
}


def _of(world: World, kind: str, owner: str, part: str | None = None) -> Row | None:
    """The alarm of a kind on a row, or on a part of it, such as a drive of a node."""
    for alarm in world.where("alarms", "owner", owner):
        if alarm["alarm_type"] == kind and (alarm["sub_owner"] or None) == part:
            return alarm
    return None


def raise_alarm(world: World, kind: str, table: str, key: Key, sentence: str, **more: Any) -> Row | None:
    """An alarm on a row; none where it has one of this kind, or the system has no such kind."""
    owner, declared = f"{table}/{key}", world.find("alarm_types", kind)
    if declared is None or _of(world, kind, owner, more.get("sub_owner")) is not None:
        return None
    values = {
        "owner": owner,
        "owner_type": table,
        "alarm_type": kind,
        "level": declared["level"],
        "status": sentence,
        "alarm_id": world.new_hex()[:8],
        "created": world.now,
        "modified": world.now,
        **more,
    }
    alarm = world.insert("alarms", {**values, "resolvable": bool(values.get("resolve_text"))})
    fire(world, "alarms", "raised", alarm)
    return alarm


def lower(world: World, kind: str, table: str, key: Key, part: str | None = None) -> None:
    """The reason of an alarm is gone."""
    alarm = _of(world, kind, f"{table}/{key}", part)
    if alarm is not None:
        world.drop("alarms", alarm)


def _archive(world: World, alarm: Row, by: str = "auto") -> None:
    """An alarm that goes leaves a row in the history, in words: what it was about may be gone too."""
    if world.where("alarm_history", "alarm_id", alarm["alarm_id"]):
        return
    target = split_owner(alarm["owner"])
    owner = world.find(*target) if target else None
    kind = world.find("alarm_types", alarm["alarm_type"])
    past = {
        "alarm_raised": alarm["created"],
        "alarm_lowered": world.now,
        "archived_by": by,
        "owner": world.display(target[0], owner) if target and owner else str(alarm["owner"]),
        "alarm_type": kind["name"] if kind else "",
    }
    world.insert("alarm_history", {**past, **{each: alarm[each] for each in ("level", "status", "alarm_id")}})
    fire(world, "alarms", "lowered", alarm)


ON_DROP["alarms"] = _archive


def _resolve(world: World, alarm: Row) -> None:
    if not alarm["resolvable"]:
        raise not_permitted("Alarm is not resolvable")
    target = split_owner(alarm["owner"])
    owner = world.find(*target) if target else None
    cure = CURES.get(str(alarm["alarm_type"]))
    if cure is not None and owner is not None:
        cure(world, owner)
    # The cure may have lowered it already.
    if world.find("alarms", alarm["$key"]) is alarm:
        _archive(world, alarm, world.actor)
        world.drop("alarms", alarm)


def _resolve_row(world: World, alarm: Row, body: Row) -> None:
    if world.switches["alarm_resolve_form"] == "actions":
        raise not_found(f"/v4/alarms/{alarm['$key']}/resolve", "post")
    _resolve(world, alarm)


class AlarmRules(Rules):
    """Rows of `alarms`."""

    row_actions: ClassVar[dict[str, RowAction]] = {"resolve": _resolve_row}

    def updating(self, world: World, row: Row, changes: Row) -> None:
        changes["modified"] = world.now
        if "snooze" not in changes:
            return
        until = changes["snooze"] = changes["snooze"] or 0
        kind = world.find("alarm_types", row["alarm_type"])
        longest = kind["max_snooze_seconds"] if kind else 0
        if longest and until > world.now + longest:
            forever = world.switches["alarm_ack"] == "forever"
            changes["snooze"] = FOR_GOOD if forever else world.now + longest
        changes.setdefault("snoozed_by", world.actor if until else "")

    def deleting(self, world: World, row: Row) -> None:
        kind = world.find("alarm_types", row["alarm_type"])
        if kind is None or not kind["allow_delete"]:
            raise not_permitted("Operation not permitted")
        _archive(world, row, world.actor)


class AlarmActions(Rules):
    """Rows of `alarm_actions`."""

    def created(self, world: World, row: Row) -> None:
        _resolve(world, world.get("alarms", row["alarm"]))


def tenant_node_lost(world: World, node: Row) -> None:
    """A tenant's node went down with its host."""
    tenant = world.get("tenants", node["tenant"])
    sentence = f"Node '{node['name']}' of tenant '{tenant['name']}' is offline"
    raise_alarm(world, "tenant_node_offline", "tenant_nodes", node["$key"], sentence)


def _node_changed(world: World, node: Row, changes: Row) -> None:
    if changes.get("need_restart") is True:
        reason = node["restart_reason"] or "Changes take effect after a restart"
        sentence = f"Node '{node['name']}' needs a restart: {reason}"
        raise_alarm(world, "node_needs_restart", "nodes", node["$key"], sentence)
    elif changes.get("need_restart") is False:
        lower(world, "node_needs_restart", "nodes", node["$key"])


def _vnet_changed(world: World, vnet: Row, changes: Row) -> None:
    """Rules of a network that does not run are staged, not pending (docs/platform.md#3.10, measured)."""
    if "need_fw_apply" not in changes:
        return
    if vnet["need_fw_apply"] and status_of(world, vnets.router(world, vnet))["running"]:
        sentence = f"Rules of network '{vnet['name']}' need to be applied"
        raise_alarm(world, "fw_pending", "vnets", vnet["$key"], sentence, resolve_text="Apply Rules")
    else:
        lower(world, "fw_pending", "vnets", vnet["$key"])


def _machine_changed(world: World, status: Row, changes: Row) -> None:
    if "running" not in changes:
        return
    for vnet in world.where("vnets", "machine", status["machine"]):
        _vnet_changed(world, vnet, {"need_fw_apply": vnet["need_fw_apply"]})
    if status["running"]:
        for node in world.where("tenant_nodes", "machine", status["machine"]):
            lower(world, "tenant_node_offline", "tenant_nodes", node["$key"])


def _tenant_changed(world: World, status: Row, changes: Row) -> None:
    if changes.get("status") == "offline":
        for node in world.where("tenant_nodes", "tenant", status["tenant"]):
            lower(world, "tenant_node_offline", "tenant_nodes", node["$key"])
    if changes.get("status") in ("online", "offline", "error"):
        fire(world, "tenants", changes["status"], world.get("tenants", status["tenant"]))


def drive_judged(world: World, physical: Row, changes: Row) -> None:
    """A drive that is past a threshold, or back below all."""
    drive = world.find("machine_drives", physical["parent_drive"])
    exceeded = [WARNINGS[name] for name in WARNINGS if physical[f"{name}_warn"]]
    if drive is not None:
        sentence = f"Warning - {', '.join(exceeded)} exceeded maximum threshold(s)"
        _drive_alarm(world, drive, "drive_warning", sentence if exceeded else None)


def _drive_changed(world: World, status: Row, changes: Row) -> None:
    gone = changes.get("status", "online") in ("error", "missing", "offline")
    if "status" in changes:
        for drive in world.where("machine_drives", "status", status["$key"]):
            sentence = "Error - Drive is unresponsive; read or write error threshold reached"
            _drive_alarm(world, drive, "drive_error", sentence if gone else None)


def _drive_alarm(world: World, drive: Row, kind: str, sentence: str | None) -> None:
    """Raise an alarm on a node's drive, or lower it where there is nothing to say."""
    part = f"machine_drives/{drive['$key']}"
    for node in world.where("nodes", "machine", drive["machine"]):
        if sentence is None:
            lower(world, kind, "nodes", node["$key"], part)
        else:
            named = {"sub_owner": part, "sub_owner_type": "machine_drives"}
            raise_alarm(world, kind, "nodes", node["$key"], sentence, **named)


def _tier_changed(world: World, status: Row, changes: Row) -> None:
    """The vSAN's own alarms, of 26.2; which row they hang on is unknown: here it is the system."""
    if "status" not in changes or world.switches["vsan_alarms"] == "none":
        return
    states = Counter(row["status"] for row in world.table("cluster_tier_status"))
    for state, (kind, sentence) in TIER_ALARMS.items():
        if states[state]:
            raise_alarm(world, kind, "system", 1, sentence)
        else:
            lower(world, kind, "system", 1)


ON_CHANGE.update(
    nodes=_node_changed,
    vnets=_vnet_changed,
    machine_status=_machine_changed,
    machine_drive_phys=drive_judged,
    machine_drive_status=_drive_changed,
    cluster_tier_status=_tier_changed,
    tenant_status=_tenant_changed,
)
