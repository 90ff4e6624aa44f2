# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A plan that was saved, and whether what is planned now is the same.

Nothing of the file is sent: the module plans again, and carries out only what is as it was approved.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._model.errors import VrgError
from .._model.units import iso_utc
from .fleet_result import Work

_SCHEMA = 1
#: What a plan needs to be compared, and what each of its tenants needs.
_FORM = {"schema": int, "system": dict, "list": str, "expires": int, "tenants": list}
_TENANT = {"name": str, "uuid": (str, type(None))}
#: What is so long from now is another time each time.
_MOVING = ("expires",)
#: How many tenants a sentence names.
_NAMED = 10


def digest_of(items: Sequence[Mapping[str, Any]], exclusive: Sequence[str]) -> str:
    """What two equal lists have in common; passwords are no part of a list."""
    plain = json.dumps([items, sorted(exclusive)], sort_keys=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def saved(works: Sequence[Work], digest: str, system: Mapping[str, Any], now: int, valid_for: int) -> dict[str, Any]:
    """The plan as it is written to a file; ``now`` is the platform's time, ``valid_for`` is in seconds."""
    return {
        "schema": _SCHEMA,
        "system": dict(system),
        "list": digest,
        "made": iso_utc(now),
        "expires": now + valid_for,
        "tenants": [_changes(work) for work in works if work.planned and work.error is None],
    }


def check(plan: Any, digest: str, system: Mapping[str, Any], now: int) -> None:
    """Raises VrgError if a saved plan is not one of this list and this system, or has expired."""
    if not _is_plan(plan):
        raise VrgError("plan is no saved plan of this module.", hint="Save one with plan_file in check mode.")
    if plan["list"] != digest:
        raise VrgError("plan was made of another list.", hint="Give the same list, or make and approve a new plan.")
    if plan["system"].get("name") != system.get("name"):
        raise VrgError(
            f"plan was made of system '{plan['system'].get('name')}', and this is '{system.get('name')}'.",
            hint="Check the host.",
        )
    if plan["expires"] < now:
        raise VrgError(f"plan has expired ({iso_utc(plan['expires'])}).", hint="Make and approve a new one.")


def _is_plan(plan: Any) -> bool:
    """Whether it is what ``saved`` made: a file may have been cut off, or written by hand."""
    return _has(plan, _FORM) and plan["schema"] == _SCHEMA and all(_has(tenant, _TENANT) for tenant in plan["tenants"])


def _has(row: Any, form: Mapping[str, Any]) -> bool:
    return isinstance(row, Mapping) and all(name in row and isinstance(row[name], form[name]) for name in form)


def drifted(works: Sequence[Work], plan: Mapping[str, Any]) -> Iterator[Work]:
    """The tenants of which another change is planned now than was approved."""
    approved = {(one["name"], one["uuid"]): _comparable(one) for one in plan["tenants"]}
    for work in works:
        now = _changes(work)
        then = approved.get((now["name"], now["uuid"]))
        if work.error is None and (then is not None or work.planned) and _comparable(now) != then:
            yield work


def refusal(works: Sequence[Work]) -> VrgError:
    names = ", ".join(f"'{work.member.name}'" for work in works[:_NAMED])
    more = f" and {len(works) - _NAMED} more" if len(works) > _NAMED else ""
    return VrgError(
        f"Nothing was changed. What is planned now for {names}{more} is not what was approved.",
        hint="Make and approve a new plan, or set on_drift=skip to leave these tenants out.",
    )


def _changes(work: Work) -> dict[str, Any]:
    plans = [plan for plan in work.plans if plan.steps]
    return {
        "name": work.member.name,
        "uuid": (work.member.row or {}).get("uuid"),
        "changes": [step.sentence for plan in plans for step in plan.steps],
        "before": [dict(plan.before) for plan in plans],
        "after": [{name: value for name, value in plan.after.items() if name not in _MOVING} for plan in plans],
        "guards": sorted({guard.says for plan in plans for step in plan.steps for guard in _guards(step)}),
    }


def _guards(step: Any) -> Iterator[Any]:
    return (guard for guard in step.guards if hasattr(guard, "says"))


def _comparable(changes: Mapping[str, Any]) -> str:
    return json.dumps(changes, sort_keys=True, default=str)
