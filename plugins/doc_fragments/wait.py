# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """Waiting for what the platform does after it has answered."""

    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the platform has finished what it was asked for.
      - What has to be waited for before the next request is possible is waited for in any case.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds after which a wait ends with a failure that says what was last seen.
    type: int
    default: 300
"""
