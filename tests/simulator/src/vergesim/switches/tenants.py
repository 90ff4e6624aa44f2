"""Tenants (docs/platform.md#3.5 to 3.9, 4.2, 4.4, 4.5)."""

from __future__ import annotations

from vergesim.switches.switch import switch

SWITCHES = (
    switch(
        "power_refusal_code",
        "422 405",
        "8 #4",
        "tenant_actions tenant_node_actions",
        "status of a power action refused by state",
    ),
    switch(
        "poweron_when_running",
        "refuse ignore",
        "4.2",
        "tenant_actions",
        "poweron of a running tenant: refused, or a no-op",
    ),
    switch(
        "poweroff_when_off",
        "refuse ignore",
        "4.2",
        "tenant_actions",
        "poweroff of a tenant that is off or stopping",
    ),
    switch(
        "poweron_while_network_stops",
        "accept refuse",
        "4.2",
        "tenant_actions",
        "poweron while the own network still runs down",
    ),
    switch(
        "reset_shows", "running starting", "4.2", "tenant_status", "the flags of a tenant that is restarting"
    ),
    switch(
        "snapshot_power_code",
        "405 422",
        "4.2",
        "tenant_actions",
        "status of a power action on a snapshot row",
    ),
    switch(
        "tenant_create_network", "stopped running", "8 #18", "tenants vnets", "a new tenant's own network"
    ),
    switch(
        "tenant_create_status",
        "offline provisioning",
        "8 #27",
        "tenant_status",
        "a new tenant's first status",
    ),
    switch(
        "node_stopped_status",
        "online reduced",
        "4.2",
        "tenant_status",
        "a running tenant of which a node was stopped on purpose (measured against assumed)",
    ),
    switch(
        "last_node_killed",
        "offline nodesoffline",
        "4.2",
        "tenant_status",
        "a tenant whose last running node was stopped",
    ),
    switch(
        "network_after_last_node",
        "stays stops",
        "4.2",
        "vnets",
        "the tenant's network when its last node was stopped",
    ),
    switch(
        "network_linger", "two_steps none long", "4.2", "vnets", "how long the network outlasts the tenant"
    ),
    switch("tenant_delete_running", "405 422", "8 #5", "tenants", "status of deleting a running tenant"),
    switch(
        "tenant_delete_children",
        "cascade refuse",
        "4.6",
        "tenants",
        "deleting a tenant with addresses, blocks or layer-2 rows",
    ),
    switch(
        "node_over_limit",
        "poweron 422",
        "8 #19",
        "tenant_nodes",
        "RAM or cores above the cluster's maximum: fails at power-on, or 422 at the write",
    ),
    switch(
        "cores_over_limit",
        "enforced ignored",
        "3.8",
        "tenant_nodes",
        "cores above the cluster's maximum count like RAM, or not",
    ),
    switch(
        "placement_rule",
        "headroom free none",
        "8 #20",
        "tenant_nodes",
        "free RAM and N-1 headroom; free RAM only; everything is placed",
    ),
    switch(
        "storage_below_used",
        "accept refuse",
        "8 #8",
        "tenant_storage",
        "shrinking below what is used, or deleting what is used",
    ),
    switch("storage_below_gib", "422 zero", "3.9", "tenant_storage", "less than 1 GiB: 422, or floored to 0"),
    switch(
        "snapshot_expiry",
        "never three_days",
        "8 #12",
        "tenant_snapshots",
        "expires when it was not sent: 0, or now + 259200",
    ),
    switch(
        "snapshot_tenant_row",
        "no yes",
        "3.14",
        "tenant_snapshots tenants",
        "a snapshot also makes an is_snapshot row",
    ),
    switch(
        "restore_scope",
        "columns rows",
        "8 #11",
        "tenant_actions",
        "restore rolls back storage usage and tenant columns, or node, storage, layer-2 rows as well",
    ),
    switch(
        "restore_timing",
        "at_once after_step",
        "8 #11",
        "tenant_actions",
        "a restore is done when it answers, or a step later",
    ),
    switch("restore_refusal", "405 422", "8 #11", "tenant_actions", "status of a restore while not offline"),
    switch(
        "isolate_repeat", "ignore refuse", "4.5", "tenant_actions", "isolating what is isolated: 200, or 422"
    ),
    switch("clone_running", "accept refuse", "4.5", "tenant_actions", "cloning a running tenant"),
    switch("clone_status", "offline provisioning", "8 #15", "tenant_actions", "first status of a clone"),
    switch(
        "clone_addresses", "none copied", "8 #15", "tenant_actions", "layer-2 rows of the original in a clone"
    ),
    switch(
        "give_file_repeat", "accept refuse", "8 #16", "tenant_actions", "giving a file again: 2xx, or 409"
    ),
    switch(
        "give_file_stopped", "accept refuse", "4.2", "tenant_actions", "giving a file to a stopped tenant"
    ),
    switch("snapshot_running", "accept refuse", "4.4", "tenant_snapshots", "a snapshot of a running tenant"),
    switch(
        "tenant_delete_cart",
        "stays refuse",
        "4.2",
        "tenants vms",
        "deleting a tenant that has a crash cart: the cart stays, or 405",
    ),
    switch(
        "history_rows",
        "full few",
        "8 #21",
        "tenant_stats_history_short tenant_stats_history_long",
        "288 points of 5 minutes and 1080 of an hour, or 12 and 24",
    ),
    switch(
        "crash_cart_recipe",
        "both short long twice none",
        "8 #17",
        "vm_recipes",
        "which crash cart recipes exist; twice: two catalogs have the short one (at start and reset)",
    ),
    switch(
        "missing_answer_code",
        "422 400",
        "3.19",
        "vm_recipe_instances",
        "status of an unanswered required question",
    ),
    switch("vm_delete_running", "405 422", "4.6", "vms", "status of deleting a running VM"),
)
