"""One HTTP exchange with the API: read, strike with faults, answer, note."""

from __future__ import annotations

import asyncio
import logging
import time
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Message, Receive, Scope, Send

from vergesim.faults import Fault
from vergesim.http.api import MAX_BODY, Answer, Call, handle
from vergesim.http.limits import RateLimiter
from vergesim.rules.vnets import api_is_cut
from vergesim.simulator import Simulator

logger = logging.getLogger("vergesim")
HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


class Dropped(Exception):
    """The connection is to be cut without an answer."""


class ApiExchange:
    """ASGI application for everything under `/api`."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.limits = RateLimiter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        call = await _read(scope, receive)
        log = self.simulator.log
        log.counts[f"{call.method} {call.table}"] += 1
        entry: dict[str, Any] = {
            "method": call.method,
            "path": scope["raw_path"].decode("latin-1"),
            "query": scope["query_string"].decode("latin-1"),
            "status": None,
            "user_agent": call.headers.get("user-agent", ""),
            "body_size": len(call.body),
            "time": time.time(),
        }
        log.entries.append(entry)
        # How often a client asks whether it is connected says nothing of what it does.
        if (call.method, call.table) != ("GET", "system"):
            self.simulator.world.timeline.clock.count_request()
        try:
            await self._serve(call, scope, send, entry)
        except (Dropped, asyncio.CancelledError):  # Cancelled: the simulator ends while a request is held.
            await _cut(scope, receive)

    async def _serve(self, call: Call, scope: Scope, send: Send, entry: dict[str, Any]) -> None:
        self.simulator.settle()
        refused = self.limits.check(self.simulator.world, call, scope)
        if refused == "drop" or api_is_cut(self.simulator.world):
            raise Dropped
        fault = self._strike(call)
        if fault is not None and fault.when == "before":
            answer = await self._before(fault, call)
        elif refused is not None:
            answer = Answer(429, {"err": "Too many requests"})
        else:
            answer = self._handle(call)
            if fault is not None:
                answer = await self._after(fault, answer)
        if self.simulator.options.latency:
            await asyncio.sleep(self.simulator.options.latency)
        entry["status"] = answer.status
        await self._send(answer, scope, send, fault)

    def _strike(self, call: Call) -> Fault | None:
        if not self.simulator.faults.all:
            return None
        action = None
        if call.table.endswith("_actions"):
            try:
                body = orjson.loads(call.body)
            except orjson.JSONDecodeError:
                body = None
            action = body.get("action") if isinstance(body, dict) else None
        elif len(call.segments) > 2:
            action = call.segments[2]
        return self.simulator.faults.strike(call.method, call.table, call.key, action)

    def _handle(self, call: Call) -> Answer:
        try:
            return handle(self.simulator.world, call)
        except Exception:
            # Never hidden: a 500 is a defect of the simulator, and its tests look at this count.
            self.simulator.log.errors += 1
            logger.exception("vergesim failed on %s %s", call.method, call.path)
            return Answer(500, {"err": "Internal error of the simulator"})

    async def _before(self, fault: Fault, call: Call) -> Answer:
        if fault.kind == "drop":
            raise Dropped
        if fault.kind == "stall":
            await asyncio.sleep(fault.seconds)
            if fault.then == "drop":
                raise Dropped
            self.simulator.settle()
            return self._handle(call)
        if fault.kind == "truncate":
            return self._handle(call)
        return _answer_of(fault)

    async def _after(self, fault: Fault, answer: Answer) -> Answer:
        if fault.kind == "drop":
            raise Dropped
        if fault.kind == "stall":
            await asyncio.sleep(fault.seconds)
            if fault.then == "drop":
                raise Dropped
            return answer
        return answer if fault.kind == "truncate" else _answer_of(fault)

    async def _send(self, answer: Answer, scope: Scope, send: Send, fault: Fault | None) -> None:
        html = fault is not None and fault.kind == "html"
        empty = answer.payload is None or answer.status in (204, 304)
        body = HTML if html else b"" if empty else orjson.dumps(answer.payload)
        headers = [
            (b"date", formatdate(self.simulator.world.timeline.clock.now(), usegmt=True).encode()),
            (b"content-type", b"text/html" if html else b"application/json"),
        ]
        if answer.status != 204:
            headers.append((b"content-length", str(len(body)).encode()))
        if answer.status == 429:
            seconds = fault.seconds if fault is not None else self.limits.wait
            headers.append((b"retry-after", str(max(1, round(seconds))).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        if fault is not None and fault.kind == "truncate" and len(body) > 1:
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await asyncio.sleep(0.05)  # What was written must leave before the connection is cut.
            raise Dropped
        await send({"type": "http.response.body", "body": body})


def _answer_of(fault: Fault) -> Answer:
    sentences = {"rate_limit": "Too many requests", "expired_key": "Login failed", "html": ""}
    return Answer(fault.status, {"err": sentences.get(fault.kind, f"Injected status {fault.status}")})


async def _cut(scope: Scope, receive: Receive) -> None:
    transport = scope.get("extensions", {}).get("vergesim", {}).get("transport")
    if transport is not None:
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass  # Uvicorn complains about an unanswered request unless it has seen the connection go.


async def _read(scope: Scope, receive: Receive) -> Call:
    chunks: list[bytes] = []
    size = 0
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY + 1:
            chunks.append(chunk)
        elif not chunks or len(chunks[-1]) != MAX_BODY + 1:
            chunks = [bytes(MAX_BODY + 1)]
        if not message.get("more_body"):
            break
    query = scope["query_string"].decode("latin-1")
    client = scope.get("client")
    return Call(
        method=scope["method"],
        path=scope["path"],
        params=dict(parse_qsl(query, keep_blank_values=True)) if query else {},
        headers={name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        body=b"".join(chunks),
        client=client[0] if client else "127.0.0.1",
    )
