# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ..plugin_utils._roles.given import given as _given

DOCUMENTATION = r"""
name: given
short_description: The value of a role's variable, or its default where nothing was given
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Null and blank text mean that nothing was given, as surveys of AWX send them for a question that was left out.
  - A value of another kind than the variable takes is refused with the variable's name.
positional: _input, default
options:
  _input:
    description: The value of the variable.
    type: raw
    required: true
  default:
    description: What holds where nothing was given.
    type: raw
  name:
    description: Name of the variable, for what is said of a wrong value.
    type: str
    default: the value
  kind:
    description:
      - What the variable takes. V(int) is a whole number, also as text; V(list) is a list, or text with one entry a
        line.
    type: str
    choices: [any, text, int, bool, list]
    default: any
  choices:
    description: The values that it takes, if these are few.
    type: list
    elements: str
    default: []
  least:
    description: The lowest number that it takes.
    type: int
    default: 0
"""

EXAMPLES = r"""
- name: What a survey left blank is not given
  ansible.builtin.assert:
    that:
      - "'' | vergeio.vrg.given(600, kind='int') == 600"
      - "'30' | vergeio.vrg.given(600, kind='int') == 30"
"""

RETURN = r"""
_value:
  description: The value in its kind, or the default.
  type: raw
"""


def given(value: Any, default: Any = None, **rules: Any) -> Any:
    """The value, or what is wrong with it in a sentence."""
    try:
        return _given(value, default, **rules)
    except ValueError as error:
        raise AnsibleFilterError(f"{error}.") from None


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"given": given}
