"""Every switch by name."""

from __future__ import annotations

from vergesim.switches import access, answers, by_release, hosts, networks, services, tenants
from vergesim.switches.switch import Switch

SWITCHES: dict[str, Switch] = {
    each.name: each
    for area in (answers, access, hosts, tenants, networks, services, by_release)
    for each in area.SWITCHES
}
