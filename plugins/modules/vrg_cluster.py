#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_cluster
short_description: Clusters of a VergeOS system
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Creates, changes, renames and deletes clusters, the groups of nodes that machines run in.
  - Only the options that are given are managed, and only they are sent; everything else is left to the platform.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes
options:
  state:
    description:
      - V(present) makes sure that the cluster exists with the options that are given; V(absent) that it does not.
      - A cluster with nodes, with running machines, or one that tenant nodes name as their cluster or failover cluster
        is not deleted. In check mode this is a warning, since an earlier task may be what empties the cluster.
    type: str
    choices: [present, absent]
    default: present
  name:
    description:
      - Name of the cluster, 1 to 128 characters; always a name, never a key.
    type: str
    required: true
  new_name:
    description:
      - New name of the cluster. If there is no cluster O(name) but one of the new name, nothing is renamed; if there is
        neither, the cluster is created under the new name; if there are both, the task fails.
      - Cannot be used with O(state=absent).
    type: str
  description:
    description:
      - Description of the cluster.
    type: str
  enabled:
    description:
      - Whether the cluster is enabled. A new one is, unless this is V(false).
    type: bool
  compute:
    description:
      - Whether machines may run in the cluster. In a new one they may not, unless this is V(true).
    type: bool
  max_ram_per_vm_gb:
    description:
      - Most memory that one machine may have, in GiB; a new cluster has V(64). A tenant node with more never starts.
      - VergeOS before 26.1.2 sets it back to V(64) with each change of another setting, so the module sends the present
        value along with such a change.
    type: float
  max_cores_per_vm:
    description:
      - Most cores that one machine may have; a new cluster has V(16). A tenant node with more never starts.
    type: int
  target_ram_percent:
    description:
      - Share of the cluster's memory that should be used, in percent; a new cluster has V(80).
    type: int
  ram_overcommit_percent:
    description:
      - Share of the reserved memory that machines may use, in percent; a new cluster has V(0).
    type: int
  default_cpu:
    description:
      - Processor that machines see unless they name another.
      - With V(host), machines see the processor of their node, and cannot be moved to nodes with another one.
    type: str
    choices:
      - qemu64
      - kvm64
      - host
      - Broadwell
      - Cascadelake-Server
      - Conroe
      - Cooperlake
      - core2duo
      - coreduo
      - Denverton
      - EPYC
      - EPYC-Genoa
      - EPYC-Milan
      - EPYC-Rome
      - GraniteRapids
      - Haswell
      - Icelake-Server
      - IvyBridge
      - KnightsMill
      - n270
      - Nehalem
      - Opteron_G1
      - Opteron_G2
      - Opteron_G3
      - Opteron_G4
      - Opteron_G5
      - Penryn
      - phenom
      - SandyBridge
      - SapphireRapids
      - Skylake-Client
      - Skylake-Server
      - Snowridge
      - Westmere
  nested_virtualization:
    description:
      - Whether machines may run machines of their own. In a new cluster they may not, unless this is V(true).
    type: bool
seealso:
  - module: vergeio.vrg.vrg_cluster_info
  - module: vergeio.vrg.vrg_node
  - module: vergeio.vrg.vrg_tenant_node
"""

EXAMPLES = r"""
- name: A cluster for large tenants
  vergeio.vrg.vrg_cluster:
    name: compute-b
    description: Large tenants
    compute: true
    max_ram_per_vm_gb: 256
    max_cores_per_vm: 32

- name: Raise one limit; everything else stays as it is
  vergeio.vrg.vrg_cluster:
    name: compute-b
    max_ram_per_vm_gb: 384

- name: Rename it
  vergeio.vrg.vrg_cluster:
    name: compute-b
    new_name: compute-large

- name: Delete it, if nothing is in it
  vergeio.vrg.vrg_cluster:
    name: compute-large
    state: absent
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: ["update cluster 'compute-b': max_ram_per_vm_gb 256.0 -> 384.0"]
cluster:
  description:
    - Cluster as it stands; with O(state=absent) as it was; null if there was none.
    - In check mode, what cannot be known beforehand is null.
  returned: success
  type: dict
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
      description: RV(cluster.used_ram_gb) in percent of RV(cluster.online_ram_gb); 0 if no node is online.
      type: float
      sample: 63.3
    core_used_percent:
      description: RV(cluster.used_cores) in percent of RV(cluster.online_cores); 0 if no node is online.
      type: float
      sample: 48.4
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._tables.clusters import CLUSTER
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.cluster import ClusterTask


def main() -> None:
    options = CLUSTER.options(
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        new_name={"type": "str"},
    )
    manage(ClusterTask, options)


if __name__ == "__main__":
    main()
