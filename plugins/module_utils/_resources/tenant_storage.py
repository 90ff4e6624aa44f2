# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A tenant's storage on one tier (API page 3.9), and what ``vrg_tenant_storage`` plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from .._api import Api, Query, Row, all_of, equals
from .._errors import VrgError
from .._plan import Plan, nothing, plan_absent, plan_present
from .._references import no_tenant, read_tenant
from .._resource import Access, Column, Resource
from .._units import GIB, INTEGER, KEY, USED_GIB, WHOLE_GIB, gib

TENANT_STORAGE = Resource(
    kind="tenant storage",
    table="tenant_storage",
    columns=(
        # The column tier holds the key of a storage tier, which is not its number (API page 3.4).
        Column("tier", "tier#tier", INTEGER, Access.READ),
        Column("tenant", "tenant#name", access=Access.READ),
        Column("provisioned_gb", "provisioned", WHOLE_GIB),
        Column("used_gb", "used", USED_GIB, Access.READ),
        Column("allocated_gb", "allocated", USED_GIB, Access.READ),
        Column("used_percent", "used_pct", INTEGER, Access.READ),
        Column("tenant_key", "tenant", KEY, Access.HIDDEN),
        Column("used_bytes", "used", INTEGER, Access.HIDDEN),
    ),
)

#: The tiers that tenants may be given; tier 0 holds metadata (API page 3.4).
TENANT_TIERS = [1, 2, 3, 4, 5]


@dataclass(frozen=True)
class StorageState:
    """The tenant, its allocation on the tier, and the system's tiers where an allocation has to be made."""

    tenant: Optional[Row] = None
    row: Optional[Row] = None
    tiers: Optional[tuple[Row, ...]] = None


class TenantStorageTask:
    """``vrg_tenant_storage``: present, absent."""

    name = "tenant_storage"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.tier: int = params["tier"]
        self.absent = params["state"] == "absent"
        self.allow_data_loss: bool = params["allow_data_loss"]
        self.wanted = TENANT_STORAGE.wanted(params)
        provisioned = self.wanted.get("provisioned_gb")
        if provisioned is not None and provisioned < 1:
            raise VrgError(
                f"provisioned_gb {provisioned} is too small: a tenant's storage is at least 1 GiB.",
                hint="Give a whole number of GiB from 1 up, or state=absent.",
            )

    @property
    def subject(self) -> str:
        return f"tier {self.tier} storage of tenant '{self.tenant}'"

    def read(self, api: Api) -> StorageState:
        tenant = read_tenant(api, self.tenant)
        if tenant is None:
            # In check mode the tenant may be one that an earlier task would create; its tier must exist all the same.
            return StorageState(tiers=None if self.absent else self._tiers(api))
        row = self._row(api.read(self._query(tenant["$key"])))
        return StorageState(tenant, row, None if row or self.absent else self._tiers(api))

    def _query(self, tenant: Any) -> Query:
        return TENANT_STORAGE.query(equals("tenant", tenant))

    def _row(self, rows: Sequence[Row]) -> Optional[Row]:
        return next((row for row in rows if int(row["tier"]) == self.tier), None)

    def _tiers(self, api: Api) -> tuple[Row, ...]:
        return tuple(api.read(Query("storage_tiers", "", "$key,tier")))

    def plan(self, state: StorageState, *, verifying: bool = False) -> Plan:
        if self.absent:
            return self._absent(state)
        if not self.allow_data_loss:
            self._check_shrink(state.row)
        tenant = state.tenant["$key"] if state.tenant else 0
        plan = plan_present(
            TENANT_STORAGE,
            self.subject,
            self.wanted,
            state.row,
            find=TENANT_STORAGE.query(all_of(equals("tenant", tenant), equals("tier#tier", self.tier))),
            fixed={"tenant": tenant, "tier": self._tier_key(state)},
            required=("provisioned_gb",),
        )
        shown = {**plan.result, "tier": self.tier, "tenant": state.tenant["name"] if state.tenant else self.tenant}
        return replace(plan, result=shown, blockers=() if state.tenant else (no_tenant(self.tenant),))

    def _tier_key(self, state: StorageState) -> Any:
        if state.tiers is None:
            return None
        for tier in state.tiers:
            if int(tier["tier"]) == self.tier:
                return tier["$key"]
        found = ", ".join(str(number) for number in sorted(int(tier["tier"]) for tier in state.tiers) if number)
        raise VrgError(
            f"This system has no storage tier {self.tier}.", hint=f"Tiers that a tenant can be given here: {found}."
        )

    def _check_shrink(self, row: Optional[Row]) -> None:
        wanted = self.wanted.get("provisioned_gb")
        if row and wanted and wanted * GIB < row["used_bytes"] and wanted * GIB < row["provisioned_gb"]:
            raise VrgError(
                f"The {self.subject} holds more than {wanted} GiB of data ({gib(row['used_bytes'])}), and shrinking it "
                "to that loses some.",
                hint="Set allow_data_loss=true if that is meant.",
            )

    def _absent(self, state: StorageState) -> Plan:
        row = state.row
        if row is None or state.tenant is None:
            return nothing()
        if row["used_bytes"] and not self.allow_data_loss:
            raise VrgError(
                f"The {self.subject} holds {gib(row['used_bytes'])} GiB of data, which deleting it destroys.",
                hint="Set allow_data_loss=true if that is meant.",
            )
        return plan_absent(
            TENANT_STORAGE, self.subject, row, identity={"tenant_key": row["tenant_key"], "tier": row["tier"]}
        )

    def read_back(self, api: Api, state: StorageState) -> Optional[StorageState]:
        if self.absent or state.tenant is None:
            return None
        return replace(state, row=self._row(api.read(self._query(state.tenant["$key"]))))
