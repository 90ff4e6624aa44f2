"""The rows of docs/platform.md#5.2: tenants through the real SDK."""

from __future__ import annotations

from typing import Any

import pytest
from pyvergeos import VergeClient
from wire import TENANT, Case, Entries, Wire, get, post, put

from vergesim_process import Vergesim


def named(rows: list[Any]) -> list[str]:
    return [row.name for row in rows]


def receipt(table: str, key: int) -> dict[str, Any]:
    """What a receipt says beside its response."""
    return {"location": f"/v4/{table}/{key}", "dbpath": f"{table}/{key}", "$row": key, "$key": str(key)}


def told(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "response"}


READS: dict[str, Case] = {
    "list": Case(
        lambda client: client.tenants.list(),
        [get("tenants", TENANT, filter="is_snapshot eq false")],
        named,
        ["acme", "other"],
    ),
    "list with snapshots": Case(
        lambda client: client.tenants.list(include_snapshots=True, limit=1, offset=1),
        [get("tenants", TENANT, limit="1", offset="1")],
        named,
        ["other"],
    ),
    "list by name": Case(
        lambda client: client.tenants.list(name="acme"),
        [get("tenants", TENANT, filter="(is_snapshot eq false) and (name eq 'acme')")],
        lambda rows: [(row.key, row.status, row.is_running, row.ui_address_ip) for row in rows],
        [(1, "offline", False, "198.51.100.10")],
    ),
    "get": Case(
        lambda client: client.tenants.get(1),
        [get("tenants/1", TENANT)],
        lambda row: (row.name, row.network_name, row.is_snapshot, row["vnet"]),
        ("acme", "tenant_acme", False, 5),
    ),
    "get by name": Case(
        lambda client: client.tenants.get(name="other"),
        [get("tenants", TENANT, filter="(name eq 'other') and is_snapshot eq false", limit="1")],
        lambda row: row.key,
        2,
    ),
    "list by status is filtered by the client": Case(
        lambda client: client.tenants.list_by_status("offline"),
        [get("tenants", TENANT, filter="is_snapshot eq false")],
        named,
        ["acme", "other"],
    ),
    "managers of a tenant object cost nothing": Case(
        lambda client: [
            getattr(client.tenants.get(1), name)
            for name in (
                "nodes",
                "storage",
                "network_blocks",
                "external_ips",
                "l2_networks",
                "snapshots",
                "stats",
                "logs",
            )
        ],
        [get("tenants/1", TENANT)] * 8,
        len,
        8,
    ),
    "managers by key cost a read": Case(
        lambda client: [
            getattr(client.tenants, name)(1)
            for name in ("nodes", "storage", "network_blocks", "external_ips", "l2_networks", "snapshots")
        ],
        [get("tenants/1", TENANT)] * 6,
        len,
        6,
    ),
}

WRITES: dict[str, Case] = {
    "create": Case(
        lambda client: client.tenants.create("new"),
        [post("tenants", {"name": "new", "expose_cloud_snapshots": True}), get("tenants/3", TENANT)],
        lambda row: (row.key, row.name, row.status, row.state, row["vnet"]),
        (3, "new", "offline", "offline", 7),
        {
            ("tenants", 3): {
                "name": "new",
                "expose_cloud_snapshots": True,
                "allow_branding": False,
                "help_url": "default",
            }
        },
    ),
    "create with everything": Case(
        lambda client: client.tenants.create(
            "new",
            password="secret",
            description="d",
            url="new.example",
            note="n",
            expose_cloud_snapshots=False,
            allow_branding=True,
            require_password_change=True,
            help_url="https://help.example",
        ),
        [
            post(
                "tenants",
                {
                    "name": "new",
                    "password": "secret",
                    "description": "d",
                    "url": "new.example",
                    "note": "n",
                    "expose_cloud_snapshots": False,
                    "allow_branding": True,
                    "change_password": True,
                    "help_url": "https://help.example",
                },
            ),
            get("tenants/3", TENANT),
        ],
        lambda row: (row["description"], row["url"], row["note"]),
        ("d", "new.example", "n"),
        {("tenants", 3): {"change_password": True, "help_url": "https://help.example", "theme_access": "host_only"}},
    ),
    "update": Case(
        lambda client: client.tenants.update(1, name="acme-2", help_url="", password="other"),
        [put("tenants/1", {"name": "acme-2", "help_url": "", "password": "other"}), get("tenants/1", TENANT)],
        lambda row: row.name,
        "acme-2",
        {("tenants", 1): {"name": "acme-2", "help_url": ""}},
    ),
    "save of nothing": Case(
        lambda client: client.tenants.get(1).save(),
        [get("tenants/1", TENANT), get("tenants/1", TENANT)],
        lambda row: row.name,
        "acme",
    ),
    "start": Case(
        lambda client: client.tenants.power_on(1),
        [post("tenant_actions", {"tenant": 1, "action": "poweron"})],
        told,
        receipt("tenant_actions", 1),
    ),
    "start on a node": Case(
        lambda client: client.tenants.power_on(1, preferred_node=2),
        [post("tenant_actions", {"tenant": 1, "action": "poweron", "params": {"preferred_node": 2}})],
        told,
        receipt("tenant_actions", 1),
    ),
    "isolate": Case(
        lambda client: client.tenants.enable_isolation(1),
        [post("tenant_actions", {"tenant": 1, "action": "isolateon"})],
        told,
        receipt("tenant_actions", 1),
        {("tenants", 1): {"isolate": True}},
    ),
    "end of isolation": Case(
        lambda client: client.tenants.disable_isolation(1),
        [post("tenant_actions", {"tenant": 1, "action": "isolateoff"})],
        told,
        receipt("tenant_actions", 1),
        {("tenants", 1): {"isolate": False}},
    ),
    "clone": Case(
        lambda client: client.tenants.clone(1, name="copy", no_network=True, no_nodes=True),
        [
            post(
                "tenant_actions",
                {"tenant": 1, "action": "clone", "params": {"name": "copy", "no_vnet": True, "no_nodes": True}},
            )
        ],
        told,
        receipt("tenant_actions", 1),
        {
            ("tenants", 3): {"name": "copy", "vnet": None},
            ("tenant_storage", 3): {"tenant": 3},
            ("tenant_nodes", 3): None,
        },
    ),
    "clone without a name": Case(
        lambda client: client.tenants.clone(1),
        [post("tenant_actions", {"tenant": 1, "action": "clone"})],
        lambda answer: answer is not None,
        True,
        {("tenant_nodes", 3): {"tenant": 3, "cpu_cores": 2, "ram": 4096}},
    ),
    "send a file": Case(
        lambda client: client.tenants.send_file(1, 2),
        [post("tenant_actions", {"tenant": 1, "action": "give_file", "params": {"file": 2}})],
        told,
        receipt("tenant_actions", 1),
    ),
    "set the address of the UI": Case(
        lambda client: client.tenants.get(1).set_ui_ip("198.51.100.77"),
        [
            get("tenants/1", TENANT),
            get("vnets", Entries(25), filter="name eq 'External'", limit="1"),
            post("vnet_addresses", {"vnet": 3, "type": "virtual", "ip": "198.51.100.77", "owner": "tenants/1"}),
        ],
        told,
        receipt("vnet_addresses", 3),
        # Only the first address of a tenant becomes that of its UI.
        {("tenants", 1): {"ui_address": 1}},
    ),
}


@pytest.mark.parametrize("case", READS.values(), ids=READS)
def test_reads(client: VergeClient, wire: Wire, sim: Vergesim, acme: None, case: Case) -> None:
    case.check(client, wire, sim)


@pytest.mark.parametrize("case", WRITES.values(), ids=WRITES)
def test_writes(client: VergeClient, wire: Wire, sim: Vergesim, acme: None, case: Case) -> None:
    case.check(client, wire, sim)


@pytest.mark.parametrize(
    ("method", "action"), [("power_off", "poweroff"), ("reset", "reset"), ("restart", "reset")], ids=str
)
def test_a_running_tenant(client: VergeClient, wire: Wire, sim: Vergesim, acme: None, method: str, action: str) -> None:
    client.tenants.power_on(1)
    Case(
        lambda client: getattr(client.tenants, method)(1),
        [post("tenant_actions", {"tenant": 1, "action": action})],
        lambda answer: set(receipt("x", 1)) <= set(answer),
        True,
    ).check(client, wire, sim)
    assert client.tenants.get(1).is_running == (action == "reset")


def test_save_after_an_edit(client: VergeClient, wire: Wire, sim: Vergesim, acme: None) -> None:
    tenant = client.tenants.get(1)
    tenant.note = "edited"
    Case(
        lambda client: tenant.save(),
        [put("tenants/1", {"note": "edited"}), get("tenants/1", TENANT)],
        lambda row: row["note"],
        "edited",
    ).check(client, wire, sim)
    Case(
        lambda client: tenant.save(description="given"),
        [put("tenants/1", {"description": "given"}), get("tenants/1", TENANT)],
        lambda row: (row["note"], row["description"]),
        ("edited", "given"),
    ).check(client, wire, sim)


def test_save_of_edits_and_arguments_is_two_writes(client: VergeClient, wire: Wire, sim: Vergesim, acme: None) -> None:
    tenant = client.tenants.get(1)
    tenant.note = "edited"
    Case(
        lambda client: tenant.save(description="given"),
        [
            put("tenants/1", {"note": "edited"}),
            put("tenants/1", {"description": "given"}),
            get("tenants/1", TENANT),
        ],
        lambda row: (row["note"], row["description"]),
        ("edited", "given"),
    ).check(client, wire, sim)
