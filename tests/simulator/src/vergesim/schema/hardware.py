"""Tables of what hosts are built of: drives, memory, links, devices (docs/platform.md#3.3, 3.22, 8.2)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    Column,
    Table,
    blob,
    choice,
    epoch,
    flag,
    flags,
    integer,
    integers,
    ref,
    table,
    text,
    texts,
)

DEVICE_TYPES = (
    "gpu nvidia_vgpu tpm node_usb_devices node_sriov_nic_devices node_pci_devices node_host_gpu_devices "
    "node_nvidia_vgpu_devices"
)
DEVICE_STATUS = "offline online errors warning hotplug initializing missing idle"
SMART = "temp wear_level hours realloc_sectors current_pending_sector offline_uncorrectable"

TABLES: tuple[Table, ...] = (
    table(
        "machine_drives",
        ref("machine", "machines", RO),
        texts("name description interface media serial media_source"),
        integers("orderid disksize used_bytes"),
        text("preferred_tier", access=RO),
        flag("enabled", True, RO),
        flags("readonly ms_2023_kek_applied"),
        ref("status", "machine_drive_status", RO),
        parent="machine",
    ),
    table(
        # The words of its `status` are unknown but for online; these are the states that the UI shows.
        "machine_drive_status",
        choice("status", "online offline repairing degraded warning error missing", access=RO),
        text("status_info", access=RO),
        epoch("modified"),
        display="status",
    ),
    table(
        # It has no column for the node: that is at `parent_drive#machine` (measured on 26.1.8).
        "machine_drive_phys",
        ref("parent_drive", "machine_drives", RO),
        texts("path all_paths location bus model fw serial enclosure_slot"),
        integers("size vsan_used vsan_max"),
        flag("smart", access=RO),
        integers(SMART),
        flags(" ".join(f"{name}_warn" for name in SMART.split())),
        integer("vsan_tier", -1, access=RO),
        integer("vsan_driveid", -1, access=RO),
        integers(
            "vsan_read_errors vsan_write_errors vsan_avg_latency vsan_max_latency vsan_repairing "
            "vsan_repair_estimate vsan_throttle"
        ),
        texts("vsan_last_error vsan_path encryption_key"),
        epoch("vsan_online_since"),
        flags("spare swap boot ybpart encrypted"),
        integers("swap_size boot_size ybpart_size"),
        choice("locate_status", "unsupported on off", access=RO),
        epoch("modified"),
        parent="parent_drive",
        display="serial",
    ),
    table(
        "node_memory",
        ref("node", "nodes", RO),
        texts(
            "status status_info label locator bank_locator type type_detail form_factor manufacturer "
            "serial_number part_number asset_tag memory_technology"
        ),
        integers("size speed configured_memory_speed rank data_width total_width"),
        epoch("modified"),
        parent="node",
        display="locator",
    ),
    table(
        "node_lldp_neighbors",
        ref("node", "nodes", RO),
        integer("nic", access=RO),
        texts("rid via age"),
        [blob(name, access=RO) for name in ("chassis", "port", "vlan", "other")],
        parent="node",
        display="rid",
    ),
    table(
        "resource_groups",
        text("uuid", 36, access=RO),
        text("name", 128),
        text("description"),
        choice("type", DEVICE_TYPES, "node_pci_devices"),
        text("class", default="unknown"),
        flag("enabled", True),
        epoch("created"),
        epoch("modified"),
        key_column="uuid",
    ),
    table(
        "machine_devices",
        ref("machine", "machines", CREATE, required=True),
        text("machine_type", access=RO),
        text("name", 128),
        text("description"),
        Column("type", "text", None, CREATE, required=True, choices=tuple(DEVICE_TYPES.split())),
        integer("orderid"),
        text("uuid", 36, access=RO),
        flag("enabled", True),
        flag("optional"),
        ref("resource_group", "resource_groups"),
        blob("settings_args", access=CREATE),
        ref("status", "machine_device_status", RO),
        epoch("created"),
        epoch("modified"),
        methods="POST PUT DELETE",
        parent="machine",
    ),
    table(
        "machine_device_status",
        choice("status", DEVICE_STATUS, access=RO),
        text("status_info", access=RO),
        display="status",
    ),
)
