"""Every switch by name."""

from __future__ import annotations

from vergesim.switches import access, answers, by_release, hosts, networks, tenants
from vergesim.switches.switch import Switch

SWITCHES: dict[str, Switch] = {
    each.name: each
    for area in (answers, access, hosts, tenants, networks, by_release)
    for each in area.SWITCHES
}
