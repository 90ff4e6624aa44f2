"""Runs of a list of tenants in this process, and what stands afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tasks import TASKS

from conftest import QuickClock, options, run
from plugins.module_utils._options import Settings
from plugins.module_utils._reads import tenant_list
from plugins.module_utils._system.crew import Pace
from plugins.module_utils._system.fleet import ApplyFleet
from plugins.module_utils._system.session import connect
from plugins.module_utils._system.wait import Waiter
from plugins.module_utils._tasks.fleet import FleetTask
from plugins.module_utils._tasks.fleet_result import result
from vergesim_process import Vergesim

#: What the module gives where a task says nothing.
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(("plans", "defaults", "exclusive", "default_cluster", "ram_target_percent")),
    **dict.fromkeys(("allow_shrink", "allow_restart", "accept_reduced", "allow_data_loss"), False),
    **dict.fromkeys(("allow_ui_loss", "allow_power_off", "allow_similar"), False),
    **dict.fromkeys(("ram_promised_percent", "provisioned_percent"), 100),
    "unlisted": "report",
    "apply_rules": "changed",
    "wait": True,
    "capacity": "fail",
    "n_minus_1": "warn",
    "cores_ratio": 4,
    "used_percent": 90,
    "used_warn_percent": 70,
    "on_drift": "refuse",
}
EAGER = Pace()

SMALL = {
    "nodes": [{"name": "node1", "cpu_cores": 1, "ram_gb": 2.0}],
    "storage": [{"tier": 1, "provisioned_gb": 10}],
}


def item(number: int, **more: Any) -> dict[str, Any]:
    """A tenant with one row of every kind."""
    return {
        "name": f"t{number:03}",
        "description": f"number {number}",
        **SMALL,
        "external_ips": [{"ip": f"198.51.100.{20 + number}", "network": "External"}],
        "network_blocks": [{"cidr": f"192.0.2.{16 * (number % 16)}/28", "network": "External"}],
        "layer2_networks": [{"network": "Internal"}],
        **more,
    }


class Run:
    """One run of a list, and what came of it."""

    def __init__(
        self,
        sim: Vergesim,
        tenants: Sequence[Mapping[str, Any]],
        *,
        check: bool = False,
        pace: Pace = EAGER,
        plan: Any = None,
        passwords: Mapping[str, str] | None = None,
        **given: Any,
    ) -> None:
        with login(sim) as api:
            api.clock = QuickClock()
            self.task = FleetTask({**DEFAULTS, **given}, tenants, passwords or {})
            self.task.plan = plan
            self.system, self.now = api.system, api.now
            api.sent.update(reads=0, writes=0)
            self.applied = ApplyFleet(api, Waiter(api, api.clock, 300), pace, check)
            self.applied.run(self.task)
            self.sent = dict(api.sent)
        self.result = result(self.applied.works, self.applied.found, list(self.applied.warnings), check)
        self.summary = self.result["summary"]

    def of(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(one for one in self.result["tenants"] if one["name"] == name)
        return found


def login(sim: Vergesim) -> Any:
    ready = sim.ready
    return connect(Settings(ready["host"], ready["username"], ready["password"], ca_path=ready["ca_path"], timeout=5))


def listed(sim: Vergesim, plans: str = "none") -> dict[str, Any]:
    with login(sim) as api:
        return tenant_list.gather(api, {"names": None, "plans": plans})


def standing(sim: Vergesim) -> Any:
    """What stands, without what differs from run to run: keys, uuids, times, and the order of rows."""
    return listed(sim)["tenants"]


def one_by_one(sim: Vergesim, item: Mapping[str, Any]) -> None:
    """The item by the single modules, in the order of the list's own work."""
    name = item["name"]
    own = {option: item[option] for option in ("description", "note", "isolated") if option in item}
    made = run(sim, TASKS["tenant"](options(name=name, tenant_password="long-enough", **own)))
    for node in item.get("nodes", ()):
        run(sim, TASKS["tenant node"](options(tenant=name, allow_power_off=True, **node)))
    for storage in item.get("storage", ()):
        run(sim, TASKS["tenant storage"](options(tenant=name, allow_data_loss=False, **storage)))
    lists = {it: item.get(it, []) for it in ("external_ips", "network_blocks", "layer2_networks")}
    run(sim, TASKS["tenant networks"](options(tenant=name, exclusive=False, allow_ui_loss=False, **lists)))
    new = made["tenant"]["status"] in ("offline", "provisioning") and bool(item.get("nodes"))
    state = item.get("state", "running" if new and not _ran(sim, name) else "present")
    run(sim, TASKS["tenant"](options(name=name, state=state)))


def _ran(sim: Vergesim, name: str) -> bool:
    key = next(row["$key"] for row in sim.rows("tenants") if row["name"] == name and not row["is_snapshot"])
    return any(row["started"] for row in sim.rows("tenant_status") if row["tenant"] == key)
