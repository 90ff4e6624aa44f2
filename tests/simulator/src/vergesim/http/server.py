"""The HTTPS server: uvicorn with a protocol that lets a fault cut the connection."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Generator

import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from vergesim.http.app import make_app
from vergesim.simulator import Simulator


class CuttableProtocol(HttpToolsProtocol):
    """Hands the transport to the application, in `scope["extensions"]`."""

    def on_message_begin(self) -> None:
        """A request begins; uvicorn has just made its scope."""
        super().on_message_begin()
        self.scope["extensions"] = {"vergesim": {"transport": self.transport}}

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP at all is refused with an `err`, too."""
        body = orjson.dumps({"err": msg})
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        )
        self.transport.write(head.encode() + b"connection: close\r\n\r\n" + body)
        self.transport.close()


class Server(uvicorn.Server):
    """Tells when it is ready, and ends quietly on SIGTERM and SIGINT."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then tell."""
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Uvicorn raises a caught signal again when it is done; this ends with 0."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(RuntimeError, ValueError):
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, self._stop)
        yield

    def _stop(self) -> None:
        self.should_exit = True
        self.force_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(2048)
    return listener


def make_server(simulator: Simulator, certificate: str, key: str, ready: Callable[[], None]) -> Server:
    """The server, not started yet."""
    config = uvicorn.Config(
        make_app(simulator),
        http=CuttableProtocol,
        loop="uvloop",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return Server(config, ready)
