# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a rolling maintenance as they are meant, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .given import given, is_given
from .maintenance_refusals import release
from .moments import moment

#: What each holds where it is not given, and what it takes.
_RULES: dict[str, tuple[Any, dict[str, Any]]] = {
    "cluster": ("", {"kind": "text"}),
    "allow_unmigratable": (False, {"kind": "bool"}),
    "take_over": (False, {"kind": "bool"}),
    "drain_check": ("fail", {"choices": ("fail", "warn", "ignore")}),
    "version": ("", {"kind": "text"}),
    "tasks": ("", {"kind": "text"}),
    "wait_timeout": (3600, {"kind": "int"}),
    "repair_timeout": (7200, {"kind": "int"}),
    "poll_interval": (10, {"kind": "int"}),
}


def options(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Each variable, or its default where it is null or blank, and in ``refusals`` a sentence for each wrong one."""
    values: dict[str, Any] = {"nodes": _selection(variables.get("nodes")), "since": ""}
    refused = []
    for name, (default, rules) in _RULES.items():
        try:
            values[name] = given(variables.get(name), default, name=f"node_maintenance_{name}", **rules)
        except ValueError as error:
            values[name] = default
            refused.append(f"{error}.")
    try:
        moment(variables.get("since"))
        values["since"] = str(given(variables.get("since"), ""))
    except ValueError as error:
        refused.append(f"node_maintenance_since: {error}.")
    if values["version"] and not release(values["version"]):
        refused.append(f"node_maintenance_version is '{values['version']}'; it takes a version like 26.1.8.")
    return {**values, "refusals": refused}


def _selection(value: Any) -> Any:
    """``needed``, ``all``, or names; text that is neither word is names, one a line."""
    word = given(value, "needed")
    if isinstance(word, str) and word.strip() in ("needed", "all"):
        return word.strip()
    names = word.splitlines() if isinstance(word, str) else word if isinstance(word, (list, tuple)) else [word]
    # A list that came out empty means no node, and never all that need it.
    return [str(name).strip() for name in names if is_given(name)]
