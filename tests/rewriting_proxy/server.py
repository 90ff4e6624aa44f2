"""The proxy itself: glue between the standard library's server and urllib3."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3

from vergesim_process import Vergesim

from .acts import Act, Answer, Dropped, Request, pass_through

_PREFIX = "/api/v4/"
#: Headers that belong to one connection, and not to what goes over it.
_OF_A_CONNECTION = ("accept-encoding", "connection", "content-length", "host", "keep-alive", "transfer-encoding")


@dataclass
class Rule:
    """What happens to which exchanges: from the ``nth`` match on, ``times`` times; 0 is without end.

    ``matching`` narrows a method and a table down further.
    """

    act: Act
    method: str = "*"
    table: str = "*"
    nth: int = 1
    times: int = 1
    matching: Callable[[Request], bool] = lambda request: True
    matched: int = 0
    fired: int = 0

    def strikes(self, request: Request) -> bool:
        if self.method not in ("*", request.method) or self.table not in ("*", request.table):
            return False
        if not self.matching(request):
            return False
        self.matched += 1
        if self.matched < self.nth or (self.times and self.fired >= self.times):
            return False
        self.fired += 1
        return True


@dataclass(frozen=True)
class Exchange:
    """An entry of the log; ``answer`` is what the client was sent, None where the connection was dropped.

    ``passed_on`` says whether the platform saw the request, ``disturbed`` whether a rule has struck.
    """

    request: Request
    answer: Answer | None
    passed_on: bool
    disturbed: bool

    def __str__(self) -> str:
        status = self.answer.status if self.answer else "dropped"
        return f"{self.request.method} {self.request.path}: {status}"


class RewritingProxy:
    """A running proxy as a context manager. Its ``ready`` line is the simulator's, with its own address."""

    def __init__(self, sim: Vergesim) -> None:
        self.sim = sim
        self.log: list[Exchange] = []
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        folder = Path(sim.ready["ca_path"]).parent
        self._upstream = urllib3.PoolManager(ca_certs=sim.ready["ca_path"], maxsize=8)
        self._server = _Server(self, folder / "server.pem", folder / "server.key")
        address = f"127.0.0.1:{self._server.server_address[1]}"
        self.ready = {**sim.ready, "host": address, "url": f"https://{address}"}
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> RewritingProxy:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._upstream.clear()

    def rule(self, act: Act, method: str = "*", table: str = "*", **how: Any) -> Rule:
        """Put a rule in force; of several, the first that strikes acts."""
        rule = Rule(act, method, table, **how)
        with self._lock:
            self._rules.append(rule)
        return rule

    def forget(self) -> None:
        """Lift all rules and empty the log."""
        with self._lock:
            self._rules, self.log = [], []

    def sent(self, *methods: str) -> list[str]:
        """What clients sent since ``forget``, as ``"PUT tenants/1"``, but for the connection probe."""
        asked = [exchange.request for exchange in self.log]
        shown = [(one.method, one.path) for one in asked if one.path != "system"]
        return [f"{method} {path}" for method, path in shown if not methods or method in methods]

    def handle(self, request: Request) -> Answer:
        """The answer to a request by the rules in force."""
        with self._lock:
            rule = next((one for one in self._rules if one.strikes(request)), None)
        passed: list[Answer] = []

        def pass_on() -> Answer:
            passed.append(self._ask(request))
            return passed[-1]

        answer = None
        try:
            answer = (rule.act if rule else pass_through)(request, pass_on)
            return answer
        finally:
            with self._lock:
                self.log.append(Exchange(request, answer, bool(passed), rule is not None))

    def _ask(self, request: Request) -> Answer:
        url = f"{self.sim.ready['url']}{_PREFIX}{request.path}{'?' if request.query else ''}{request.query}"
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OF_A_CONNECTION}
        try:
            found = self._upstream.request(
                request.method, url, body=request.body or None, headers=headers, retries=False, redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise Dropped from error
        kept = {name: value for name, value in found.headers.items() if name.lower() not in _OF_A_CONNECTION}
        return Answer(found.status, found.data, kept)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A thread may sit in a held answer, or wait for a client's next request.
    block_on_close = False

    def __init__(self, proxy: RewritingProxy, certificate: Path, key: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate, key)

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        # Each connection's thread shakes hands with its client; this one only accepts.
        return self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away in the middle are what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _exchange(self) -> None:
        path, _question, query = self.path.removeprefix(_PREFIX).partition("?")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, path, query, dict(self.headers.items()), body)
        try:
            answer = self.server.proxy.handle(request)
        except Dropped:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in {"Date": self.date_time_string(), **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) - answer.withheld])
        self.close_connection = self.close_connection or bool(answer.withheld)

    do_GET = do_POST = do_PUT = do_DELETE = _exchange

    def log_message(self, format: str, *args: Any) -> None:
        """The proxy keeps a log of its own."""
