"""The real vrg command."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ran:
    """How a command ended; ``said`` is all it said, without line breaks."""

    code: int
    stdout: str
    said: str

    @property
    def json(self) -> Any:
        """What follows the lines for people, which vrg writes to stdout even with ``-o json``."""
        lines = self.stdout.splitlines()
        start = next(number for number, line in enumerate(lines) if line[:1] in ("{", "["))
        return json.loads("\n".join(lines[start:]))


class Vrg:
    """``vrg -o json ...`` in an environment."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def run(self, *words: str) -> Ran:
        command = [str(Path(sys.executable).with_name("vrg")), "-o", "json", *words]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
        )
        return Ran(done.returncode, done.stdout, " ".join((done.stdout + done.stderr).split()))

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
