# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes what our modules return to the file that VRG_RESULTS names, a JSON line a result."""

from __future__ import annotations

import json
import os
from importlib import import_module

from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: vrg_results
type: notification
short_description: Write the results of vergeio.vrg modules to a file
description:
  - For the tests of the collection, which hold the results against the modules' documentation.
"""

# What the targets ask the simulator with: imported here, by the main process, no worker has to.
import_module("ansible.module_utils.urls")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "vrg_results"

    def note(self, result):
        # The names without an underscore are those of ansible-core 2.19 and later.
        task = getattr(result, "task", None) or result._task
        told = getattr(result, "result", None) or result._result
        if task.action.startswith("vergeio.vrg.") and "results" not in told:
            line = {"module": task.action.split(".")[-1], "task": task.get_name(), "result": told}
            with open(os.environ["VRG_RESULTS"], "a", encoding="utf-8") as file:
                file.write(json.dumps(line, default=str) + "\n")

    def v2_runner_on_ok(self, result):
        self.note(result)

    def v2_runner_item_on_ok(self, result):
        self.note(result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.note(result)

    def v2_runner_item_on_failed(self, result):
        self.note(result)
