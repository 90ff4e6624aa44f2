# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The collection's version, as the user agent tells it. A test holds it against galaxy.yml."""

from __future__ import annotations

VERSION = "1.1.0-dev"
