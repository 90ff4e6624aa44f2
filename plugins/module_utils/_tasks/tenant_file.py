# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``vrg_tenant_file`` plans: giving a file of the host to a tenant (docs/platform.md#3.18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._model.plan import Plan, Step
from .._model.query import Reader, Write
from .._model.selectors import candidates, reference
from .._tables.files import FILE
from .._tables.tenants import no_tenant, read_tenant


class TenantFileTask:
    """``vrg_tenant_file``: always an action, because the host cannot see what a tenant already has."""

    name = "file"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.file: str = params["file"]

    def plan(self, reader: Reader) -> Plan:
        tenant = read_tenant(reader, self.tenant)
        hint = "Upload it to the host first, or use the name of one of its files."
        file = reference(reader, FILE, candidates(reader, FILE, [self.file]), self.file, hint)
        name = str(tenant["name"]) if tenant else self.tenant
        body = {"tenant": tenant["$key"] if tenant else None, "action": "give_file", "params": {"file": file.key}}
        # Given a second time, it is there once.
        step = Step(
            f"give file '{file.name}' to tenant '{name}'", Write("POST", "tenant_actions", body=body), verb=True
        )
        plan = Plan({"key": file.key, "name": file.name, "tenant": name}, (step,))
        return plan.refused(None if tenant else no_tenant(reader, self.tenant))
