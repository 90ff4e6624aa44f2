# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removal of scratch, from whatever state a run has left it in, until nothing of it stands any more."""

from __future__ import annotations

import re
from typing import Optional

from .._model.conditions import Row, quoted
from .._model.errors import VrgError
from .._system.raw import Raw
from .tenant import MARK, NAME, PREFIX, Looking, Tenant

#: How often what is left is looked for: a clone may appear after its original was removed.
_ROUNDS = 3


def find_leftovers(raw: Raw) -> list[Tenant]:
    """Scratch that stands: by the beginning of its name and by the mark in its note, clones before originals.

    A clone whose note is not there is known by its name, which is that of a marked tenant and a word.
    """
    where = f"name bw {quoted(PREFIX)} and is_snapshot eq false"
    rows = raw.get("tenants", filter=where, fields="$key,name,uuid,note,vnet").rows
    rows = [row for row in rows if NAME.match(str(row.get("name"))) and row.get("uuid")]
    marked = [row for row in rows if _is_marked(row)]
    notes = {_stem(row["name"]): str(row["note"]) for row in marked}
    found = [row for row in rows if _is_marked(row) or (row["name"].endswith("-clone") and _stem(row["name"]) in notes)]
    found.sort(key=lambda row: not row["name"].endswith("-clone"))
    return [Tenant(raw, str(row["$key"]), str(row["uuid"]), row["name"], notes[_stem(row["name"])]) for row in found]


def _is_marked(row: Row) -> bool:
    return str(row.get("note") or "").startswith(MARK)


def _stem(name: str) -> str:
    return name[: len(PREFIX) + 8]


def remove_leftovers(raw: Raw, looking: Looking) -> int:
    """Remove all scratch that stands; how many tenants that were."""
    count = 0
    for _round in range(_ROUNDS):
        found = find_leftovers(raw)
        for tenant in found:
            remove(tenant, looking)
            count += 1
        if not found:
            return count
    if find_leftovers(raw):
        raise VrgError("Scratch of a calibration stands again and again.", hint="Does another one run?")
    return count


def remove(tenant: Tenant, looking: Looking) -> None:
    """Take everything from a tenant, stop it, delete it, and prove that neither it nor its network stands."""
    strip(tenant, looking)
    stop(tenant, looking)
    for row in tenant.parts("tenant_snapshots", "name"):
        tenant.change_part("tenant_snapshots", row["$key"], "DELETE")
    for row in tenant.parts("tenant_layer2_vnets", "enabled"):
        if row.get("enabled"):
            tenant.change_part("tenant_layer2_vnets", row["$key"], "PUT", {"enabled": False})
        tenant.change_part("tenant_layer2_vnets", row["$key"], "DELETE")
    looking.until(lambda: _is_deleted(tenant), "The deletion of the scratch tenant")
    apply_rules(tenant, looking)


def _is_deleted(tenant: Tenant) -> bool:
    if tenant.row("name"):
        tenant.change("DELETE")
    return is_gone(tenant)


def is_gone(tenant: Tenant) -> bool:
    """Neither the tenant is there, by its uuid, nor a network with the key of its own."""
    if tenant.raw.get("tenants", filter=f"uuid eq {quoted(tenant.uuid)}", fields="$key,name").rows:
        return False
    if tenant.vnet is None:
        return True
    row = tenant.raw.get(f"vnets/{tenant.vnet}", fields="$key,name").row
    return not row or PREFIX not in str(row.get("name"))


def strip(tenant: Tenant, looking: Looking) -> None:
    """Take its addresses and blocks from it, and have the network's rules applied, which waited for nothing else."""
    if tenant.row("ui_address").get("ui_address") is not None:
        tenant.change("PUT", {"ui_address": None})
    for table in ("vnet_addresses", "vnet_cidrs"):
        for row in tenant.parts(table, "owner"):
            tenant.change_part(table, row["$key"], "DELETE")
    apply_rules(tenant, looking)


def apply_rules(tenant: Tenant, looking: Looking) -> bool:
    """Apply the rules of the network that the note names: it was without any that waited when scratch began.

    Whether none waits in the end.
    """
    noted = re.search(r"Network: (\d+)", tenant.note)
    if noted is None:
        return True
    raw, key = tenant.raw, noted.group(1)

    def is_applied() -> bool:
        return raw.get(f"vnets/{key}", fields="$key,need_fw_apply").row.get("need_fw_apply") is not True

    if is_applied():
        return True
    raw.send("POST", "vnet_actions", {"vnet": int(key), "action": "refresh"})
    return bool(looking.times(is_applied))


def status_of(tenant: Tenant) -> Optional[str]:
    """The tenant's status; None if it is gone."""
    status = tenant.row("status#status as status").get("status")
    return None if status is None else str(status)


def network_is_up(tenant: Tenant) -> bool:
    """Whether its own network runs, or is on its way up or down."""
    return tenant.row("vnet#machine#status#status as network").get("network") not in (None, "stopped")


def stop(tenant: Tenant, looking: Looking) -> None:
    """Stop it, and then its network. A tenant on its way somewhere is left to arrive first."""
    asked: set[str] = set()

    def is_off() -> bool:
        status = status_of(tenant)
        if status in (None, "offline"):
            return True
        if status in ("online", "reduced", "nodesoffline", "error") and status not in asked:
            asked.add(status)
            tenant.act("poweroff")
        return False

    looking.until(is_off, "The scratch tenant's power-off")
    stop_network(tenant, looking)


def stop_network(tenant: Tenant, looking: Looking) -> None:
    """Stop its own network, which may outlast it."""
    if network_is_up(tenant):
        tenant.act_on_network("poweroff")
        looking.until(lambda: not network_is_up(tenant), "The power-off of the scratch tenant's network")
