"""What the tests drive a simulator with: in process by calls, or a real one over HTTPS."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import requests

from vergesim.http.api import Call, handle
from vergesim.releases import DEFAULT
from vergesim.schema import Row
from vergesim.simulator import Options, Simulator

STEP = 10.0


def basic(name: str, password: str) -> str:
    """An Authorization header."""
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


class Driver:
    """A simulator in this process on a clock that stands; one step is ten seconds."""

    def __init__(
        self, fixture: str = "lab", step: float = STEP, release: str = DEFAULT, **switches: str
    ) -> None:
        options = Options(fixture=fixture, release=release, step=step, clock="manual", switches=switches)
        self.simulator = Simulator(options)
        self.world = self.simulator.world
        credentials = self.world.credentials
        self.headers = {"authorization": basic(credentials.username, credentials.password)}

    def as_viewer(self) -> Driver:
        """From now on as the restricted user."""
        self.headers = {"authorization": basic("viewer", self.world.credentials.viewer_password)}
        return self

    def call(self, method: str, path: str, body: Any = None, **params: str) -> tuple[int, Any]:
        """One API call: status and payload."""
        self.simulator.settle()
        raw = b"" if body is None else json.dumps(body).encode()
        answer = handle(self.world, Call(method, f"/api/v4/{path}", params, self.headers, raw))
        assert answer.status != 500
        orjson.dumps(answer.payload)
        return answer.status, answer.payload

    def get(self, path: str, **params: str) -> Any:
        """The payload of a read that works."""
        status, payload = self.call("GET", path, **params)
        assert status == 200, payload
        return payload

    def make(self, table: str, /, **columns: Any) -> int:
        """The key of a new row."""
        status, payload = self.call("POST", table, columns)
        assert status == 201, payload
        return int(payload["$key"]) if payload["$key"].isdecimal() else payload["$key"]

    def change(self, path: str, **columns: Any) -> None:
        """A PUT that works."""
        assert self.call("PUT", path, columns) == (200, {})

    def refused(self, method: str, path: str, body: Any = None, **params: str) -> tuple[int, str]:
        """Status and sentence of a call that is refused."""
        status, payload = self.call(method, path, body, **params)
        assert 400 <= status < 500, payload
        return status, payload["err"]

    def act(self, tenant: int, action: str, **params: Any) -> None:
        """A tenant action that is accepted."""
        self.make("tenant_actions", tenant=tenant, action=action, **({"params": params} if params else {}))

    def wait(self, steps: float) -> None:
        """Let time pass."""
        self.world.timeline.clock.advance(steps * self.world.timeline.step)
        self.simulator.settle()

    def set(self, **switches: str) -> None:
        """Flip switches."""
        for name, value in switches.items():
            self.world.switches.set(name, value)

    def tenant(self, name: str = "acme", nodes: int = 1, ram: int = 4096, **columns: Any) -> int:
        """A stopped tenant with nodes."""
        key = self.make("tenants", name=name, **columns)
        for _ in range(nodes):
            self.make("tenant_nodes", tenant=key, cpu_cores=2, ram=ram)
        return key

    def running(self, name: str = "acme", nodes: int = 1, ram: int = 4096) -> int:
        """A tenant that is online."""
        key = self.tenant(name, nodes, ram)
        self.act(key, "poweron")
        self.wait(3)
        assert self.status(key) == "online"
        return key

    def status(self, tenant: int) -> str:
        """The tenant's status."""
        return str(self.get(f"tenants/{tenant}", fields="status#status as s")["s"])

    def flags(self, tenant: int) -> tuple[Any, ...]:
        """(running, starting, stopping, status, state), as docs/platform.md#4.2 lists them."""
        row = self.get("tenant_status", filter=f"tenant eq {tenant}", fields="all")[0]
        return tuple(row[name] for name in ("running", "starting", "stopping", "status", "state"))

    def network(self, tenant: int) -> str:
        """The status of the tenant's own network."""
        return str(self.get(f"tenants/{tenant}", fields="vnet#machine#status#status as s")["s"])

    def nodes(self, tenant: int) -> list[tuple[str, str | None]]:
        """Machine status and host of each of the tenant's nodes."""
        fields = "machine#status#status as s,machine#status#node#$display as h"
        rows: list[Row] = self.get("tenant_nodes", filter=f"tenant eq {tenant}", fields=fields, sort="nodeid")
        return [(row["s"], row["h"]) for row in rows]

    def messages(self, level: str = "error") -> list[str]:
        """The texts of the system log."""
        return [row["text"] for row in self.get("logs", filter=f"level eq '{level}'", fields="text")]


class Server:
    """A real simulator over HTTPS."""

    def __init__(self, ready: dict[str, str], process: subprocess.Popen[str]) -> None:
        self.ready = ready
        self.process = process
        self.session = self.new_session()
        self.session.auth = (ready["username"], ready["password"])

    def new_session(self) -> requests.Session:
        """A client that trusts the simulator's CA and nothing of the environment."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ready["ca_path"]
        return session

    def api(self, method: str, path: str, **more: Any) -> requests.Response:
        """One API request."""
        return self.session.request(method, f"{self.ready['url']}/api/v4/{path}", timeout=10, **more)

    def sim(self, method: str, path: str, **more: Any) -> requests.Response:
        """One request to the control endpoints, without login."""
        return self.new_session().request(method, f"{self.ready['url']}/sim/{path}", timeout=10, **more)


@contextmanager
def serve(*options: str, folder: Path) -> Iterator[Server]:
    """A server process on a free port, ended when the block is left."""
    command = [
        sys.executable,
        "-m",
        "vergesim",
        "--listen",
        "127.0.0.1:0",
        "--cert-dir",
        str(folder),
        *options,
    ]
    errors = folder / "stderr"
    with errors.open("w") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, errors.read_text()
        yield Server(json.loads(line), process)
    finally:
        process.terminate()
        process.communicate(timeout=10)
