# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ..plugin_utils._roles.options import role_options

DOCUMENTATION = r"""
name: role_options
short_description: The variables of a role as they are meant
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - The roles of this collection read their own variables with it, so that null and blank text mean "not given" on every
    core, as a survey sends them, and values of a type that only looks right are refused by name.
positional: _input, role
options:
  _input:
    description:
      - The variables, each under its name without the role's.
      - C(given) is its value. C(kind) is V(text), V(flag), V(whole), V(number), V(seconds), V(names), V(list),
        V(dictionary), V(anything), or a list of the words that it can be. C(default) counts where nothing is given,
        unless it is C(required). A number has C(least) and C(most).
    type: dict
    required: true
  role:
    description: Name of the role, with which the names of its variables begin.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Thirty seconds, whatever a survey has left blank
  ansible.builtin.debug:
    msg: "{{ (options | vergeio.vrg.role_options('backup')).pause }}"
  vars:
    backup_pause: ""
    options:
      pause: {kind: seconds, given: "{{ backup_pause }}", default: 30}
"""

RETURN = r"""
_value:
  description:
    - The values by name, and under C(problems) a sentence for each variable that is needed and not given, or that is
      not of its kind.
  type: dict
  sample: {"pause": 30, "problems": []}
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"role_options": role_options}
