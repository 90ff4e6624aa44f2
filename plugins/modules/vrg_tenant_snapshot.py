#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_snapshot
short_description: Snapshots of a VergeOS tenant
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Takes snapshots of a tenant, changes how long they are kept, deletes them, and restores a tenant from one.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.wait
  - vergeio.vrg.attributes
attributes:
  idempotent:
    support: partial
    details:
      - With O(state=restored) every run is a change.
options:
  state:
    description:
      - V(present) makes sure that there is a snapshot of that name, V(absent) that there is no such snapshot.
      - V(restored) overwrites the tenant with the snapshot, which takes effect when it is next started.
    type: str
    choices: [present, absent, restored]
    default: present
  tenant:
    description:
      - Name or uuid of the tenant.
    type: str
    required: true
  name:
    description:
      - Name of the snapshot; unique within the tenant.
    type: str
    required: true
  description:
    description:
      - Description of the snapshot.
    type: str
  retention:
    description:
      - Time for which the snapshot is kept from its creation on, in seconds or as a duration such as V(30m), V(12h),
        V(3d) or V(2w); V(0) keeps the snapshot for ever.
      - If not set at creation, the platform chooses. VergeOS 26.0 keeps such a snapshot for ever; other releases may delete
        it after three days.
    type: raw
  confirm_overwrite:
    description:
      - Confirms that O(state=restored) may overwrite the tenant. Everything that the tenant has written since is lost.
    type: bool
    default: false
  stop_tenant:
    description:
      - Whether O(state=restored) may stop a tenant that is running. Only a tenant that is offline can be restored.
      - If V(false) and the tenant is not offline, the task fails; in check mode this is a warning, since an earlier task
        may be what stops the tenant.
    type: bool
    default: false
seealso:
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: A snapshot that is kept for three days
  vergeio.vrg.vrg_tenant_snapshot:
    tenant: acme
    name: before-update
    retention: 3d

- name: On second thoughts, for ever
  vergeio.vrg.vrg_tenant_snapshot:
    tenant: acme
    name: before-update
    retention: 0

- name: Back to it
  vergeio.vrg.vrg_tenant_snapshot:
    tenant: acme
    name: before-update
    state: restored
    stop_tenant: true
    confirm_overwrite: true

- name: Which takes effect now
  vergeio.vrg.vrg_tenant:
    name: acme
    state: running

- name: It is no longer needed
  vergeio.vrg.vrg_tenant_snapshot:
    tenant: acme
    name: before-update
    state: absent
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: [create snapshot 'before-update' of tenant 'acme']
tenant_snapshot:
  description:
    - Snapshot as it stands; with O(state=absent) as it was; null if there was none.
    - In check mode, what cannot be known beforehand is null.
  returned: success
  type: dict
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
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._options import WAIT
from ansible_collections.vergeio.vrg.plugins.module_utils._tables.tenant_snapshots import TENANT_SNAPSHOT
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant_snapshot import TenantSnapshotTask


def main() -> None:
    options = TENANT_SNAPSHOT.options(
        state={"type": "str", "choices": ["present", "absent", "restored"], "default": "present"},
        tenant={"type": "str", "required": True},
        retention={"type": "raw"},
        confirm_overwrite={"type": "bool", "default": False},
        stop_tenant={"type": "bool", "default": False},
        **WAIT,
    )
    manage(TenantSnapshotTask, options)


if __name__ == "__main__":
    main()
