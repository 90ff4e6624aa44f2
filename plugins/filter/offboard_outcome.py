# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._roles.offboarding import outcome

DOCUMENTATION = r"""
name: offboard_outcome
short_description: What became of tenants that were offboarded, counted and as one line
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Counts the results of the role P(vergeio.vrg.tenant_offboard#role).
positional: _input, check
options:
  _input:
    description: The fact C(tenant_offboard_results).
    type: list
    elements: dict
    required: true
  check:
    description: Whether it was check mode.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: One line
  ansible.builtin.debug:
    msg: "{{ (tenant_offboard_results | vergeio.vrg.offboard_outcome).line }}"
"""

RETURN = r"""
_value:
  description: The counts.
  type: dict
  contains:
    line:
      description: All of it in one line, with names.
      type: str
      sample: "3 tenants: 1 suspended (acme), 1 removed (globex), 1 not there (initech)."
    summary:
      description:
        - C(tenants), C(changed), C(check_mode), and how many are C(suspended), C(resumed), C(removed), C(unchanged),
          C(not_there), C(unconfirmed), C(refused) and C(failed).
      type: dict
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"offboard_outcome": outcome}
