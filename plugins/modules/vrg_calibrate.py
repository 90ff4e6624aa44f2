#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_calibrate
short_description: What a VergeOS system does where releases and sources differ
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Finds out which side of each switch of the simulator C(vergesim) a real system is on, and writes it to a file that
    C(vergesim --switches) loads, so that anybody can repeat that system.
  - The file holds names and values of switches, and nothing of the system itself.
  - In check mode O(level=scratch) says whether it would refuse, and then only reads.
  - What could not be seen for sure is unknown. Logins, limits, hosts, clusters and rules of networks that others use are
    never tried.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes
attributes:
  diff_mode:
    support: none
    details:
      - What O(level=scratch) changes is removed again.
  idempotent:
    support: partial
    details:
      - With O(level=scratch) every run is a change, though it leaves nothing behind.
options:
  level:
    description:
      - V(read) sends reads only, which is safe on every system.
      - V(scratch) also makes one tenant with a random name, of two nodes of 2 GB and a GiB of storage, walks it and its
        clone through every state, removes both, and proves that they are gone. It needs O(confirm), O(cluster) and O(tier).
      - V(scratch) refuses a system that it could disturb, such as one with a host in maintenance or without room. What an
        earlier run has left that was killed is removed first; so never run two of them on one system at the same time.
    type: str
    choices: [read, scratch]
    default: read
  confirm:
    description:
      - Name of the system, as its user interface shows it. Needed for O(level=scratch), which writes nothing without it.
    type: str
  dest:
    description:
      - File that is written, in JSON. In check mode it is not.
    type: path
  cluster:
    description:
      - Name of the cluster that the tenant's nodes run on, or its key where no cluster has that name.
    type: str
  tier:
    description:
      - Number of the storage tier that the tenant gets a GiB of, 1 to 5.
    type: int
  network:
    description:
      - Name of a network that nothing else is on, or its key where no network has that name. Without it, nothing about
        addresses, blocks and layer 2 networks is seen.
      - The tenant asks for addresses on it that somebody must not have, such as its router's. What is accepted is taken
        away at once, and the rules of the network are applied afterwards. A network with addresses or blocks of others, or
        with rules that wait, is refused.
    type: str
  wait_timeout:
    description:
      - Seconds that each start, stop and deletion may take.
    type: int
    default: 600
  interval:
    description:
      - Longest pause between two looks, in seconds. Something counts as not happening after 20 looks. A simulator needs no
        pauses.
    type: float
    default: 2
seealso:
  - module: vergeio.vrg.vrg_tenant_info
"""

EXAMPLES = r"""
- name: What reads alone show
  vergeio.vrg.vrg_calibrate:
    dest: /tmp/mine.json
  register: seen

- name: As a table
  ansible.builtin.debug:
    msg: "{{ seen.table | map(attribute='name') | zip(seen.table | map(attribute='value')) }}"

- name: Everything that can be seen, with a tenant that comes and goes
  vergeio.vrg.vrg_calibrate:
    level: scratch
    confirm: conundrum-lab
    cluster: conundrum-lab
    tier: 1
    network: Internal
    dest: /tmp/mine.json
    interval: 0.2
"""

RETURN = r"""
switches:
  description: Value of each switch that was seen for sure, by name.
  returned: success
  type: dict
  sample: {duplicate_code: "409", key_in_rows: int}
unknown:
  description: Switches that this module knows and could not see.
  returned: success
  type: list
  elements: str
  sample: [alarm_type_ref]
table:
  description: A row for each switch, by name.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the switch.
      type: str
      sample: duplicate_code
    value:
      description: Value that was seen; null if none was.
      type: str
      sample: "409"
    default:
      description: What the simulator does by itself.
      type: str
      sample: "409"
    level:
      description: Level at which the value was seen; null if none was.
      type: str
      sample: scratch
    seen:
      description: Question that shows the value.
      type: str
      sample: Status of a second storage row for one tier
requests:
  description: How many requests were sent.
  returned: success
  type: dict
  contains:
    reads:
      description: Requests that only read.
      type: int
      sample: 430
    writes:
      description: Requests that change something; 0 for O(level=read).
      type: int
      sample: 99
file:
  description: File that was written, or would be in check mode; null if none was named.
  returned: success
  type: str
  sample: /tmp/mine.json
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._calibrate import calibrate


def main() -> None:
    options = {
        "level": {"type": "str", "choices": ["read", "scratch"], "default": "read"},
        "confirm": {"type": "str"},
        "dest": {"type": "path"},
        "cluster": {"type": "str"},
        "tier": {"type": "int"},
        "network": {"type": "str"},
        "wait_timeout": {"type": "int", "default": 600},
        "interval": {"type": "float", "default": 2},
    }
    calibrate(options, required_if=[("level", "scratch", ("confirm", "cluster", "tier"))])


if __name__ == "__main__":
    main()
