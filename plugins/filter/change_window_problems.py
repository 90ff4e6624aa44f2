# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ..plugin_utils._roles.change_window import change_window_problems

DOCUMENTATION = r"""
name: change_window_problems
short_description: What keeps a tenant from being as it was before its change window
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - The check that the role C(vergeio.vrg.tenant_change_window) makes by itself. The tenant has to be offline, or online
    on all its nodes, as it was before, and the window's snapshot has to be there still.
positional: _input, window
options:
  _input:
    description: The tenants that M(vergeio.vrg.vrg_tenant_info) returns with their nodes and snapshots.
    type: list
    elements: dict
    required: true
  window:
    description: The window that P(vergeio.vrg.change_window#filter) returns, with its snapshot.
    type: dict
    required: true
seealso:
  - plugin: vergeio.vrg.change_window
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The tenant as it is now
  vergeio.vrg.vrg_tenant_info:
    name: "{{ window.uuid }}"
    gather: [nodes, snapshots]
  register: found

- name: It is as it was
  ansible.builtin.assert:
    that: found.tenants | vergeio.vrg.change_window_problems(window) == []
"""

RETURN = r"""
_value:
  description: The problems, in sentences; empty if there are none.
  type: list
  elements: str
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"change_window_problems": change_window_problems}
