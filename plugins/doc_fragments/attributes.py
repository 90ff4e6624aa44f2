# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What modules support, as the table on their documentation page."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and say what it would do, without sending a single write.
    support: full
  diff_mode:
    description: Will return details on what has changed, or would change, when in diff mode.
    support: full
  idempotent:
    description: Run again with the same options, it changes nothing.
    support: full
  action_group:
    description: Use C(group/vergeio.vrg.all) in C(module_defaults) to set the connection for all modules at once.
    support: full
    membership:
      - vergeio.vrg.all
  action:
    description: Runs inside the controller, without a process of its own, where that makes no difference.
    support: full
    details: >-
      With a local connection, the controller's own interpreter, and neither C(become) nor C(async); else as usual.
      The variable C(vrg_in_process) set to V(false), or C(VRG_IN_PROCESS=never) in the environment, turns it off.
  async:
    description: Can be run with the C(async) keyword.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode); it only reads.
    support: full
  diff_mode:
    description: Will return details on what has changed, or would change, when in diff mode.
    support: N/A
    details: It changes nothing.
  idempotent:
    description: Run again with the same options, it changes nothing.
    support: full
  action_group:
    description: Use C(group/vergeio.vrg.all) in C(module_defaults) to set the connection for all modules at once.
    support: full
    membership:
      - vergeio.vrg.all
  action:
    description: Runs inside the controller, without a process of its own, where that makes no difference.
    support: full
    details: >-
      With a local connection, the controller's own interpreter, and neither C(become) nor C(async); else as usual.
      The variable C(vrg_in_process) set to V(false), or C(VRG_IN_PROCESS=never) in the environment, turns it off.
  async:
    description: Can be run with the C(async) keyword.
    support: full
"""
