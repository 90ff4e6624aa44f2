# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What offboarding a tenant comes to: what has to be done, and what a removal gives back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Optional

from ...module_utils._model.selectors import near
from ...module_utils._model.units import epoch_of, iso_utc
from ...module_utils._tables.suspensions import all_marks, is_in_use, marked, own_mark, suspended_since, unmarked
from .offboarding_refusals import is_set, name_of
from .outcome import closing
from .suspensions import Candidate, candidates

Row = Mapping[str, Any]

#: What the platform takes for a tenant's note.
_LONGEST_NOTE = 1024


def plan(
    wanted: Sequence[Row],
    tenants: Sequence[Row],
    now: str,
    *,
    suspended_days: Optional[int] = None,
    confirmed: Sequence[Any] = (),
    shared: Optional[Sequence[Row]] = None,
    networks: Sequence[Row] = (),
) -> list[dict[str, Any]]:
    """What has to be done with each tenant of ``wanted``, in their order, then with those that the selection finds.

    ``tenants`` are those of the system, as ``vrg_tenant_info`` returns them with everything gathered; ``now`` is the
    time as ISO 8601 in UTC, to the second. ``suspended_days`` selects tenants that are suspended for longer, of which
    only those are removed that ``confirmed`` names, by name or uuid. ``shared`` are the tenants with their shared
    objects, None where these cannot be read; ``networks`` are the host's.
    """
    estate = _Estate(tenants, now, shared, networks)
    plans = [estate.plan_one(item) for item in wanted]
    if suspended_days is None:
        return plans
    listed = {one[key] for one in plans for key in ("uuid", "name")} - {None}
    selected = candidates(tenants, now, suspended_days, [str(one) for one in confirmed])
    return plans + [estate.plan_selected(one) for one in selected if not _is_listed(one, listed)]


def _is_listed(one: Candidate, listed: Collection[Any]) -> bool:
    """Whether an entry speaks of the tenant, which then says what becomes of it."""
    return one.name in listed or (one.row is not None and one.row["uuid"] in listed)


def _nothing(name: str, action: str, row: Optional[Row]) -> dict[str, Any]:
    """The plan that does nothing with a tenant, in the shape of all plans."""
    return {
        "name": name,
        "action": action,
        "uuid": row["uuid"] if row else None,
        "created": row.get("created") if row else None,
        "suspended_since": suspended_since(row) if row else None,
        "refusal": None,
        "missing": None,
        "unconfirmed": None,
        "selected": False,
        "skipped": [],
        "note": None,
        "final_snapshot": None,
        "crash_cart": None,
        "snapshots": [],
        "reclaimable": None,
    }


class _Estate:
    """The tenants of a system at a time, what is shared with them, and the host's networks by their block's key."""

    def __init__(
        self, tenants: Sequence[Row], now: str, shared: Optional[Sequence[Row]], networks: Sequence[Row]
    ) -> None:
        self._tenants = tenants
        self._now = now
        self._shared = None if shared is None else {one["uuid"]: one["shared_objects"] for one in shared}
        self._built_on = {one["block_key"]: str(one["name"]) for one in networks if one.get("block_key")}

    def plan_one(self, item: Row) -> dict[str, Any]:
        """What has to be done with the tenant of an entry."""
        name, action = name_of(item), item["action"]
        row, refusal = self._find(item, name)
        planned = _nothing(name, action, row)
        if refusal:
            return {**planned, "refusal": refusal}
        if row is None:
            return {**planned, **self._missing(item, name)}
        steps = {"suspend": self._suspension, "resume": self._resumption, "remove": self._removal}[action]
        return {**planned, **steps(item, name, row)}

    def plan_selected(self, one: Candidate) -> dict[str, Any]:
        """The same of a tenant that is selected by its suspension, or confirmed though it is not."""
        planned = {**_nothing(one.name, "remove", one.row), "selected": True}
        for why in ("refusal", "missing", "unconfirmed"):
            planned[why] = getattr(one, why)
        if one.row is None or one.refusal or one.unconfirmed:
            return planned
        return {**planned, **self._removal({}, one.name, one.row)}

    def _find(self, item: Row, name: str) -> tuple[Optional[Row], Optional[str]]:
        """The tenant that is meant, or why it cannot be told."""
        same = [row for row in self._tenants if row["name"] == name]
        uuid = str(item.get("uuid") or "").strip().lower()
        if not uuid:
            if len(same) > 1:
                return None, f"There are {len(same)} tenants '{name}'. Say in uuid which one is meant."
            return (same[0] if same else None), None
        meant = next((row for row in self._tenants if str(row["uuid"]).lower() == uuid), None)
        if meant is not None and meant["name"] != name:
            return None, (
                f"The tenant with the uuid {uuid} is called '{meant['name']}', not '{name}'. Call it that if it is "
                "the one that is meant."
            )
        if meant is None and same:
            uuids = ", ".join(str(row["uuid"]) for row in same)
            return None, f"Tenant '{name}' has the uuid {uuids}, not {uuid}: it is another tenant of that name."
        return meant, None

    def _missing(self, item: Row, name: str) -> dict[str, Any]:
        """What is said of a tenant that is not there: it may be removed already, or its name misspelt."""
        if item["action"] != "remove":
            return {"refusal": f"There is no tenant '{name}' to {item['action']}.{self._near(name)}"}
        # Its crash cart is a machine of the host, and may have been left.
        cart = {"crash_cart": str(item.get("crash_cart") or f"Crash Cart - {name}")}
        return {**cart, "missing": f"There is no tenant '{name}'.{self._near(name)}"}

    def _near(self, name: str) -> str:
        names = sorted({str(row["name"]) for row in self._tenants})
        told = near(name, names)
        return f" {told}" if told else ""

    def _suspension(self, item: Row, name: str, row: Row) -> dict[str, Any]:
        since = suspended_since(row)
        skipped = [f"It is suspended since {since} already, and that date stays."] if since else []
        note = str(row["note"] or "") if since else marked(row["note"], self._now, row["uuid"])
        if len(note) > _LONGEST_NOTE:
            room = len(note) - _LONGEST_NOTE
            return {
                "refusal": f"The note of tenant '{name}' has no room for the date: shorten it by {room} characters."
            }
        snapshot, why_not = self._final_snapshot(item.get("final_snapshot"), since or self._now)
        return {
            "note": None if since else note,
            "suspended_since": since or self._now,
            "final_snapshot": snapshot,
            "skipped": skipped + why_not,
        }

    def _final_snapshot(self, wanted: Optional[Row], since: str) -> tuple[Optional[dict[str, Any]], list[str]]:
        """The snapshot that must exist; none once it has expired, so that it is not taken again."""
        if not wanted:
            return None, []
        retention = int(wanted["retention"])
        expiry = epoch_of(since) + retention
        if retention and epoch_of(self._now) >= expiry:
            return None, [f"Its final snapshot expired on {iso_utc(expiry)} and is not taken again."]
        return {"name": f"final {since}", "retention": retention}, []

    def _resumption(self, item: Row, name: str, row: Row) -> dict[str, Any]:
        note = unmarked(row["note"])
        marks = all_marks(row["note"])
        mark = own_mark(row["note"], row["uuid"])
        runs = is_in_use(row) and not row["isolated"]
        if mark is None and not runs:
            theirs = f" The mark in its note is that of the tenant {marks[0].uuid}." if marks else ""
            return {
                "refusal": f"Tenant '{name}' is {'isolated' if row['isolated'] else 'off'}, and this role has not "
                f"suspended it.{theirs} Start it with vrg_tenant if it is to run."
            }
        kept = [str(one["name"]) for one in row["snapshots"] if mark and one["name"] == f"final {mark.since}"]
        return {
            "note": note if mark else None,
            "suspended_since": mark.since if mark else None,
            "skipped": ["It is not suspended."] if mark is None else [f"Snapshot '{one}' stays." for one in kept],
        }

    def _removal(self, item: Row, name: str, row: Row) -> dict[str, Any]:
        snapshots = [str(one["name"]) for one in row["snapshots"]]
        refusal = None
        if snapshots and is_set(item, "keep_snapshots"):
            told = ", ".join(f"'{one}'" for one in snapshots)
            refusal = f"Tenant '{name}' has snapshots that are to be kept ({told}), and they would go with it."
        refusal = refusal or self._still_used(item, name, row)
        if refusal:
            return {"refusal": refusal}
        return {"crash_cart": item.get("crash_cart") or None, "snapshots": snapshots, "reclaimable": reclaimable(row)}

    def _still_used(self, item: Row, name: str, row: Row) -> Optional[str]:
        """What the tenant has that others stand on, or that nobody knows the end of."""
        shared = None if self._shared is None else self._shared.get(row["uuid"])
        if not is_set(item, "allow_shared_objects"):
            if shared is None:
                return (
                    f"Whether objects are shared with tenant '{name}' cannot be read. Set allow_shared_objects to "
                    "remove it all the same."
                )
            if shared:
                told = ", ".join(f"'{one['name']}'" for one in shared)
                return (
                    f"Objects are shared with tenant '{name}' ({told}), and nobody knows what its removal makes of "
                    "them. Take them back first, or set allow_shared_objects."
                )
        built_on = [(one["cidr"], self._built_on.get(one.get("key"))) for one in row["network_blocks"]]
        used = [f"{cidr} (network '{network}')" for cidr, network in built_on if network]
        if used:
            return f"Network blocks of tenant '{name}' are in use: {', '.join(used)}. Delete what stands on them first."
        return None


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


#: What may become of a tenant, and how it is counted in the closing line.
_COUNTED = {
    "suspended": "suspended",
    "resumed": "resumed",
    "removed": "removed",
    "unchanged": "as asked already",
    "not there": "not there",
    "unconfirmed": "not confirmed",
    "refused": "refused",
    "failed": "failed",
}


def outcome(results: Sequence[Row], check: bool = False) -> dict[str, Any]:
    """The counts of what became of the tenants, and the same as one line."""
    names = {word: [str(one["name"]) for one in results if one["result"] == word] for word in _COUNTED}
    parts = [
        f"{len(found)} {_COUNTED[word]}" + (f" ({_some(found)})" if word not in ("unchanged",) else "")
        for word, found in names.items()
        if found
    ]
    changed = any(one["changed"] for one in results)
    nothing = "No tenant is listed or selected."
    return closing("tenant", len(results), parts, nothing, names, changed=changed, check_mode=check)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
