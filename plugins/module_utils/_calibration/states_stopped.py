# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Level scratch: a tenant that was just made, and one that has never run."""

from __future__ import annotations

from typing import Optional

from .._model.conditions import quoted
from .._system.raw import Answer
from .probe import Probe
from .reads_language import NOWHERE
from .removal import network_is_up, status_of, stop_network
from .tenant import own_key
from .walk import GIB, State, Walk, demand


def _enter_made(walk: Walk) -> None:
    walk.looking.until(lambda: status_of(walk.tenant) == "offline", "The scratch tenant")


def _create_status(walk: Walk) -> Optional[str]:
    status: Optional[str] = walk.tenant.first["began"]
    return status


def _create_network(walk: Walk) -> Optional[str]:
    status = walk.tenant.first.get("network")
    return None if status is None else "stopped" if status == "stopped" else "running"


def _key_in_rows(walk: Walk) -> Optional[str]:
    return "string" if isinstance(walk.tenant.first.get("$key"), str) else "int"


def _network_type(walk: Walk) -> Optional[str]:
    kind = walk.tenant.row("vnet#type as type").get("type")
    return kind if kind in ("internal", "tenant") else None


def _enter_stopped(walk: Walk) -> None:
    stop_network(walk.tenant, walk.looking)
    walk.add_node(1, enabled=True)
    # It is off on purpose: what a power-on does to it is seen later.
    walk.add_node(2, enabled=False)


def _put_body(walk: Walk) -> Optional[str]:
    answer = walk.tenant.change("PUT", {"description": "second"})
    if not answer.is_accepted:
        return None
    return "empty" if answer.body == {} else "key" if list(answer.row) == ["$key"] else None


def _unknown_column(walk: Walk) -> Optional[str]:
    answer = walk.tenant.change("PUT", {"description": "third", NOWHERE: 1})
    return answer.chosen("drop", "refuse")


def _patch(walk: Walk) -> Optional[str]:
    answer = walk.tenant.change("PATCH", {"description": "patched"})
    if answer.is_accepted:
        return "put" if walk.tenant.row("description").get("description") == "patched" else None
    return answer.code("405")


def _help_url_blank(walk: Walk) -> Optional[str]:
    answer = walk.tenant.change("PUT", {"help_url": ""})
    return "accept" if answer.is_accepted else answer.code("404")


def _rename_shows(walk: Walk) -> Optional[str]:
    other = f"{walk.tenant.name}-renamed"
    seen = None
    if walk.tenant.change("PUT", {"name": other}).is_accepted:
        at_once = walk.tenant.row("name").get("name") == other
        shown = at_once or walk.looking.times(lambda: walk.tenant.row("name").get("name") == other)
        seen = "at_once" if at_once else "late" if shown else None
    demand(walk.tenant.change("PUT", {"name": walk.tenant.name}), "name")
    walk.looking.until(lambda: walk.tenant.row("name").get("name") == walk.tenant.name, "The scratch tenant's name")
    return seen


def _action_body(walk: Walk) -> Optional[str]:
    answer = walk.tenant.act("isolateon")
    if not answer.is_accepted:
        return None
    if not answer.body:
        return "empty"
    return "receipt" if "response" in answer.row else "bare" if own_key(answer) else None


def _isolate_repeat(walk: Walk) -> Optional[str]:
    if walk.tenant.row("isolate").get("isolate") is not True:
        return None
    answer = walk.tenant.act("isolateon")
    walk.tenant.act("isolateoff")
    return answer.chosen("ignore", "refuse")


def _power_refusal_code(walk: Walk) -> Optional[str]:
    return walk.tenant.act("reset").code("422", "405")


def _poweroff_when_off(walk: Walk) -> Optional[str]:
    return walk.tenant.act("poweroff").chosen("ignore", "refuse")


def _kill_when_stopped(walk: Walk) -> Optional[str]:
    answer = walk.tenant.act_on_node(walk.nodes[0], "kill")
    return "ignore" if answer.is_accepted else answer.code("422")


def _network_poweroff_stopped(walk: Walk) -> Optional[str]:
    if network_is_up(walk.tenant):
        return None
    return walk.tenant.act_on_network("poweroff").chosen("ignore", "refuse")


def _refresh_stopped_network(walk: Walk) -> Optional[str]:
    if network_is_up(walk.tenant):
        return None
    return walk.tenant.act_on_network("refresh").chosen("ignore", "refuse")


def _node_over_limit(walk: Walk) -> Optional[str]:
    node, most = walk.nodes[0], walk.place.cluster["max_ram_per_vm"]
    ram = walk.tenant.parts("tenant_nodes", "ram")[0]["ram"]
    answer = walk.tenant.change_part("tenant_nodes", node, "PUT", {"ram": most + 1024})
    if answer.is_accepted:
        demand(walk.tenant.change_part("tenant_nodes", node, "PUT", {"ram": ram}), "memory")
        return "poweron"
    return answer.code("422")


def _write_types(walk: Walk) -> Optional[str]:
    answer = walk.tenant.change_part("tenant_nodes", walk.nodes[0], "PUT", {"cpu_cores": "1"})
    return answer.chosen("lenient", "strict")


def _storage_below_gib(walk: Walk) -> Optional[str]:
    answer = walk.tenant.add("tenant_storage", tier=walk.place.tier["$key"], provisioned=GIB // 2)
    key = own_key(answer)
    if not answer.is_accepted or key is None:
        return answer.code("422")
    row = walk.storage() or {}
    walk.tenant.change_part("tenant_storage", key, "DELETE")
    return "zero" if row.get("provisioned") == 0 else None


def _delete_body(walk: Walk) -> Optional[str]:
    answer = walk.tenant.change_part("tenant_storage", walk.add_storage(), "DELETE")
    if not answer.is_accepted or answer.status == 204:
        return "no_content" if answer.status == 204 else None
    return "empty" if answer.body is None else "object" if answer.body == {} else None


def _key_reuse(walk: Walk) -> Optional[str]:
    """Somebody else may take a key in between, so one row that comes lower or equal is enough."""
    reused = False
    for _again in range(3):
        gone = walk.add_storage()
        walk.tenant.change_part("tenant_storage", gone, "DELETE")
        then = walk.add_storage()
        walk.tenant.change_part("tenant_storage", then, "DELETE")
        reused = reused or (gone.isdecimal() and then.isdecimal() and int(then) <= int(gone))
    return "lowest_free" if reused else "never"


def _duplicate_code(walk: Walk) -> Optional[str]:
    walk.add_storage()
    answer = walk.tenant.add("tenant_storage", tier=walk.place.tier["$key"], provisioned=GIB)
    if answer.is_accepted:
        walk.tenant.change_part("tenant_storage", own_key(answer), "DELETE")
    return answer.code("409", "422")


def _audit_rows(walk: Walk) -> Optional[str]:
    where = f"tenant eq {walk.tenant.key} and level eq 'audit'"
    answer: Answer = walk.raw.get("tenant_logs", filter=where, fields="$key,text")
    return None if not answer.is_accepted else "on" if answer.rows else "off"


def _snapshot_expiry(walk: Walk) -> Optional[str]:
    walk.found["snapshot"] = key = walk.add("tenant_snapshots", name="first")
    row = walk.raw.get(f"tenant_snapshots/{key}", fields="$key,created,expires").row
    if "expires" not in row:
        return None
    days = (int(row["expires"] or 0) - int(row.get("created") or 0)) / 86_400
    return "never" if not row["expires"] else "three_days" if 2.9 < days < 3.1 else None


def _snapshot_tenant_row(walk: Walk) -> Optional[str]:
    where = f"name eq {quoted(walk.tenant.name)} and is_snapshot eq true"
    answer = walk.raw.get("tenants", filter=where, fields="$key,name")
    return None if not answer.is_accepted else "yes" if answer.rows else "no"


MADE = State(
    "made",
    _enter_made,
    (
        Probe("tenant_create_status", "offline provisioning", "First status of a new tenant", _create_status),
        Probe(
            "tenant_create_network", "stopped running", "The own network of a new tenant runs, or not", _create_network
        ),
        Probe("key_in_rows", "int string", "The key of the tenant in rows is a number, or text", _key_in_rows),
        Probe("tenant_network_type", "internal tenant", "Type of the tenant's own network", _network_type),
    ),
)
STOPPED = State(
    "stopped",
    _enter_stopped,
    (
        Probe("put_body", "empty key", "PUT of its description answers {}, or {$key}", _put_body),
        Probe("unknown_column", "drop refuse", "PUT with a column that does not exist", _unknown_column),
        Probe("patch", "405 put", "PATCH of its description", _patch),
        Probe("help_url_blank", "accept 404", "PUT of a blank help_url", _help_url_blank),
        Probe("rename_shows", "at_once late", "A new name is read at once, or later", _rename_shows),
        Probe("action_body", "bare receipt empty", "What isolateon answers", _action_body),
        Probe("isolate_repeat", "ignore refuse", "isolateon of what is isolated", _isolate_repeat),
        Probe("power_refusal_code", "422 405", "Status of reset while it is off", _power_refusal_code),
        Probe("poweroff_when_off", "refuse ignore", "poweroff while it is off", _poweroff_when_off),
        Probe("kill_when_stopped", "422 ignore", "kill of a node that is off", _kill_when_stopped),
        Probe(
            "network_poweroff_stopped", "ignore refuse", "poweroff of its stopped network", _network_poweroff_stopped
        ),
        Probe("refresh_stopped_network", "refuse ignore", "refresh of its stopped network", _refresh_stopped_network),
        Probe("node_over_limit", "poweron 422", "PUT of more RAM than the cluster allows", _node_over_limit),
        Probe("write_types", "strict lenient", 'PUT of cpu_cores "1", with quotes', _write_types),
        Probe("storage_below_gib", "422 zero", "Half a GiB of storage", _storage_below_gib),
        Probe("delete_body", "object empty no_content", "What DELETE of its storage answers", _delete_body),
        Probe("key_reuse", "lowest_free never", "A deleted storage row's key is given again", _key_reuse),
        Probe("duplicate_code", "409 422", "Status of a second storage row for one tier", _duplicate_code),
        Probe("audit_rows", "on off", "tenant_logs has audit rows after all of this", _audit_rows),
    ),
)
#: After what the tenant gets of a network, which a restore may bring back.
SNAPSHOT = State(
    "snapshot",
    lambda walk: None,
    (
        Probe("snapshot_expiry", "never three_days", "expires of a snapshot that named none", _snapshot_expiry),
        Probe("snapshot_tenant_row", "no yes", "The snapshot also made a tenant row", _snapshot_tenant_row),
    ),
)
