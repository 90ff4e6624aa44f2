# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._roles.offboarding_refusals import refusals

DOCUMENTATION = r"""
name: offboard_refusals
short_description: Why tenants must not be offboarded as asked
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Judges the entries of C(tenant_offboard_tenants) of the role P(vergeio.vrg.tenant_offboard#role) by themselves,
    before anything is sent.
positional: _input, variables
options:
  _input:
    description: The entries, as the role takes them; null or empty text for none.
    type: raw
    required: true
  variables:
    description: The other variables of the role, by what follows C(tenant_offboard_) in their names.
    type: dict
    version_added: 1.1.0
seealso:
  - plugin: vergeio.vrg.offboard_plan
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Nothing is left to confirm
  ansible.builtin.assert:
    that: "[{'name': 'acme', 'action': 'remove', 'confirm': 'acme'}] | vergeio.vrg.offboard_refusals == []"
"""

RETURN = r"""
_value:
  description: One sentence for each thing that is wrong; empty if nothing is.
  type: list
  elements: str
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"offboard_refusals": refusals}
