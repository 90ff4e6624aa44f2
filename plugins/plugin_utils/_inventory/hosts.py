# Copyright (c) 2026, The vergeio.vrg contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of systems to hosts of an inventory: their variables, their groups, and the names that tell them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Optional

from ...module_utils._model.errors import VrgError
from ...module_utils._model.units import iso_utc
from .reading import Answer
from .source import System

#: What a host that is to be reached at an address of its own, and has none, is given: a name that nobody can have
#: (RFC 2606), where its own name could lead anywhere.
NO_ADDRESS = "no-address.invalid"
#: A group a flag, where it is set.
_FLAGS = {"isolated": "tenants", "need_restart": "nodes"}
_LISTED = 5


@dataclass
class Host:
    """A host to be. ``row`` is what an info module returns, with ``kind`` and ``system``; ``name`` comes later."""

    system: System
    kind: str
    row: Mapping[str, Any]
    connection: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def label(self) -> str:
        """What it is, in a sentence."""
        of = "" if self.is_system else f" of system '{self.system.name}'"
        return f"{self.kind} '{self.row['name']}'{of}"

    def named(self, prefix: str) -> Iterator[tuple[str, Any]]:
        """Its variables by name."""
        yield from ((f"{prefix}{name}", value) for name, value in self.row.items())
        yield from self.system.variables.items()
        yield from self.connection.items()

    def groups(self) -> list[str]:
        """By kind, system, status, cluster, and what needs looking at; without the prefix of their names."""
        clusters = [self.row["name"]] if self.kind == "cluster" else [self.row.get("cluster")]
        clusters += [node["cluster"] for node in self.row.get("nodes") or ()]
        return [
            f"{self.kind}s",
            f"system_{self.system.name}",
            *([f"status_{self.row['status']}"] if self.row["status"] else ()),
            *(f"cluster_{cluster}" for cluster in dict.fromkeys(clusters) if cluster),
            *(flag for flag in _FLAGS if self.row.get(flag) is True),
        ]


def standing_groups(resources: Sequence[str]) -> list[str]:
    """The groups that are there, though nothing may be in them: a play for them is then empty instead of in doubt."""
    return ["systems", *resources, *(flag for flag, kind in _FLAGS.items() if kind in resources)]


def hosts_of(system: System, answer: Optional[Answer], reached: bool, connect_with: str) -> Iterator[Host]:
    """The system, and what was read of it; ``answer`` is None where nothing is known."""
    about = answer["system"] if answer else {}
    facts = {
        "name": system.name,
        "status": "online" if reached else "unreachable",
        "cloud_name": about.get("name"),
        "version": about.get("version"),
        "read_at": iso_utc(answer["read"]) if answer else None,
    }
    for kind, rows in (("systems", [facts]), *(answer["rows"].items() if answer else ())):
        one = kind[:-1]
        for row in rows:
            shown = {**row, "kind": one, "system": system.name}
            yield Host(system, one, shown, _connection(one, row, connect_with))


def _connection(kind: str, row: Mapping[str, Any], connect_with: str) -> dict[str, Any]:
    """How Ansible reaches it: through the API, from the controller, unless tenants are reached at an address."""
    if connect_with == "none" or kind != "tenant":
        return {"ansible_connection": "local"}
    interface = _address(row["ui_address"])
    if connect_with == "ui_address":
        return {"ansible_host": interface or NO_ADDRESS}
    found = sorted(filter(None, (_address(one["ip"]) for one in row["external_ips"])), key=_by_number)
    # The one behind its user interface leads to that.
    return {"ansible_host": next((one for one in found if one != interface), interface or NO_ADDRESS)}


def _address(text: Any) -> Optional[str]:
    """An address as it may be handed to ssh; nothing else that a row might hold."""
    try:
        # What may stand behind a percent sign is no part of the address.
        return str(ip_address(str(text).strip().partition("%")[0]))
    except ValueError:
        return None


def _by_number(text: str) -> tuple[int, int]:
    address = ip_address(text)
    return address.version, int(address)


def plain_name(text: Any) -> str:
    """A name for a host, in which nothing begins a template: older releases of ansible-core would run it."""
    return re.sub(r"\{(?=[{%#])", "_", str(text))


def tell_apart(hosts: Sequence[Host], reserved: Collection[str], qualify: bool) -> None:
    """Give each host a name of its own; each already has the one that it should have.

    Systems keep theirs. Raises VrgError where two hosts would have one name, or a host one that is reserved, unless
    ``qualify``: then the system's name is added, and if need be the kind.
    """
    choices = [[plain_name(host.name)] for host in hosts]
    for host, names in zip(hosts, choices):
        if qualify and not host.is_system:
            names += [f"{names[0]}_{plain_name(host.system.name)}"]
            names += [f"{names[-1]}_{host.kind}"]
    at = [0] * len(hosts)
    while True:
        names = [choices[number][at[number]] for number in range(len(hosts))]
        count = Counter(names)
        clashing = [number for number, name in enumerate(names) if count[name] > 1 or name in reserved]
        movable = [number for number in clashing if at[number] + 1 < len(choices[number])]
        if not movable:
            break
        for number in movable:
            at[number] += 1
    if clashing:
        having: dict[str, list[str]] = {}
        for number in clashing:
            having.setdefault(names[number], []).append(hosts[number].label)
        raise _same_name(having)
    for host, name in zip(hosts, names):
        host.name = name


def _same_name(having: Mapping[str, Sequence[str]]) -> VrgError:
    """What is said of names that would be taken twice; ``having`` are the hosts by the name that each would have."""
    said = []
    for name, labels in having.items():
        more = f" and {len(labels) - _LISTED} more" if len(labels) > _LISTED else ""
        alone = ", which is taken by a group, the controller or another source" if len(labels) == 1 else ""
        said.append(f"'{name}' would be the name of {', '.join(labels[:_LISTED])}{more}{alone}.")
    if len(said) > _LISTED:
        said[_LISTED:] = [f"So it is with {len(said) - _LISTED} more names."]
    return VrgError(
        " ".join(said), hint="Set hostname_conflict to qualify, or hostname to a template that tells them apart."
    )
