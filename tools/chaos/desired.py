"""What a sequence of tasks means to have reached, and the tasks that ask for it again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .places import Place

Params = dict[str, Any]

#: What an item of a list of networks is identified by.
_ITEM = {"external_ips": ("ip", "hostname"), "network_blocks": ("cidr",), "layer2_networks": ("network",)}
#: Options that are about one run, not about what shall be.
_ONCE = ("clone_from", "clone_without", "uuid", "force_stop_after", "new_name", "allow_power_off", "exclusive")
_POWER = {"running": "running", "stopped": "stopped", "restarted": "running", "reset": "running"}


class Tenant:
    """One tenant as it shall be, part by part: the options of the last task that named the part."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.options: Params = {}
        self.parts: dict[tuple[str, Any], Params] = {}


class Desired:
    """Tenants, clusters and hosts as they shall be."""

    def __init__(self) -> None:
        self.tenants: dict[int, tuple[Place, Tenant | None]] = {}
        self.clusters: dict[str, Params] = {}
        self.hosts: dict[str, bool] = {}
        self._names: dict[int, tuple[str, str]] = {}

    def exists(self, place: Place) -> bool:
        return self._tenant(place) is not None

    def _tenant(self, place: Place) -> Tenant | None:
        return self.tenants.get(place.number, (place, None))[1]

    def name(self, place: Place) -> str:
        """What the tenant is, or would be, called."""
        return self._names.get(place.number, (place.name, place.name))[1]

    def named(self, place: Place) -> Params:
        """The options that name it, also where a rename has not happened yet."""
        former, name = self._names.get(place.number, (place.name, place.name))
        if former == name or self._tenant(place) is None:
            return {"name": name}
        return {"name": former, "new_name": name}

    def nodes(self, place: Place) -> list[str]:
        """The names of its nodes."""
        return self._parts(place, "vrg_tenant_node")

    def snapshots(self, place: Place) -> list[str]:
        """The names of its snapshots."""
        return self._parts(place, "vrg_tenant_snapshot")

    def has_cart(self, place: Place) -> bool:
        """Whether it has a crash cart."""
        return bool(self._parts(place, "vrg_tenant_crash_cart"))

    def _parts(self, place: Place, module: str) -> list[str]:
        tenant = self._tenant(place)
        parts = tenant.parts.items() if tenant else ()
        return sorted(name for (kind, name), params in parts if kind == module and _present(params))

    def note(self, module: str, params: Params, place: Place | None) -> None:
        """A task was run: what it asks for counts from now on."""
        if module == "vrg_cluster":
            self.clusters[params["name"]] = {**self.clusters.get(params["name"], {}), **params}
        elif module == "vrg_node":
            self.hosts[params["name"]] = bool(params["maintenance"])
        elif place is not None and module == "vrg_tenant":
            self._note_tenant(params, place)
        elif place is not None and (tenant := self._tenant(place)) is not None:
            self._note_part(tenant, module, params)

    def _note_tenant(self, params: Params, place: Place) -> None:
        tenant = self._tenant(place)
        if params.get("uuid") == "@neighbour":
            return
        if params.get("state") == "absent":
            self.tenants[place.number] = (place, None)
            # What comes next is called so from the start.
            self._names[place.number] = (self.name(place),) * 2
            return
        if tenant is None:
            if "tenant_password" not in params:
                return
            tenant = Tenant(self.name(place))
            self.tenants[place.number] = (place, tenant)
            tenant.parts |= self._copied(params)
        if "new_name" in params:
            tenant.name = params["new_name"]
            self._names[place.number] = (params["name"], params["new_name"])
        given = {name: value for name, value in params.items() if name not in (*_ONCE, "name", "state")}
        tenant.options |= given
        if params.get("state") in _POWER:
            tenant.options["state"] = _POWER[params["state"]]

    def _copied(self, params: Params) -> dict[tuple[str, Any], Params]:
        """The nodes that a clone gets of its source."""
        sources = [tenant for _place, tenant in self.tenants.values() if tenant is not None]
        source = next((one for one in sources if one.name == params.get("clone_from")), None)
        if source is None or "nodes" in params.get("clone_without", ()):
            return {}
        return {part: dict(options) for part, options in source.parts.items() if part[0] == "vrg_tenant_node"}

    def _note_part(self, tenant: Tenant, module: str, params: Params) -> None:
        if module == "vrg_tenant_net":
            self._note_networks(tenant, params)
        elif module == "vrg_tenant_file" or params.get("state") == "restored":
            return
        else:
            name = params.get("name", params.get("tier", ""))
            known = tenant.parts.get((module, name), {})
            tenant.parts[module, name] = {**(known if _present(known) and _present(params) else {}), **params}

    def _note_networks(self, tenant: Tenant, params: Params) -> None:
        for option, marks in _ITEM.items():
            if params.get(option) is None:
                continue
            if params.get("exclusive"):
                for kind, mark in list(tenant.parts):
                    if kind == option:
                        tenant.parts[kind, mark] |= {
                            "state": "absent",
                            "allow_ui_loss": params.get("allow_ui_loss", False),
                        }
            for item in params[option]:
                mark = next(item[name] for name in marks if name in item)
                known = tenant.parts.get((option, mark), {})
                items = {**(known.get("item", {}) if _present(params) else {}), **item}
                loss = params["allow_ui_loss"]
                tenant.parts[option, mark] = {"state": params["state"], "item": items, "allow_ui_loss": loss}

    def tasks(self) -> Iterator[tuple[str, Params, Place | None]]:
        """Tasks that ask for all of it, in the order of a playbook: what others need comes first."""
        for name in sorted(self.hosts):
            yield "vrg_node", {"name": name, "maintenance": False}, None
        for params in self.clusters.values():
            yield "vrg_cluster", params, None
        for place, tenant in self.tenants.values():
            if tenant is None:
                for name in (place.name, place.other_name) if place.own else (place.name,):
                    yield "vrg_tenant", {"name": name, "state": "absent"}, place
            else:
                former, name = self._names.get(place.number, (place.name, place.name))
                if former == name and place.own:
                    # A rename back, or a delete, that failed until now.
                    left = place.other_name if name == place.name else place.name
                    yield "vrg_tenant", {"name": left, "state": "absent"}, place
                yield from self._of(place, tenant)

    def _of(self, place: Place, tenant: Tenant) -> Iterator[tuple[str, Params, Place | None]]:
        options = {name: value for name, value in tenant.options.items() if name != "state"}
        yield "vrg_tenant", {**self.named(place), **options}, place
        name = self.name(place)
        nodes = {part: params for (kind, part), params in tenant.parts.items() if kind == "vrg_tenant_node"}
        for part in sorted(nodes):
            if _present(nodes[part]):
                yield "vrg_tenant_node", {**nodes[part], "tenant": name}, place
        for part in sorted(nodes, reverse=True):
            if not _present(nodes[part]):
                yield "vrg_tenant_node", {**nodes[part], "tenant": name, "allow_power_off": True}, place
        for (kind, _part), params in tenant.parts.items():
            if kind in _ITEM:
                networks = {"tenant": name, "state": params["state"], kind: [params["item"]]}
                yield "vrg_tenant_net", {**networks, "allow_ui_loss": params["allow_ui_loss"]}, place
            elif kind != "vrg_tenant_node":
                yield kind, {**params, "tenant": name}, place
        if "state" in tenant.options and (tenant.options["state"] == "stopped" or self.nodes(place)):
            yield "vrg_tenant", {"name": name, "state": tenant.options["state"]}, place


def _present(params: Params) -> bool:
    return bool(params) and params.get("state", "present") == "present"
