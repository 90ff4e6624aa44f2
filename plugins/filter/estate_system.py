# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ansible.utils.unsafe_proxy import wrap_var

from ..plugin_utils._report.figures import system_figures
from ..plugin_utils._report.plain import plain

DOCUMENTATION = r"""
name: estate_system
short_description: The figures of one VergeOS system, for an estate report
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Reduces what the info modules have read of one system to the figures that the role P(vergeio.vrg.estate_report#role)
    reports. Clusters and tiers with what is used and what is promised to tenants, tenants with what they are allocated
    and use, averages of each day, and 95th percentiles over the billing period.
options:
  _input:
    description:
      - The results of tasks, by part. C(clusters) of M(vergeio.vrg.vrg_cluster_info) with tiers, C(nodes) of
        M(vergeio.vrg.vrg_node_info), C(tiers) of M(vergeio.vrg.vrg_storage_info), C(tenants) of
        M(vergeio.vrg.vrg_tenant_info) with nodes and storage, C(statistics) of
        M(vergeio.vrg.vrg_tenant_stats_info) with C(reduce) and the summary over the period, C(health) of
        M(vergeio.vrg.vrg_health_info).
      - A part without its rows was not read, and its C(msg) says why. What it would have told is null.
    type: dict
    required: true
  name:
    description: Name of the system.
    type: str
    required: true
  period:
    description: The billing period, as P(vergeio.vrg.estate_period#filter) returns it.
    type: dict
    required: true
seealso:
  - plugin: vergeio.vrg.estate_report
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The figures of this system
  ansible.builtin.set_fact:
    figures: "{{ reads | vergeio.vrg.estate_system(inventory_hostname, period) }}"
  vars:
    reads: {clusters: "{{ clusters }}", nodes: "{{ nodes }}", tiers: "{{ storage }}", tenants: "{{ tenants }}"}
"""

RETURN = r"""
_value:
  description: What P(vergeio.vrg.estate_report#filter) takes of a system.
  type: dict
  contains:
    unreadable:
      description: What could not be read, each with C(tenant), C(reason) and C(text).
      type: list
      elements: dict
    figures:
      description: The figures as JSON, as the system is in the report that the README of the role describes. A text,
        since Ansible looks at each value of a variable whenever it is handed on, and here are thousands of tenants.
      type: str
"""


def estate_system(reads: Mapping[str, Any], name: str, period: Mapping[str, str]) -> dict[str, Any]:
    figures = system_figures(name, plain(reads), period)
    # Names from the platform may look like templates, which older cores would run.
    found: dict[str, Any] = wrap_var({"unreadable": figures["unreadable"], "figures": json.dumps(figures)})
    return found


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"estate_system": estate_system}
