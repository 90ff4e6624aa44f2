# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands of a tenant, short enough to be remembered by a snapshot's description, and how it differs later.

It is not known of every row whether the platform restores it (docs/platform.md#4.4), so it is compared.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Optional

Row = Mapping[str, Any]
#: Columns by subject: the tenant itself, and each thing that it has.
Standing = dict[str, dict[str, Any]]

_TENANT = "the tenant"
_TENANT_COLUMNS = (
    *("name", "description", "url", "note", "expose_cloud_snapshots", "allow_branding", "help_url", "theme_access"),
    *("require_password_change", "ui_address", "isolated"),
)
#: What a tenant has: the kind of row, how one is called, by which column, and what of it a task can change.
_PARTS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "nodes",
        "node",
        "name",
        (
            *("enabled", "cpu_cores", "ram_gb", "cluster", "failover_cluster", "preferred_node", "on_power_loss"),
            *("ha_group", "description"),
        ),
    ),
    ("storage", "tier", "tier", ("provisioned_gb",)),
    ("network_blocks", "block", "cidr", ("network", "description")),
    ("external_ips", "external IP", "ip", ("network", "hostname", "description")),
    ("layer2_networks", "layer-2 network", "network", ("enabled",)),
)
_LONGEST = 60
#: Of how many subjects there was no room to remember anything.
_LEFT_OUT = "left out"


def standing(row: Row) -> Standing:
    """What stands of a tenant that was read with its nodes, storage and networks."""
    found = {_TENANT: _columns(row, _TENANT_COLUMNS)}
    for kind, word, name, columns in _PARTS:
        for each in row.get(kind) or ():
            named = each[name] if kind == "storage" else f"'{each[name]}'"
            found[f"{word} {named}"] = _columns(each, columns)
    return found


def remembered(found: Standing, room: int) -> str:
    """It as text without brackets, of at most so many characters; what there is no room for is counted."""
    kept: dict[str, Any] = {}
    for subject, columns in found.items():
        more = {**kept, subject: columns}
        if len(_text({**more, _LEFT_OUT: len(found)})) <= room:
            kept = more
    left = len(found) - len(kept)
    text = _text({**kept, _LEFT_OUT: left} if left else kept)
    return text if len(text) <= room else ""


def recalled(text: str) -> Optional[dict[str, Any]]:
    """What was remembered; None if nothing was, or somebody has written over it."""
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def differences(before: Mapping[str, Any], now: Standing) -> list[str]:
    """What is not as it was, a clause for each, in the order of what stood before."""
    return list(_differences(before, now))


def left_out(before: Mapping[str, Any]) -> int:
    """Of how many things nothing was remembered."""
    count = before.get(_LEFT_OUT, 0)
    return count if isinstance(count, int) else 0


def _differences(before: Mapping[str, Any], now: Standing) -> Iterator[str]:
    for subject, columns in before.items():
        if subject == _LEFT_OUT or not isinstance(columns, dict):
            continue
        if subject not in now:
            yield f"{subject} is gone"
            continue
        for name in dict.fromkeys([*columns, *now[subject]]):
            had, has = columns.get(name), now[subject].get(name)
            if had != has:
                yield f"{subject} has {name} {_said(has)}, and had {_said(had)}"
    if not left_out(before):
        yield from (f"{subject} is new" for subject in now if subject not in before)


def _columns(row: Row, names: Sequence[str]) -> dict[str, Any]:
    """Nothing is null, blank or off."""
    return {name: _short(name, row[name]) for name in names if row.get(name)}


def _short(name: str, value: Any) -> Any:
    """A long text by its beginning and a mark that differs if it does; of a note, which may say anything, the mark."""
    if not isinstance(value, str) or (len(value) <= _LONGEST and name != "note"):
        return value
    mark = f"…{zlib.crc32(value.encode('utf-8', 'surrogatepass')):08x}"
    return mark if name == "note" else value[:_LONGEST] + mark


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return "none"
    return f"'{value}'" if isinstance(value, str) else str(value).removesuffix(".0")


def _text(found: Mapping[str, Any]) -> str:
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    return text.replace("[", "\\u005b").replace("]", "\\u005d")
