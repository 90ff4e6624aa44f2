# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant's storage on a tier (docs/platform.md#3.9)."""

from __future__ import annotations

from .._model.resource import Access, Column, Resource
from .._model.units import INTEGER, KEY, PERCENT, USED_GIB, WHOLE_GIB

TENANT_STORAGE = Resource(
    kind="tenant storage",
    table="tenant_storage",
    columns=(
        # The column tier holds the key of a storage tier, which is not its number (docs/platform.md#3.4).
        Column("tier", "tier#tier", INTEGER, Access.READ, says="Number of the tier.", sample=1),
        Column(
            "tier_name", "tier#description", access=Access.READ, says="Description of the tier.", sample="Fast NVMe"
        ),
        Column("tenant", "tenant#name", access=Access.READ, says="Name of the tenant.", sample="acme"),
        Column(
            "provisioned_gb",
            "provisioned",
            WHOLE_GIB,
            limits=(1, None),
            says="Storage that the tenant is given, in GiB.",
            sample=500,
        ),
        Column("used_gb", "used", USED_GIB, Access.READ, says="Storage in use, in GiB.", sample=12.5),
        Column(
            "allocated_gb", "allocated", USED_GIB, Access.READ, says="Storage that is allocated, in GiB.", sample=20.0
        ),
        Column(
            "used_percent",
            "used_pct",
            PERCENT,
            Access.READ,
            says="Share of the given storage that is in use, in percent.",
            sample=3,
        ),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
    ),
)

#: The tiers that tenants may be given; tier 0 holds metadata (docs/platform.md#3.4).
TENANT_TIERS = [1, 2, 3, 4, 5]
