"""What differs between releases (docs/platform.md#6.3); `vergesim.releases` turns them."""

from __future__ import annotations

from vergesim.switches.switch import switch

SWITCHES = (
    switch(
        "internal_virtual",
        "accept refuse",
        "3.11",
        "vnet_addresses",
        "an address on an internal network for a tenant; refused before 26.1.4",
        "TF",
    ),
    switch(
        "static_owner",
        "none random",
        "3.11",
        "vnet_addresses",
        "a static address without an owner gets none, or some tenant (a bug before 26.1.4)",
    ),
    switch("vlan_4095", "refuse accept", "3.10", "vnets", "VLAN 4095; refused since 26.1.5"),
    switch(
        "tenant_nics",
        "31 255",
        "8 #39",
        "tenant_layer2_vnets",
        "NICs of a tenant node, three of which no layer-2 network can have; 255 since 26.2.1",
    ),
    switch(
        "rename_shows",
        "at_once late",
        "6.3",
        "tenants",
        "a tenant's new name is read at once, or a step later (before 26.1.7)",
    ),
    switch(
        "cluster_edit",
        "keeps resets_ram",
        "6.3",
        "clusters",
        "a change of a cluster keeps max_ram_per_vm, or sets it back (before 26.1.2)",
    ),
    switch(
        "clone_theme",
        "kept lost",
        "6.3",
        "tenant_actions",
        "a clone has the original's theme_access, or the default (before 26.1.2)",
    ),
    switch(
        "help_url_blank",
        "accept 404",
        "6.3",
        "tenants",
        "a blank help_url in a change of a tenant; 404 before 26.1.2",
    ),
    switch(
        "key_address_lists",
        "enforced ignored",
        "1.2",
        "user_api_keys",
        "an API key's lists of addresses count, and 0.0.0.0/0 is refused; since 26.1.4",
    ),
    switch(
        "second_restore",
        "replace refuse",
        "4.4",
        "tenant_actions",
        "a restore before the power-on that a former one waits for; 405 before 26.1.2",
    ),
    switch(
        "restore_full_tier",
        "goes_on halts",
        "4.4",
        "tenant_actions",
        "a restore while a tier is 95 % full; halts since 26.2.1",
    ),
    switch(
        "newer_cpu_types",
        "refuse accept",
        "3.2",
        "clusters",
        "the CPU types of 26.2.1",
    ),
    switch(
        "vm_without_room",
        "silent refuse",
        "4.2",
        "vm_actions",
        "power-on of a VM that fits nowhere: 2xx without effect, or 405 with reasons and nodes (26.2.1)",
    ),
    switch(
        "give_file_log",
        "none row",
        "3.16",
        "logs tenant_actions",
        "giving a file writes a log row about the file; since 26.2.1",
    ),
)
