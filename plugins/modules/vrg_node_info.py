#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_node_info
short_description: Physical nodes of a VergeOS system
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns physical nodes with their hardware, versions, memory and status, and the machines that run on them.
  - Takes one request, whatever the number of nodes, and at most two more with O(gather).
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes.info
options:
  name:
    description:
      - Return only the node of this name, or with this key where no node has that name.
      - If there is none, the list is empty.
    type: str
  cluster:
    description:
      - Return only the nodes of this cluster, by its name, or its key where no cluster has that name.
      - A cluster that does not exist is an error. Whether it exists, and whether a number is a key, takes a second request
        when no node is in a cluster of that name.
    type: str
  gather:
    description:
      - What else to return of each node.
      - V(drain) is whether the node can be drained, and where its machines would fit; see RV(nodes[].drain).
    type: list
    elements: str
    choices: [drain]
    default: []
seealso:
  - module: vergeio.vrg.vrg_node
  - module: vergeio.vrg.vrg_cluster_info
"""

EXAMPLES = r"""
- name: Every node
  vergeio.vrg.vrg_node_info:
  register: all_nodes

- name: Which of them need a restart
  ansible.builtin.debug:
    msg: "{{ item.name }}: {{ item.restart_reason }}"
  loop: "{{ all_nodes.nodes | selectattr('need_restart') }}"
  loop_control:
    label: "{{ item.name }}"

- name: Which of them could be drained now
  vergeio.vrg.vrg_node_info:
    gather: [drain]
  register: drains

- name: Their names
  ansible.builtin.debug:
    msg: "{{ judged | selectattr('drain.verdict', 'equalto', 'ok') | map(attribute='name') }}"
  vars:
    judged: "{{ drains.nodes | selectattr('drain') }}"

- name: The nodes of one cluster
  vergeio.vrg.vrg_node_info:
    cluster: compute-b
"""

RETURN = r"""
nodes:
  description: Nodes by name; empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description: Key of the row.
      type: int
      sample: 2
    name:
      description: Name of the node.
      type: str
      sample: node1
    description:
      description: Description of the node.
      type: str
      sample: Rack 4, top
    cluster:
      description: Name of the node's cluster.
      type: str
      sample: prod
    maintenance:
      description: Whether the node is in maintenance, or on the way there.
      type: bool
      sample: false
    running:
      description: Whether the node is up.
      type: bool
      sample: true
    status:
      description: Status of the node, such as V(running), V(migrating), V(maintenance) or V(leavingmaintenance).
      type: str
      sample: running
    state:
      description: State of the node; V(online), V(offline), V(warning) or V(error).
      type: str
      sample: online
    started:
      description: When the node came up, as ISO 8601 in UTC.
      type: str
      sample: "2026-08-31T13:54:32Z"
    need_restart:
      description: Whether the node needs a restart.
      type: bool
      sample: false
    restart_reason:
      description: Why the node needs a restart; empty if it needs none.
      type: str
      sample: ""
    reload_drivers_required:
      description: Whether the node's drivers have to be loaded again.
      type: bool
      sample: false
    physical:
      description: Whether the node is a physical machine.
      type: bool
      sample: true
    model:
      description: Model of the node's hardware.
      type: str
      sample: Micro Computer (HK) Tech Limited | MS-A2
    cpu:
      description: Name of the processor.
      type: str
      sample: AMD Ryzen 9 9955HX 16-Core Processor
    cpu_speed:
      description: Speed of the processor.
      type: str
      sample: 2500 MHz
    cores:
      description: Number of the node's cores.
      type: int
      sample: 32
    cpu_used_percent:
      description: Use of the processor in percent.
      type: int
      sample: 4
    core_temp_celsius:
      description: Temperature of the processor in degrees Celsius.
      type: int
      sample: 63
    ram_gb:
      description: Physical memory in GiB.
      type: float
      sample: 92.0
    ram_used_gb:
      description: Physical memory in use, in GiB.
      type: float
      sample: 26.71
    vm_ram_gb:
      description: Memory that machines may use, in GiB; the platform keeps the rest for itself.
      type: float
      sample: 66.75
    failover_ram_gb:
      description: Memory that is kept for the failure of another node, in GiB.
      type: float
      sample: 0.0
    overcommit_gb:
      description: Memory that machines may use beyond RV(nodes[].vm_ram_gb), in GiB.
      type: float
      sample: 0.0
    iommu:
      description: Whether devices can be passed through to machines.
      type: bool
      sample: true
    ipmi_address:
      description: Address of the management controller; empty if the node has none.
      type: str
      sample: 192.0.2.21
    ipmi_status:
      description: Status of the management controller; V(offline), V(ready), V(connecting) or V(error).
      type: str
      sample: ready
    vsan_node_id:
      description: Number of the node in the vSAN; -1 if it has none.
      type: int
      sample: 0
    vsan_connected:
      description: Whether the node is connected to the vSAN.
      type: bool
      sample: true
    asset_tag:
      description: Asset tag of the node.
      type: str
      sample: ASSET-0000
    note:
      description: Note on the node.
      type: str
      sample: Fan replaced in May
    yb_version:
      description: Version of VergeOS that the node runs.
      type: str
      sample: 26.1.8
    os_version:
      description: Version of the node's operating system.
      type: str
      sample: 26.1.8
    kernel_version:
      description: Version of the node's kernel.
      type: str
      sample: 6.6.144yb-49
    appserver_version:
      description: Version of the node's application server.
      type: str
      sample: 1.0.612 06/16/26
    vsan_version:
      description: Version of the node's vSAN.
      type: str
      sample: 3.2.481 07/01/26
    qemu_version:
      description: Version of the node's hypervisor.
      type: str
      sample: 10.0.9
    vm_ram_used_gb:
      description: Memory that the machines on the node hold of RV(nodes[].vm_ram_gb), in GiB.
      type: float
      sample: 1.0
    vm_ram_free_gb:
      description: Memory that the machines on the node leave of RV(nodes[].vm_ram_gb), in GiB.
      type: float
      sample: 65.75
    running_machines:
      description: Number of machines that run on the node; VMs, tenant nodes and networks.
      type: int
      sample: 2
    machines:
      description: Machines that run on the node, by name.
      type: list
      elements: dict
      contains:
        name:
          description: Name of the machine.
          type: str
          sample: Core
        status:
          description: Status of the machine.
          type: str
          sample: running
        ram_gb:
          description: Memory that the machine holds, in GiB.
          type: float
          sample: 0.5
        cores:
          description: Cores that the machine holds.
          type: int
          sample: 1
        migratable:
          description: Whether the machine can be moved to another node while it runs.
          type: bool
          sample: true
        destination:
          description: Name of the node that the machine is being moved to; null if the machine stays.
          type: str
          sample: node2
    drain:
      description:
        - Whether the node can be drained, and where its machines would fit.
        - Null if the node is down or in no cluster.
      returned: when O(gather) has V(drain)
      type: dict
      contains:
        verdict:
          description:
            - V(ok) if nothing speaks against draining the node.
            - V(risky) if the machines can leave the node, but something else speaks against it, such as a tier without
              redundancy.
            - V(stuck) if a machine cannot be migrated or finds no room, so that a drain would not end.
          type: str
          sample: risky
        objections:
          description: What speaks against draining the node, each in one sentence.
          type: list
          elements: str
          sample: ["Of the same cluster, this is in maintenance already: node3."]
        ram_to_move_gb:
          description: Memory of the machines that can be migrated, in GiB.
          type: float
          sample: 9.0
        ram_free_gb:
          description: Memory that is free on the other nodes of the cluster that take machines, in GiB.
          type: float
          sample: 65.75
        ram_free_after_gb:
          description:
            - Memory that stays free on the other nodes that take machines after the drain, in GiB.
            - A figure below 0 is the memory that is missing.
          type: float
          sample: 56.75
        pinned:
          description: Names of the machines that cannot be migrated and have to be powered off by hand.
          type: list
          elements: str
          sample: []
        machines:
          description: Machines that run on the node, by name.
          type: list
          elements: dict
          contains:
            name:
              description: Name of the machine.
              type: str
              sample: Core
            ram_gb:
              description: Memory that the machine holds, in GiB.
              type: float
              sample: 0.5
            migratable:
              description: Whether the machine can be moved to another node while it runs.
              type: bool
              sample: true
            fits_on:
              description: Names of the nodes that have room for the machine, were no other one to move.
              type: list
              elements: str
              sample: [node2]
            placed_on:
              description:
                - Name of the node that has room for the machine if all are placed, the largest first, each where the
                  least room is left; null if there is none. The platform may choose another one.
              type: str
              sample: node2
        nodes:
          description: Other nodes of the cluster, by name.
          type: list
          elements: dict
          contains:
            name:
              description: Name of the node.
              type: str
              sample: node1
            takes_machines:
              description: Whether the node is up and out of maintenance.
              type: bool
              sample: true
            ram_free_gb:
              description: Memory that is free for machines on the node, in GiB.
              type: float
              sample: 65.75
            ram_free_after_gb:
              description: Memory that stays free on the node with the machines that would be placed on it, in GiB.
              type: float
              sample: 56.75
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import inform
from ansible_collections.vergeio.vrg.plugins.module_utils._reads.nodes import GATHER, gather


def main() -> None:
    options = {
        "name": {"type": "str"},
        "cluster": {"type": "str"},
        "gather": {"type": "list", "elements": "str", "choices": GATHER, "default": []},
    }
    inform(gather, options)


if __name__ == "__main__":
    main()
