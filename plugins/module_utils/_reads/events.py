# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events: what happened on a system, as rules judge it, each with a uuid that a repeat of it has too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Optional, TypeVar
from uuid import UUID, uuid5

from .._model.units import iso_utc

T = TypeVar("T")
Event = dict[str, Any]

#: Events are handed over, and then remembered as handed over, so many at a time.
BATCH = 50
#: How far behind the newest row others may still come in, in seconds: rows are stamped by their nodes, and only a
#: clock that is off by more raises an alarm (docs/platform.md#3.21).
LATE = 120
_NAMESPACE = UUID("0e1c3c0a-6f0c-5d0b-9f3f-2b8a4d5e7c61")
_TEMPLATE = re.compile(r"\{(?=[{%#])")
#: What every event has; null where it means nothing.
_FIELDS = ("name", "key", "uuid", "tenant", "old", "new", "log", "alarm")


@dataclass(frozen=True)
class Origin:
    """The system that events are of: what it is called, which is part of every uuid, and its address."""

    name: str
    host: str

    def event(self, kind: str, happened: Sequence[Any], epoch: Optional[int], **more: Any) -> Event:
        """An event. ``happened`` tells it apart from all others: the table, the row, and what became of it.
        ``epoch`` is the platform's time."""
        identity = json.dumps([self.name, *happened], sort_keys=True)
        fields = {**dict.fromkeys(_FIELDS), "changed": [], **more}
        told = {"kind": kind, "system": self.name, "host": self.host, "time": iso_utc(epoch), **fields}
        return {**inert(told), "meta": {"uuid": str(uuid5(_NAMESPACE, identity))}}


def inert(value: Any) -> Any:
    """The value with a blank in what would begin a template.

    Events become variables of playbooks, where Ansible would run a template that somebody wrote into a name or a log.
    """
    if isinstance(value, dict):
        return {key: inert(one) for key, one in value.items()}
    if isinstance(value, list):
        return [inert(one) for one in value]
    return _TEMPLATE.sub("{ ", value) if isinstance(value, str) else value


def in_batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), BATCH):
        yield items[start : start + BATCH]
