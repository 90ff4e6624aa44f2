"""The real vrg: a tenant's snapshots, statistics and logs, and what every command has in common."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import Vrg
from raw import Raw

from vergesim_process import Vergesim


def test_snapshots_come_and_go(vrg: Vrg, sim: Vergesim, acme: None) -> None:
    made = vrg(
        "tenant", "snapshot", "create", "acme", "--name", "weekly", "--description", "d", "--expires-in-days", "7"
    )
    assert (made["$key"], made["name"]) == (3, "weekly")
    assert 0 <= made["expires"] - made["created"] - 7 * 86400 < 60
    assert sim.rows("tenant_snapshots")[2]["description"] == "d"
    assert vrg("tenant", "snapshot", "create", "acme", "--name", "kept")["expires"] == 0
    names = {snapshot["name"] for snapshot in vrg("tenant", "snapshot", "list", "acme")}
    assert names == {"kept", "weekly", "nightly"}
    assert vrg("tenant", "snapshot", "get", "acme", "nightly")["$key"] == 1
    vrg.fails(7, "tenant", "snapshot", "create", "acme", "--name", "kept")
    vrg("tenant", "snapshot", "delete", "acme", "weekly", "-y")
    vrg.fails(6, "tenant", "snapshot", "delete", "acme", "weekly", "-y")
    assert [row["name"] for row in sim.rows("tenant_snapshots")] == ["nightly", "nightly", "kept"]


def test_a_snapshot_whose_name_is_a_number_cannot_be_named(vrg: Vrg, raw: Raw, acme: None) -> None:
    raw.create("tenant_snapshots", tenant=1, name="2026", expires=0)
    vrg.fails(6, "tenant", "snapshot", "get", "acme", "2026")
    assert "does not belong to tenant 1" in vrg.fails(6, "tenant", "snapshot", "restore", "acme", "2")


def test_a_restore_asks_nobody(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    raw.ask("PUT", "tenants/1", {"note": "after"})
    assert "Restored tenant from snapshot 'nightly'" in vrg.run("tenant", "snapshot", "restore", "acme", "nightly").said
    assert sim.rows("tenants")[0]["note"] == "after"  # it waits for the power-on
    raw.act("tenant_actions", tenant=1, action="poweron")
    assert sim.rows("tenants")[0]["note"] == ""
    said = vrg.fails(1, "tenant", "snapshot", "restore", "acme", "nightly")
    assert "Tenant must be powered off first" in said


def test_stats(vrg: Vrg, raw: Raw, sim: Vergesim, acme: None) -> None:
    raw.act("tenant_actions", tenant=1, action="poweron")
    sim.control("POST", "/sim/clock", {"advance": 10})  # right after the start nothing is used yet
    now = vrg("tenant", "stats", "current", "acme")
    assert now["tenant_key"] == 1
    assert now["ram_used_mb"] == raw.read("tenant_stats", "tenant eq 1", "ram_used")[0]["ram_used"] > 0
    assert now["last_update"].endswith("+00:00")

    sim.control("POST", "/sim/clock", {"advance": 3600})
    history = vrg("tenant", "stats", "history", "acme", "--limit", "5")
    assert len(history) == 5
    assert [point["timestamp"] for point in history] == sorted((point["timestamp"] for point in history), reverse=True)
    assert {point["timestamp"] - after["timestamp"] for point, after in zip(history, history[1:])} == {300}
    assert {type(point["cpu_percent"]) for point in history} == {int}
    # Columns that the platform does not have.
    assert {(point["disk_read_ops"], point["disk_write_ops"]) for point in history} == {("", "")}


def test_logs(vrg: Vrg, raw: Raw, acme: None) -> None:
    raw.ask("PUT", "tenant_nodes/1", {"ram": 131072})
    raw.act("tenant_actions", tenant=1, action="poweron")
    (error,) = vrg("tenant", "logs", "list", "acme", "--errors-only")
    assert error["type"] == "Error"
    assert "Machine exceeds the max amount of RAM allowed on this cluster" in error["message"]
    everything = vrg("tenant", "logs", "list", "acme", "--limit", "3")
    assert len(everything) == 3
    stamps = [entry["timestamp"] for entry in everything]
    assert stamps == sorted(stamps, reverse=True)
    assert all(entry["timestamp"].startswith("20") for entry in everything)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 401}, 4),
        ({"status": 403}, 4),
        ({"status": 404}, 6),
        ({"status": 405}, 1),
        ({"status": 409}, 7),
        ({"status": 422}, 8),
    ],
    ids=lambda value: str(value.get("status")) if isinstance(value, dict) else "",
)
def test_exit_codes(vrg: Vrg, sim: Vergesim, fault: dict[str, int], code: int) -> None:
    sim.control("POST", "/sim/faults", {"method": "POST", "table": "tenants", "kind": "status", **fault})
    assert f"Injected status {fault['status']}" in vrg.fails(code, "tenant", "create", "--name", "acme")


def test_any_trouble_with_the_list_is_a_not_found(vrg: Vrg, sim: Vergesim) -> None:
    sim.control("POST", "/sim/faults", {"method": "GET", "table": "tenants", "kind": "status", "status": 403})
    assert "Failed to list Tenants" in vrg.fails(6, "tenant", "get", "acme")


def test_a_wrong_login(vrg: Vrg, sim: Vergesim) -> None:
    vrg.environment["VERGE_PASSWORD"] = "wrong"
    vrg.fails(4, "tenant", "list")
    vrg.environment["VERGE_HOST"] = "127.0.0.1:9"
    del vrg.environment["VERGE_PASSWORD"]
    vrg.fails(4, "tenant", "list")


@pytest.mark.parametrize(
    "words", [("tenant", "list"), ("tenant", "get", "nobody"), ("tenant", "isolate", "acme")], ids=" ".join
)
def test_the_installed_command_is_what_the_other_tests_run(vrg: Vrg, acme: None, words: tuple[str, ...]) -> None:
    assert vrg.installed(*words) == vrg.run(*words)


def profiles(vrg: Vrg, **hosts: str) -> None:
    """vrg's configuration file; the login comes from the environment."""
    home = Path(vrg.environment["HOME"], ".vrg")
    home.mkdir()
    home.joinpath("config.toml").write_text(
        "".join(f'[profile.{name}]\nhost = "{host}"\n' for name, host in hosts.items())
    )


def test_all_profiles_are_one_while_the_host_is_in_the_environment(vrg: Vrg, acme: None) -> None:
    profiles(vrg, east="east.invalid", west="west.invalid")
    listed = vrg.installed("--all-profiles", "tenant", "list")
    assert [(row["_profile"], row["name"]) for row in listed.json] == [
        (profile, name) for profile in ("default", "east", "west") for name in ("acme", "other")
    ]


def test_a_profile_that_fails_fails_nothing(vrg: Vrg, acme: None) -> None:
    profiles(vrg, east=vrg.environment.pop("VERGE_HOST"), west="")
    ran = vrg.installed("--all-profiles", "tenant", "list")
    assert (ran.code, {row["_profile"] for row in ran.json}) == (0, {"east"})
    assert "profile 'west': no host configured" in ran.said
