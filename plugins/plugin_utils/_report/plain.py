# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of variables as plain ones."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """The same value, its dicts and lists copied.

    Those that newer cores hand to a filter look whether a value is a template each time it is read: of a report of
    thousands of tenants, millions of numbers several times over.
    """
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
