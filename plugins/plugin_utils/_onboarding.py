# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role ``tenant_onboard`` decides: what each tenant is to be, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

#: The lists of a tenant whose entries must differ, and by what.
_KEYED = (("nodes", "name", "node"), ("storage", "tier", "tier"))
#: What only the tenant itself can say.
_OWN = ("name", "plan")


def complete(tenants: Sequence[Mapping[str, Any]], plans: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Each tenant with what its plan says where it says nothing itself, and what is wrong with the list.

    The result has ``tenants`` and ``problems``. A tenant without ``state`` runs if it has nodes; ``stated`` are the
    names of those that say it themselves.
    """
    whole = [_completed(_given(tenant), plans) for tenant in tenants]
    return {
        "tenants": whole,
        "stated": [_name(tenant) for tenant in tenants if tenant.get("state") is not None],
        "problems": [*_unknown_plans(tenants, plans), *_repeated(whole)],
    }


def outcome(steps: Iterable[Mapping[str, Any]], name: str, failure: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What became of one tenant, from the results of its tasks in their order.

    ``failure`` is the result of the task that failed, or empty. The result is done, unchanged or failed.
    """
    results = [one for step in steps for one in _items(step)]
    changes = [sentence for one in results for sentence in one.get("changes") or ()]
    reasons = [str(one["msg"]) for one in _items(failure or {}) if one.get("failed") and one.get("msg")]
    return {
        "name": name,
        "result": "failed" if failure else "done" if changes else "unchanged",
        # In a dry run of a tenant that does not exist, each task would create it.
        "changes": list(dict.fromkeys(changes)),
        "reason": " ".join(reasons) or str((failure or {}).get("msg", "")),
    }


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _completed(tenant: dict[str, Any], plans: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    plan = _given(plans.get(tenant.get("plan", "")) or {})
    whole = {**{name: value for name, value in plan.items() if name not in _OWN}, **tenant}
    return {"state": "running" if whole.get("nodes") else "present", **whole, "name": _name(tenant)}


def _name(tenant: Mapping[str, Any]) -> str:
    """The name as text: YAML reads one of digits as a number, and null stands for none."""
    return "" if tenant.get("name") is None else str(tenant["name"])


def _unknown_plans(tenants: Sequence[Mapping[str, Any]], plans: Mapping[str, Any]) -> list[str]:
    known = ", ".join(sorted(plans)) or "none"
    return [
        f"Tenant '{_name(tenant)}': there is no plan '{tenant['plan']}' (plans: {known})."
        for tenant in tenants
        if tenant.get("plan") and tenant["plan"] not in plans
    ]


def _repeated(tenants: Sequence[Mapping[str, Any]]) -> list[str]:
    return [
        f"Tenant '{tenant['name']}': {what} {key} is listed {count} times."
        for tenant in tenants
        for option, mark, what in _KEYED
        for key, count in Counter(str(one[mark]) for one in tenant.get(option, ()) if one.get(mark)).items()
        if count > 1
    ]


def _items(result: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The results of a loop's items, or the one result of a task without a loop."""
    return list(result.get("results", [result]))
