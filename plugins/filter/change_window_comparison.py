# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ..plugin_utils._roles.change_window import change_window_comparison

DOCUMENTATION = r"""
name: change_window_comparison
short_description: What a rollback has brought back of a tenant
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Compares a tenant after a rollback of the role C(vergeio.vrg.tenant_change_window) with what stood before the
    window.
positional: _input, window, changed
options:
  _input:
    description: The tenants that M(vergeio.vrg.vrg_tenant_info) returns with everything, read after the restore.
    type: list
    elements: dict
    required: true
  window:
    description: The window that P(vergeio.vrg.change_window#filter) returns.
    type: dict
    required: true
  changed:
    description: The same tenants, read right before the restore; empty if that is not known.
    type: list
    elements: dict
    required: true
seealso:
  - plugin: vergeio.vrg.change_window
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What is not as it was before
  ansible.builtin.debug:
    msg: "{{ (found.tenants | vergeio.vrg.change_window_comparison(window, [])).differences }}"
"""

RETURN = r"""
_value:
  description: How the tenant compares.
  type: dict
  contains:
    differences:
      description: What is not as it was, a clause for each.
      type: list
      elements: str
    verified:
      description: Whether everything is known to be as it was.
      type: bool
    sentence:
      description: Both in words; empty if it is verified.
      type: str
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"change_window_comparison": change_window_comparison}
