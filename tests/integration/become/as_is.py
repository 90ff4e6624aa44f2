# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Becomes nobody else: for tests that only need a task with become, on machines without sudo."""

from __future__ import annotations

from ansible.plugins.become import BecomeBase

DOCUMENTATION = """
name: as_is
short_description: Run a command as it is
description:
  - For the tests of the collection.
author: The vergeio.vrg contributors (!UNKNOWN)
options: {}
"""


class BecomeModule(BecomeBase):
    name = "as_is"

    def build_become_command(self, cmd, shell):
        return cmd
