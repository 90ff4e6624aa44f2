# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a module runs: in a process of its own, or inside the controller's worker."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from contextvars import ContextVar
from typing import Any

from ._model.secrets import Secrets
from ._options import Settings
from ._system.api import Api
from ._system.session import connect


class Edge:
    """The ordinary place, a process of its own; the action plugin has another."""

    def module(self, **spec: Any) -> Any:
        """The AnsibleModule that takes the parameters and ends the run with its result."""
        from ansible.module_utils.basic import AnsibleModule

        return AnsibleModule(**spec)

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
