"""Networks (docs/platform.md#3.10 to 3.13)."""

from __future__ import annotations

from vergesim.switches.switch import switch

SWITCHES = (
    switch(
        "l2_delete_enabled",
        "reject accept",
        "8 #6",
        "tenant_layer2_vnets",
        "deleting an enabled row: 405, or accepted",
    ),
    switch(
        "refresh_stopped_network",
        "refuse ignore",
        "3.10",
        "vnet_actions",
        "applying rules of a stopped network: 405, or 2xx without effect",
    ),
    switch(
        "network_poweroff_stopped",
        "ignore refuse",
        "4.2",
        "vnet_actions",
        "poweroff of a stopped network: 2xx, or 422",
    ),
    switch(
        "address_outside_range",
        "accept 422",
        "3.11",
        "vnet_addresses",
        "a virtual address outside the network's range",
    ),
    switch("address_update", "accept refuse", "3.11", "vnet_addresses", "changing an address row"),
    switch(
        "ui_address_on_delete",
        "null next refuse",
        "8 #25",
        "vnet_addresses tenants",
        "deleting the address behind ui_address",
    ),
    switch(
        "rule_reference_code",
        "405 422",
        "8 #9",
        "vnet_addresses vnet_cidrs",
        "status of deleting what a rule names",
    ),
    switch(
        "cidr_misaligned",
        "accept 422",
        "3.12",
        "vnet_cidrs",
        "a block with host bits: accepted and never applied, or 422",
    ),
    switch(
        "cidr_delete",
        "accept in_use",
        "4.6",
        "vnet_cidrs",
        "in_use: a network inside the tenant stands on every block (405)",
    ),
    switch(
        "need_fw_apply",
        "async sync stuck",
        "3.10",
        "vnet_actions",
        "refresh clears the flag after a step, at once, or never",
    ),
)
