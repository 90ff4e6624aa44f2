"""Engine and clients against a simulator over HTTPS, in this process: what is under test is what is sent."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from pyvergeos import VergeClient

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]
pytest.register_assert_rewrite("command", "raw", "wire")

from command import Launcher, Vrg  # noqa: E402
from raw import Raw  # noqa: E402
from wire import Wire  # noqa: E402

from plugins.module_utils._model.plan import Task  # noqa: E402
from plugins.module_utils._options import Settings  # noqa: E402
from plugins.module_utils._system.apply import Apply  # noqa: E402
from plugins.module_utils._system.clock import Clock, SystemClock  # noqa: E402
from plugins.module_utils._system.session import connect  # noqa: E402
from plugins.module_utils._system.wait import Waiter  # noqa: E402
from vergesim_process import Vergesim  # noqa: E402


class QuickClock(SystemClock):
    """Time as the engine sees it runs faster: the simulator is as far after a moment as after a second."""

    def monotonic(self) -> float:
        return super().monotonic() * 50

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds / 50)


class DrivenClock:
    """Time that stands, for the engine and for a simulator on a manual clock, but for what the engine sleeps."""

    def __init__(self, sim: Vergesim) -> None:
        self.sim, self.now = sim, 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.sim.control("POST", "/sim/clock", {"advance": seconds})


@pytest.fixture(scope="session")
def running() -> Iterator[Vergesim]:
    with Vergesim("lab", 0) as sim:
        yield sim


@pytest.fixture
def sim(running: Vergesim) -> Iterator[Vergesim]:
    """A simulator as after its start, which must not fail itself."""
    running.control("POST", "/sim/reset")
    running.control("DELETE", "/sim/faults")
    running.forget()
    yield running
    assert running.control("GET", "/sim/requests")["errors"] == 0


@pytest.fixture
def raw(sim: Vergesim) -> Iterator[Raw]:
    """The API without a client in between."""
    with requests.Session() as session:
        yield Raw(sim, session)


@pytest.fixture
def wire(sim: Vergesim, monkeypatch: pytest.MonkeyPatch) -> Wire:
    """What the SDK sends; its pauses are skipped."""
    return Wire(sim, monkeypatch)


@pytest.fixture
def client(sim: Vergesim, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> Iterator[VergeClient]:
    """The real SDK, connected."""
    ready = sim.ready
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", ready["ca_path"])
    with VergeClient(ready["host"], username=ready["username"], password=ready["password"]) as connected:
        yield connected


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    with Launcher() as ready:
        yield ready


@pytest.fixture
def vrg(sim: Vergesim, launcher: Launcher, tmp_path: Path) -> Vrg:
    """The real vrg command, with no configuration but where the simulator is."""
    return Vrg(launcher, {**sim.vrg_environment(), "HOME": str(tmp_path), "COLUMNS": "400"})


@pytest.fixture
def lived(sim: Vergesim) -> Vergesim:
    """The simulator with a system that has something in every table; the next test's is the lab again."""
    sim.control("POST", "/sim/reset", {"fixture": "lived"})
    sim.forget()
    return sim


@pytest.fixture
def acme(raw: Raw) -> None:
    """Tenant acme (key 1) and tenant other (key 2), each with one row of every kind, also keyed 1 and 2."""
    for key, name in ((1, "acme"), (2, "other")):
        raw.create("tenants", name=name)
        raw.create("tenant_nodes", tenant=key, cpu_cores=2, ram=4096)
        raw.create("tenant_storage", tenant=key, tier=2, provisioned=10 * 1024**3)
        raw.create("vnet_cidrs", vnet=3, cidr=f"192.0.2.{16 * key}/28", owner=f"tenants/{key}")
        raw.create("vnet_addresses", vnet=3, ip=f"198.51.100.{10 * key}", type="virtual", owner=f"tenants/{key}")
        raw.create("tenant_layer2_vnets", tenant=key, vnet=4)
        raw.create("tenant_snapshots", tenant=key, name="nightly", expires=0)


def options(**given: Any) -> dict[str, Any]:
    """A module's parameters: what Ansible hands over, with None for what the task leaves out."""

    class Params(dict[str, Any]):
        def __missing__(self, name: str) -> None:
            return None

        def get(self, name: str, default: Any = None) -> Any:
            return self[name]

    return Params({"state": "present", "wait": True, "apply_rules": "changed", "update_password": "on_create", **given})


def run(
    sim: Vergesim,
    task: Task,
    *,
    timeout: int = 5,
    wait: int = 200,
    clock: Clock | None = None,
    check: bool = False,
) -> dict[str, Any]:
    """One module run, without Ansible around it; ``wait`` is its wait_timeout, ``check`` is check mode."""
    ready = sim.ready
    settings = Settings(ready["host"], ready["username"], ready["password"], ca_path=ready["ca_path"], timeout=timeout)
    with connect(settings) as api:
        api.clock = clock or QuickClock()
        return Apply(api, Waiter(api, api.clock, wait), check).run(task)


def told(sim: Vergesim, gather: Any, params: dict[str, Any]) -> dict[str, Any]:
    """What an info module would return, without Ansible around it."""
    ready = sim.ready
    settings = Settings(ready["host"], ready["username"], ready["password"], ca_path=ready["ca_path"])
    with connect(settings) as api:
        found: dict[str, Any] = gather(api, params)
    return found
