"""Devices that a machine is given (docs/platform.md#3.8)."""

from __future__ import annotations

from vergesim.rules.base import Rules
from vergesim.rules.machines import status_of
from vergesim.schema import Key, Row
from vergesim.world import ON_DROP, World

WITHOUT_HOST = ("tpm",)


def _bind(world: World, machine: Key | None) -> None:
    """A machine with a device of its host cannot move."""
    row = world.find("machines", machine)
    if row is None or row["type"] == "node":
        return
    devices = world.where("machine_devices", "machine", row["$key"])
    free = all(each["type"] in WITHOUT_HOST or not each["enabled"] for each in devices)
    world.change("machine_status", status_of(world, row), migratable=free)


def equip(world: World, device: Row, status: str = "offline") -> None:
    """What a device has beside its row: a status, which says offline until its machine starts with it."""
    machine = world.get("machines", device["machine"])
    row = world.insert("machine_device_status", {"status": status})
    world.change("machine_devices", device, status=row["$key"], machine_type=machine["type"])
    _bind(world, device["machine"])


class DeviceRules(Rules):
    """Rows of `machine_devices`."""

    def creating(self, world: World, values: Row) -> None:
        siblings = world.where("machine_devices", "machine", values["machine"])
        values["name"] = values.get("name") or f"device_{len(siblings)}"
        values["orderid"] = values.get("orderid") or len(siblings)
        values.update(uuid=world.new_uuid(), created=world.now, modified=world.now)

    def created(self, world: World, row: Row) -> None:
        equip(world, row)

    def updating(self, world: World, row: Row, changes: Row) -> None:
        changes["modified"] = world.now

    def updated(self, world: World, row: Row, changes: Row) -> None:
        _bind(world, row["machine"])


def _dropped(world: World, device: Row) -> None:
    status = world.find("machine_device_status", device["status"])
    if status is not None:
        world.drop("machine_device_status", status)
    _bind(world, device["machine"])


ON_DROP["machine_devices"] = _dropped
