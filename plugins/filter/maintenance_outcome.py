# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._roles.node_maintenance import outcome

DOCUMENTATION = r"""
name: maintenance_outcome
short_description: What became of the nodes of a rolling maintenance, counted and as one line
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Counts the results of the role C(vergeio.vrg.node_maintenance).
positional: _input, check
options:
  _input:
    description: The fact C(node_maintenance_results).
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
    msg: "{{ (node_maintenance_results | vergeio.vrg.maintenance_outcome).line }}"
"""

RETURN = r"""
_value:
  description: The counts.
  type: dict
  contains:
    line:
      description: All of it in one line, with names.
      type: str
      sample: "2 nodes: 1 done (node2), 1 failed (node1)."
    summary:
      description: C(nodes), C(changed), C(check_mode), C(done), C(unchanged), C(failed) and C(not_reached).
      type: dict
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"maintenance_outcome": outcome}
