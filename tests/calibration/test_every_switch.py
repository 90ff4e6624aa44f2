"""Calibration against the simulator with each switch turned to each of its other sides.

Long: ``make calibration`` runs it. tests/integration/test_calibration.py takes a sample.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from calibrated import FLIPS, check_flip  # noqa: E402


@pytest.mark.parametrize(("name", "value"), FLIPS, ids=str)
def test_a_switch_that_is_turned_is_seen(name: str, value: str, tmp_path: Path) -> None:
    check_flip(name, value, tmp_path)
