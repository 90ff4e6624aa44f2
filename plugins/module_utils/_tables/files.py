# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files of the host (docs/platform.md#3.18)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource

FILE = Resource(
    kind="file",
    table="files",
    columns=(Column("name", access=Access.READ, says="Name of the file.", sample="verge-os-26.1.8.iso"),),
)
