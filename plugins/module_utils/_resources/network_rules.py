# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applying a network's pending firewall rules: without it, an address does not route (API page 3.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._api import Api, Query, Row, Write, all_of, equals
from .._plan import Step
from .._wait import DONE, Goal, Verdict, waiting


@dataclass(frozen=True)
class Network:
    """A network whose rules may have to be applied: is it ``running``, and were rules ``pending`` before?"""

    key: Any
    name: str
    running: bool
    pending: bool


Networks = Mapping[Any, Network]


def apply_steps(networks: Iterable[Network], wait: bool) -> list[Step]:
    """One refresh for each running network, and one wait for all of them. A stopped one loads its rules at start."""
    running = [network for network in networks if network.running]
    steps = []
    for network in running:
        last = network is running[-1]
        steps.append(
            Step(
                f"apply the rules of network '{network.name}'",
                Write("POST", "vnet_actions", body={"vnet": network.key, "action": "refresh"}),
                _query([network]),
                lambda rows: not any(row["need_fw_apply"] for row in rows),
                after=_applied(running) if wait and last else None,
            )
        )
    return steps


def _query(networks: list[Network]) -> Query:
    return Query("vnets", equals("$key", *(network.key for network in networks)), "$key,name,need_fw_apply")


def _applied(networks: list[Network]) -> Goal:
    names = ", ".join(f"'{network.name}'" for network in networks)

    def judge(rows: list[Row], waited: float) -> Verdict:
        pending = [str(row["name"]) for row in rows if row["need_fw_apply"]]
        return waiting(f"rules of {', '.join(pending)} are still pending") if pending else DONE

    def explain(api: Api) -> str:
        """What the platform's log says of it: rules that cannot be applied stay pending without an answer (3.12)."""
        about = all_of(equals("level", "error"), equals("object_name", *(network.name for network in networks)))
        rows = api.read(Query("logs", about, "$key,text,timestamp", "-timestamp", 1))
        return f" Its log says: {str(rows[0]['text']).rstrip('.')}." if rows else ""

    hint = "If the log names a block or a rule, correct it; otherwise run the task again, or raise wait_timeout."
    return Goal(f"the rules of network {names} to be applied", _query(networks), judge, explain=explain, hint=hint)


def network_of(row: Row) -> Optional[Network]:
    """The network behind a row of a tenant's address or block, or behind a tenant itself."""
    if row.get("network_key") is None:
        return None
    return Network(row["network_key"], str(row["network"]), bool(row["network_running"]), bool(row["pending"]))


def network_behind(row: Optional[Row]) -> Optional[Network]:
    """The network of an address or block, or the network's own row that a new one names."""
    if row is None or "network_key" in row:
        return network_of(row) if row else None
    return Network(row["$key"], str(row["name"]), bool(row["network_running"]), bool(row["pending"]))


def choose(
    policy: str, listed: Networks, touched: Networks, own: Optional[Network], wait: bool
) -> tuple[list[Network], bool, list[str]]:
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
