# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Giving a file of the host to a tenant (API page 3.18)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

from .._api import Api, Query, Row, Write, equals
from .._plan import Plan, Step, nothing
from .._references import no_tenant, read_named, read_tenant, reference
from .._resource import Reference


@dataclass(frozen=True)
class FileState:
    """The tenant and the file."""

    tenant: Optional[Row]
    file: Reference


class TenantFileTask:
    """``vrg_tenant_file``: always an action, because the host cannot see what a tenant already has."""

    name = "file"

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.tenant: str = params["tenant"]
        self.file: str = params["file"]

    def read(self, api: Api) -> FileState:
        tenant = read_tenant(api, self.tenant)
        hint = "Upload it to the host first, or use the name of one of its files."
        return FileState(tenant, reference("file", read_named(api, "files", [self.file]), self.file, hint))

    def plan(self, state: FileState, *, verifying: bool = False) -> Plan:
        # In a dry run an earlier task may be what makes the tenant.
        tenant = state.tenant or {"$key": None, "name": self.tenant, "uuid": ""}
        shown = {"key": state.file.key, "name": state.file.name, "tenant": tenant["name"]}
        body = {"tenant": tenant["$key"], "action": "give_file", "params": {"file": state.file.key}}
        step = Step(
            f"give file '{state.file.name}' to tenant '{tenant['name']}'",
            Write("POST", "tenant_actions", body=body),
            Query("tenants", equals("uuid", str(tenant["uuid"])), "$key"),
            # A file that was given twice is there once.
            lambda rows: False,
            already=(409,),
        )
        blockers = () if state.tenant else (no_tenant(self.tenant),)
        return nothing(shown) if verifying else Plan(result=shown, steps=(step,), blockers=blockers)

    def read_back(self, api: Api, state: FileState) -> Optional[FileState]:
        return None
