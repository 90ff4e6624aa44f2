# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making a tenant from another one (docs/platform.md#3.7, 4.5).

The platform's clone takes only a name, and keeps its source's password. So one that is to have a login of its own is
made under an unfinished name, and gets its login and its name in one write: whatever cuts the run off, no copy with
somebody else's password ever has the name, and the next run finds the unfinished one and finishes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

from .._model.conditions import Row, all_of
from .._model.desired import plan_present
from .._model.facts import some
from .._model.plan import Plan, Step
from .._model.query import Created, Write
from .._model.resource import Access
from .._tables.tenants import TENANT, find_tenant
from .tenant_goals import cloned

#: What a clone can do without, and the parameter of the platform's action that says so.
CLONE_WITHOUT = {"network": "no_vnet", "storage": "no_storage", "nodes": "no_nodes"}
_UNFINISHED = " (unfinished clone)"


@dataclass(frozen=True)
class Clone:
    """A clone to be made: its name, what it is made from as found and as named, what an earlier run has ``begun``,
    and what it does ``without``."""

    name: str
    source: Optional[Row]
    source_text: str
    begun: Optional[Row]
    without: tuple[str, ...]


def unfinished(name: str) -> str:
    """What a clone is called until it has its own login."""
    return name[: 120 - len(_UNFINISHED)] + _UNFINISHED


def plan(clone: Clone, wanted: Mapping[str, Any], waits: bool) -> Plan:
    """Clone, then set what else is ``wanted``. ``waits`` says that later steps need the clone to be there."""
    secret = any(TENANT[name].access is Access.SECRET for name in wanted)
    made_as = unfinished(clone.name) if secret else clone.name
    if clone.begun is not None:
        return _finished(clone, clone.begun, wanted)
    made = Created(f"tenant '{clone.name}'")
    waits = waits or bool(wanted)
    step = Step(
        f"clone tenant '{clone.source['name'] if clone.source else clone.source_text}' as '{clone.name}'",
        Write(
            "POST",
            "tenant_actions",
            body={
                "tenant": clone.source["$key"] if clone.source else None,
                "action": "clone",
                "params": {"name": made_as, **{CLONE_WITHOUT[part]: True for part in clone.without}},
            },
        ),
        some(find_tenant(TENANT, made_as)),
        goal=cloned(made_as) if waits else None,
        made=made,
        # It takes a while to appear: sent a second time, there might be two.
        once=True,
        verb=not waits,
    )
    shown = TENANT.shown(wanted)
    planned = Plan(
        result={**TENANT.preview({**shown, "name": clone.name}), "isolated": None},
        steps=(step,),
        after={"name": clone.name, **shown},
        subject=f"tenant '{clone.name}'",
    )
    if not wanted:
        return planned
    renamed = {"name": clone.name} if made_as != clone.name else {}
    return planned.then(_setting(clone.name, made, {**renamed, **wanted}))


def _finished(clone: Clone, begun: Row, wanted: Mapping[str, Any]) -> Plan:
    """What an earlier run has begun gets its login and its name."""
    subject = f"unfinished clone of tenant '{clone.source_text}'"
    found = find_tenant(TENANT, clone.name)
    planned = plan_present(TENANT, subject, {**wanted, "name": clone.name}, begun, find=found)
    steps = tuple(replace(step, guards=(cloned(str(begun["name"])),)) for step in planned.steps)
    return replace(planned, steps=steps).warned(
        f"Tenant '{begun['name']}' is what an earlier run had begun to clone; it is finished now as '{clone.name}'."
    )


def _setting(name: str, made: Created, wanted: Mapping[str, Any]) -> Step:
    columns = [TENANT[option] for option in wanted]
    visible = [column for column in columns if column.access is not Access.SECRET]
    reached = all_of(*(column.holds(wanted[column.name]) for column in visible))
    body = {column.written_to: column.encoded(wanted[column.name]) for column in columns}
    return Step(
        f"set {', '.join(option for option in wanted if option != 'name')} of tenant '{name}'",
        Write("PUT", TENANT.table, made, body),
        some(find_tenant(TENANT, name), reached),
        secret=len(visible) < len(columns),
    )
