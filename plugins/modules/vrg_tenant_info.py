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
  description: The tenants, by name; empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description: Key of the row. The platform gives the keys of deleted tenants to new ones; the uuid is the identity.
      type: int
      sample: 5
    name:
      description: Its name.
      type: str
      sample: acme
    description:
      description: Its description.
      type: str
      sample: Acme Corporation
    url:
      description: The URL that leads to its user interface.
      type: str
      sample: https://198.51.100.10
    note:
      description: A note about it.
      type: str
      sample: customer 4711
    expose_cloud_snapshots:
      description: Whether it sees the snapshots of the whole system that hold it.
      type: bool
      sample: true
    allow_branding:
      description: Whether it may brand its own user interface.
      type: bool
      sample: false
    help_url:
      description: Where its help leads; V(default) is the platform's own, an empty string turns it off.
      type: str
      sample: default
    theme_access:
      description: Whose themes it may use.
      type: str
      sample: host_only
    require_password_change:
      description: Whether its administrator has to choose a new password at the next login.
      type: bool
      sample: false
    ui_address:
      description: The external IP that leads to its user interface; null if it has none.
      type: str
      sample: 198.51.100.10
    isolated:
      description: Whether its networks are cut off.
      type: bool
      sample: false
    uuid:
      description: Its identity, which never changes.
      type: str
      sample: 6f1c6a0e-3b53-4f0c-9a55-0c6f0d6f3c11
    status:
      description: Status, such as V(online), V(offline), V(starting), V(stopping), V(reduced) or V(nodesoffline).
      type: str
      sample: online
    state:
      description: State; V(online), V(offline), V(warning) or V(error).
      type: str
      sample: online
    running:
      description: Whether it is running.
      type: bool
      sample: true
    network:
      description: Name of the network that is its own.
      type: str
      sample: tenant_acme
    created:
      description: When it was created, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-02T09:30:00Z"
    creator:
      description: The user who created it.
      type: str
      sample: admin
    started:
      description: When it was last started, as ISO 8601 in UTC; null if never.
      type: str
      sample: "2026-11-02T09:31:10Z"
    stopped:
      description: When it was last stopped, as ISO 8601 in UTC; null if never.
      type: str
      sample: null
    nodes:
      description: Its nodes, in their order.
      returned: when O(gather) has V(nodes)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 3
        name:
          description: Its name.
          type: str
          sample: node1
        tenant:
          description: Name of the tenant.
          type: str
          sample: acme
        description:
          description: Its description.
          type: str
          sample: ""
        enabled:
          description: Whether it takes part when the tenant is started.
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
          description: Name of its cluster.
          type: str
          sample: prod
        failover_cluster:
          description: Name of the cluster that it moves to if its own fails; null if none.
          type: str
          sample: null
        preferred_node:
          description: Name of the physical node that it should run on; null if none.
          type: str
          sample: null
        on_power_loss:
          description: What happens to it when power returns after a loss.
          type: str
          sample: last_state
        ha_group:
          description: Its group of nodes that are kept apart.
          type: str
          sample: ""
        node_id:
          description: Its position within the tenant, from 1.
          type: int
          sample: 1
        running:
          description: Whether it is running.
          type: bool
          sample: true
        status:
          description: Status of its machine.
          type: str
          sample: running
        host:
          description: Name of the physical node that it runs on; null if it runs nowhere.
          type: str
          sample: node2
    storage:
      description: Its storage, by tier.
      returned: when O(gather) has V(storage)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 7
        tier:
          description: Number of the tier.
          type: int
          sample: 1
        tier_name:
          description: Description of the tier.
          type: str
          sample: Tier 1
        tenant:
          description: Name of the tenant.
          type: str
          sample: acme
        provisioned_gb:
          description: GiB that the tenant is given.
          type: int
          sample: 500
        used_gb:
          description: GiB in use.
          type: float
          sample: 12.5
        allocated_gb:
          description: GiB that are allocated.
          type: float
          sample: 20.0
        used_percent:
          description: Use in percent of what is given.
          type: int
          sample: 3
    network_blocks:
      description: Its network blocks.
      returned: when O(gather) has V(network)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 9
        cidr:
          description: The block.
          type: str
          sample: 192.0.2.0/28
        network:
          description: Name of the host's network that it comes from.
          type: str
          sample: External
        description:
          description: Its description.
          type: str
          sample: ""
    external_ips:
      description: Its external IPs.
      returned: when O(gather) has V(network)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 12
        ip:
          description: The address.
          type: str
          sample: 198.51.100.10
        network:
          description: Name of the host's network that it comes from.
          type: str
          sample: External
        hostname:
          description: Its host name.
          type: str
          sample: acme.example.com
        description:
          description: Its description.
          type: str
          sample: ""
    layer2_networks:
      description: Its layer-2 networks.
      returned: when O(gather) has V(network)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 4
        network:
          description: Name of the host's network that is passed through.
          type: str
          sample: VLAN 200
        network_type:
          description: Type of the host's network that is passed through.
          type: str
          sample: internal
        enabled:
          description: Whether it is passed through now.
          type: bool
          sample: true
    snapshots:
      description: Its snapshots, the oldest first.
      returned: when O(gather) has V(snapshots)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 2
        name:
          description: Its name.
          type: str
          sample: before-update
        tenant:
          description: Name of the tenant.
          type: str
          sample: acme
        description:
          description: Its description.
          type: str
          sample: ""
        profile:
          description: Name of the profile that took the snapshot; null if it was taken by hand.
          type: str
          sample: null
        created:
          description: When it was taken, as ISO 8601 in UTC.
          type: str
          sample: "2026-11-02T09:30:00Z"
        expires:
          description: When it is deleted, as ISO 8601 in UTC; null if never.
          type: str
          sample: null
    shared_objects:
      description: The snapshots of machines that were shared with it, by key.
      returned: when O(gather) has V(shared_objects)
      type: list
      elements: dict
      contains:
        key:
          description: Key of the row.
          type: int
          sample: 4
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
          sample: ""
        inbox:
          description: Whether the object waits in the inbox of its recipient.
          type: bool
          sample: false
        created:
          description: When it was shared, as ISO 8601 in UTC.
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
