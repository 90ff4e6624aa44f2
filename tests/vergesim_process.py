"""A vergesim of one's own: started on a free port, asked through its control, and stopped again.

Used by the tests and by tools; the real command is run, as a user would.
"""

from __future__ import annotations

import json
import os
import ssl
import subprocess
import sys
import sysconfig
import tempfile
import urllib.request
from pathlib import Path
from typing import Any

#: The collection as this checkout is linked, and not one that is installed for the user; no words about localhost.
ANSIBLE = {
    "ANSIBLE_COLLECTIONS_PATH": os.environ.get("ANSIBLE_COLLECTIONS_PATH") or sysconfig.get_path("purelib"),
    "ANSIBLE_LOCALHOST_WARNING": "false",
    "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
}


class Vergesim:
    """A running simulator as a context manager; ``ready`` is its ready line.

    ``release`` is one of the releases that it knows, ``switches`` a file such as a calibration writes.
    """

    def __init__(
        self,
        fixture: str = "lab",
        step: float = 0.1,
        *options: str,
        release: str | None = None,
        switches: Path | None = None,
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="vergesim-")
        command = [str(Path(sys.executable).with_name("vergesim")), "--listen", "127.0.0.1:0"]
        command += ["--fixture", fixture, "--step", str(step), "--cert-dir", self._folder.name]
        command += ["--release", release] if release else []
        command += ["--switches", str(switches)] if switches else []
        command += options
        self._log = open(Path(self._folder.name, "log"), "w+")  # noqa: SIM115 - closed by stop()
        # Tests measure the coverage of the collection; the simulator would only get slower.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self._log, text=True, env=environment)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self._log.seek(0)
            told = self._log.read()
            self.stop()
            raise RuntimeError(f"vergesim did not start: {told}")
        self.ready: dict[str, str] = json.loads(line)
        self._tls = ssl.create_default_context(cafile=self.ready["ca_path"])

    def __enter__(self) -> Vergesim:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the simulator and remove its files."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._log.close()
        self._folder.cleanup()

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the simulator's own control (``/sim/...``), with its JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.ready["url"] + path, data, {"Content-Type": "application/json"}, method=method
        )
        with urllib.request.urlopen(request, context=self._tls) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def requests(self) -> dict[str, int]:
        """Requests since the last ``forget``, by method and table."""
        counts: dict[str, int] = self.control("GET", "/sim/requests")["counts"]
        return counts

    def writes(self) -> int:
        """How many POST, PUT and DELETE there were since the last ``forget``."""
        return sum(count for name, count in self.requests().items() if not name.startswith("GET "))

    def forget(self) -> None:
        """Empty the request log."""
        self.control("DELETE", "/sim/requests")

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table's raw rows."""
        rows: list[dict[str, Any]] = self.control("GET", f"/sim/tables/{table}")
        return rows

    def collection_environment(self) -> dict[str, str]:
        """The environment in which the modules reach the simulator."""
        return {**os.environ, **ANSIBLE, **self.connection()}

    def connection(self) -> dict[str, str]:
        """The variables from which the modules take their connection."""
        return {
            "VERGEOS_HOST": self.ready["host"],
            "VERGEOS_USERNAME": self.ready["username"],
            "VERGEOS_PASSWORD": self.ready["password"],
            "VERGEOS_CA_PATH": self.ready["ca_path"],
        }

    def vrg_environment(self) -> dict[str, str]:
        """The environment in which the vrg command reaches the simulator."""
        return {
            **os.environ,
            "VERGE_HOST": self.ready["host"],
            "VERGE_USERNAME": self.ready["username"],
            "VERGE_PASSWORD": self.ready["password"],
            # The SDK knows no CA path; requests does.
            "REQUESTS_CA_BUNDLE": self.ready["ca_path"],
        }


def switches() -> list[dict[str, Any]]:
    """Every switch as ``vergesim --list-switches --json`` tells it: name, default, alternatives, tables."""
    command = [str(Path(sys.executable).with_name("vergesim")), "--list-switches", "--json"]
    found: list[dict[str, Any]] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found
