# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils._roles.final_bill import bill_period

DOCUMENTATION = r"""
name: offboard_period
short_description: The period of a final bill
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - From the beginning that is given until now; from the beginning of the month where none is given.
positional: _input, now
options:
  _input:
    description: Beginning as a date or time in ISO 8601, UTC if it names no zone; null or empty for that of the month.
    type: raw
    required: true
  now:
    description: The time as ISO 8601 in UTC, to the second.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: This month until now
  ansible.builtin.debug:
    msg: "{{ '' | vergeio.vrg.offboard_period('2026-11-24T02:00:00Z') }}"
"""

RETURN = r"""
_value:
  description: C(begin) and C(end), as ISO 8601 in UTC.
  type: dict
"""


def offboard_period(since: Any, now: str) -> dict[str, str]:
    """The period, or what is wrong with its beginning in a sentence."""
    try:
        return bill_period(None if since is None else str(since).strip() or None, now)
    except ValueError as error:
        raise AnsibleFilterError(f"{error}.") from None


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"offboard_period": offboard_period}
