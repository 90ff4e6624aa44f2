#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_node
short_description: Compute node of a VergeOS tenant
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Creates, changes and deletes the nodes of a tenant, which give it processor cores and memory.
  - Only the options that are given are managed; a task that names O(cpu_cores) leaves the memory alone.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.wait
  - vergeio.vrg.attributes
options:
  state:
    description:
      - V(present) makes sure that the node exists with the options that are given; V(absent) that it does not.
      - The platform deletes only a stopped node, and only the one that the tenant got last.
    type: str
    choices: [present, absent]
    default: present
  tenant:
    description:
      - Name or uuid of the tenant.
    type: str
    required: true
  name:
    description:
      - Name of the node; unique within the tenant.
    type: str
    required: true
  new_name:
    description:
      - New name of the node. If the node has it already, nothing is renamed.
    type: str
  description:
    description:
      - Description of the node.
    type: str
  enabled:
    description:
      - Whether the node takes part when the tenant is started. A new one does, unless this is V(false).
    type: bool
  cpu_cores:
    description:
      - Number of processor cores. Needed to create a node.
      - More than the cluster allows one machine is refused, because such a node would never start.
    type: int
  ram_gb:
    description:
      - Memory in GiB, at least 2. Needed to create a node.
      - More than the cluster allows one machine is refused, because such a node would never start.
    type: float
  cluster:
    description:
      - Name (or key) of the cluster that the node runs in. If not set at creation, it is the cluster that the settings of
        the system name for tenant nodes, which nothing can read.
    type: str
  failover_cluster:
    description:
      - Name (or key) of the cluster that takes the node if its own cluster fails; an empty string for none. If not set at
        creation, it is the cluster that the settings of the system name, which nothing can read.
    type: str
  preferred_node:
    description:
      - Name (or key) of the physical node that the node should run on; an empty string for none.
    type: str
  on_power_loss:
    description:
      - What happens to the node when power returns after a loss; a new node has V(last_state).
    type: str
    choices: [power_on, last_state, leave_off]
  ha_group:
    description:
      - Group of nodes that are kept on different hosts (an anti-affinity group); a new node is in none.
    type: str
  allow_power_off:
    description:
      - Whether a running node may be powered off to delete it. If the node is the tenant's only one, the tenant goes
        offline.
    type: bool
    default: false
seealso:
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: A node of 4 cores and 16 GiB
  vergeio.vrg.vrg_tenant_node:
    tenant: acme
    name: node1
    cpu_cores: 4
    ram_gb: 16

- name: More cores for it; its memory stays as it is
  vergeio.vrg.vrg_tenant_node:
    tenant: acme
    name: node1
    cpu_cores: 8

- name: Take the second node away again
  vergeio.vrg.vrg_tenant_node:
    tenant: acme
    name: node2
    state: absent
    allow_power_off: true
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: ["update node 'node1' of tenant 'acme': cpu_cores 4 -> 8"]
tenant_node:
  description:
    - Tenant node as it stands; with O(state=absent) as it was; null if there was none.
    - In check mode, what cannot be known beforehand is null.
  returned: success
  type: dict
  contains:
    key:
      description: Key of the row.
      type: int
      sample: 2
    name:
      description: Name of the tenant node.
      type: str
      sample: node1
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
    description:
      description: Description of the tenant node.
      type: str
      sample: Databases
    enabled:
      description: Whether the node takes part when the tenant is started.
      type: bool
      sample: true
    cpu_cores:
      description: Number of processor cores.
      type: int
      sample: 8
    ram_gb:
      description: Memory in GiB.
      type: float
      sample: 16.0
    cluster:
      description: Name of the cluster that the node runs in.
      type: str
      sample: prod
    failover_cluster:
      description: Name of the cluster that takes the node if its own cluster fails; null if there is none.
      type: str
      sample: compute-b
    preferred_node:
      description: Name of the physical node that the tenant node should run on; null if there is none.
      type: str
      sample: node2
    on_power_loss:
      description: What happens to the node when power returns after a loss.
      type: str
      sample: last_state
    ha_group:
      description: Group of nodes that are kept apart; empty if the node is in none.
      type: str
      sample: databases
    node_id:
      description: Position of the node within the tenant, from 1.
      type: int
      sample: 1
    running:
      description: Whether the node is running.
      type: bool
      sample: true
    status:
      description: Status of the node's machine.
      type: str
      sample: running
    host:
      description: Name of the physical node that the tenant node runs on; null if it runs nowhere.
      type: str
      sample: node2
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._options import WAIT
from ansible_collections.vergeio.vrg.plugins.module_utils._tables.tenant_nodes import TENANT_NODE
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant_node import TenantNodeTask


def main() -> None:
    options = TENANT_NODE.options(
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        tenant={"type": "str", "required": True},
        new_name={"type": "str"},
        allow_power_off={"type": "bool", "default": False},
        **WAIT,
    )
    manage(TenantNodeTask, options)


if __name__ == "__main__":
    main()
