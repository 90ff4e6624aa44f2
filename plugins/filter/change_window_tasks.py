# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ..plugin_utils._roles.change_tasks import change_window_tasks

DOCUMENTATION = r"""
name: change_window_tasks
short_description: What keeps files of tasks from being run within a change window
version_added: 1.1.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - Finds before a window of the role C(vergeio.vrg.tenant_change_window) begins what would end it past its check and
    its rollback. That is a file that is not YAML or holds no tasks, and C(meta) tasks that end the role, the host or
    the play.
  - Files of tasks that they name outright are read too, unless they are encrypted. What a template or a role
    brings in cannot be known before.
positional: _input, paths
options:
  _input:
    description: What each file holds.
    type: list
    elements: str
    required: true
  paths:
    description: The path of each.
    type: list
    elements: str
    required: true
seealso:
  - plugin: vergeio.vrg.change_window
    plugin_type: filter
"""

EXAMPLES = r"""
- name: The tasks can be run
  ansible.builtin.assert:
    that: query('ansible.builtin.file', *paths) | vergeio.vrg.change_window_tasks(paths) == []
  vars:
    paths: ["{{ playbook_dir }}/changes/more_memory.yml"]
"""

RETURN = r"""
_value:
  description: The reasons, in sentences; empty if there are none.
  type: list
  elements: str
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"change_window_tasks": change_window_tasks}
