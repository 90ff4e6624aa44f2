# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge to Ansible of the module that manages a list of tenants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._edge import EDGE
from ._module import Work, run
from ._options import check_wait
from ._system.api import Api
from ._system.clock import SystemClock
from ._system.fleet import ApplyFleet, Pace
from ._system.wait import Waiter
from ._tasks.fleet import FleetTask
from ._tasks.fleet_result import failure, result


def manage_fleet(options: Mapping[str, Any], **rules: Any) -> None:
    """Run the module that manages a list of tenants."""

    def prepare(module: Any) -> Work:
        params = module.params
        check_wait(params)
        passwords = {str(name): str(value) for name, value in (params["passwords"] or {}).items()}
        # There may be thousands: they are kept out of everything by the engine, with one expression.
        module.no_log_values.difference_update(passwords.values())
        task = FleetTask(params, params["tenants"] or [], passwords)
        pace = Pace(
            params["workers"],
            params["starting_at_once"],
            params["on_error"] == "stop",
            params["max_failed"],
            params["request_budget"] or 0,
            float(params["deadline"] or 0),
        )
        # The list and the passwords are nobody's business afterwards, and thousands of lines.
        params.update(tenants=None, passwords=None)

        def work(api: Api) -> dict[str, Any]:
            waiter = Waiter(api, SystemClock(), params["wait_timeout"] or 0, EDGE.get().progress)
            api.sent.update(reads=0, writes=0)
            applied = ApplyFleet(api, waiter, pace, module.check_mode)
            applied.run(task)
            whole = result(applied.works, applied.found, list(applied.warnings), module.check_mode)
            whole["requests"] = dict(api.sent)
            if whole["summary"]["failed"]:
                whole.update(failed=True, msg=failure(whole))
            return whole

        return work

    run(prepare, options, rules)
