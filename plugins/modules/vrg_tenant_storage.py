#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_storage
short_description: Storage of a VergeOS tenant on one tier
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Gives a tenant storage on a tier of its host, changes how much, or takes it away.
  - The platform keeps whole GiB, so sizes are whole GiB.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes
options:
  state:
    description:
      - V(present) makes sure that the tenant has storage on the tier; V(absent) that the tenant has none there.
    type: str
    choices: [present, absent]
    default: present
  tenant:
    description:
      - Name or uuid of the tenant.
    type: str
    required: true
  tier:
    description:
      - Number of the storage tier, never its key.
    type: int
    choices: [1, 2, 3, 4, 5]
    required: true
  provisioned_gb:
    description:
      - Storage that the tenant is given, in GiB. Needed to give storage on the tier for the first time.
    type: int
  allow_data_loss:
    description:
      - Whether storage may be deleted that holds data, or shrink below what is used.
    type: bool
    default: false
seealso:
  - module: vergeio.vrg.vrg_storage_info
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: 500 GiB on tier 1
  vergeio.vrg.vrg_tenant_storage:
    tenant: acme
    tier: 1
    provisioned_gb: 500

- name: No more storage on tier 3, whatever it holds
  vergeio.vrg.vrg_tenant_storage:
    tenant: acme
    tier: 3
    state: absent
    allow_data_loss: true
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: [create tier 1 storage of tenant 'acme']
tenant_storage:
  description:
    - Storage as it stands; with O(state=absent) as it was; null if there was none.
    - In check mode, what cannot be known beforehand is null.
  returned: success
  type: dict
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
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._tables.tenant_storage import TENANT_STORAGE, TENANT_TIERS
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant_storage import TenantStorageTask


def main() -> None:
    options = TENANT_STORAGE.options(
        state={"type": "str", "choices": ["present", "absent"], "default": "present"},
        tenant={"type": "str", "required": True},
        tier={"type": "int", "choices": TENANT_TIERS, "required": True},
        allow_data_loss={"type": "bool", "default": False},
    )
    manage(TenantStorageTask, options)


if __name__ == "__main__":
    main()
