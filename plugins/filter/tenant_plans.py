# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``vergeio.vrg.tenant_plans``."""

from __future__ import annotations

from typing import Any

from ..plugin_utils._onboarding import complete

DOCUMENTATION = r"""
name: tenant_plans
short_description: Fill in what tenants leave to their plan
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Gives each tenant of a list what its plan says where it says nothing itself. A list, such as its nodes, is the
    tenant's or the plan's as a whole.
  - A tenant without C(state) gets V(running) if it has nodes, else V(present).
  - What is wrong with the list is returned, so that all of it can be told at once - a plan that does not exist, a
    node or tier that a tenant lists twice.
  - The role P(vergeio.vrg.tenant_onboard#role) uses it.
positional: plans
options:
  _input:
    description:
      - The tenants, each with at least a C(name), and with a C(plan) or values of its own.
    type: list
    elements: dict
    required: true
  plans:
    description:
      - The plans by name, each a dictionary of what tenants may have.
    type: dict
    required: true
seealso:
  - plugin: vergeio.vrg.capacity
    plugin_type: filter
"""

EXAMPLES = r"""
- name: What is every tenant to have
  ansible.builtin.debug:
    msg: "{{ (tenants | vergeio.vrg.tenant_plans(plans)).tenants }}"
  vars:
    plans:
      small:
        nodes: [{name: node1, cpu_cores: 2, ram_gb: 4}]
        storage: [{tier: 1, provisioned_gb: 100}]
    tenants:
      - {name: acme, plan: small}
      - {name: globex, plan: small, storage: [{tier: 1, provisioned_gb: 500}]}
"""

RETURN = r"""
_value:
  description: The list, complete, and what is wrong with it.
  type: dict
  contains:
    tenants:
      description: The tenants with what their plans say.
      type: list
      elements: dict
      sample: [{name: acme, plan: small, state: present}]
    stated:
      description: Names of the tenants that say their C(state) themselves.
      type: list
      elements: str
      sample: []
    problems:
      description: A sentence for each thing that is wrong.
      type: list
      elements: str
      sample: ["Tenant 'acme': tier 1 is listed 2 times."]
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Any]:
        return {"tenant_plans": complete}
