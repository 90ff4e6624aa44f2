# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils._report.billing import billing_period

DOCUMENTATION = r"""
name: estate_period
short_description: Beginning and end of a billing period
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Returns the billing period that is given, as times in UTC, or the last full calendar month.
options:
  _input:
    description:
      - C(begin) and C(end) as dates or times in ISO 8601, UTC if they name no zone. C(end) is the first moment that
        does not belong to the period. The last full calendar month if the dictionary has neither.
    type: dict
    required: true
  now:
    description: The present time, in ISO 8601.
    type: str
    required: true
seealso:
  - plugin: vergeio.vrg.estate_system
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The last full month
  ansible.builtin.debug:
    msg: "{{ {} | vergeio.vrg.estate_period('2026-11-24T08:00:00Z') }}"

- name: One that is given
  ansible.builtin.debug:
    msg: "{{ {'begin': '2026-10-15', 'end': '2026-11-15'} | vergeio.vrg.estate_period('2026-11-24T08:00:00Z') }}"
"""

RETURN = r"""
_value:
  description: C(begin) and C(end), as ISO 8601 in UTC.
  type: dict
  sample: {begin: "2026-10-01T00:00:00Z", end: "2026-11-01T00:00:00Z"}
"""


def estate_period(given: Mapping[str, Any], now: str) -> dict[str, str]:
    try:
        period: dict[str, str] = billing_period(given, now)
    except ValueError as error:
        raise AnsibleFilterError(str(error)) from None
    return period


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"estate_period": estate_period}
