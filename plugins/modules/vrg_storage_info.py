#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_storage_info
short_description: Storage tiers of a VergeOS system
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns the storage tiers of a VergeOS system with their capacity and use, and the totals over them.
  - Takes one request, whatever the number of tiers.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes.info
options:
  tier:
    description:
      - Return only the tier of this number. Tier 0 holds metadata; tenants are given tiers 1 to 5.
    type: int
    choices: [0, 1, 2, 3, 4, 5]
  key:
    description:
      - Return only the tier whose row has this key. A tier's key is not its number.
    type: int
seealso:
  - module: vergeio.vrg.vrg_tenant_storage
"""

EXAMPLES = r"""
- name: How full are the tiers
  vergeio.vrg.vrg_storage_info:
  register: storage

- name: Warn above 70 percent
  ansible.builtin.debug:
    msg: "Tier {{ item.tier }} is {{ item.used_percent }} % full"
  loop: "{{ storage.tiers | selectattr('used_percent', '>', 70) }}"
  loop_control:
    label: "{{ item.tier }}"

- name: One tier by its number
  vergeio.vrg.vrg_storage_info:
    tier: 1
"""

RETURN = r"""
tiers:
  description: Tiers by number; empty if none matches.
  returned: success
  type: list
  elements: dict
  contains:
    key:
      description: Key of the row; not the tier's number.
      type: int
      sample: 12
    tier:
      description: Number of the tier.
      type: int
      sample: 1
    description:
      description: Description of the tier.
      type: str
      sample: Fast NVMe
    capacity_gb:
      description: Capacity in GiB.
      type: float
      sample: 7167.85
    used_gb:
      description: Storage in use after deduplication, in GiB.
      type: float
      sample: 1536.0
    allocated_gb:
      description: Storage that is allocated, in GiB.
      type: float
      sample: 3072.0
    used_inflated_gb:
      description: Storage in use before deduplication, in GiB.
      type: float
      sample: 2304.0
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
    modified:
      description: When the platform last measured, as ISO 8601 in UTC.
      type: str
      sample: "2026-09-11T12:00:00Z"
    free_gb:
      description: Storage that is free, in GiB.
      type: float
      sample: 5631.85
    used_percent:
      description: Use in percent of the capacity.
      type: float
      sample: 21.4
    dedupe_ratio:
      description:
        - Deduplication ratio, RV(tiers[].used_inflated_gb) by RV(tiers[].used_gb); 1.5 means that 1.5 GiB of data take
          1 GiB.
        - Never less than 1, and null if the tier is empty.
      type: float
      sample: 1.5
    dedupe_savings_percent:
      description: Storage that deduplication saves, in percent; null if the tier is empty.
      type: float
      sample: 33.3
totals:
  description: Sums over the tiers that were returned.
  returned: success
  type: dict
  contains:
    capacity_gb:
      description: Capacity in GiB.
      type: float
      sample: 7167.85
    used_gb:
      description: Storage in use after deduplication, in GiB.
      type: float
      sample: 1536.0
    allocated_gb:
      description: Storage that is allocated, in GiB.
      type: float
      sample: 3072.0
    free_gb:
      description: Storage that is free, in GiB.
      type: float
      sample: 5631.85
    used_percent:
      description: Use in percent of the capacity.
      type: float
      sample: 21.4
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import inform
from ansible_collections.vergeio.vrg.plugins.module_utils._reads.storage import gather


def main() -> None:
    inform(gather, {"tier": {"type": "int", "choices": [0, 1, 2, 3, 4, 5]}, "key": {"type": "int", "no_log": False}})


if __name__ == "__main__":
    main()
