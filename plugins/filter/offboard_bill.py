# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from json import dumps
from typing import Any, Optional

from ..plugin_utils._roles.final_bill import bill_csv, final_bill

DOCUMENTATION = r"""
name: offboard_bill
short_description: The final bill of a tenant that is removed
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - What a tenant was allocated in a period, as 95th percentiles, and what it was given at its end; as data, as JSON and
    as CSV. The role P(vergeio.vrg.tenant_offboard#role) writes it before it removes anything.
positional: _input, summary, period, system, previous, removed
options:
  _input:
    description: The tenant's plan, as P(vergeio.vrg.offboard_plan#filter) returns it.
    type: dict
    required: true
  summary:
    description: The tenant's C(summary) of the period, as M(vergeio.vrg.vrg_tenant_stats_info) returns it.
    type: list
    elements: dict
    required: true
  period:
    description: C(begin) and C(end) as ISO 8601, as P(vergeio.vrg.offboard_period#filter) returns them.
    type: dict
    required: true
  system:
    description: Name of the system.
    type: str
    required: true
  previous:
    description:
      - JSON of a bill for the same period, of a run that was cut off. What the tenant has lost since is taken from it.
    type: str
    default: ""
  removed:
    description: When the tenant was removed, as ISO 8601 in UTC; null or empty as long as it is not.
    type: str
seealso:
  - plugin: vergeio.vrg.offboard_period
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The bill of a tenant, as CSV
  ansible.builtin.debug:
    msg: "{{ (plans[0] | vergeio.vrg.offboard_bill(stats.summary, period, inventory_hostname)).csv }}"
"""

RETURN = r"""
_value:
  description: The bill.
  type: dict
  contains:
    data:
      description:
        - V(system), V(tenant), V(uuid), V(period), V(created), V(suspended_since), V(removed); V(p95) with
          C(ram_allocated_gb),
          C(tiers) and how well the history covers the period, null without any history; V(given), what the tenant had
          at its end; V(notes), which say what the figures do not cover.
      type: dict
    json:
      description: The same as JSON.
      type: str
    csv:
      description: The same as CSV, one line for each resource.
      type: str
"""


def offboard_bill(
    planned: dict[str, Any],
    summary: list[dict[str, Any]],
    period: dict[str, str],
    system: str,
    previous: str = "",
    removed: Optional[str] = None,
) -> dict[str, Any]:
    bill = final_bill(planned, summary, period, system, previous, removed or None)
    return {"data": bill, "json": f"{dumps(bill, ensure_ascii=False, indent=2)}\n", "csv": bill_csv(bill)}


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"offboard_bill": offboard_bill}
