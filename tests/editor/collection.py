"""What this checkout holds, and what its ansible-doc says of it: what editors and shells are held against."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "tests"))

from vergesim_process import ANSIBLE  # noqa: E402

BIN = Path(sys.executable).parent
MODULES = sorted(path.stem for path in CHECKOUT.glob("plugins/modules/*.py"))
ROLES = sorted(path.parents[1].name for path in CHECKOUT.glob("roles/*/tasks/main.yml"))
#: A shell's, in which the environment of this interpreter is active.
ENVIRONMENT = {**os.environ, **ANSIBLE, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}


def ansible_doc(*arguments: str) -> str:
    """What ``ansible-doc`` prints."""
    told = subprocess.run(["ansible-doc", *arguments], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


@functools.cache
def documentation() -> dict[str, dict[str, Any]]:
    """DOCUMENTATION of each module, with the options of its fragments."""
    told = json.loads(ansible_doc("-t", "module", "--json", *(f"vergeio.vrg.{module}" for module in MODULES)))
    return {module: told[f"vergeio.vrg.{module}"]["doc"] for module in MODULES}
