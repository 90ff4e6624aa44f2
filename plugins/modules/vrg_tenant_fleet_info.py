#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_fleet_info
short_description: Existing VergeOS tenants as a list
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns the tenants that stand as the list that M(vergeio.vrg.vrg_tenant_fleet) takes, and writes it to a file, so that
    an estate can be taken under version control.
  - What it writes, given back to M(vergeio.vrg.vrg_tenant_fleet), changes nothing. It holds no secret.
  - Reads every table once, however many tenants there are.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes
  - vergeio.vrg.attributes.info
options:
  names:
    description:
      - Names or uuids of the tenants. If not set, all of them. One that does not exist is left out.
    type: list
    elements: str
  plans:
    description:
      - V(fold) makes plans of the nodes and storage that more than one tenant has alike, and lets the items name them.
    type: str
    choices: [none, fold]
    default: none
  dest:
    description:
      - The file to write, in JSON if its name ends in C(.json), else in YAML. A folder, or a path that ends in a slash,
        gets a file for each tenant.
      - A file is written only where it differs, and not in check mode. Files of tenants that are gone stay.
    type: path
seealso:
  - module: vergeio.vrg.vrg_tenant_fleet
  - module: vergeio.vrg.vrg_tenant_info
"""

EXAMPLES = r"""
- name: All tenants as a list
  vergeio.vrg.vrg_tenant_fleet_info:
    plans: fold
  register: estate

- name: One customer
  vergeio.vrg.vrg_tenant_fleet_info:
    names: [acme]
"""

RETURN = r"""
tenants:
  description: The tenants, by name, as the option C(tenants) of M(vergeio.vrg.vrg_tenant_fleet).
  returned: success
  type: list
  elements: dict
  sample:
    - name: acme
      state: running
      nodes: [{"name": "node1", "cpu_cores": 4, "ram_gb": 16.0, "cluster": "prod"}]
      storage: [{"tier": 1, "provisioned_gb": 500}]
plans:
  description: The plans that items name, by name; empty without O(plans=fold).
  returned: success
  type: dict
  sample: {}
written:
  description: The files that were written, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: []
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._fleet import inform_fleet


def main() -> None:
    inform_fleet(
        {
            "names": {"type": "list", "elements": "str"},
            "plans": {"type": "str", "choices": ["none", "fold"], "default": "none"},
            "dest": {"type": "path"},
        }
    )


if __name__ == "__main__":
    main()
