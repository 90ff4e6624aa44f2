# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a module of this collection inside the controller's worker where that is safe, and as usual where it is not.

A module started the usual way is packed, written and run by a new interpreter that imports the SDK, for each task
and each item of a loop. Here it is called; docs/decisions/0005 says when, and what is done to make no difference.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

from ansible import constants
from ansible.module_utils.common.json import AnsibleJSONEncoder
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._edge import CORE, EDGE, SECRETS_STAY, Edge, Module
from ..module_utils._model.errors import VrgError
from ..module_utils._model.secrets import Secrets
from ..module_utils._options import Settings
from ..module_utils._system.api import Api
from ..module_utils._system.session import log_in, open_session, quiet_tls

try:
    # Imported here, in the main process, so that every worker has it already.
    import_module("pyvergeos")
    HAS_SDK = True
except ImportError:
    HAS_SDK = False

# What a worker has from the main process lives as long as it does; looking for garbage there again and again is for
# nothing.
os.register_at_fork(after_in_child=gc.freeze)

#: What this was tried with; parts of it are Ansible's own business, so a newer one runs modules its own way.
_NEWEST_CORE = (2, 22)
#: Seconds between two lines of a long wait.
_PROGRESS_EVERY = 5.0
#: What asks Ansible to look for an interpreter instead of naming one.
_DISCOVERY = (None, "", "auto", "auto_silent", "auto_legacy", "auto_legacy_silent")
#: Variables that decide how a system is reached, beside the options.
_ON_THE_WAY = (
    *(name for proxy in ("http_proxy", "https_proxy", "all_proxy", "no_proxy") for name in (proxy, proxy.upper())),
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)

display = Display()
# Asked of the main process, which loads this plugin: its workers may be detached from the terminal.
_ON_TERMINAL = sys.stdout.isatty()
#: The sessions of this worker, which lives as long as one task of one host: the items of a loop share them.
_sessions: dict[tuple[Any, ...], Api] = {}
#: Logins that were refused, and in which task: each item of a loop is one of its own, an attempt of ``until`` is not.
_refusals: dict[tuple[Any, ...], tuple[Any, VrgError]] = {}


class InProcess(ActionBase):
    """The action of every module of the collection. Each names its own; the main process loads both, so that a
    worker, of which each task has one, finds them imported."""

    main: Callable[[], None]

    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        variables = task_vars or {}
        if self._connection.transport == "local":
            asked = self._interpreter(variables)
            if asked in _DISCOVERY:
                # Discovery looks for any Python; this one has the SDK, or a message that says which has not.
                asked = sys.executable
                variables = self._with_interpreter(variables, asked)
            environment = self._environment()
            if self._may_run_here(asked, variables, environment):
                super().run(None, variables)
                return self._run_here(variables, environment)
        result: dict[str, Any] = self._ordinary().run(task_vars=variables)
        return result

    def _may_run_here(self, asked: Any, variables: Mapping[str, Any], environment: Mapping[str, str]) -> bool:
        """Only where it can make no difference; the connection is local already."""
        wanted = self._templar.template(self._of_the_host(variables).get("vrg_in_process"))
        return (
            HAS_SDK
            and CORE <= _NEWEST_CORE
            and not self._task.async_val
            and not self._connection.become
            and is_this_interpreter(str(asked))
            and environment.get("VRG_IN_PROCESS", os.environ.get("VRG_IN_PROCESS")) != "never"
            and (wanted in (None, "") or boolean(wanted))
        )

    def _ordinary(self) -> Any:
        return self._shared_loader_obj.action_loader.get(
            "ansible.legacy.normal",
            task=self._task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )

    def _of_the_host(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """The variables of the host that the task is delegated to, or of its own."""
        if self._task.delegate_to:
            found: Mapping[str, Any] = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {})
            return found
        return variables

    def _interpreter(self, variables: Mapping[str, Any]) -> Any:
        """What variables or configuration name; both may be templates."""
        of_the_host = dict(self._of_the_host(variables))
        return self._templar.template(constants.config.get_config_value("INTERPRETER_PYTHON", variables=of_the_host))

    def _with_interpreter(self, variables: Mapping[str, Any], interpreter: str) -> dict[str, Any]:
        """A copy: what this task is run by is nobody else's business."""
        named = {**self._of_the_host(variables), "ansible_python_interpreter": interpreter}
        if not self._task.delegate_to:
            return named
        delegated = {**variables.get("ansible_delegated_vars", {}), self._task.delegate_to: named}
        return {**variables, "ansible_delegated_vars": delegated}

    def _environment(self) -> dict[str, str]:
        """What a process started for this task would find in its environment beside what is in this one's."""
        of_the_task: dict[str, Any] = {}
        self._compute_environment_string(of_the_task)  # type: ignore[no-untyped-call]
        return {name: str(value) for name, value in of_the_task.items()}

    def _run_here(self, variables: Any, environment: Mapping[str, str]) -> dict[str, Any]:
        arguments = dict(self._task.args)
        self._update_module_args(self._task.action, arguments, variables)
        # As over a pipe: nothing is shared with the task.
        plain = json.loads(as_json(arguments))
        edge = _InProcess(self, plain, self._of_the_host(variables).get("inventory_hostname", ""))
        with _environment(environment), _silence():
            return self._taken(edge.run(self.main))

    def _taken(self, result: dict[str, Any]) -> dict[str, Any]:
        """The result as Ansible takes it from a module's output: what it makes of a failure differs by version."""
        output = {"rc": 0, "stdout": json.dumps(result), "stderr": ""}
        profile = ["legacy"] if CORE >= (2, 19) else []
        taken: Any = self._parse_returned_data(output, *profile)
        found: dict[str, Any] = taken if isinstance(taken, dict) else taken.as_result_dict(for_round_trip=True)
        return found


def as_json(value: Any) -> str:
    """A value of a task as text: plain types, vaulted values decrypted."""
    encoder: Any = AnsibleJSONEncoder
    return json.dumps(value, cls=encoder, vault_to_text=True)


@cache
def is_this_interpreter(path: str) -> bool:
    """Whether a path names the interpreter of the controller. A virtual environment's is a link: its folder counts."""
    here = sys.executable
    same_folder = os.path.dirname(os.path.abspath(path)) == os.path.dirname(os.path.abspath(here))
    return same_folder and os.path.realpath(path) == os.path.realpath(here)


class _Finished(BaseException):
    """A module has said its result: what exit_json and fail_json do by ending the process."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result


class _Module(Module):
    """A module that takes its parameters from the task and hands its result back."""

    def __init__(self, arguments: dict[str, Any], spec: Mapping[str, Any]) -> None:
        self._arguments = arguments
        self._warned: dict[str, None] = {}
        super().__init__(**spec)  # type: ignore[no-untyped-call]

    def _load_params(self) -> None:
        self.params = dict(self._arguments)

    def warn(self, warning: str, **more: Any) -> None:
        # The module's own would gather them for the whole worker, or show them at once.
        self._warned[warning] = None

    def _return_formatted(self, kwargs: dict[str, Any]) -> None:
        if self._warned:
            kwargs["warnings"] = list(self._warned)
        # The option that turns it off came with ansible-core 2.21.
        if not self._arguments.get("_ansible_inject_invocation", True):
            kwargs.pop("invocation", None)
        else:
            kwargs.setdefault("invocation", {"module_args": self.params})
        if SECRETS_STAY:
            # What becomes secret is registered with the worker already; nobody asks this module for it.
            self._new_secrets.unregister()  # type: ignore[attr-defined]
            raise _Finished(kwargs)
        # Gone from a later core, where nothing asks for it.
        from ansible.module_utils.common.parameters import remove_values

        kept = {name: value for name, value in kwargs.items() if value is None or isinstance(value, bool)}
        raise _Finished({**remove_values(kwargs, self.no_log_values), **kept})


class _InProcess(Edge):
    """The edge of one run inside the worker."""

    def __init__(self, action: InProcess, arguments: dict[str, Any], host: str) -> None:
        self._action = action
        self._arguments = arguments
        self._host = host
        self._quiet = bool(arguments.get("_ansible_no_log")) or not (_ON_TERMINAL or display.verbosity)
        self._next_line = _PROGRESS_EVERY

    def run(self, main: Any) -> dict[str, Any]:
        """Call a module's main and catch what it would have printed."""
        token = EDGE.set(self)
        try:
            main()
        except _Finished as finished:
            return finished.result
        finally:
            EDGE.reset(token)
        raise AssertionError("a module ends with a result")

    def module(self, **spec: Any) -> Any:
        return _Module(self._arguments, spec)

    @property
    def folder(self) -> str:
        # Where a process would be started for a module.
        return str(self._action._loader.get_basedir())

    @contextmanager
    def connect(self, connection: Settings, secrets: Secrets) -> Iterator[Api]:
        # The process is part of it: a connection must not be used on both sides of a fork.
        where = (os.getpid(), connection, *(os.environ.get(name) for name in _ON_THE_WAY))
        by, refusal = _refusals.get(where, (None, None))
        if refusal is not None and by is not self._action._task:
            # The other items of a loop would be refused as well, and lock the account.
            raise refusal
        try:
            with quiet_tls(connection):
                if where not in _sessions:
                    _sessions[where] = self._logged_in(connection, secrets)
                _sessions[where].secrets = secrets
                yield _sessions[where]
        except VrgError as error:
            if (error.api or {}).get("status") == 401:
                # A login that has gone bad is not tried again by whoever comes next.
                _sessions.pop(where, None)
                _refusals[where] = (self._action._task, error)
            raise

    def _logged_in(self, connection: Settings, secrets: Secrets) -> Api:
        session = open_session(connection, "in-process")
        try:
            return log_in(connection, session, secrets)
        except VrgError:
            session.close()
            raise

    def progress(self, text: str, seconds: float) -> None:
        if not self._quiet and seconds >= self._next_line:
            self._next_line = seconds + _PROGRESS_EVERY
            display.display(f"{self._host}: waiting for {text}, {seconds:.0f} s so far")


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """This process with more in its environment, for as long as one module runs."""
    before = dict(os.environ)
    os.environ.update(more)
    try:
        yield
    finally:
        if os.environ != before:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def _silence() -> Iterator[None]:
    """Without the lines that libraries log: in a process of its own nobody would hear them, and they hold requests."""
    loggers = [
        logger
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger) and name.split(".")[0] in ("urllib3", "requests", "pyvergeos")
    ]
    before = [logger.disabled for logger in loggers]
    for logger in loggers:
        logger.disabled = True
    try:
        yield
    finally:
        for logger, disabled in zip(loggers, before):
            logger.disabled = disabled
