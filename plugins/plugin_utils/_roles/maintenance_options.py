# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of a rolling maintenance as they are meant, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...module_utils._model.units import is_blank
from .maintenance_refusals import release
from .moments import moment
from .options import role_options

#: What each takes, and what it holds where it is not given.
_KINDS: dict[str, dict[str, Any]] = {
    "cluster": {"kind": "text", "default": ""},
    "allow_unmigratable": {"kind": "flag", "default": False},
    "take_over": {"kind": "flag", "default": False},
    "drain_check": {"kind": ("fail", "warn", "ignore"), "default": "fail"},
    "version": {"kind": "text", "default": ""},
    "tasks": {"kind": "text", "default": ""},
    "wait_timeout": {"kind": "whole", "default": 3600},
    "repair_timeout": {"kind": "whole", "default": 7200},
    "poll_interval": {"kind": "whole", "default": 10},
    "since": {"kind": "anything", "default": ""},
}


def options(variables: Mapping[str, Any]) -> dict[str, Any]:
    """Each variable, or its default where it is null or blank, and in ``refusals`` a sentence for each wrong one."""
    asked = {name: {**rules, "given": variables.get(name)} for name, rules in _KINDS.items()}
    values = role_options(asked, "node_maintenance")
    refused = values.pop("problems")
    values["nodes"] = _selection(variables.get("nodes"))
    try:
        moment(variables.get("since"))
        values["since"] = str(values["since"])
    except ValueError as error:
        values["since"] = ""
        refused.append(f"node_maintenance_since: {error}.")
    if values["version"] and not release(values["version"]):
        refused.append(f"node_maintenance_version is '{values['version']}'; it takes a version like 26.1.8.")
    return {**values, "refusals": refused}


def _selection(value: Any) -> Any:
    """``needed``, ``all``, or names; text that is neither word is names, one a line."""
    word = "needed" if is_blank(value) else value
    if isinstance(word, str) and word.strip() in ("needed", "all"):
        return word.strip()
    names = word.splitlines() if isinstance(word, str) else word if isinstance(word, (list, tuple)) else [word]
    # A list that came out empty means no node, and never all that need it.
    return [str(name).strip() for name in names if not is_blank(name)]
