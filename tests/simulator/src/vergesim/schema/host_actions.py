"""Actions on hosts: the table beside the row actions of `nodes` (docs/platform.md#3.3)."""

from __future__ import annotations

from vergesim.schema.columns import CREATE, Table, ref
from vergesim.schema.tenants import actions

NODE_ACTIONS = (
    "maintenance leavemaintenance maintenance_reboot poweron poweroff reset refresh kill refresh_status "
    "receive_file interfaces ipmi_test clear_sel refresh_fabric_status"
)

TABLES: tuple[Table, ...] = (
    actions("node_actions", ref("node", "nodes", CREATE, required=True), NODE_ACTIONS),
)
