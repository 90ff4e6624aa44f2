# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shapes of an estate report's page: shares as widths of bars, series as points of lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Optional

from .words import day, percent, size

View = dict[str, Any]

#: The share of a capacity from which on its use is shown as high, and as critical: 30 % free is what the platform's
#: documentation asks for before a tier is scaled up, 90 % used is where it refuses incoming copies.
HIGH, CRITICAL = 70.0, 90.0
#: The box that lines are drawn in; the page stretches it.
WIDTH, HEIGHT = 240, 48


def gauge(share: Optional[float], kind: str) -> View:
    """A share of a capacity as widths in percent: what lies within it, and what beyond.

    ``kind`` is what it shows: ``given``, ``used``, or ``filled``, which is graded.
    """
    value = share or 0.0
    scale = max(value, 100.0)
    within = min(value, 100.0)
    return {
        "text": percent(share),
        "within": round(100 * within / scale, 2),
        "beyond": round(100 * (value - within) / scale, 2),
        "level": _level(value) if kind == "filled" else kind,
    }


def _level(share: float) -> str:
    return "critical" if share >= CRITICAL else "high" if share >= HIGH else "used"


def points(values: Sequence[float], top: float) -> str:
    """A series as the points of a polyline in the box, from zero at the bottom to ``top``."""
    step = WIDTH / max(len(values) - 1, 1)
    drawn = [f"{index * step:.1f},{HEIGHT - HEIGHT * value / (top or 1):.1f}" for index, value in enumerate(values)]
    # A single point is a level line: a polyline of one point is not drawn.
    return " ".join(drawn if len(drawn) > 1 else [*drawn, f"{WIDTH},{drawn[0].partition(',')[2]}"])


def chart(
    title: str, days: Sequence[str], used: Sequence[float], given: Sequence[float], words: tuple[str, str]
) -> View:
    """Two lines over the same days: what is used, and what of it was given; ``words`` name the two."""
    top = max([*used, *given]) or 1.0
    course = f"{words[0]} {size(used[0])} at first and {size(used[-1])} at last"
    line = points(used, top)
    return {
        "title": title,
        "summary": f"{title}, {day(days[0])} to {day(days[-1])}: {course}, {words[1]} {size(given[-1])}.",
        "used": line,
        "area": f"0,{HEIGHT} {line} {WIDTH},{HEIGHT}",
        "given": points(given, top),
        "words": words,
        "top": size(top),
        "first": day(days[0]),
        "last": day(days[-1]),
        "now": size(used[-1]),
        "given_now": size(given[-1]),
    }
