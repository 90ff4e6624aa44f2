#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_net
short_description: Network blocks, external IPs and layer-2 networks of a VergeOS tenant
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Gives a tenant network blocks, external IPs and layer-2 networks of its host, and takes them away.
  - Afterwards the rules of the networks concerned are applied, without which an address does not route.
  - Blocks and addresses are compared as networks, not as text.
  - A network is named by its name, or by its key where no network has that name.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.wait
  - vergeio.vrg.attributes
options:
  state:
    description:
      - V(present) makes sure that the tenant has what is listed; V(absent) that the tenant does not have it. V(absent)
        needs a list.
    type: str
    choices: [present, absent]
    default: present
  tenant:
    description:
      - Name or uuid of the tenant.
    type: str
    required: true
  network_blocks:
    description:
      - Blocks of addresses that are routed to the tenant.
    type: list
    elements: dict
    suboptions:
      cidr:
        description:
          - Addresses of the block, like V(192.0.2.0/28). A block must start where a block of its size does; the platform
            would accept another one and never apply it.
        type: str
        required: true
      network:
        description:
          - Name (or key) of the host's network that the block comes from. Needed to give the block for the first time.
            With O(state=absent), what comes from another network stays.
        type: str
      description:
        description:
          - Description of the block, which cannot be changed afterwards.
        type: str
      allow_overlap:
        description:
          - Whether the block may be given although somebody else has it, or a part of it, or although the network needs
            an address of it for itself (router, gateway, DHCP range, first and last address). Needed for a block that is
            the whole subnet, too. Judged only when the block is given for the first time.
        type: bool
        default: false
        version_added: 1.1.0
  external_ips:
    description:
      - Addresses of the host's networks that are routed to the tenant. The first one leads to its user interface.
    type: list
    elements: dict
    suboptions:
      ip:
        description:
          - IP address. If not set, the platform gives its next free one, and O(external_ips[].hostname), or else
            O(external_ips[].description), finds it again on the next run. No other item on that network may have the same.
        type: str
      network:
        description:
          - Name (or key) of the host's network that the address comes from. Needed to give the address for the first time.
            With O(state=absent), what comes from another network stays.
        type: str
      hostname:
        description:
          - Host name of the address. Case and a dot at the end make no difference.
        type: str
      description:
        description:
          - Description of the address.
        type: str
      allow_outside:
        description:
          - Whether the address may lie outside of the network's subnet, because it is routed there. Judged only when the
            address is given for the first time.
        type: bool
        default: false
        version_added: 1.1.0
      allow_overlap:
        description:
          - Whether the address may be given although somebody else has it, or a block with it, or although the network
            needs it for itself (router, gateway, DHCP range, first and last address). Judged only when the address is
            given for the first time.
        type: bool
        default: false
        version_added: 1.1.0
  layer2_networks:
    description:
      - Networks of the host that are passed through to the tenant.
    type: list
    elements: dict
    suboptions:
      network:
        description:
          - Name (or key) of the host's network.
        type: str
        required: true
      enabled:
        description:
          - Whether the network is passed through now. A new one is, unless this is V(false).
        type: bool
  exclusive:
    description:
      - Whether to take away what is not listed, of the kinds that are given. An empty list takes away all of a kind.
    type: bool
    default: false
  apply_rules:
    description:
      - V(changed) applies the rules of a network when this task changed something there, or when rules of a listed
        network are pending, so that a run that was cut off is finished by the next.
      - V(always) applies the rules with each run that lists a block or an address; V(never) leaves that to somebody else.
      - The network of a block or an address that is gone already is known only from the item. Where the item names none,
        and where O(exclusive) took away what is not listed, rules that an earlier run left pending are neither applied nor
        reported by RV(tenant_net.rules_pending).
      - The rules of a stopped network are not applied, because they load when the network starts;
        RV(tenant_net.rules_pending) reports them.
    type: str
    choices: [changed, always, never]
    default: changed
  allow_ui_loss:
    description:
      - Whether the external IP may be taken away that leads to the tenant's user interface.
    type: bool
    default: false
seealso:
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: A fixed address, the next free one, a block and a layer-2 network
  vergeio.vrg.vrg_tenant_net:
    tenant: acme
    external_ips:
      - ip: 198.51.100.10
        network: External
        hostname: acme.example.com
      - network: External
        hostname: vpn.acme.example.com
    network_blocks:
      - cidr: 192.0.2.0/28
        network: External
    layer2_networks:
      - network: Internal

- name: No other block than this one
  vergeio.vrg.vrg_tenant_net:
    tenant: acme
    network_blocks:
      - cidr: 192.0.2.0/28
    exclusive: true

- name: Take the layer-2 network away; it is disabled first
  vergeio.vrg.vrg_tenant_net:
    tenant: acme
    layer2_networks:
      - network: Internal
    state: absent
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: [create external IP 198.51.100.10 of tenant 'acme', apply the rules of network 'External']
tenant_net:
  description:
    - Networks of the tenant; with O(state=absent) what was removed.
    - In check mode, what cannot be known beforehand is null.
  returned: success
  type: dict
  contains:
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
    network_blocks:
      description: Network blocks of the tenant; null if O(network_blocks) was not given.
      returned: success
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
      description: External IPs of the tenant; null if O(external_ips) was not given.
      returned: success
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
      description: Layer-2 networks of the tenant; null if O(layer2_networks) was not given.
      returned: success
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
    rules_pending:
      description: Whether a network that the task is about still has rules that were not applied.
      type: bool
      sample: false
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._options import WAIT
from ansible_collections.vergeio.vrg.plugins.module_utils._tables.tenant_networks import PARTS
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant_networks import TenantNetworksTask


def main() -> None:
    lists = {part.option: {"type": "list", "elements": "dict", "options": part.options()} for part in PARTS}
    options = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "tenant": {"type": "str", "required": True},
        **lists,
        "exclusive": {"type": "bool", "default": False},
        "apply_rules": {"type": "str", "choices": ["changed", "always", "never"], "default": "changed"},
        "allow_ui_loss": {"type": "bool", "default": False},
        **WAIT,
    }
    manage(TenantNetworksTask, options)


if __name__ == "__main__":
    main()
