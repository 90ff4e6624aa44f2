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


def ahead(read: Callable[[Asked], Answer], queries: Iterable[Asked]) -> Iterator[Answer]:
    """The answers in the order of the queries, one of which is read ahead. Raises what ``read`` does."""
    with ThreadPoolExecutor(1) as thread:
        asked: deque[Future[Answer]] = deque()
        for query in queries:
            asked.append(thread.submit(read, query))
            if len(asked) > 1:
                yield asked.popleft().result()
        while asked:
            yield asked.popleft().result()
