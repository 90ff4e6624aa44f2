# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``vergeio.vrg.tenant_outcome``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DOCUMENTATION = r"""
name: tenant_outcome
short_description: What became of each tenant of a list
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Says of each tenant of a list what the result of M(vergeio.vrg.vrg_tenant_fleet) says of it.
  - The role P(vergeio.vrg.tenant_onboard#role) uses it.
  - Before 1.1.0 it took the results of several tasks that dealt with one tenant.
positional: names
options:
  _input:
    description: The result of M(vergeio.vrg.vrg_tenant_fleet).
    type: dict
    required: true
  names:
    description: The names of the tenants of the list, in its order.
    type: list
    elements: str
    required: true
"""

EXAMPLES = r"""
- name: What became of each
  ansible.builtin.debug:
    msg: "{{ fleet | vergeio.vrg.tenant_outcome(tenants | map(attribute='name')) }}"
"""

RETURN = r"""
_value:
  description: What became of each tenant, in the order of the list; empty if the list was refused as a whole.
  type: list
  elements: dict
  contains:
    name:
      description: Name of the tenant.
      type: str
      sample: acme
    result:
      description: V(done) if something was changed, V(unchanged) if not, V(left) if it was left as it is, V(failed).
      type: str
      sample: failed
    changes:
      description: What was changed, or would be in check mode, in order; with a failure, what was changed before it.
      type: list
      elements: str
      sample: ["create tenant 'acme'"]
    reason:
      description: Why it failed or was left; empty otherwise.
      type: str
      sample: "There is no network 'Externall'."
"""


def outcome(fleet: Mapping[str, Any], names: Sequence[Any]) -> list[dict[str, Any]]:
    """What became of each tenant; the fleet's result names only those that are worth a word."""
    if "summary" not in fleet:
        return []
    told = {str(one["name"]): one for one in fleet["tenants"]} | {str(one["uuid"]): one for one in fleet["tenants"]}
    return [_said(str(name), told.get(str(name), {})) for name in names]


def _said(name: str, one: Mapping[str, Any]) -> dict[str, Any]:
    result = str(one.get("result", "unchanged"))
    return {
        "name": name,
        "result": "done" if result in ("created", "changed") else result,
        "changes": list(one.get("changes", ())),
        "reason": f"{one.get('msg', '')} {one.get('hint', '')}".strip(),
    }


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Any]:
        return {"tenant_outcome": outcome}
