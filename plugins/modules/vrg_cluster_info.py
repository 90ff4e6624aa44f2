#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_cluster_info
short_description: Clusters of a VergeOS system, and their vSAN
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns clusters with their settings, the status of their vSAN, their nodes, memory and cores, on request with their
    storage tiers.
  - Takes one request, whatever the number of clusters, and one more for O(include_tiers).
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes.info
options:
  name:
    description:
      - Return only the cluster of this name, or with this key where no cluster has that name.
      - If there is none, the list is empty.
    type: str
  include_tiers:
    description:
      - Whether to return the tiers of each cluster as well.
      - A cluster may list tiers that the system does not have. Those that are not among the system's storage tiers are
        left out.
    type: bool
    default: false
seealso:
  - module: vergeio.vrg.vrg_cluster
  - module: vergeio.vrg.vrg_node_info
  - module: vergeio.vrg.vrg_storage_info
"""

EXAMPLES = r"""
- name: Every cluster with its tiers
  vergeio.vrg.vrg_cluster_info:
    include_tiers: true
  register: vsan

- name: Go on only if no tier has lost its redundancy
  ansible.builtin.assert:
    that: vsan.clusters | map(attribute='tiers') | flatten | rejectattr('redundant') | length == 0

- name: The health of each vSAN
  ansible.builtin.debug:
    msg: "{{ item.name }} is {{ item.health }}"
  loop: "{{ vsan.clusters }}"
  loop_control:
    label: "{{ item.name }}"

- name: One cluster
  vergeio.vrg.vrg_cluster_info:
    name: compute-b
"""

RETURN = r"""
clusters:
  description: Clusters by name; empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description: Key of the row.
      type: int
      sample: 2
    name:
      description: Name of the cluster.
      type: str
      sample: compute-b
    description:
      description: Description of the cluster.
      type: str
      sample: Large tenants
    enabled:
      description: Whether the cluster is enabled.
      type: bool
      sample: true
    compute:
      description: Whether machines may run in the cluster.
      type: bool
      sample: true
    default_cpu:
      description: Processor that machines see unless they name another.
      type: str
      sample: EPYC-Rome
    nested_virtualization:
      description: Whether machines may run machines of their own.
      type: bool
      sample: false
    max_ram_per_vm_gb:
      description: Most memory that one machine or tenant node may have, in GiB.
      type: float
      sample: 64.0
    max_cores_per_vm:
      description: Most cores that one machine or tenant node may have.
      type: int
      sample: 16
    target_ram_percent:
      description: Share of the cluster's memory that should be used, in percent.
      type: int
      sample: 80
    ram_overcommit_percent:
      description: Share of the reserved memory that machines may use, in percent.
      type: int
      sample: 0
    ram_per_unit_gb:
      description: Memory of one billing unit, in GiB.
      type: float
      sample: 4.0
    cores_per_unit:
      description: Cores of one billing unit.
      type: int
      sample: 1
    recommended_cpu:
      description: Processor that the platform recommends as the default.
      type: str
      sample: EPYC-Rome
    storage:
      description: Whether the cluster holds storage.
      type: bool
      sample: true
    status:
      description: Status of the vSAN in the platform's words, such as V(online), V(reduced) or V(noredundant).
      type: str
      sample: online
    state:
      description: State of the vSAN; V(online), V(offline), V(warning) or V(error).
      type: str
      sample: online
    total_nodes:
      description: Number of the cluster's nodes.
      type: int
      sample: 2
    online_nodes:
      description: Number of the cluster's nodes that are online.
      type: int
      sample: 2
    total_ram_gb:
      description: Memory that machines may use, over all nodes, in GiB.
      type: float
      sample: 134.25
    online_ram_gb:
      description: Memory that machines may use, over the nodes that are online, in GiB.
      type: float
      sample: 134.25
    used_ram_gb:
      description: Memory that running machines hold, in GiB.
      type: float
      sample: 85.0
    total_cores:
      description: Cores of all nodes.
      type: int
      sample: 64
    online_cores:
      description: Cores of the nodes that are online.
      type: int
      sample: 64
    used_cores:
      description: Cores that running machines hold.
      type: int
      sample: 31
    running_machines:
      description: Number of running machines; networks are machines too.
      type: int
      sample: 7
    created:
      description: When the cluster was created, as ISO 8601 in UTC.
      type: str
      sample: "2026-08-24T08:30:29Z"
    ram_used_percent:
      description: RV(clusters[].used_ram_gb) in percent of RV(clusters[].online_ram_gb); 0 if no node is online.
      type: float
      sample: 63.3
    core_used_percent:
      description: RV(clusters[].used_cores) in percent of RV(clusters[].online_cores); 0 if no node is online.
      type: float
      sample: 48.4
    health:
      description:
        - Worst that the state of the cluster and its tiers say of the vSAN.
        - V(healthy); V(degraded) if a tier is not redundant, is being repaired or has a bad drive, or the state of the
          cluster or a tier is V(warning); V(critical) if a tier is full or a state is V(error); V(offline) if a state
          is V(offline).
        - Null if the platform reports no state.
      returned: with O(include_tiers=true)
      type: str
      sample: healthy
    tiers:
      description: Tiers of the cluster, by number.
      returned: with O(include_tiers=true)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row; not the tier's number.
          type: int
          sample: 12
        tier:
          description: Number of the tier. Tier 0 holds metadata.
          type: int
          sample: 1
        description:
          description: Description of the tier.
          type: str
          sample: Fast NVMe
        status:
          description: Status of the tier in the platform's words, such as V(online), V(repairing) or V(noredundant).
          type: str
          sample: online
        state:
          description: State of the tier; V(online), V(offline), V(warning) or V(error).
          type: str
          sample: online
        redundant:
          description: Whether the tier can lose a node or a drive without losing data.
          type: bool
          sample: true
        encrypted:
          description: Whether the tier is encrypted.
          type: bool
          sample: false
        capacity_gb:
          description: Capacity in GiB.
          type: float
          sample: 7168.0
        used_gb:
          description: Storage in use, in GiB.
          type: float
          sample: 1536.0
        repairs:
          description: Number of repairs.
          type: int
          sample: 0
        bad_drives:
          description: Number of bad drives.
          type: int
          sample: 0
        read_ops:
          description: Reads a second.
          type: int
          sample: 120
        write_ops:
          description: Writes a second.
          type: int
          sample: 80
        read_bytes_per_second:
          description: Bytes read a second.
          type: int
          sample: 1048576
        write_bytes_per_second:
          description: Bytes written a second.
          type: int
          sample: 524288
        repairing:
          description: Whether the tier is being repaired.
          type: bool
          sample: false
        used_percent:
          description: Use in percent of the capacity.
          type: float
          sample: 21.4
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import inform
from ansible_collections.vergeio.vrg.plugins.module_utils._reads.clusters import gather


def main() -> None:
    inform(gather, {"name": {"type": "str"}, "include_tiers": {"type": "bool", "default": False}})


if __name__ == "__main__":
    main()
