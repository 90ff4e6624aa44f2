#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant
short_description: Tenants of a VergeOS system
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Creates, changes, starts, stops and deletes tenants.
  - Only the options that are given are managed.
  - A tenant's compute, storage and networks are managed by modules of their own.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.wait
  - vergeio.vrg.attributes
attributes:
  idempotent:
    support: partial
    details:
      - With O(state=restarted), O(state=reset) and O(update_password=always) every run is a change.
options:
  state:
    description:
      - V(present) makes sure that the tenant exists, in whatever power state.
      - V(running) and V(stopped) make sure that the tenant exists, and that it runs or not. A tenant without a node
        cannot run.
      - V(stopped) of a tenant that does not exist fails, unless O(tenant_password) or O(clone_from) says that the task
        creates it; O(isolated=true) as well.
      - V(absent) makes sure that the tenant does not exist. Its nodes, storage, addresses and layer-2 networks go with it.
        The tenant and its network are stopped first, which is waited for even with O(wait=false). The rules of the
        networks that held its addresses are then applied, as O(apply_rules) says.
      - V(restarted) stops the tenant gracefully, waits, and starts it; a tenant that does not run is started.
      - V(reset) restarts all nodes of the tenant hard, without a shutdown. A tenant that does not run cannot be reset.
    type: str
    choices: [present, absent, running, stopped, restarted, reset]
    default: present
  name:
    description:
      - Name of the tenant, or its uuid if the tenant exists already; never a key.
    type: str
    required: true
  new_name:
    description:
      - New name of the tenant. If the tenant has it already, nothing is renamed; if neither name exists, the tenant is
        created under the new one.
      - Cannot be used with O(state=absent).
    type: str
  uuid:
    description:
      - Uuid that the tenant must have. If the tenant has another one, the task fails and nothing is changed.
    type: str
  description:
    description:
      - Description of the tenant.
    type: str
  url:
    description:
      - URL that leads to the tenant's user interface. The platform fills it in with the first external IP.
    type: str
  note:
    description:
      - Note on the tenant.
    type: str
  expose_cloud_snapshots:
    description:
      - Whether the tenant sees the snapshots of the whole system that hold it. A new one does, unless this is V(false).
    type: bool
  allow_branding:
    description:
      - Whether the tenant may brand its own user interface. A new one may not, unless this is V(true).
    type: bool
  help_url:
    description:
      - Where the tenant's help leads; V(default), which a new tenant has, is the platform's own, and an empty string turns
        the help off.
    type: str
  theme_access:
    description:
      - Whose themes the tenant may use; a new one has V(host_only).
    type: str
    choices: [specified, host_only, local_only, both]
  tenant_password:
    description:
      - Password of the user C(admin) within the tenant. A password cannot be read back.
      - If not set at creation, the platform makes up a password that nobody ever sees; a warning says so.
    type: str
  update_password:
    description:
      - V(on_create) sets O(tenant_password) only when the tenant is created.
      - V(always) sets it with each run, which therefore is always a change.
    type: str
    choices: [on_create, always]
    default: on_create
  require_password_change:
    description:
      - Whether the user C(admin) has to choose a new password at the next login; V(false) in a new tenant if not set. The
        platform takes this back after that login, so it is sent only together with O(tenant_password), or at creation.
    type: bool
  isolated:
    description:
      - Whether the tenant's networks are cut off. Works on running and stopped tenants.
    type: bool
  ui_address:
    description:
      - External IP of the tenant that leads to its user interface; an empty string for none.
    type: str
  preferred_node:
    description:
      - Name (or key) of the physical node that the tenant should be started on. Used only when this task starts it.
    type: str
  clone_from:
    description:
      - Name or uuid of a tenant to clone. Used only when O(name) does not exist yet, so that a second run clones nothing.
      - A clone has an identity of its own and is not running; it has no external IPs, network blocks or layer-2 networks.
      - With O(tenant_password), the clone has a working name that ends in C((unfinished clone\)) until its password is
        set, so that no copy with the password of its source ever has the name. A run that was cut off in between is
        finished by the next one.
    type: str
  clone_without:
    description:
      - Parts that the clone does without. A clone without V(network) has no network of its own and cannot run.
    type: list
    elements: str
    choices: [network, storage, nodes]
  force_stop_after:
    description:
      - Seconds after which a graceful stop that does not end is forced, node by node. RV(changes) then lists these nodes.
      - If not set, a stop is never forced. Has no effect on a stop that is not waited for.
    type: int
  accept_reduced:
    description:
      - Whether a tenant that runs without all its nodes (RV(tenant.status) is V(reduced), V(nodesoffline) or V(error))
        counts as running. Otherwise the task fails each time, and names the node.
    type: bool
    default: false
    version_added: 1.1.0
  apply_rules:
    description:
      - With O(state=absent), whether the rules of the networks are applied that held the tenant's addresses and blocks.
      - V(changed) applies the rules where none were pending before; other people's rules stay pending, with a warning.
      - V(always) applies the rules with all that is pending there; V(never) leaves that to somebody else.
    type: str
    choices: [changed, always, never]
    default: changed
    version_added: 1.1.0
seealso:
  - module: vergeio.vrg.vrg_tenant_info
  - module: vergeio.vrg.vrg_tenant_node
  - module: vergeio.vrg.vrg_tenant_storage
  - module: vergeio.vrg.vrg_tenant_net
"""

EXAMPLES = r"""
- name: A tenant
  vergeio.vrg.vrg_tenant:
    name: acme
    description: Acme Corporation
    note: customer 4711
    tenant_password: "{{ vault_acme_password }}"
    require_password_change: true

- name: Start it, once it has nodes, and wait until all of them run
  vergeio.vrg.vrg_tenant:
    name: acme
    state: running
    wait_timeout: 600

- name: Cut it off from all networks
  vergeio.vrg.vrg_tenant:
    name: acme
    isolated: true

- name: Rename it
  vergeio.vrg.vrg_tenant:
    name: acme
    new_name: acme-2026
    isolated: false

- name: A copy to try something on, without the compute of the original
  vergeio.vrg.vrg_tenant:
    name: acme-test
    clone_from: acme-2026
    clone_without: [nodes]
    isolated: true

- name: Restart it; if it has not stopped after ten minutes, without further ado
  vergeio.vrg.vrg_tenant:
    name: acme-2026
    state: restarted
    force_stop_after: 600
    wait_timeout: 1200

- name: Delete it, running or not
  vergeio.vrg.vrg_tenant:
    name: acme-2026
    state: absent
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: [create tenant 'acme']
tenant:
  description:
    - Tenant as it stands; with O(state=absent) as it was; null if there was none.
    - In check mode, what cannot be known beforehand is null.
  returned: success
  type: dict
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
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._options import WAIT
from ansible_collections.vergeio.vrg.plugins.module_utils._tables.tenants import TENANT
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant import STATES, TenantTask
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant_clone import CLONE_WITHOUT


def main() -> None:
    options = TENANT.options(
        state={"type": "str", "choices": STATES, "default": "present"},
        new_name={"type": "str"},
        uuid={"type": "str"},
        update_password={"type": "str", "choices": ["on_create", "always"], "default": "on_create", "no_log": False},
        isolated={"type": "bool"},
        preferred_node={"type": "str"},
        clone_from={"type": "str"},
        clone_without={"type": "list", "elements": "str", "choices": list(CLONE_WITHOUT)},
        force_stop_after={"type": "int"},
        accept_reduced={"type": "bool", "default": False},
        apply_rules={"type": "str", "choices": ["changed", "always", "never"], "default": "changed"},
        **WAIT,
    )
    manage(TenantTask, options)


if __name__ == "__main__":
    main()
