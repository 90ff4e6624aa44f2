# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a network's pending firewall rules: without it, an address does not route (docs/platform.md#3.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._model.conditions import Row
from .._model.facts import every
from .._model.plan import DONE, Diagnosis, Goal, Step, Verdict, waiting
from .._model.query import Query, Write
from .._tables.networks import LOG, RULES


@dataclass(frozen=True)
class RulesOf:
    """A network whose rules may have to be applied: is it ``running``, and were rules ``pending`` before?"""

    key: Any
    name: str
    running: bool
    pending: bool


Networks = Mapping[Any, RulesOf]


def rules_of(row: Optional[Row]) -> Optional[RulesOf]:
    """The network of a tenant, an address or a block, or that of the network's own row."""
    if row is None:
        return None
    if "network_key" not in row:
        return RulesOf(row["$key"], str(row["name"]), bool(row["running"]), bool(row["rules_pending"]))
    if row["network_key"] is None:
        return None
    pending = row["rules_pending"] if "rules_pending" in row else row["pending"]
    return RulesOf(row["network_key"], str(row["network"]), bool(row["network_running"]), bool(pending))


def apply_steps(networks: Iterable[RulesOf], wait: bool) -> list[Step]:
    """One refresh for each running network, and one wait for all of them. A stopped one loads its rules at start."""
    running = [network for network in networks if network.running]
    return [
        Step(
            f"apply the rules of network '{network.name}'",
            Write("POST", "vnet_actions", body={"vnet": network.key, "action": "refresh"}),
            every(_query([network]), _APPLIED),
            goal=_applied(running) if wait and network is running[-1] else None,
            # Somebody else's rules may be pending a moment later.
            verb=True,
        )
        for network in running
    ]


_APPLIED = RULES["rules_pending"].eq(False)


def _query(networks: list[RulesOf]) -> Query:
    return Query(RULES, RULES["$key"].among(*(network.key for network in networks)))


def _all_applied(rows: list[Row], waited: float) -> Verdict:
    late = ", ".join(str(row["name"]) for row in rows if not _APPLIED.matches(row))
    return waiting(f"rules of {late} are still pending") if late else DONE


def _applied(networks: list[RulesOf]) -> Goal:
    names = ", ".join(f"'{network.name}'" for network in networks)
    about = LOG["level"].eq("error") & LOG["object_name"].among(*(network.name for network in networks))

    def says(rows: list[Row]) -> str:
        return f" Its log says: {str(rows[0]['text']).rstrip('.')}." if rows else ""

    return Goal(
        f"the rules of network {names} to be applied",
        _query(networks),
        _all_applied,
        # Rules that cannot be applied stay pending without an answer (docs/platform.md#3.12).
        diagnosis=Diagnosis(Query(LOG, about, "-timestamp", 1), says),
        hint="If the log names a block or a rule, correct it; otherwise run the task again, or raise wait_timeout.",
    )


def networks_to_apply(
    policy: str, listed: Networks, touched: Networks, own: Optional[RulesOf], wait: bool
) -> tuple[list[RulesOf], bool, list[str]]:
    """Which networks to apply, whether rules stay pending, and what to say of rules that were pending before.

    ``listed`` are the networks of rows that the task names, ``touched`` those where it changes a row, and ``own`` is
    the tenant's own network: both ends need the rules. Rules of ``listed`` networks that are pending may be what a run
    left that was cut off, so this one finishes it.
    """
    networks = dict(touched)
    for key, network in listed.items():
        if (network.pending and network.running) or policy == "always":
            networks.setdefault(key, network)
    if own and own.running and (networks or own.pending):
        networks[own.key] = own
    applied = [] if policy == "never" else list(networks.values())
    settled = {network.key for network in applied if network.running and wait}
    pending = any(
        network.key not in settled and (network.pending or network.key in touched)
        for network in {**listed, **networks}.values()
    )
    warnings = [
        f"Network '{network.name}' had rules pending before this task; they are applied along with it."
        for network in applied
        if network.pending and network.running and network.key in touched
    ]
    return applied, pending, warnings


def networks_left(policy: str, networks: Networks) -> tuple[list[RulesOf], list[str]]:
    """Which networks to apply once a tenant is deleted, and what to say of the others.

    Rules that were pending before are other people's, and not ours to apply.
    """
    running = [network for network in networks.values() if network.running]
    if policy == "never":
        return [], [f"The rules of network '{network.name}' stay pending." for network in running]
    apart = [network for network in running if network.pending and policy == "changed"]
    warnings = [
        f"Network '{network.name}' had rules pending before this task, which are not its own: its rules stay pending. "
        "Apply them, or set apply_rules=always."
        for network in apart
    ]
    return [network for network in running if network not in apart], warnings
