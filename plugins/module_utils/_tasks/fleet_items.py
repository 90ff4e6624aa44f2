# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The items of a list of tenants: plans and defaults filled in, and what is wrong with the list itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._checks.entries import ITEM, OWN

_KEYED = (("nodes", "name", "node"), ("storage", "tier", "tier"))
#: What an item may list, of each of which it may be the whole of the tenant's.
LISTS = ("nodes", "storage", "external_ips", "network_blocks", "layer2_networks")


_POLICY = {"type": "str", "choices": ["fail", "warn", "ignore"]}
#: The options of a list.
OPTIONS: dict[str, dict[str, Any]] = {
    "tenants": {"type": "list", "elements": "dict", "options": ITEM},
    "src": {"type": "path"},
    "plans": {"type": "dict"},
    "defaults": {"type": "dict"},
    # One text from the action plugin: as a dictionary, it would be shown in parts.
    "passwords": {"type": "raw", "no_log": True},
    "passwords_src": {"type": "path", "no_log": False},
    "exclusive": {"type": "list", "elements": "str", "choices": list(LISTS)},
    **{
        name: {"type": "bool", "default": False}
        for name in ("allow_shrink", "allow_restart", "allow_data_loss", "allow_ui_loss", "allow_power_off")
    },
    **{name: {"type": "bool", "default": False} for name in ("accept_reduced", "allow_similar")},
    "unlisted": {"type": "str", "choices": ["ignore", "report", "fail"], "default": "ignore"},
    "capacity": {**_POLICY, "default": "fail"},
    "n_minus_1": {**_POLICY, "default": "warn"},
    "default_cluster": {"type": "str"},
    "ram_target_percent": {"type": "float"},
    "ram_promised_percent": {"type": "float", "default": 100},
    "cores_ratio": {"type": "float", "default": 4},
    "provisioned_percent": {"type": "float", "default": 100},
    "used_percent": {"type": "float", "default": 90},
    "used_warn_percent": {"type": "float", "default": 70},
    "workers": {"type": "int", "default": 8},
    "starting_at_once": {"type": "int", "default": 20},
    "on_error": {"type": "str", "choices": ["continue", "stop"], "default": "continue"},
    "max_failed": {"type": "int"},
    "request_budget": {"type": "int"},
    "deadline": {"type": "int"},
    "plan_file": {"type": "path"},
    "plan_valid_for": {"type": "str", "default": "24h"},
    "plan": {"type": "path"},
    "on_drift": {"type": "str", "choices": ["refuse", "skip"], "default": "refuse"},
    "report_file": {"type": "path"},
    "apply_rules": {"type": "str", "choices": ["changed", "always", "never"], "default": "changed"},
}


@dataclass(frozen=True)
class Allowed:
    """What a list may do to tenants that stand. ``exclusive`` are the kinds of which its items list everything."""

    shrink: bool = False
    restart: bool = False
    reduced: bool = False
    data_loss: bool = False
    ui_loss: bool = False
    power_off: bool = False
    exclusive: frozenset[str] = frozenset()
    apply_rules: str = "changed"
    wait: bool = True


@dataclass(frozen=True)
class Items:
    """A list as it is meant. ``stated`` are the names of the items that say their state themselves; a plan's is a
    default."""

    tenants: Sequence[Mapping[str, Any]]
    stated: frozenset[str]
    problems: Sequence[str]


def complete(
    tenants: Sequence[Mapping[str, Any]], plans: Mapping[str, Mapping[str, Any]], defaults: Mapping[str, Any]
) -> Items:
    """Each item with what its plan, or else ``defaults``, says where it says nothing itself; a list is one value.

    An item without ``state`` runs if it has nodes.
    """
    whole = [_completed(_given(tenant), plans, _given(defaults)) for tenant in tenants]
    stated = frozenset(_name(tenant) for tenant in tenants if tenant.get("state") is not None)
    states = [{"state": "running" if item.get("nodes") else "present", **item} for item in whole]
    return Items(states, stated, [*_unknown_plans(tenants, plans), *_repeated(whole)])


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is null: that is not managed."""
    return {
        name: [_given(entry) if isinstance(entry, Mapping) else entry for entry in value]
        if isinstance(value, list)
        else value
        for name, value in values.items()
        if value is not None
    }


def _completed(
    item: dict[str, Any], plans: Mapping[str, Mapping[str, Any]], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    plan = _given(plans.get(str(item.get("plan", ""))) or {})
    inherited = {name: value for name, value in {**defaults, **plan}.items() if name not in OWN}
    return {**inherited, **item, "name": _name(item)}


def _name(item: Mapping[str, Any]) -> str:
    """The name as text: YAML reads one of digits as a number, and null stands for none."""
    return "" if item.get("name") is None else str(item["name"])


def _unknown_plans(tenants: Sequence[Mapping[str, Any]], plans: Mapping[str, Any]) -> Iterator[str]:
    known = ", ".join(sorted(plans)) or "none"
    for item in tenants:
        if item.get("plan") and str(item["plan"]) not in plans:
            yield f"Tenant '{_name(item)}': there is no plan '{item['plan']}' (plans: {known})."


def _repeated(items: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for item in items:
        for option, mark, what in _KEYED:
            named = Counter(str(one[mark]) for one in item.get(option, ()) if one.get(mark) is not None)
            for key, count in named.items():
                if count > 1:
                    yield f"Tenant '{item['name']}': {what} {key} is listed {count} times."
