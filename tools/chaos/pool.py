"""Processes that each have a simulator and a watched wire: where runs are killed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any

from .storm import FORK
from .tables import Tables
from .wire import Wire

from vergesim_process import Vergesim  # isort: skip - engine puts its folder on the path

_STEP = 0.05
#: Runs at a time, each on a simulator of its own.
_WORKERS = min(2, os.cpu_count() or 1)


class Here:
    """What a process of the pool has."""

    ready: Mapping[str, str]
    tables: Tables
    wire: Wire


@contextmanager
def pool() -> Iterator[ProcessPoolExecutor]:
    """Such processes, and their simulators, for as long as it lasts."""
    with ExitStack() as stack:
        simulators: Any = FORK.SimpleQueue()
        for _worker in range(_WORKERS):
            simulators.put(stack.enter_context(Vergesim("lab", _STEP)).ready)
        yield stack.enter_context(ProcessPoolExecutor(_WORKERS, FORK, _start, (simulators,)))


def _start(simulators: Any) -> None:
    Here.ready = simulators.get()
    Here.tables = Tables(Here.ready)
    Here.wire = Wire()
    Here.wire.install()
