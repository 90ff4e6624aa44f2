# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with the hosts of a system: clusters, nodes, tiers and drives, and what waits for a restart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Optional

from .._model.conditions import Row
from .._model.selectors import row_key
from .._model.units import figure, gib
from .._tables.drives import WARNINGS
from .._tables.nodes import IN_MAINTENANCE, IS_LEAVING, VERSIONS
from .._tables.tiers import IS_AILING, IS_FULL, existing
from .health import AMBER, RED, VERDICTS, Limit, Limits, Problem, System, share, shown_share

#: States of the platform that are none of a healthy row; one that nobody knows is amber.
_STATES = {None: None, "": None, "online": None, "error": RED, "offline": RED}
#: Of drives, the platform's words are not all known: each but online is bad (docs/platform.md#3.22).
_LOST_DRIVE = ("error", "offline", "missing")
#: Of a drive outside the vSAN: others may mean that nothing uses it.
_BAD_SPARE = ("error", "missing", "warning", "degraded")


def clusters(system: System, limits: Limits) -> Iterator[Problem]:
    """Clusters by their own state, and the vSAN by the tiers of each."""
    numbers = frozenset(int(row["tier"]) for row in system["storage_tiers"])
    for row in system["clusters"]:
        name, level = str(row["name"]), _STATES.get(row["state"], AMBER)
        if level is None and row["status"] != "online":
            level = AMBER
        # One that is switched off, or has no nodes, has nothing to be up.
        if level and row["enabled"] and row["total_nodes"]:
            up = f"{row['online_nodes']} of {row['total_nodes']} nodes are online"
            yield Problem(level, "cluster", name, f"Cluster {name} is {_state(row)}: {up}.")
        tiers = row["tiers"] or []
        for tier in existing(tiers, numbers) if numbers else tiers:
            yield from _vsan_tier(name, tier)


def _state(row: Row) -> str:
    """What a row says of itself."""
    words = [str(row[column]) for column in ("status", "state") if row[column]]
    return f"{words[0]} (state {words[1]})" if len(set(words)) == 2 else "".join(words[:1]) or "in no known state"


def _vsan_tier(cluster: str, tier: Row) -> Iterator[Problem]:
    level = RED if IS_FULL.matches(tier) else _STATES.get(tier["state"], AMBER)
    if level is None and IS_AILING.matches(tier):
        level = AMBER
    if level is None:
        return
    told = [f"is {_state(tier)}"]
    if tier["redundant"] is False:
        told.append("is not redundant")
    if tier["bad_drives"]:
        told.append("has a bad drive" if tier["bad_drives"] == 1 else f"has {int(tier['bad_drives'])} bad drives")
    sentence = f"The vSAN tier {tier['tier']} of cluster {cluster} {', '.join(told)}."
    yield Problem(level, "cluster", cluster, sentence, tier["since"])


def nodes(system: System, limits: Limits) -> Iterator[Problem]:
    """Nodes that do not run, or do not serve."""
    for row in system["nodes"]:
        found = _node(row)
        if found:
            level, says = found
            yield Problem(level, "node", str(row["name"]), f"Node {row['name']} {says}.")


def _node(row: Row) -> Optional[tuple[str, str]]:
    if IS_LEAVING.matches(row):
        return AMBER, "is leaving maintenance"
    if IN_MAINTENANCE.matches(row):
        # That it is down may be what it was drained for.
        return AMBER, "is in maintenance" if row["running"] else f"is in maintenance, and {row['status']}"
    if not row["running"]:
        return RED, f"does not run: its status is {row['status'] or 'not known'}"
    if _STATES.get(row["state"], AMBER):
        return _STATES.get(row["state"], AMBER) or AMBER, f"is {_state(row)}"
    if row["status"] != "running":
        return AMBER, f"is {row['status'] or 'in no known state'}"
    if row["vsan_connected"] is False:
        return RED, "is not connected to the vSAN"
    return None


def tiers(system: System, limits: Limits) -> Iterator[Problem]:
    """Storage tiers by what is used of them, and by what was promised of them."""
    promised: dict[int, int] = {}
    counted = {row_key(row["$key"]) for row in system["tenants"]} if system.has("tenants") else None
    for row in system["tenant_storage"]:
        # A snapshot of a tenant is a row of the tenants, and promises nothing.
        if row["tier"] is not None and (counted is None or row_key(row["tenant_key"]) in counted):
            promised[int(row["tier"])] = promised.get(int(row["tier"]), 0) + int(row["provisioned_bytes"])
    for row in system["storage_tiers"]:
        number = int(row["tier"])
        yield from _tier(f"tier {number}", row, promised.get(number, 0), limits)


def _tier(name: str, row: Row, promised: int, limits: Limits) -> Iterator[Problem]:
    capacity, used = int(row["capacity_bytes"]), int(row["used_bytes"])
    if capacity <= 0:
        # One without drives may be listed; one that holds something is offline.
        if used or promised:
            yield Problem(RED, "tier", name, f"Storage {name} has no capacity, and holds data.")
        return
    for what, size, limit in (("used", used, limits.tier_used), ("provisioned", promised, limits.tier_provisioned)):
        level = limit.level(share(size, capacity))
        if level:
            sizes = f"{figure(gib(size, 1))} of {figure(gib(capacity, 1))} GiB are {what}"
            yield Problem(level, "tier", name, f"Storage {name} is at {shown_share(size, capacity)}: {sizes}.")


def drives(system: System, limits: Limits) -> Iterator[Problem]:
    """Drives by their state, by what the platform warns of, and by wear and errors."""
    for row in system["machine_drive_phys"]:
        found = list(_signs(row, limits))
        if found:
            place = "/".join(filter(None, (row["node"], row["location"])))
            level = max((level for level, _says in found), key=VERDICTS.index)
            told = "; ".join(says for _level, says in found)
            serial = f" (serial {row['serial']})" if row["serial"] else ""
            since = row["status_since"] if row["status"] not in (None, "online") else None
            name = place or f"drive {row['$key']}"
            yield Problem(level, "drive", name, f"Drive {place or row['$key']}{serial}: {told}.", since)


def _signs(row: Row, limits: Limits) -> Iterator[tuple[str, str]]:
    status, in_vsan = row["status"], int(row["vsan_tier"]) >= 0
    if status in _BAD_SPARE or (in_vsan and status not in (None, "online")):
        yield RED if in_vsan and status in _LOST_DRIVE else AMBER, f"it is {status}"
    if in_vsan:
        reads, writes = int(row["vsan_read_errors"] or 0), int(row["vsan_write_errors"] or 0)
        level = limits.drive_errors.level(reads + writes) if reads + writes else None
        if level:
            yield level, f"{reads} read errors and {writes} write errors"
        if row["vsan_repairing"]:
            yield AMBER, f"{int(row['vsan_repairing'])} blocks are being repaired"
    yield from _of_platform(row, limits.drive_wear)


def _of_platform(row: Row, wear: Limit) -> Iterator[tuple[str, str]]:
    for name, word in WARNINGS.items():
        level = AMBER if row[f"{name}_warn"] else None
        if name == "wear_level":
            worn = wear.level(row[name]) if row[name] is not None else None
            level = RED if worn == RED else worn or level
        if level:
            unit = " %" if name == "wear_level" else ""
            yield level, f"{word} {int(row[name])}{unit}" if row[name] is not None else f"{word} beyond the limit"


def versions(system: System, limits: Limits) -> Iterator[Problem]:
    """What waits for a restart, and what for an update."""
    rows = system["nodes"]
    for row in rows:
        if row["need_restart"]:
            reason = f": {row['restart_reason']}" if row["restart_reason"] else ""
            yield Problem(AMBER, "version", str(row["name"]), f"Node {row['name']} needs a restart{reason}.")
        elif row["reload_drivers_required"]:
            yield Problem(AMBER, "version", str(row["name"]), f"Node {row['name']} has to load its drivers again.")
    yield from _behind(rows)
    for row in system["update_settings"]:
        if row["applying_updates"]:
            yield Problem(AMBER, "version", "system", "An update is being applied.")
        elif row["reboot_required"]:
            yield Problem(AMBER, "version", "system", "An update is installed, and needs nodes to be restarted.")
        yield from _updates(system, row, limits.updates)


def _behind(rows: Sequence[Row]) -> Iterator[Problem]:
    """Nodes with an older version than others: compared between nodes, never between columns, since hotfixes let these
    differ (docs/platform.md#3.25)."""
    newest = {column: max((str(row[column] or "") for row in rows), key=_parts, default="") for column in VERSIONS}
    for row in rows:
        old = [f"{column} {row[column]}, and others {newest[column]}" for column in VERSIONS if row[column]]
        told = [text for column, text in zip(filter(row.get, VERSIONS), old) if row[column] != newest[column]]
        if told:
            yield Problem(AMBER, "version", str(row["name"]), f"Node {row['name']} has {'; '.join(told)}.")


def _parts(version: str) -> tuple[Any, ...]:
    """A version as what orders it: 26.1.10 is newer than 26.1.9."""
    return tuple(
        (0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.findall(r"\d+|[^\d.]+", version)
    )


def _updates(system: System, settings: Row, which: str) -> Iterator[Problem]:
    if which == "ignore" or not system.has("update_source_packages", "update_packages"):
        return
    installed = {row["name"]: str(row["version"] or "") for row in system["update_packages"]}
    news = [
        f"{row['name']} {row['version']}"
        for row in system["update_source_packages"]
        if all(row_key(row[key]) == row_key(settings[key]) for key in ("source_key", "branch_key"))
        and (row["downloaded"] or which == "available")
        and _parts(installed.get(row["name"], "")) < _parts(str(row["version"] or ""))
        and row["name"] in installed
    ]
    if news:
        state = "is downloaded, and waits to be installed" if which == "downloaded" else "is offered"
        yield Problem(AMBER, "version", "system", f"An update {state}: {', '.join(sorted(news))}.")
