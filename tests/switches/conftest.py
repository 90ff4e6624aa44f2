"""Writes docs/switches.md after a run of everything: which target held with which switch turned round."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[2] / "docs/switches.md"
_RUN = re.compile(r"test_the_target_holds\[(?P<switch>[a-z0-9_]+)-(?P<value>.+)-(?P<target>vrg_[a-z_]+)\]")

HEAD = """# What holds with which assumption turned round

<!-- Written by `make test-switches`. -->

There is no lab: what is not known about the platform is a switch of the simulator with a default and alternatives
(`vergesim --list-switches`). For each alternative, every integration target that uses a table which the switch touches
has run with it, and either holds or shows the platform's own refusal. A blank means that the target uses none of the
tables.
"""


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: Any) -> None:
    held: dict[tuple[str, str], dict[str, str]] = {}
    for outcome, mark in (("passed", "holds"), ("failed", "FAILS")):
        for report in terminalreporter.stats.get(outcome, []):
            run = _RUN.search(report.nodeid)
            if run:
                held.setdefault((run["switch"], run["value"]), {})[run["target"].removeprefix("vrg_")] = mark
    if config.option.keyword or not held or exitstatus > 1:
        return
    targets = sorted({target for marks in held.values() for target in marks})
    lines = [HEAD, f"| Switch | Turned to | {' | '.join(targets)} |", "|---|---|" + "---|" * len(targets)]
    for (switch, value), marks in sorted(held.items()):
        lines.append(f"| {switch} | {value} | {' | '.join(marks.get(target, '') for target in targets)} |")
    PAGE.write_text("\n".join(lines) + "\n")
