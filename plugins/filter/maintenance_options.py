# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..plugin_utils._roles.maintenance_options import options

DOCUMENTATION = r"""
name: maintenance_options
short_description: The variables of a rolling maintenance as they are meant
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Null and blank text mean that nothing was given. Numbers and names may come as text, as surveys send them.
positional: _input
options:
  _input:
    description: Variables of C(vergeio.vrg.node_maintenance), by what follows C(node_maintenance_) in their names.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Nothing is given
  ansible.builtin.debug:
    msg: "{{ {} | vergeio.vrg.maintenance_options }}"
"""

RETURN = r"""
_value:
  description: The values by the same names, and C(refusals), a sentence for each that is wrong.
  type: dict
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"maintenance_options": options}
