"""Tables of devices that a machine is given from a node (docs/platform.md#3.8)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    Column,
    Table,
    choice,
    epoch,
    flag,
    integer,
    ref,
    table,
    text,
    texts,
)

DEVICE_TYPES = (
    "gpu nvidia_vgpu tpm node_usb_devices node_sriov_nic_devices node_pci_devices node_host_gpu_devices "
    "node_nvidia_vgpu_devices"
)

TABLES: tuple[Table, ...] = (
    table(
        "machine_devices",
        ref("machine", "machines", CREATE, required=True),
        text("machine_type", 32, access=RO),
        text("name", 128),
        text("description"),
        Column("type", "text", None, CREATE, required=True, choices=tuple(DEVICE_TYPES.split())),
        integer("orderid", access=RO),
        text("uuid", 36, access=RO),
        flag("enabled", True),
        flag("optional"),
        # Resource groups have UUIDs as keys, and are no table here.
        text("resource_group", 36, access=CREATE, default=None),
        ref("status", "machine_device_status", RO),
        epoch("created"),
        epoch("modified"),
        methods="POST PUT DELETE",
        parent="machine",
    ),
    table(
        "machine_device_status",
        ref("machine_device", "machine_devices", RO),
        choice("status", "offline online errors warning hotplug initializing missing", access=RO),
        texts("status_info"),
        parent="machine_device",
        display="status",
    ),
)
