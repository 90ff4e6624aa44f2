# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Level scratch: a tenant that stops while its network lingers, too many cores, the clone, and the end."""

from __future__ import annotations

from typing import Optional

from .probe import Probe
from .removal import is_gone, network_is_up, remove, status_of, stop, stop_network
from .tenant import Tenant
from .walk import State, Walk, demand


def _enter_lingering(walk: Walk) -> None:
    """Off and up again, so that its network is what a power-on made it; then off, as far as the tenant goes."""
    stop(walk.tenant, walk.looking)
    walk.power_on()
    _tenant_off(walk)


def _tenant_off(walk: Walk) -> None:
    demand(walk.tenant.act("poweroff"), "power-off")
    fields = "status#status as status,vnet#machine#status#status as network"
    row = walk.looking.until(
        lambda: [row for row in [walk.tenant.row(fields)] if row.get("status") == "offline"],
        "The scratch tenant's power-off",
    )[0]
    walk.found["lingers"] = row.get("network") != "stopped"


def _poweron_while_network_stops(walk: Walk) -> Optional[str]:
    """Where that is accepted, the tenant is stopped again."""
    if not walk.found["lingers"]:
        return None
    answer = walk.tenant.act("poweron")
    if answer.is_accepted:
        walk.await_power_on()
        _tenant_off(walk)
    return answer.chosen("accept", "refuse")


def _network_linger(walk: Walk) -> Optional[str]:
    if not walk.found["lingers"]:
        return "none"
    return "two_steps" if walk.looking.times(lambda: not network_is_up(walk.tenant)) else "long"


def _enter_too_many_cores(walk: Walk) -> None:
    """The same node ran with one core a moment ago, so that only its cores can be why it does not now."""
    stop_network(walk.tenant, walk.looking)
    most = walk.place.cluster["max_cores_per_vm"]
    answer = walk.tenant.change_part("tenant_nodes", walk.nodes[0], "PUT", {"cpu_cores": most + 1})
    walk.found["cores"] = answer.is_accepted
    demand(walk.tenant.act("poweron"), "power-on")
    walk.looking.until(lambda: status_of(walk.tenant) not in ("starting", None), "The scratch tenant's power-on")


def _cores_over_limit(walk: Walk) -> Optional[str]:
    if not walk.found["cores"] or walk.node_status(1) != "running":
        return None
    return {"running": "ignored", "stopped": "enforced"}.get(walk.node_status(0))


def _tenant_delete_running(walk: Walk) -> Optional[str]:
    return walk.tenant.change("DELETE").code("405", "422")


def _enter_cloned(walk: Walk) -> None:
    if not walk.tenant.row("name"):
        return
    stop(walk.tenant, walk.looking)
    if walk.clone is None:
        walk.copy()


def _clone_status(walk: Walk) -> Optional[str]:
    status: Optional[str] = walk.clone.first["began"] if walk.clone else None
    return status


def _clone_theme(walk: Walk) -> Optional[str]:
    theme = walk.clone.first.get("theme_access") if walk.clone else None
    if theme is None or walk.tenant.row("theme_access").get("theme_access") != "both":
        return None
    return "kept" if theme == "both" else "lost"


def _clone_addresses(walk: Walk) -> Optional[str]:
    if walk.clone is None or not walk.tenant.parts("tenant_layer2_vnets", "enabled"):
        return None
    return "copied" if walk.clone.parts("tenant_layer2_vnets", "enabled") else "none"


def _tenant_delete_snapshots(walk: Walk) -> Optional[str]:
    """Seen on the clone, which has nothing else that could be in the way."""
    clone = walk.clone
    if clone is None:
        return None
    stop(clone, walk.looking)
    for row in clone.parts("tenant_layer2_vnets", "enabled"):
        clone.change_part("tenant_layer2_vnets", row["$key"], "DELETE")
    if not clone.add("tenant_snapshots", name="last").is_accepted:
        return None
    return _deleted(walk, clone, "cascade", "405")


def _tenant_delete_children(walk: Walk) -> Optional[str]:
    tenant = walk.tenant
    for row in tenant.parts("tenant_snapshots", "name"):
        tenant.change_part("tenant_snapshots", row["$key"], "DELETE")
    if not tenant.parts("tenant_layer2_vnets", "enabled"):
        return None
    return _deleted(walk, tenant, "cascade", "refuse")


def _deleted(walk: Walk, tenant: Tenant, accepted: str, refused: str) -> Optional[str]:
    """What follows from deleting it; it is gone afterwards either way."""
    answer = tenant.change("DELETE")
    if answer.is_accepted:
        walk.looking.until(lambda: is_gone(tenant), "The deletion of the scratch tenant")
        return accepted
    remove(tenant, walk.looking)
    return refused if answer.status == 405 else None


LINGERING = State(
    "lingering",
    _enter_lingering,
    (
        Probe(
            "poweron_while_network_stops",
            "accept refuse",
            "poweron while its network outlasts it",
            _poweron_while_network_stops,
        ),
        Probe("network_linger", "two_steps none long", "How long its network outlasts it", _network_linger),
    ),
)
TOO_MANY_CORES = State(
    "too many cores",
    _enter_too_many_cores,
    (
        Probe(
            "cores_over_limit",
            "enforced ignored",
            "A node with more cores than the cluster allows starts, or not",
            _cores_over_limit,
        ),
        Probe("tenant_delete_running", "405 422", "Status of DELETE while it runs", _tenant_delete_running),
    ),
)
CLONED = State(
    "cloned",
    _enter_cloned,
    (
        Probe("clone_status", "provisioning offline", "First status of its clone", _clone_status),
        Probe("clone_theme", "kept lost", "theme_access of its clone", _clone_theme),
        Probe("clone_addresses", "none copied", "Its clone has its layer 2 network", _clone_addresses),
        Probe("tenant_delete_snapshots", "cascade 405", "DELETE of a tenant with a snapshot", _tenant_delete_snapshots),
        Probe(
            "tenant_delete_children",
            "cascade refuse",
            "DELETE of a tenant with a layer 2 network",
            _tenant_delete_children,
        ),
    ),
)
