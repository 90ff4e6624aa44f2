# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The edge to Ansible of the module that finds out what a system does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ._calibration.calibration import Calibration
from ._calibration.tenant import Looking
from ._edge import EDGE
from ._files import check_writable, is_other, path_in, write_file
from ._model.errors import VrgError
from ._module import Work, run
from ._options import check_wait
from ._system.api import Api
from ._system.clock import SystemClock
from ._system.raw import Raw

#: Seconds before each request, so that a real system never has 50 of them in one.
_GAP = 0.03


def calibrate(options: Mapping[str, Any], **rules: Any) -> None:
    """Run the module that looks at each switch, and writes down what it saw."""

    def prepare(module: Any) -> Work:
        params = module.params
        check_wait(params)
        if not 0 <= params["interval"] <= 60:
            raise VrgError("interval is not between 0 and 60 seconds.", hint="Give seconds, such as 2.")
        path = path_in(EDGE.get().folder, params["dest"]) if params["dest"] else None
        if path is not None:
            check_writable(path)

        def work(api: Api) -> dict[str, Any]:
            looking = Looking(SystemClock(), params["interval"], params["wait_timeout"], EDGE.get().progress)
            calibration = Calibration(Raw(api, min(params["interval"], _GAP)), looking, params)
            api.sent.update(reads=0, writes=0)
            calibration.run(may_write=not module.check_mode)
            seen = calibration.sightings
            text = json.dumps({"switches": seen.switches, "unknown": seen.unknown}, indent=2) + "\n"
            is_new = path is not None and is_other(path, text)
            if path is not None and is_new and not module.check_mode:
                write_file(path, text)
            return {
                # Scratch is made and removed: nothing is left of it, but the system's log is longer.
                "changed": is_new or params["level"] == "scratch",
                "switches": seen.switches,
                "unknown": seen.unknown,
                "table": seen.table,
                "requests": dict(api.sent),
                # Not called dest: what has that name gets the file's owner and mode beside it.
                "file": path,
                "warnings": calibration.warnings,
            }

        return work

    run(prepare, options, rules)
