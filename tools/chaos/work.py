"""What is asked for: a seeded sequence of tasks over all managed modules, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from .desired import Desired
from .places import HOSTNAMES_OF_OWN, Place

Params = dict[str, Any]

#: The user's second option for what destroys, given about as often as not.
_SECOND = (True, False)
PASSWORD = "long-enough-for-all"


@dataclass
class Asked:
    """One task: a module with its options, for the tenant of a place or for the host (place None).

    ``during`` is what somebody else does, once so many of the run's requests have been answered; ``data`` is what the
    customer has written or deleted before it, in GiB by tier.
    """

    module: str
    params: Params
    place: Place | None = None
    check: bool = False
    data: dict[int, int] = field(default_factory=dict)
    during: tuple[int, str] | None = None

    def tenants(self) -> list[str]:
        """The names by which its tenant may be found; none for a task of the host."""
        if self.place is None:
            return []
        names = ("tenant",) if "tenant" in self.params else ("name", "new_name")
        return [self.params[name] for name in names if name in self.params]


class Work:
    """The tasks of one controller."""

    def __init__(self, seed: str, own: list[Place], shared: list[Place], hosts: bool) -> None:
        self.dice = random.Random(seed)
        self.own, self.shared, self.hosts = own, shared, hosts
        #: What this controller means to have reached; what others do to a shared tenant it does not know.
        self.meant = Desired()

    def next(self) -> Asked:
        """One more task."""
        kind = self.dice.random()
        if self.hosts and kind < 0.15:
            asked = self._host()
        else:
            asked = self._of_tenant(self.dice.choice(self.shared if self.shared and kind > 0.85 else self.own))
        if self.dice.random() < 0.05:
            asked.check = True
        else:
            self.meant.note(asked.module, asked.params, asked.place)
        return asked

    def _pick(self, *values: Any) -> Any:
        return self.dice.choice(values)

    def _some(self, **values: tuple[Any, ...]) -> Params:
        """Some of these options: what is not given is not managed."""
        return {name: self._pick(*choices) for name, choices in values.items() if self.dice.random() < 0.4}

    def _host(self) -> Asked:
        if self.dice.random() < 0.5:
            params = {"name": self._pick("chaos-a", "chaos-b"), "state": self._pick("present", "present", "absent")}
            if params["state"] == "present":
                params |= self._some(
                    description=("", "one", "It's {so}\\"), max_ram_per_vm_gb=(2.5, 64.0), target_ram_percent=(0, 80)
                )
            return Asked("vrg_cluster", params)
        if self.dice.random() < 0.15:
            return Asked("vrg_node", {"name": "node1", "state": "restarted", "maintenance": False})
        # Only ever one of two is meant to be in maintenance.
        other = self.meant.hosts.get("node2", False)
        name = "node2" if other else self._pick("node1", "node2")
        return Asked("vrg_node", {"name": name, "maintenance": not self.meant.hosts.get(name, False)})

    def _of_tenant(self, place: Place) -> Asked:
        if not self.meant.exists(place):
            return self._birth(place) if self.dice.random() < 0.9 else self._orphan(place)
        kinds = [self._tenant] * 4 + [self._power] * 4 + [self._node] * 4 + [self._storage] * 5 + [self._networks] * 5
        kinds += [self._snapshot] * 2 + [self._file]
        if place.own:
            kinds += [self._restore] * 3 + [self._cart] * 2 + [self._rename] * 2 + [self._other_uuid]
        asked: Asked = self._pick(*kinds)(place)
        if self.dice.random() < 0.2:
            asked.data = {self._pick(1, 3): self._pick(0, 2, 5, 9)}
        return asked

    def _named(self, place: Place) -> Params:
        return self.meant.named(place)

    def _birth(self, place: Place) -> Asked:
        there = [other for other in self.own if other is not place and self.meant.exists(other)]
        if place.own and there and self.dice.random() < 0.3:
            source = self.meant.name(self._pick(*there))
            params = {**self._named(place), "clone_from": source, "tenant_password": PASSWORD}
            params |= self._some(clone_without=(["storage"], ["nodes"]), note=("cloned",))
            return Asked("vrg_tenant", params, place)
        params = {**self._named(place), "tenant_password": PASSWORD}
        if place.own and self.dice.random() < 0.25:
            # Somebody else makes it meanwhile; with no more than its name given, theirs looks like ours.
            return Asked("vrg_tenant", params | self._some(note=("n",)), place, during=(self._pick(2, 3), "taken"))
        return Asked("vrg_tenant", params | self._properties(), place)

    def _orphan(self, place: Place) -> Asked:
        """A task for a tenant that is not there."""
        kinds = [self._node, self._storage, self._networks, self._snapshot, self._file, self._gone]
        asked: Asked = self._pick(*kinds)(place)
        return asked

    def _gone(self, place: Place) -> Asked:
        return Asked("vrg_tenant", {"name": self.meant.name(place), "state": "absent"}, place)

    def _properties(self) -> Params:
        return self._some(
            description=("", "a", "It's {so}\\"),
            note=("", "n", "note 2"),
            help_url=("", "https://help.example.com"),
            allow_branding=(True, False),
            theme_access=("both", "host_only"),
            isolated=(True, False),
        )

    def _tenant(self, place: Place) -> Asked:
        if self.dice.random() < 0.25:
            # A crash cart outlives its tenant, so it mostly goes first.
            return self._cart(place, "absent") if self.meant.has_cart(place) else self._gone(place)
        params = {**self._named(place), **self._properties()}
        if place.own and self.dice.random() < 0.15:
            params["uuid"] = "@own"
        return Asked("vrg_tenant", params, place)

    def _power(self, place: Place) -> Asked:
        if not self.meant.nodes(place) and self.dice.random() < 0.9:
            return self._node(place)
        state = self._pick("running", "running", "running", "stopped", "stopped", "restarted", "reset")
        params = {**self._named(place), "state": state}
        if state == "stopped":
            params |= self._some(force_stop_after=(20,))
        return Asked("vrg_tenant", params, place)

    def _rename(self, place: Place) -> Asked:
        now = self.meant.name(place)
        then = place.name if now != place.name else place.other_name
        return Asked("vrg_tenant", {"name": now, "new_name": then}, place)

    def _other_uuid(self, place: Place) -> Asked:
        state = self._pick("absent", "present", "stopped")
        params = {"name": self.meant.name(place), "uuid": "@neighbour", "state": state}
        return Asked("vrg_tenant", params if state != "present" else {**params, "note": "not mine"}, place)

    def _node(self, place: Place) -> Asked:
        nodes = self.meant.nodes(place)
        params: Params = {"tenant": self.meant.name(place)}
        if nodes and self.dice.random() < 0.25:
            params |= {"name": max(nodes), "state": "absent", "allow_power_off": self._pick(*_SECOND)}
            return Asked("vrg_tenant_node", params, place)
        name = self._pick(*(nodes or ["node1"]), f"node{min(len(nodes), 2) + 1}")
        params |= {"name": name, "cpu_cores": self._pick(1, 2, 4), "ram_gb": self._pick(2.0, 2.5, 3.0)}
        params |= self._some(description=("", "front", "It's {so}"), on_power_loss=("power_on", "leave_off"))
        return Asked("vrg_tenant_node", params, place)

    def _storage(self, place: Place) -> Asked:
        params: Params = {"tenant": self.meant.name(place), "tier": self._pick(1, 3)}
        if self.dice.random() < 0.3:
            params["state"] = "absent"
        else:
            params["provisioned_gb"] = self._pick(1, 4, 10, 20)
        params["allow_data_loss"] = self.dice.random() < 0.3
        during = (self.dice.randint(1, 4), "fill") if place.own and self.dice.random() < 0.25 else None
        return Asked("vrg_tenant_storage", params, place, during=during)

    def _networks(self, place: Place) -> Asked:
        params: Params = {"tenant": self.meant.name(place), "state": self._pick("present", "present", "absent")}
        ips: list[Params] = [{"ip": ip, "network": "External"} for ip in place.addresses]
        if place.own:
            ips += [{"hostname": f"{host}.{place.domain}", "network": "External"} for host in HOSTNAMES_OF_OWN]
        every: dict[str, list[Params]] = {
            "external_ips": ips,
            "network_blocks": [{"cidr": cidr, "network": "External"} for cidr in place.blocks],
            "layer2_networks": [{"network": "Internal"}, {"network": "Internal", "enabled": self._pick(True, False)}],
        }
        for option in self.dice.sample(sorted(every), self._pick(1, 1, 2, 3)):
            items = every[option]
            count = 1 if option == "layer2_networks" else self.dice.randint(1, len(items))
            params[option] = self.dice.sample(items, count)
        params["allow_ui_loss"] = self._pick(*_SECOND)
        if params["state"] == "present" and self.dice.random() < 0.2:
            params["exclusive"] = True
        during = (self.dice.randint(2, 5), "ui") if place.own and self.dice.random() < 0.2 else None
        return Asked("vrg_tenant_net", params, place, during=during)

    def _snapshot(self, place: Place) -> Asked:
        params = {"tenant": self.meant.name(place), "name": self._pick("first", "It's {so}")}
        if self.dice.random() < 0.3:
            return Asked("vrg_tenant_snapshot", {**params, "state": "absent"}, place)
        return Asked("vrg_tenant_snapshot", {**params, **self._some(retention=(0, 86400), description=("d",))}, place)

    def _restore(self, place: Place) -> Asked:
        there = self.meant.snapshots(place)
        if not there and self.dice.random() < 0.9:
            return self._snapshot(place)
        params = {"tenant": self.meant.name(place), "name": self._pick(*there, *([] if there else ["first"]))}
        sure = {"confirm_overwrite": self.dice.random() < 0.8, "stop_tenant": self._pick(*_SECOND)}
        return Asked("vrg_tenant_snapshot", {**params, "state": "restored", **sure}, place)

    def _cart(self, place: Place, state: str = "") -> Asked:
        state = state or self._pick("present", "present", "absent")
        return Asked("vrg_tenant_crash_cart", {"tenant": self.meant.name(place), "state": state}, place)

    def _file(self, place: Place) -> Asked:
        return Asked("vrg_tenant_file", {"tenant": self.meant.name(place), "file": "debian-13.qcow2"}, place)
