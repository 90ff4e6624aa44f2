# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What systems answer, read at the same time and whole, or not at all."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Union

from ...module_utils._model.errors import VrgError
from ...module_utils._reads.inventory import gather
from ...module_utils._system.session import log_in, open_session, quiet_tls
from ...module_utils._version import VERSION
from .source import Source, System

#: Plain data, as a cache keeps it: ``system`` with its name and version, ``rows`` by kind, and ``read``, the time in
#: seconds since 1970.
Answer = dict[str, Any]
#: How many systems are read at the same time.
_AT_ONCE = 16


def read(systems: Sequence[System], source: Source) -> dict[str, Union[Answer, VrgError]]:
    """By the name of the system, everything that was asked for, or why there is nothing."""
    if not systems:
        return {}
    asked = {**source.options, "filters": source.conditions}
    # Warnings are the process's, so they are filtered once and not by each thread.
    careless = next((one for one in systems if one.settings.insecure), systems[0])
    with quiet_tls(careless.settings), ThreadPoolExecutor(min(len(systems), _AT_ONCE)) as crew:
        answers = crew.map(lambda system: _answer(system, asked), systems)
        return {system.name: answer for system, answer in zip(systems, answers)}


def _answer(system: System, asked: Mapping[str, Any]) -> Union[Answer, VrgError]:
    session = open_session(system.settings, "inventory")
    try:
        api = log_in(system.settings, session)
        return {"system": api.system, "rows": gather(api, asked), "read": int(time.time())}
    except VrgError as error:
        return error
    finally:
        session.close()


def cache_key(system: System, source: Source) -> str:
    """What a cache keeps an answer under: another system, login, release or question has another key."""
    login = system.settings
    # A key of the API is who asks; a digest of it is no way back to it.
    who = f"key {_digest(login.api_key)}" if login.api_key else f"user {login.username}"
    question = {kind: source.conditions[kind].render() for kind in source.options["resources"]}
    return _digest(json.dumps([VERSION, login.host, who, question, sorted(source.options["gather"])], sort_keys=True))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def is_answer(found: Any, source: Source) -> bool:
    """Whether a cache has kept an answer to this question, and not something else."""
    return (
        isinstance(found, Mapping)
        and isinstance(found.get("read"), int)
        and isinstance(found.get("system"), Mapping)
        and isinstance(found.get("rows"), Mapping)
        and all(isinstance(found["rows"].get(kind), list) for kind in source.options["resources"])
    )
