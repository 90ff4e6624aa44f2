"""Updates (docs/platform.md#3.25) and the questions to the vSAN."""

from __future__ import annotations

from typing import Any

import pytest

from driver import Driver

PHASES = ["refreshing", "downloading", "installing", "applying"]


@pytest.fixture
def lived() -> Driver:
    return Driver("lived")


def status(sim: Driver, source: int = 2) -> str:
    return str(sim.get("update_source_status", filter=f"source eq {source}", fields="status")[0]["status"])


def act(sim: Driver, **body: Any) -> None:
    assert sim.call("POST", "update_actions", body)[0] == 201


def test_settings_as_captured(sim: Driver) -> None:
    row = sim.get("update_settings/1", fields="all,source#name as s,branch#name as b")
    captured = {
        "name": "Update Manager",
        "source": 2,
        "branch": 2,
        "s": "Verge.io Trial / NFR",
        "b": "stable-26.1",
        "auto_refresh": True,
        "auto_update": False,
        "update_time": "00:10",
        "max_vsan_usage": 80,
        "multi_cluster_update": True,
        "snapshot_cloud_expire_seconds": 21600,
        "installed": True,
        "reboot_required": False,
        "applying_updates": False,
    }
    assert {name: row[name] for name in captured} == captured and "password" not in row
    sim.change("update_settings/1", auto_update=True, password="x")
    assert sim.refused("PUT", "update_settings/1", {"reboot_required": True})[0] == 422
    assert sim.get("update_packages/ybos", fields="version") == {"version": "26.1.8"}


def test_one_phase_after_the_other(lived: Driver) -> None:
    act(lived, source=2, action="refresh")
    assert status(lived) == "refreshing" and status(lived, 1) == "idle"
    assert lived.refused("POST", "update_actions", {"source": 2, "action": "download"})[0] == 405
    lived.wait(1)
    assert status(lived) == "idle"
    assert lived.get("update_sources/2", fields="last_refreshed") == {"last_refreshed": lived.world.now}
    waiting = "downloaded eq false"
    assert len(lived.get("update_source_packages", filter=waiting, fields="name,version")) == 3
    act(lived, source=2, action="download")
    lived.wait(1)
    assert lived.get("update_source_packages", filter=waiting, fields="name") == []
    act(lived, source=2, action="install")
    lived.wait(1)
    assert lived.get("update_packages/ybos", fields="version") == {"version": "26.1.9"}
    assert lived.get("update_settings/1", fields="reboot_required") == {"reboot_required": True}
    nodes = lived.get("nodes", fields="need_restart,restart_reason")
    assert nodes == [{"need_restart": True, "restart_reason": "Update installed"}] * 2
    kinds = lived.get("alarms", filter="owner_type eq 'nodes'", fields="alarm_type")
    assert [row["alarm_type"] for row in kinds].count("node_needs_restart") == 2


def test_an_empty_body_does_it_all(lived: Driver) -> None:
    act(lived)
    for phase in PHASES:
        assert status(lived) == phase
        assert lived.get("update_settings/1", fields="applying_updates") == {"applying_updates": True}
        lived.wait(1)
    assert status(lived) == "idle"
    assert lived.get("update_settings/1", fields="applying_updates") == {"applying_updates": False}
    assert [row["text"].split()[-1] for row in lived.get("update_logs", fields="text")[1:]] == PHASES


def test_an_empty_body_may_only_look(lived: Driver) -> None:
    lived.set(update_default_action="refresh")
    act(lived)
    lived.wait(1)
    assert status(lived) == "idle"
    assert lived.get("update_packages/ybos", fields="version") == {"version": "26.1.8"}


def test_the_check_before_an_install(lived: Driver) -> None:
    path, missing = "update_actions/runpreinstallcheck", "Unable to verify the signature"
    for where, body in ((path, {}), ("update_actions", {"action": "install"})):
        code, sentence = lived.refused("POST", where, body)
        assert code == 422 and sentence.startswith(missing)
    act(lived, source=2, action="download")
    lived.wait(1)
    assert lived.call("POST", path, {}) == (200, {})
    lived.act(2, "poweron")
    assert lived.refused("POST", path, {}) == (422, "Tenant 'globex' must be online or offline")
    lived.wait(3)
    assert lived.call("POST", path, {})[0] == 200
    lived.call("POST", "nodes/2/enable_maintenance", {})
    assert lived.refused("POST", path, {})[0] == 422
    assert lived.refused("GET", path)[0] == 404
    assert lived.as_viewer().refused("POST", path, {})[0] == 403


def test_wrong_actions(lived: Driver) -> None:
    assert lived.refused("POST", "update_actions", {"action": "explode"})[0] == 422
    assert lived.refused("POST", "update_actions", {"source": 99, "action": "refresh"})[0] == 404


def test_sources(sim: Driver) -> None:
    key = sim.make("update_sources", name="mirror", url="https://mirror.example.com", password="x")
    assert status(sim, key) == "idle"
    assert sim.get(f"update_sources/{key}", fields="url,password") == {"url": "https://mirror.example.com"}
    sim.call("DELETE", f"update_sources/{key}")
    assert sim.get("update_source_status", filter=f"source eq {key}", fields="status") == []


def test_the_dashboard(lived: Driver) -> None:
    """One object, with all its columns without being asked, and no secret."""
    lived.change("update_settings/1", password="hidden")
    shown = lived.get("update_dashboard")
    assert shown["node_count"] == {"$count": 2} and shown["counts"] == {"event_count": 0, "task_count": 0}
    assert {row["name"] for row in shown["packages"]} == {"yb", "ybos", "yb-help"}
    assert shown["settings"]["branch"] == 2 and "hidden" not in str(shown)
    act(lived, action="refresh")
    assert lived.get("update_dashboard")["counts"]["task_count"] == 1


def test_questions_to_the_vsan(sim: Driver) -> None:
    key = sim.make("vsan_queries", query="gettierstatus")
    assert sim.get(f"vsan_queries/{key}", fields="status,result") == {"status": "running", "result": ""}
    sim.wait(1)
    row = sim.get(f"vsan_queries/{key}", fields="status,result")
    assert row["status"] == "complete" and "tier 1: online" in row["result"]
    other = sim.make("vsan_queries", query="nosuch")
    sim.wait(1)
    assert sim.get(f"vsan_queries/{other}", fields="status") == {"status": "error"}
