"""Every switch by name."""

from __future__ import annotations

from vergesim.switches import access, answers, hosts, networks, tenants
from vergesim.switches.switch import Switch

SWITCHES: dict[str, Switch] = {
    each.name: each for area in (answers, access, hosts, tenants, networks) for each in area.SWITCHES
}
