# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What offboarding a tenant comes to: what is refused, what has to be done, and what a removal gives back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Optional

Row = Mapping[str, Any]

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_MARK = re.compile(r"^Suspended on (\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z)$", re.MULTILINE)
#: What the platform takes for a tenant's note.
_LONGEST_NOTE = 1024


def refusals(wanted: Sequence[Row]) -> list[str]:
    """Why these entries must not be carried out, in sentences; judged by themselves, before anything is asked for."""
    found = []
    names = [str(item["name"]) for item in wanted]
    for item, name in zip(wanted, names):
        if not name:
            found.append("There is an entry with an empty name.")
        if item["action"] == "remove":
            found += _refused_removal(item, name)
        snapshot = item.get("final_snapshot")
        if snapshot and int(snapshot["retention"]) < 0:
            found.append(f"Tenant '{name}': the retention of its final_snapshot is below 0. Give seconds, 0 for ever.")
    found += [f"Tenant '{name}' is listed {names.count(name)} times." for name in _repeated(names)]
    return found


def _refused_removal(item: Row, name: str) -> list[str]:
    found = []
    confirm = item.get("confirm")
    if confirm is None:
        found.append(f"Tenant '{name}' is to be removed, which needs its name a second time, in confirm.")
    elif str(confirm) != name:
        found.append(
            f"Tenant '{name}' is to be removed, but confirm says '{confirm}'. It must repeat the name exactly."
        )
    if item.get("final_snapshot"):
        found.append(
            f"Tenant '{name}': a final_snapshot cannot outlast a removal, because it can only be restored over the "
            "tenant that it was taken of. Suspend the tenant with it first, and remove it when it is no longer needed."
        )
    return found


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


def plan(wanted: Sequence[Row], tenants: Sequence[Row], now: str) -> list[dict[str, Any]]:
    """What has to be done with each tenant of ``wanted``, in their order.

    ``tenants`` are those of the system, as ``vrg_tenant_info`` returns them with everything gathered; ``now`` is the
    time as ISO 8601 in UTC, to the second.
    """
    return [_plan_one(item, tenants, now) for item in wanted]


def _plan_one(item: Row, tenants: Sequence[Row], now: str) -> dict[str, Any]:
    name = str(item["name"])
    row, refusal = _find(item, name, tenants)
    planned = {
        "name": name,
        "action": item["action"],
        "uuid": row["uuid"] if row else None,
        "refusal": refusal,
        "note": None,
        "suspended_since": None,
        "final_snapshot": None,
        "crash_cart": None,
        "snapshots": [],
        "reclaimable": None,
    }
    if refusal:
        return planned
    if item["action"] == "remove":
        return {**planned, **_removal(item, name, row)}
    return {**planned, **_suspension(item, name, row, now)}


def _find(item: Row, name: str, tenants: Sequence[Row]) -> tuple[Optional[Row], Optional[str]]:
    """The tenant that is meant, or why it cannot be told."""
    same = [row for row in tenants if row["name"] == name]
    wanted = str(item.get("uuid") or "").lower()
    meant = [row for row in same if str(row["uuid"]).lower() == wanted] if wanted else same
    if same and not meant:
        uuids = ", ".join(str(row["uuid"]) for row in same)
        return None, f"Tenant '{name}' has the uuid {uuids}, not {wanted}: it is another tenant of that name."
    if len(meant) > 1:
        return None, f"There are {len(meant)} tenants '{name}'. Say in uuid which one is meant."
    return (meant[0] if meant else None), None


def _suspension(item: Row, name: str, row: Optional[Row], now: str) -> dict[str, Any]:
    if row is None:
        return {"refusal": f"There is no tenant '{name}' to suspend."}
    note, since = _marked(row, now)
    if len(note) > _LONGEST_NOTE:
        room = len(note) - _LONGEST_NOTE
        return {"refusal": f"The note of tenant '{name}' has no room for the date: shorten it by {room} characters."}
    return {
        "note": None if note == row["note"] else note,
        "suspended_since": since,
        "final_snapshot": _final_snapshot(item.get("final_snapshot"), since, now),
    }


def _marked(row: Row, now: str) -> tuple[str, str]:
    """The note with the date of the suspension as its last line, and that date.

    A date that stands there is kept, unless the tenant is running: it has been in use since, and is suspended anew.
    """
    note = str(row["note"] or "")
    mark = _MARK.search(note)
    if mark and not _is_up(row):
        return note, mark.group(1)
    said = _MARK.sub("", note).strip("\n")
    return "\n".join([*([said] if said else []), f"Suspended on {now}"]), now


def _is_up(row: Row) -> bool:
    return row["status"] == "starting" or bool(row["running"] and row["status"] != "stopping")


def _final_snapshot(wanted: Optional[Row], since: str, now: str) -> Optional[dict[str, Any]]:
    """The snapshot that must exist; none once it has expired, so that it is not taken again."""
    if not wanted:
        return None
    retention = int(wanted["retention"])
    if retention and _time(now) >= _time(since) + timedelta(seconds=retention):
        return None
    return {"name": f"final {since}", "retention": retention}


def _time(text: str) -> datetime:
    return datetime.strptime(text, _TIME)


def _removal(item: Row, name: str, row: Optional[Row]) -> dict[str, Any]:
    planned: dict[str, Any] = {"crash_cart": str(item.get("crash_cart") or f"Crash Cart - {name}")}
    if row is None:
        return planned
    snapshots = [str(one["name"]) for one in row["snapshots"]]
    if snapshots and item.get("keep_snapshots"):
        told = ", ".join(f"'{one}'" for one in snapshots)
        return {"refusal": f"Tenant '{name}' has snapshots that are to be kept ({told}), and they would go with it."}
    mark = _MARK.search(str(row["note"] or ""))
    return {
        **planned,
        "suspended_since": mark.group(1) if mark else None,
        "snapshots": snapshots,
        "reclaimable": reclaimable(row),
    }


def reclaimable(row: Row) -> dict[str, Any]:
    """What the system gets back with the tenant: what it was given, whether or not it was running."""
    return {
        "nodes": len(row["nodes"]),
        "cpu_cores": sum(node["cpu_cores"] for node in row["nodes"]),
        "ram_gb": sum(node["ram_gb"] for node in row["nodes"]),
        "storage": [{key: one[key] for key in ("tier", "provisioned_gb", "used_gb")} for one in row["storage"]],
        "external_ips": [one["ip"] for one in row["external_ips"]],
        "network_blocks": [one["cidr"] for one in row["network_blocks"]],
        "layer2_networks": [one["network"] for one in row["layer2_networks"]],
    }
