"""Calibration: what it sees, what it never writes, and that it leaves nothing behind, also when it is killed."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from test_systems import play
from vergesim.histories import VIRTUAL
from vergesim.releases import RELEASES
from vergesim.schema import TABLES

from support import environment
from vergesim_process import Vergesim, switches

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS), str(TESTS.parent)]

from calibrated import (  # noqa: E402
    INTERNAL,
    READ,
    SCRATCH,
    VALUES,
    calibrated,
    check_flip,
    flipped,
    sample,
    simulator,
    written,
)

from plugins.module_utils._calibration.calibration import PROBES, READS  # noqa: E402
from plugins.module_utils._calibration.tenant import MARK, PREFIX, Looking, Tenant  # noqa: E402
from plugins.module_utils._model.errors import VrgError  # noqa: E402
from plugins.module_utils._options import settings  # noqa: E402
from plugins.module_utils._system.clock import SystemClock  # noqa: E402
from plugins.module_utils._system.raw import Raw  # noqa: E402
from plugins.module_utils._system.session import connect  # noqa: E402

pytestmark = pytest.mark.journey

#: What only grows: who looks there later finds out what was done.
LOGS = {"logs", "tenant_logs", "alarm_history"}
#: When something was counted or applied last, and when somebody logged in.
TIMES = {"last_update", "last_fw_apply", "last_login"}
SEED = 15
RELEASE_26_0 = [f"{name}={value}" for name, value in RELEASES["26.0"].switches.items()]
#: Where a run is killed: so many requests of these methods after its beginning.
_DICE = random.Random(SEED)
KILLS = [
    ("POST", 1),
    *(("*", number) for number in sorted(_DICE.sample(range(60, 500), 2))),
    *((method, _DICE.randint(2, most)) for method, most in (("POST", 55), ("PUT", 18), ("DELETE", 22))),
]


def everything(sim: Vergesim) -> dict[str, Any]:
    """Every table, but for logs and times."""
    tables = [table for table in TABLES if table not in LOGS and table not in VIRTUAL]
    with requests.Session() as session:
        session.trust_env, session.verify = False, sim.ready["ca_path"]
        kept = {table: session.get(f"{sim.ready['url']}/sim/tables/{table}").json() for table in tables}
    return {
        table: [{name: value for name, value in row.items() if name not in TIMES} for row in rows]
        for table, rows in kept.items()
    }


@pytest.fixture
def sim() -> Iterator[Vergesim]:
    with simulator() as sim:
        yield sim


def test_the_switches_are_those_of_the_simulator() -> None:
    known = {each["name"]: (each["default"], *each["alternatives"]) for each in switches()}
    assert {name: known.get(name) for name in VALUES} == VALUES
    assert all(known[probe.switch] == probe.values for _level, probe in PROBES)


@pytest.mark.parametrize(("name", "value"), sample(8, SEED), ids=str)
def test_a_switch_that_is_turned_is_seen(name: str, value: str, tmp_path: Path) -> None:
    check_flip(name, value, tmp_path)


@pytest.mark.parametrize(
    "several", [["need_fw_apply=sync", "clone_running=refuse", "network_linger=long"], RELEASE_26_0]
)
def test_several_switches_at_once_hide_one_another_but_are_never_mistaken(several: list[str]) -> None:
    with simulator(*several) as sim:
        real = sim.control("GET", "/sim/switches")
        seen = calibrated(sim.connection(), SCRATCH).sightings
    assert [name for name, value in seen.switches.items() if real[name] != value] == []
    # Without an address on an internal network nothing about addresses is seen.
    assert len(seen.unknown) == (9 if several is RELEASE_26_0 else 0), seen.unknown


def test_reading_writes_nothing_and_sees_what_can_be_read(sim: Vergesim) -> None:
    before = everything(sim)
    seen = calibrated(sim.connection(), READ)
    assert sim.writes() == 0 and everything(sim) == before
    assert set(seen.sightings.switches) == {probe.switch for probe in READS} and flipped(seen) == {}


def test_scratch_leaves_every_table_as_it_was_and_tells_no_name(sim: Vergesim) -> None:
    before = everything(sim)
    seen = calibrated(sim.connection(), SCRATCH)
    assert everything(sim) == before and sim.writes() > 50
    assert (written(seen)["unknown"], flipped(seen), seen.warnings) == ([], {}, [])
    # The file holds words of the simulator and nothing else.
    words = {word for name, values in VALUES.items() for word in (name, *values)} | {"switches", "unknown"}
    assert set(re.findall(r'"([^"]*)"', json.dumps(written(seen)))) <= words


def test_only_own_rows_are_written(sim: Vergesim) -> None:
    """As the simulator saw it: bodies and paths name what the run had made, and the network that was named."""
    theirs = {f"{table}/{row['$key']}" for table in TABLES if table not in VIRTUAL for row in sim.rows(table)}
    calibrated(sim.connection(), SCRATCH)
    log = sim.control("GET", "/sim/requests")["log"]
    paths = {entry["path"].removeprefix("/api/v4/") for entry in log if entry["method"] != "GET"}
    assert paths and paths & theirs == set()


@pytest.mark.parametrize(("method", "number"), KILLS, ids=str)
def test_a_run_that_was_killed_is_tidied_up_by_the_next(sim: Vergesim, method: str, number: int) -> None:
    before = everything(sim)
    fault = {"kind": "stall", "seconds": 600, "when": "after", "method": method, "nth": number}
    made = sim.control("POST", "/sim/faults", fault)["id"]
    command = [sys.executable, str(TESTS / "calibrated.py")]
    process = subprocess.Popen(command, env={**environment(), **sim.connection()}, stdout=subprocess.DEVNULL)
    while not next(each for each in sim.control("GET", "/sim/faults") if each["id"] == made)["fired"]:
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    sim.control("DELETE", "/sim/faults")
    assert any(row["name"].startswith(PREFIX) for row in sim.rows("tenants")), "nothing was left"
    again = calibrated(sim.connection(), SCRATCH)
    assert everything(sim) == before and flipped(again) == {} and again.sightings.unknown == []
    assert [each for each in again.warnings if "earlier calibration" in each] == again.warnings != []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"confirm": "another"}, "confirm is not the name"),
        ({"confirm": None}, "confirm is not the name"),
        ({"network": "External"}, "addresses or blocks of others"),
        ({"network": "tenant_acme"}, "of a tenant"),
    ],
    ids=str,
)
def test_scratch_is_refused_before_anything_is_written(sim: Vergesim, change: dict[str, Any], says: str) -> None:
    with pytest.raises(VrgError, match=says):
        calibrated(sim.connection(), {**SCRATCH, **change})
    assert sim.writes() == 0


@pytest.mark.parametrize(
    ("table", "key", "change", "says"),
    [
        ("nodes", 2, {"maintenance": True}, "in maintenance"),
        ("vnets", INTERNAL, {"need_fw_apply": True}, "rules that somebody else"),
        ("storage_tiers", 2, {"used": 7696581394000}, "no 10 GiB"),
        ("cluster_status", 1, {"used_ram": 130_000}, "to spare"),
    ],
    ids=str,
)
def test_a_system_that_it_could_disturb_is_refused(
    sim: Vergesim, table: str, key: int, change: dict[str, Any], says: str
) -> None:
    sim.control("PUT", f"/sim/tables/{table}/{key}", change)
    with pytest.raises(VrgError, match=says):
        calibrated(sim.connection(), SCRATCH)
    assert sim.writes() == 0


def test_a_tenant_that_only_has_the_name_is_left_alone(sim: Vergesim) -> None:
    with connect(settings({}, sim.connection())) as api:
        for name, note in ((f"{PREFIX}00000001", "Customer"), ("acme-clone", MARK), (f"{PREFIX}mine", MARK)):
            assert Raw(api).send("POST", "tenants", {"name": name, "note": note}).is_accepted
    before = everything(sim)
    calibrated(sim.connection(), SCRATCH)
    assert everything(sim) == before


def test_a_key_that_is_somebody_elses_by_now_is_not_written(sim: Vergesim) -> None:
    acme = next(row for row in sim.rows("tenants") if row["name"] == "acme")
    node = next(row for row in sim.rows("tenant_nodes") if row["tenant"] == acme["$key"])
    with connect(settings({}, sim.connection())) as api:
        raw = Raw(api)
        gone = Tenant(raw, str(acme["$key"]), "uuid-of-another", f"{PREFIX}00000001", MARK)
        # Named as scratch is not, with the right uuid: still not ours.
        other = Tenant(raw, str(acme["$key"]), acme["uuid"], "acme", MARK)
        for tenant in (gone, other):
            for change in (
                lambda tenant=tenant: tenant.change("DELETE"),
                lambda tenant=tenant: tenant.act("poweroff"),
                lambda tenant=tenant: tenant.act_on_network("poweroff"),
                lambda tenant=tenant: tenant.add("tenant_snapshots", name="x"),
                lambda tenant=tenant: tenant.act_on_node(node["$key"], "kill"),
            ):
                with pytest.raises(VrgError, match="gone, or another"):
                    change()
    assert sim.writes() == 0


def test_a_row_of_another_tenant_is_not_written(sim: Vergesim) -> None:
    acme, globex = (next(row for row in sim.rows("tenants") if row["name"] == name) for name in ("acme", "globex"))
    sim.control("PUT", f"/sim/tables/tenants/{globex['$key']}", {"name": f"{PREFIX}00000001", "note": MARK})
    with connect(settings({}, sim.connection())) as api:
        mine = Tenant(Raw(api), str(globex["$key"]), globex["uuid"], f"{PREFIX}00000001", MARK)
        for table, column, owner in (
            ("tenant_nodes", "tenant", acme["$key"]),
            ("tenant_snapshots", "tenant", acme["$key"]),
            ("vnet_addresses", "owner", f"tenants/{acme['$key']}"),
            ("vnet_cidrs", "owner", f"tenants/{acme['$key']}"),
        ):
            theirs = next(row for row in sim.rows(table) if row[column] == owner)
            with pytest.raises(VrgError, match="belongs to somebody else"):
                mine.change_part(table, theirs["$key"], "DELETE")
        # Of another table, with the same key.
        address = sim.rows("vnet_addresses")[0]["$key"]
        sim.control("PUT", f"/sim/tables/vnet_addresses/{address}", {"owner": f"vms/{globex['$key']}"})
        with pytest.raises(VrgError, match="belongs to somebody else"):
            mine.change_part("vnet_addresses", address, "DELETE")
    assert sim.writes() == 0


def test_what_does_not_happen_in_time_is_said() -> None:
    looking = Looking(SystemClock(), 0.0, 0.0)
    assert looking.times(lambda: False, 3) is None
    with pytest.raises(VrgError, match="The end was waited for in vain"):
        looking.until(lambda: False, "The end")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "unplaceable"},
        {"kind": "status", "status": 409, "table": "tenant_actions", "action": "poweron"},
        {"kind": "drop", "table": "tenant_actions", "action": "poweron"},
        {"kind": "drop", "table": "tenant_actions", "action": "poweron", "when": "after"},
    ],
    ids=str,
)
def test_a_walk_that_ends_early_says_so_and_is_tidied_up(sim: Vergesim, fault: dict[str, Any]) -> None:
    before = everything(sim)
    sim.control("POST", "/sim/faults", fault)
    seen = calibrated(sim.connection(), SCRATCH)
    assert everything(sim) == before
    assert len(seen.warnings) == 1 and "ended in state 'running'" in seen.warnings[0]
    assert "node_enabled" in seen.sightings.unknown and "put_body" in seen.sightings.switches


def test_the_playbook_prints_a_line_a_switch_and_writes_what_the_simulator_loads(tmp_path: Path) -> None:
    file = tmp_path / "seen.json"
    given = {"file": str(file), "interval": 0, **SCRATCH}
    variables = {f"calibrate_{name}": value for name, value in given.items()}
    with simulator("duplicate_code=422") as sim:
        code, told = play(tmp_path, "calibrate", {"all": {"hosts": {}}}, variables, **sim.connection())
        assert code == 0, told[-4000:]
    lines = {name: words for name, *words in (line.strip(' ",').split() for line in told.splitlines() if line.strip())}
    assert lines["duplicate_code"][:3] == ["422", "409", "scratch"] and set(VALUES) <= set(lines)
    # Nobody needs to know the system to repeat it.
    assert re.search(r"conundrum|Internal|Customer|127\.0\.0\.1|[0-9a-f]{8}-", file.read_text()) is None
    with simulator(file=file) as sim:
        assert sim.control("GET", "/sim/switches")["duplicate_code"] == "422"
