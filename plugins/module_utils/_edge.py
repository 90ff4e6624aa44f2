# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module runs: in a process of its own, or inside the controller's worker."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any, Optional

from ansible.module_utils.ansible_release import __version__
from ansible.module_utils.basic import AnsibleModule

from ._model.secrets import Secrets
from ._options import Settings
from ._system.api import Api
from ._system.session import connect

#: The version of ansible-core that a module runs with, as far as it matters.
CORE = tuple(int(part) for part in __version__.split(".")[:2])
#: Up to ansible-core 2.21 the end of a module takes every secret out of its result. From 2.22 on Ansible masks what it
#: shows instead, and whatever a playbook does with a registered result is done with the secrets in it.
SECRETS_STAY = CORE >= (2, 22)


class Module(AnsibleModule):
    """An AnsibleModule whose result holds no value of a secret option, on any core, however the run ends."""

    def exit_json(self, **result: Any) -> Any:
        return super().exit_json(**self._without_secrets(result))

    def fail_json(self, msg: str, **result: Any) -> Any:
        return super().fail_json(**self._without_secrets({"msg": msg, **result}))

    def _without_secrets(self, result: dict[str, Any]) -> dict[str, Any]:
        if not SECRETS_STAY:
            return result
        secrets = Secrets(secrets_of(self.params, self.argument_spec))
        hidden = [name for name, option in self.argument_spec.items() if option.get("no_log")]
        given = [name for name in hidden if self.params.get(name) is not None]
        arguments = {**self.params, **dict.fromkeys(given, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")}
        return {**secrets.scrub(result), "invocation": {"module_args": secrets.scrub(arguments)}}


def secrets_of(params: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[Optional[str]]:
    """The values of secret options that are texts."""
    for name, option in spec.items():
        # What holds thousands is kept out by whoever sends one of them.
        if option.get("no_log") and option["type"] == "str":
            yield params.get(name)


class Edge:
    """The ordinary place, a process of its own; the action plugin has another."""

    def module(self, **spec: Any) -> Any:
        """The AnsibleModule that takes the parameters and ends the run with its result."""
        return Module(**spec)  # type: ignore[no-untyped-call]

    def connect(self, connection: Settings, secrets: Secrets) -> AbstractContextManager[Api]:
        return connect(connection, secrets=secrets)

    @property
    def folder(self) -> str:
        """Where relative paths begin."""
        return os.getcwd()

    def progress(self, text: str, seconds: float) -> None:
        """Called while ``text`` has been waited for, for so many seconds. Here nobody could see it."""


EDGE: ContextVar[Edge] = ContextVar("EDGE")
EDGE.set(Edge())
