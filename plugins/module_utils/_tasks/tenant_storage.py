# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_storage`` plans: a tenant's storage on one tier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Optional

from .._checks.sizes import DATA_LOSS, loses_data, subject_of
from .._model.conditions import Row
from .._model.desired import by_key, plan_absent, plan_present, under
from .._model.facts import every
from .._model.plan import Guard, Plan
from .._model.query import Query, Reader
from .._tables.tenant_storage import TENANT_STORAGE
from .._tables.tenants import no_tenant, read_tenant
from .._tables.tiers import STORAGE_TIER, no_tier


class TenantStorageTask:
    """``vrg_tenant_storage``: present, absent."""

    name = "tenant_storage"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.tier: int = params["tier"]
        self.absent = params["state"] == "absent"
        self.allow_data_loss: bool = params["allow_data_loss"]
        self.wanted = TENANT_STORAGE.wanted(params)

    @property
    def subject(self) -> str:
        return subject_of(self.tier, self.tenant)

    def plan(self, reader: Reader) -> Plan:
        tenant = read_tenant(reader, self.tenant)
        row = self._row(reader, tenant["$key"]) if tenant else None
        if self.absent:
            return self._absent(row)
        # In check mode the tenant may be one that an earlier task would create; its tier must exist all the same.
        tier = None if row else self._tier_key(reader)
        key = tenant["$key"] if tenant else 0
        plan = plan_present(
            TENANT_STORAGE,
            self.subject,
            self.wanted,
            row,
            find=Query(TENANT_STORAGE, TENANT_STORAGE["tenant_key"].eq(key) & TENANT_STORAGE["tier"].eq(self.tier)),
            fixed={"tenant": key, "tier": tier},
            required=("provisioned_gb",),
            guards=loses_data(self.subject, row, self.wanted) if row and not self.allow_data_loss else (),
        )
        plan.result["tier"] = self.tier
        return under(plan, "tenant", self.tenant, tenant, None if tenant else no_tenant(reader, self.tenant))

    def _row(self, reader: Reader, tenant: Any) -> Optional[Row]:
        rows = reader.read(Query(TENANT_STORAGE, TENANT_STORAGE["tenant_key"].eq(tenant)))
        return next((row for row in rows if int(row["tier"]) == self.tier), None)

    def _tier_key(self, reader: Reader) -> Any:
        tiers = reader.read(Query(STORAGE_TIER.only("tier")))
        for tier in tiers:
            if int(tier["tier"]) == self.tier:
                return tier["$key"]
        raise no_tier(tiers, self.tier)

    def _absent(self, row: Optional[Row]) -> Plan:
        if row is None:
            return plan_absent(TENANT_STORAGE, "", None, identity=())
        guard = Guard(
            every(by_key(TENANT_STORAGE, row), TENANT_STORAGE["used_gb"].eq(0)),
            f"The {self.subject} holds {{}} GiB of data, which deleting it destroys.",
            DATA_LOSS,
            shows="used_gb",
        )
        return plan_absent(
            TENANT_STORAGE,
            self.subject,
            row,
            identity=("tenant_key", "tier"),
            guards=() if self.allow_data_loss else (guard,),
        )
