# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Points in time as people and YAML write them."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from ...module_utils._model.units import is_blank


def moment(given: Any) -> datetime | None:
    """A point in time, from ISO 8601 or seconds since the epoch; what names no time zone is UTC. None for nothing.

    Raises ValueError.
    """
    if is_blank(given):
        return None
    if isinstance(given, datetime):  # YAML makes one of an ISO time without quotes
        return given if given.tzinfo else given.replace(tzinfo=timezone.utc)
    text = str(given).strip()
    try:
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return datetime.fromtimestamp(float(text), timezone.utc)
        return moment(datetime.fromisoformat(re.sub(r"[Zz]$", "+00:00", text)))
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"'{given}' is neither an ISO 8601 time nor seconds since the epoch") from None


def iso(time: datetime | None) -> str:
    return time.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ") if time else ""
