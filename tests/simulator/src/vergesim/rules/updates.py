"""Updates: looked for, downloaded, installed, applied (docs/platform.md#3.25).

Versions of nodes stay what they are: what an update changes on a node shows in `need_restart`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from vergesim.refusal import Refusal
from vergesim.rules.base import Rules
from vergesim.schema import Row
from vergesim.virtual import VIRTUAL, Scope
from vergesim.world import World

STEADY = ("online", "offline")
READY = ("running", "unlicensed")
NO_FILE = "Unable to verify the signature of the pre-install check file"


def settings(world: World) -> Row:
    """The one row of `update_settings`."""
    return world.get("update_settings", 1)


def offered(world: World, source: Row) -> list[Row]:
    """The packages of a source."""
    return world.where("update_source_packages", "source", source["$key"])


def log(world: World, text: str, level: str = "message") -> None:
    """Append to the log of the updates."""
    stamp = int(world.timeline.now * 1_000_000)
    world.insert("update_logs", {"level": level, "text": text, "user": world.actor, "timestamp": stamp})


def check(world: World) -> Row:
    """The check before an install, which refuses what is neither up nor down."""
    if not any(package["downloaded"] for package in world.table("update_source_packages")):
        raise Refusal(422, NO_FILE)
    for tenant in world.table("tenants"):
        state = world.get("tenant_status", tenant["status"])["status"]
        if not tenant["is_snapshot"] and state not in STEADY:
            raise Refusal(422, f"Tenant '{tenant['name']}' must be online or offline")
    for node in world.table("nodes"):
        machine = world.get("machines", node["machine"])
        if world.get("machine_status", machine["status"])["status"] not in READY:
            raise Refusal(422, f"Node '{node['name']}' must be running or unlicensed")
    return {}


def _refreshed(world: World, source: Row) -> None:
    world.change("update_sources", source, last_refreshed=world.now)


def _downloaded(world: World, source: Row) -> None:
    for package in offered(world, source):
        world.change("update_source_packages", package, downloaded=True)


def _installed(world: World, source: Row) -> None:
    """The packages are in place; the nodes run them after a restart."""
    news = False
    for package in offered(world, source):
        known = world.find("update_packages", package["name"])
        if package["downloaded"] and known is not None and known["version"] != package["version"]:
            news = True
            world.change("update_packages", known, version=package["version"], modified=world.now)
    world.change("update_sources", source, last_updated=world.now)
    world.change("update_settings", settings(world), installed=True)
    if news:
        world.change("update_settings", settings(world), reboot_required=True)
        for node in world.table("nodes"):
            world.change("nodes", node, need_restart=True, restart_reason="Update installed")


def _applied(world: World, source: Row) -> None:
    world.change("update_settings", settings(world), applying_updates=False, applying_updates_force=False)


PHASES: dict[str, tuple[str, Callable[[World, Row], None]]] = {
    "refresh": ("refreshing", _refreshed),
    "download": ("downloading", _downloaded),
    "install": ("installing", _installed),
    "apply": ("applying", _applied),
}


def run(world: World, source: Row, phases: list[str]) -> None:
    """One phase after the other, a step each."""
    status = next(iter(world.where("update_source_status", "source", source["$key"])))
    if not phases:
        world.change("update_source_status", status, status="idle", info="", last_update=world.now)
        return
    name, effect = PHASES[phases[0]]
    world.change("update_source_status", status, status=name, last_update=world.now)
    log(world, f"Update source '{source['name']}' is {name}")

    def done() -> None:
        effect(world, source)
        run(world, source, phases[1:])

    world.after(1, "update_sources", source, done)


class UpdateActions(Rules):
    """`update_actions`, and the check on its own."""

    table_actions: ClassVar[dict[str, Callable[[World], Any]]] = {"runpreinstallcheck": check}

    def creating(self, world: World, values: Row) -> None:
        values["action"] = values.get("action") or world.switches["update_default_action"]

    def created(self, world: World, row: Row) -> None:
        source = world.find("update_sources", row["source"] or settings(world)["source"])
        if source is None:
            raise Refusal(422, "Source is a required parameter")
        if world.timeline.pending(("update_sources", source["$key"])):
            raise Refusal(405, "Operation not permitted")
        phases = list(PHASES) if row["action"] == "all" else [row["action"]]
        if row["action"] == "install":
            check(world)
        if row["action"] in ("apply", "all"):
            force = bool(row["force"])
            world.change(
                "update_settings", settings(world), applying_updates=True, applying_updates_force=force
            )
        run(world, source, phases)


class UpdateSourceRules(Rules):
    """Rows of `update_sources`, each with a status."""

    def created(self, world: World, row: Row) -> None:
        world.insert("update_source_status", {"source": row["$key"], "last_update": world.now})


def _dashboard(world: World, scope: Scope) -> list[Row]:
    def shown(table: str) -> list[Row]:
        secret = ("password",)
        return [
            {name: value for name, value in row.items() if name not in secret} for row in world.table(table)
        ]

    busy = sum(1 for row in world.table("update_source_status") if row["status"] not in ("idle", "error"))
    figures = {
        "logs": shown("update_logs")[-10:],
        "packages": shown("update_packages"),
        "branches": shown("update_branches"),
        "settings": shown("update_settings")[0],
        "node_count": {"$count": len(world.table("nodes"))},
        "counts": {"event_count": 0, "task_count": busy},
    }
    return [world.store.blank("update_dashboard", 1, figures)]


VIRTUAL["update_dashboard"] = _dashboard
