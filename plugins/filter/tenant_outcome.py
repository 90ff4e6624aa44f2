# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``vergeio.vrg.tenant_outcome``."""

from __future__ import annotations

from typing import Any

from ..plugin_utils._onboarding import outcome

DOCUMENTATION = r"""
name: tenant_outcome
short_description: What became of a tenant, from the results of several tasks
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Sums up the results of tasks of this collection that dealt with one tenant, with or without a loop.
  - The role P(vergeio.vrg.tenant_onboard#role) uses it.
positional: name, failure
options:
  _input:
    description:
      - The registered results, in the order of the tasks. Tasks that were not reached may stand as empty dictionaries.
    type: list
    elements: dict
    required: true
  name:
    description:
      - Name of the tenant.
    type: str
    required: true
  failure:
    description:
      - The result of the task that failed, as C(ansible_failed_result) has it; empty if none did.
    type: dict
    default: {}
"""

EXAMPLES = r"""
- name: Sum up
  ansible.builtin.debug:
    msg: "{{ [created, nodes, started] | vergeio.vrg.tenant_outcome('acme') }}"
"""

RETURN = r"""
_value:
  description: What became of the tenant.
  type: dict
  contains:
    name:
      description: Name of the tenant.
      type: str
      sample: acme
    result:
      description: V(done) if something was changed, V(unchanged) if not, V(failed).
      type: str
      sample: failed
    changes:
      description: What was changed, or would be in check mode, in order; with a failure, what was changed before it.
      type: list
      elements: str
      sample: ["create tenant 'acme'"]
    reason:
      description: Why it failed; empty if it did not.
      type: str
      sample: "There is no network 'Externall'."
"""


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Any]:
        return {"tenant_outcome": outcome}
