"""Tables of the hosts: system, clusters, nodes, machines (docs/platform.md#3.1 to 3.3, 8.2)."""

from __future__ import annotations

from vergesim.schema.columns import (
    CREATE,
    RO,
    SECRET,
    Table,
    blob,
    choice,
    epoch,
    flag,
    flags,
    integer,
    integers,
    number,
    ref,
    rows,
    table,
    text,
    texts,
)

CPU_TYPES = (
    "qemu64 kvm64 host Broadwell Cascadelake-Server Conroe Cooperlake core2duo coreduo Denverton EPYC "
    "EPYC-Genoa "
    "EPYC-Milan EPYC-Rome GraniteRapids Haswell Icelake-Server IvyBridge KnightsMill n270 Nehalem Opteron_G1 "
    "Opteron_G2 Opteron_G3 Opteron_G4 Opteron_G5 Penryn phenom SandyBridge SapphireRapids Skylake-Client "
    "Skylake-Server Snowridge Westmere"
)
# Of 26.2.1 (docs/platform.md#3.2); how the enumeration spells them is not known.
NEWER_CPU_TYPES = "ClearwaterForest DiamondRapids EPYC-Turin SierraForest"
STATES = "offline online warning error"
POWER_LOSS = "last_state power_on leave_off"
MACHINE_STATUS = (
    "stopped initializing starting running stopping unresponsive hibernated hibernating initmigrate "
    "startmigrate migrating migratecomplete importing maintenance leavingmaintenance unlicensed "
    "needsrefresh needsrestart waitingforresources error driversreloading"
)

TABLES: tuple[Table, ...] = (
    table(
        "system",
        texts("yb_version os_version cloud_name country timezone theme ui_branding"),
        display="cloud_name",
    ),
    table(
        # Its rows are keyed by name, and answer both `key` and `$key` (docs/platform.md#2.3).
        "settings",
        text("key", access=RO),
        text("value"),
        texts("default_value description"),
        methods="PUT",
        display="key",
        key_column="key",
    ),
    table(
        "clusters",
        text("name", 128, low=1, required=True),
        text("id", 40, access=RO),
        text("system", default="self", access=RO),
        text("description"),
        flag("enabled", True),
        epoch("created"),
        flag("storage", access=RO),
        flag("compute"),
        flag("kvm_nested"),
        flag("allow_nested_virt_migration", True),
        flags("allow_vgpu_migration enable_split_lock_detection", "rw"),
        choice("recommended_cpu_type", f"{CPU_TYPES} {NEWER_CPU_TYPES}", "EPYC-Rome", RO),
        choice("default_cpu", f"{CPU_TYPES} {NEWER_CPU_TYPES}", "EPYC-Rome"),
        flags(
            "disable_cpu_security_mitigations disable_smt spec_store_bypass_disable "
            "enable_nvme_power_management disable_sleep",
            "rw",
        ),
        choice("x86_energy_perf_policy", "performance balance-performance balance-power normal power"),
        choice("scaling_governor", "performance ondemand powersave"),
        integer("ram_per_unit", 4096, low=0),
        integer("cores_per_unit", 1, low=0),
        number("cost_per_unit", access="rw"),
        number("price_per_unit", access="rw"),
        integer("max_ram_per_vm", 65536, low=0),
        integer("max_cores_per_vm", 16, low=0),
        integer("target_ram_pct", 80, low=0, high=100),
        integer("ram_overcommit_pct", low=0),
        integers("storage_cachesize storage_buffersize", "rw"),
        flag("storage_hugepages", True),
        integer("swap_tier", -1, low=-1, high=5),
        integers("swap_per_drive max_core_temp critical_core_temp", "rw"),
        integer("max_core_temp_warn_perc", 10, low=0, high=100),
        text("log_filter"),
        ref("status", "cluster_status", RO),
        rows("tiers", "cluster_tiers", "cluster"),
        methods="POST PUT DELETE",
        unique=(("name",),),
    ),
    table(
        "cluster_status",
        ref("cluster", "clusters", RO),
        choice(
            "status", "offline online maintenance reduced noredundant error updating shutdown insufficient"
        ),
        text("status_info", access=RO),
        choice("state", STATES, access=RO),
        integers(
            "total_nodes online_nodes total_ram online_ram used_ram phys_ram_used phys_vram_used total_cores "
            "online_cores used_cores phys_total_cpu running_machines"
        ),
        epoch("last_update"),
        parent="cluster",
        short=("$key",),
        display="status",
    ),
    table(
        "nodes",
        ref("cluster", "clusters"),
        text("name", 128, access=RO),
        text("description"),
        text("sysnode", access=RO),
        text("id", 40, access=RO),
        ref("machine", "machines", RO),
        text("console_status", access=RO),
        texts("model cpu cpu_speed"),
        flag("physical", True, RO),
        integer("ram", access=RO),
        integers("overcommit vm_ram failover_ram", "rw"),
        integer("cores", access=RO),
        flag("maintenance", access=RO),
        text("verify_maintenance"),
        flags("maintenance_reset feature_vnet_migration", "rw"),
        texts("yb_version os_version kernel_version appserver_version vsan_version qemu_version"),
        text("asset_tag"),
        text("ipmi_address"),
        text("ipmi_user"),
        text("ipmi_password", access=SECRET),
        choice("ipmi_status", "offline ready connecting error", access=RO),
        text("ipmi_status_info", access=RO),
        epoch("ipmi_status_last_connected"),
        integers("ipmi_sel_free ipmi_sel_used"),
        flag("capture_logs"),
        flag("lldp", True),
        ref("pxe_vnet", "vnets"),
        integer("vsan_nodeid", -1, access=RO),
        flag("vsan_connected", True, RO),
        integers("max_core_temp max_core_temp_warn_perc critical_core_temp", "rw"),
        flag("iommu", True, RO),
        flag("need_restart", access=RO),
        text("restart_reason", access=RO),
        flag("ignore_pstore"),
        text("note", 1024),
        ref("stats", "machine_stats", RO),
        flag("reload_drivers_required", access=RO),
        blob("packages", access=RO),
        # A node's own machine is on it as well, and is none of them.
        rows(
            "running_machines",
            "machine_status",
            "node",
            lambda row, node: bool(row["running"]) and row["machine"] != node["machine"],
        ),
        methods="PUT",
        all_key=False,
        indexes=("cluster", "name"),
    ),
    table(
        "machines",
        text("name", 128, access=RO),
        text("type", 32, access=RO),
        ref("status", "machine_status", RO),
        ref("stats", "machine_stats", RO),
        ref("cluster", "clusters", RO),
        ref("cluster_failover", "clusters", RO),
        ref("preferred_node", "nodes", RO),
        choice("on_power_loss", POWER_LOSS, access=RO),
        text("ha_group", access=RO),
        integers("cores ram"),
        flag("is_snapshot", access=RO),
        indexes=("cluster",),
    ),
    table(
        "machine_status",
        ref("machine", "machines", RO),
        flag("running", access=RO),
        flag("migratable", True, RO),
        ref("node", "nodes", RO),
        ref("migrated_node", "nodes", RO),
        ref("migration_destination", "nodes", RO),
        blob("config", access=RO),
        epoch("started"),
        epoch("local_time"),
        choice("status", MACHINE_STATUS, access=RO),
        text("status_info", access=RO),
        choice("state", STATES, access=RO),
        flag("powerstate", access=RO),
        epoch("last_update"),
        integers("running_cores running_ram"),
        texts("agent_version"),
        blob("agent_features", access=RO),
        blob("agent_guest_info", access=RO),
        parent="machine",
        display="status",
    ),
    table(
        "machine_stats",
        ref("machine", "machines", RO),
        integers("total_cpu user_cpu system_cpu iowait_cpu vmusage_cpu irq_cpu ram_used ram_pct vram_used"),
        blob("core_usagelist", access=RO),
        integers(
            "core_temp core_temp_top core_peak core_count_gt_25 core_count_gt_50 core_count_gt_75",
        ),
        epoch("modified"),
        parent="machine",
        display="$key",
    ),
    table(
        # Its keys are its own: the row of a drive is found by `parent_drive` (docs/platform.md#2.4).
        "machine_drive_stats",
        integers("parent_drive reads writes read_bytes write_bytes rops wops rbps wbps totalbps"),
        integers("used_bytes max_bytes util service_time"),
        flag("physical", access=RO),
        epoch("up_since"),
        epoch("last_update"),
        display="$key",
        indexes=("parent_drive",),
    ),
    table(
        "machine_logs",
        ref("machine", "machines", RO),
        choice("level", "audit message warning error critical summary debug", access=RO),
        texts("text user"),
        epoch("timestamp"),
        parent="machine",
        display="text",
    ),
    table(
        "machine_snapshots",
        ref("machine", "machines", CREATE, required=True),
        text("name", 128, required=True, access=CREATE),
        text("description"),
        epoch("created"),
        epoch("expires", access="rw"),
        choice("expires_type", "date never"),
        flags("quiesced created_manually", "rw"),
        ref("snap_machine", "machines", RO),
        text("snapshot_period", access=RO, default=None),
        methods="POST PUT DELETE",
        parent="machine",
    ),
    table(
        "node_drivers",
        ref("node", "nodes", RO),
        ref("driver_file", "files", RO),
        texts("driver_key driver_name description"),
        choice("status", "complete verifying error", access=RO),
        texts("status_info class_filter vendor_filter"),
        epoch("modified"),
        parent="node",
        display="driver_name",
    ),
    table(
        "node_pci_devices",
        ref("node", "nodes", RO),
        texts(
            "name slot class class_hex device_type vendor device vendor_device_hex svendor subsystem_device "
            "physical_slot driver module numa iommu_group"
        ),
        integers("sriov_totalvfs sriov_numvfs"),
        parent="node",
    ),
    table(
        "node_usb_devices",
        ref("node", "nodes", RO),
        texts(
            "bus device path devpath vendor vendor_id model model_id serial usb_version speed "
            "interface_drivers"
        ),
        parent="node",
        display="model",
    ),
)
