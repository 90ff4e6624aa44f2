# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Level scratch: addresses, blocks and a layer 2 network of a tenant that is off, on the network that is named.

What is asked for and accepted is taken away again before rules are applied: no router ever hears of it.
"""

from __future__ import annotations

from typing import Any, Callable, Optional

from .._system.raw import Answer
from .probe import Probe
from .removal import strip
from .tenant import own_key
from .walk import State, Walk


def _enter(walk: Walk) -> None:
    """One address, which all the others are judged beside."""
    if walk.place.network is None:
        return
    if walk.addresses is not None:
        answer = _ask_address(walk, walk.addresses.free[0])
        walk.found["internal_virtual"] = answer.chosen("accept", "refuse") if answer.status != 409 else None
        walk.found["address"] = own_key(answer) if answer.is_accepted else None


def _network(walk: Walk) -> Any:
    """The key of the named network; these states are walked only where one is named."""
    if walk.place.network is None:
        raise AssertionError("a state of networks without a network")
    return walk.place.network["$key"]


def _ask_address(walk: Walk, ip: Optional[str]) -> Answer:
    return walk.tenant.add("vnet_addresses", vnet=_network(walk), ip=ip, type="virtual")


def _waits(walk: Walk) -> Optional[bool]:
    """Whether rules wait on the tenant's own network."""
    waits = walk.tenant.row("vnet#need_fw_apply as waits").get("waits")
    return waits if isinstance(waits, bool) else None


def _internal_virtual(walk: Walk) -> Optional[str]:
    if walk.place.network is None or walk.place.network["type"] != "internal":
        return None
    seen: Optional[str] = walk.found.get("internal_virtual")
    return seen


def _address(which: str) -> Callable[[Walk], Optional[str]]:
    """A look at what becomes of an address that somebody must not have."""

    def look(walk: Walk) -> Optional[str]:
        ip = getattr(walk.addresses, which, None)
        # Without an ordinary one that was accepted, a refusal would say nothing about this one.
        if ip is None or not walk.found.get("address") or _has_row(walk, ip):
            return None
        answer = _ask_address(walk, ip)
        if answer.is_accepted:
            walk.tenant.change_part("vnet_addresses", own_key(answer), "DELETE")
            return "accept"
        return answer.code("409", "422")

    return look


def _has_row(walk: Walk, ip: str) -> bool:
    where = f"vnet eq {_network(walk)} and ip eq '{ip}'"
    return bool(walk.raw.get("vnet_addresses", filter=where, fields="$key,ip").rows)


def _address_update(walk: Walk) -> Optional[str]:
    key = walk.found.get("address")
    if not key:
        return None
    answer = walk.tenant.change_part("vnet_addresses", key, "PUT", {"description": "changed"})
    return answer.chosen("accept", "refuse")


def _ui_address_on_delete(walk: Walk) -> Optional[str]:
    key = walk.found.get("address")
    if not key or walk.addresses is None or str(walk.tenant.row("ui_address").get("ui_address")) != key:
        return None
    other = own_key(_ask_address(walk, walk.addresses.free[1]))
    answer = walk.tenant.change_part("vnet_addresses", key, "DELETE")
    if not answer.is_accepted:
        return "refuse" if answer.is_refused else None
    now = walk.tenant.row("ui_address").get("ui_address", "")
    return "null" if now is None else "next" if other is not None and str(now) == other else None


def _ask_block(walk: Walk, cidr: str) -> Answer:
    return walk.tenant.add("vnet_cidrs", vnet=_network(walk), cidr=cidr)


def _cidr_overlap(walk: Walk) -> Optional[str]:
    if walk.addresses is None or not _ask_block(walk, walk.addresses.block).is_accepted:
        return None
    answer = _ask_block(walk, walk.addresses.wider)
    return "accept" if answer.is_accepted else answer.code("409", "422")


def _cidr_misaligned(walk: Walk) -> Optional[str]:
    if walk.addresses is None:
        return None
    answer = _ask_block(walk, walk.addresses.misaligned)
    return "accept" if answer.is_accepted else answer.code("422")


def _l2_delete_enabled(walk: Walk) -> Optional[str]:
    """One that is refused stays, disabled; one that is deleted is made again."""
    if walk.place.network is None:
        return None
    made = walk.tenant.add("tenant_layer2_vnets", vnet=walk.place.network["$key"], enabled=True)
    key = own_key(made)
    if not made.is_accepted or key is None:
        return None
    answer = walk.tenant.change_part("tenant_layer2_vnets", key, "DELETE")
    if answer.is_accepted:
        walk.tenant.add("tenant_layer2_vnets", vnet=walk.place.network["$key"], enabled=False)
    else:
        # A network that is switched through could loop.
        walk.tenant.change_part("tenant_layer2_vnets", key, "PUT", {"enabled": False})
    return "accept" if answer.is_accepted else "reject" if answer.status == 405 else None


def _enter_stripped(walk: Walk) -> None:
    strip(walk.tenant, walk.looking)


def tenant_network_apply(walk: Walk) -> Optional[str]:
    """While its own network runs: one that does not shows no rules that wait."""
    if walk.addresses is None or _waits(walk) is not False:
        return None
    if not _ask_address(walk, walk.addresses.free[2]).is_accepted:
        return None
    return {True: "pending", False: "none"}.get(bool(_waits(walk)))


def need_fw_apply(walk: Walk) -> Optional[str]:
    """Rules of the tenant's own network, which runs and waits since it got an address."""
    seen = _applied(walk) if walk.addresses is not None and _waits(walk) else None
    strip(walk.tenant, walk.looking)
    return seen


def _applied(walk: Walk) -> Optional[str]:
    if walk.looking.times(lambda: _waits(walk) is False):
        return "alone"
    if not walk.tenant.act_on_network("refresh").is_accepted:
        return None
    if _waits(walk) is False:
        return "sync"
    return "async" if walk.looking.times(lambda: _waits(walk) is False) else "stuck"


_CODES = "accept 409 422"

NETWORKED = State(
    "networked",
    _enter,
    (
        Probe(
            "internal_virtual", "accept refuse", "An address for the tenant on an internal network", _internal_virtual
        ),
        Probe("address_is_router", _CODES, "The address of the network's router", _address("router")),
        Probe("address_is_gateway", _CODES, "The address of the network's gateway", _address("gateway")),
        Probe("address_is_edge", _CODES, "The address of the network itself", _address("edge")),
        Probe("address_in_dhcp", _CODES, "The last address of the network's DHCP range", _address("leased")),
        Probe("address_outside_range", "accept 422", "An address outside of the network", _address("outside")),
        Probe("address_update", "accept refuse", "PUT of an address's description", _address_update),
        Probe(
            "ui_address_on_delete",
            "null next refuse",
            "DELETE of the address behind ui_address, beside another one",
            _ui_address_on_delete,
        ),
        Probe("cidr_overlap", _CODES, "A block that holds another block", _cidr_overlap),
        Probe("cidr_misaligned", "accept 422", "A block with host bits", _cidr_misaligned),
        Probe("l2_delete_enabled", "reject accept", "DELETE of an enabled layer 2 network", _l2_delete_enabled),
    ),
)
STRIPPED = State("stripped", _enter_stripped, ())
RULES = (
    Probe(
        "tenant_network_apply",
        "pending none",
        "Its own network, which runs, waits for its rules after an address on another",
        tenant_network_apply,
    ),
    Probe(
        "need_fw_apply",
        "async sync alone stuck",
        "When rules of its own network wait no longer, without and with refresh",
        need_fw_apply,
    ),
)
