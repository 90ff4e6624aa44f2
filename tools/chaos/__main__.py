"""Chaos: thousands of writes under faults, by several controllers and by one list of tenants, and runs that are killed.

    python -m tools.chaos [--seed 1] [--writes 5000] [--controllers 4] [--faults 10] [--kills all] [--ends 200]
        [--page FILE]

Ends with 1 if anything stood twice, was lost, ended in a traceback or passed a guard, or if it never got quiet.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from . import lists, page
from .kills import kills
from .storm import storm


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="the same seed asks for the same (default %(default)s)")
    parser.add_argument(
        "--writes", type=int, default=5000, help="writes of each storm (default %(default)s); 0 for none"
    )
    parser.add_argument("--controllers", type=int, default=4, help="how many work at once (default %(default)s)")
    parser.add_argument("--faults", type=float, default=10, metavar="PERCENT", help="share of requests (default 10)")
    parser.add_argument("--kills", default="all", help="points at which an onboarding is killed: a number, or all")
    parser.add_argument("--ends", type=int, default=200, help="how often a list is ended early (default %(default)s)")
    parser.add_argument("--page", type=Path, help="where to write the figures as a page")
    asked = parser.parse_args()
    # Ended from outside, it takes its simulators along.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    print(f"chaos: seed {asked.seed}", flush=True)
    started = time.monotonic()
    run = page.Run(asked.seed, asked.controllers, asked.faults)
    if asked.writes:
        run.storm = storm(asked.seed, asked.writes, asked.controllers, asked.faults)
        print(f"storm: {time.monotonic() - started:.0f} s", flush=True)
        run.list = lists.storm(asked.seed, asked.writes, asked.faults)
        print(f"and of a list: {time.monotonic() - started:.0f} s", flush=True)
    wanted = None if asked.kills == "all" else int(asked.kills)
    if wanted != 0:
        run.kills = kills(asked.seed, wanted)
    if asked.ends:
        run.ends = lists.kills(asked.seed, asked.ends)
    print(f"all: {time.monotonic() - started:.0f} s\n", flush=True)
    print(page.figures(run))
    print(page.details(run))
    if asked.page:
        # What `make mutants` has written below stays.
        before = asked.page.read_text() if asked.page.exists() else ""
        _ours, mark, rest = before.partition(page.NEXT_PART)
        asked.page.write_text(page.written(run) + (f"\n{mark}{rest}" if mark else ""))
    return 0 if run.holds else 1


if __name__ == "__main__":
    sys.exit(main())
