# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tenants (docs/platform.md#3.5) and what their rows say of their power (docs/platform.md#4.2)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Optional

from .._model.conditions import Row, all_of, any_of
from .._model.errors import VrgError
from .._model.plan import Refusal
from .._model.query import Query, Reader
from .._model.resource import Access, Column, Resource
from .._model.selectors import known, named, pick
from .._model.units import FLAG, KEY, NAME, TIME

TENANT = Resource(
    kind="tenant",
    table="tenants",
    columns=(
        Column("name", spec={"required": True}, limits=(1, 120), says="Name of the tenant.", sample="acme"),
        Column("description", limits=(0, 2048), says="Description of the tenant.", sample="Acme Corporation"),
        Column(
            "url",
            limits=(0, 2048),
            says="URL that leads to the tenant's user interface.",
            sample="https://198.51.100.10",
        ),
        Column("note", limits=(0, 1024), says="Note on the tenant.", sample="customer 4711"),
        Column(
            "expose_cloud_snapshots",
            codec=FLAG,
            says="Whether the tenant sees the snapshots of the whole system that hold it.",
            sample=True,
        ),
        Column("allow_branding", codec=FLAG, says="Whether the tenant may brand its own user interface.", sample=False),
        Column(
            "help_url",
            limits=(0, 2048),
            says="Where the tenant's help leads; V(default) is the platform's own, an empty string turns the help off.",
            sample="default",
        ),
        Column(
            "theme_access",
            spec={"choices": ["specified", "host_only", "local_only", "both"]},
            says="Whose themes the tenant may use.",
            sample="host_only",
        ),
        Column(
            "require_password_change",
            "change_password",
            FLAG,
            spec={"no_log": False},
            says="Whether the tenant's administrator has to choose a new password at the next login.",
            sample=False,
        ),
        Column("tenant_password", target="password", access=Access.SECRET, spec={"no_log": True}, limits=(1, 256)),
        Column(
            "ui_address",
            "ui_address#ip",
            reference="ui_address",
            target="ui_address",
            says="External IP that leads to the tenant's user interface; null if there is none.",
            sample="198.51.100.10",
        ),
        Column(
            "isolated", "isolate", FLAG, Access.READ, says="Whether the tenant's networks are cut off.", sample=False
        ),
        Column(
            "uuid",
            access=Access.READ,
            says="Identity of the tenant, which never changes.",
            sample="6f1c6a0e-3b53-4f0c-9a55-0c6f0d6f3c11",
        ),
        Column(
            "status",
            "status#status",
            access=Access.READ,
            says="Status of the tenant, such as V(online), V(offline), V(starting), V(stopping), V(reduced) or "
            "V(nodesoffline).",
            sample="online",
        ),
        Column(
            "state",
            "status#state",
            access=Access.READ,
            says="State of the tenant; V(online), V(offline), V(warning) or V(error).",
            sample="online",
        ),
        Column("running", "status#running", FLAG, Access.READ, says="Whether the tenant is running.", sample=True),
        Column(
            "network", "vnet#name", NAME, Access.READ, says="Name of the tenant's own network.", sample="tenant_acme"
        ),
        Column(
            "created",
            codec=TIME,
            access=Access.READ,
            says="When the tenant was created, as ISO 8601 in UTC.",
            sample="2026-11-02T09:30:00Z",
        ),
        Column("creator", access=Access.READ, says="User who created the tenant.", sample="admin"),
        Column(
            "started",
            "status#started",
            TIME,
            Access.READ,
            says="When the tenant was last started, as ISO 8601 in UTC; null if never.",
            sample="2026-11-02T09:31:10Z",
        ),
        Column(
            "stopped",
            "status#stopped",
            TIME,
            Access.READ,
            says="When the tenant was last stopped, as ISO 8601 in UTC; null if never.",
            sample="2026-11-01T22:15:03Z",
        ),
        Column("starting", "status#starting", FLAG, Access.HIDDEN),
        Column("stopping", "status#stopping", FLAG, Access.HIDDEN),
        Column("network_key", "vnet", KEY, Access.HIDDEN),
        Column("network_running", "vnet#machine#status#running", FLAG, Access.HIDDEN, null=True),
        Column("pending", "vnet#need_fw_apply", FLAG, Access.HIDDEN, null=True),
        Column("is_snapshot", codec=FLAG, access=Access.HIDDEN),
    ),
)
#: A tenant's power, and what its own network does.
POWER = TENANT.only(
    "name", "uuid", "running", "starting", "stopping", "status", "network_key", "network_running", "is_snapshot"
)

#: The table also holds the tenants' snapshots.
IS_TENANT = TENANT["is_snapshot"].eq(False)

_RUNNING, _STARTING, _STOPPING = (TENANT[name].eq(True) for name in ("running", "starting", "stopping"))
_NOT_STARTING, _NOT_STOPPING = TENANT["starting"].eq(False), TENANT["stopping"].eq(False)
IS_UP = all_of(_RUNNING, _NOT_STARTING, _NOT_STOPPING)
IS_OFF = all_of(TENANT["running"].eq(False), _NOT_STARTING, _NOT_STOPPING)
IS_STOPPING = _STOPPING
#: Accepted, or done already.
STARTS = any_of(IS_UP, _STARTING)
STOPS = any_of(IS_OFF, _STOPPING)
#: Its own network outlasts the tenant for seconds, and a delete is refused until then (docs/platform.md#4.6).
LINGERS = all_of(IS_OFF, TENANT["network_running"].eq(True))
IS_NOT_ALL_OFF = any_of(_RUNNING, _STARTING, _STOPPING, LINGERS)
IS_ALL_OFF = all_of(IS_OFF, TENANT["network_running"].ne(True))


# Each part of a tenant is planned by the task of its own, which asks for the tenant again.
@lru_cache(maxsize=64)
def tenant_query(resource: Resource, *texts: str, key: bool = False) -> Query:
    """The tenants that the texts may mean, by name or uuid, without snapshots."""
    return Query(resource, all_of(named(TENANT, *texts, uuid=True, key=key), IS_TENANT))


@lru_cache(maxsize=64)
def find_tenant(resource: Resource, name: str) -> Query:
    """The tenant of a name, as it is read back."""
    return Query(resource, all_of(TENANT["name"].eq(name), IS_TENANT))


def this_tenant(resource: Resource, row: Row) -> Query:
    """A tenant that exists, by its uuid: the key of a deleted one is given to another (docs/platform.md#1.5)."""
    return Query(resource, TENANT["uuid"].eq(row["uuid"]))


def read_tenant(reader: Reader, text: str, *more: str, key: bool = False) -> Optional[Row]:
    """A tenant by name or uuid with ``$key``, ``name``, ``uuid`` and more columns."""
    resource = TENANT.only("name", "uuid", "is_snapshot", *more)
    return pick("tenant", reader.read(tenant_query(resource, text, key=key)), text, key=key)


def no_tenant(reader: Reader, text: str) -> Refusal:
    """What is said of a tenant that is not there; an earlier task may be what makes it."""
    return Refusal(f"There is no tenant '{text}'.", known_tenants(reader, text), liftable=True)


def no_such_uuid(text: str) -> VrgError:
    """What is said of a tenant that is to be made, and is named by a uuid that none has."""
    return VrgError(
        f"There is no tenant '{text}'.",
        hint="A tenant that is named by its uuid must exist: uuids cannot be chosen.",
    )


def empty_uuid() -> VrgError:
    return VrgError("uuid is empty.", hint="It is a safeguard: give the tenant's uuid, or leave it out.")


def wrong_uuid(row: Optional[Row], name: str, uuid: str) -> Optional[VrgError]:
    """What is said where the tenant of that name is not the one with that uuid; None where it is."""
    if not uuid:
        return empty_uuid()
    if row is None:
        return no_such_uuid(name)
    if str(row["uuid"]).lower() != uuid.lower():
        return VrgError(
            f"Tenant '{row['name']}' has the uuid {row['uuid']}, not {uuid}.",
            hint="It is another tenant of that name; nothing was changed.",
        )
    return None


def known_tenants(reader: Reader, text: str) -> str:
    """Which tenants there are, in a sentence."""
    return known(reader, TENANT, text, IS_TENANT)


def owner_of(tenant: Any) -> str:
    """How rows of other tables refer to a tenant, given its key."""
    return f"tenants/{tenant}"
