"""The engine's calibration against a simulator: in this process, or as one of its own that can be killed.

Each request takes a second of the simulator's time, and a transition three, so that nothing depends on how fast the
machine is, and whatever lasts longer than one request is seen.
"""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

from plugins.module_utils._calibration.calibration import PROBES, Calibration  # noqa: E402
from plugins.module_utils._calibration.tenant import Looking  # noqa: E402
from plugins.module_utils._options import settings  # noqa: E402
from plugins.module_utils._system.clock import SystemClock  # noqa: E402
from plugins.module_utils._system.raw import Raw  # noqa: E402
from plugins.module_utils._system.session import connect  # noqa: E402
from vergesim_process import Vergesim  # noqa: E402

SYSTEM, INTERNAL, STEP = "conundrum-lab", 4, 3.0
READ = {"level": "read"}
SCRATCH = {"level": "scratch", "confirm": SYSTEM, "cluster": SYSTEM, "tier": 1, "network": "Internal"}

#: Values of each switch, the default first; and those that calibration can tell from others.
VALUES: dict[str, tuple[str, ...]] = {probe.switch: probe.values for _level, probe in PROBES}
VISIBLE = {
    name: {value for _level, probe in PROBES if probe.switch == name for value in probe.visible} for name in VALUES
}
FLIPS = [(name, value) for name, values in sorted(VALUES.items()) for value in values[1:]]


def simulator(*switches: str, file: Path | None = None) -> Vergesim:
    """A system that is in use. The network that scratch may use has a gateway, which none of the fixture's has."""
    flips = [option for each in switches for option in ("--set", each)]
    sim = Vergesim("lived", STEP, "--clock", "requests", *flips, switches=file)
    sim.control("PUT", f"/sim/tables/vnets/{INTERNAL}", {"gateway": "10.99.99.254"})
    return sim


def calibrated(environment: dict[str, str], params: dict[str, Any]) -> Calibration:
    """One whole run."""
    with connect(settings({"retries": 0}, environment)) as api:
        calibration = Calibration(Raw(api), Looking(SystemClock(), 0.0, 120.0), params)
        calibration.run(may_write=True)
    return calibration


def written(calibration: Calibration) -> dict[str, Any]:
    """What the file holds."""
    return {"switches": calibration.sightings.switches, "unknown": calibration.sightings.unknown}


def flipped(calibration: Calibration) -> dict[str, str]:
    """The switches that were seen on another side than the default."""
    return {name: value for name, value in calibration.sightings.switches.items() if value != VALUES[name][0]}


def check_flip(name: str, value: str, folder: Path) -> None:
    """A switch that is turned is seen, and no other; what is written makes a simulator that looks the same."""
    with simulator(f"{name}={value}") as sim:
        first = calibrated(sim.connection(), SCRATCH)
        assert sim.control("GET", "/sim/requests")["errors"] == 0
    assert flipped(first) == ({name: value} if value in VISIBLE[name] else {})
    assert name in (first.sightings.switches if value in VISIBLE[name] else first.sightings.unknown)
    # Rules that are never applied cannot be taken back.
    assert (first.warnings == []) is ((name, value) != ("need_fw_apply", "stuck")), first.warnings
    file = folder / "switches.json"
    file.write_text(json.dumps(written(first)))
    # What nobody can tell from its neighbours is not in the file.
    if value in VISIBLE[name]:
        with simulator(file=file) as sim:
            assert written(calibrated(sim.connection(), SCRATCH)) == written(first)


def sample(number: int, seed: int) -> list[tuple[str, str]]:
    """Some of the flips; the same for the same seed."""
    return sorted(random.Random(seed).sample(FLIPS, number))


if __name__ == "__main__":
    print(json.dumps(written(calibrated(dict(os.environ), SCRATCH))))
