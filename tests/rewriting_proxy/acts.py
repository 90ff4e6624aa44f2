"""Exchanges as data, and what can happen to one."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


class Dropped(Exception):
    """The connection breaks instead of an answer."""


@dataclass(frozen=True)
class Request:
    """What a client sent. ``path`` is without ``/api/v4/`` and without the query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def table(self) -> str:
        return self.path.partition("/")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True)
class Answer:
    """What a client gets; the last ``withheld`` bytes that Content-Length promises are never sent."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    withheld: int = 0

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


PassOn = Callable[[], Answer]
Act = Callable[[Request, PassOn], Answer]


def json_answer(content: Any, status: int = 200) -> Answer:
    """An answer with JSON in it."""
    return Answer(status, json.dumps(content).encode())


def pass_through(request: Request, pass_on: PassOn) -> Answer:
    return pass_on()


def instead(answer: Answer) -> Act:
    """Swallow the request: the platform never sees it."""
    return lambda request, pass_on: answer


def afterwards(answer: Answer) -> Act:
    """Let the platform do it, and answer something else."""
    return lambda request, pass_on: (pass_on(), answer)[1]


def rewritten(change: Callable[[Any], Any]) -> Act:
    """The platform's answer with its JSON changed."""

    def act(request: Request, pass_on: PassOn) -> Answer:
        answer = pass_on()
        return replace(answer, body=json.dumps(change(answer.json)).encode())

    return act


def broken_off(share: float = 0.5) -> Act:
    """The platform's answer, of which only a share arrives although Content-Length promises all."""

    def act(request: Request, pass_on: PassOn) -> Answer:
        answer = pass_on()
        return replace(answer, withheld=len(answer.body) - int(len(answer.body) * share))

    return act


def shortened(share: float = 0.5) -> Act:
    """The platform's answer as valid HTTP with a part of its JSON."""

    def act(request: Request, pass_on: PassOn) -> Answer:
        answer = pass_on()
        return replace(answer, body=answer.body[: int(len(answer.body) * share)])

    return act


def held(seconds: float) -> Act:
    """The platform's answer, late."""

    def act(request: Request, pass_on: PassOn) -> Answer:
        answer = pass_on()
        time.sleep(seconds)
        return answer

    return act


def dropped(*, done: bool) -> Act:
    """No answer at all, before the platform sees the request or after it has carried it out."""

    def act(request: Request, pass_on: PassOn) -> Answer:
        if done:
            pass_on()
        raise Dropped

    return act


def preceded(hook: Callable[[], Any], then: Act = pass_through) -> Act:
    """Something else happens first: what somebody else does between a plan and its write."""

    def act(request: Request, pass_on: PassOn) -> Answer:
        hook()
        return then(request, pass_on)

    return act
