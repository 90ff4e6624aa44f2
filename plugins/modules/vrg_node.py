#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_node
short_description: Maintenance and restart of VergeOS nodes
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Puts physical nodes into maintenance, takes them out of it, and restarts them.
  - In maintenance means that no machine is left on the node, neither a VM nor a tenant node nor a network, and that the
    platform says so. The flag alone is set as soon as the platform has accepted the request, and is not trusted.
  - Before a node is drained, O(drain_check) finds out whether that can work.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes
attributes:
  idempotent:
    support: partial
    details:
      - With O(state=restarted) every run is a restart, and a change.
options:
  state:
    description:
      - V(present) sets what the other options ask for.
      - V(restarted) drains the node, restarts it, and waits until the node has gone down, is up again and reports its
        version. Afterwards the node is in maintenance or not as it was found, or as O(maintenance) asks for.
      - A node that is found in maintenance may have been put there by a run that was cut off. Without O(maintenance) a
        warning says so; O(maintenance=false) ends the restart in service in any case.
    type: str
    choices: [present, restarted]
    default: present
  name:
    description:
      - Name of the node; always a name, never a key.
    type: str
    required: true
  description:
    description:
      - Description of the node. It is set before anything else is done with the node.
    type: str
    version_added: 1.1.0
  maintenance:
    description:
      - Whether the node should be in maintenance. If not set, that is not managed.
      - V(true) waits until the node is drained, V(false) until it is up and takes machines again.
    type: bool
  drain_check:
    description:
      - What to do when something speaks against draining the node. Nothing is written before that is known, and check
        mode reports it too.
      - What speaks against it is that the other nodes of its cluster which are up and out of maintenance have less free
        memory than its machines hold; that a tier of its cluster is not redundant; that a machine on it cannot be
        migrated; or that another node of its cluster is in maintenance.
      - Places on the other nodes are found for the machines, the largest first; a machine without a place speaks
        against it as well.
      - V(fail) ends the task with all that was found and the figures, V(warn) turns it into warnings, V(ignore) does
        not look. With the other two, RV(drain) has the figures.
      - The platform itself refuses maintenance while a tier is not redundant, whatever this says.
    type: str
    choices: [fail, warn, ignore]
    default: fail
  wait:
    description:
      - Whether to wait until the platform has finished what it was asked for.
      - What has to be waited for before the next request is possible is waited for in any case. A node has to be
        drained before it is restarted, and has to be up again before it can leave maintenance; so for a restart this
        saves only the last wait.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds after which a wait ends with a failure that says what was last seen. A restart waits up to three times,
        for the drain, for the node to come back, and for it to serve again.
      - A drain on which nothing changes for five minutes, or for 40 minutes while a machine is on its way, ends
        sooner, with the machines that are stuck. The node stays in maintenance then.
    type: int
    default: 3600
notes:
  - Machines move one after the other by default, at about 1 GB of memory a second; O(wait_timeout) should allow for
    the memory in use on the node.
seealso:
  - module: vergeio.vrg.vrg_node_info
  - module: vergeio.vrg.vrg_cluster_info
"""

EXAMPLES = r"""
- name: Would it work, and where would its machines go
  vergeio.vrg.vrg_node:
    name: node1
    maintenance: true
    drain_check: warn
  check_mode: true
  register: dry_run

- name: How much memory would stay free
  ansible.builtin.debug:
    msg: "{{ dry_run.drain.verdict }}, {{ dry_run.drain.ram_free_after_gb }} GiB would stay free"

- name: Drain a node before work on its hardware
  vergeio.vrg.vrg_node:
    name: node1
    maintenance: true

- name: Let it serve again
  vergeio.vrg.vrg_node:
    name: node1
    maintenance: false

- name: Restart the nodes one after the other
  vergeio.vrg.vrg_node:
    name: "{{ item }}"
    state: restarted
    wait_timeout: 7200
  loop: [node1, node2]
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: [put node 'node1' into maintenance, restart node 'node1', take node 'node1' out of maintenance]
drain:
  description:
    - Whether the node can be drained, and where its machines would fit, as it was before the task changed anything.
    - Check mode returns it as well.
  returned: when a running node is to be drained or restarted, with O(drain_check) other than V(ignore)
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
            - Name of the node that has room for the machine if all are placed, the largest first, each where the least
              room is left; null if there is none. The platform may choose another one.
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
node:
  description: Node as it stands.
  returned: success
  type: dict
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
      description:
        - Status of the node, such as V(running), V(migrating), V(maintenance) or V(leavingmaintenance).
        - Null in check mode before a change of maintenance.
      type: str
      sample: running
    state:
      description:
        - State of the node; V(online), V(offline), V(warning) or V(error).
        - Null in check mode before a change of maintenance.
      type: str
      sample: online
    started:
      description:
        - When the node came up, as ISO 8601 in UTC.
        - Null in check mode before a restart.
      type: str
      sample: "2026-08-31T13:54:32Z"
    need_restart:
      description:
        - Whether the node needs a restart.
        - Null in check mode before a restart.
      type: bool
      sample: false
    restart_reason:
      description:
        - Why the node needs a restart; empty if it needs none.
        - Null in check mode before a restart.
      type: str
      sample: ""
    reload_drivers_required:
      description:
        - Whether the node's drivers have to be loaded again.
        - Null in check mode before a restart.
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
      description: Memory that machines may use beyond RV(node.vm_ram_gb), in GiB.
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
      description:
        - Version of VergeOS that the node runs.
        - Null in check mode before a restart.
      type: str
      sample: 26.1.8
    os_version:
      description:
        - Version of the node's operating system.
        - Null in check mode before a restart.
      type: str
      sample: 26.1.8
    kernel_version:
      description:
        - Version of the node's kernel.
        - Null in check mode before a restart.
      type: str
      sample: 6.6.144yb-49
    appserver_version:
      description:
        - Version of the node's application server.
        - Null in check mode before a restart.
      type: str
      sample: 1.0.612 06/16/26
    vsan_version:
      description:
        - Version of the node's vSAN.
        - Null in check mode before a restart.
      type: str
      sample: 3.2.481 07/01/26
    qemu_version:
      description:
        - Version of the node's hypervisor.
        - Null in check mode before a restart.
      type: str
      sample: 10.0.9
    vm_ram_used_gb:
      description:
        - Memory that the machines on the node hold of RV(node.vm_ram_gb), in GiB.
        - Null in check mode before a change of maintenance.
      type: float
      sample: 1.0
    vm_ram_free_gb:
      description:
        - Memory that the machines on the node leave of RV(node.vm_ram_gb), in GiB.
        - Null in check mode before a change of maintenance.
      type: float
      sample: 65.75
    running_machines:
      description:
        - Number of machines that run on the node; VMs, tenant nodes and networks.
        - Null in check mode before a change of maintenance.
      type: int
      sample: 2
    machines:
      description:
        - Machines that run on the node, by name.
        - Null in check mode before a change of maintenance.
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
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.node import DRAIN_CHECKS, NodeTask


def main() -> None:
    options = {
        "state": {"type": "str", "choices": ["present", "restarted"], "default": "present"},
        "name": {"type": "str", "required": True},
        "description": {"type": "str"},
        "maintenance": {"type": "bool"},
        "drain_check": {"type": "str", "choices": DRAIN_CHECKS, "default": "fail"},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 3600},
    }
    manage(NodeTask, options)


if __name__ == "__main__":
    main()
