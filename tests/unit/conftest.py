"""The engine imported from this checkout, whatever is installed: tests/unit needs no linked collection."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from hypothesis import settings

# This machine's speed says nothing about the code.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
