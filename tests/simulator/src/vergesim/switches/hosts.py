"""Clusters, nodes and tiers (docs/platform.md#3.2 to 3.4, 4.3)."""

from __future__ import annotations

from vergesim.switches.switch import switch

SWITCHES = (
    switch(
        "cluster_delete_code",
        "405 409 422",
        "8 #10",
        "clusters",
        "status of deleting a cluster that is in use",
    ),
    switch(
        "cluster_of_tenant_nodes",
        "refuse detach",
        "8 #10",
        "clusters tenant_nodes",
        "deleting a cluster that only tenant nodes name: refused, or they go to the default cluster",
    ),
    switch(
        "node_action_form",
        "both row",
        "8 #14",
        "nodes node_actions",
        "the table node_actions beside nodes/<k>/enable_maintenance, or that alone",
        "COL-P",
    ),
    switch(
        "maintenance_without_redundancy",
        "refuse accept",
        "4.3",
        "nodes",
        "enable_maintenance while a tier is not redundant: 405, or accepted",
    ),
    switch(
        "maintenance_clears",
        "after at_once",
        "4.3",
        "nodes",
        "nodes.maintenance is false when the node has left, or at once",
    ),
    switch(
        "reboot_needs_maintenance",
        "no yes",
        "8 #13",
        "nodes",
        "maintenance_reboot out of maintenance: drains by itself, or 405",
    ),
    switch("reboot_body", "empty task", "8 #13", "nodes", "what maintenance_reboot returns"),
    switch(
        "reboot_leaves_maintenance",
        "cleared unchanged",
        "8 #13",
        "nodes",
        "nodes.maintenance after a maintenance_reboot",
    ),
    switch(
        "repeated_maintenance",
        "ignore refuse",
        "4.3",
        "nodes",
        "enable when on, disable when off: 200, or 405",
    ),
    switch(
        "last_node_drain",
        "accept refuse",
        "4.3",
        "nodes",
        "draining the last usable node of a cluster: accepted, or 405",
    ),
    switch(
        "maintenance_tier",
        "unchanged noredundant",
        "4.3",
        "cluster_tier_status",
        "the tiers while a node is in maintenance",
    ),
    switch(
        "cluster_with_node_down",
        "reduced noredundant",
        "4.3",
        "cluster_status",
        "cluster_status.status while a node is down",
    ),
    switch(
        "tier_key",
        "offset same",
        "3.4",
        "storage_tiers",
        "storage_tiers keys differ from the tier number, or equal it (at start and reset)",
    ),
    switch(
        "tier0_row",
        "on off",
        "3.4",
        "storage_tiers cluster_tiers",
        "a tier 0 beside the others, or none (at start and reset)",
    ),
    switch(
        "dedupe_unit",
        "x100 raw14",
        "8 #42",
        "storage_tiers",
        "dedupe_ratio is the ratio times 100, or reads 14 as on a live 26.1.3 (at start and reset)",
    ),
    switch(
        "workloads_return",
        "back stay",
        "4.3",
        "nodes",
        "what a drain moved away comes back when the node leaves maintenance, or stays where it is",
    ),
    switch(
        "drain_order",
        "serial parallel",
        "4.3",
        "nodes",
        "a drain moves one machine and ten networks at a time, or all at once",
    ),
    switch(
        "phantom_tier",
        "off on",
        "3.2",
        "cluster_tiers",
        "a cluster tier that exists as no storage tier (at start and reset)",
    ),
)
