"""Commands of the guides, pasted into a shell as they stand."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from test_lint import SETTINGS

from support import BIN, environment

GUIDES = Path(__file__).resolve().parents[2] / "docs/docsite/rst"


def commands(guide: str, section: str) -> list[str]:
    """What follows ``$`` in a section of a guide."""
    text = (GUIDES / f"{guide}.rst").read_text()
    found = re.search(rf"^{section}\n-+\n(.*?)(?=^[^\n]+\n---|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"{guide} has no section {section}"
    return re.findall(r"^ +\$ (.*)$", found[1], re.MULTILINE)


def test_the_simulator_starts_as_its_guide_says(tmp_path: Path) -> None:
    """On a port that is free, and without installing it again."""
    told = [line for line in commands("simulator", "Start it") if not line.startswith("pip ")]
    assert any(line.startswith("vergesim ") for line in told)
    script = "\n".join(["set -eu", "trap 'kill $!' EXIT", *told]).replace("127.0.0.1:8443", "127.0.0.1:0")
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**environment(), "PATH": f"{BIN}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"conundrum-lab"' in done.stdout


def test_the_guide_turns_on_what_the_lint_is_tested_with() -> None:
    text = (GUIDES / "getting_started.rst").read_text()
    assert "   enable_list:\n     - args\n" in text and f"   profile: {SETTINGS['profile']}\n" in text
    assert "   strict: true\n" in text
