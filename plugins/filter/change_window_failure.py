# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any, Callable

from ..plugin_utils._roles.change_window import change_window_failure

DOCUMENTATION = r"""
name: change_window_failure
short_description: Which task failed and why, in a sentence
version_added: 1.0.0
author:
  - The vergeio.vrg contributors (!UNKNOWN)
description:
  - For the C(rescue) of a block. Names the first failed item of a loop, and nothing of what C(no_log) hides.
positional: _input, task
options:
  _input:
    description: The variable C(ansible_failed_result).
    type: dict
    required: true
  task:
    description: The variable C(ansible_failed_task); empty if a file of tasks could not be read, which leaves none.
    type: dict
    required: true
seealso:
  - plugin: vergeio.vrg.change_window
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Try it
  block:
    - name: Update it
      ansible.builtin.include_tasks: update.yml
  rescue:
    - name: Say what failed
      ansible.builtin.fail:
        msg: "{{ ansible_failed_result | vergeio.vrg.change_window_failure(ansible_failed_task) }}"
"""

RETURN = r"""
_value:
  description: The sentence.
  type: str
  sample: "Task 'Update it' failed: the package is not there."
"""


class FilterModule:
    """The filter, by its name."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"change_window_failure": change_window_failure}
