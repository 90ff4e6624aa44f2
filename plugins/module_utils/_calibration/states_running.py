# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Level scratch: a restore, a tenant that starts and runs, and one of whose nodes some are stopped."""

from __future__ import annotations

from typing import Optional

from .probe import Probe
from .removal import network_is_up, status_of
from .states_network import RULES
from .tenant import own_key
from .walk import GIB, State, Walk, demand

_AFTER = "after the snapshot"


def _enter_restored(walk: Walk) -> None:
    """Change what a snapshot keeps, and go back to it."""
    walk.found["before"] = walk.tenant.row("description").get("description")
    demand(walk.tenant.change("PUT", {"description": _AFTER}), "description")
    row = walk.storage()
    if row is not None:
        walk.tenant.change_part("tenant_storage", row["$key"], "PUT", {"provisioned": 2 * GIB})
    walk.found["restored"] = _restore(walk) == "accept"
    walk.found["timing"] = _timing_while_off(walk) if walk.found["restored"] else None


def _restore(walk: Walk) -> Optional[str]:
    return walk.tenant.act("restore", snapshot=int(walk.found["snapshot"])).chosen("accept", "refuse")


def _is_back(walk: Walk) -> bool:
    return bool(walk.tenant.row("description").get("description") == walk.found["before"])


def _timing_while_off(walk: Walk) -> Optional[str]:
    if _is_back(walk):
        return "at_once"
    return "after_step" if walk.looking.times(lambda: _is_back(walk)) else None


def _second_restore(walk: Walk) -> Optional[str]:
    """Only one that still waits can be replaced."""
    if not walk.found["restored"] or walk.found["timing"] is not None:
        return None
    return {"accept": "replace", "refuse": "refuse"}.get(_restore(walk) or "")


def _enter_running(walk: Walk) -> None:
    walk.power_on()


def _restore_timing(walk: Walk) -> Optional[str]:
    if walk.found["timing"] is None and walk.found["restored"] and _is_back(walk):
        walk.found["timing"] = "at_poweron"
    timing: Optional[str] = walk.found["timing"]
    return timing


def _restore_scope(walk: Walk) -> Optional[str]:
    row = walk.storage()
    if row is None or walk.found["timing"] is None:
        return None
    return {GIB: "rows", 2 * GIB: "columns"}.get(row["provisioned"])


def _node_enabled(walk: Walk) -> Optional[str]:
    """The second node is disabled; the first one runs, so what was to start has started."""
    if walk.node_status(0) != "running":
        return None
    return {"running": "ignored", "stopped": "gates"}.get(walk.node_status(1))


def _poweron_when_running(walk: Walk) -> Optional[str]:
    walk.start_nodes()
    return walk.tenant.act("poweron").chosen("ignore", "refuse")


def _snapshot_running(walk: Walk) -> Optional[str]:
    answer = walk.tenant.add("tenant_snapshots", name="running")
    if answer.is_accepted:
        walk.tenant.change_part("tenant_snapshots", own_key(answer), "DELETE")
    return answer.chosen("accept", "refuse")


def _restore_refusal(walk: Walk) -> Optional[str]:
    return walk.tenant.act("restore", snapshot=int(walk.found["snapshot"])).code("405", "422")


def _clone_running(walk: Walk) -> Optional[str]:
    return walk.copy().chosen("accept", "refuse")


def _reset_shows(walk: Walk) -> Optional[str]:
    demand(walk.tenant.act("reset"), "reset")
    row = walk.tenant.row("status#running as running,status#starting as starting,status#status as status")
    walk.looking.until(walk.is_up, "The scratch tenant after a reset")
    if row.get("status") != "restarting":
        return None
    return "starting" if row.get("starting") else "running" if row.get("running") else None


def _enter_one_node(walk: Walk) -> None:
    walk.start_nodes()
    demand(walk.tenant.act_on_node(walk.nodes[1], "poweroff"), "power-off of a node")
    walk.await_node(1, "stopped")


def _node_stopped_status(walk: Walk) -> Optional[str]:
    status = status_of(walk.tenant)
    return status if status in ("online", "reduced") else None


def _enter_no_node(walk: Walk) -> None:
    demand(walk.tenant.act_on_node(walk.nodes[0], "kill"), "kill of a node")
    walk.await_node(0, "stopped")


def _last_node_killed(walk: Walk) -> Optional[str]:
    """The platform may need a moment to notice."""
    noticed = walk.looking.times(lambda: not walk.is_up() and status_of(walk.tenant))
    return noticed if noticed in ("offline", "nodesoffline") else None


def _network_after_last_node(walk: Walk) -> Optional[str]:
    if status_of(walk.tenant) not in ("offline", "nodesoffline"):
        return None
    return "stops" if walk.looking.times(lambda: not network_is_up(walk.tenant)) else "stays"


RESTORED = State(
    "restored",
    _enter_restored,
    (Probe("second_restore", "replace refuse", "A second restore while the first one waits", _second_restore),),
)
RUNNING = State(
    "running",
    _enter_running,
    (
        Probe(
            "restore_timing",
            "at_poweron at_once after_step",
            "When the description is that of the snapshot again",
            _restore_timing,
        ),
        Probe("restore_scope", "columns rows", "Its storage is that of the snapshot again, or not", _restore_scope),
        Probe("node_enabled", "ignored gates", "Its power-on started its disabled node too", _node_enabled),
        Probe("poweron_when_running", "refuse ignore", "poweron while it runs", _poweron_when_running),
        Probe("snapshot_running", "accept refuse", "A snapshot while it runs", _snapshot_running),
        Probe("restore_refusal", "405 422", "Status of a restore while it runs", _restore_refusal),
        Probe("clone_running", "accept refuse", "A clone while it runs", _clone_running),
        *RULES,
        Probe("reset_shows", "running starting", "Flags right after reset", _reset_shows),
    ),
)
ONE_NODE = State(
    "one node",
    _enter_one_node,
    (Probe("node_stopped_status", "online reduced", "Status with one of two nodes off", _node_stopped_status),),
)
NO_NODE = State(
    "no node",
    _enter_no_node,
    (
        Probe("last_node_killed", "offline nodesoffline", "Status when its last node was killed", _last_node_killed),
        Probe("network_after_last_node", "stays stops", "Its network after its last node", _network_after_last_node),
    ),
)
