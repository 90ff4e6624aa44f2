# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ansible.errors import AnsibleFilterError

from ..plugin_utils._roles.node_maintenance import Row, Selection
from ..plugin_utils._roles.node_maintenance import maintenance_plan as plan

DOCUMENTATION = r"""
name: maintenance_plan
short_description: Which nodes a rolling maintenance restarts, in which order
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Plans what the role C(vergeio.vrg.node_maintenance) does, from rows alone.
  - Nodes that an interrupted run has left in maintenance come first; a mark in their description says that it was this
    role. The first controller comes last from version 26.1.6 on, as the platform itself does it.
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
  selection:
    description: V(needed) for the nodes that need a restart, V(all), or a list of names, which sets the order as well.
    type: raw
    default: needed
  since:
    description:
      - ISO 8601 time or seconds since the epoch; nodes that came up later are done already.
      - One that is still in maintenance is planned to leave it.
    type: raw
  allow_unmigratable:
    description: Whether to plan nodes on which machines run that cannot be migrated, instead of refusing them.
    type: bool
    default: false
  now:
    description: The time, by which the age of marks is judged. If not set, that of the controller.
    type: raw
    version_added: 1.1.0
  take_over:
    description: Whether to plan nodes that somebody else has put into maintenance, instead of refusing them.
    type: bool
    default: false
    version_added: 1.1.0
  version:
    description: The version that the nodes are to come up with, if it is another one.
    type: str
    version_added: 1.1.0
  tenants:
    description:
      - The tenants that M(vergeio.vrg.vrg_tenant_info) returns with their nodes. The platform may give a tenant with
        one node a second, temporary one while its host is drained.
    type: list
    elements: dict
    default: []
    version_added: 1.1.0
seealso:
  - plugin: vergeio.vrg.vrg_node_info
    plugin_type: module
"""

EXAMPLES = r"""
- name: What a rolling maintenance would do now
  ansible.builtin.debug:
    msg: "{{ (found.nodes | vergeio.vrg.maintenance_plan(vsan.clusters, selection='needed')).lines }}"
"""

RETURN = r"""
_value:
  description: The plan.
  type: dict
  contains:
    nodes:
      description: The nodes to work on, in order.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the node.
          type: str
        cluster:
          description: Name of its cluster.
          type: str
        version:
          description: Version of VergeOS that it runs.
          type: str
        reason:
          description: Why it is to be worked on.
          type: str
        maintenance:
          description: Whether it is in maintenance already.
          type: bool
        running:
          description: Whether it is up.
          type: bool
        status:
          description: Status of its machine.
          type: str
        started:
          description: When it came up.
          type: str
        restart:
          description: Whether it is to be restarted; if not, it has only to leave maintenance.
          type: bool
        leave_first:
          description:
            - Whether it leaves maintenance first, because it is not drained or because tiers are not settled.
          type: bool
        moves:
          description: Machines that are moved to other nodes.
          type: list
          elements: str
        moves_gb:
          description: Memory of these machines in GiB.
          type: float
        unmigratable:
          description: Machines that cannot be moved.
          type: list
          elements: str
        description:
          description: Its description.
          type: str
        own:
          description: Whether an interrupted run of the role has left it.
          type: bool
        awaited:
          description: Whether it is down for the restart that an interrupted run has asked for.
          type: bool
        watched:
          description: Whether an interrupted run may have asked for its restart, which is not seen yet.
          type: bool
        drain:
          description: Figures of its drain, as M(vergeio.vrg.vrg_node_info) returns them; null if not gathered.
          type: dict
        single_node_tenants:
          description: C(tenant) and C(ram_gb) of the tenants whose only node runs on it.
          type: list
          elements: dict
    lines:
      description: The same in sentences.
      type: list
      elements: str
    results:
      description: What to report before anything has been done; in the order of RV(_value.nodes), then the others.
      type: list
      elements: dict
    refusals:
      description: What forbids to begin, in sentences; empty if nothing does.
      type: list
      elements: str
    mark:
      description: What the description of a node that is worked on gets at its end.
      type: str
    finished:
      description: Nodes that only have such a mark left.
      type: list
      elements: str
    since:
      description:
        - The time given, or the last time at which one of these nodes came up. Whatever comes up later has been
          restarted since this plan.
      type: str
"""


def maintenance_plan(
    nodes: list[Row],
    clusters: list[Row],
    selection: Selection = "needed",
    since: Any = None,
    allow_unmigratable: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """The plan, or what is wrong with its arguments in a sentence."""
    try:
        planned: dict[str, Any] = plan(nodes, clusters, selection, since, allow_unmigratable, **more)
        return planned
    except ValueError as error:
        raise AnsibleFilterError(f"maintenance_plan: {error}.") from None


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"maintenance_plan": maintenance_plan}
