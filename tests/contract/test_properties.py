"""What holds for every task, whatever is asked for: found by asking for anything, in any order.

Few names, so that tasks meet each other's rows. Each task is planned in check mode, run, and run again:

* check mode writes nothing, and tells what the run then does;
* a run that is refused has written nothing, and check mode was refused in the same words, or warned;
* the second run changes nothing.
"""

from __future__ import annotations

import os
import re
from typing import Any

from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from conftest import options, run
from plugins.module_utils._model.errors import VrgError
from plugins.module_utils._tasks.cluster import ClusterTask
from plugins.module_utils._tasks.crash_cart import CrashCartTask
from plugins.module_utils._tasks.tenant import TenantTask
from plugins.module_utils._tasks.tenant_networks import TenantNetworksTask
from plugins.module_utils._tasks.tenant_node import TenantNodeTask
from plugins.module_utils._tasks.tenant_snapshot import TenantSnapshotTask
from plugins.module_utils._tasks.tenant_storage import TenantStorageTask
from vergesim_process import Vergesim

Asked = tuple[Any, dict[str, Any]]

TENANTS = st.sampled_from(["acme", "acme", "O'Brien {Ltd}", "1"])
TEXTS = st.sampled_from(["", "a", "It's {so}\\"])
STATES = st.sampled_from(["present", "present", "absent"])
NETWORKS = st.sampled_from(["External", "External", "External", "3", "Internal", "4", None])
CLUSTERS = st.sampled_from(["conundrum-lab", "1", "small"])


def some(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of these options: an option that is not given is not managed."""
    return st.fixed_dictionaries({}, optional=values)


def task(kind: Any, fixed: dict[str, Any], optional: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[Asked]:
    return st.tuples(
        st.just(kind), st.builds(lambda one, more: {**one, **more}, st.fixed_dictionaries(fixed), optional)
    )


def items(**values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """None to two items of a list of networks."""
    return st.lists(st.fixed_dictionaries({"network": NETWORKS, **values}), max_size=2, unique_by=str)


TASKS = st.one_of(
    task(
        TenantTask,
        {"name": TENANTS, "state": st.sampled_from(["present", "running", "stopped", "absent"])},
        some(
            new_name=TENANTS,
            description=TEXTS,
            help_url=TEXTS,
            allow_branding=st.booleans(),
            theme_access=st.sampled_from(["both", "host_only"]),
            isolated=st.booleans(),
            tenant_password=st.just("long-enough"),
            clone_from=TENANTS,
            clone_without=st.lists(st.sampled_from(["network", "storage", "nodes"]), max_size=2, unique=True),
            preferred_node=st.sampled_from(["node1", "2"]),
        ),
    ),
    task(
        TenantNodeTask,
        {
            "tenant": TENANTS,
            "name": st.sampled_from(["node1", "2"]),
            "state": STATES,
            "cpu_cores": st.sampled_from([None, 1, 2, 2, 40]),
            "ram_gb": st.sampled_from([None, 2.0, 3.5, 3.5, 100.0]),
        },
        some(
            new_name=st.sampled_from(["node1", "3"]),
            cluster=CLUSTERS,
            failover_cluster=st.one_of(CLUSTERS, st.just("")),
            preferred_node=st.sampled_from(["node1", "2", ""]),
            enabled=st.booleans(),
            ha_group=TEXTS,
            on_power_loss=st.sampled_from(["leave_off", "power_on"]),
            allow_power_off=st.booleans(),
        ),
    ),
    task(
        TenantStorageTask,
        {
            "tenant": TENANTS,
            "tier": st.sampled_from([1, 1, 2, 3]),
            "state": STATES,
            "provisioned_gb": st.sampled_from([None, 0, 1, 5, 6]),
        },
        some(allow_data_loss=st.booleans()),
    ),
    task(
        TenantSnapshotTask,
        {"tenant": TENANTS, "name": st.sampled_from(["first", "2"]), "state": STATES},
        some(retention=st.sampled_from([0, 60, 86400]), description=TEXTS),
    ),
    task(
        TenantNetworksTask,
        {"tenant": TENANTS, "state": STATES},
        some(
            network_blocks=items(cidr=st.sampled_from(["192.0.2.0/28", "192.0.2.16/28"])),
            external_ips=st.one_of(
                items(ip=st.sampled_from(["198.51.100.20", "198.51.100.21"])),
                items(hostname=st.sampled_from(["vpn", "It's {so}"])),
            ),
            layer2_networks=items(network=NETWORKS.filter(bool), enabled=st.booleans()),
            exclusive=st.sampled_from([False, False, True]),
            allow_ui_loss=st.booleans(),
            apply_rules=st.sampled_from(["changed", "never"]),
        ),
    ),
    task(
        CrashCartTask,
        {"tenant": TENANTS, "state": STATES},
        some(name=st.sampled_from(["cart", "test"]), recipe=st.sampled_from(["Crash Cart", "Debian 13"])),
    ),
    task(
        ClusterTask,
        {"name": st.sampled_from(["small", "big"]), "state": STATES},
        some(
            new_name=st.sampled_from(["small", "large"]),
            description=TEXTS,
            enabled=st.booleans(),
            max_ram_per_vm_gb=st.sampled_from([0.0, 2.5, 64.0]),
            target_ram_percent=st.sampled_from([0, 80]),
        ),
    ),
)


#: What stands at the beginning of each example.
ESTATE: list[Asked] = [
    (ClusterTask, {"name": "small", "max_ram_per_vm_gb": 3.0}),
    (TenantTask, {"name": "acme", "tenant_password": "long-enough"}),
    (TenantNodeTask, {"tenant": "acme", "name": "node1", "cpu_cores": 2, "ram_gb": 4.0}),
    (TenantStorageTask, {"tenant": "acme", "tier": 1, "provisioned_gb": 5}),
    (TenantSnapshotTask, {"tenant": "acme", "name": "first", "retention": 0}),
    (
        TenantNetworksTask,
        {
            "tenant": "acme",
            "network_blocks": [{"cidr": "192.0.2.0/28", "network": "External"}],
            "external_ips": [
                {"ip": "198.51.100.20", "network": "External"},
                {"hostname": "vpn", "network": "External"},
            ],
            "layer2_networks": [{"network": "Internal"}],
        },
    ),
    (TenantTask, {"name": "O'Brien {Ltd}", "tenant_password": "long-enough"}),
    (TenantTask, {"name": "acme", "state": "running"}),
]


def outcome(sim: Vergesim, asked: Asked, *, check: bool = False) -> dict[str, Any] | VrgError:
    kind, given_options = asked
    off = ("allow_power_off", "allow_data_loss", "allow_ui_loss", "exclusive")
    defaults = dict.fromkeys(off, False)
    try:
        return run(sim, kind(options(**{**defaults, **given_options})), check=check)
    except VrgError as error:
        return error


def said(result: dict[str, Any]) -> str:
    """What a run says that it does; a snapshot expires a moment later for real than in a dry run."""
    return re.sub(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME", repr([result[it] for it in ("changed", "changes", "diff")])
    )


# Derandomized: what is asked for is the same in each run, so that a failure is no accident of the day.
@settings(
    # `make long` asks for more.
    max_examples=int(os.environ.get("VRG_EXAMPLES", "40")),
    deadline=None,
    derandomize=True,
    # Without shrinking: minutes of it make an example of a dozen tasks hardly shorter.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(tasks=st.lists(TASKS, min_size=4, max_size=12))
def test_whatever_is_asked_for(running: Vergesim, tasks: list[Asked]) -> None:
    running.control("POST", "/sim/reset")
    for asked in ESTATE:
        assert not isinstance(outcome(running, asked), VrgError)
    for asked in tasks:
        note(f"{asked[0].__name__} {asked[1]}")
        running.forget()
        dry = outcome(running, asked, check=True)
        assert running.writes() == 0
        real = outcome(running, asked)
        if isinstance(real, VrgError):
            assert real.changes == [], f"refused after {real.changes}: {real}"
            assert running.writes() == 0, f"refused after a write: {real}"
            assert str(dry) == str(real) if isinstance(dry, VrgError) else dry["warnings"], f"only the run says: {real}"
            continue
        assert not isinstance(dry, VrgError), f"only check mode says: {dry}"
        assert said(dry) == said(real)
        again = outcome(running, asked)
        assert not isinstance(again, VrgError), f"only the second run says: {again}"
        assert (again["changed"], again["changes"]) == (False, [])
        assert again["diff"] == {"before": {}, "after": {}}
    assert running.control("GET", "/sim/requests")["errors"] == 0
