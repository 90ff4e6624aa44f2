# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._roles.offboarding import plan

DOCUMENTATION = r"""
name: offboard_plan
short_description: What has to be done to suspend, resume or remove tenants
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Finds each tenant that is to be suspended, resumed or removed, and decides what the role
    P(vergeio.vrg.tenant_offboard#role) has to do with it. It asks the system for nothing.
positional: _input, tenants, now
options:
  _input:
    description: The entries of C(tenant_offboard_tenants), as the role takes them.
    type: list
    elements: dict
    required: true
  tenants:
    description:
      - The tenants of the system, as M(vergeio.vrg.vrg_tenant_info) returns them with nodes, storage, network and
        snapshots gathered.
    type: list
    elements: dict
    required: true
  now:
    description: The time as ISO 8601 in UTC, to the second, like V(2026-11-02T09:30:00Z).
    type: str
    required: true
  suspended_days:
    description:
      - Also plan the removal of tenants that are suspended for longer than so many days. They are isolated and off,
        with a mark in their note that has their own uuid.
    type: int
    version_added: 1.1.0
  confirmed:
    description: Names or uuids of the tenants of O(suspended_days) that may be removed. The others are only reported.
    type: list
    elements: str
    default: []
    version_added: 1.1.0
  shared:
    description:
      - The tenants, as M(vergeio.vrg.vrg_tenant_info) returns them with shared objects gathered. Without it, a removal
        is refused unless its entry says C(allow_shared_objects).
    type: list
    elements: dict
    version_added: 1.1.0
  networks:
    description:
      - The host's networks, as M(vergeio.vrg.vrg_network_info) returns them; a tenant is not removed while one stands
        on one of its blocks.
    type: list
    elements: dict
    default: []
    version_added: 1.1.0
seealso:
  - plugin: vergeio.vrg.offboard_refusals
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Everything about all tenants
  vergeio.vrg.vrg_tenant_info:
    gather: [nodes, storage, network, snapshots, shared_objects]
  register: estate

- name: How much would come back without acme
  ansible.builtin.debug:
    msg: "{{ (going | vergeio.vrg.offboard_plan(estate.tenants, time, shared=estate.tenants))[0].reclaimable }}"
  vars:
    time: "{{ now(utc=true, fmt='%Y-%m-%dT%H:%M:%SZ') }}"
    going: [{name: acme, action: remove, confirm: acme}]
"""

RETURN = r"""
_value:
  description: One plan for each entry, in their order.
  type: list
  elements: dict
  contains:
    name:
      description: Name of the tenant.
      type: str
    action:
      description: V(suspend), V(resume) or V(remove).
      type: str
    uuid:
      description: Its identity; null if there is no such tenant.
      type: str
    created:
      description: When it was made, as ISO 8601 in UTC; null if there is no such tenant.
      type: str
    refusal:
      description: Why nothing must be done with it; null if there is no reason.
      type: str
    missing:
      description: That it is not there, and which names come near to its own; null if it is.
      type: str
    unconfirmed:
      description: That it is suspended for long, and that nobody has confirmed its removal; null otherwise.
      type: str
    selected:
      description: Whether it was found by O(suspended_days) and not by an entry.
      type: bool
    skipped:
      description: What is not done, and why, in sentences.
      type: list
      elements: str
    note:
      description: What its note becomes; null if that stays.
      type: str
    suspended_since:
      description: Since when it is suspended, as ISO 8601 in UTC; null if it is not.
      type: str
    final_snapshot:
      description: C(name) and C(retention) (seconds) of the snapshot that must exist; null for none.
      type: dict
    crash_cart:
      description: Name of the crash cart that must go; null for its own, whatever that is called.
      type: str
    snapshots:
      description: Names of the snapshots that must go.
      type: list
      elements: str
    reclaimable:
      description:
        - What the system gets back with the tenant, V(nodes), V(cpu_cores), V(ram_gb), V(storage) (a list with C(tier),
          C(provisioned_gb) and C(used_gb)), V(external_ips), V(network_blocks) and V(layer2_networks).
        - Null if it is not removed.
      type: dict
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"offboard_plan": plan}
