"""The real vrg command.

Its start-up takes most of a second: the imports, and building the commands. So most tests run it in a fork of a
process in which both are done (this file as a script): the same commands, in a process, an environment and with
streams of their own.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def said(self) -> str:
        """All it said, without line breaks."""
        return " ".join((self.stdout + self.stderr).split())

    @property
    def json(self) -> Any:
        """What stands between the lines for people, which vrg writes to stdout even with ``-o json``."""
        lines = self.stdout.splitlines()
        start = next(number for number, line in enumerate(lines) if line[:1] in ("{", "["))
        return json.JSONDecoder().raw_decode("\n".join(lines[start:]))[0]


class Launcher:
    """The process that forks, as a context manager."""

    def __enter__(self) -> Launcher:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *exc: object) -> None:
        self._process.communicate()

    def launch(self, words: list[str], environment: dict[str, str]) -> Ran:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([words, environment]) + "\n")
        self._process.stdin.flush()
        return Ran(*json.loads(self._process.stdout.readline()))


class Vrg:
    """``vrg -o json ...`` in an environment."""

    def __init__(self, launcher: Launcher, environment: dict[str, str]) -> None:
        self._launcher = launcher
        self.environment = environment

    def installed(self, *words: str) -> Ran:
        """The installed command itself."""
        command = [str(Path(sys.executable).with_name("vrg")), "-o", "json", *words]
        done = subprocess.run(
            command,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def run(self, *words: str) -> Ran:
        """The command, without its start-up."""
        return self._launcher.launch(["-o", "json", *words], self.environment)

    def __call__(self, *words: str) -> Any:
        """The JSON of a command that succeeds, or ``None`` if it writes none."""
        ran = self.run(*words)
        assert ran.code == 0, ran.said
        return ran.json if any(line[:1] in ("{", "[") for line in ran.stdout.splitlines()) else None

    def fails(self, code: int, *words: str) -> str:
        """What a command says that ends with this exit code."""
        ran = self.run(*words)
        assert ran.code == code, ran.said
        return ran.said


def serve() -> None:
    """For each line of a command's words and environment, run it and write how it ended."""
    import verge_cli.config
    from typer.main import get_command
    from verge_cli.cli import app

    command = get_command(app)
    for line in sys.stdin:
        words, environment = json.loads(line)
        with tempfile.TemporaryFile("w+") as stdout, tempfile.TemporaryFile("w+") as stderr:
            child = os.fork()
            if child == 0:
                verge_cli.config.CONFIG_FILE = Path(environment["HOME"], ".vrg", "config.toml")
                become(partial(command, words, "vrg"), environment, stdout.fileno(), stderr.fileno())
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            stdout.seek(0)
            stderr.seek(0)
            print(json.dumps([code, stdout.read(), stderr.read()]), flush=True)


def become(command: Any, environment: dict[str, str], stdout: int, stderr: int) -> None:
    """Be that command, and end with it."""
    code = 1
    signal.alarm(60)
    os.environ.clear()
    os.environ.update(environment)
    for number, stream in enumerate((os.open(os.devnull, os.O_RDONLY), stdout, stderr)):
        os.dup2(stream, number)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    try:
        command()
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else int(done.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
