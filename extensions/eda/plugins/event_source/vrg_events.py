# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Event source of ansible-rulebook: what happens on VergeOS systems."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

DOCUMENTATION = r"""
---
short_description: Logs, alarms and changes of state of VergeOS systems as events
description:
  - An event source plugin for ansible-rulebook that asks one or many VergeOS systems for what is new, and sends an
    event for each row of the log, each alarm that is raised or lowered, and each change of state of a tenant, a node
    of a tenant, a node, or a storage tier.
  - An event has the keys C(kind) (C(log), C(alarm), C(tenant), C(tenant_node), C(node), C(tier) or C(cluster_tier)),
    C(system), C(host), C(name), C(key), C(uuid), C(tenant), C(time), C(old), C(new), C(changed), C(log), C(alarm) and
    C(meta.uuid). What means nothing for a kind is null.
  - With O(cursor), each event reaches the rule engine at least once, whatever happens to the process. An event that
    is sent again has the same C(meta.uuid).
  - Times are the system's own, in UTC.
  - No text of the system begins a Jinja template in an event; a blank is put between the first two characters of one.
  - A quiet system is asked 156 times an hour with the default O(interval), and a busy one at most 480 times.
version_added: 1.1.0
author: The vergeio.vrg contributors (!UNKNOWN)
requirements:
  - pyvergeos >= 1.7.1
options:
  host:
    description: Name, C(name:port) or URL of the system; otherwise E(VERGEOS_HOST).
    type: str
  username:
    description: The user to log in as; otherwise E(VERGEOS_USERNAME).
    type: str
  password:
    description: The password of the user; otherwise E(VERGEOS_PASSWORD).
    type: str
  api_key:
    description: An API key instead of user and password; otherwise E(VERGEOS_API_KEY).
    type: str
  insecure:
    description: Whether certificates are not verified; otherwise E(VERGEOS_INSECURE). They are verified by default.
    type: bool
  ca_path:
    description: A file of certificate authorities; otherwise E(VERGEOS_CA_PATH).
    type: path
  timeout:
    description: Seconds that one answer may take; otherwise E(VERGEOS_TIMEOUT), or 30.
    type: int
  retries:
    description: How often a read without an answer is sent again at once.
    type: int
    default: 3
  systems:
    description:
      - Several systems, each with O(host), a C(name), and what differs of the other connection options.
      - The name is what events call a system, and part of each C(meta.uuid). It is the host by default.
      - A system that does not answer, or refuses its login, does not keep the others from being followed.
    type: list
    elements: dict
  kinds:
    description: What is sent; V(tiers) are storage tiers of the system and the tiers of its clusters.
    type: list
    elements: str
    choices: [logs, alarms, tenants, tenant_nodes, nodes, tiers]
    default: [logs, alarms, tenants, tenant_nodes, nodes, tiers]
  levels:
    description: The levels of log rows and alarms that are sent; all by default.
    type: list
    elements: str
    choices: [audit, message, warning, error, critical, summary, debug]
  tenants:
    description: The names of the tenants whose events are sent; all by default. What is of no tenant is always sent.
    type: list
    elements: str
  interval:
    description:
      - Seconds between two looks at the log and the alarms, or a duration such as V(2m).
      - Everything else is read as soon as these show something new, and at every tenth look.
    type: str
    default: "60"
  since:
    description:
      - The time from which log rows and alarms are sent where O(cursor) does not know it. In ISO 8601, in seconds
        since 1970, or as a duration such as V(15m), so long before the start.
      - By default, what happens from the start on is sent.
    type: str
  initial:
    description:
      - Whether alarms and states that are found at the first look are sent as well, with C(old) null or C(lowered).
    type: bool
    default: false
  cursor:
    description:
      - A file that remembers what has been handed over, so that a new start goes on where the last one ended. It is
        written with mode 0600, and used by one source at a time.
      - Not in the folder of a playbook that a rule runs. The action C(run_playbook) copies that folder, and is given up
        where a file of it goes meanwhile, as this one does when it is written anew.
      - Without it, a start begins anew, with O(since).
    type: path
  wake:
    description:
      - A port, or C(address:port), on which any HTTP POST makes the systems be asked at once, for a webhook of
        VergeOS. What it holds is not looked at. Within 5 seconds, one counts.
    type: str
  feedback:
    description:
      - Whether ansible-rulebook confirms each event. It needs C(--persistence-id) there, and a name of the source of
        its own.
    type: bool
    default: false
  feedback_timeout:
    description: Seconds after which an event without a confirmation ends the source.
    type: str
    default: "3900"
"""

EXAMPLES = r"""
- vergeio.vrg.vrg_events:
    host: vergeos.example.com
    username: events
    password: "{{ vergeos_password }}"
    cursor: /var/lib/eda/vergeos.json

- name: Errors of two sites
  vergeio.vrg.vrg_events:
    username: events
    password: "{{ vergeos_password }}"
    systems:
      - name: berlin
        host: berlin.example.com
      - name: paris
        host: paris.example.com
        password: "{{ paris_password }}"
    kinds: [logs, alarms]
    levels: [error, critical]
    interval: 2m
    cursor: /var/lib/eda/sites.json

- name: In a container that keeps no files, with the login of a credential
  vergeio.vrg.vrg_events:
    since: 15m
"""


async def main(queue: Any, args: dict[str, Any]) -> None:
    """Send events until it is cancelled, or no system can be followed any more.

    ansible-rulebook runs this file by its path, so the collection is no package yet that could be imported from.
    """
    root = str(Path(__file__).parents[7])
    if root not in sys.path:
        sys.path.insert(0, root)
    source = importlib.import_module("ansible_collections.vergeio.vrg.plugins.module_utils._events.source")
    await source.send_events(queue, args)
