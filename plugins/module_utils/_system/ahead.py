# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads that are on their way while the answer before is worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Callable, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

#: Of two, the platform works on one while the other is unpacked, and the one before them is worked on.
_AHEAD = 2


def ahead(read: Callable[[Asked], Answer], queries: Iterable[Asked]) -> Iterator[Answer]:
    """The answers in the order of the queries, ``_AHEAD`` of which are read ahead. Raises what ``read`` does."""
    with ThreadPoolExecutor(_AHEAD) as threads:
        asked: deque[Future[Answer]] = deque()
        for query in queries:
            asked.append(threads.submit(read, query))
            if len(asked) > _AHEAD:
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()
