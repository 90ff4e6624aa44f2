# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..plugin_utils._report.csv import capacity_csv, tenants_csv
from ..plugin_utils._report.figures import estate
from ..plugin_utils._report.page import page

DOCUMENTATION = r"""
name: estate_report
short_description: An estate report as data, as CSV, and as its page shows it
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Puts the figures of systems together to one report.
  - The date of a previous report is kept where nothing else differs.
options:
  _input:
    description:
      - The systems by name, each as P(vergeio.vrg.estate_system#filter) returns it. One without figures is reported as
        one that was not read.
    type: dict
    required: true
  period:
    description: The billing period, as P(vergeio.vrg.estate_period#filter) returns it.
    type: dict
    required: true
  now:
    description: The date of the report, in ISO 8601.
    type: str
    required: true
  previous:
    description: The previous report as JSON text; empty if there is none.
    type: str
    default: ""
seealso:
  - plugin: vergeio.vrg.estate_system
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the report as JSON
  ansible.builtin.copy:
    content: "{{ report.data | to_nice_json }}"
    dest: /srv/reports/estate.json
    mode: "0644"
  vars:
    report: "{{ {'cloud-a': figures} | vergeio.vrg.estate_report(period, '2026-11-24T08:00:00Z') }}"
"""

RETURN = r"""
_value:
  description: The report in each of its forms.
  type: dict
  contains:
    data:
      description: The report as data; C(generated), C(period), C(systems), C(totals) and C(unreadable).
      type: dict
    capacity:
      description: Clusters and tiers as CSV.
      type: str
    tenants:
      description: Tenants as CSV.
      type: str
    page:
      description: What the role's template prints.
      type: dict
"""


def estate_report(
    systems: Mapping[str, Mapping[str, Any]], period: Mapping[str, str], now: str, previous: str = ""
) -> dict[str, Any]:
    data = estate(systems, period, now, previous)
    return {"data": data, "capacity": capacity_csv(data), "tenants": tenants_csv(data), "page": page(data)}


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"estate_report": estate_report}
