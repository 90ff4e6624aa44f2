# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._roles.maintenance_mark import marked

DOCUMENTATION = r"""
name: maintenance_mark
short_description: The description of a node with the mark of a rolling maintenance, or without any
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - The role C(vergeio.vrg.node_maintenance) marks a node before it drains it, and so knows its own work again.
positional: _input, mark
options:
  _input:
    description: The description of a node.
    type: str
    required: true
  mark:
    description: The mark; none to take one away.
    type: str
    default: ""
"""

EXAMPLES = r"""
- name: Take away the mark that an interrupted run has left
  vergeio.vrg.vrg_node:
    name: node1
    description: "{{ found.nodes[0].description | vergeio.vrg.maintenance_mark }}"
"""

RETURN = r"""
_value:
  description: The description.
  type: str
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"maintenance_mark": marked}
