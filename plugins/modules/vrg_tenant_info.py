#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_info
short_description: Tenants of a VergeOS system, and what belongs to them
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns one tenant or all of them, on request with their nodes, storage, networks, snapshots and shared objects.
  - Takes one request, and one more for each table that O(gather) names, whatever the number of tenants. V(network)
    stands for three tables.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes.info
options:
  name:
    description:
      - Return only this tenant; its name, its uuid, or its key where no tenant has that name.
      - If there is none, the list is empty and the task succeeds.
    type: str
  gather:
    description:
      - What to return with each tenant.
      - V(shared_objects) are the snapshots of machines that were shared with it; added in version 1.1.0.
    type: list
    elements: str
    choices: [nodes, storage, network, snapshots, shared_objects]
    default: []
seealso:
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: All tenants
  vergeio.vrg.vrg_tenant_info:
  register: estate

- name: Which of them are not online
  ansible.builtin.debug:
    msg: "{{ estate.tenants | rejectattr('status', 'eq', 'online') | map(attribute='name') }}"

- name: Everything about one
  vergeio.vrg.vrg_tenant_info:
    name: acme
    gather: [nodes, storage, network, snapshots]
"""

RETURN = r"""
tenants:
  description: Tenants by name; empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description:
        - Key of the row. The platform gives the keys of deleted tenants to new ones; the uuid is the identity.
      type: int
      sample: 5
    name:
      description: Name of the tenant.
      type: str
      sample: acme
    description:
      description: Description of the tenant.
      type: str
      sample: Acme Corporation
    url:
      description: URL that leads to the tenant's user interface.
      type: str
      sample: https://198.51.100.10
    note:
      description: Note on the tenant.
      type: str
      sample: customer 4711
    expose_cloud_snapshots:
      description: Whether the tenant sees the snapshots of the whole system that hold it.
      type: bool
      sample: true
    allow_branding:
      description: Whether the tenant may brand its own user interface.
      type: bool
      sample: false
    help_url:
      description: Where the tenant's help leads; V(default) is the platform's own, an empty string turns the help off.
      type: str
      sample: default
    theme_access:
      description: Whose themes the tenant may use.
      type: str
      sample: host_only
    require_password_change:
      description: Whether the tenant's administrator has to choose a new password at the next login.
      type: bool
      sample: false
    ui_address:
      description: External IP that leads to the tenant's user interface; null if there is none.
      type: str
      sample: 198.51.100.10
    isolated:
      description: Whether the tenant's networks are cut off.
      type: bool
      sample: false
    uuid:
      description: Identity of the tenant, which never changes.
      type: str
      sample: 6f1c6a0e-3b53-4f0c-9a55-0c6f0d6f3c11
    status:
      description: Status of the tenant, such as V(online), V(offline), V(starting), V(stopping), V(reduced) or
        V(nodesoffline).
      type: str
      sample: online
    state:
      description: State of the tenant; V(online), V(offline), V(warning) or V(error).
      type: str
      sample: online
    running:
      description: Whether the tenant is running.
      type: bool
      sample: true
    network:
      description: Name of the tenant's own network.
      type: str
      sample: tenant_acme
    created:
      description: When the tenant was created, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-02T09:30:00Z"
    creator:
      description: User who created the tenant.
      type: str
      sample: admin
    started:
      description: When the tenant was last started, as ISO 8601 in UTC; null if never.
      type: str
      sample: "2026-11-02T09:31:10Z"
    stopped:
      description: When the tenant was last stopped, as ISO 8601 in UTC; null if never.
      type: str
      sample: "2026-11-01T22:15:03Z"
    nodes:
      description: Nodes of the tenant, in their order.
      returned: when O(gather) has V(nodes)
      type: list
      elements: dict
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
    storage:
      description: Storage of the tenant, by tier.
      returned: when O(gather) has V(storage)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 2
        tier:
          description: Number of the tier.
          type: int
          sample: 1
        tier_name:
          description: Description of the tier.
          type: str
          sample: Fast NVMe
        tenant:
          description: Name of the tenant.
          type: str
          sample: acme
        provisioned_gb:
          description: Storage that the tenant is given, in GiB.
          type: int
          sample: 500
        used_gb:
          description: Storage in use, in GiB.
          type: float
          sample: 12.5
        allocated_gb:
          description: Storage that is allocated, in GiB.
          type: float
          sample: 20.0
        used_percent:
          description: Share of the given storage that is in use, in percent.
          type: int
          sample: 3
    network_blocks:
      description: Network blocks of the tenant.
      returned: when O(gather) has V(network)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 2
        cidr:
          description: Addresses of the block.
          type: str
          sample: 192.0.2.0/28
        network:
          description: Name of the host's network that the network block comes from.
          type: str
          sample: External
        description:
          description: Description of the block.
          type: str
          sample: Servers of acme
    external_ips:
      description: External IPs of the tenant.
      returned: when O(gather) has V(network)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 2
        ip:
          description: IP address.
          type: str
          sample: 198.51.100.10
        network:
          description: Name of the host's network that the external IP comes from.
          type: str
          sample: External
        hostname:
          description: Host name of the address.
          type: str
          sample: a.example.com
        description:
          description: Description of the address.
          type: str
          sample: User interface of acme
    layer2_networks:
      description: Layer-2 networks of the tenant.
      returned: when O(gather) has V(network)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 2
        network:
          description: Name of the host's network that is passed through.
          type: str
          sample: VLAN 200
        enabled:
          description: Whether the network is passed through now.
          type: bool
          sample: true
        network_type:
          description: Type of the host's network that is passed through.
          type: str
          sample: internal
    snapshots:
      description: Snapshots of the tenant, the oldest first.
      returned: when O(gather) has V(snapshots)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 2
        name:
          description: Name of the snapshot.
          type: str
          sample: before-update
        tenant:
          description: Name of the tenant.
          type: str
          sample: acme
        description:
          description: Description of the snapshot.
          type: str
          sample: Before the update to 26.1.8
        profile:
          description: Name of the profile that took the snapshot; null if it was taken by hand.
          type: str
          sample: daily
        created:
          description: When the snapshot was taken, as ISO 8601 in UTC.
          type: str
          sample: "2026-11-02T09:30:00Z"
        expires:
          description: When the snapshot is deleted, as ISO 8601 in UTC; null if never.
          type: str
          sample: "2026-11-05T09:30:00Z"
    shared_objects:
      description: Snapshots of machines that were shared with the tenant, by key.
      returned: when O(gather) has V(shared_objects)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 2
        name:
          description: Name of the object.
          type: str
          sample: web-template
        type:
          description: What the object is, such as V(vm).
          type: str
          sample: vm
        description:
          description: Description of the object.
          type: str
          sample: For new web servers
        inbox:
          description: Whether the object waits in the inbox of its recipient.
          type: bool
          sample: false
        created:
          description: When the object was shared, as ISO 8601 in UTC.
          type: str
          sample: "2026-11-02T09:30:00Z"
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import inform
from ansible_collections.vergeio.vrg.plugins.module_utils._reads.tenants import GATHER, gather


def main() -> None:
    options = {
        "name": {"type": "str"},
        "gather": {"type": "list", "elements": "str", "choices": GATHER, "default": []},
    }
    inform(gather, options)


if __name__ == "__main__":
    main()
