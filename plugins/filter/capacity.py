# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter ``vergeio.vrg.capacity``."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Optional

from ..module_utils._checks.capacity import capacity
from ..module_utils._checks.estate import Thresholds, read_estate
from ..plugin_utils._views import Views

DOCUMENTATION = r"""
name: capacity
short_description: Whether a list of tenants fits on a system
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Compares what a whole list of tenants would take with what the system has and has promised already. Ten tenants that
    fit one by one need not fit together.
  - What is promised to tenants counts whether they run or not. What the tenants of the list have already is replaced by
    what is asked for, so that nothing is counted twice; their nodes and tiers that the list does not name stay.
  - Only what the list asks for more of is refused. A cluster that is too full already does not prevent a list that
    leaves it as it is.
  - This is no reservation, and no forecast of where the platform places a machine.
  - The role P(vergeio.vrg.tenant_onboard#role) uses it.
positional: clusters, nodes, tiers, tenants, networks
options:
  _input:
    description:
      - The tenants asked for, each with C(name), C(state), C(nodes) (C(name), C(ram_gb), C(cpu_cores), C(cluster),
        C(enabled)), C(storage) (C(tier), C(provisioned_gb)), C(external_ips) and C(network_blocks), as
        P(vergeio.vrg.tenant_plans#filter) completes them.
    type: list
    elements: dict
    required: true
  clusters:
    description: The clusters, as M(vergeio.vrg.vrg_cluster_info) returns them.
    type: list
    elements: dict
    required: true
  nodes:
    description: The physical nodes, as M(vergeio.vrg.vrg_node_info) returns them.
    type: list
    elements: dict
    required: true
  tiers:
    description: The storage tiers, as M(vergeio.vrg.vrg_storage_info) returns them.
    type: list
    elements: dict
    required: true
  tenants:
    description: All tenants, as M(vergeio.vrg.vrg_tenant_info) returns them with their nodes and storage.
    type: list
    elements: dict
    required: true
  networks:
    description:
      - All networks, as M(vergeio.vrg.vrg_network_info) returns them with their addresses and blocks.
      - If not set, addresses, blocks and layer-2 networks are judged by themselves only.
    type: list
    elements: dict
  stated:
    description:
      - Names of the tenants that say their C(state) themselves. Of the others, none may be suspended by the role
        P(vergeio.vrg.tenant_offboard#role).
    type: list
    elements: str
    default: []
  policy:
    description: What happens with what does not fit, or cannot be known to fit.
    type: str
    choices: [fail, warn, ignore]
    default: fail
  n_minus_1:
    description: The same for what would no longer run if the largest node that is running failed.
    type: str
    choices: [fail, warn, ignore]
    default: warn
  default_cluster:
    description:
      - The cluster of new nodes that name none. If not set, it is the only one that takes machines; where there are
        several, whether such a node fits is unknown.
    type: str
  ram_target_percent:
    description: Share of the memory online that may be in use; if not set, the C(target_ram_percent) of each cluster.
    type: float
  ram_promised_percent:
    description: Share of the memory online that may be promised to tenants.
    type: float
    default: 100
  cores_ratio:
    description: How many cores may be promised to tenants for each one online; V(0) for any number.
    type: float
    default: 4
  provisioned_percent:
    description: Share of a tier's capacity that may be promised to tenants.
    type: float
    default: 100
  used_percent:
    description: Share of a tier's capacity from which on nothing more of it is promised.
    type: float
    default: 90
  used_warn_percent:
    description: Share of a tier's capacity in use that is warned of.
    type: float
    default: 70
seealso:
  - plugin: vergeio.vrg.tenant_plans
    plugin_type: filter
"""

EXAMPLES = r"""
- name: All clusters
  vergeio.vrg.vrg_cluster_info:
  register: clusters

- name: All nodes
  vergeio.vrg.vrg_node_info:
  register: nodes

- name: All tiers
  vergeio.vrg.vrg_storage_info:
  register: storage

- name: All tenants with what they were promised
  vergeio.vrg.vrg_tenant_info:
    gather: [nodes, storage]
  register: estate

- name: All networks with what is on them
  vergeio.vrg.vrg_network_info:
    gather: [addresses, blocks]
  register: networks

- name: Is there room for another one
  ansible.builtin.debug:
    msg: >-
      {{ asked | vergeio.vrg.capacity(
           clusters.clusters, nodes.nodes, storage.tiers, estate.tenants, networks.networks) }}
  vars:
    asked:
      - name: acme
        state: running
        nodes: [{name: node1, cpu_cores: 4, ram_gb: 16}]
        storage: [{tier: 1, provisioned_gb: 500}]
"""

RETURN = r"""
_value:
  description: What was found.
  type: dict
  contains:
    table:
      description: A line for each cluster and tier that the list names, and each of its measures.
      type: list
      elements: dict
      contains:
        what:
          description: The cluster or the tier.
          type: str
          sample: cluster prod
        measure:
          description:
            - V(RAM in use) of what is online, V(RAM promised) to all tenants, V(RAM if a node fails) of what remains
              without the largest node that is running, V(cores promised); V(provisioned) and V(used) of a tier.
          type: str
          sample: RAM promised
        now:
          description: What it is; null if it cannot be known, here and below.
          type: float
          sample: 96.0
        after:
          description: What it would be.
          type: float
          sample: 256.0
        limit:
          description: What it may be.
          type: float
          sample: 134.25
        unit:
          description: V(GB) of memory, V(GiB) of storage; empty for cores.
          type: str
          sample: GB
        verdict:
          description:
            - V(fits); V(close) to the limit; V(over) it; V(over before), and not because of this list; V(unknown).
          type: str
          sample: over
    lines:
      description: The table as text, in columns.
      type: list
      elements: str
    problems:
      description:
        - What cannot work whatever the policies say - a cluster, tier or network that does not exist, a node larger
          than one machine may be, less storage than is in use, an address that belongs to somebody else, a tenant that
          is listed twice or is suspended. The sentences are those of the modules.
      type: list
      elements: str
      sample: ["Tenant 'acme': The external IP 198.51.100.9 on network 'External' already belongs to globex."]
    refused:
      description: What the policies refuse.
      type: list
      elements: str
      sample: ["cluster prod, RAM promised: 256 after this, with a limit of 134.2 GB."]
    warnings:
      description: What the policies warn of.
      type: list
      elements: str
      sample: ["tier 1, used: 5100 after this, with a limit of 6451 GiB."]
"""

Rows = Sequence[Mapping[str, Any]]
_TEXTS = ("policy", "n_minus_1", "default_cluster")


def judge(
    asked: Rows,
    clusters: Rows,
    nodes: Rows,
    tiers: Rows,
    tenants: Rows,
    networks: Optional[Rows] = None,
    stated: Collection[str] = (),
    **limits: Any,
) -> dict[str, Any]:
    """The table and what follows from it; limits that are not given, or null, have their default."""
    given: dict[str, Any] = {
        # Numbers from the command line arrive as text.
        name: value if name in _TEXTS else float(value)
        for name, value in limits.items()
        if value not in (None, "")
    }
    views = Views(clusters, nodes, tiers, tenants, networks)
    estate = read_estate(views, networks=networks is not None)
    found: dict[str, Any] = capacity(asked, estate, Thresholds(**given), stated)
    return found


class FilterModule:
    """What Ansible loads."""

    def filters(self) -> dict[str, Any]:
        return {"capacity": judge}
