# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge to Ansible: parameters in, result or failure out. Nothing else of the engine knows Ansible."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from typing import Any, Callable

from ansible.module_utils.basic import missing_required_lib

from ._edge import EDGE, secrets_of
from ._model.errors import VrgError
from ._model.plan import Task
from ._model.query import Reader
from ._model.secrets import Secrets
from ._options import CONNECTION, check_wait, settings
from ._system.api import Api
from ._system.apply import Apply
from ._system.clock import SystemClock
from ._system.session import INSTALL_SDK
from ._system.wait import Waiter

Params = Mapping[str, Any]
Work = Callable[[Api], dict[str, Any]]


def manage(task: Callable[[Params], Task], options: Mapping[str, Any], **rules: Any) -> None:
    """Run a module that manages a resource. ``rules`` are those of AnsibleModule (required_if and the like)."""

    def prepare(module: Any) -> Work:
        check_wait(module.params)
        asked = task(module.params)
        timeout = module.params.get("wait_timeout") or 0

        def work(api: Api) -> dict[str, Any]:
            waiter = Waiter(api, SystemClock(), timeout, EDGE.get().progress)
            return Apply(api, waiter, module.check_mode).run(asked)

        return work

    run(prepare, options, rules)


def inform(gather: Callable[[Reader, Params], Mapping[str, Any]], options: Mapping[str, Any], **rules: Any) -> None:
    """Run a module that only reads."""

    def prepare(module: Any) -> Work:
        def work(api: Api) -> dict[str, Any]:
            return {"changed": False, **gather(api, module.params)}

        return work

    run(prepare, options, rules)


def run(prepare: Callable[[Any], Work], options: Mapping[str, Any], rules: Mapping[str, Any]) -> None:
    """Check the input before anything is sent, connect, work, and return the result."""
    module = EDGE.get().module(argument_spec={**CONNECTION, **options}, supports_check_mode=True, **rules)
    secrets = Secrets(secrets_of(module.params, {**CONNECTION, **options}))
    try:
        connection = settings(module.params, os.environ, EDGE.get().folder)
        secrets = Secrets((*secrets.values, *connection.secrets))
        work = prepare(module)
        with EDGE.get().connect(connection, secrets) as api:
            result = work(api)
    except VrgError as error:
        module.fail_json(**secrets.scrub(_failure(error)))
    except ImportError:
        module.fail_json(
            msg=f"{missing_required_lib('pyvergeos')} Install it for {sys.executable}: {INSTALL_SDK}",
            exception=traceback.format_exc(),
        )
    for warning in result.pop("warnings", ()):
        module.warn(secrets.scrub(warning))
    if result.get("failed"):
        module.fail_json(**secrets.scrub(result))
    module.exit_json(**result)


def _failure(error: VrgError) -> dict[str, Any]:
    found: dict[str, Any] = {**error.found, "msg": f"{error.message} {error.hint}".strip()}
    if error.hint:
        found["hint"] = error.hint
    if error.api:
        found["api"] = error.api
    if error.changes:
        # It failed half way: what was done stands, and the next run goes on from there.
        found.update(changed=True, changes=error.changes)
    return found
