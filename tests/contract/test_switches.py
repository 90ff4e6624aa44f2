"""The collection holds on both sides of everything that nobody knows of the platform.

Each alternative of each of vergesim's switches is set in turn, and one walk is taken through everything that a tenant
can have. Every step is done twice: the second time, nothing may change. A list of tenants is made, emptied, and
compared with what single tasks make of it; and what stands, exported, is no change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fleets import Run, listed, one_by_one, standing

from conftest import options, run
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._tasks.crash_cart import CrashCartTask
from plugins.module_utils._tasks.tenant import TenantTask
from plugins.module_utils._tasks.tenant_file import TenantFileTask
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from plugins.module_utils._tasks.tenant_node import TenantNodeTask
from plugins.module_utils._tasks.tenant_snapshot import TenantSnapshotTask
from plugins.module_utils._tasks.tenant_storage import TenantStorageTask
from vergesim_process import Vergesim, switches

Step = tuple[str, Callable[[dict[str, Any]], Any], dict[str, Any]]

FLIPS = [(switch["name"], alternative) for switch in switches() for alternative in switch["alternatives"]]
IP, BLOCK = "198.51.100.10", "192.0.2.0/28"

WALK: list[Step] = [
    ("create", TenantTask, {"name": "acme", "tenant_password": "something-long", "description": "Acme"}),
    ("describe", TenantTask, {"name": "acme", "note": "n", "allow_branding": True, "theme_access": "both"}),
    ("isolate", TenantTask, {"name": "acme", "isolated": True}),
    ("end isolation", TenantTask, {"name": "acme", "isolated": False}),
    ("first node", TenantNodeTask, {"tenant": "acme", "name": "node1", "cpu_cores": 2, "ram_gb": 4.0}),
    ("second node", TenantNodeTask, {"tenant": "acme", "name": "node2", "cpu_cores": 2, "ram_gb": 4.0}),
    ("resize", TenantNodeTask, {"tenant": "acme", "name": "node2", "ram_gb": 6.0}),
    ("storage", TenantStorageTask, {"tenant": "acme", "tier": 1, "provisioned_gb": 10}),
    ("grow", TenantStorageTask, {"tenant": "acme", "tier": 1, "provisioned_gb": 20}),
    (
        "networks",
        TenantNetworksTask,
        {
            "tenant": "acme",
            "external_ips": [{"ip": IP, "network": "External"}],
            "network_blocks": [{"cidr": BLOCK, "network": "External"}],
            "layer2_networks": [{"network": "Internal"}],
        },
    ),
    ("address", TenantNetworksTask, {"tenant": "acme", "external_ips": [{"network": "External", "hostname": "vpn"}]}),
    ("user interface", TenantTask, {"name": "acme", "ui_address": "198.51.100.3"}),
    ("snapshot", TenantSnapshotTask, {"tenant": "acme", "name": "first", "retention": 0}),
    ("keep", TenantSnapshotTask, {"tenant": "acme", "name": "first", "retention": 3600}),
    ("start", TenantTask, {"name": "acme", "state": "running"}),
    ("restart", TenantTask, {"name": "acme", "state": "restarted"}),
    ("reset", TenantTask, {"name": "acme", "state": "reset"}),
    ("file", TenantFileTask, {"tenant": "acme", "file": "debian-13.qcow2"}),
    ("crash cart", CrashCartTask, {"tenant": "acme", "recipe": None}),
    ("no crash cart", CrashCartTask, {"tenant": "acme", "state": "absent"}),
    (
        "fewer nodes",
        TenantNodeTask,
        {"tenant": "acme", "name": "node2", "state": "absent", "allow_power_off": True},
    ),
    ("stop", TenantTask, {"name": "acme", "state": "stopped"}),
    (
        "restore",
        TenantSnapshotTask,
        {"tenant": "acme", "name": "first", "state": "restored", "confirm_overwrite": True},
    ),
    ("no snapshot", TenantSnapshotTask, {"tenant": "acme", "name": "first", "state": "absent"}),
    ("clone", TenantTask, {"name": "copy", "clone_from": "acme", "note": "c", "tenant_password": "something-long"}),
    ("rename", TenantTask, {"name": "copy", "new_name": "twin"}),
    ("start again", TenantTask, {"name": "acme", "state": "running"}),
    ("no block", TenantNetworksTask, {"tenant": "acme", "network_blocks": [{"cidr": BLOCK}], "state": "absent"}),
    ("no layer 2", TenantNetworksTask, {"tenant": "acme", "layer2_networks": [], "exclusive": True}),
    ("no storage", TenantStorageTask, {"tenant": "acme", "tier": 1, "state": "absent", "allow_data_loss": True}),
    ("gone", TenantTask, {"name": "acme", "state": "absent"}),
    ("clone gone", TenantTask, {"name": "twin", "state": "absent"}),
]
#: Steps that are a change each time.
VERBS = ("restart", "reset", "file", "restore")
#: What a switch makes impossible, by step: then the platform's own sentence is told, and the walk goes on.
REFUSED: dict[tuple[str, str], dict[str, str]] = {
    ("crash_cart_recipe", "none"): {"crash cart": "There is no recipe"},
    ("cidr_delete", "in_use"): {"no block": "is in use by a network of the tenant"},
    ("need_fw_apply", "stuck"): dict.fromkeys(("networks", "address", "no block", "no layer 2"), "are still pending"),
}
#: What it makes impossible of a list.
REFUSED_OF_A_LIST = {
    ("cidr_delete", "in_use"): "is in use by a network of the tenant",
    ("need_fw_apply", "stuck"): "are still pending",
}
#: Where the platform refuses until something else was done, which nobody can know before.
OBSTACLES = {("ui_address_on_delete", "refuse")}
#: What it makes impossible the second time only.
REFUSED_AGAIN = {("second_restore", "refuse"): {"restore": "A restore of the tenant is pending"}}


#: One walk in so many, beside those that a switch cuts short; ``make test-switches`` takes them all.
SHARE = int(os.environ.get("VRG_WALKS", "8"))
FLIPPED = [flip for nth, flip in enumerate(FLIPS) if nth % SHARE == 0 or flip in REFUSED or flip in REFUSED_AGAIN]
EACH_SIDE = pytest.mark.parametrize(
    ("flipped", "switch"),
    [(flip, flip) for flip in FLIPPED],
    indirect=["flipped"],
    ids=[f"{n}={v}" for n, v in FLIPPED],
)


@pytest.fixture
def flipped(request: pytest.FixtureRequest) -> Iterator[Vergesim]:
    name, value = request.param
    with Vergesim("lab", 0.02, "--set", f"{name}={value}") as sim:
        yield sim


@EACH_SIDE
def test_the_walk_holds(flipped: Vergesim, switch: tuple[str, str]) -> None:
    refused = REFUSED.get(switch, {})
    for title, task, given in WALK:
        try:
            first = run(flipped, task(options(**given)))
        except VrgError as error:
            assert title in refused, f"{title}: {error} {error.hint}"
            assert refused[title] in str(error)
            continue
        assert title not in refused, title
        if title in REFUSED_AGAIN.get(switch, {}):
            with pytest.raises(VrgError, match=REFUSED_AGAIN[switch][title]):
                run(flipped, task(options(**given)))
            continue
        again = run(flipped, task(options(**given)))
        assert again["changed"] == (title in VERBS), f"{title}: {first['changes']}, then {again['changes']}"
    assert flipped.rows("tenants") == []
    assert flipped.control("GET", "/sim/requests").get("errors", 0) == 0


@EACH_SIDE
def test_a_list_holds(flipped: Vergesim, switch: tuple[str, str]) -> None:
    tenants = [
        {
            "name": name,
            "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2.0}],
            "storage": [{"tier": 1, "provisioned_gb": 10}],
            "external_ips": [{"ip": ip, "network": "External", "hostname": "vpn"}],
            "network_blocks": [{"cidr": block, "network": "External"}],
            "layer2_networks": [{"network": "Internal"}],
        }
        for name, ip, block in (("acme", IP, BLOCK), ("O'Brien {Ltd}", "198.51.100.11", "192.0.2.16/28"))
    ]
    kinds = ["storage", "external_ips", "network_blocks", "layer2_networks"]
    bare = [{"name": tenant["name"], **{kind: [] for kind in kinds}, "state": "stopped"} for tenant in tenants]
    allowed = {"exclusive": kinds, "allow_ui_loss": True, "allow_data_loss": True, "allow_restart": True}
    for wanted in (tenants, bare):
        dry = Run(flipped, wanted, check=True, **allowed)
        made = Run(flipped, wanted, **allowed)
        if made.summary["failed"]:
            assert REFUSED_OF_A_LIST[switch] in str(made.result["tenants"])
            return
        foretold = [change for change in made.result["changes"] if change in dry.result["changes"]]
        assert foretold == dry.result["changes"] != []
        assert foretold == made.result["changes"] or switch in OBSTACLES
        assert Run(flipped, wanted, **allowed).result["changes"] == []
        if wanted is tenants:
            by_list = standing(flipped)
    assert switch not in REFUSED_OF_A_LIST
    flipped.control("POST", "/sim/reset")
    for tenant in tenants:
        one_by_one(flipped, tenant)
    assert standing(flipped) == by_list


@pytest.mark.parametrize("switch", [None, *FLIPPED], ids=lambda switch: "=".join(switch or ("none",)))
def test_what_stands_is_no_change(switch: tuple[str, str] | None) -> None:
    with Vergesim("empty", 0, *(("--set", "=".join(switch)) if switch else ())) as sim:
        for fixture in ("empty", "lab", "lived", "msp:30"):
            sim.control("POST", "/sim/reset", {"fixture": fixture})
            for plans in ("none", "fold"):
                exported = listed(sim, plans)
                again = Run(sim, exported["tenants"], plans=exported["plans"])
                assert again.result["changes"] == [] and again.summary["failed"] == 0
            assert again.summary["listed"] >= {"lived": 1, "msp:30": 30}.get(fixture, 0)
            assert sim.writes() == 0
