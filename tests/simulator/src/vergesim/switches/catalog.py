"""The switches, with the section of the API page that each comes from and the tables that it touches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Switch:
    """One behaviour that nobody has been able to measure, or on which sources differ."""

    name: str
    default: str
    alternatives: tuple[str, ...]
    section: str
    tables: tuple[str, ...]
    meaning: str

    @property
    def values(self) -> tuple[str, ...]:
        """All values, the default first."""
        return (self.default, *self.alternatives)


def _switch(name: str, values: str, section: str, tables: str, meaning: str) -> Switch:
    default, *alternatives = values.split()
    return Switch(name, default, tuple(alternatives), section, tuple(tables.split()), meaning)


_ALL = (
    # --- answers and the query language ---
    _switch("system_shape", "list object", "1.1", "system", "GET system answers a list with one row, or the row"),
    _switch("default_projection", "short all", "8 #1", "*", "columns of a read without fields"),
    _switch(
        "empty_result", "by_projection list count", "8 #2", "*",
        "a list without rows: [] where a column was asked for, else {$count: 0}; always []; always {$count: 0}",
    ),
    _switch("action_body", "receipt empty", "8 #3", "tenant_actions tenant_node_actions vnet_actions vm_actions",
            "the body of a successful action: a receipt with 201, or nothing with 200"),
    _switch("delete_body", "object empty no_content", "1.4", "*", "a DELETE answers {}, nothing, or 204"),
    _switch("unknown_column", "drop refuse", "1.3", "*", "an unknown column in a write: dropped with 200, or 422"),
    _switch("unknown_filter_name", "no_rows refuse", "2.2", "*",
            "a filter on a name that is no column, alias or traversal: matches nothing, or 422"),
    _switch("filter_literals", "typed loose", "2.2", "*",
            "'5' and 5 compare equal on key columns only, or everywhere"),
    _switch("unaliased_key", "path last", "2.3", "*", "result key of an unaliased traversal: all of it, or its last part"),
    _switch("null_subselection", "null omitted", "2.3", "*", "a sub-selection on a null reference: null, or absent"),
    _switch("write_types", "strict lenient", "1.3", "*",
            "a quoted number for a number, or 0/1 for a boolean, in a write: 422, or converted"),
    _switch("duplicate_code", "409 422", "8 #7", "*", "the status of a unique violation"),
    _switch("patch", "405 put", "8 #28", "*", "PATCH is refused, or works as PUT"),
    _switch("key_reuse", "lowest_free never", "1.5", "*", "a deleted row's key is given again, or never"),
    _switch("key_in_rows", "int string", "8 #23", "tenants", "tenants.$key in rows read back"),
    # --- access ---
    _switch("token_as_bearer", "accept reject", "1.2", "*", "a session token sent as Bearer"),
    _switch("account_lock", "5 3 off", "1.2", "users", "wrong passwords in a row until the account is locked"),
    _switch("hidden_row", "403 404", "8 #26", "*", "reading a row by key that the user may not see"),
    _switch("rate_limit", "off drop 429", "8 #22", "*",
            "off; the connection is dropped above 50 requests a second; 429 above 1000 requests an hour"),
    # --- clusters, nodes, tiers ---
    _switch("cluster_delete", "refuse cascade", "8 #10", "clusters",
            "deleting a cluster that has nodes, machines or tenant nodes: 405, or it goes"),
    _switch("node_action_form", "row both", "8 #14", "nodes node_actions",
            "nodes/<k>/enable_maintenance only, or node_actions as well"),
    _switch("maintenance_without_redundancy", "refuse accept", "4.3", "nodes",
            "enable_maintenance while a tier is not redundant: 405, or accepted"),
    _switch("maintenance_clears", "after at_once", "4.3", "nodes", "nodes.maintenance is false when the node has left, or at once"),
    _switch("reboot_needs_maintenance", "no yes", "8 #13", "nodes", "maintenance_reboot out of maintenance: drains by itself, or 405"),
    _switch("reboot_body", "empty task", "8 #13", "nodes", "what maintenance_reboot returns"),
    _switch("reboot_leaves_maintenance", "unchanged cleared", "8 #13", "nodes", "nodes.maintenance after a maintenance_reboot"),
    _switch("repeated_maintenance", "ignore refuse", "4.3", "nodes", "enable when on, disable when off: 200, or 405"),
    _switch("tier_key", "offset same", "3.4", "storage_tiers", "storage_tiers keys differ from the tier number, or equal it (at start and reset)"),
    _switch("phantom_tier", "off on", "3.2", "cluster_tiers", "a cluster tier that exists as no storage tier (at start and reset)"),
    # --- tenants ---
    _switch("power_refusal_code", "422 405", "8 #4", "tenant_actions tenant_node_actions", "status of a power action refused by state"),
    _switch("poweron_when_running", "refuse ignore", "4.2", "tenant_actions", "poweron of a running tenant: refused, or a no-op"),
    _switch("tenant_create_network", "stopped running", "8 #18", "tenants vnets", "a new tenant's own network"),
    _switch("tenant_create_status", "offline provisioning", "8 #27", "tenant_status", "a new tenant's first status"),
    _switch("node_stopped_status", "online reduced", "4.2", "tenant_status",
            "a running tenant of which a node was stopped on purpose (measured against assumed)"),
    _switch("last_node_killed", "offline nodesoffline", "4.2", "tenant_status", "a tenant whose last running node was stopped"),
    _switch("network_after_last_node", "stays stops", "4.2", "vnets", "the tenant's network when its last node was stopped"),
    _switch("network_linger", "two_steps none long", "4.2", "vnets", "how long the network outlasts the tenant"),
    _switch("tenant_delete_running", "405 422", "8 #5", "tenants", "status of deleting a running tenant"),
    _switch("tenant_delete_children", "cascade refuse", "4.6", "tenants", "deleting a tenant with addresses, blocks or layer-2 rows"),
    _switch("node_over_limit", "poweron 422", "8 #19", "tenant_nodes", "RAM or cores above the cluster's maximum: fails at power-on, or 422 at the write"),
    _switch("placement_rule", "headroom free none", "8 #20", "tenant_nodes",
            "free RAM and N-1 headroom; free RAM only; everything is placed"),
    _switch("storage_below_used", "accept refuse", "8 #8", "tenant_storage", "shrinking below what is used, or deleting what is used"),
    _switch("storage_below_gib", "422 zero", "3.9", "tenant_storage", "less than 1 GiB: 422, or floored to 0"),
    _switch("snapshot_expiry", "never three_days", "8 #12", "tenant_snapshots", "expires when it was not sent: 0, or now + 259200"),
    _switch("snapshot_tenant_row", "no yes", "3.14", "tenant_snapshots tenants", "a snapshot also makes an is_snapshot row"),
    _switch("restore_scope", "columns rows", "8 #11", "tenant_actions",
            "restore rolls back storage usage and tenant columns, or node and storage rows as well"),
    _switch("restore_refusal", "405 422", "8 #11", "tenant_actions", "status of a restore while not offline"),
    _switch("isolate_repeat", "ignore refuse", "4.5", "tenant_actions", "isolating what is isolated: 200, or 422"),
    _switch("clone_status", "offline provisioning", "8 #15", "tenant_actions", "first status of a clone"),
    _switch("clone_addresses", "none copied", "8 #15", "tenant_actions", "layer-2 rows of the original in a clone"),
    _switch("give_file_repeat", "accept refuse", "8 #16", "tenant_actions", "giving a file again: 2xx, or 409"),
    _switch("history_span", "day_year hour_day", "8 #21", "tenant_stats_history_short tenant_stats_history_long",
            "5 min for a day and 1 h for a year, or an hour and a day"),
    # --- networks ---
    _switch("l2_delete_enabled", "reject accept", "8 #6", "tenant_layer2_vnets", "deleting an enabled row: 405, or accepted"),
    _switch("refresh_stopped_network", "refuse ignore", "3.10", "vnet_actions", "applying rules of a stopped network: 405, or 2xx without effect"),
    _switch("address_outside_range", "accept 422", "3.11", "vnet_addresses", "a virtual address outside the network's range"),
    _switch("address_update", "accept refuse", "3.11", "vnet_addresses", "changing an address row"),
    _switch("ui_address_on_delete", "null next refuse", "8 #25", "vnet_addresses tenants", "deleting the address behind ui_address"),
    _switch("rule_reference_code", "405 422", "8 #9", "vnet_addresses vnet_cidrs", "status of deleting what a rule names"),
    _switch("cidr_misaligned", "accept 422", "3.12", "vnet_cidrs", "a block with host bits: accepted and never applied, or 422"),
    _switch("cidr_delete", "accept in_use", "4.6", "vnet_cidrs", "in_use: a network inside the tenant stands on every block (405)"),
    _switch("need_fw_apply", "async sync stuck", "3.10", "vnet_actions", "refresh clears the flag after a step, at once, or never"),
    # --- crash carts, files ---
    _switch("crash_cart_recipe", "both short long none", "8 #17", "vm_recipes", "which crash cart recipes exist (at start and reset)"),
    _switch("missing_answer_code", "422 400", "3.19", "vm_recipe_instances", "status of an unanswered required question"),
    _switch("vm_delete_running", "405 422", "4.6", "vms", "status of deleting a running VM"),
)  # fmt: skip

SWITCHES: dict[str, Switch] = {switch.name: switch for switch in _ALL}
