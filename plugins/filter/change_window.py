# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ..plugin_utils._roles import change_window as windows
from ..plugin_utils._roles.standing import Row

DOCUMENTATION = r"""
name: change_window
short_description: Where a tenant's change window stands
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Judges from the tenant's snapshots what the role C(vergeio.vrg.tenant_change_window) has done and what is left.
  - The window's snapshot is named C(change-window-<id>). The end of its description is the mark that shows how far
    the window got.
positional: _input, tenant, id
options:
  _input:
    description: The tenants that M(vergeio.vrg.vrg_tenant_info) returns with everything that it gathers.
    type: list
    elements: dict
    required: true
  tenant:
    description: Name or uuid of the tenant; never its key.
    type: str
    required: true
  id:
    description: The window's id, 1 to 100 printable characters.
    type: str
    required: true
seealso:
  - plugin: vergeio.vrg.change_window_problems
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The tenant and its snapshots
  vergeio.vrg.vrg_tenant_info:
    name: acme
    gather: [nodes, storage, network, snapshots]
  register: found

- name: How did it end?
  ansible.builtin.debug:
    msg: "{{ (found.tenants | vergeio.vrg.change_window('acme', 'CHG-1042')).line }}"
"""

RETURN = r"""
_value:
  description: The window. If there is no such tenant, or the id is none, only RV(_value.phase) and RV(_value.refusals).
  type: dict
  contains:
    id:
      description: Its id.
      type: str
    tenant:
      description: Name of the tenant.
      type: str
    uuid:
      description: Its uuid, which a rename does not change.
      type: str
    phase:
      description:
        - V(new), V(open), V(kept), V(rolling back), V(restored) (and not verified yet), V(rolled back), or V(unknown).
      type: str
    running:
      description: Whether the tenant was running before the window.
      type: bool
    snapshot:
      description: The snapshot; nothing but its name if it is still to be taken.
      type: dict
    before:
      description: What stood of the tenant before the window, by what it is; null if it is not known.
      type: dict
    marks:
      description: The snapshot's description in each phase.
      type: dict
    subject:
      description: The window and the tenant, in words.
      type: str
    line:
      description: What a run does now, in a sentence.
      type: str
    refusals:
      description: What forbids a run, in sentences; empty if nothing does.
      type: list
      elements: str
"""


def change_window(tenants: list[Row], tenant: str, id: str) -> dict[str, Any]:
    """The window; names and ids that are numbers are taken as they are written."""
    return windows.change_window(tenants, str(tenant), str(id))


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"change_window": change_window}
