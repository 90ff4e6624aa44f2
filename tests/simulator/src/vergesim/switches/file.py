"""Switches from a file, as a calibration of a real system writes: `{"switches": {…}, "unknown": […]}`."""

from __future__ import annotations

from pathlib import Path

import orjson

from vergesim.refusal import Refusal, invalid
from vergesim.switches import Switches
from vergesim.switches.catalog import SWITCHES


def read_switches(path: Path) -> dict[str, str]:
    """The settings of a file. What it calls unknown keeps its default, and must be a switch as well."""
    try:
        content = orjson.loads(path.read_bytes())
    except OSError as error:
        raise invalid(f"--switches cannot read '{path}': {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        raise invalid(f"--switches takes JSON, and '{path}' is none: {error}") from None
    try:
        return _settings(content)
    except Refusal as refusal:
        raise invalid(f"--switches '{path}': {refusal.sentence}") from None


def _settings(content: object) -> dict[str, str]:
    known = content if isinstance(content, dict) else {}
    switches, unknown = known.get("switches", {}), known.get("unknown", [])
    if known is not content or set(known) - {"switches", "unknown"}:
        raise invalid('the file is an object with "switches" and "unknown"')
    if not isinstance(switches, dict) or not isinstance(unknown, list):
        raise invalid('"switches" is an object and "unknown" a list of names')
    for name in unknown:
        if not isinstance(name, str) or name not in SWITCHES:
            raise invalid(f"\"unknown\" names no switch '{name}'")
    if both := sorted(set(unknown) & set(switches)):
        raise invalid(f"{', '.join(both)} cannot be set and unknown")
    Switches(switches)
    return switches
