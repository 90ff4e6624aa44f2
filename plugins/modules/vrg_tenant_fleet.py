#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_fleet
short_description: A whole list of VergeOS tenants in one task
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Makes each tenant of a list what its item says, with compute, storage, networks, a first snapshot and its power.
  - Reads every table once, however many tenants there are, judges the list as a whole before anything is written, and
    then works on several tenants at a time. A second run reads and changes nothing.
  - What an item does not name is left alone, and no tenant is deleted for not being listed.
  - A tenant that fails does not stop the others; the task fails at the end and names each with its reason.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.wait
  - vergeio.vrg.attributes
options:
  tenants:
    description:
      - Tenants, as items; needed unless O(src) is given. What an item does not say is taken from its plan, then from O(defaults), and left alone if
        neither says it. A list, such as its nodes, is one value. Null is the same as not given.
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the tenant. One that exists can also be named by its uuid.
        type: str
        required: true
      uuid:
        description: Uuid of the tenant, as a safeguard. A tenant with a uuid must exist.
        type: str
      plan:
        description: Name of a plan in O(plans).
        type: str
      description:
        description: Description of the tenant.
        type: str
      url:
        description: URL that leads to the tenant's user interface. The platform fills it in with the first external IP.
        type: str
      note:
        description: Note on the tenant.
        type: str
      allow_branding:
        description: Whether the tenant may brand its own user interface. A new one may not, unless this is V(true).
        type: bool
      help_url:
        description: Where the tenant's help leads; V(default) is the platform's own, an empty string turns the help off.
        type: str
      theme_access:
        description: Whose themes the tenant may use; a new one has V(host_only).
        type: str
        choices: [specified, host_only, local_only, both]
      expose_cloud_snapshots:
        description: Whether the tenant sees the snapshots of the whole system that hold it. A new one does, unless this is V(false).
        type: bool
      require_password_change:
        description: Whether the user C(admin) within the tenant has to choose a new password. Set when the tenant is created.
        type: bool
      isolated:
        description: Whether the tenant's networks are cut off. A tenant is isolated before it is started.
        type: bool
      state:
        description:
          - V(running) and V(stopped) make sure that the tenant runs or not, V(present) leaves its power alone.
          - If not set, a tenant with nodes that never ran is started, and the power of any other is left alone.
        type: str
        choices: [running, stopped, present]
      nodes:
        description: Nodes of the tenant. Other nodes that it has stay, unless O(exclusive) has V(nodes).
        type: list
        elements: dict
        suboptions:
          name:
            description: Name of the node.
            type: str
            required: true
          cpu_cores:
            description: Number of processor cores.
            type: int
            required: true
          ram_gb:
            description: Memory in GiB, at least 2.
            type: float
            required: true
          cluster:
            description: >-
              Name (or key) of the node's cluster. If not set, a new node goes to the cluster that the system's settings name; see
              O(default_cluster).
            type: str
          failover_cluster:
            description: Name (or key) of the cluster that takes the node if its own fails; an empty string for none.
            type: str
          preferred_node:
            description: Name (or key) of the physical node that the node should run on; an empty string for none.
            type: str
          description:
            description: Description of the node.
            type: str
          enabled:
            description: Whether the node takes part when the tenant is started. A new one does, unless this is V(false).
            type: bool
          on_power_loss:
            description: What happens to the node when power returns after a loss; a new node has V(last_state).
            type: str
            choices: [power_on, last_state, leave_off]
          ha_group:
            description: Group of nodes that are kept on different hosts.
            type: str
      storage:
        description: Storage of the tenant. What it has on other tiers stays, unless O(exclusive) has V(storage).
        type: list
        elements: dict
        suboptions:
          tier:
            description: Number of the storage tier.
            type: int
            choices: [1, 2, 3, 4, 5]
            required: true
          provisioned_gb:
            description: Storage that the tenant is given, in GiB.
            type: int
            required: true
      external_ips:
        description: Addresses of the host's networks that are routed to the tenant. The first one leads to its user interface.
        type: list
        elements: dict
        suboptions:
          ip:
            description:
              - IP address. If not set, the platform gives its next free one, and the C(hostname), or else the
                C(description), finds it again on the next run.
            type: str
          network:
            description: Name (or key) of the host's network that the address comes from.
            type: str
          hostname:
            description: Host name of the address.
            type: str
          description:
            description: Description of the address.
            type: str
          allow_outside:
            description: Whether the address may be outside of its network's subnet, because it is routed there.
            type: bool
            default: false
          allow_overlap:
            description:
              - Whether the address may be one that the network needs for itself, gives out by DHCP, or that belongs to
                somebody else.
            type: bool
            default: false
      network_blocks:
        description: Blocks of addresses that are routed to the tenant.
        type: list
        elements: dict
        suboptions:
          cidr:
            description: Addresses of the block, like V(192.0.2.0/28).
            type: str
            required: true
          network:
            description: Name (or key) of the host's network that the block comes from.
            type: str
          description:
            description: Description of the block.
            type: str
          allow_overlap:
            description:
              - Whether the block may hold what the network needs for itself or gives out by DHCP, or overlap what
                belongs to somebody else.
            type: bool
            default: false
      layer2_networks:
        description: Networks of the host that are passed through to the tenant.
        type: list
        elements: dict
        suboptions:
          network:
            description: Name (or key) of the host's network.
            type: str
            required: true
          enabled:
            description: Whether the network is passed through now. A new one is, unless this is V(false).
            type: bool
      initial_snapshot:
        description:
          - A snapshot of the tenant as it was made, taken before its first start, and left alone after that.
        type: dict
        suboptions:
          name:
            description: Name of the snapshot.
            type: str
            required: true
          retention:
            description: Time for which the snapshot is kept, in seconds or like V(3d) or V(12h); V(0) keeps it for ever.
            type: str
            required: true
          description:
            description: Description of the snapshot.
            type: str
  src:
    description:
      - A file on the controller with the list, or a folder with a file for each tenant, in JSON or YAML. It is looked for
        like a C(src) of C(ansible.builtin.copy), then in the folder where Ansible was started, and may be encrypted as a
        whole with Ansible Vault.
      - The file holds a list of tenants, or a dictionary with C(tenants) and C(plans), as
        M(vergeio.vrg.vrg_tenant_fleet_info) writes it. For thousands of tenants this is much faster than variables.
      - A dictionary that has a key twice is refused.
    type: path
  plans:
    description: Sizes that are sold, by name. Each is a dictionary of what an item may have, but its name, uuid and plan.
    type: dict
  defaults:
    description: >-
      Values of every item that neither has them itself nor has them from its plan. What a plan may have can be given here.
    type: dict
  passwords:
    description:
      - A dictionary of the passwords of the users C(admin) within the tenants, by name of the tenant. They are set when a tenant is
        created. A name that is not listed is refused.
    type: raw
  passwords_src:
    description:
      - A file on the controller with such a dictionary, in JSON or YAML, which may be encrypted with Ansible Vault. Names in it
        that are not listed do not matter, unless they look like one that is.
    type: path
  exclusive:
    description:
      - Kinds of which the items list everything - what a tenant has beside it is removed. It counts for an item only
        where the item, or its plan, names the kind; an empty list then takes away all of it.
      - Nodes are removed from the highest down, never the lowest one, and none while a host is in maintenance, since a
        tenant may have a node for that time only.
    type: list
    elements: str
    choices: [nodes, storage, external_ips, network_blocks, layer2_networks]
  allow_shrink:
    description: Whether existing tenants may get less memory, cores or storage.
    type: bool
    default: false
  allow_restart:
    description: Whether tenants that run may be stopped.
    type: bool
    default: false
  allow_similar:
    description:
      - Whether a new tenant may have a name that differs from that of another one, standing or listed, only in upper and
        lower case or blanks.
    type: bool
    default: false
  accept_reduced:
    description: Whether a tenant that runs without all of its nodes, or in error, counts as running.
    type: bool
    default: false
  allow_data_loss:
    description: Whether storage may be removed, or made smaller, that holds data.
    type: bool
    default: false
  allow_ui_loss:
    description: Whether an external IP may be removed that leads to a tenant's user interface.
    type: bool
    default: false
  allow_power_off:
    description: Whether nodes that run may be powered off to be removed.
    type: bool
    default: false
  unlisted:
    description:
      - What to do about tenants that stand and are not listed - V(report) names them in RV(unlisted), V(fail) refuses the
        list. They are never changed.
    type: str
    choices: [ignore, report, fail]
    default: ignore
  capacity:
    description:
      - What happens if the whole list does not fit, or cannot be known to fit - V(fail) writes nothing at all, V(warn)
        says so and goes on, V(ignore) goes on. Only what the list asks for more of is refused.
    type: str
    choices: [fail, warn, ignore]
    default: fail
  n_minus_1:
    description: What happens if the list would no longer run once the largest node of a cluster failed; as O(capacity).
    type: str
    choices: [fail, warn, ignore]
    default: warn
  default_cluster:
    description:
      - The cluster that the system gives to new nodes that name none; nothing can read it. Needed only where there are
        several clusters and nodes name none. It is used for the check and nothing else.
    type: str
  ram_target_percent:
    description: Share of a cluster's memory online that may be in use. If not set, each cluster's own C(target_ram_percent).
    type: float
  ram_promised_percent:
    description: Share of a cluster's memory online that may be promised to tenants, running or not.
    type: float
    default: 100
  cores_ratio:
    description: How many cores may be promised to tenants for each core online; V(0) for any number.
    type: float
    default: 4
  provisioned_percent:
    description: Share of a tier's capacity that may be promised to tenants.
    type: float
    default: 100
  used_percent:
    description: Share of a tier's capacity in use from which on nothing more of it is promised.
    type: float
    default: 90
  used_warn_percent:
    description: Share of a tier's capacity in use that is warned of.
    type: float
    default: 70
  workers:
    description: How many tenants are worked on at a time, from 1 to 16.
    type: int
    default: 8
  starting_at_once:
    description: How many tenants may be starting at a time.
    type: int
    default: 20
  on_error:
    description: Whether to go on with other tenants when one has failed, or to begin nothing more.
    type: str
    choices: [continue, stop]
    default: continue
  max_failed:
    description: With more failed tenants than this, nothing more is begun. If not set, any number may fail.
    type: int
  request_budget:
    description:
      - How many requests the task may send. When they are used up, nothing more is begun, and the next run goes on.
    type: int
  deadline:
    description:
      - After how many seconds nothing more is begun; the next run goes on. Ansible's own C(timeout) of a task cannot end
        a module that runs in a process of its own.
    type: int
  plan_file:
    description:
      - In check mode, the file into which the plan is saved, in JSON, to be read, approved and carried out by O(plan). It
        holds no secret, and nobody else may read it.
    type: path
  plan_valid_for:
    description: How long a saved plan may be carried out, in seconds or like V(12h) or V(3d).
    type: str
    default: 24h
  plan:
    description:
      - A saved plan. The same list has to be given with it, and the passwords of tenants that are created. The module
        plans again, and carries out only what is planned now as it was when the plan was saved.
    type: path
  on_drift:
    description:
      - What to do about tenants of which another change is planned now than in O(plan) - V(refuse) changes nothing at
        all, V(skip) leaves these tenants out.
    type: str
    choices: [refuse, skip]
    default: refuse
  report_file:
    description: A file for what became of each tenant, a line of JSON each, which nobody else may read.
    type: path
  apply_rules:
    description:
      - V(changed) applies the rules of a network, once, when this task changed something there, or when rules of a
        listed network are pending. V(always) applies those of all listed networks, V(never) none.
      - Tenants start while rules are applied; those that the rules are about fail if that fails.
    type: str
    choices: [changed, always, never]
    default: changed
seealso:
  - module: vergeio.vrg.vrg_tenant_fleet_info
  - module: vergeio.vrg.vrg_tenant
"""

EXAMPLES = r"""
- name: Two customers, by the sizes that are sold
  vergeio.vrg.vrg_tenant_fleet:
    plans:
      small:
        nodes: [{name: node1, cpu_cores: 1, ram_gb: 2}]
        storage: [{tier: 1, provisioned_gb: 50}]
    tenants:
      - name: globex
        plan: small
        external_ips: [{ip: 198.51.100.40, network: External}]
      - name: initech
        plan: small
    passwords:
      globex: "{{ vault_globex_password }}"
      initech: "{{ vault_initech_password }}"

- name: What would it change
  vergeio.vrg.vrg_tenant_fleet:
    tenants:
      - name: globex
        nodes: [{name: node1, cpu_cores: 2, ram_gb: 4}]
    unlisted: report
  check_mode: true
  diff: true
"""

RETURN = r"""
summary:
  description: How many tenants there are of each kind.
  returned: always
  type: dict
  contains:
    listed:
      description: Tenants in the list.
      type: int
      sample: 400
    created:
      description: Tenants that were made, or would be in check mode.
      type: int
      sample: 3
    changed:
      description: Tenants of which something was changed, or would be.
      type: int
      sample: 1
    unchanged:
      description: Tenants that were as they should be.
      type: int
      sample: 395
    failed:
      description: Tenants that failed.
      type: int
      sample: 0
    left:
      description:
        - Tenants that are off and that the list does not say to start, and those that were not finished because the run
          came to its end.
      type: int
      sample: 1
    unlisted:
      description: Tenants that stand and are not listed; 0 with O(unlisted=ignore).
      type: int
      sample: 0
changes:
  description: What was done, or would be done in check mode, in order of the list.
  returned: always
  type: list
  elements: str
  sample: ["create tenant 'globex'", "create node 'node1' of tenant 'globex'"]
tenants:
  description: The tenants that were made or changed, that failed, and that were left, in order of the list.
  returned: always
  type: list
  elements: dict
  contains:
    name:
      description: Name of the tenant.
      type: str
      sample: globex
    uuid:
      description: Uuid of the tenant; null if the tenant does not exist yet.
      type: str
      sample: 8f73f8bc-a5e0-4cb7-8a0a-1b7a0e9a3a11
    result:
      description: V(created), V(changed), V(failed) or V(left).
      type: str
      sample: created
    changes:
      description: What was done, or would be, in order.
      type: list
      elements: str
      sample: ["create tenant 'globex'"]
    msg:
      description: Why the tenant failed, or why the tenant was left.
      returned: when it failed or was left
      type: str
      sample: "There is no network 'Externall'."
    hint:
      description: Cure, where one is known.
      returned: when it failed
      type: str
      sample: "Use the name of one of the host's networks."
    api:
      description: The request that failed.
      returned: when the platform refused it
      type: dict
      sample: {"method": "POST", "path": "/api/v4/tenants", "status": 422}
    tenant:
      description: The tenant as it stands, as M(vergeio.vrg.vrg_tenant_info) returns it.
      returned: when it was made or changed
      type: dict
      sample: {"name": "globex", "status": "online"}
capacity:
  description: Capacity that the whole list takes.
  returned: always
  type: dict
  contains:
    table:
      description: A line for each cluster and tier that the list names, and each of its measures.
      type: list
      elements: dict
      sample: [{"what": "cluster prod", "measure": "RAM promised", "now": 96.0, "after": 98.0, "limit": 134.25, "unit": "GB",
        "verdict": "fits"}]
    lines:
      description: The table as text, in columns.
      type: list
      elements: str
      sample: ["cluster prod  RAM promised  96  98  134.2  GB  fits"]
unlisted:
  description: Names of tenants that stand and are not listed; empty with O(unlisted=ignore).
  returned: always
  type: list
  elements: str
  sample: []
requests:
  description: How many requests were sent, beside the one that logs in.
  returned: always
  type: dict
  sample: {"reads": 11, "writes": 0}
plan:
  description: Plan that was saved; null without O(plan_file).
  returned: always
  type: dict
  contains:
    file:
      description: File of the plan.
      type: str
      sample: /srv/plans/tenants.json
    digest:
      description: Digest of the list; another list has another one.
      type: str
      sample: 3f786850e387550fdab836ed7e6dc881de23001b
truncated:
  description: Whether RV(tenants) and RV(changes) were shortened, because the result would be too long.
  returned: always
  type: bool
  sample: false
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._fleet import manage_fleet
from ansible_collections.vergeio.vrg.plugins.module_utils._options import WAIT
from ansible_collections.vergeio.vrg.plugins.module_utils._tasks.fleet_items import OPTIONS


def main() -> None:
    manage_fleet({**OPTIONS, **WAIT})


if __name__ == "__main__":
    main()
