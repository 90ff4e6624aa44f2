#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_file
short_description: Give a file of the host to a VergeOS tenant
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Gives a file of the host to a tenant, where it appears among the tenant's own files. Nothing is copied.
  - The host cannot see which files a tenant already has, so every run is a change.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes
attributes:
  idempotent:
    support: none
    details:
      - The host cannot see which files a tenant already has. Given again, a file is there once.
options:
  state:
    description:
      - V(present) gives the file.
    type: str
    choices: [present]
    default: present
  tenant:
    description:
      - Name or uuid of the tenant.
    type: str
    required: true
  file:
    description:
      - Name of the file, or its key where no file has that name. If two files have the name, the task fails.
    type: str
    required: true
seealso:
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: An installation image for the tenant
  vergeio.vrg.vrg_tenant_file:
    tenant: acme
    file: verge-os-26.1.8.iso
"""

RETURN = r"""
changes:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample: [give file 'verge-os-26.1.8.iso' to tenant 'acme']
file:
  description: File that was given.
  returned: success
  type: dict
  contains:
    key:
      description: Key of the host's file.
      type: int
      sample: 2
    name:
      description: Name of the file.
      type: str
      sample: verge-os-26.1.8.iso
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import manage
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.tenant_file import TenantFileTask


def main() -> None:
    options = {
        "state": {"type": "str", "choices": ["present"], "default": "present"},
        "tenant": {"type": "str", "required": True},
        "file": {"type": "str", "required": True},
    }
    manage(TenantFileTask, options)


if __name__ == "__main__":
    main()
