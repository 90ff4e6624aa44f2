# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making a tenant from another one (API page 3.7, 4.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Optional

from .._api import Query, Row, Write, all_of, equals
from .._plan import CREATED, Plan, Step, exists
from .._references import NO_SNAPSHOTS, no_tenant
from .tenant import TENANT
from .tenant_waits import cloned, who_will_be

#: What a clone can do without, and the parameter of the platform's action that says so (API page 3.7).
CLONE_WITHOUT = {"network": "no_vnet", "storage": "no_storage", "nodes": "no_nodes"}


def find_tenant(name: str) -> Query:
    """The tenant of a name, as it is read back."""
    return TENANT.query(all_of(equals("name", name), NO_SNAPSHOTS))


def plan_clone(
    name: str,
    source: Optional[Row],
    source_text: str,
    without: Sequence[str],
    wanted: Mapping[str, Any],
    must_wait: bool,
) -> Plan:
    """Clone the source as ``name``, then set what else is ``wanted``: a clone takes only a name.

    ``must_wait`` says that later steps need the clone to be there; setting something does so too.
    """
    waits = must_wait or bool(wanted)
    params: dict[str, Any] = {"name": name, **{CLONE_WITHOUT[part]: True for part in without}}
    step = Step(
        f"clone tenant '{source['name'] if source else source_text}' as '{name}'",
        Write(
            "POST",
            "tenant_actions",
            body={"tenant": source["$key"] if source else None, "action": "clone", "params": params},
        ),
        find_tenant(name),
        exists,
        # A clone takes a while to appear: sent a second time, there might be two.
        resend=False,
        after=cloned(who_will_be(name)) if waits else None,
        makes=waits,
    )
    shown = TENANT.shown(wanted)
    plan = Plan(
        result={**TENANT.preview({**shown, "name": name}), "isolated": None},
        steps=(step,),
        after={"name": name, **shown},
        blockers=() if source else (no_tenant(source_text),),
    )
    return plan.then(_setting(name, wanted)) if wanted else plan


def _setting(name: str, wanted: Mapping[str, Any]) -> Step:
    columns = [TENANT.column(option) for option in wanted]
    return Step(
        f"set {', '.join(wanted)} of tenant '{name}'",
        Write(
            "PUT", TENANT.table, CREATED, {column.written_to: column.encoded(wanted[column.name]) for column in columns}
        ),
        find_tenant(name),
        # A password among them cannot be read back, and setting it again does no harm.
        lambda rows: False,
    )
