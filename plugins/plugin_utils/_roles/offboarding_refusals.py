# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of the entries and variables of an offboarding cannot be meant, each in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from ...module_utils._model.units import is_blank
from .options import given

Row = Mapping[str, Any]

ACTIONS = ("suspend", "resume", "remove")
#: Seconds of a century, as for the module.
_LONGEST_RETENTION = 3_153_600_000
#: What the role's variables take, beside the entries.
_KINDS: dict[str, dict[str, Any]] = {
    "suspended_days": {"kind": "whole"},
    "confirmed": {"kind": "names"},
    "bill_folder": {"kind": "text"},
    "bill_since": {"kind": "text"},
    "wait_timeout": {"kind": "whole"},
    "force_stop_after": {"kind": "whole"},
}


def refusals(wanted: Any, variables: Optional[Row] = None) -> list[str]:
    """Why these entries must not be carried out, in sentences; judged by themselves, before anything is asked for.

    ``variables`` are the role's others, by the ends of their names; without them, they are not judged.
    """
    entries = [] if is_blank(wanted) else wanted
    found = [] if variables is None else _refused_variables(wanted, variables)
    if not isinstance(entries, (list, tuple)) or not all(isinstance(item, Mapping) for item in entries):
        return [*found, "tenant_offboard_tenants is not a list of tenants, each with a name and an action."]
    return found + _refused_entries(entries)


def _refused_variables(wanted: Any, variables: Row) -> list[str]:
    found = []
    for name, rules in _KINDS.items():
        try:
            given(variables.get(name), name=f"tenant_offboard_{name}", **rules)
        except ValueError as error:
            found.append(f"{error}.")
    days, confirmed, folder, since = (
        not is_blank(variables.get(name)) for name in ("suspended_days", "confirmed", "bill_folder", "bill_since")
    )
    if is_blank(wanted) and not days:
        found.append("No tenant is named: give tenant_offboard_tenants, or tenant_offboard_suspended_days.")
    if confirmed and variables["confirmed"] and not days:
        found.append(
            "tenant_offboard_confirmed confirms what tenant_offboard_suspended_days selects, which is not given."
        )
    if since and not folder:
        found.append("tenant_offboard_bill_since is of a final bill, and tenant_offboard_bill_folder is not given.")
    return found


def _refused_entries(wanted: Sequence[Row]) -> list[str]:
    found = []
    names = [name_of(item) for item in wanted]
    for item, name in zip(wanted, names):
        if not name:
            found.append("There is an entry with an empty name.")
        if item.get("action") not in ACTIONS:
            found.append(f"Tenant '{name}': its action is one of {', '.join(ACTIONS)}.")
        if item.get("uuid") is not None and not str(item["uuid"]).strip():
            found.append(f"Tenant '{name}': uuid is empty. It is a safeguard: give the tenant's uuid, or leave it out.")
        if item.get("action") == "remove":
            found += _refused_confirmation(item, name)
        found += _refused_snapshot(item, name)
        found += _refused_keys(item, name)
    found += [f"Tenant '{name}' is listed {names.count(name)} times." for name in _repeated(names)]
    uuids = [str(item["uuid"]).lower() for item in wanted if item.get("uuid")]
    found += [f"The uuid {uuid} is listed {uuids.count(uuid)} times." for uuid in _repeated(uuids)]
    return found


#: What an entry may hold, and what that takes.
_KEYS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("name", "action", "confirm", "uuid", "crash_cart"), {"kind": "text"}),
    **dict.fromkeys(("keep_snapshots", "allow_shared_objects"), {"kind": "flag"}),
    "final_snapshot": {},
}


def _refused_keys(item: Row, name: str) -> list[str]:
    found = []
    for key, value in item.items():
        if key not in _KEYS:
            found.append(f"Tenant '{name}': there is no key '{key}'; it has {', '.join(_KEYS)}.")
            continue
        try:
            given(value, name=key, **_KEYS[key])
        except ValueError as error:
            found.append(f"Tenant '{name}': {error}.")
    return found


def is_set(item: Row, key: str) -> bool:
    """Whether a flag of an entry says so, which may be text."""
    return bool(given(item.get(key), False, name=key, kind="flag"))


def name_of(item: Row) -> str:
    return "" if item.get("name") is None else str(item["name"])


def _refused_confirmation(item: Row, name: str) -> list[str]:
    confirm = item.get("confirm")
    if confirm is None:
        return [f"Tenant '{name}' is to be removed, which needs its name a second time, in confirm."]
    if str(confirm) != name:
        return [f"Tenant '{name}' is to be removed, but confirm says '{confirm}'. It must repeat the name exactly."]
    return []


def _refused_snapshot(item: Row, name: str) -> list[str]:
    snapshot = item.get("final_snapshot")
    if not snapshot:
        return []
    if item.get("action") == "remove":
        return [
            f"Tenant '{name}': a final_snapshot cannot outlast a removal, because it can only be restored over the "
            "tenant that it was taken of. Suspend the tenant with it first, and remove it when it is no longer needed."
        ]
    if item.get("action") != "suspend":
        return [f"Tenant '{name}': a final_snapshot is taken when a tenant is suspended, and never else."]
    retention = snapshot.get("retention") if isinstance(snapshot, Mapping) else None
    if is_blank(retention):
        return [f"Tenant '{name}': its final_snapshot needs retention, in seconds, or 0 for ever."]
    try:
        given(retention, name="the retention of its final_snapshot", kind="whole", most=_LONGEST_RETENTION)
    except ValueError as error:
        return [f"Tenant '{name}': {error}. It is in seconds, 0 for ever."]
    return []


def _repeated(names: Sequence[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})
