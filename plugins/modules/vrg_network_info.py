#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_network_info
short_description: Networks of a VergeOS system, and what is on them
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns one network of the host or all of them, on request with the addresses and the network blocks on them and
    their owners.
  - Networks that belong to tenants are networks of the host, too, and are among them.
  - Takes one request, and one more for each kind that O(gather) names, whatever the number of networks.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes.info
options:
  name:
    description:
      - Return only the network of this name, or with this key where no network has that name.
      - If there is none, the list is empty and the task succeeds.
    type: str
  gather:
    description:
      - What to return with each network.
    type: list
    elements: str
    choices: [addresses, blocks]
    default: []
seealso:
  - module: vergeio.vrg.vrg_tenant_net
  - module: vergeio.vrg.vrg_tenant_info
"""

EXAMPLES = r"""
- name: All networks
  vergeio.vrg.vrg_network_info:
  register: found

- name: Which of them wait for their rules to be applied
  ansible.builtin.debug:
    msg: "{{ found.networks | selectattr('rules_pending') | map(attribute='name') }}"

- name: The network that addresses of tenants come from, and who has them
  vergeio.vrg.vrg_network_info:
    name: External
    gather: [addresses, blocks]
  register: external

- name: Who has which address
  ansible.builtin.debug:
    msg: "{{ item.ip }} {{ item.owner_name }}"
  loop: "{{ external.networks[0].addresses | selectattr('owner') }}"
  loop_control:
    label: "{{ item.ip }}"
"""

RETURN = r"""
networks:
  description: Networks by name; empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description: Key of the row.
      type: int
      sample: 2
    name:
      description: Name of the network.
      type: str
      sample: External
    description:
      description: Description of the network.
      type: str
      sample: Public addresses
    type:
      description: Type of the network, such as V(internal), V(external), V(core) or V(dmz). The networks V(core) and
        V(dmz) belong to the platform and never carry workloads.
      type: str
      sample: external
    subnet:
      description: Addresses of the network as a block; null if the network has none, or if they are not known.
      type: str
      sample: 198.51.100.0/24
    router:
      description: Address of the network's own router; null if there is none.
      type: str
      sample: 198.51.100.2
    gateway:
      description: Address of the gateway; null if there is none.
      type: str
      sample: 198.51.100.1
    dhcp_enabled:
      description: Whether addresses are given out by DHCP.
      type: bool
      sample: false
    dhcp_start:
      description: First address that is given out by DHCP; null if there is none.
      type: str
      sample: 198.51.100.200
    dhcp_stop:
      description: Last address that is given out by DHCP; null if there is none.
      type: str
      sample: 198.51.100.249
    layer2_type:
      description: Kind of the network's layer 2, such as V(vlan), V(vxlan) or V(none).
      type: str
      sample: vlan
    layer2_id:
      description: Number of the VLAN or VXLAN.
      type: int
      sample: 200
    mtu:
      description: Largest size of a packet, in bytes.
      type: int
      sample: 1500
    running:
      description: Whether the network is running; null if the network has no machine.
      type: bool
      sample: true
    rules_pending:
      description: Whether firewall rules wait to be applied. Always false for a network that is not running, whose
        rules are loaded when it starts.
      type: bool
      sample: false
    block:
      description: Network block that the network is built on; null if it is built on none. Such a block cannot be taken
        away.
      type: str
      sample: 198.51.100.0/24
    block_key:
      description: Key of the network block that the network is built on; null if it is built on none.
      type: int
      sample: 7
    dmz_address:
      description: Address of the network's router on the DMZ network; null if the platform does not report it.
      type: str
      sample: 100.96.0.7
    addresses:
      description: Addresses on the network that somebody has, in their order; leases of DHCP among them.
      returned: when O(gather) has V(addresses)
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
        type:
          description: Type of the address; V(virtual) for the external IP of a tenant, V(dynamic) for a lease of DHCP,
            or V(static), V(ipalias) or V(proxy).
          type: str
          sample: virtual
        hostname:
          description: Host name of the address.
          type: str
          sample: acme.example.com
        description:
          description: Description of the address.
          type: str
          sample: User interface of acme
        mac:
          description: MAC address of the machine that has the address; empty if none is known.
          type: str
          sample: f0:db:30:00:00:0c
        expires:
          description: When the lease ends, as ISO 8601 in UTC; null if never.
          type: str
          sample: "2026-11-05T09:30:00Z"
        owner:
          description: Table and key of the row that has the address; null if nobody has it.
          type: str
          sample: tenants/5
        owner_name:
          description: Name of the owner; null if nobody has the address.
          type: str
          sample: acme
    blocks:
      description: Network blocks on the network, in the order of their addresses.
      returned: when O(gather) has V(blocks)
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
        description:
          description: Description of the block.
          type: str
          sample: Servers of acme
        owner:
          description: Table and key of the row that has the network block; null if nobody has it.
          type: str
          sample: tenants/5
        owner_name:
          description: Name of the owner; null if nobody has the network block.
          type: str
          sample: acme
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import inform
from ansible_collections.vergeio.vrg.plugins.module_utils._reads.networks import GATHER, gather


def main() -> None:
    options = {
        "name": {"type": "str"},
        "gather": {"type": "list", "elements": "str", "choices": GATHER, "default": []},
    }
    inform(gather, options)


if __name__ == "__main__":
    main()
