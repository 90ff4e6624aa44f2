#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_crash_cart
short_description: Crash cart for a VergeOS tenant
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Creates and deletes a crash cart, a virtual machine of the host with a console on the tenant's core network, for
    a tenant that nobody can reach any more.
  - A crash cart is created powered off. Its login stands in the note of the machine, which is neither read nor returned.
  - A machine is taken for the tenant's crash cart only if a crash cart recipe has made it for this tenant. If another
    machine has the name, the task fails and changes nothing.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.wait
  - vergeio.vrg.attributes
options:
  state:
    description:
      - V(present) makes sure that there is a crash cart of that name, V(absent) that there is no such crash cart.
      - A crash cart that is running is powered off before it is deleted; nothing is kept on it.
      - A crash cart stays when its tenant is deleted, and V(absent) still deletes it by its name, if it is made from
        one of the recipes of O(recipe) and its tenant's key has not been given to another tenant since.
    type: str
    choices: [present, absent]
    default: present
  tenant:
    description:
      - Name or uuid of the tenant.
    type: str
    required: true
  name:
    description:
      - Name of the crash cart. If not set, C(Crash Cart - ) and the tenant's name.
      - If not set, a crash cart of the tenant that was made under such a name is found whatever the tenant, or the
        crash cart, is called by now. If several may be meant, the task fails and lists them.
    type: str
  recipe:
    description:
      - Name or key of the recipe that the crash cart is made from. If not set, V(Tenant Crash Cart), else V(Crash Cart). Machines
        of these two recipes and of this one are known as crash carts.
      - If two recipes have the name, the task fails and lists them.
    type: str
seealso:
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: A crash cart for a tenant that nobody can reach
  vergeio.vrg.vrg_tenant_crash_cart:
    tenant: acme

- name: It is no longer needed
  vergeio.vrg.vrg_tenant_crash_cart:
    tenant: acme
    state: absent
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: [create crash cart 'Crash Cart - acme' for tenant 'acme']
crash_cart:
  description:
    - Crash cart as it stands; with O(state=absent) as it was; null if there was none.
    - In check mode, what cannot be known beforehand is null.
  returned: success
  type: dict
  contains:
    key:
      description: Key of the machine.
      type: int
      sample: 7
    name:
      description: Name of the crash cart.
      type: str
      sample: Crash Cart - acme
    running:
      description: Whether the crash cart is running.
      type: bool
      sample: false
    status:
      description: Status of the crash cart's machine.
      type: str
      sample: stopped
    created:
      description: When the crash cart was created, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-02T09:30:00Z"
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._options import WAIT
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.crash_cart import CrashCartTask


def main() -> None:
    options = {
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "tenant": {"type": "str", "required": True},
        "name": {"type": "str"},
        "recipe": {"type": "str"},
        **WAIT,
    }
    manage(CrashCartTask, options)


if __name__ == "__main__":
    main()
