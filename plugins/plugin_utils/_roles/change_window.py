# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a tenant's change window stands, judged from rows alone.

A window is remembered by its snapshot, and nowhere else: the snapshot's name is made from the window's id, and the
end of its description is the mark, such as ``[change window: open; tenant was running; before {...}]``. A snapshot's
description can be changed, and a restore of the tenant leaves it alone, unlike the tenant's own note
(docs/platform.md#3.14, docs/platform.md#4.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Optional

from .standing import Row, differences, left_out, recalled, remembered, standing

#: How far a window got. ``rolling back``: the restore may be done or not; ``restored``: it is done, but not verified.
_PHASES = ("open", "rolling back", "restored", "kept", "rolled back")
_NOT_ENDED = _PHASES[:3]

_PREFIX = "change-window-"
#: A snapshot's name has at most 128 characters, its description 2048 (docs/platform.md#3.14).
_LONGEST_ID = 100
_LONGEST_DESCRIPTION = 2048
_LONGEST_TEXT = 1900
_MARK = re.compile(
    r"\s*\[change window: (?P<phase>[^;\]]*)(?:; tenant was (?P<power>[^;\]]*))?(?:; before (?P<before>[^\]]*))?\]\s*$"
)
_POWER = {"running": True, "stopped": False}


def change_window(tenants: list[Row], tenant: str, window_id: str) -> dict[str, Any]:
    """What there is of a window: its phase, its snapshot, and the tenant's power from before.

    ``tenants`` are rows with their nodes, storage, networks and snapshots.
    """
    row = _the_one(tenants, tenant)
    if row is None:
        return _refused(f"There is no tenant '{tenant}', or not only one of that name.")
    if not 0 < len(window_id) <= _LONGEST_ID or window_id != window_id.strip() or not window_id.isprintable():
        return _refused(f"A window's id has 1 to {_LONGEST_ID} printable characters, and no blanks around them.")
    name = _PREFIX + window_id
    snapshot = next((each for each in row["snapshots"] if each["name"] == name), None)
    text, phase, running, before = _read(snapshot["description"]) if snapshot else ("", "new", None, None)
    subject = f"Change window '{window_id}' of tenant '{row['name']}'"
    refusals = _refusals(subject, phase, snapshot, running, row)
    was_running = row["status"] == "online" if running is None else running
    before = standing(row) if snapshot is None else before
    return {
        "id": window_id,
        "tenant": row["name"],
        "uuid": row["uuid"],
        "phase": phase,
        "running": was_running,
        "snapshot": snapshot or {"name": name},
        "before": before,
        "marks": _marks(text or f"Before the change {window_id}", was_running, before),
        "subject": subject,
        "line": " ".join([_line(subject, phase, snapshot, was_running), *_others(row, name)]),
        "refusals": refusals,
    }


def change_window_problems(tenants: list[Row], window: Row) -> list[str]:
    """What keeps the tenant from being as it was before: its power, nodes that are not up, a lost snapshot."""
    row = next((each for each in tenants if each["uuid"] == window["uuid"]), None)
    if row is None:
        return [f"Tenant '{window['tenant']}' is gone."]
    before = "online on all its nodes" if window["running"] else "offline"
    problems = [f"Tenant '{row['name']}' was {before}; now {each}." for each in _trouble(row, window["running"])]
    if not any(_same(each, window["snapshot"]) for each in row["snapshots"]):
        problems.append(f"Snapshot '{window['snapshot']['name']}' is gone, and with it the way back.")
    return problems


def change_window_failure(result: Any, task: Any) -> str:
    """Which task failed and why, in a sentence; nothing of what ``no_log`` keeps secret."""
    if not task:
        return "A file of tasks could not be read."
    name = task.get("name") or task.get("action")
    if task.get("no_log") or result.get("_ansible_no_log"):
        return f"Task '{name}' failed; no_log hides why."
    failed = [item for item in result.get("results", []) if isinstance(item, Mapping) and item.get("failed")]
    why = str((failed[0] if failed else result).get("msg") or "it does not say why").strip()
    return f"Task '{name}' failed: {why}" + ("" if why.endswith((".", "!", "?")) else ".")


def change_window_comparison(tenants: list[Row], window: Row, changed: list[Row]) -> dict[str, Any]:
    """What a rollback has brought back: what differs from before the window, and a sentence about it.

    ``tenants`` are rows as ``change_window`` takes them, read after the restore; ``changed`` are those from right
    before it. A restore may be done only at the next start (docs/platform.md#4.4). Of a tenant that is off it is known
    to be done if something that had differed is as it was.
    """
    before, is_off = window["before"], not window["running"]
    row, was = (next((each for each in rows if each["uuid"] == window["uuid"]), None) for rows in (tenants, changed))
    if before is None or row is None:
        unknown = "What else stood before it is not known, and was not compared."
        return {"differences": [], "verified": False, "sentence": unknown}
    found = differences(before, standing(row))
    seen = not is_off or (was is not None and len(differences(before, standing(was))) > len(found))
    missing = left_out(before)
    told = []
    if found:
        told.append(f"Not as it was before: {'; '.join(found)}.")
    if not seen:
        told.append(
            "As long as it is off, it cannot be seen whether the restore is done already, or only at its next start."
            + (" Start it before you change that by hand." if found else "")
        )
    elif found:
        told.append("The restore did not bring that back; change it by hand.")
    if missing:
        told.append(f"Of {missing} more things it is not known what they were.")
    return {"differences": found, "verified": seen and not found and not missing, "sentence": " ".join(told)}


def _refused(why: str) -> dict[str, Any]:
    return {"phase": "unknown", "refusals": [why]}


def _the_one(tenants: list[Row], tenant: str) -> Optional[Row]:
    """The tenant of that name or uuid. The module also answers to keys, which are given to other tenants later."""
    named = [row for row in tenants if row["name"] == tenant]
    found = named or [row for row in tenants if str(row["uuid"]).lower() == tenant.lower()]
    return found[0] if len(found) == 1 else None


def _read(description: str) -> tuple[str, str, Optional[bool], Optional[dict[str, Any]]]:
    """Text, phase, power and what else stood before; without a mark the window was prepared or begun, and not ended."""
    found = _MARK.search(description)
    if found is None:
        return description.strip()[:_LONGEST_TEXT], "open", None, None
    phase, power = found["phase"].strip(), (found["power"] or "").strip()
    known = phase in _PHASES and power in _POWER
    text = description[: found.start()].strip()[:_LONGEST_TEXT]
    return text, phase if known else "unknown", _POWER.get(power), recalled(found["before"] or "")


def _marks(text: str, running: bool, before: Optional[dict[str, Any]]) -> dict[str, str]:
    """The description in each phase. What stood before is remembered until the window has ended."""
    power = "running" if running else "stopped"
    found = {phase: f"{text} [change window: {phase}; tenant was {power}]" for phase in _PHASES}
    for phase in _NOT_ENDED if before else ():
        kept = remembered(before or {}, _LONGEST_DESCRIPTION - len(found[phase]) - len("; before "))
        found[phase] = f"{found[phase][:-1]}; before {kept}]" if kept else found[phase]
    return found


def _others(row: Row, name: str) -> list[str]:
    """Windows of the tenant that a run has left, be it by a way out of its tasks."""
    left = [
        each["name"][len(_PREFIX) :]
        for each in row["snapshots"]
        if each["name"].startswith(_PREFIX) and each["name"] != name and _read(each["description"])[1] in _NOT_ENDED
    ]
    named = ", ".join(f"'{each}'" for each in left)
    return [f"Not ended of this tenant: change window {named}; a run of the same id takes it up."] if left else []


def _refusals(subject: str, phase: str, snapshot: Optional[Row], running: Optional[bool], row: Row) -> list[str]:
    if phase == "unknown" and snapshot:
        return [f"{subject}: snapshot '{snapshot['name']}' has a mark that is not known: {snapshot['description']}"]
    if phase == "rolled back":
        return [f"{subject} was rolled back, and is over. Give the next attempt an id of its own."]
    if running is not None or row["status"] == "offline":
        return []
    # What is not well before would fail the check afterwards, and there would be nothing good to go back to.
    trouble = _trouble(row, running=True)
    return [f"{subject} cannot begin: {each}. It has to be offline, or online on all its nodes." for each in trouble]


def _line(subject: str, phase: str, snapshot: Optional[Row], running: bool) -> str:
    if phase == "new" or snapshot is None:
        return f"{subject} begins; the tenant is {'running' if running else 'stopped'}."
    way_back = f"Snapshot '{snapshot['name']}' of {snapshot['created']}"
    if phase == "open":
        return f"{subject} was not ended, and is taken up. {way_back} stays the way back; the tasks are run again."
    if phase in ("rolling back", "restored"):
        return f"{subject} was cut off while it was rolled back, which is finished now. {way_back} is the way back."
    return f"{subject} is over: {phase}. Nothing is done."


def _trouble(row: Row, running: bool) -> list[str]:
    if row["status"] != ("online" if running else "offline"):
        return [f"the tenant is {row['status']}"]
    down = [node for node in row["nodes"] if running and node["enabled"] and not node["running"]]
    return [f"its node '{node['name']}' is {node['status']}" for node in down]


def _same(found: Row, snapshot: Row) -> bool:
    """Keys and names are used again; the time when it was taken is not."""
    return all(found[column] == snapshot.get(column) for column in ("key", "name", "created"))
