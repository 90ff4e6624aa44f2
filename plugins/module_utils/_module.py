# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge to Ansible: parameters in, result or failure out. Nothing else of the engine knows Ansible."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, Callable

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ._api import Api
from ._converge import Converge, Task
from ._errors import VrgError
from ._options import CONNECTION, Settings, settings
from ._session import connect
from ._wait import SystemClock, Waiter

Params = Mapping[str, Any]
Work = Callable[[Api], dict[str, Any]]


class Edge:
    """Where a module runs. This is the ordinary place, a process of its own; the action plugin has another."""

    def module(self, **spec: Any) -> Any:
        """The AnsibleModule that takes the parameters and ends the run with its result."""
        return AnsibleModule(**spec)

    def connect(self, connection: Settings) -> AbstractContextManager[Api]:
        return connect(connection)

    def progress(self, text: str, seconds: float) -> None:
        """Called while ``text`` has been waited for, for so many seconds. Here nobody could see it."""


EDGE: ContextVar[Edge] = ContextVar("EDGE")
EDGE.set(Edge())


def manage(task: Callable[[Params], Task[Any]], options: Mapping[str, Any], **rules: Any) -> None:
    """Run a module that manages a resource. ``rules`` are those of AnsibleModule (required_if and the like)."""

    def prepare(module: Any) -> Work:
        asked = task(module.params)
        timeout = module.params.get("wait_timeout") or 0

        def work(api: Api) -> dict[str, Any]:
            waiter = Waiter(api, SystemClock(), timeout, EDGE.get().progress)
            return Converge[Any](api, waiter, module.check_mode).run(asked)

        return work

    _run(prepare, options, rules)


def inform(gather: Callable[[Api, Params], Mapping[str, Any]], options: Mapping[str, Any], **rules: Any) -> None:
    """Run a module that only reads."""

    def prepare(module: Any) -> Work:
        def work(api: Api) -> dict[str, Any]:
            return {"changed": False, **gather(api, module.params)}

        return work

    _run(prepare, options, rules)


def _run(prepare: Callable[[Any], Work], options: Mapping[str, Any], rules: Mapping[str, Any]) -> None:
    """Check the input before anything is sent, connect, work, and tell the result."""
    module = EDGE.get().module(argument_spec={**CONNECTION, **options}, supports_check_mode=True, **rules)
    secrets = [value for value in (module.params[name] for name in _secret_options(options)) if value]
    try:
        connection = settings(module.params, os.environ)
        secrets += connection.secrets
        result = _connected(prepare(module), connection)
    except VrgError as error:
        module.fail_json(**_without(secrets, _failure(error)))
    except ImportError:
        module.fail_json(msg=missing_required_lib("pyvergeos"), exception=traceback.format_exc())
    for warning in result.pop("warnings", ()):
        module.warn(_without(secrets, warning))
    module.exit_json(**result)


def _connected(work: Work, connection: Settings) -> dict[str, Any]:
    with EDGE.get().connect(connection) as api:
        return work(api)


def _secret_options(options: Mapping[str, Any]) -> list[str]:
    return [name for name, spec in {**CONNECTION, **options}.items() if spec.get("no_log")]


def _failure(error: VrgError) -> dict[str, Any]:
    found: dict[str, Any] = {"msg": f"{error.message} {error.hint}".strip()}
    if error.hint:
        found["hint"] = error.hint
    if error.api:
        found["api"] = error.api
    if error.changes:
        # It failed half way: what was done stands, and the next run goes on from there.
        found.update(changed=True, changes=error.changes)
    return found


def _without(secrets: list[str], value: Any) -> Any:
    """The value with every secret blotted out: a platform's sentence may repeat what it was sent."""
    if isinstance(value, dict):
        return {key: _without(secrets, one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without(secrets, one) for one in value]
    if isinstance(value, str):
        for secret in secrets:
            # As it is, as a sentence on one line has it, and as Python writes it.
            for written in (secret, " ".join(secret.split()), repr(secret)[1:-1]):
                value = value.replace(written, "********") if written else value
    return value
