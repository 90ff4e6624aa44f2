"""Devices of a machine: what has one that stands in a node cannot migrate (docs/platform.md#3.8, 4.3)."""

from __future__ import annotations

from vergesim.rules.base import Stamped
from vergesim.schema import Key, Row
from vergesim.world import ON_DROP, World

# What needs no hardware of a node.
EMULATED = "tpm"


def _reconsider(world: World, key: Key) -> None:
    machine = world.find("machines", key)
    if machine is not None:
        held = any(device["type"] != EMULATED for device in world.where("machine_devices", "machine", key))
        world.change("machine_status", world.get("machine_status", machine["status"]), migratable=not held)


class DeviceRules(Stamped):
    """Rows of `machine_devices`."""

    def creating(self, world: World, values: Row) -> None:
        super().creating(world, values)
        machine = world.get("machines", values["machine"])
        number = len(world.where("machine_devices", "machine", machine["$key"]))
        values["name"] = values.get("name") or f"device_{number}"
        values.update(machine_type=machine["type"], orderid=number, uuid=world.new_uuid(), created=world.now)

    def created(self, world: World, row: Row) -> None:
        status = world.insert("machine_device_status", {"machine_device": row["$key"]})
        world.change("machine_devices", row, status=status["$key"])
        _reconsider(world, row["machine"])


ON_DROP["machine_devices"] = lambda world, device: _reconsider(world, device["machine"])
