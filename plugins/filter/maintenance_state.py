# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._roles.node_maintenance import standing

DOCUMENTATION = r"""
name: maintenance_state
short_description: How the nodes and tiers of clusters stand, in sentences
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - What the role C(vergeio.vrg.node_maintenance) says when it stops. Nodes that do not serve are named first.
positional: _input, clusters
options:
  _input:
    description: The nodes that M(vergeio.vrg.vrg_node_info) returns.
    type: list
    elements: dict
    required: true
  clusters:
    description:
      - The clusters that M(vergeio.vrg.vrg_cluster_info) returns with
        O(vergeio.vrg.vrg_cluster_info#module:include_tiers=true).
    type: list
    elements: dict
    required: true
"""

EXAMPLES = r"""
- name: How things stand
  ansible.builtin.debug:
    msg: "{{ found.nodes | vergeio.vrg.maintenance_state(vsan.clusters) }}"
"""

RETURN = r"""
_value:
  description: The sentences.
  type: list
  elements: str
  sample:
    - Node 'node1' is stopped, in maintenance, and does not run.
    - "In service: node2."
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"maintenance_state": standing}
