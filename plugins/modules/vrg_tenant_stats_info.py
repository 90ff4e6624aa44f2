#!/usr/bin/python
# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: vrg_tenant_stats_info
short_description: Statistics and logs of VergeOS tenants
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns what tenants use now and have used, with percentiles over a window of time, and their log entries.
  - Takes the same number of requests for one tenant and for all of them.
extends_documentation_fragment:
  - vergeio.vrg.connection
  - vergeio.vrg.attributes.info
options:
  tenant:
    description:
      - Name, uuid, or key where no tenant has that name, of the tenant. If not set, all tenants.
      - A tenant that does not exist is a failure.
    type: str
  resolution:
    description:
      - Which history to use; V(short) has a point every few minutes of the last day, V(long) goes further back in
        larger steps.
    type: str
    choices: [short, long]
    default: short
  since:
    description:
      - Beginning of the window. If not set, all that the platform keeps.
      - A date or time like V(2026-11-01) or V(2026-11-01T12:00:00Z), in UTC if it names no zone; or seconds since 1970
        like V(1793534400); or a duration like V(3d), V(12h), V(90m), V(30s) or V(2w), which is so long ago by the
        platform's clock. V(20261101) is refused, since it could be meant as either.
    type: str
  until:
    description:
      - End of the window, written like O(since); the first moment that no longer belongs to it. If not set, now.
      - History, summary and log entries are those of the window.
    type: str
  summary_until:
    description:
      - End of the summary, where that is before the end of the window, written like O(since); the first moment
        that no longer belongs to it. One read then returns what to bill for a month, and how it went on since.
    type: str
  interval:
    description:
      - What RV(history) is made of; V(point) returns what was measured, V(day) the averages of each day in UTC.
    type: str
    choices: [point, day]
    default: point
  reduce:
    description:
      - Read the history part by part and keep only what is billed of it, so that neither memory nor one answer grows with
        the number of points. For the bill of thousands of tenants, with O(resolution=long).
      - RV(summary) then has the cores, the memory that is allocated, the addresses and the storage that is provisioned.
        RV(series) is returned, and no RV(history). RV(current) has no more than the memory in use.
      - Needs O(since).
    type: bool
    default: false
    version_added: 1.1.0
  history_limit:
    description:
      - Number of points of the history, or of days with O(interval=day), to return for each tenant, the newest first.
        With V(0), only the summary.
    type: int
    default: 0
  log_limit:
    description:
      - Number of log entries to return, the newest first. With V(0), none are read.
    type: int
    default: 0
  log_level:
    description:
      - Return only log entries of these levels.
    type: list
    elements: str
    choices: [audit, message, warning, error, critical, summary, debug]
seealso:
  - module: vergeio.vrg.vrg_tenant_info
"""

EXAMPLES = r"""
- name: What all tenants use, and what to bill them for October
  vergeio.vrg.vrg_tenant_stats_info:
    resolution: long
    since: "2026-10-01"
    until: "2026-11-01"
  register: usage

- name: Memory by the 95th percentile
  ansible.builtin.debug:
    msg: "{{ item.tenant }} {{ item.ram_allocated_gb.p95 }} GB"
  loop: "{{ usage.summary | selectattr('points') }}"
  loop_control:
    label: "{{ item.tenant }}"

- name: The same, and how it went day by day since
  vergeio.vrg.vrg_tenant_stats_info:
    resolution: long
    since: "2026-10-01"
    summary_until: "2026-11-01"
    interval: day
    history_limit: 60

- name: What went wrong in one of them
  vergeio.vrg.vrg_tenant_stats_info:
    tenant: acme
    log_limit: 20
    log_level: [error, critical]
"""

RETURN = r"""
current:
  description:
    - Use of each tenant now, by name. Memory in use is current; the rest is the newest point of the history in the
      window, whose time is RV(current[].history_time).
  returned: success
  type: list
  elements: dict
  contains:
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
    ram_used_gb:
      description: Memory in use, in GiB; null if it is not known.
      type: float
      sample: 11.5
    measured:
      description: When the memory was measured, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-02T09:30:00Z"
    cpu_percent:
      description: Use of the processors in percent; null if it is not known.
      type: int
      sample: 45
    cpu_cores:
      description: Number of processor cores; null if it is not known.
      type: int
      sample: 8
    ram_allocated_gb:
      description: Memory that the tenant's nodes are given, in GiB; null if it is not known.
      type: float
      sample: 16.0
    tiers:
      description: Storage of each tier that holds or promises any.
      type: list
      elements: dict
      contains:
        tier:
          description: Number of the tier.
          type: int
          sample: 1
        provisioned_gb:
          description: Storage that the tenant is given, in GiB; null if it is not known.
          type: float
          sample: 500.0
        used_gb:
          description: Storage in use, in GiB; null if it is not known.
          type: float
          sample: 120.5
        allocated_gb:
          description: Storage that is allocated, in GiB; null if it is not known.
          type: float
          sample: 150.0
    history_time:
      description: Time of the newest point of the history, as ISO 8601 in UTC; null if there is none.
      type: str
      sample: "2026-11-02T09:25:00Z"
history:
  description:
    - Points of the history, by tenant and the newest first; as many for each tenant as O(history_limit) says.
    - With O(interval=day), averages of each day over the points for which a figure is known. Averages are not rounded,
      so that sums over many tenants stay right.
  returned: success
  type: list
  elements: dict
  contains:
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
    cpu_percent:
      description: Use of the processors in percent; null if it is not known.
      type: float
      sample: 45
    cpu_cores:
      description: Number of processor cores; null if it is not known.
      type: float
      sample: 8
    ram_used_gb:
      description: Memory in use, in GiB; null if it is not known.
      type: float
      sample: 11.5
    ram_allocated_gb:
      description: Memory that the tenant's nodes are given, in GiB; null if it is not known.
      type: float
      sample: 16.0
    ram_percent:
      description: Share of the given memory that is in use, in percent; null if it is not known.
      type: float
      sample: 72
    ip_count:
      description: Number of addresses; null if it is not known.
      type: float
      sample: 2
    time:
      description: Time of the point, or beginning of the day, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-02T09:25:00Z"
    timestamp:
      description: Time of the point, or beginning of the day, in seconds since 1970.
      type: int
      sample: 1793611500
    tiers:
      description: Storage of each tier that holds or promises any, as in RV(current[].tiers).
      type: list
      elements: dict
      sample:
        - {tier: 1, provisioned_gb: 500.0, used_gb: 120.5, allocated_gb: 150.0}
summary:
  description:
    - Use of each tenant over the window, or from its beginning to O(summary_until). A time that the platform has twice
      counts once.
    - Each figure has V(p50), V(p95) and V(max), values that were measured (nearest rank), and V(points), the number of
      points that have the figure. A figure that no point has is null.
    - A tenant without a point in the window has RV(summary[].points) 0 and null for its figures, never zeros.
  returned: success
  type: list
  elements: dict
  contains:
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
    cpu_percent:
      description: Use of the processors in percent; null if it is not known.
      type: dict
      sample: {p50: 20, p95: 70, max: 95, points: 288}
    cpu_cores:
      description: Number of processor cores; null if it is not known.
      type: dict
      sample: {p50: 8, p95: 8, max: 8, points: 288}
    ram_used_gb:
      description: Memory in use, in GiB; null if it is not known.
      type: dict
      sample: {p50: 10.0, p95: 14.5, max: 15.1, points: 288}
    ram_allocated_gb:
      description: Memory that the tenant's nodes are given, in GiB; null if it is not known.
      type: dict
      sample: {p50: 16.0, p95: 16.0, max: 16.0, points: 288}
    points:
      description: Number of points.
      type: int
      sample: 288
    from:
      description: Time of the oldest point, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-01T09:30:00Z"
    to:
      description: Time of the newest point, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-02T09:25:00Z"
    step_seconds:
      description: Usual time from one point to the next (the median), in seconds; null with fewer than two points.
      type: int
      sample: 300
    longest_gap_seconds:
      description:
        - Longest time from one point to the next, in seconds; null with fewer than two points. Much more than
          RV(summary[].step_seconds) is a hole in the history.
      type: int
      sample: 300
    tiers:
      description: Number of each tier, with the storage that is given, used and allocated, in GiB.
      type: list
      elements: dict
      sample:
        - {tier: 1, provisioned_gb: {p50: 500.0, p95: 500.0, max: 500.0, points: 288}, used_gb: {p50: 118.0, p95: 120.5,
          max: 120.5, points: 288}, allocated_gb: {p50: 150.0, p95: 150.0, max: 150.0, points: 288}}
    ip_count:
      description: Number of addresses. With O(reduce=true) only.
      type: dict
      sample: {p50: 2, p95: 2, max: 2, points: 288}
series:
  description:
    - With O(reduce=true), the averages of each day in UTC as lists, the oldest first. A day is left out of which one of
      the figures is not known at all. Otherwise empty.
  returned: success
  type: list
  elements: dict
  contains:
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
    days:
      description: Days as in ISO 8601.
      type: list
      elements: str
      sample: ["2026-11-01", "2026-11-02"]
    ram_used_gb:
      description: Memory in use on each day, in GiB.
      type: list
      elements: float
      sample: [11.5, 12.0]
    ram_allocated_gb:
      description: Memory that the nodes are given on each day, in GiB.
      type: list
      elements: float
      sample: [16.0, 16.0]
    tiers:
      description: Storage of each day, of each tier that held or promised any.
      type: list
      elements: dict
      sample:
        - {tier: 1, used_gb: [120.5, 120.9], provisioned_gb: [500.0, 500.0]}
logs:
  description: Log entries, the newest first; as many as O(log_limit) says.
  returned: success
  type: list
  elements: dict
  contains:
    tenant:
      description: Name of the tenant.
      type: str
      sample: acme
    level:
      description: Level of the entry.
      type: str
      sample: error
    text:
      description: Text of the entry.
      type: str
      sample: Machine exceeds the max amount of RAM allowed on this cluster
    user:
      description: User who caused the entry.
      type: str
      sample: admin
    time:
      description: Time of the entry, as ISO 8601 in UTC.
      type: str
      sample: "2026-11-02T09:25:00Z"
    timestamp_us:
      description: Time of the entry, in microseconds since 1970.
      type: int
      sample: 1793611500000000
"""

from ansible_collections.vergeio.vrg.plugins.module_utils._module import inform
from ansible_collections.vergeio.vrg.plugins.module_utils._reads.tenant_stats import gather
from ansible_collections.vergeio.vrg.plugins.module_utils._tables.tenant_stats import LEVELS, RESOLUTIONS


def main() -> None:
    options = {
        "tenant": {"type": "str"},
        "resolution": {"type": "str", "choices": RESOLUTIONS, "default": "short"},
        "since": {"type": "str"},
        "until": {"type": "str"},
        "summary_until": {"type": "str"},
        "interval": {"type": "str", "choices": ["point", "day"], "default": "point"},
        "reduce": {"type": "bool", "default": False},
        "history_limit": {"type": "int", "default": 0},
        "log_limit": {"type": "int", "default": 0},
        "log_level": {"type": "list", "elements": "str", "choices": LEVELS},
    }
    inform(gather, options)


if __name__ == "__main__":
    main()
