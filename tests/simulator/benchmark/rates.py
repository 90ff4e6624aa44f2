"""Requests a second: one client, one connection, keep-alive TLS, a simulator on one core.

    python benchmark/rates.py [--seconds 3] [--tenants 4000]

The client speaks HTTP itself over one TLS socket, because an ordinary client library costs more than the
server.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import resource
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from urllib.parse import quote


class Connection:
    """One keep-alive connection that sends a request and reads its answer."""

    def __init__(self, ready: dict[str, str]) -> None:
        host, port = ready["host"].split(":")
        context = ssl.create_default_context(cafile=ready["ca_path"])
        raw = socket.create_connection((host, int(port)))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(raw, server_hostname=host)
        login = base64.b64encode(f"{ready['username']}:{ready['password']}".encode()).decode()
        self._headers = f"Host: {ready['host']}\r\nAuthorization: Basic {login}\r\n"

    def ask(self, method: str, path: str, body: str = "") -> tuple[int, int]:
        """Status and size of an answer."""
        head = f"{method} {path} HTTP/1.1\r\n{self._headers}Content-Length: {len(body)}\r\n\r\n{body}"
        self._socket.sendall(head.encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._socket.recv(65_536)
        top, _, rest = data.partition(b"\r\n\r\n")
        length = int(top.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        size = len(rest)
        while size < length:
            size += len(self._socket.recv(1 << 20))
        return int(top.split(b" ", 2)[1]), length


def start(fixture: str, folder: str, core: int | None) -> tuple[subprocess.Popen[str], dict[str, str], float]:
    """A simulator, its ready line, and the seconds until then."""
    begin = time.monotonic()
    command = [
        sys.executable,
        "-m",
        "vergesim",
        "--listen",
        "127.0.0.1:0",
        "--fixture",
        fixture,
        "--cert-dir",
        folder,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    return process, ready, time.monotonic() - begin


def rate(seconds: float, ask: Callable[[int], tuple[int, int]]) -> tuple[float, int]:
    """How often `ask` can be called in a second, and the size of the last answer."""
    ask(0)
    count, size, begin = 0, 0, time.monotonic()
    while time.monotonic() - begin < seconds:
        count += 1
        status, size = ask(count)
        assert status in (200, 201), status
    return count / (time.monotonic() - begin), size


def memory(pid: int) -> float:
    """Resident memory of a process at its highest, in MB."""
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--tenants", type=int, default=4000)
    given = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as folder:
        process, ready, took = start(f"msp:{given.tenants}", folder, cores[0] if len(cores) > 1 else None)
        if len(cores) > 1:
            os.sched_setaffinity(0, {cores[1]})
        try:
            print(f"msp:{given.tenants} ready in {took:.1f} s, {memory(process.pid):.0f} MB")
            measure(Connection(ready), given)
            print(f"memory at the end {memory(process.pid):.0f} MB")
        finally:
            process.terminate()
            process.wait()
    own = resource.getrusage(resource.RUSAGE_SELF)
    print(f"the client itself used {own.ru_utime + own.ru_stime:.1f} s of processor time")


def measure(connection: Connection, given: argparse.Namespace) -> None:
    """The figures of one simulator."""
    keyed = "/api/v4/tenants/{}?fields=" + quote("$key,name,status#status as status,vnet#name as network")
    where = quote("is_snapshot eq false and status#running eq true")
    listed = f"/api/v4/tenants?filter={where}&fields=" + quote("$key,name,status#status as status")
    named = "/api/v4/tenants?fields=" + quote("$key,name") + "&filter=" + quote("name eq 'tenant-0100'")
    node = '{"tenant": %d, "name": "n%d", "cpu_cores": 2, "ram": 4096}'
    table = {
        "keyed GET": lambda n: connection.ask("GET", keyed.format(1 + n % given.tenants)),
        "GET by name": lambda n: connection.ask("GET", named),
        "filtered list of all tenants": lambda n: connection.ask("GET", listed),
        "create of a tenant node": lambda n: connection.ask(
            "POST", "/api/v4/tenant_nodes", node % (1 + n % given.tenants, n)
        ),
        "create of a tenant": lambda n: connection.ask("POST", "/api/v4/tenants", f'{{"name": "new-{n}"}}'),
    }
    for name, ask in table.items():
        per_second, size = rate(given.seconds, ask)
        print(f"{name:32} {per_second:8.0f} requests/s   {size:9,d} bytes")


if __name__ == "__main__":
    main()
