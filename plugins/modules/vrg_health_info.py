#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_health_info
short_description: Health of a VergeOS system in one verdict
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Judges tenants, clusters with their vSAN, nodes, storage tiers, drives, system snapshots, alarms, versions and firewall
    rules of a system, and returns one verdict with the problems that it is made of.
  - Takes at most one request a table, whatever the number of tenants. A table of more than one check is read once.
  - A table that the system's release does not have leaves its check V(unknown), which does not change the verdict unless
    O(fail_on) names that check. A table that cannot be read, and one that is empty although it cannot be, is a problem of the
    level V(amber).
  - The role P(vergeio.vrg.health_check#role) makes a gate for pipelines of it, and a digest as text, JSON and JUnit XML.
  - A login that may not see some rows is answered by many systems as though they were not there. Give it the right to list
    everything; a new user of the type normal or API has it.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes.info
options:
  fail_on:
    description:
      - When the task fails. What it returns is the same as without a failure.
      - V(red) is a red verdict, V(amber) an amber or red one.
      - The name of a check means that this check must be known. Where it is not, that is a problem of the level V(amber), and
        the task fails.
    type: list
    elements: str
    choices: [red, amber, tenant, cluster, node, tier, drive, snapshot, alarm, version, rules]
    default: []
  tier_used_amber:
    description: Percentage of a storage tier's capacity from which on its use is a problem of the level V(amber).
    type: float
    default: 80
  tier_used_red:
    description: Percentage of a storage tier's capacity from which on its use is a problem of the level V(red).
    type: float
    default: 90
  tier_provisioned_amber:
    description:
      - Percentage of a storage tier's capacity from which on what tenants were promised of it is a problem of the level
        V(amber). More than there is can be promised, since tenants use less than they are given, and what is written twice is
        stored once.
    type: float
    default: 200
  tier_provisioned_red:
    description:
      - Percentage of a storage tier's capacity from which on what tenants were promised of it is a problem of the level
        V(red). By default, none is.
    type: float
  drive_wear_amber:
    description:
      - Wear of a drive, in percent, from which on it is a problem of the level V(amber). One that the platform itself warns of
        is, at any wear.
    type: float
    default: 90
  drive_wear_red:
    description: Wear of a drive, in percent, from which on it is a problem of the level V(red).
    type: float
    default: 100
  drive_errors_amber:
    description: Read and write errors of a drive of the vSAN from which on they are a problem of the level V(amber).
    type: float
    default: 1
  drive_errors_red:
    description: Read and write errors of a drive of the vSAN from which on they are a problem of the level V(red).
    type: float
    default: 100
  snapshot_age_amber:
    description:
      - Time since a tenant was last in a system snapshot, as seconds or a duration such as V(26h) or V(3d), from which on that
        is a problem of the level V(amber).
      - A tenant that was in none counts from its creation.
    type: str
    default: 26h
  snapshot_age_red:
    description:
      - Time since a tenant was last in a system snapshot, as seconds or a duration such as V(26h) or V(3d), from which on that
        is a problem of the level V(red).
    type: str
    default: 3d
  snapshot_overdue:
    description:
      - Time for which a system snapshot may outlast its expiry, as seconds or a duration such as V(5m), before that is a
        problem of the level V(amber).
    type: str
    default: 5m
  updates:
    description:
      - Which updates are a problem of the level V(amber). V(downloaded) are those that wait to be installed, V(available) are
        also those that are offered.
      - Nodes that wait for a restart, or whose versions are behind those of other nodes, always are.
    type: str
    choices: [ignore, downloaded, available]
    default: downloaded
notes:
  - An alarm that is snoozed is no problem, nor is one of the levels V(audit), V(message), V(summary) and V(debug). Those of the
    levels V(error) and V(critical) are V(red), others V(amber).
  - Errors and repairs of drives outside of the vSAN are not counted.
seealso:
  - module: vergeio.vrg.vrg_cluster_info
  - module: vergeio.vrg.vrg_storage_info
"""

EXAMPLES = r"""
- name: How is it
  vergeio.vrg.vrg_health_info:
  register: health

- name: What needs attention
  ansible.builtin.debug:
    msg: "{{ health.problems | map(attribute='sentence') }}"

- name: Stop here unless the system is green, and its snapshots are known
  vergeio.vrg.vrg_health_info:
    fail_on: [amber, snapshot]
    tier_used_amber: 85
    snapshot_age_amber: 50h

- name: Only what is red, for a system that is written to its limits on purpose
  vergeio.vrg.vrg_health_info:
    fail_on: [red]
    tier_used_red: 95
    tier_provisioned_amber: 400
"""

RETURN = r"""
verdict:
  description:
    - V(green) without a problem, else the level of the worst one, V(amber) or V(red).
  returned: always
  type: str
  sample: amber
problems:
  description: What needs attention; red before amber, then by kind and object. Empty if nothing does.
  returned: always
  type: list
  elements: dict
  contains:
    level:
      description: How bad it is, V(amber) or V(red).
      type: str
      sample: amber
    kind:
      description: Name of the check that found it.
      type: str
      sample: tier
    object:
      description:
        - Name of what the problem is about; of a tenant's node and of a drive with the tenant or the node before it, of what
          could not be read the table, and V(system) for the system as a whole.
      type: str
      sample: tier 3
    sentence:
      description: The problem in a sentence.
      type: str
      sample: "Storage tier 3 is at 81 %: 16588.8 of 20480 GiB are used."
    since:
      description: Since when, by the platform's times, as ISO 8601 in UTC; null if the platform does not say.
      type: str
      sample: null
checks:
  description: The checks by name, each V(ok), V(problems) or V(unknown).
  returned: always
  type: dict
  contains:
    tenant:
      description: Tenants in error, without a node that runs, or reduced.
      type: str
      sample: ok
    cluster:
      description: Clusters by their state, and their vSAN tiers by state, redundancy, repairs and drives.
      type: str
      sample: ok
    node:
      description: Nodes that do not run, do not serve, or have lost the vSAN.
      type: str
      sample: ok
    tier:
      description: Storage tiers by what is used and what was promised of them.
      type: str
      sample: problems
    drive:
      description: Drives by state, errors, repairs and wear, and by what the platform warns of.
      type: str
      sample: unknown
    snapshot:
      description: System snapshots past their expiry, and tenants that are in none that is young enough.
      type: str
      sample: ok
    alarm:
      description: Alarms of the platform.
      type: str
      sample: ok
    version:
      description: Nodes that wait for a restart or are behind others, and updates that wait.
      type: str
      sample: ok
    rules:
      description: Networks whose firewall rules wait to be applied.
      type: str
      sample: ok
unknown:
  description: Why a check is V(unknown), by its name; empty if all are known.
  returned: always
  type: dict
  sample:
    drive: This release has no table machine_drive_phys.
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import inform
from ansible_collections.vergeio.vrg.plugins.module_utils._reads.health import FAIL_ON, UPDATES, gather


def main() -> None:
    limits = {
        **{"tier_used_amber": 80, "tier_used_red": 90, "tier_provisioned_amber": 200, "tier_provisioned_red": None},
        **{"drive_wear_amber": 90, "drive_wear_red": 100, "drive_errors_amber": 1, "drive_errors_red": 100},
    }
    ages = {"snapshot_age_amber": "26h", "snapshot_age_red": "3d", "snapshot_overdue": "5m"}
    options = {
        "fail_on": {"type": "list", "elements": "str", "choices": FAIL_ON, "default": []},
        "updates": {"type": "str", "choices": UPDATES, "default": "downloaded"},
        **{name: {"type": "str", "default": default} for name, default in ages.items()},
        **{
            name: {"type": "float"} if default is None else {"type": "float", "default": default}
            for name, default in limits.items()
        },
    }
    inform(gather, options)


if __name__ == "__main__":
    main()
